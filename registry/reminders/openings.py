"""What is open now, with everybody it concerns: the facts a round of planning looks at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.core.db import session
from registry.core.mailrules import MailPolicy, policy
from registry.core.reminding import subject, subjects
from registry.domain.reminding.cadence import Matter, Step
from registry.models.mail import MailOptOut
from registry.reminders.ladder import ladder
from registry.reminders.whom import AddressBook, address_book

__all__ = ["Situation", "situation", "still_open"]


@dataclass(frozen=True, slots=True)
class Situation:
    """Open matters, ladders, rules and people at one moment."""

    now: datetime
    policy: MailPolicy
    steps: list[Step]
    matters: list[Matter]
    book: AddressBook
    opted_out: frozenset[str]


def situation(now: datetime) -> Situation:
    """Read all of it."""
    rules = policy()
    today = now.astimezone(ZoneInfo(rules.zone)).date()
    book = address_book(today)
    matters = [book.known(matter, each.name) for each in subjects() for matter in each.matters(today, None)]
    opted_out = frozenset(session().scalars(select(MailOptOut.address)))
    return Situation(now, rules, ladder(), matters, book, opted_out)


def still_open(wanted: Iterable[tuple[str, str, int]], now: datetime) -> set[tuple[str, str, int]]:
    """Return which of these matters (subject, key, cycle) are open in the state that is committed now."""
    today = now.astimezone(ZoneInfo(policy().zone)).date()
    keys: dict[str, set[str]] = defaultdict(set)
    asked = set(wanted)
    for name, key, _ in asked:
        keys[name].add(key)
    found = set()
    for name, only in keys.items():
        known = subject(name)
        if known is None:
            continue
        for matter in known.matters(today, only):
            cycle = matter.due.toordinal() if matter.cycle is None else matter.cycle
            found.add((name, matter.key, cycle))
    return found & asked
