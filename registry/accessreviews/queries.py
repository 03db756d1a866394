"""Which accesses are to be reviewed, and what reviews decided."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.ownership import writable_vendors
from registry.core.paging import Page, page_of
from registry.domain.register.vocabulary import AccessKind, AccessOutcome, Lifecycle
from registry.models.access import Access, AccessReview
from registry.models.systems import System
from registry.models.vendors import Vendor
from registry.risk.queries import TIER_IN_FORCE

__all__ = ["DueAccess", "PastReview", "due_accesses", "past_reviews"]

REVIEW_DAYS = 365
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAccess:
    """An access to be reviewed."""

    code: str
    version: int
    vendor: str
    vendor_name: str
    tier: str | None
    system_name: str
    kind: AccessKind
    last_review: date | None
    is_due: bool
    may_decide: bool


@dataclass(frozen=True, slots=True)
class PastReview:
    """What a review decided, about whose access into what."""

    row: AccessReview
    vendor: str
    vendor_name: str
    system_name: str


def due_accesses(actor: Actor, *, everything: bool, mine: bool, page: str | None) -> tuple[list[DueAccess], Page]:
    """Return a page of open accesses: those never reviewed first, then the longest ago; three queries.

    Parameters
    ----------
    everything
        Also those whose review is not due yet.
    mine
        Only those whose vendor the person may write.
    """
    border = clock.today() - timedelta(days=REVIEW_DAYS)
    is_due = or_(Access.last_review.is_(None), Access.last_review <= border)
    own = writable_vendors(actor)
    conditions = [
        Access.archived_at.is_(None),
        or_(Access.outcome.is_(None), Access.outcome != AccessOutcome.REVOKED),
        Vendor.archived_at.is_(None),
        Vendor.lifecycle != Lifecycle.PROSPECT,
    ]
    conditions += [] if everything else [is_due]
    conditions += [Access.vendor.in_(own)] if mine and own is not None else []
    base = select(Access).join(Vendor, Vendor.code == Access.vendor).where(*conditions)
    total = session().scalar(select(func.count()).select_from(base.subquery())) or 0
    shown = page_of(page, total=total, size=PAGE)
    asked = (
        base.add_columns(
            Vendor.name.label("vendor_name"), System.name.label("system_name"), TIER_IN_FORCE.label("tier")
        )
        .join(System, System.code == Access.system)
        .order_by(Access.last_review.is_not(None), Access.last_review, Access.code)
        .limit(shown.size)
        .offset(shown.offset)
    )
    rows = [
        DueAccess(
            code=row.code, version=row.version, vendor=row.vendor, vendor_name=vendor, tier=tier and str(tier),
            system_name=system, kind=row.kind, last_review=row.last_review,
            is_due=row.last_review is None or row.last_review <= border, may_decide=own is None or row.vendor in own,
        )
        for row, vendor, system, tier in session().execute(asked)
    ]  # fmt: skip
    return rows, shown


def past_reviews() -> list[PastReview]:
    """Return the last reviews, newest first; one query."""
    asked = (
        select(AccessReview, Access.vendor, Vendor.name, System.name)
        .join(Access, Access.code == AccessReview.access)
        .join(Vendor, Vendor.code == Access.vendor)
        .join(System, System.code == Access.system)
        .order_by(AccessReview.id.desc())
        .limit(500)
    )
    return [PastReview(row, vendor, name, system) for row, vendor, name, system in session().execute(asked)]
