"""Makes letters of reminders: single ones to vendors' contacts, one digest a day to each of us, escalations to webhooks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.core.addresses import BadAddress
from registry.core.db import session
from registry.core.mailtext import Wording, wording
from registry.core.outbox import Message, message_id_of, row_of
from registry.core.work import Work
from registry.domain.reminding.cadence import Due, Recipient, is_open_hour
from registry.models.mail import Channel, Mail, Reminder, ReminderState, Webhook
from registry.models.organisation import Organisation
from registry.reminders.openings import Situation
from registry.reminders.templates_of_mail import DIGEST, ESCALATION, SINGLE
from registry.settings import current_settings

__all__ = ["Letters", "Post", "digest_message", "distance", "matters_of", "spelled"]

LINES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Post:
    """A digest as a row, and the reminders that went into it."""

    row: dict[str, Any]
    reminders: tuple[int, ...]


class Letters:
    """Writes what one round of planning sends."""

    def __init__(self, seen: Situation) -> None:
        self.seen = seen
        self._today = seen.now.astimezone(ZoneInfo(seen.policy.zone)).date()
        self._words: dict[tuple[str, str], Wording] = {}

    @cached_property
    def organisation(self) -> str:
        """Our name; one query."""
        return session().scalar(select(Organisation.name)) or "The risk registry"

    @staticmethod
    def is_single(each: Due) -> bool:
        """Whether it goes out as a letter of its own: to people outside, who get no digest."""
        return each.recipient is not None and each.recipient.person_id is None and each.role == "vendor_contact"

    def single(self, each: Due) -> tuple[dict[str, Any] | None, str | None]:
        """Return the letter of one reminder, or why there cannot be one."""
        assert each.recipient is not None
        matter = each.matter
        message = Message(
            to=each.recipient, template=SINGLE.name, kind="reminder", about=f"{matter.subject}:{matter.key}",
            dedupe_key=f"reminder:{':'.join(str(part) for part in each.key)}"[:200], secret_link=each.recipient.link,
            thread_id=message_id_of(f"matter:{matter.subject}:{matter.key}"),
            fields={
                "organisation": self.organisation, "title": matter.title, "due": spelled(matter.due),
                "when": distance(matter.due, self._today), "note": each.step.note,
            },
        )  # fmt: skip
        try:
            return row_of(message, self.seen.now, self._wording(SINGLE.name, each.recipient.language)), None
        except BadAddress as error:
            return None, str(error)

    def waiting(self) -> bool:
        """Whether reminders wait for a digest that may go out now; two queries."""
        if not is_open_hour(self.seen.now, self.seen.policy.rules):
            return False
        waiting = session().scalars(
            select(Reminder.recipient).where(Reminder.state == ReminderState.PLANNED).distinct()
        )
        return any(self._digest_key(address) not in self._digests_of_today for address in waiting)

    def digests(self, w: Work) -> list[Post]:
        """Return today's digests of all reminders that wait, one for each of us who had none today."""
        if not is_open_hour(self.seen.now, self.seen.policy.rules):
            return []
        w.session.flush()
        self.__dict__.pop("_digests_of_today", None)  # another planner may have been faster
        by_address: dict[str, list[Reminder]] = defaultdict(list)
        waiting = select(Reminder).where(Reminder.state == ReminderState.PLANNED).order_by(Reminder.due_at, Reminder.id)
        for row in w.session.scalars(waiting):
            by_address[row.recipient].append(row)
        return [
            Post(self._digest(address, rows), tuple(row.id for row in rows))
            for address, rows in sorted(by_address.items())
            if self._digest_key(address) not in self._digests_of_today
        ]

    def escalations(self, w: Work, escalated: Iterable[Due]) -> int:
        """Tell every active webhook what reached the CISO; return how many messages that makes."""
        hooks = w.session.execute(select(Webhook.id, Webhook.name).where(Webhook.is_active).order_by(Webhook.id)).all()
        once: Mapping[tuple[str, str, int, int], Due] = {each.key[:4]: each for each in escalated}
        rows = [self._escalation(hook.id, hook.name, each) for hook in hooks for each in once.values()]
        w.insert_many(Mail, rows)
        return len(rows)

    def _escalation(self, hook_id: int, name: str, each: Due) -> dict[str, Any]:
        message = Message(
            to=Recipient(address=f"webhook:{hook_id}", name=name), template=ESCALATION.name, kind="escalation",
            channel=Channel.WEBHOOK, about=f"{each.matter.subject}:{each.matter.key}",
            dedupe_key=f"webhook:{hook_id}:{':'.join(str(part) for part in each.key[:4])}"[:200],
            fields={
                "organisation": self.organisation, "title": each.matter.title, "due": spelled(each.matter.due),
                "when": distance(each.matter.due, self._today),
            },
        )  # fmt: skip
        return row_of(message, self.seen.now, self._wording(ESCALATION.name, "en"))

    def _digest(self, address: str, rows: list[Reminder]) -> dict[str, Any]:
        person = self.seen.book.people.get(address) or Recipient(address=address, name=address)
        message = digest_message(person, rows, self._digest_key(address), self.organisation)
        return row_of(message, self.seen.now, self._wording(DIGEST.name, person.reached.language))

    def _digest_key(self, address: str) -> str:
        return f"digest:{address}:{self._today.isoformat()}"[:200]

    @cached_property
    def _digests_of_today(self) -> set[str]:
        ending = f":{self._today.isoformat()}"
        return set(
            session().scalars(select(Mail.dedupe_key).where(Mail.kind == "digest", Mail.dedupe_key.endswith(ending)))
        )

    def _wording(self, template: str, language: str) -> Wording:
        if (template, language) not in self._words:
            self._words[template, language] = wording(template, language)
        return self._words[template, language]


def digest_message(person: Recipient, rows: Iterable[Reminder], dedupe_key: str, organisation: str) -> Message:
    """Return the digest of some reminders, to the one they are for or to whoever stands in."""
    to = person.reached
    before = "" if to is person else f"You stand in for {person.name}, who is away.\n\n"
    fields = {"organisation": organisation, "before": before, "address": f"{current_settings().public_url}/reminders"}
    return Message(
        to=to, template=DIGEST.name, kind="digest", dedupe_key=dedupe_key, fields=fields | matters_of(rows)
    )  # fmt: skip


def matters_of(rows: Iterable[Reminder]) -> dict[str, str]:
    """Return the fields of a digest that say what is waiting."""
    lines = [f"- {row.title}" for row in rows]
    shown = lines[:LINES_SHOWN] + ([f"- and {len(lines) - LINES_SHOWN} more"] if len(lines) > LINES_SHOWN else [])
    count = "1 matter is" if len(lines) == 1 else f"{len(lines)} matters are"
    return {"count": count, "matters": "\n".join(shown)}


def spelled(day: date) -> str:
    """Return a date for people.

    >>> spelled(date(2026, 6, 5))
    '5 June 2026'
    """
    return f"{day.day} {day:%B %Y}"


def distance(day: date, today: date) -> str:
    """Say how far a day is away.

    >>> [distance(date(2026, 6, day), date(2026, 6, 5)) for day in (4, 5, 6, 12)]
    ['1 day ago', 'today', 'in 1 day', 'in 7 days']
    """
    days = (day - today).days
    if days == 0:
        return "today"
    words = f"{abs(days)} day{'s' if abs(days) > 1 else ''}"
    return f"in {words}" if days > 0 else f"{words} ago"
