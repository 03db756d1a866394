"""Reads numbers as people write them: thousands in several styles, percentages, "1.2M", currency signs."""

import math
import re
from decimal import Decimal, InvalidOperation

from importers.base import Cell, shown
from importers.misfit import Misfit

__all__ = ["read_count", "read_number", "read_share"]

_FACTORS = {
    "": 1, "k": 10**3, "thousand": 10**3, "tsd": 10**3,
    "m": 10**6, "mn": 10**6, "mm": 10**6, "mio": 10**6, "million": 10**6, "millions": 10**6,
    "b": 10**9, "bn": 10**9, "mrd": 10**9, "billion": 10**9, "billions": 10**9,
}  # fmt: skip
_SIGNS = re.compile(r"^(?:US\$|USD|EUR|GBP|CHF|[$€£¥])|(?:USD|EUR|GBP|CHF|[$€£¥])$", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'\u2019_]")
_NUMBER = re.compile(r"([+\-\u2212]?)([\d.,]*\d[\d.,]*)(?:e([+-]?\d{1,3}))?([a-z]*)", re.IGNORECASE)
_COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_POINT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_COUNT_MAX = 10_000_000_000  # more than live on Earth
_NUMBER_MAX = 10**15


def read_number(cell: Cell, *, lowest: float | None = None) -> float:
    """Read a number, or an amount with its currency sign, which is not kept.

    Raises
    ------
    Misfit
        When it is no number, or below `lowest`.

    >>> read_number("$ 1,200.50"), read_number("1.2M"), read_number("1.200.000")
    (1200.5, 1200000.0, 1200000.0)
    """
    value = float(_decimal(cell)) if isinstance(cell, str) else _float(cell)
    if not math.isfinite(value) or abs(value) > _NUMBER_MAX:
        raise Misfit("not_a_number", f'"{shown(cell)}" is larger than any number expected here.')
    if lowest is not None and value < lowest:
        raise Misfit("out_of_range", f'"{shown(cell)}" is below {lowest:g}. Write {lowest:g} or more.')
    return value + 0.0  # no negative zero


def read_count(cell: Cell) -> int:
    """Read a whole number of people or customers.

    Raises
    ------
    Misfit
        When it is no whole number from 0.

    >>> read_count("1,200"), read_count("1.2M"), read_count(40.0)
    (1200, 1200000, 40)
    """
    if isinstance(cell, str) and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", cell.strip()):
        digits = cell.strip().replace(".", "")
        message = f'"{shown(cell)}" can be {int(digits):,} or a fraction. Write {digits} without the point.'
        raise Misfit("ambiguous_number", message)
    number = _decimal(cell) if isinstance(cell, str) else Decimal(repr(_float(cell)))
    if not number.is_finite() or number != number.to_integral_value():
        raise Misfit("not_whole", f'"{shown(cell)}" is no whole number. Write a count such as 1200.')
    if number < 0:
        raise Misfit(
            "out_of_range", f'"{shown(cell)}" is below 0. Write 0 or more, or leave the cell blank if unknown.'
        )
    if number > _COUNT_MAX:
        raise Misfit("out_of_range", f'"{shown(cell)}" is more than there are people. Check for a typing mistake.')
    return int(number)


def read_share(cell: Cell) -> float:
    """Read a share or probability: 0 to 1, or a percentage.

    Raises
    ------
    Misfit
        When it is no number, or outside 0 to 1.

    >>> read_share("40 %"), read_share(0.4), read_share("12,5%")
    (0.4, 0.4, 0.125)
    """
    if isinstance(cell, str) and cell.strip().endswith("%"):
        value = float(_decimal(cell.strip()[:-1]) / 100)
        if not 0 <= value <= 1:
            raise Misfit("out_of_range", f'"{shown(cell)}" is not between 0 % and 100 %.')
        return value + 0.0
    value = float(_decimal(cell)) if isinstance(cell, str) else _float(cell)
    if 0 <= value <= 1:
        return value + 0.0
    mend = f" Write {value / 100:g} or {value:g} %." if 1 < value <= 100 else ""
    raise Misfit("out_of_range", f'"{shown(cell)}" is not between 0 and 1.{mend}')


def _float(cell: Cell) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Misfit("not_a_number", f'"{shown(cell)}" is no number.')
    return float(cell)


def _decimal(cell: str) -> Decimal:
    text = _SIGNS.sub("", _SPACES.sub("", cell))
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    found = _NUMBER.fullmatch(text)
    factor = _FACTORS.get(found[4].casefold()) if found else None
    if found is None or factor is None or len(text) > 60:
        raise Misfit("not_a_number", f'"{shown(cell)}" is no number. Write one number, such as 1200.')
    digits = _plain(found[2])
    try:
        number = Decimal(f"{digits}e{found[3] or 0}") * factor
    except InvalidOperation:
        raise Misfit("not_a_number", f'"{shown(cell)}" is no number. Write one number, such as 1200.') from None
    return -number if found[1] in {"-", "\u2212"} else number


def _plain(digits: str) -> str:
    """Return digits with a decimal point only, from any style of thousands that is clear; else unchanged."""
    last_comma, last_point = digits.rfind(","), digits.rfind(".")
    if last_comma >= 0 and last_point >= 0:
        decimal, group = (",", ".") if last_comma > last_point else (".", ",")
        whole, _, rest = digits.rpartition(decimal)
        is_grouped = re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", whole)
        return f"{whole.replace(group, '')}.{rest}" if is_grouped else digits
    if _COMMA_GROUPS.fullmatch(digits):
        return digits.replace(",", "")
    if digits.count(".") > 1 and _POINT_GROUPS.fullmatch(digits):
        return digits.replace(".", "")
    return digits.replace(",", ".") if digits.count(",") == 1 else digits
