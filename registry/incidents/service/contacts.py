"""People outside who are told of every incident: added, and no longer told."""

from registry.core.actor import Actor
from registry.core.addresses import mail_address
from registry.core.work import retried, work
from registry.domain.register.errors import IllegalMove
from registry.models.telling import IncidentContact

__all__ = ["add_contact", "end_contact"]


@retried
def add_contact(actor: Actor, *, role: str, name: str, email: str | None, phone: str | None) -> None:
    """Add somebody; they are told from the next wave on.

    Raises
    ------
    IllegalMove, BadAddress
        Neither an address nor a number, or one mail cannot go to.
    """
    if not email and not phone:
        raise IllegalMove("Give a mail address or a number to call.")
    address = mail_address(email) if email else None
    with work(actor, "incident_contact.add") as w:
        row = w.add(IncidentContact(role=role, name=name, email=address, phone=phone, is_active=True))
        w.about(f"incident_contact:{row.id}")


@retried
def end_contact(actor: Actor, contact_id: int) -> None:
    """Tell somebody no more; what they were told stays."""
    with work(actor, "incident_contact.end", subject=f"incident_contact:{contact_id}") as w:
        w.get(IncidentContact, contact_id).is_active = False
