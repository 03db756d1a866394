"""The lists of datasets, coverage, segments and jurisdictions."""

from registry.core.listing import Column, FilterKind, Format
from registry.facts.lists import code_column, fact_list, name_of
from registry.models.datasets import Coverage, Dataset
from registry.models.segments import Jurisdiction, Segment
from registry.models.systems import System

__all__ = ["COVERAGE", "DATASETS", "JURISDICTIONS", "SEGMENTS"]

_SYSTEM = (Dataset.system, System.code, System.name)
_DATASET = (Coverage.dataset, Dataset.code, Dataset.name)
_SEGMENT = (Coverage.segment, Segment.code, Segment.name)
_OF_SEGMENT = (Jurisdiction.segment, Segment.code, Segment.name)

DATASETS = fact_list(
    "datasets",
    (
        code_column("Dataset", Dataset.code),
        Column(key="name", label="Name", expression=Dataset.name, format=Format.NAME, sort=Dataset.name_key),
        Column(key="system", label="Home system", expression=name_of(System, Dataset.system), sort_through=_SYSTEM),
        Column(
            key="categories",
            label="Categories",
            expression=Dataset.categories,
            format=Format.CATEGORIES,
            filter=FilterKind.WORDS,
            sortable=False,
        ),
        Column(key="people", label="People", expression=Dataset.people, format=Format.COUNT, filter=FilterKind.NUMBER),
        Column(key="as_of", label="Counted on", expression=Dataset.as_of, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="source", label="Source", expression=Dataset.source, filter=FilterKind.TEXT, shown=False),
        Column(
            key="retention",
            label="Kept, months",
            expression=Dataset.retention_months,
            format=Format.COUNT,
            filter=FilterKind.NUMBER,
            shown=False,
        ),
    ),
    search=(Dataset.code, Dataset.name),
    search_through=(_SYSTEM,),
)

COVERAGE = fact_list(
    "coverage",
    (
        Column(
            key="dataset",
            label="Dataset",
            expression=name_of(Dataset, Coverage.dataset),
            format=Format.NAME,
            sort_through=_DATASET,
        ),
        Column(key="segment", label="Segment", expression=name_of(Segment, Coverage.segment), sort_through=_SEGMENT),
        Column(
            key="share", label="Share in it", expression=Coverage.share, format=Format.SHARE, filter=FilterKind.NUMBER
        ),
    ),
    search_through=(_DATASET, _SEGMENT),
)

SEGMENTS = fact_list(
    "segments",
    (
        code_column("Segment", Segment.code),
        Column(key="name", label="Name", expression=Segment.name, format=Format.NAME, sort=Segment.name_key),
        Column(key="people", label="People", expression=Segment.people, format=Format.COUNT, filter=FilterKind.NUMBER),
        Column(key="as_of", label="Counted on", expression=Segment.as_of, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="source", label="Source", expression=Segment.source, filter=FilterKind.TEXT),
    ),
    search=(Segment.code, Segment.name),
)

JURISDICTIONS = fact_list(
    "jurisdictions",
    (
        Column(
            key="segment",
            label="Segment",
            expression=name_of(Segment, Jurisdiction.segment),
            format=Format.NAME,
            sort_through=_OF_SEGMENT,
        ),
        Column(key="jurisdiction", label="Jurisdiction", expression=Jurisdiction.jurisdiction, filter=FilterKind.TEXT),
        Column(
            key="share", label="Share", expression=Jurisdiction.share, format=Format.SHARE, filter=FilterKind.NUMBER
        ),
    ),
    many="jurisdiction shares",
    search=(Jurisdiction.jurisdiction,),
    search_through=(_OF_SEGMENT,),
)
