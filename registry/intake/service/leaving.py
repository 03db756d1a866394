"""Vendors that leave: each step writes the fact it is about; the last one only when every step is true."""

from datetime import date

from sqlalchemy import select

from registry.assessments.service.evidence import CheckedFile, keep_file
from registry.core import clock, factstore
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.ownership import require_vendor
from registry.core.work import retried, work
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import AccessOutcome, Lifecycle
from registry.intake.queries import CHECKS, leaving_of
from registry.models.access import Access
from registry.models.flows import Flow
from registry.models.intake import LeavingCheck

__all__ = ["certify_deletion", "confirm", "finish", "revoke"]


@retried
def revoke(actor: Actor, vendor: str, access: str) -> None:
    """Note that an access is revoked as of today."""
    require_vendor(actor, vendor)
    with work(actor, "leaving.revoke", subject=f"vendor:{vendor}") as w:
        row = w.get(Access, access)
        if row.vendor != vendor:
            raise NotFound("access", access)
        values = {"outcome": AccessOutcome.REVOKED, "last_review": clock.today()}
        factstore.change(w, "access", access, None, values)


@retried
def certify_deletion(actor: Actor, vendor: str, flow: str, day: date, file: CheckedFile | None = None) -> None:  # noqa: PLR0917
    """Note the vendor's certificate that a flow's copy is deleted; a flow that had no end ends that day."""
    require_vendor(actor, vendor)
    if day > clock.today():
        raise IllegalMove("A deletion is certified once it is done, not before.")
    with work(actor, "leaving.certify_deletion", subject=f"vendor:{vendor}") as w:
        row = w.get(Flow, flow)
        if row.recipient != vendor:
            raise NotFound("flow", flow)
        values: dict[str, object] = {"deletion_certified": day}
        if row.ends is None or row.ends > day:
            values["ends"] = day
        factstore.change(w, "flows", flow, None, values)
        if file is not None:
            keep_file(w, actor, vendor, file)


@retried
def confirm(actor: Actor, vendor: str, what: str, note: str) -> None:
    """Confirm what no fact says: keys and equipment are back."""
    require_vendor(actor, vendor)
    if what not in CHECKS:
        raise NotFound("check", what)
    with work(actor, "leaving.confirm", subject=f"vendor:{vendor}") as w:
        known = w.session.scalar(select(LeavingCheck).where(LeavingCheck.vendor == vendor, LeavingCheck.what == what))
        if known is None:
            w.add(LeavingCheck(vendor=vendor, what=what, note=note, by=actor.email or actor.name, at=w.now))
        else:
            known.note, known.by, known.at = note, actor.email or actor.name, w.now


@retried
def finish(actor: Actor, vendor: str) -> None:
    """Call the vendor terminated; only when nothing is left to do."""
    require_vendor(actor, vendor)
    with work(actor, "leaving.finish", subject=f"vendor:{vendor}") as w:
        found = leaving_of(vendor)
        if found.left:
            raise IllegalMove(f"{found.left} thing{'s are' if found.left != 1 else ' is'} not true yet.")
        factstore.change(w, "vendors", vendor, None, {"lifecycle": Lifecycle.TERMINATED})
