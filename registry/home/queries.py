"""What Home shows of the register: how much there is, what changed last, who has a vendor to keep."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select, union_all

from registry.core.actor import Actor
from registry.core.db import session
from registry.core.ownership import owned_vendor_clause
from registry.models.access import Access
from registry.models.controls import Control
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.processes import Process
from registry.models.segments import Segment
from registry.models.systems import System
from registry.models.vendors import Vendor

__all__ = [
    "Changed",
    "RegisterCount",
    "latest_changes",
    "own_vendors",
    "register_counts",
]

CHANGES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """How many live facts there are of one kind."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact that changed lately."""

    kind: str
    word: str
    code: str
    name: str
    at: datetime
    is_new: bool


_COUNTED: tuple[tuple[str, str, Any], ...] = (
    ("vendors", "vendors", Vendor),
    ("flows", "flows", Flow),
    ("systems", "systems", System),
    ("datasets", "datasets", Dataset),
    ("segments", "segments", Segment),
    ("access", "accesses", Access),
    ("processes", "processes", Process),
    ("controls", "controls", Control),
)


def register_counts() -> tuple[RegisterCount, ...]:
    """Return how much is registered; one query."""
    counts = [
        select(func.count()).select_from(model).where(model.archived_at.is_(None)).scalar_subquery()
        for _, _, model in _COUNTED
    ]
    row = session().execute(select(*counts)).one()
    return tuple(RegisterCount(kind, label, count) for (kind, label, _), count in zip(_COUNTED, row, strict=True))


def own_vendors(actor: Actor) -> frozenset[str]:
    """Return the vendors a person keeps: owns, was delegated, or looks after for somebody; two queries."""
    asked = select(Vendor.code).where(Vendor.archived_at.is_(None), owned_vendor_clause(actor))
    return frozenset(session().scalars(asked))


def latest_changes() -> tuple[Changed, ...]:
    """Return the facts that changed last, newest first; one query."""
    kinds: tuple[tuple[str, str, Any, Any], ...] = (
        ("vendors", "vendor", Vendor, Vendor.name),
        ("flows", "flow", Flow, select(Vendor.name).where(Vendor.code == Flow.recipient).scalar_subquery()),
        ("systems", "system", System, System.name),
        ("datasets", "dataset", Dataset, Dataset.name),
        ("segments", "segment", Segment, Segment.name),
    )
    parts = [_changed(kind, word, model, name) for kind, word, model, name in kinds]
    found = session().execute(union_all(*(select(part.subquery()) for part in parts)))
    newest = sorted((Changed(*row) for row in found), key=lambda item: (item.at, item.code), reverse=True)
    return tuple(newest[:CHANGES_SHOWN])


def _changed(kind: str, word: str, model: Any, name: Any) -> Select[Any]:
    return (
        select(
            literal(kind).label("kind"),
            literal(word).label("word"),
            model.code.label("code"),
            cast(name, String).label("name"),
            model.updated_at.label("at"),
            (model.version == 1).label("is_new"),
        )
        .where(model.archived_at.is_(None))
        .order_by(model.updated_at.desc())
        .limit(CHANGES_SHOWN)
    )
