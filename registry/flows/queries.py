"""The list of flows."""

from registry.core.links import fact_url
from registry.core.listing import Column, FilterKind, Format, ListSpec
from registry.domain.vocabulary import Protection, Storage
from registry.facts.lists import choices_of, name_of, party_of
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.vendors import Vendor

__all__ = ["FLOWS"]

FLOWS = ListSpec(
    name="flows",
    one="flow",
    many="flows",
    model=Flow,
    key=Flow.code,
    order="code",
    row_url=lambda key: fact_url("flows", key) or "",
    search=(Flow.code, Flow.purpose, Flow.mechanism),
    search_through=((Flow.recipient, Vendor.code, Vendor.name), (Flow.dataset, Dataset.code, Dataset.name)),
    columns=(
        Column(key="code", label="Flow", expression=Flow.code, format=Format.CODE),
        Column(
            key="dataset",
            label="Dataset",
            expression=name_of(Dataset, Flow.dataset),
            format=Format.NAME,
            sort_through=(Flow.dataset, Dataset.code, Dataset.name),
        ),
        Column(key="sender", label="From", expression=party_of(Flow.sender), sortable=False),
        Column(
            key="recipient",
            label="To",
            expression=name_of(Vendor, Flow.recipient),
            sort_through=(Flow.recipient, Vendor.code, Vendor.name),
        ),
        Column(
            key="storage",
            label="Storage",
            expression=Flow.storage,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=choices_of(Storage),
        ),
        Column(
            key="protection",
            label="Protection",
            expression=Flow.protection,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=choices_of(Protection),
        ),
        Column(key="share", label="Share", expression=Flow.people_share, format=Format.SHARE, filter=FilterKind.NUMBER),
        Column(key="people", label="People", expression=Flow.people, format=Format.COUNT, filter=FilterKind.NUMBER),
        Column(
            key="legal_basis", label="Legal basis", expression=Flow.legal_basis, filter=FilterKind.TEXT, shown=False
        ),
        Column(
            key="starts", label="Starts", expression=Flow.starts, format=Format.DAY, filter=FilterKind.DAY, shown=False
        ),
        Column(key="ends", label="Ends", expression=Flow.ends, format=Format.DAY, filter=FilterKind.DAY),
    ),
)
