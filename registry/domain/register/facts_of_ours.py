"""What people register about us: the organisation, its customers, its data, systems, processes and safeguards."""

from dataclasses import dataclass
from datetime import date

from registry.domain.register.fact import Fact
from registry.domain.register.vocabulary import (
    ControlState,
    LinkKind,
)

__all__ = [
    "Control",
    "Coverage",
    "Currency",
    "Dataset",
    "Dependency",
    "Jurisdiction",
    "Link",
    "Organisation",
    "OrganisationRole",
    "ParameterChange",
    "Placement",
    "Process",
    "Segment",
    "System",
]


@dataclass(frozen=True, kw_only=True)
class Organisation(Fact):
    """Us."""

    SHEET = "Organisation"

    name: str
    sector: str | None = None
    country: str | None = None
    annual_revenue: float | None = None
    currency: str = "USD"
    customers: int | None = None
    revenue_per_customer: float | None = None
    risk_appetite: float | None = None


@dataclass(frozen=True, kw_only=True)
class OrganisationRole(Fact):
    """A role or sector of ours that brings legal duties: a key of `applies_to` in the notification rules."""

    SHEET = "Organisation roles"

    role: str
    since: date | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Currency(Fact):
    """What one unit of a currency is worth in USD."""

    SHEET = "Currencies"

    currency: str
    usd_per_unit: float
    as_of: date | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParameterChange(Fact):
    """A parameter of the model that differs from the shipped value, and why."""

    SHEET = "Parameters"

    key: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class System(Fact):
    """A system of ours."""

    SHEET = "Systems"
    PREFIX = "S"

    code: str
    name: str
    owner_email: str | None = None
    hosted_by: str | None = None  # code of a vendor
    rto_hours: float | None = None


@dataclass(frozen=True, kw_only=True)
class Segment(Fact):
    """A population of customers."""

    SHEET = "Segments"
    PREFIX = "G"

    code: str
    name: str
    people: int
    as_of: date | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Jurisdiction(Fact):
    """Share of a segment's people who live under one law (ISO 3166: `DE`, `US-CA`)."""

    SHEET = "Jurisdictions"

    segment: str
    jurisdiction: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Dataset(Fact):
    """Customer data that lives in one of our systems; `people` None is unknown, 0 is nobody."""

    SHEET = "Datasets"
    PREFIX = "D"

    code: str
    name: str
    system: str
    categories: tuple[str, ...]
    people: int | None = None
    as_of: date | None = None
    source: str | None = None
    retention_months: float | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage(Fact):
    """Share of a segment's people who are found in a dataset."""

    SHEET = "Coverage"

    dataset: str
    segment: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Link(Fact):
    """A way from one of our systems into another."""

    SHEET = "Links"
    PREFIX = "L"

    code: str
    from_system: str
    to_system: str
    kind: LinkKind
    probability: float | None = None
    probability_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Process(Fact):
    """A business process of ours."""

    SHEET = "Processes"
    PREFIX = "Q"

    code: str
    name: str
    owner_email: str | None = None
    rto_hours: float | None = None
    margin_per_day: float | None = None


@dataclass(frozen=True, kw_only=True)
class Dependency(Fact):
    """A process that stops when a vendor or system stops."""

    SHEET = "Dependencies"
    PREFIX = "B"

    code: str
    process: str
    depends_on: str  # code of a vendor or system
    probability: float | None = None
    probability_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Control(Fact):
    """A safeguard of a kind; where it stands is a `Placement`.

    `acts_on`: `("probability",)`, `("exposure",)`, `("protection:tokenised",)` or edge kinds.
    """

    SHEET = "Controls"
    PREFIX = "C"

    code: str
    name: str
    acts_on: tuple[str, ...]
    efficacy: float | None = None


@dataclass(frozen=True, kw_only=True)
class Placement(Fact):
    """A control on one fact: a flow, access, link, platform use, dependency or system."""

    SHEET = "Placements"

    control: str
    fact: str
    coverage: float = 1.0
    state: ControlState = ControlState.IN_PLACE
    cost_once: float | None = None
    cost_per_year: float | None = None
    due: date | None = None
    owner_email: str | None = None
