"""The lists of flows, accesses and platform uses."""

from registry.core.listing import Column, FilterKind, Format
from registry.domain.register.vocabulary import AccessKind, AccessOutcome, PlatformUseKind, Protection, Storage
from registry.facts.lists import choices_of, code_column, fact_list, name_of, party_of
from registry.models.access import Access
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.platform_use import PlatformUse
from registry.models.systems import System
from registry.models.vendors import Vendor

__all__ = ["ACCESS", "FLOWS", "PLATFORM_USES"]

_RECIPIENT = (Flow.recipient, Vendor.code, Vendor.name)
_DATASET = (Flow.dataset, Dataset.code, Dataset.name)
_VENDOR = (Access.vendor, Vendor.code, Vendor.name)
_SYSTEM = (Access.system, System.code, System.name)
_PLATFORM = (PlatformUse.platform, Vendor.code, Vendor.name)


def _word(key: str, label: str, column: object, words: type) -> Column:
    return Column(
        key=key, label=label, expression=column, format=Format.WORD, filter=FilterKind.CHOICE, choices=choices_of(words)
    )


def _day(key: str, label: str, column: object, *, shown: bool = True) -> Column:
    return Column(key=key, label=label, expression=column, format=Format.DAY, filter=FilterKind.DAY, shown=shown)


FLOWS = fact_list(
    "flows",
    (
        code_column("Flow", Flow.code),
        Column(
            key="dataset",
            label="Dataset",
            expression=name_of(Dataset, Flow.dataset),
            format=Format.NAME,
            sort_through=_DATASET,
        ),
        Column(key="sender", label="From", expression=party_of(Flow.sender), sortable=False),
        Column(key="recipient", label="To", expression=name_of(Vendor, Flow.recipient), sort_through=_RECIPIENT),
        _word("storage", "Storage", Flow.storage, Storage),
        _word("protection", "Protection", Flow.protection, Protection),
        Column(key="share", label="Share", expression=Flow.people_share, format=Format.SHARE, filter=FilterKind.NUMBER),
        Column(key="people", label="People", expression=Flow.people, format=Format.COUNT, filter=FilterKind.NUMBER),
        Column(
            key="legal_basis", label="Legal basis", expression=Flow.legal_basis, filter=FilterKind.TEXT, shown=False
        ),
        _day("starts", "Starts", Flow.starts, shown=False),
        _day("ends", "Ends", Flow.ends),
        _day("deletion", "Deletion certified", Flow.deletion_certified, shown=False),
    ),
    search=(Flow.code, Flow.purpose, Flow.mechanism),
    search_through=(_RECIPIENT, _DATASET),
)

ACCESS = fact_list(
    "access",
    (
        code_column("Access", Access.code),
        Column(
            key="vendor",
            label="Vendor",
            expression=name_of(Vendor, Access.vendor),
            format=Format.NAME,
            sort_through=_VENDOR,
        ),
        Column(key="system", label="System", expression=name_of(System, Access.system), sort_through=_SYSTEM),
        _word("kind", "Kind", Access.kind, AccessKind),
        _day("last_review", "Last review", Access.last_review),
        _word("outcome", "Outcome", Access.outcome, AccessOutcome),
    ),
    many="accesses",
    search=(Access.code,),
    search_through=(_VENDOR, _SYSTEM),
)

PLATFORM_USES = fact_list(
    "platform_uses",
    (
        code_column("Platform use", PlatformUse.code),
        Column(
            key="platform",
            label="Platform",
            expression=name_of(Vendor, PlatformUse.platform),
            format=Format.NAME,
            sort_through=_PLATFORM,
        ),
        Column(key="user", label="Used by", expression=party_of(PlatformUse.user), sortable=False),
        _word("kind", "Kind", PlatformUse.kind, PlatformUseKind),
    ),
    search=(PlatformUse.code,),
    search_through=(_PLATFORM,),
)
