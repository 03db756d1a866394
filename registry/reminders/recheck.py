"""Asked just before a letter is sent: does it still hold? What is done is never reminded."""

import json

from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import session, writing
from registry.core.mailtext import render, wording
from registry.core.work import Work, work
from registry.models.mail import Mail, MailOptOut, Reminder, ReminderState
from registry.reminders.letters import matters_of
from registry.reminders.openings import still_open
from registry.reminders.planner import CLOSED, OPTED_OUT

__all__ = ["RECHECKS"]

SYSTEM = Actor.system("reminders")


def before_sending(mail_id: int) -> str | None:
    """Return why a letter must not go out; a digest in which only a part is done is written anew without it."""
    now = clock.now()
    columns = (Reminder.id, Reminder.subject, Reminder.subject_key, Reminder.cycle, Reminder.state)
    rows = session().execute(select(*columns).where(Reminder.outbox_id == mail_id)).all()
    spots = {row.id: (row.subject, row.subject_key, row.cycle) for row in rows if row.state is ReminderState.QUEUED}
    is_open = still_open(spots.values(), now)
    address = session().scalar(select(Mail.recipient).where(Mail.id == mail_id))
    has_opted_out = session().scalar(select(MailOptOut.address).where(MailOptOut.address == address)) is not None
    session().commit()
    gone = [key for key, spot in spots.items() if has_opted_out or spot not in is_open]
    reason = OPTED_OUT if has_opted_out else CLOSED
    if gone or len(spots) < len(rows):
        return _shorten(mail_id, gone, reason)
    return None


def _shorten(mail_id: int, gone: list[int], reason: str) -> str | None:
    with writing(), work(SYSTEM, "mail.recheck", subject=f"outbox:{mail_id}") as w:
        w.update_many(Reminder, {key: {"state": ReminderState.CANCELLED, "reason": reason} for key in gone})
        left = list(
            w.session.scalars(
                select(Reminder)
                .where(Reminder.outbox_id == mail_id, Reminder.state == ReminderState.QUEUED)
                .order_by(Reminder.due_at, Reminder.id)
            )
        )
        if not left:
            return reason
        _write_anew(w, mail_id, left)
    return None


def _write_anew(w: Work, mail_id: int, left: list[Reminder]) -> None:
    mail = w.get(Mail, mail_id)
    if mail.kind != "digest":
        return
    fields = json.loads(mail.context) | matters_of(left)
    mail.context = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    mail.subject, mail.body = render(wording(mail.template, "en"), fields)


RECHECKS = {"reminder": before_sending, "digest": before_sending}
