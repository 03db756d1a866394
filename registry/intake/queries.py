"""What the pages of vendors that come and go ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, select
from sqlalchemy.orm import aliased

from registry.core import clock
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.ownership import can_write_vendor
from registry.domain.assessment.intake import OPEN_REQUESTS, needs_assessment
from registry.domain.register.vocabulary import AccessOutcome, Lifecycle, Storage, Tier
from registry.models.access import Access
from registry.models.assessments import Assessment
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.intake import LeavingCheck, NoticeState, SubprocessorNotice, VendorRequest
from registry.models.systems import System
from registry.models.vendors import Contract, Vendor
from registry.risk.queries import Risk, risk_of

__all__ = [
    "CHECKS",
    "Leaving",
    "NoticeRow",
    "RequestPage",
    "choices",
    "leaving_of",
    "leaving_vendors",
    "notice_of",
    "notices",
    "request_page",
    "requests",
]

CHECKS: Mapping[str, str] = {
    "keys": "Keys, tokens and certificates are withdrawn",
    "equipment": "Equipment is returned",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """One request with what triage found."""

    row: VendorRequest
    vendor_name: str | None
    risk: Risk | None
    tier: Tier | None
    assessments: tuple[Assessment, ...]
    may_triage: bool
    may_decide: bool
    may_withdraw: bool

    @property
    def needs_assessment(self) -> bool:
        """Whether an assessment must be decided before it can be approved."""
        return needs_assessment(self.tier)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.row.state in OPEN_REQUESTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is true and what is not about a vendor that leaves."""

    code: str
    name: str
    lifecycle: Lifecycle
    owner: str | None
    access: tuple[tuple[Access, str], ...]
    flows: tuple[tuple[Flow, str], ...]
    contracts: tuple[Contract, ...]
    checks: Mapping[str, LeavingCheck]
    today: date

    @property
    def open_access(self) -> int:
        """Accesses that are not revoked."""
        return sum(row.outcome is not AccessOutcome.REVOKED for row, _ in self.access)

    @property
    def open_flows(self) -> int:
        """Flows whose copy is not certified deleted."""
        return sum(not self.is_deleted(row) for row, _ in self.flows)

    @property
    def open_contracts(self) -> int:
        """Contracts that have not ended."""
        return sum(row.ends is None or row.ends > self.today for row in self.contracts)

    @property
    def left(self) -> int:
        """How many things are not true yet."""
        return self.open_access + self.open_flows + self.open_contracts + sum(key not in self.checks for key in CHECKS)

    def is_deleted(self, row: Flow) -> bool:
        """Whether no copy of a flow is left."""
        return row.deletion_certified is not None and row.deletion_certified <= self.today


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice with the names of both vendors."""

    row: SubprocessorNotice
    vendor_name: str
    newcomer_name: str


def requests() -> list[VendorRequest]:
    """Return all requests, what is open first, newest first; one query."""
    is_over = case((VendorRequest.state.in_(OPEN_REQUESTS), 0), else_=1)
    return list(session().scalars(select(VendorRequest).order_by(is_over, VendorRequest.id.desc()).limit(500)))


def request_page(key: int, actor: Actor) -> RequestPage:
    """Return a request with what is known of its prospect."""
    row = session().get(VendorRequest, key)
    if row is None:
        raise NotFound("request", key)
    vendor = session().get(Vendor, row.vendor) if row.vendor else None
    risk = risk_of(vendor.code) if vendor else None
    asked = select(Assessment).where(Assessment.vendor == row.vendor).order_by(Assessment.id.desc())
    review = Permission.ASSESSMENTS_REVIEW
    may_decide = can_write_vendor(actor, vendor.code, review) if vendor else may(actor, review)
    return RequestPage(
        row=row,
        vendor_name=vendor.name if vendor else None,
        risk=risk,
        tier=(vendor.tier_override if vendor else None) or (risk.inherent.tier if risk else None),
        assessments=tuple(session().scalars(asked)) if vendor and may(actor, Permission.ASSESSMENTS_READ) else (),
        may_triage=may(actor, Permission.FACTS_WRITE),
        may_decide=may_decide,
        may_withdraw=may_decide or (actor.email or "").casefold() == row.requested_by.casefold(),
    )


def choices() -> tuple[list[tuple[str, str, int | None]], list[tuple[str, str]]]:
    """Return our datasets with their people, and our systems; two queries."""
    datasets = session().execute(
        select(Dataset.code, Dataset.name, Dataset.people).where(Dataset.archived_at.is_(None)).order_by(Dataset.name)
    )
    systems = session().execute(
        select(System.code, System.name).where(System.archived_at.is_(None)).order_by(System.name)
    )
    return [(row.code, row.name, row.people) for row in datasets], [(row.code, row.name) for row in systems]


def leaving_vendors() -> list[Leaving]:
    """Return the vendors that leave, or have left with something undone; a handful of queries each."""
    stages = (Lifecycle.OFFBOARDING, Lifecycle.TERMINATED)
    codes = session().scalars(
        select(Vendor.code).where(Vendor.archived_at.is_(None), Vendor.lifecycle.in_(stages)).order_by(Vendor.name_key)
    )
    found = [leaving_of(code) for code in codes]
    return [each for each in found if each.lifecycle is Lifecycle.OFFBOARDING or each.left]


def leaving_of(code: str) -> Leaving:
    """Return what is left to do about a vendor; five queries."""
    vendor = session().get(Vendor, code)
    if vendor is None or vendor.archived_at is not None:
        raise NotFound("vendor", code)
    access = session().execute(
        select(Access, System.name)
        .join(System, System.code == Access.system)
        .where(Access.vendor == code, Access.archived_at.is_(None))
        .order_by(Access.code)
    )
    flows = session().execute(
        select(Flow, Dataset.name)
        .join(Dataset, Dataset.code == Flow.dataset)
        .where(Flow.recipient == code, Flow.archived_at.is_(None), Flow.storage != Storage.NONE)
        .order_by(Flow.code)
    )
    contracts = session().scalars(
        select(Contract).where(Contract.vendor == code, Contract.archived_at.is_(None)).order_by(Contract.code)
    )
    checks = session().scalars(select(LeavingCheck).where(LeavingCheck.vendor == code))
    return Leaving(
        code=code,
        name=vendor.name,
        lifecycle=vendor.lifecycle,
        owner=vendor.owner_email,
        access=tuple((row, name) for row, name in access),
        flows=tuple((row, name) for row, name in flows),
        contracts=tuple(contracts),
        checks={each.what: each for each in checks},
        today=clock.today(),
    )


def notices() -> list[NoticeRow]:
    """Return all notices, open ones by their last day first; one query."""
    is_over = case((SubprocessorNotice.state == NoticeState.OPEN, 0), else_=1)
    return _notices(is_over, SubprocessorNotice.object_by)


def notice_of(key: int) -> NoticeRow:
    """Return one notice; raises NotFound."""
    found = _notices(SubprocessorNotice.id, only=key)
    if not found:
        raise NotFound("notice", key)
    return found[0]


def _notices(*order: object, only: int | None = None) -> list[NoticeRow]:
    newcomer = aliased(Vendor)
    asked = (
        select(SubprocessorNotice, Vendor.name, newcomer.name)
        .join(Vendor, Vendor.code == SubprocessorNotice.vendor)
        .join(newcomer, newcomer.code == SubprocessorNotice.newcomer)
        .order_by(*order)  # type: ignore[arg-type]  # columns of this query
    )
    rows = session().execute(asked if only is None else asked.where(SubprocessorNotice.id == only))
    return [NoticeRow(row, vendor, other) for row, vendor, other in rows]
