"""The read questions about public breaches: one record, proposed vendor links, alerts on our vendors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from registry.core.access import Permission, may
from registry.core.actor import Actor, Role
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.ownership import owned_vendor_clause, writable_vendors
from registry.models.importing import ImportRun
from registry.models.platform_use import PlatformUse
from registry.models.sector import (
    AlertState,
    BreachAlert,
    BreachChain,
    ChainState,
    PublicBreach,
    PublicBreachRevision,
)
from registry.models.vendors import Vendor

__all__ = [
    "AlertRow",
    "ChainRow",
    "Headline",
    "RecordPage",
    "alerts",
    "alerts_of_vendor",
    "chains",
    "headline",
    "my_alerts",
    "record",
    "users_of_platforms",
]

SHOWN_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert with the record and the vendor it joins; `users` are our vendors that use the vendor as a platform."""

    id: int
    version: int
    breach: int
    name: str
    reported: date | None
    began: date | None
    people: int | None
    measure: str
    is_placeholder: bool
    vendor: str
    vendor_name: str
    basis: str
    evidence: str
    confidence: float
    state: AlertState
    raised_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    users: tuple[str, ...]
    can_decide: bool

    @property
    def confidence_word(self) -> str:
        """How sure it is, in a word."""
        return "very likely" if self.confidence >= 0.9 else "likely" if self.confidence >= 0.6 else "possibly"


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A proposed vendor link and the record it was read in."""

    chain: BreachChain
    breach: int
    name: str


@dataclass(frozen=True, slots=True)
class Headline:
    """How much is known, and how much waits for somebody."""

    breaches: int
    last_import: datetime | None
    open_alerts: int
    proposed_links: int


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record with what later exports changed, the links its text proposes, and the alerts it raised."""

    breach: PublicBreach
    revisions: Sequence[PublicBreachRevision]
    chains: Sequence[BreachChain]
    alerts: Sequence[AlertRow]


def headline() -> Headline:
    """Return how much is known; one query."""
    row = (
        session()
        .execute(
            select(
                select(func.count()).select_from(PublicBreach).scalar_subquery(),
                select(func.max(ImportRun.committed_at)).where(ImportRun.kind == "breaches").scalar_subquery(),
                select(func.count())
                .select_from(BreachAlert)
                .where(BreachAlert.state == AlertState.OPEN)
                .scalar_subquery(),
                select(func.count())
                .select_from(BreachChain)
                .where(BreachChain.state == ChainState.PROPOSED)
                .scalar_subquery(),
            )
        )
        .one()
    )
    return Headline(*row)


def record(actor: Actor, breach_id: int) -> RecordPage:
    """Return one record; raises NotFound."""
    breach = session().get(PublicBreach, breach_id)
    if breach is None:
        raise NotFound("public breach", breach_id)
    revisions = session().scalars(
        select(PublicBreachRevision)
        .where(PublicBreachRevision.breach == breach_id)
        .order_by(PublicBreachRevision.id.desc())
    )
    links = session().scalars(select(BreachChain).where(BreachChain.breach == breach_id).order_by(BreachChain.id))
    return RecordPage(breach, revisions.all(), links.all(), _alert_rows(actor, [BreachAlert.breach == breach_id]))


def alerts(actor: Actor, *, is_open: bool) -> list[AlertRow]:
    """Return the alerts that wait, or those that were decided, newest breach first; three queries."""
    condition = (
        BreachAlert.state == AlertState.OPEN
        if is_open
        else BreachAlert.state.in_([AlertState.TAKEN_UP, AlertState.DISMISSED])
    )
    return _alert_rows(actor, [condition])


def alerts_of_vendor(actor: Actor, code: str) -> list[AlertRow]:
    """Return what stands open about a vendor, or about a platform it uses; not for those who may not see the lists."""
    if not may(actor, Permission.SECTOR_READ):
        return []
    platforms = select(PlatformUse.platform).where(PlatformUse.user == code, PlatformUse.archived_at.is_(None))
    about = or_(BreachAlert.vendor == code, BreachAlert.vendor.in_(platforms))
    return _alert_rows(actor, [BreachAlert.state == AlertState.OPEN, about])


def my_alerts(actor: Actor) -> list[AlertRow]:
    """Return the open alerts for Home: all for the CISO, else those on own vendors and on platforms these use."""
    if not may(actor, Permission.SECTOR_READ) or actor.person_id is None:
        return []
    conditions: list[ColumnElement[bool]] = [BreachAlert.state == AlertState.OPEN]
    if not actor.has_role(Role.CISO):
        own = select(Vendor.code).where(owned_vendor_clause(actor))
        platforms = select(PlatformUse.platform).where(PlatformUse.user.in_(own), PlatformUse.archived_at.is_(None))
        conditions.append(or_(BreachAlert.vendor.in_(own), BreachAlert.vendor.in_(platforms)))
    return _alert_rows(actor, conditions)


def chains(*, is_open: bool) -> list[ChainRow]:
    """Return the proposed vendor links, the surest first, or the decided ones, newest first; one query."""
    query = select(BreachChain, PublicBreach.id, PublicBreach.name).join(
        PublicBreach, PublicBreach.id == BreachChain.breach
    )
    query = (
        query.where(BreachChain.state == ChainState.PROPOSED).order_by(BreachChain.confidence.desc(), BreachChain.id)
        if is_open
        else query.where(BreachChain.state != ChainState.PROPOSED).order_by(
            BreachChain.decided_at.desc(), BreachChain.id
        )
    )
    return [ChainRow(*row) for row in session().execute(query.limit(SHOWN_MAX))]


def _alert_rows(actor: Actor, conditions: Sequence[ColumnElement[bool]]) -> list[AlertRow]:
    query: Select[tuple[BreachAlert, PublicBreach, str]] = (
        select(BreachAlert, PublicBreach, Vendor.name)
        .join(PublicBreach, PublicBreach.id == BreachAlert.breach)
        .join(Vendor, Vendor.code == BreachAlert.vendor)
        .where(*conditions)
        .order_by(
            func.coalesce(PublicBreach.reported, PublicBreach.began).desc(),
            BreachAlert.confidence.desc(),
            BreachAlert.id,
        )
        .limit(SHOWN_MAX)
    )
    found = session().execute(query).all()
    users = users_of_platforms({alert.vendor for alert, _, _ in found})
    writable = writable_vendors(actor) if found else frozenset()
    rows = []
    for alert, breach, name in found:
        using = users.get(alert.vendor, {})
        can_decide = writable is None or not writable.isdisjoint({alert.vendor, *using})
        rows.append(_alert_row(alert, breach, name, tuple(dict.fromkeys(using.values())), can_decide=can_decide))
    return rows


def _alert_row(
    alert: BreachAlert, breach: PublicBreach, name: str, users: tuple[str, ...], *, can_decide: bool
) -> AlertRow:
    return AlertRow(
        id=alert.id, version=alert.version, breach=breach.id, name=breach.name, reported=breach.reported, began=breach.began,
        people=breach.people, measure=breach.measure.value, is_placeholder=breach.is_placeholder, vendor=alert.vendor,
        vendor_name=name, basis=alert.basis, evidence=alert.evidence, confidence=alert.confidence, state=alert.state,
        raised_at=alert.raised_at, decided_by=alert.decided_by, decided_at=alert.decided_at, reason=alert.reason, users=users,
        can_decide=can_decide,
    )  # fmt: skip


def users_of_platforms(platforms: set[str]) -> dict[str, dict[str, str]]:
    """Return our vendors that use each of these as a platform, code and name."""
    if not platforms:
        return {}
    query = (
        select(PlatformUse.platform, Vendor.code, Vendor.name)
        .join(Vendor, Vendor.code == PlatformUse.user)
        .where(PlatformUse.platform.in_(sorted(platforms)), PlatformUse.archived_at.is_(None))
        .order_by(Vendor.name)
    )
    found: dict[str, dict[str, str]] = {}
    for platform, code, name in session().execute(query):
        found.setdefault(platform, {})[code] = name
    return found
