"""Filters of a list: from the words of an address to a condition of a query, with everything unknown refused.

The values come from a stranger. Each kind reads its own parameters, checks them against what it allows, and says in
words what it could not read; a filter that cannot be read is left out and named, never guessed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, collate, not_, or_, true

from registry.core.formats import exact, words

__all__ = [
    "NONE",
    "ActiveFilter",
    "AnyOf",
    "Choice",
    "Expression",
    "FilterKind",
    "contains",
    "parameters_of",
    "read_filter",
]

Expression = SQLColumnExpression[Any]
# From a test of one text to the rows of a list that have, in another table, a text which passes it.
AnyOf = Callable[[Callable[[Expression], ColumnElement[bool]]], ColumnElement[bool]]
NONE = "none"  # the value that asks for rows without one
LARGEST = 1e15
ESCAPE = "\\"


class FilterKind(StrEnum):
    """How a column can be filtered."""

    CHOICE = "choice"  # ?tier=high&tier=critical
    TEXT = "text"  # ?purpose=marketing
    NUMBER = "number"  # ?people.min=1000&people.max=
    DAY = "day"  # ?ends.from=2026-01-01&ends.to=
    FLAG = "flag"  # ?dpa=yes
    WORDS = "words"  # ?categories=user.financial: the word itself or anything under it


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a filter offers, and how it reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter at work: what its chip says, and the parameters to leave out in order to lift it."""

    key: str
    label: str
    words: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilterResult:
    """What reading one filter gave: a condition, the chip, the parameters to keep, a problem; any may be missing."""

    condition: ColumnElement[bool] | None = None
    active: ActiveFilter | None = None
    query: tuple[tuple[str, str], ...] = ()
    problem: str | None = None


NOTHING = FilterResult()


def parameters_of(key: str, kind: FilterKind) -> tuple[str, ...]:
    """Return the names of the parameters a filter reads.

    >>> parameters_of("people", FilterKind.NUMBER)
    ('people.min', 'people.max')
    """
    ends = {FilterKind.NUMBER: ("min", "max"), FilterKind.DAY: ("from", "to")}.get(kind)
    return tuple(f"{key}.{end}" for end in ends) if ends else (key,)


def contains(expression: Expression, text: str, *, engine: str, at_start: bool = False) -> ColumnElement[bool]:
    """Return the condition that a text holds another one, or starts with it, whatever the case."""
    pattern = (
        ("" if at_start else "%")
        + text.replace(ESCAPE, ESCAPE * 2).replace("%", ESCAPE + "%").replace("_", ESCAPE + "_")
        + "%"
    )
    # Both engines fold ASCII letters fast (SQLite's LIKE does nothing else, PostgreSQL's ILIKE under the C collation);
    # folding all letters costs three times as much per row, so other scripts are asked for in their usual cases.
    variants = [pattern] if text.isascii() else [pattern, pattern.lower(), pattern.upper(), pattern.title()]
    if engine == "sqlite":
        return or_(*(expression.like(variant, escape=ESCAPE) for variant in dict.fromkeys(variants)))
    plain = collate(expression, "C")
    return or_(*(plain.ilike(variant, escape=ESCAPE) for variant in dict.fromkeys(variants)))


def read_filter(
    column: Any,
    values: Mapping[str, Sequence[str]],
    *,
    engine: str,
) -> FilterResult:
    """Read the filter of one column (`registry.core.listing.Column`) from the parameters of an address."""
    names = parameters_of(column.key, column.filter)
    given = {name: [value.strip() for value in values.get(name, ()) if value.strip()] for name in names}
    if not any(given.values()):
        return NOTHING
    result = _READERS[column.filter](column, given, engine)
    if result.problem:
        return result
    query = tuple((name, value) for name in names for value in given[name])
    active = ActiveFilter(column.key, column.label, result.active.words if result.active else "", names)
    return FilterResult(result.condition, active, query)


def _found(condition: ColumnElement[bool], text: str) -> FilterResult:
    return FilterResult(condition, ActiveFilter("", "", text, ()))


def _read_choice(column: Any, given: Mapping[str, list[str]], _engine: str) -> FilterResult:
    wanted = given[column.key]
    offered = {choice.value: choice.label for choice in column.offered()}
    unknown = [value for value in wanted if value not in offered and value != NONE]
    if unknown:
        return FilterResult(problem=f"{column.label}: {unknown[0]!r} is not one of the choices, so it was left out.")
    conditions = []
    chosen = [value for value in wanted if value != NONE]
    if chosen:
        conditions.append(column.filter_on.in_(chosen))
    if NONE in wanted:
        conditions.append(column.filter_on.is_(None))
    return _found(or_(*conditions), " or ".join(offered.get(value, "not known") for value in dict.fromkeys(wanted)))


def _read_text(column: Any, given: Mapping[str, list[str]], engine: str) -> FilterResult:
    text = given[column.key][0]
    if text == NONE:
        return _found(or_(column.filter_on.is_(None), column.filter_on == ""), "not known")
    return _found(contains(column.filter_on, text, engine=engine), f"with “{text}”")


def _read_words(column: Any, given: Mapping[str, list[str]], engine: str) -> FilterResult:
    chosen = list(dict.fromkeys(given[column.key]))
    parts = [_with_word(column, word, engine) for word in chosen]
    return _found(or_(*parts), " or ".join("none" if word == NONE else words(word) for word in chosen))


def _with_word(column: Any, word: str, engine: str) -> ColumnElement[bool]:
    def passes(text: Expression) -> ColumnElement[bool]:
        return or_(contains(text, f";{word};", engine=engine), contains(text, f";{word}.", engine=engine))

    elsewhere: AnyOf | None = column.any_of
    if word == NONE:
        return not_(elsewhere(_is_anything)) if elsewhere else _holds_no_word(column)
    return elsewhere(passes) if elsewhere else passes(column.as_text())


def _holds_no_word(column: Any) -> ColumnElement[bool]:
    empty: ColumnElement[bool] = column.filter_on.in_([()])
    return empty


def _is_anything(_text: Expression) -> ColumnElement[bool]:
    return true()


def _read_number(column: Any, given: Mapping[str, list[str]], _engine: str) -> FilterResult:
    low, high = (_number(given[name], column.scale) for name in parameters_of(column.key, FilterKind.NUMBER))
    if isinstance(low, str) or isinstance(high, str):
        bad = low if isinstance(low, str) else high
        return FilterResult(problem=f"{column.label}: {bad!r} is not a number, so it was left out.")
    bounds = [] if low is None else [column.filter_on >= low]
    bounds += [] if high is None else [column.filter_on <= high]
    return _found(and_(*bounds), _range_words(*(None if v is None else v * column.scale for v in (low, high))))


def _range_words(low: float | None, high: float | None) -> str:
    shown = [None if v is None else exact(int(v) if float(v).is_integer() else v) for v in (low, high)]
    if shown[0] is not None and shown[1] is not None:
        return f"{shown[0]}\u2013{shown[1]}"
    return f"{shown[0]} or more" if shown[0] is not None else f"{shown[1]} or less"


def _number(values: Sequence[str], scale: float) -> float | int | str | None:
    """Return the number, None when nothing was given, or the text that is none."""
    if not values:
        return None
    try:
        number = float(values[0])
    except ValueError:
        return values[0][:40]
    if not math.isfinite(number) or abs(number) > LARGEST:
        return values[0][:40]
    if scale != 1:
        return number / scale
    return int(number) if number.is_integer() else number


def _read_day(column: Any, given: Mapping[str, list[str]], _engine: str) -> FilterResult:
    days: list[date | None] = []
    for name in parameters_of(column.key, FilterKind.DAY):
        try:
            days.append(date.fromisoformat(given[name][0]) if given[name] else None)
        except ValueError:
            return FilterResult(problem=f"{column.label}: {given[name][0][:40]!r} is not a date, so it was left out.")
    first, last = days
    bounds = [] if first is None else [column.filter_on >= first]
    bounds += [] if last is None else [column.filter_on <= last]
    parts = ([f"from {first.isoformat()}"] if first else []) + ([f"to {last.isoformat()}"] if last else [])
    return _found(and_(*bounds), " ".join(parts))


def _read_flag(column: Any, given: Mapping[str, list[str]], _engine: str) -> FilterResult:
    wanted = given[column.key][0]
    condition = {
        "yes": column.filter_on.is_(True),
        "no": column.filter_on.is_(False),
        NONE: column.filter_on.is_(None),
    }.get(wanted)
    if condition is None:
        return FilterResult(problem=f"{column.label}: {wanted[:40]!r} is neither yes nor no, so it was left out.")
    return _found(condition, "not known" if wanted == NONE else wanted)


_READERS = {
    FilterKind.CHOICE: _read_choice,
    FilterKind.TEXT: _read_text,
    FilterKind.WORDS: _read_words,
    FilterKind.NUMBER: _read_number,
    FilterKind.DAY: _read_day,
    FilterKind.FLAG: _read_flag,
}
