"""What customer service must be ready for: letters and mails per wave, calls per day and hour, people needed, take-up, churn.

The bands are published cases and planning values (`reference/customer_service.csv`), each with its source. People needed
follow from Erlang's formula for waiting: calls arrive at random, and nobody hangs up, so it errs on the side of more
people. References: A. K. Erlang 1917; R. B. Cooper, Introduction to Queueing Theory, 2nd edition 1981, chapter 3.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = [
    "Band",
    "Channel",
    "Day",
    "Forecast",
    "Plan",
    "ServiceLevel",
    "calls_by_day",
    "erlang_c",
    "forecast",
    "people_needed",
    "service_level",
]

_FIRST_DAYS = 8  # of calls: the share of the bands is of this span
_DAYS = 42
_MINUTES_PER_HOUR = 60
_AGENTS_MAX = 100_000


class Channel(StrEnum):
    """How customers learn of it; each has a call rate of its own."""

    QUIET_LETTER = "quiet_letter"
    LETTER_AND_NEWS = "letter_and_news"
    NEWS_FIRST_ENROL_BY_PHONE = "news_first_enrol_by_phone"


@dataclass(frozen=True, slots=True)
class Band:
    """Low, middle and high of one figure."""

    low: float
    mid: float
    high: float

    def times(self, other: "Band | float") -> "Band":
        """Return the product, end by end."""
        if not isinstance(other, Band):
            other = Band(other, other, other)
        return Band(self.low * other.low, self.mid * other.mid, self.high * other.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """So many of the calls are answered within so many seconds."""

    share: float = 0.8
    seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a person decides: channel, waves of the mailing, hours of the line, the level that is promised."""

    channel: Channel
    waves: int = 1
    days_between: int = 5
    hours_open: float = 10.0
    shrinkage: float = 0.3
    level: ServiceLevel = ServiceLevel()
    share_by_mail: float = 0.0


@dataclass(frozen=True, slots=True)
class Day:
    """One day after the first mailing: letters, mails, calls, calls of the busiest hour, people on the line."""

    number: int
    letters: int
    mails: int
    calls: Band
    busiest_hour: Band
    staff: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """All of it; `peak_at_once` is the busiest day had everything been sent at once."""

    people: Band
    letters: int
    mails: int
    calls: Band
    days: tuple[Day, ...]
    peak: Day
    peak_at_once: Band
    enrolled: Band
    leaving: Band
    revenue_lost: Band | None
    notice_cost: Band
    monitoring_cost: Band


def erlang_c(agents: int, load: float) -> float:
    """Return the chance that a call has to wait.

    Parameters
    ----------
    agents
        People on the line.
    load
        Calls per hour times hours per call, in erlangs.

    Notes
    -----
    By the recursion of Erlang B, which stays within range for any load: `B(n) = a B(n-1) / (n + a B(n-1))`, then
    `C = B / (1 - (a/n) (1 - B))`. O(agents). A load at or above the people on the line waits for certain.

    Examples
    --------
    >>> round(erlang_c(10, 8), 4), erlang_c(3, 3), erlang_c(5, 0)
    (0.4092, 1.0, 0.0)
    """
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / agents * (1 - blocked))


def service_level(agents: int, load: float, seconds: float, call_seconds: float) -> float:
    """Return the share of calls answered within so many seconds."""
    if agents <= load:
        return 0.0
    return 1 - erlang_c(agents, load) * math.exp(-(agents - load) * seconds / call_seconds)


def people_needed(calls_per_hour: float, call_minutes: float, level: ServiceLevel) -> int:
    """Return the fewest people on the line that keep a level; 0 without calls.

    Examples
    --------
    >>> people_needed(200, 3, ServiceLevel())
    14

    Notes
    -----
    One pass of the recursion: O(people).
    """
    load = calls_per_hour * call_minutes / _MINUTES_PER_HOUR
    if load <= 0:
        return 0
    blocked = 1.0
    for agents in range(1, _AGENTS_MAX):
        blocked = load * blocked / (agents + load * blocked)
        if agents <= load:
            continue
        waits = blocked / (1 - load / agents * (1 - blocked))
        if 1 - waits * math.exp(-(agents - load) * level.seconds / (call_minutes * 60)) >= level.share:
            return agents
    return _AGENTS_MAX


def calls_by_day(total: float, waves: int, days_between: int, *, first_share: float, peak_day: float) -> list[float]:
    """Return the calls of each day after the first mailing; their sum is `total`.

    After each wave the calls rise to a peak day and decay, so that the first eight days carry `first_share` of them.
    """
    shape = _shape(first_share, peak_day)
    days = [0.0] * (_DAYS + days_between * (waves - 1))
    for wave in range(waves):
        for number, share in enumerate(shape):
            days[number + wave * days_between] += total / waves * share
    return days


def _shape(first_share: float, peak_day: float) -> list[float]:
    """Return shares of one wave: a straight rise to the peak, then a decay, bent until the first days fit."""
    rise = max(1, round(peak_day))

    def shares(decay: float) -> list[float]:
        raw = [min(1.0, (day + 1) / rise) * decay ** max(0, day + 1 - rise) for day in range(_DAYS)]
        whole = sum(raw)
        return [each / whole for each in raw]

    low, high = 0.01, 1.0
    for _ in range(60):
        decay = (low + high) / 2
        if sum(shares(decay)[:_FIRST_DAYS]) > first_share:
            low = decay
        else:
            high = decay
    return shares(low)


def forecast(
    people: Band,
    plan: Plan,
    bands: Mapping[str, Band],
    *,
    revenue_per_customer: float | None,
    usd_per_unit: float = 1.0,
) -> Forecast:
    """Return what comes when.

    Parameters
    ----------
    people
        Whose data is reached: low, middle, high.
    bands
        By parameter of `customer_service.csv`.
    revenue_per_customer
        A year's revenue of one customer in the organisation's currency; None where it is not known.
    usd_per_unit
        US dollars for one unit of that currency; the prices of the bands are in dollars.

    Notes
    -----
    The busiest hour carries twice an even share of the day, a habit of planners and marked as judgement in the help.
    """
    told = _told(people, bands["deduplication"])
    calls = told.times(bands[f"call_rate.{plan.channel}"])
    days = _days(told, calls, plan, bands)
    at_once = _days(told, calls, replace(plan, waves=1), bands)
    letters = round(told.mid * (1 - plan.share_by_mail))
    in_money = 1 / usd_per_unit
    enrolled, leaving = told.times(bands["monitoring_take_up"]), told.times(bands["churn"])
    return Forecast(
        people=told,
        letters=letters,
        mails=round(told.mid) - letters,
        calls=calls,
        days=tuple(days),
        peak=max(days, key=lambda day: day.calls.mid),
        peak_at_once=max(at_once, key=lambda day: day.calls.mid).calls,
        enrolled=enrolled,
        leaving=leaving,
        revenue_lost=leaving.times(revenue_per_customer) if revenue_per_customer is not None else None,
        notice_cost=told.times(1 - plan.share_by_mail).times(bands["notice_cost"]).times(in_money),
        monitoring_cost=enrolled.times(bands["monitoring_cost"]).times(in_money),
    )


def _told(people: Band, doubles: Band) -> Band:
    """Return how many get a notice: records that are one person or have no address fall out."""
    return Band(people.low * (1 - doubles.high), people.mid * (1 - doubles.mid), people.high * (1 - doubles.low))


def _days(told: Band, calls: Band, plan: Plan, bands: Mapping[str, Band]) -> list[Day]:
    first, peak_day = bands["share_of_calls_first_8_days"].mid, bands["days_to_peak"].mid
    by_day = [
        calls_by_day(total, plan.waves, plan.days_between, first_share=first, peak_day=peak_day)
        for total in (calls.low, calls.mid, calls.high)
    ]
    minutes = bands["call_minutes"]
    found = []
    for number, (low, mid, high) in enumerate(zip(*by_day, strict=True)):
        is_wave = number % plan.days_between == 0 and number // plan.days_between < plan.waves
        letters = round(told.mid * (1 - plan.share_by_mail) / plan.waves) if is_wave else 0
        mails = round(told.mid * plan.share_by_mail / plan.waves) if is_wave else 0
        day = Band(low, mid, high)
        hour = day.times(2 / plan.hours_open)
        found.append(Day(number + 1, letters, mails, day, hour, _staff(hour, minutes, plan)))
    return found


def _staff(hour: Band, minutes: Band, plan: Plan) -> tuple[int, int, int]:
    present = 1 - plan.shrinkage
    needed = (
        people_needed(hour.low, minutes.low, plan.level),
        people_needed(hour.mid, minutes.mid, plan.level),
        people_needed(hour.high, minutes.high, plan.level),
    )
    low, mid, high = (math.ceil(each / present) for each in needed)
    return low, mid, high
