"""How figures, money, chances, dates and codes are written on screens; the one place, as template filters.

Numbers have three significant digits and a thin no-break space before the unit; ranges have an en dash and their
unit once; what can happen is never `0 %`, what may fail is never `100 %`. Exact counts are written in full.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any

from babel.numbers import get_currency_symbol
from markupsafe import Markup, escape

from registry.reference.load import read_rows

__all__ = [
    "FILTERS",
    "category_word",
    "day",
    "exact",
    "is_special_category",
    "lateness",
    "moment",
    "money",
    "percent",
    "points",
    "short",
    "spread",
    "words",
]

THIN = "\u202f"
DASH = "\u2013"
MINUS = "\u2212"
UNKNOWN = "not known"
MOST_SENSITIVE = 4  # on the scale of data_categories.csv

_UNITS: tuple[tuple[float, str], ...] = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))

Number = float | int | Decimal


def exact(value: Number | None) -> str:
    """Write a count in full: `48,212`.

    >>> exact(48212)
    '48,212'
    """
    if value is None:
        return UNKNOWN
    return f"{value:,}".replace("-", MINUS)


def _unit_of(size: float) -> tuple[float, str]:
    # The size is rounded first, so that 999,600 becomes 1.00 M and not 1000 k.
    rounded = float(f"{size:.2e}")
    return next(((factor, unit) for factor, unit in _UNITS if rounded >= factor), (1.0, ""))


def _digits(value: float) -> str:
    """Write three significant digits without an exponent; at most two decimals."""
    if value == 0:
        return "0"
    places = 2 - math.floor(math.log10(float(f"{abs(value):.2e}")))
    return f"{value:.{min(max(places, 0), 2)}f}"


def short(value: Number | None) -> str:
    r"""Write a figure with three significant digits: `2.41 M`, `960 k`, `37`.

    >>> short(2_412_345) == "2.41\u202fM" and short(960_000) == "960\u202fk" and short(999_600) == "1.00\u202fM"
    True
    """
    if value is None:
        return UNKNOWN
    number = float(value)
    if not math.isfinite(number):
        return "unbounded" if number > 0 else UNKNOWN
    factor, unit = _unit_of(abs(number))
    if not unit and number == int(number):
        return exact(int(number))
    text = _digits(abs(number) / factor) + (THIN + unit if unit else "")
    return (MINUS if number < 0 else "") + text


@cache
def _symbol(currency: str) -> str:
    return str(get_currency_symbol(currency, locale="en"))


def money(value: Number | None, currency: str = "USD") -> str:
    r"""Write an amount: `$ 14.8 M`.

    >>> money(14_800_000) == "$\u202f14.8\u202fM"
    True
    """
    if value is None:
        return UNKNOWN
    text = short(value)
    sign, text = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}{_symbol(currency)}{THIN}{text}"


def percent(value: Number | None, decimals: int = 0) -> str:
    r"""Write a share or a chance; `< 1 %` and `> 99 %` for what is neither impossible nor certain.

    >>> percent(0.004) == "<\u202f1\u202f%" and percent(0.061, 1) == "6.1\u202f%" and percent(0) == "0\u202f%"
    True
    """
    if value is None:
        return UNKNOWN
    number, step = float(value) * 100, 10.0**-decimals
    if 0 < number < step:
        return f"<{THIN}{step:.{decimals}f}{THIN}%"
    if 100 - step < number < 100:
        return f">{THIN}{100 - step:.{decimals}f}{THIN}%"
    return f"{number:.{decimals}f}{THIN}%".replace("-", MINUS)


def points(value: Number | None) -> str:
    """Write a difference between two chances in percentage points: `−4.1 pts`, `same`."""
    if value is None:
        return UNKNOWN
    number = float(value) * 100
    if abs(number) < 0.05:
        return "same"
    return f"{MINUS if number < 0 else '+'}{abs(number):.1f}{THIN}pts"


def spread(low: Number | None, high: Number | None) -> str:
    r"""Write a range with its unit once: `0.90–3.10 M`.

    >>> spread(900_000, 3_100_000) == "0.90\u20133.10\u202fM"
    True
    """
    if low is None or high is None:
        return UNKNOWN
    factor, unit = _unit_of(abs(float(high)))
    shrunk = float(low) / factor
    if not unit or 0 < shrunk < 0.01:  # the smaller end would vanish in the unit of the larger one
        return f"{short(low)}{DASH}{short(high)}"
    return f"{_digits(shrunk)}{DASH}{_digits(float(high) / factor)}{THIN}{unit}".replace("-", MINUS)


def day(value: date | None, today: date | None = None) -> Markup:
    """Write a calendar date: `30 Jun`, with the year when it is not the year of `today`."""
    if value is None:
        return Markup(f'<span class="faint">{UNKNOWN}</span>')  # noqa: S704 -- a constant
    text = f"{value.day} {value:%b}"
    if today is None or value.year != today.year:
        text += f" {value.year}"
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat()[:10], text)


def moment(value: datetime | None, zone: tzinfo = UTC) -> Markup:
    """Write a moment in the reader's zone; UTC, to the second, on hover."""
    if value is None:
        return Markup('<span class="faint">never</span>')
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    utc, local = aware.astimezone(UTC), aware.astimezone(zone)
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(
        utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        f"{utc.day} {utc:%b %Y, %H:%M:%S}",
        f"{local.day} {local:%b %Y, %H:%M}",
    )


def lateness(value: date, today: date) -> str:
    """Say in words how far a due date is: `12 days late`, `in 6 days`, `today`."""
    days = (value - today).days
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
    return f"in {count}" if days > 0 else f"{count} late"


def words(value: object) -> str:
    """Write a word of a closed list as people say it: `nth_party` becomes `nth party`."""
    if value is None:
        return UNKNOWN
    return str(value).replace("_", " ")


@cache
def _sensitive_categories() -> Mapping[str, bool]:
    return {
        row["key"]: row["special_category"] == "1" or int(row["sensitivity"]) >= MOST_SENSITIVE
        for row in read_rows("data_categories")
    }


def category_word(key: str) -> str:
    """Write a data category short: `user.financial.card` becomes `card`; the full key belongs into the title."""
    return words(key.rpartition(".")[2])


def is_special_category(key: str) -> bool:
    """Tell whether a data category, or the nearest one above it, is special or of the highest sensitivity.

    >>> is_special_category("user.health"), is_special_category("user.name")
    (True, False)
    """
    known = _sensitive_categories()
    while key and key not in known:
        key = key.rpartition(".")[0]
    return known.get(key, False)


def without_none(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the attributes that have no value, so that no empty ones are written."""
    return {name: value for name, value in attributes.items() if value is not None}


def lines(text: str | None) -> Markup:
    """Keep the line breaks a person typed; everything else is escaped."""
    return Markup("<br>").join(escape(line) for line in (text or "").splitlines())


FILTERS: dict[str, Callable[..., object]] = {
    "category_word": category_word,
    "day": day,
    "exact": exact,
    "is_special_category": is_special_category,
    "lateness": lateness,
    "lines": lines,
    "moment": moment,
    "money": money,
    "percent": percent,
    "points": points,
    "short": short,
    "spread": spread,
    "without_none": without_none,
    "words": words,
}
