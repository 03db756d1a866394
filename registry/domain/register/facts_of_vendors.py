"""What people register about third parties: who they are, what they are given, where they get in, what was agreed."""

from dataclasses import dataclass
from datetime import date

from registry.domain.register.fact import Fact
from registry.domain.register.vocabulary import (
    AccessKind,
    AccessOutcome,
    ContactRole,
    Lifecycle,
    PlatformUseKind,
    Posture,
    Protection,
    Relationship,
    RevenueBand,
    Storage,
    Tier,
)

__all__ = [
    "Access",
    "Certificate",
    "Contact",
    "Contract",
    "Flow",
    "PlatformUse",
    "Vendor",
]


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
