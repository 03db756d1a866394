"""What is written beside a vendor's facts: comments, and leave for a colleague to keep it current."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.ownership import require_vendor
from registry.core.work import retried, work
from registry.models.vendors import Vendor, VendorComment, VendorDelegation

__all__ = ["Delegate", "comment", "delegate", "end_delegation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """Who may write a vendor beside its owner, and until when; None: until withdrawn."""

    vendor: str
    email: str
    until: date | None


@retried
def comment(actor: Actor, vendor: str, body: str) -> int:
    """Keep what somebody says about a vendor."""
    with work(actor, "vendor.comment", subject=f"vendor:{vendor}") as w:
        if w.session.get(Vendor, vendor) is None:
            raise NotFound("vendor", vendor)
        row = VendorComment(vendor=vendor, author_id=actor.person_id, author=actor.name, body=body, written_at=w.now)
        return w.add(row).id


@retried
def delegate(actor: Actor, command: Delegate) -> None:
    """Let a colleague keep a vendor current; asking again moves the last day."""
    require_vendor(actor, command.vendor)
    with work(actor, "vendor.delegate", subject=f"vendor:{command.vendor}") as w:
        email = command.email.casefold()
        known = w.session.scalar(
            select(VendorDelegation.id).where(
                VendorDelegation.vendor == command.vendor, VendorDelegation.delegate_email == email
            )
        )
        if known is not None:
            row = w.get(VendorDelegation, known)
            row.until, row.since, row.granted_by = command.until, clock.today(), actor.name
            return
        w.add(
            VendorDelegation(
                vendor=command.vendor,
                delegate_email=email,
                granted_by=actor.name,
                since=clock.today(),
                until=command.until,
            )
        )


@retried
def end_delegation(actor: Actor, vendor: str, delegation_id: int) -> str:
    """Withdraw the leave; return whose it was."""
    require_vendor(actor, vendor)
    with work(actor, "vendor.end_delegation", subject=f"vendor:{vendor}") as w:
        row = w.get(VendorDelegation, delegation_id)
        if row.vendor != vendor:
            raise NotFound("delegation", delegation_id)
        email = row.delegate_email
        w.delete(row)
        return email
