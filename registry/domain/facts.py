"""What people register, as values; a `Register` is all of it at one moment.

The same values come from a file, from the database and from tests, and go through the same rules
(`registry.domain.rules`) and into the same graph (`registry.domain.exposure`). References between
facts are codes. Names and spelling of the fields follow the sheets and columns of the register file.

Units: shares and probabilities are floats from 0 to 1; money is in the organisation's currency unless
the fact names one; people are whole numbers; dates are calendar dates in the organisation's zone.
`None` means "not known" unless said otherwise.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import ClassVar

from registry.domain.vocabulary import (
    AccessKind,
    AccessOutcome,
    ContactRole,
    ControlState,
    Lifecycle,
    LinkKind,
    PlatformUseKind,
    Posture,
    Protection,
    Relationship,
    RevenueBand,
    Storage,
    Tier,
)

__all__ = [
    "FACT_TYPES",
    "Access",
    "Certificate",
    "Contact",
    "Contract",
    "Control",
    "Coverage",
    "Currency",
    "Dataset",
    "Dependency",
    "Fact",
    "Flow",
    "Jurisdiction",
    "Link",
    "Organisation",
    "OrganisationRole",
    "ParameterChange",
    "Placement",
    "PlatformUse",
    "Process",
    "Register",
    "Segment",
    "System",
    "Vendor",
]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Common to all facts: the row of the file it was read from, for messages only."""

    SHEET: ClassVar[str]
    PREFIX: ClassVar[str | None] = None  # of its code; None for facts without a code of their own

    row: int | None = field(default=None, compare=False, repr=False)


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
class Vendor(Fact):
    """Any third party."""

    SHEET = "Vendors"
    PREFIX = "V"

    code: str
    name: str
    legal_name: str | None = None
    relationship: Relationship = Relationship.DIRECT
    sector: str | None = None
    country: str | None = None
    revenue_band: RevenueBand | None = None
    annual_breach_probability: float | None = None
    annual_breach_probability_reason: str | None = None
    posture: Posture = Posture.UNKNOWN
    tags: tuple[str, ...] = ()
    introduced_by: str | None = None
    domain: str | None = None
    service: str | None = None
    owner_email: str | None = None
    business_unit: str | None = None
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    tier_override: Tier | None = None
    tier_override_reason: str | None = None


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
class Flow(Fact):
    """A dataset, or part of it, given to a vendor by one of our systems or by another vendor."""

    SHEET = "Flows"
    PREFIX = "F"

    code: str
    sender: str  # code of a system or a vendor
    recipient: str  # code of a vendor
    dataset: str
    people_share: float | None = None  # of the dataset's people; with `people` also None: all
    people: int | None = None
    categories: tuple[str, ...] = ()  # empty: all of the dataset
    storage: Storage = Storage.BULK
    protection: Protection = Protection.NONE
    sender_reads_back: bool = False
    mechanism: str | None = None
    frequency: str | None = None
    purpose: str | None = None
    countries_at_rest: tuple[str, ...] = ()
    countries_processing: tuple[str, ...] = ()
    legal_basis: str | None = None
    transfer_safeguard: str | None = None
    starts: date | None = None
    ends: date | None = None
    deletion_certified: date | None = None
    probability: float | None = None
    probability_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Access(Fact):
    """A vendor's way into a system of ours."""

    SHEET = "Access"
    PREFIX = "A"

    code: str
    vendor: str
    system: str
    kind: AccessKind
    last_review: date | None = None
    outcome: AccessOutcome | None = None
    probability: float | None = None
    probability_reason: str | None = None


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
class PlatformUse(Fact):
    """A vendor or system that uses a platform, and so shares its fate."""

    SHEET = "Platform use"
    PREFIX = "P"

    code: str
    platform: str  # code of a vendor
    user: str  # code of a vendor or system
    kind: PlatformUseKind
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


@dataclass(frozen=True, kw_only=True)
class Contract(Fact):
    """What was agreed with a vendor."""

    SHEET = "Contracts"
    PREFIX = "K"

    code: str
    vendor: str
    reference: str
    starts: date | None = None
    ends: date | None = None
    notice_days: float | None = None
    value_per_year: float | None = None
    currency: str | None = None
    breach_notice_hours: float | None = None
    right_to_audit: bool | None = None
    dpa_signed: bool | None = None
    liability_cap: float | None = None
    insurance: float | None = None


@dataclass(frozen=True, kw_only=True)
class Certificate(Fact):
    """A certificate or other evidence a vendor holds."""

    SHEET = "Certificates"

    vendor: str
    certificate: str
    issued: date | None = None
    expires: date | None = None
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contact(Fact):
    """A person at a vendor."""

    SHEET = "Contacts"

    vendor: str
    role: ContactRole = ContactRole.PRIMARY
    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Register:
    """Everything registered, without what is archived; field order is the order of the sheets.

    Built by `importers.register` from a file and by `registry.core.register` from the database.
    Codes are unique within a register and tell the kind of a fact by their prefix.
    """

    organisation: Organisation
    organisation_roles: tuple[OrganisationRole, ...] = ()
    currencies: tuple[Currency, ...] = ()
    parameters: tuple[ParameterChange, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    systems: tuple[System, ...] = ()
    segments: tuple[Segment, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    flows: tuple[Flow, ...] = ()
    access: tuple[Access, ...] = ()
    links: tuple[Link, ...] = ()
    platform_uses: tuple[PlatformUse, ...] = ()
    processes: tuple[Process, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    controls: tuple[Control, ...] = ()
    placements: tuple[Placement, ...] = ()
    contracts: tuple[Contract, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @cached_property
    def vendor_by_code(self) -> dict[str, Vendor]:
        """Vendors by code."""
        return {vendor.code: vendor for vendor in self.vendors}

    @cached_property
    def system_by_code(self) -> dict[str, System]:
        """Systems by code."""
        return {system.code: system for system in self.systems}

    @cached_property
    def dataset_by_code(self) -> dict[str, Dataset]:
        """Datasets by code."""
        return {dataset.code: dataset for dataset in self.datasets}

    @cached_property
    def process_by_code(self) -> dict[str, Process]:
        """Business processes by code."""
        return {process.code: process for process in self.processes}

    @cached_property
    def control_by_code(self) -> dict[str, Control]:
        """Own controls by code; shipped ones are parameters and stand in no register."""
        return {control.code: control for control in self.controls}

    def facts(self, attribute: str) -> tuple[Fact, ...]:
        """Return the facts of one field of the register, such as `"flows"`."""
        value = getattr(self, attribute)
        return (value,) if isinstance(value, Organisation) else value


# One row per sheet of the register file: field of `Register` -> type of its facts, in sheet order.
FACT_TYPES: dict[str, type[Fact]] = {
    "organisation": Organisation,
    "organisation_roles": OrganisationRole,
    "currencies": Currency,
    "parameters": ParameterChange,
    "vendors": Vendor,
    "systems": System,
    "segments": Segment,
    "jurisdictions": Jurisdiction,
    "datasets": Dataset,
    "coverage": Coverage,
    "flows": Flow,
    "access": Access,
    "links": Link,
    "platform_uses": PlatformUse,
    "processes": Process,
    "dependencies": Dependency,
    "controls": Control,
    "placements": Placement,
    "contracts": Contract,
    "certificates": Certificate,
    "contacts": Contact,
}
