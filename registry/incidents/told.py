"""Who was told of an incident, as its page shows it: with what became of each mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registry.core.db import session
from registry.core.mailrules import policy
from registry.domain.incidents.telling import ROLE_LABELS
from registry.models.mail import Mail, MailState
from registry.models.telling import IncidentContact, IncidentTelling, TellingWay

__all__ = ["ToldLine", "contacts", "told_lines", "why_no_mail"]

_MAIL_WORDS = {
    MailState.PENDING: "has not gone out",
    MailState.SENDING: "is going out",
    MailState.SENT: "sent",
    MailState.FAILED: "failed",
    MailState.AMBIGUOUS: "possibly sent",
    MailState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One person told; `trouble` is set while they may not know."""

    id: int
    wave: str
    role: str
    name: str
    address: str
    text: str
    how: str
    trouble: bool
    told_at: datetime
    told_by: str
    read_at: datetime | None
    acknowledged_at: datetime | None
    escalated_at: datetime | None


def told_lines(incident_id: int) -> list[ToldLine]:
    """Return who was told, newest wave first; one query."""
    rows = session().execute(
        select(IncidentTelling, Mail.state, Mail.last_error)
        .outerjoin(Mail, Mail.id == IncidentTelling.outbox_id)
        .where(IncidentTelling.incident_id == incident_id)
        .order_by(IncidentTelling.wave, IncidentTelling.id)
    )
    return [_line(row, state, error) for row, state, error in rows]


def _line(row: IncidentTelling, state: MailState | None, error: str | None) -> ToldLine:
    by_phone = row.way is TellingWay.PHONE
    mail = row.why_not or (f"mail {_MAIL_WORDS[state]}" if state else "no mail")
    reason = f": {error}" if error and state is not MailState.SENT else ""
    return ToldLine(
        id=row.id,
        wave=row.wave,
        role=ROLE_LABELS.get(row.role, row.role),
        name=row.name,
        address=row.address,
        text=row.text,
        how=f"telephone, by {row.told_by}" if by_phone else f"{mail}{reason}"[:300],
        trouble=not by_phone and state is not MailState.SENT and row.acknowledged_at is None,
        told_at=row.told_at,
        told_by=row.told_by,
        read_at=row.read_at,
        acknowledged_at=row.acknowledged_at,
        escalated_at=row.escalated_at,
    )


def why_no_mail() -> str | None:
    """Say why no mail goes out at present, None when it does; one query."""
    rules = policy()
    if rules.is_paused:
        return f"The outbox is paused: {rules.why or 'no reason given'}"
    return "The outbox only plans and sends nothing (dry run)." if rules.is_dry else None


def contacts() -> list[IncidentContact]:
    """Return who outside is told of every incident; one query."""
    question = (
        select(IncidentContact).where(IncidentContact.is_active).order_by(IncidentContact.role, IncidentContact.name)
    )
    return list(session().scalars(question))
