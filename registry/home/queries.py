"""What Home shows of the register: how much there is, what is missing, what changed last."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, or_, select, union_all

from registry.core.db import session
from registry.domain.vocabulary import Lifecycle
from registry.models.access import Access
from registry.models.controls import Control
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.processes import Process
from registry.models.segments import Segment
from registry.models.systems import System
from registry.models.vendors import Certificate, Contract, Vendor

__all__ = ["Changed", "Gap", "RegisterCount", "gaps", "latest_changes", "register_counts"]

REVIEW_DAYS = 365
CHANGES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """How many live facts there are of one kind."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Something many facts lack, how many, and what it spoils."""

    kind: str
    label: str
    consequence: str
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


def gaps(today: date, *, owner: str | None = None) -> tuple[Gap, ...]:
    """Return what is missing, worst first, only what is really missing; one query.

    `owner` narrows it to the vendors of one person; what belongs to no vendor is then left out.
    """
    asked = _asked(today, owner)
    row = session().execute(select(*(count.scalar_subquery() for *_, count in asked))).one()
    found = [Gap(kind, label, why, count) for (kind, label, why, _), count in zip(asked, row, strict=True) if count]
    return tuple(found)


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


def _asked(today: date, owner: str | None) -> list[tuple[str, str, str, Select[Any]]]:
    live = [Vendor.archived_at.is_(None), Vendor.lifecycle != Lifecycle.TERMINATED]
    mine: list[ColumnElement[bool]] = [func.lower(Vendor.owner_email) == owner.lower()] if owner else []
    vendors = select(func.count()).select_from(Vendor).where(*live, *mine)
    ours = select(Vendor.code).where(*live, *mine)
    flows = _count(Flow, Flow.recipient.in_(ours))
    has_flow = exists().where(Flow.recipient == Vendor.code, Flow.archived_at.is_(None)).correlate(Vendor)
    has_access = exists().where(Access.vendor == Vendor.code, Access.archived_at.is_(None)).correlate(Vendor)
    review_by = today - timedelta(days=REVIEW_DAYS)
    asked = [
        ("vendors", "vendors without an owner", "nobody is asked about them", vendors.where(Vendor.owner_email.is_(None))),
        ("vendors", "vendors with neither flow nor access", "the blast radius cannot see them", vendors.where(~has_flow, ~has_access)),
        ("flows", "flows without a legal basis", "the record of processing has a hole", flows.where(Flow.legal_basis.is_(None))),
        ("access", "accesses not reviewed for a year", "they may reach more than is known",
         _count(Access, Access.vendor.in_(ours), or_(Access.last_review.is_(None), Access.last_review < review_by))),
        ("contracts", "contracts without notice hours", "the clocks of an incident cannot count",
         _count(Contract, Contract.vendor.in_(ours), Contract.breach_notice_hours.is_(None))),
        ("certificates", "certificates that have expired", "they prove nothing any more",
         _count(Certificate, Certificate.vendor.in_(ours), Certificate.expires < today)),
    ]  # fmt: skip
    if owner is None:
        asked += [
            ("datasets", "datasets without a count of people", "everyone is assumed to be in them", _count(Dataset, Dataset.people.is_(None))),
            ("segments", "segments whose count has no source", "the number cannot be defended", _count(Segment, Segment.source.is_(None))),
        ]  # fmt: skip
    return asked


def _count(model: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(model).where(model.archived_at.is_(None), *conditions)
