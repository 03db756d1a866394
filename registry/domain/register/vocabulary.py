"""The closed lists of words that facts may use, spelled once for code, screens, files and tables."""

from enum import StrEnum
from typing import NewType

__all__ = [
    "AccessKind",
    "AccessOutcome",
    "Certainty",
    "ContactRole",
    "ControlState",
    "DatasetCode",
    "EdgeKind",
    "FactCode",
    "FlowCode",
    "Lifecycle",
    "LinkKind",
    "PlatformUseKind",
    "Posture",
    "Protection",
    "Relationship",
    "RevenueBand",
    "ScenarioKind",
    "Severity",
    "Storage",
    "SystemCode",
    "Tier",
    "VendorCode",
]

# Codes are given by the system and never change, so they are the identity of a fact everywhere:
# in tables, files, edges of the graph, addresses of pages.
FactCode = NewType("FactCode", str)
VendorCode = NewType("VendorCode", str)
SystemCode = NewType("SystemCode", str)
DatasetCode = NewType("DatasetCode", str)
FlowCode = NewType("FlowCode", str)


class Relationship(StrEnum):
    """How a vendor stands to us, as registered; its rank is computed beside it."""

    DIRECT = "direct"
    NTH_PARTY = "nth_party"
    PLATFORM = "platform"


class Lifecycle(StrEnum):
    """Where a vendor is between first talk and last deletion certificate."""

    PROSPECT = "prospect"
    ONBOARDING = "onboarding"
    ACTIVE = "active"
    OFFBOARDING = "offboarding"
    TERMINATED = "terminated"


class RevenueBand(StrEnum):
    """Annual revenue of a vendor in USD; it moves the chance of a breach, not its cost."""

    UNDER_10M = "<10M"
    FROM_10M = "10-100M"
    FROM_100M = "100M-1B"
    FROM_1B = "1-10B"
    FROM_10B = "10-100B"
    OVER_100B = ">100B"


class Posture(StrEnum):
    """Band of a vendor's security posture; unknown is never read as safe."""

    VERY_STRONG = "very_strong"
    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    VERY_WEAK = "very_weak"
    UNKNOWN = "unknown"


class Tier(StrEnum):
    """How much a vendor matters, most first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Storage(StrEnum):
    """How a recipient keeps what a flow gives it, fullest first."""

    BULK = "bulk"
    CACHED = "cached"
    IN_MEMORY = "in_memory"
    NONE = "none"


class Protection(StrEnum):
    """How a copy is protected, weakest first (the order in which copies are merged)."""

    NONE = "none"
    ENCRYPTED_VENDOR_KEY = "encrypted_vendor_key"
    PSEUDONYMISED = "pseudonymised"
    ENCRYPTED_OUR_KEY = "encrypted_our_key"
    TOKENISED = "tokenised"


class AccessKind(StrEnum):
    """A vendor's way into one of our systems."""

    NETWORK = "network"
    ADMIN = "admin"
    SUPPORT_TOOL = "support_tool"
    SSO_AGENT = "sso_agent"
    API_READ_ALL = "api_read_all"
    API_SCOPED = "api_scoped"
    SFTP_PUSH = "sftp_push"


class AccessOutcome(StrEnum):
    """What the last access review decided; a revoked access does not count."""

    CONFIRMED = "confirmed"
    MODIFIED = "modified"
    REVOKED = "revoked"


class LinkKind(StrEnum):
    """How one of our systems opens another."""

    FLAT_NETWORK = "flat_network"
    SEGMENTED = "segmented"
    SERVICE_ACCOUNT = "service_account"


class PlatformUseKind(StrEnum):
    """What a platform is used for."""

    FILE_TRANSFER = "file_transfer"
    SAAS_MFA = "saas_mfa"
    SAAS_NO_MFA = "saas_no_mfa"
    REMOTE_MANAGEMENT = "remote_management"
    SOFTWARE_UPDATE = "software_update"
    HOSTING = "hosting"


class ControlState(StrEnum):
    """Whether a placed control counts today or only in a plan."""

    IN_PLACE = "in_place"
    PLANNED_FUNDED = "planned_funded"
    PLANNED_UNFUNDED = "planned_unfunded"


class ContactRole(StrEnum):
    """What a vendor's contact is there for."""

    PRIMARY = "primary"
    SECURITY = "security"
    PRIVACY = "privacy"
    LEGAL = "legal"
    INCIDENT = "incident"
    EXECUTIVE = "executive"


class EdgeKind(StrEnum):
    """Kinds of edges of the exposure graph; they run the way compromise travels."""

    HOLDS = "holds"
    READS_BACK = "reads_back"
    PIVOT = "pivot"
    UPSTREAM = "upstream"
    LATERAL = "lateral"
    HOSTING = "hosting"
    COMMON_CAUSE = "common_cause"
    AVAILABILITY = "availability"


class ScenarioKind(StrEnum):
    """What is assumed to happen at the start."""

    DATA_THEFT = "data_theft"
    RANSOMWARE_THEFT = "ransomware_theft"
    OUTAGE = "outage"
    STOLEN_CREDENTIALS = "stolen_credentials"
    MALICIOUS_UPDATE = "malicious_update"
    INSIDER = "insider"


class Certainty(StrEnum):
    """How well a shipped figure is known, best first."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    DERIVED = "derived"
    RECALLED = "recalled"
    JUDGEMENT = "judgement"
