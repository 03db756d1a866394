"""The write verbs about public breaches beside their import: decide about links and alerts, compare with our vendors."""

from dataclasses import dataclass

from sqlalchemy import select

from registry.core.actor import Actor
from registry.core.ownership import can_write_vendor, require_vendor
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove
from registry.models.platform_use import PlatformUse
from registry.models.sector import AlertState, BreachAlert, BreachChain, ChainState, PublicBreach
from registry.sector.alerts import raise_alerts
from registry.sector.store import record_of

__all__ = ["Decide", "compare_with_vendors", "decide_alert", "decide_link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """What somebody decides about an alert: taken up or dismissed, and why."""

    alert: int
    version: int
    is_taken_up: bool
    reason: str


@retried
def decide_alert(actor: Actor, command: Decide) -> str:
    """Take an alert up or dismiss it, with a reason; returns the vendor's code."""
    with work(actor, "breach_alert.decide", subject=f"breach_alert:{command.alert}") as w:
        row = w.get(BreachAlert, command.alert, command.version)
        _require_concerned(actor, w, row.vendor)
        if not command.is_taken_up and not command.reason.strip():
            raise IllegalMove("Say why it is not about this vendor, or does not matter; the next one will ask.")
        row.state = AlertState.TAKEN_UP if command.is_taken_up else AlertState.DISMISSED
        row.reason, row.decided_by, row.decided_at = command.reason.strip() or None, actor.name[:200], w.now
        return row.vendor


@retried
def decide_link(actor: Actor, chain_id: int, version: int, *, accept: bool) -> str:
    """Accept or reject a proposed vendor link; a breach with an accepted one counts as begun at a vendor."""
    with work(actor, "breach_link.decide", subject=f"breach_chain:{chain_id}") as w:
        chain = w.get(BreachChain, chain_id, version)
        chain.state = ChainState.ACCEPTED if accept else ChainState.REJECTED
        chain.decided_by, chain.decided_at = actor.name[:200], w.now
        w.session.flush()
        accepted = w.session.scalar(
            select(BreachChain.id)
            .where(BreachChain.breach == chain.breach, BreachChain.state == ChainState.ACCEPTED)
            .limit(1)
        )
        w.get(PublicBreach, chain.breach).vendor_accepted = True if accepted else None
        return chain.vendor


@retried
def compare_with_vendors(actor: Actor) -> int:
    """Look through all records for our vendors again, such as those registered since; returns how many alerts are new."""
    with work(actor, "breach_alert.compare", subject="public_breach:all") as w:
        links: dict[int, list[BreachChain]] = {}
        for chain in w.session.scalars(select(BreachChain).where(BreachChain.state != ChainState.REJECTED)):
            links.setdefault(chain.breach, []).append(chain)
        rows = w.session.scalars(select(PublicBreach).order_by(PublicBreach.id))
        raised = raise_alerts(w, [(row.id, record_of(row, links.get(row.id, ()))) for row in rows])
        w.note(raised=len(raised))
        return len(raised)


def _require_concerned(actor: Actor, w: Work, vendor: str) -> None:
    """Let the owner of the vendor decide, and the owner of a vendor that uses it as a platform."""
    if can_write_vendor(actor, vendor):
        return
    users = w.session.scalars(
        select(PlatformUse.user).where(PlatformUse.platform == vendor, PlatformUse.archived_at.is_(None))
    )
    if not any(can_write_vendor(actor, user) for user in users):
        require_vendor(actor, vendor)
