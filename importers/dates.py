"""Reads calendar dates in the styles people write them; what can be read in two ways is asked, never guessed."""

import re
from datetime import date, datetime, timedelta
from typing import Literal

from importers.base import Cell, shown
from importers.misfit import Misfit

__all__ = ["DayOrder", "read_date"]

DayOrder = Literal["day_first", "month_first"] | None

_YEAR_FIRST, _YEAR_LAST = 1900, 2200
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier januar enero", "feb february février fevrier februar febrero",
            "mar march mars märz maerz marzo", "apr april avril abril", "may mai mayo", "jun june juin juni junio",
            "jul july juillet juli julio", "aug august août aout agosto", "sep sept september septembre septiembre",
            "oct october octobre oktober octubre okt", "nov november novembre noviembre",
            "dec december décembre decembre dezember diciembre dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
_YEAR_MONTH_DAY = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TWO_THEN_YEAR = re.compile(rf"(\d{{1,2}})([-/.] ?)(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_WORDS = re.compile(rf"(?:[^\W\d]+,? )?(\w+)[\s.,/-]+(\w+)[\s.,/-]+(\w+){_TIME}")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?")
# Excel counts days from 1899-12-30 (its 1900 has a 29 February); 1990 to 2100 keeps other numbers out.
_EXCEL_START = date(1899, 12, 30)
_SERIAL_FIRST, _SERIAL_LAST = 32_874, 73_415


def read_date(cell: Cell, *, order: DayOrder = None) -> date:
    """Read a date.

    Parameters
    ----------
    cell
        A date, a text, or a number of days as spreadsheets count them.
    order
        How the person said that `03/04/2024` is meant; None: not said.

    Raises
    ------
    Misfit
        When it is no date, or can be two; a warning with the date when it was a bare number.

    >>> read_date("2021 Feb 04 12:00:00 AM")
    datetime.date(2021, 2, 4)
    """
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(float(cell))
    text = " ".join(str(cell).split())
    return _from_number(float(text[:12])) if text.isascii() and text.isdigit() else _from_text(text, order)


def _from_text(text: str, order: DayOrder) -> date:
    if found := _YEAR_MONTH_DAY.fullmatch(text):
        return _date(found[1], found[3], found[4], text)
    if found := _TWO_THEN_YEAR.fullmatch(text):
        return _from_two(found[1], found[3], found[4], (text, order))
    if found := _WORDS.fullmatch(text):
        return _from_words((found[1], found[2], found[3]), text)
    raise Misfit("not_a_date", f'"{shown(text)}" is no date. Write it as 2024-12-31.')


def _from_number(number: float) -> date:
    if not abs(number) < 1e9:  # also false for what is no number
        raise Misfit("not_a_date", f'The number "{shown(number)}" is no date. Write it as 2024-12-31.')
    whole = int(number)
    if _SERIAL_FIRST <= whole <= _SERIAL_LAST:
        value = _EXCEL_START + timedelta(days=whole)
        message = f"The number {whole} was read as the date {value.isoformat()}, as spreadsheets count days. Check it."
        raise Misfit("date_from_number", message, value=value, is_usable=True)
    text = str(whole)
    if len(text) == 8 and number == whole and (found := _COMPACT.fullmatch(text)):
        return _date(found[1], found[2], found[3], text)
    raise Misfit("not_a_date", f'The number "{shown(number)}" is no date. Write it as 2024-12-31.')


def _from_two(first: str, second: str, year: str, said: tuple[str, DayOrder]) -> date:
    text, order = said
    if len(year) == 2:
        message = (
            f'"{shown(text)}" has a year of two digits, so it can be read in several ways. Write it as 2024-12-31.'
        )
        raise Misfit("ambiguous_date", message)
    one, two = int(first), int(second)
    if order == "day_first" or (order is None and one > 12) or one == two:
        return _date(year, second, first, text)
    if order == "month_first" or two > 12:
        return _date(year, first, second, text)
    a, b = _date(year, second, first, text), _date(year, first, second, text)
    message = f'"{shown(text)}" can be {_long(a)} or {_long(b)}. Write {a.isoformat()} or {b.isoformat()}.'
    raise Misfit("ambiguous_date", message)


def _long(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _from_words(parts: tuple[str, str, str], text: str) -> date:
    """Read `3 Apr 2024`, `April 3, 2024`, `2024 Apr 3`."""
    months = [_MONTHS.get(part.casefold().rstrip(".")) for part in parts]
    if sum(month is not None for month in months) != 1:
        raise Misfit("not_a_date", f'"{shown(text)}" is no date. Write it as 2024-12-31.')
    month = next(month for month in months if month is not None)
    rest = [part for part, found in zip(parts, months, strict=True) if found is None]
    if len(rest[0]) == 4:
        rest.reverse()
    day = _ORDINAL.fullmatch(rest[0].casefold())
    if day is None or not rest[1].isdecimal() or len(rest[1]) != 4:
        raise Misfit("not_a_date", f'"{shown(text)}" is no full date. Write it as 2024-12-31.')
    return _date(rest[1], str(month), day[1], text)


def _date(year: str, month: str, day: str, text: str) -> date:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        message = f'"{shown(text)}" is a day that does not exist. Write it as 2024-12-31.'
        raise Misfit("not_a_date", message) from None
    return _plausible(value)


def _plausible(value: date) -> date:
    if not _YEAR_FIRST <= value.year <= _YEAR_LAST:
        message = f"The year {value.year} is outside {_YEAR_FIRST} to {_YEAR_LAST}. Check for a typing mistake."
        raise Misfit("not_a_date", message)
    return value
