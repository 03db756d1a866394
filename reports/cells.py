"""What a cell may hold: values as a spreadsheet keeps them, texts cleaned, and which texts could be taken for a formula."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

__all__ = ["LONGEST_TITLE", "Plain", "clean", "escaped", "is_dangerous", "plain_value", "unique_title"]

LONGEST_TEXT = 32_767
LONGEST_TITLE = 31
LARGEST_EXACT = 10**15  # spreadsheets keep 15 digits; a longer number would lose its end
FIRST_DATE = date(1900, 3, 1)  # before it, spreadsheets count a day that never was
CUT = " [cut here; the text is longer than a cell can hold]"

# First characters, after blanks, that make a spreadsheet compute: ASCII and the full-width forms some accept.
_STARTERS = frozenset("=+-@#\uff1d\uff0b\uff0d\uff20\uff03\u2212")
_BREAKERS = frozenset("\t\r\n")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Everything XML 1.0 cannot carry: control characters, surrogates, two non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TITLE_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")

Plain = str | float | int | bool | date | datetime | None


def is_dangerous(text: str) -> bool:
    r"""Tell whether a spreadsheet could take a text for a formula.

    >>> [is_dangerous(text) for text in ("=1+1", "  @SUM(A1)", "\tx", "\uff1dcmd", "Müller + Söhne", "")]
    [True, True, True, True, False, False]
    """
    if not text:
        return False
    rest = text.lstrip()
    return text[0] in _BREAKERS or (bool(rest) and rest[0] in _STARTERS)


def plain_value(value: object) -> Plain:
    """Return a value as a cell can hold it, texts cleaned but not yet protected.

    Lists are joined with `; `, moments are in UTC, and numbers a spreadsheet would change are written as text.
    """
    for kinds, plain in _PLAIN:
        if isinstance(value, kinds):
            return plain(value)
    return clean(str(value))


def clean(text: str) -> str:
    """Return a text without what no file can carry, at most as long as a cell."""
    text = _UNWRITABLE.sub("\ufffd", text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT


def escaped(text: str) -> str:
    r"""Return a text so that a spreadsheet does not read `_x0041_` in it as an escaped letter.

    >>> escaped("_x0041_ and x")
    '_x005F_x0041_ and x'
    """
    return _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text


def unique_title(wanted: str, used: set[str]) -> str:
    """Return a sheet name that every program takes: short, unique whatever the case, no reserved word."""
    base = _TITLE_FORBIDDEN.sub(" ", wanted).strip().strip("'")[:LONGEST_TITLE].strip() or "Sheet"
    if base.casefold() == "history":  # reserved by spreadsheets
        base = "History list"
    title, number = base, 2
    while title.casefold() in used:
        tail = f" {number}"
        title, number = base[: LONGEST_TITLE - len(tail)] + tail, number + 1
    used.add(title.casefold())
    return title


def _plain_number(number: float) -> float | str:
    if math.isnan(number):
        return "not a number"
    if math.isinf(number):
        return "infinite" if number > 0 else "minus infinite"
    return number


def _plain_moment(value: datetime) -> datetime | str:
    utc = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return utc if utc.date() >= FIRST_DATE else utc.isoformat(sep=" ")


# In this order: a bool is an int and a datetime is a date.
_PLAIN: tuple[tuple[tuple[type, ...], Callable[[Any], Plain]], ...] = (
    ((type(None), bool), lambda value: value),
    ((str,), lambda value: clean(str(value))),
    ((int,), lambda value: value if abs(value) < LARGEST_EXACT else str(value)),
    ((float, Decimal), lambda value: _plain_number(float(value))),
    ((datetime,), _plain_moment),
    ((date,), lambda value: value if value >= FIRST_DATE else value.isoformat()),
    ((list, tuple), lambda value: clean("; ".join(str(part) for part in value))),
    ((set, frozenset), lambda value: clean("; ".join(sorted(str(part) for part in value)))),
)
