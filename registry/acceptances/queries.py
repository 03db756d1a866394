"""What the pages of acceptances ask: the list with what is stale, one acceptance beside the present figures."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date as DateType
from sqlalchemy import and_, bindparam, case, func, or_, select

from registry.acceptances.approvers import Approver, approvers_of, right_of
from registry.core import clock
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.listing import Choice, Column, FilterKind, Format, ListSpec
from registry.core.ownership import can_write_vendor
from registry.domain.assessment.acceptance import is_stale
from registry.domain.register.vocabulary import Tier
from registry.facts.lists import choices_of, name_of
from registry.models.findings import Acceptance, AcceptanceState, Finding
from registry.models.risk import VendorRisk
from registry.models.vendors import Vendor
from registry.risk.queries import Risk, risk_of

__all__ = ["ACCEPTANCES", "AcceptancePage", "acceptance_page", "acceptances_of"]

_VENDOR = (Acceptance.vendor, Vendor.code, Vendor.name)
_today = bindparam("today", callable_=clock.today, type_=DateType)
_residual_now = select(VendorRisk.residual).where(VendorRisk.vendor == Acceptance.vendor).scalar_subquery()
_people_now = select(VendorRisk.people).where(VendorRisk.vendor == Acceptance.vendor).scalar_subquery()
# As `registry.domain.assessment.acceptance.is_stale`, for lists; a test holds the two against each other.
STALE = and_(
    Acceptance.state == AcceptanceState.APPROVED,
    or_(
        Acceptance.expires < _today,
        Acceptance.residual.is_(None) != _residual_now.is_(None),
        func.coalesce(_residual_now > Acceptance.residual + 0.05, False),
        func.coalesce(_people_now > func.coalesce(Acceptance.people, 0) + 0.5, False),
    ),
)
_SUBJECT = func.coalesce(
    name_of_finding := select(Finding.title).where(Finding.code == Acceptance.finding).scalar_subquery(),
    "the vendor’s risk as a whole",
)

ACCEPTANCES = ListSpec(
    name="acceptances",
    one="acceptance",
    many="acceptances",
    model=Acceptance,
    key=Acceptance.code,
    order="expires",
    search=(Acceptance.code, Acceptance.reason, Acceptance.conditions),
    search_through=(_VENDOR,),
    row_url=lambda key: f"/acceptances/{key}",
    columns=(
        Column(key="code", label="Code", expression=Acceptance.code, format=Format.CODE),
        Column(key="what", label="What is accepted", expression=_SUBJECT, format=Format.NAME, sortable=False),
        Column(key="vendor", label="Vendor", expression=name_of(Vendor, Acceptance.vendor), sort_through=_VENDOR),
        Column(
            key="state", label="State", expression=Acceptance.state, format=Format.WORD, filter=FilterKind.CHOICE,
            choices=choices_of(AcceptanceState),
        ),
        Column(key="expires", label="Expires", expression=Acceptance.expires, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="residual", label="Residual, frozen", expression=Acceptance.residual, format=Format.COUNT, filter=FilterKind.NUMBER),
        Column(key="now", label="Residual, now", expression=_residual_now, format=Format.COUNT, sortable=False),
        Column(key="stale", label="Stale", expression=case((STALE, True), else_=False), where=case((STALE, True), else_=False), format=Format.FLAG, filter=FilterKind.FLAG, sortable=False),
        Column(
            key="needs", label="Needs", expression=Acceptance.needs, format=Format.WORD, filter=FilterKind.CHOICE,
            choices=(Choice("vendor_manager", "vendor manager"), Choice("ciso", "CISO"), Choice("executive", "executive")),
        ),
        Column(key="band", label="Band, frozen", expression=Acceptance.band, format=Format.BADGE, filter=FilterKind.CHOICE, choices=choices_of(Tier), shown=False),
        Column(key="proposed_by", label="Proposed by", expression=Acceptance.proposed_by, filter=FilterKind.TEXT, shown=False),
        Column(key="decided_by", label="Decided by", expression=Acceptance.decided_by, filter=FilterKind.TEXT, shown=False),
    ),
    views=(("To decide", "state=proposed"), ("In force", "state=approved"), ("Stale", "stale=yes")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptancePage:
    """One acceptance beside the present figures."""

    row: Acceptance
    vendor_name: str
    finding: Finding | None
    now: Risk | None
    approvers: tuple[Approver, ...]
    may_approve: bool
    may_withdraw: bool
    today: date

    @property
    def is_live(self) -> bool:
        """Whether it is proposed or in force."""
        return self.row.state in {AcceptanceState.PROPOSED, AcceptanceState.APPROVED}

    @property
    def is_stale(self) -> bool:
        """Whether it is over, or more is at stake than was accepted."""
        residual, people = (self.now.residual, self.now.reach.people) if self.now else (None, None)
        grown = is_stale(self.row.residual, residual, self.row.people, people)
        return self.is_live and (self.row.expires < self.today or grown)


def acceptance_page(code: str, actor: Actor) -> AcceptancePage:
    """Return an acceptance with today's figures and who may decide it."""
    row = session().get(Acceptance, code)
    if row is None:
        raise NotFound("acceptance", code)
    is_waiting = row.state is AcceptanceState.PROPOSED
    may_approve = is_waiting and right_of(actor, row) is not None
    return AcceptancePage(
        row=row,
        vendor_name=session().scalar(select(Vendor.name).where(Vendor.code == row.vendor)) or row.vendor,
        finding=session().get(Finding, row.finding) if row.finding else None,
        now=risk_of(row.vendor),
        approvers=tuple(approvers_of(row)) if is_waiting else (),
        may_approve=may_approve,
        may_withdraw=can_write_vendor(actor, row.vendor, Permission.ACCEPTANCES_PROPOSE),
        today=clock.today(),
    )


def acceptances_of(vendor: str) -> list[Acceptance]:
    """Return the acceptances of a vendor, newest first; one query."""
    return list(
        session().scalars(select(Acceptance).where(Acceptance.vendor == vendor).order_by(Acceptance.code.desc()))
    )
