"""The read questions of reminders: what was planned and what became of it, what comes, and why a mail came."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, true

from registry.core import clock
from registry.core.access import Permission, Scope, scope_of
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.reminding import subject
from registry.domain.reminding.cadence import Due, upcoming
from registry.models.mail import Mail, MailOptOut, MailState, Reminder, ReminderState
from registry.reminders.openings import situation

__all__ = ["STANDINGS", "Explanation", "ReminderLine", "coming_up", "counts", "explain", "is_unsubscribed", "lines"]

SHOWN = 300
PREVIEW_DAYS = 90
# How people ask for reminders -> in words.
STANDINGS = {"waiting": "Waiting", "sent": "Sent", "superseded": "Superseded", "cancelled": "Cancelled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLine:
    """One planned step and what became of it."""

    title: str
    subject: str
    step: int
    role: str
    recipient: str
    vendor: str | None
    due_at: datetime
    standing: str
    reason: str | None
    mail_id: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a mail came: to whom, when it was planned, and the steps that led to it."""

    subject: str
    planned_at: datetime
    recipient: str
    lines: tuple[ReminderLine, ...]
    may_unsubscribe: bool


def lines(actor: Actor, standing: str) -> list[ReminderLine]:
    """Return reminders of one standing, newest first; one query."""
    question = (
        _question().where(_standing(standing), _visible(actor)).order_by(Reminder.due_at.desc(), Reminder.id.desc())
    )
    return _lines(question.limit(SHOWN))


def counts(actor: Actor) -> dict[str, int]:
    """Return how many reminders there are of each standing; one query each."""
    base = select(func.count()).select_from(Reminder).outerjoin(Mail, Mail.id == Reminder.outbox_id)
    return {each: session().scalar(base.where(_standing(each), _visible(actor))) or 0 for each in STANDINGS}


def coming_up(actor: Actor, days: int = PREVIEW_DAYS) -> list[Due]:
    """Return who would get what within the next days if nothing changed."""
    now = clock.now()
    seen = situation(now)
    found = upcoming(seen.matters, seen.steps, seen.policy.rules, now, until=now + timedelta(days=days))
    if _reaches_all(actor):
        return found
    return [each for each in found if each.recipient and each.recipient.address == actor.email]


def explain(token: str) -> Explanation | None:
    """Return why a mail came, by what stands in its footer; None when there is no such mail. Two queries."""
    question = select(Mail.id, Mail.subject, Mail.dated_at, Mail.recipient, Mail.kind)
    row = session().execute(question.where(Mail.message_id.startswith(f"<{token}@", autoescape=True))).one_or_none()
    if row is None:
        return None
    reminders = _lines(_question().where(Reminder.outbox_id == row.id).order_by(Reminder.due_at, Reminder.id))
    return Explanation(row.subject, row.dated_at, row.recipient, tuple(reminders), row.kind in {"reminder", "digest"})


def is_unsubscribed(address: str) -> bool:
    """Whether an address gets no reminders; one query."""
    return session().scalar(select(MailOptOut.address).where(MailOptOut.address == address.casefold())) is not None


def _question() -> Select[tuple[Reminder, MailState]]:
    return select(Reminder, Mail.state).outerjoin(Mail, Mail.id == Reminder.outbox_id)


def _lines(question: Select[tuple[Reminder, MailState]]) -> list[ReminderLine]:
    return [_line(row, state) for row, state in session().execute(question)]


def _line(row: Reminder, state: MailState | None) -> ReminderLine:
    known = subject(row.subject)
    return ReminderLine(
        title=row.title, subject=known.words if known else row.subject, step=row.step, role=row.role,
        recipient=row.recipient, vendor=row.vendor, due_at=row.due_at, reason=row.reason, mail_id=row.outbox_id,
        standing=state.value if state and row.state is ReminderState.QUEUED else row.state.value,
    )  # fmt: skip


def _standing(standing: str) -> ColumnElement[bool]:
    queued = Reminder.state == ReminderState.QUEUED
    return {
        "waiting": or_(Reminder.state == ReminderState.PLANNED, queued & (Mail.state != MailState.SENT)),
        "sent": queued & (Mail.state == MailState.SENT),
        "superseded": Reminder.state == ReminderState.SUPERSEDED,
        "cancelled": Reminder.state == ReminderState.CANCELLED,
    }[standing]


def _visible(actor: Actor) -> ColumnElement[bool]:
    return true() if _reaches_all(actor) else Reminder.recipient == (actor.email or "").casefold()


def _reaches_all(actor: Actor) -> bool:
    return scope_of(actor, Permission.REMINDERS_READ) is Scope.ALL
