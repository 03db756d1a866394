"""When a clock that started runs out: hours, days, business days and months, in the right zone.

Hours are counted on the world's clock (UTC), so a change to summer time neither gives nor takes one.
Days, business days and months end with the last second of a local day, and the day of the trigger
itself is not counted, which is how the statutes of `reference/notification_rules.csv` are read.
Which days are business days is the caller's knowledge (country, region, year), given as a function.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

__all__ = ["Period", "Unit", "add_months", "hours_in", "run_out"]

_LAST_SECOND = time(23, 59, 59)
_HOURS_PER_DAY = 24.0


class Unit(StrEnum):
    """Units in which laws and contracts give time."""

    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law writes it, such as 72 hours or 4 business days."""

    value: float
    unit: Unit

    def words(self) -> str:
        """Write it for a person: `72 hours`, `1 month`."""
        name = self.unit.value.replace("_", " ")
        return f"{self.value:g} {name if self.value != 1 else name.removesuffix('s')}"


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day when it is shorter.

    Examples
    --------
    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def run_out(start: datetime, period: Period, zone: ZoneInfo, is_business_day: Callable[[date], bool]) -> datetime:
    """Return the moment (UTC) at which a clock runs out.

    Parameters
    ----------
    start
        Moment of the trigger, aware of its zone.
    period
        What the law or contract gives.
    zone
        Where days are counted: the organisation's zone.
    is_business_day
        True for days that count as business days.

    Raises
    ------
    ValueError
        When `start` is naive: a clock without a zone is a guess.

    Examples
    --------
    >>> friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
    >>> run_out(friday, Period(4, Unit.BUSINESS_DAYS), ZoneInfo("UTC"), lambda day: day.weekday() < 5)
    datetime.datetime(2026, 11, 26, 23, 59, 59, tzinfo=datetime.timezone.utc)
    """
    if start.tzinfo is None:
        raise ValueError("The moment that starts a clock needs a time zone.")
    if period.unit is Unit.HOURS:
        return start.astimezone(UTC) + timedelta(hours=period.value)
    day = start.astimezone(zone).date()
    if period.unit is Unit.DAYS:
        day += timedelta(days=round(period.value))
    elif period.unit is Unit.MONTHS:
        day = add_months(day, round(period.value))
    else:
        day = _after_business_days(day, round(period.value), is_business_day)
    return datetime.combine(day, _LAST_SECOND, zone).astimezone(UTC)


def _after_business_days(day: date, count: int, is_business_day: Callable[[date], bool]) -> date:
    while count > 0:
        day += timedelta(days=1)
        if is_business_day(day):
            count -= 1
    return day


def hours_in(period: Period) -> float:
    """Return a period in hours, for comparing duties with a contract's notice hours.

    Business days count as calendar days here and a month as 28 days: the shortest reading, so that a
    margin is never shown larger than it may be.
    """
    if period.unit is Unit.HOURS:
        return period.value
    days = period.value * 28 if period.unit is Unit.MONTHS else period.value
    return days * _HOURS_PER_DAY
