"""The clocks of duties: which moment starts each, and when it runs out.

A trigger whose moment nobody recorded leaves its clock "not started"; it is never guessed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from registry.domain.duties.deadlines import run_out
from registry.domain.duties.obligations import Duty, DutyRule

__all__ = ["CONFIRMED", "Clock", "clocks", "moments_if_confirmed"]

_PREVIOUS = "submission_of_previous"
_YEAR_END = "year_end"

# Moments that have come at the latest when a breach is confirmed and its scope is known.
CONFIRMED = (
    "suspicion",
    "awareness",
    "discovery",
    "reasonable_belief",
    "determination",
    "classification",
    "materiality",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When one duty must be done.

    `due` None with `started` None: the trigger has not been recorded. `due` None with `started` set: the
    law gives words and no number. `assumed`: the clock rests on the deadline of the step before it.
    """

    duty: Duty
    started: datetime | None
    due: datetime | None
    assumed: bool = False


def moments_if_confirmed(at: datetime) -> dict[str, datetime]:
    """Return the moments of a breach that is suspected, confirmed and understood at one instant."""
    return dict.fromkeys(CONFIRMED, at)


def clocks(
    found: Iterable[Duty],
    moments: Mapping[str, datetime],
    *,
    zone: ZoneInfo,
    is_business_day: Callable[[date], bool],
    submitted: Mapping[str, datetime] | None = None,
) -> list[Clock]:
    """Return the clock of every duty, in the order given.

    Parameters
    ----------
    moments
        Trigger -> moment recorded, aware of its zone.
    submitted
        Code of a rule -> moment its notice was sent; starts the clocks of the rules that follow it. A rule
        whose predecessor is not sent yet counts from that one's deadline and is marked `assumed`.

    Notes
    -----
    A predecessor that does not bind (not among `found`) starts nothing.
    """
    sent = submitted or {}
    by_code = {duty.rule.code: duty for duty in found}
    known: dict[str, Clock] = {}

    def clock_of(duty: Duty, above: frozenset[str] = frozenset()) -> Clock:
        code = duty.rule.code
        if code in known:
            return known[code]
        if duty.rule.trigger == _PREVIOUS:
            start, assumed = _after_previous(duty.rule, above | {code})
        else:
            start, assumed = _moment(duty.rule, moments, zone), False
        due = run_out(start, duty.rule.period, zone, is_business_day) if start and duty.rule.period else None
        known[code] = Clock(duty=duty, started=start, due=due, assumed=assumed)
        return known[code]

    def _after_previous(rule: DutyRule, above: frozenset[str]) -> tuple[datetime | None, bool]:
        if rule.previous in sent:
            return sent[rule.previous], False
        before = by_code.get(rule.previous)
        if before is None or rule.previous in above:
            return None, False
        return clock_of(before, above).due, True

    return [clock_of(duty) for duty in by_code.values()]


def _moment(rule: DutyRule, moments: Mapping[str, datetime], zone: ZoneInfo) -> datetime | None:
    if rule.trigger != _YEAR_END:
        return moments.get(rule.trigger)
    discovered = moments.get("discovery")
    if discovered is None:
        return None
    return discovered.astimezone(zone).replace(month=12, day=31, hour=23, minute=59, second=59, microsecond=0)
