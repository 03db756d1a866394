"""What is due: a pure function of open matters, ladders, rules and the time.

A planner that acts "when the day is today" misses what fell into an outage and doubles what a clock repeats. This one is
level-triggered: every step whose moment has passed and that is not planned yet is due, whenever somebody looks. Keys
make it repeatable: (subject, key, cycle, step, recipient) is planned once, and the cycle changes with the deadline.

Of several late steps for one recipient only the furthest is worth a mail; the others are kept as superseded. A reminder
to somebody else never swallows an escalation.

>>> from datetime import date, datetime, time, UTC
>>> rules = Rules(zone="Europe/Dublin", working_days=frozenset({1, 2, 3, 4, 5}), send_from=time(8), send_until=time(18))
>>> step = Step(subject="finding", number=1, offset_days=-7, role="owner")
>>> moment_of(step, date(2026, 6, 22), rules).isoformat()
'2026-06-15T07:00:00+00:00'
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

__all__ = [
    "ALL_TIERS",
    "ESCALATION",
    "Due",
    "Key",
    "Matter",
    "Recipient",
    "Rules",
    "Step",
    "due",
    "gaps_of",
    "is_open_hour",
    "moment_of",
    "next_opening",
    "recipients_of",
    "upcoming",
]

ALL_TIERS: frozenset[str] = frozenset({"critical", "high", "medium", "low"})
# Whom a step falls to when nobody has its role: never to nobody while anybody is left.
ESCALATION: tuple[str, ...] = ("vendor_contact", "vendor_manager", "manager_of_owner", "ciso")
_FALLS_TO: Mapping[str, tuple[str, ...]] = {
    "vendor_contact": ("vendor_contact", "vendor_manager", "ciso"),
    "vendor_manager": ("vendor_manager", "ciso"),
    "owner": ("owner", "vendor_manager", "ciso"),
    "manager_of_owner": ("manager_of_owner", "ciso"),
    "preparer": ("preparer", "ciso"),
    "signer": ("signer", "ciso"),
    "ciso": ("ciso",),
}
_SEARCHED_DAYS = 370  # a year in which no day is a working day is a mistake that the rules refuse

Key = tuple[str, str, int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When mail may go out, in the organisation's own time; days are ISO weekdays, Monday is 1."""

    zone: str
    working_days: frozenset[int]
    send_from: time
    send_until: time
    is_holiday: Callable[[date], bool] = field(default=lambda _day: False, compare=False)

    def is_working(self, day: date) -> bool:
        """Whether people work on a day."""
        return day.isoweekday() in self.working_days and not self.is_holiday(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a ladder: so many days from the deadline (negative is before it), to whom, for which tiers."""

    subject: str
    number: int
    offset_days: int
    role: str
    tiers: frozenset[str] = ALL_TIERS
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is reminded; `stand_in` gets the mail while they are away, `link` names their personal link."""

    address: str
    name: str
    person_id: int | None = None
    language: str = "en"
    stand_in: "Recipient | None" = None
    link: str | None = None

    @property
    def reached(self) -> "Recipient":
        """Return who really gets the mail."""
        return self.stand_in or self


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something open with a deadline. The cycle changes when the deadline moves, so that new reminders come."""

    subject: str
    key: str
    due: date
    title: str
    vendor: str | None = None
    tier: str | None = None
    cycle: int | None = None
    people: Mapping[str, tuple[Recipient, ...]] = field(default_factory=dict)

    @property
    def round(self) -> int:
        """Return the cycle; a matter that counts none has one for each deadline."""
        return self.due.toordinal() if self.cycle is None else self.cycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One step for one recipient whose moment has come; superseded when a later one for them has come as well."""

    matter: Matter
    step: Step
    recipient: Recipient | None
    role: str
    at: datetime
    superseded_by: int | None = None

    @property
    def key(self) -> Key:
        """Return what makes it one."""
        address = self.recipient.address if self.recipient else ""
        return (self.matter.subject, self.matter.key, self.matter.round, self.step.number, address)


def moment_of(step: Step, deadline: date, rules: Rules) -> datetime:
    """Return when a step is due, in UTC.

    A step before the deadline that falls on a day off comes earlier, one after it later: a warning must not arrive when
    it is too late. An hour that a change of clocks leaves out is the one after it; one that it repeats is the first.
    """
    day, direction = deadline + timedelta(days=step.offset_days), -1 if step.offset_days < 0 else 1
    for _ in range(_SEARCHED_DAYS):
        if rules.is_working(day):
            return datetime.combine(day, rules.send_from, ZoneInfo(rules.zone)).astimezone(UTC)
        day += timedelta(days=direction)
    raise ValueError("No day of a whole year is a working day.")


def is_open_hour(now: datetime, rules: Rules) -> bool:
    """Whether reminders may go out at this moment: on a working day, outside the quiet hours."""
    local = now.astimezone(ZoneInfo(rules.zone))
    return rules.is_working(local.date()) and rules.send_from <= local.time() < rules.send_until


def next_opening(now: datetime, rules: Rules) -> datetime:
    """Return the moment from which reminders may go out: now, or the next opening."""
    if is_open_hour(now, rules):
        return now
    local = now.astimezone(ZoneInfo(rules.zone))
    day = local.date() if local.time() < rules.send_from else local.date() + timedelta(days=1)
    return moment_of(Step(subject="", number=0, offset_days=0, role=""), day, rules)


def recipients_of(matter: Matter, role: str) -> tuple[str, tuple[Recipient, ...]]:
    """Return who has a role in a matter, or whoever comes next when nobody has; the role they really have."""
    for each in _FALLS_TO.get(role, (role, "vendor_manager", "ciso")):
        if matter.people.get(each):
            return each, matter.people[each]
    return role, ()


def due(
    matters: Iterable[Matter],
    ladder: Sequence[Step],
    rules: Rules,
    now: datetime,
    *,
    planned: Collection[Key] = frozenset(),
) -> list[Due]:
    """Return every step whose moment has passed and that is not planned, with what a later one supersedes.

    Parameters
    ----------
    matters
        What is open now.
    ladder
        Steps of all subjects.
    rules
        Zone, working days and hours.
    now
        The time.
    planned
        Keys that are planned already; a late one among them supersedes earlier ones as well.

    Notes
    -----
    O(matters x steps). Planning what it returns, and asking again, gives nothing.
    """
    found = [each for each in _steps(matters, ladder, rules) if each.at <= now]
    return [each for each in _superseded(found) if each.key not in planned]


def upcoming(
    matters: Iterable[Matter], ladder: Sequence[Step], rules: Rules, now: datetime, *, until: datetime
) -> list[Due]:
    """Return what would be due after now and until a moment, in order, if nothing changed."""
    return sorted(
        (each for each in _steps(matters, ladder, rules) if now < each.at <= until),
        key=lambda each: (each.at, each.key),
    )


def _steps(matters: Iterable[Matter], ladder: Sequence[Step], rules: Rules) -> Iterator[Due]:
    by_subject: dict[str, list[Step]] = {}
    for step in ladder:
        by_subject.setdefault(step.subject, []).append(step)
    moments: dict[tuple[date, int], datetime] = {}
    for matter in matters:
        # not tiered yet is treated like high: unknown is never safe
        tier = matter.tier if matter.tier in ALL_TIERS else "high"
        for step in by_subject.get(matter.subject, ()):
            if tier not in step.tiers:
                continue
            spot = (matter.due, step.offset_days)
            if spot not in moments:
                moments[spot] = moment_of(step, matter.due, rules)
            role, people = recipients_of(matter, step.role)
            for recipient in people or (None,):
                yield Due(matter=matter, step=step, recipient=recipient, role=role, at=moments[spot])


def _superseded(found: list[Due]) -> Iterator[Due]:
    def who(each: Due) -> Key:
        return (*each.key[:3], 0, each.key[4])

    for _, steps in groupby(sorted(found, key=lambda each: (who(each), each.at, each.step.number)), key=who):
        late = list(steps)
        last = late[-1].step.number
        for each in late:
            is_last = each.step.number == last
            yield each if is_last else Due(
                matter=each.matter, step=each.step, recipient=each.recipient, role=each.role, at=each.at, superseded_by=last
            )  # fmt: skip


def gaps_of(steps: Sequence[Step]) -> list[str]:
    """Say what is wrong with the ladder of one subject, in sentences; empty when nothing is.

    >>> gaps_of([Step(subject="finding", number=1, offset_days=-7, role="owner", tiers=frozenset({"low"}))])
    ['No step reminds anybody for the tiers critical, high and medium.']
    """
    wrong = []
    numbers = sorted(step.number for step in steps)
    if len(set(numbers)) != len(numbers):
        wrong.append("Two steps have the same number.")
    covered = frozenset().union(*(step.tiers for step in steps)) if steps else frozenset()
    missing = [tier for tier in ("critical", "high", "medium", "low") if tier not in covered]
    if missing:
        words = ", ".join(missing[:-1]) + (" and " if len(missing) > 1 else "") + missing[-1]
        wrong.append(f"No step reminds anybody for the tier{'s' if len(missing) > 1 else ''} {words}.")
    known = set(_FALLS_TO)
    wrong += [f"Step {step.number}: {step.role!r} is no role." for step in steps if step.role not in known]
    in_order = sorted(steps, key=lambda step: step.number)
    for before, after in pairwise(in_order):
        if after.offset_days < before.offset_days:
            wrong.append(f"Step {after.number} comes before step {before.number}.")
    return wrong
