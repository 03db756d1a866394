"""Changing ladders, leaving and joining the mails, and the secret address of one's calendar."""

import hmac
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import select

from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound, StaleVersion
from registry.core.secrets import keyring
from registry.core.work import retried, work
from registry.domain.register.errors import DomainError
from registry.domain.reminding.cadence import Step, gaps_of
from registry.models.accounts import Person
from registry.models.mail import CalendarLink, LadderStep, MailOptOut
from registry.reminders.ladder import ladder_of, shipped

__all__ = [
    "BadLadder",
    "ChangeStep",
    "calendar_address",
    "change_step",
    "end_calendar",
    "new_calendar",
    "owner_of_calendar",
    "reset_step",
    "unsubscribe",
]

_PURPOSE = "calendar"
_MARK_LENGTH = 40


class BadLadder(DomainError):
    """The ladder would have a gap, or name what does not exist; says which."""

    def __init__(self, problems: list[str]) -> None:
        """Keep every problem."""
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStep:
    """A step as it shall be, why, and the version of the change it replaces (0: none was in force)."""

    step: Step
    is_active: bool
    why: str
    version: int


@retried
def change_step(actor: Actor, command: ChangeStep) -> None:
    """Change or add a step; the ladder it makes must leave no tier without a reminder."""
    wanted = command.step
    with work(actor, "ladder.change", subject=f"ladder:{wanted.subject}:{wanted.number}") as w:
        others = [each for each in ladder_of(wanted.subject) if each.step.number != wanted.number]
        active = [each.step for each in others if each.is_active] + ([wanted] if command.is_active else [])
        if problems := gaps_of(sorted(active, key=lambda step: step.number)):
            raise BadLadder(problems)
        values = {
            "offset_days": wanted.offset_days, "recipient": wanted.role, "is_active": command.is_active,
            "tiers": "all" if len(wanted.tiers) == 4 else ";".join(sorted(wanted.tiers)), "why": command.why,
        }  # fmt: skip
        row = w.session.get(LadderStep, (wanted.subject, wanted.number), with_for_update=True, populate_existing=True)
        if command.version != (row.version if row else 0):
            raise StaleVersion("step of the ladder", wanted.number)
        if row is None:
            w.add(LadderStep(subject=wanted.subject, step=wanted.number, **values))
            return
        for name, value in values.items():
            setattr(row, name, value)


@retried
def reset_step(actor: Actor, subject: str, number: int) -> None:
    """Return to the shipped step; one that was added is taken away."""
    with work(actor, "ladder.reset", subject=f"ladder:{subject}:{number}") as w:
        row = w.session.get(LadderStep, (subject, number))
        if row is None:
            raise NotFound("change of step", number)
        left = [each.step for each in ladder_of(subject) if each.is_active and each.step.number != number]
        left += [step for step in shipped() if (step.subject, step.number) == (subject, number)]
        if problems := gaps_of(sorted(left, key=lambda step: step.number)):
            raise BadLadder(problems)
        w.delete(row)


@retried
def unsubscribe(address: str, *, wants_mail: bool) -> None:
    """Leave reminders and digests, or have them again; said by whoever holds a mail to that address."""
    actor = Actor(person_id=None, name="recipient of a mail")
    with work(actor, "mail.subscribe" if wants_mail else "mail.unsubscribe", subject="mail_opt_out:address") as w:
        row = w.session.get(MailOptOut, address.casefold())
        if wants_mail and row is not None:
            w.delete(row)
        elif not wants_mail and row is None:
            w.add(MailOptOut(address=address.casefold(), since=w.now))


def calendar_address(person_id: int) -> str | None:
    """Return the secret part of a person's calendar address; None when they have none. One query."""
    row = session().get(CalendarLink, person_id)
    return f"{row.selector}.{_mark(row)}" if row and row.is_active else None


@retried
def new_calendar(actor: Actor) -> None:
    """Give a person a calendar address; an earlier one ends."""
    assert actor.person_id is not None
    with work(actor, "calendar.issue", subject=f"calendar_link:{actor.person_id}") as w:
        row = w.session.get(CalendarLink, actor.person_id, with_for_update=True)
        if row is None:
            w.add(CalendarLink(person_id=actor.person_id, selector=token_hex(8), issue=1, is_active=True))
            return
        row.issue, row.is_active = row.issue + 1, True


@retried
def end_calendar(actor: Actor) -> None:
    """End a person's calendar address."""
    with work(actor, "calendar.end", subject=f"calendar_link:{actor.person_id}") as w:
        w.get(CalendarLink, actor.person_id).is_active = False


def owner_of_calendar(address: str) -> int | None:
    """Return whose calendar an address opens; None for unknown, ended and wrong alike. One query."""
    selector, _, mark = address.partition(".")
    question = select(CalendarLink).join(Person, Person.id == CalendarLink.person_id)
    row = session().scalar(question.where(CalendarLink.selector == selector, CalendarLink.is_active, Person.is_active))
    if row is None or not mark.isascii() or not hmac.compare_digest(mark, _mark(row)):
        return None
    return row.person_id


def _mark(row: CalendarLink) -> str:
    return keyring().mark(_PURPOSE, f"{row.selector}:{row.issue}")[:_MARK_LENGTH]
