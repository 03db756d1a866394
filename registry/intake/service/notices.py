"""Notices of new sub-processors: recorded as a prospect with a flow, so that its blast radius shows before it is real."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.core import factstore
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.ownership import require_vendor
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Lifecycle, Relationship
from registry.models.base import name_key
from registry.models.intake import NoticeState, SubprocessorNotice
from registry.models.vendors import Vendor

__all__ = ["Record", "decide", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Who passes what on to whom, as the notice says, and until when we may object."""

    vendor: str
    newcomer: str
    country: str | None
    datasets: tuple[str, ...]
    received: date
    object_by: date
    said: str


@retried
def record(actor: Actor, command: Record) -> int:
    """Record a notice. Somebody who is not registered becomes a prospect, whose facts count in no sum; return its number."""
    require_vendor(actor, command.vendor)
    if command.object_by < command.received:
        raise IllegalMove("The last day to object cannot be before the notice.")
    with work(actor, "notice.record") as w:
        known = select(Vendor).where(Vendor.name_key == name_key(command.newcomer), Vendor.archived_at.is_(None))
        there = w.session.scalar(known)
        code = there.code if there else _prospect(w, actor, command)
        if code == command.vendor:
            raise IllegalMove("A vendor is not its own sub-processor.")
        if there is None or there.lifecycle is Lifecycle.PROSPECT:
            for dataset in command.datasets:
                flow = {"sender": command.vendor, "recipient": code, "dataset": dataset, "purpose": command.said[:4000]}
                factstore.create(w, "flows", flow)
        row = w.add(
            SubprocessorNotice(
                vendor=command.vendor, newcomer=code, received=command.received, object_by=command.object_by,
                said=command.said, state=NoticeState.OPEN, by=actor.email or actor.name,
            )
        )  # fmt: skip
        w.about(f"subprocessor_notice:{row.id}")
        return row.id


def _prospect(w: Work, actor: Actor, command: Record) -> str:
    values = {
        "name": command.newcomer,
        "country": command.country,
        "relationship": Relationship.NTH_PARTY,
        "lifecycle": Lifecycle.PROSPECT,
        "introduced_by": f"Notice of {command.vendor}, {command.received.isoformat()}",
        "owner_email": actor.email,
    }
    return str(factstore.create(w, "vendors", values))


@retried
def decide(actor: Actor, key: int, version: int, *, is_agreed: bool, why: str) -> None:
    """Agree, which makes a prospect active, or object, which leaves it one."""
    with work(actor, "notice.decide", subject=f"subprocessor_notice:{key}") as w:
        row = w.get(SubprocessorNotice, key, version)
        require_vendor(actor, row.vendor)
        if row.state is not NoticeState.OPEN:
            raise IllegalMove(f"This notice is {row.state.value} already.")
        row.state = NoticeState.AGREED if is_agreed else NoticeState.OBJECTED
        row.decided_by, row.decided_at, row.why = actor.email, w.now, why
        newcomer = w.session.get(Vendor, row.newcomer)
        if newcomer is None:
            raise NotFound("vendor", row.newcomer)
        if is_agreed and newcomer.lifecycle is Lifecycle.PROSPECT:
            factstore.change(w, "vendors", row.newcomer, None, {"lifecycle": Lifecycle.ACTIVE})
