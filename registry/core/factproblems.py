"""Everything wrong with one fact before it is written: its own rules, its neighbours, and what a table can hold."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Date, Enum, String, select
from sqlalchemy.orm import Session

from registry.core.kinds import KINDS, FactKind
from registry.domain.register.consistency import problems_between
from registry.domain.register.facts import FACT_TYPES, Fact, Organisation, Register
from registry.domain.register.problems import Problem, Severity
from registry.domain.register.rules import check_fact
from registry.models.base import INT64_MAX, CodeList, Money, Named, Share, name_key
from registry.reference.load import known_words

__all__ = ["column_problem", "problems_of", "unstorable"]

MARK = 1  # row number by which the fact in question is known among its neighbours


def column_problem(fact: Fact, code: str, column: str | None, message: str) -> Problem:
    """Return an error at one column of a fact."""
    return Problem(
        severity=Severity.ERROR,
        code=code,
        message=message,
        sheet=fact.SHEET,
        row=fact.row,
        column=column,
        subject=getattr(fact, "code", None),
    )


def problems_of(session: Session, kind: FactKind, fact: Fact, *, key: str | int | None = None) -> list[Problem]:
    """Return every error of a fact about to be written; `key` names its row when it is there already."""
    problems = list(unstorable(kind, fact))
    if problems:
        return problems  # the rules below expect values that can be compared and stored
    problems = check_fact(fact)
    if problems:
        return problems
    register = _neighbourhood(session, kind, fact, key)
    found = problems_between(register, known_words())
    return [replace(problem, row=fact.row) for problem in found if _is_about(problem, kind)]


def unstorable(kind: FactKind, fact: Fact) -> Iterator[Problem]:
    """Yield what a table cannot hold on one engine or the other, in words instead of a database error."""
    values = fact.__dict__
    for name, limit in _limits(kind.name):
        value = values.get(name)
        if value is None:
            continue
        message = _unstorable_value(value, limit)
        if message:
            yield column_problem(fact, "unstorable", name, message)


@cache
def _limits(kind: str) -> tuple[tuple[str, float | None], ...]:
    """Return the fields whose values a table could refuse: longest text, or largest number, None for no limit."""
    found: list[tuple[str, float | None]] = []
    of = KINDS[kind]
    for name in of.field_names:
        column_type = of.model.__table__.columns[name].type
        if isinstance(column_type, Enum | Date | Boolean):
            continue
        if isinstance(column_type, String):
            found.append((name, column_type.length))
        else:
            units = column_type.UNITS if isinstance(column_type, Money | Share) else 1
            found.append((name, None if isinstance(column_type, CodeList) else INT64_MAX / units))
    return tuple(found)


def _unstorable_value(value: Any, limit: float | None) -> str | None:
    if isinstance(value, str):
        if _is_no_text(value):
            return "It holds a character that is no text; remove it."
        if limit is not None and len(value) > limit:
            return f"{len(value)} characters are too many; shorten it to {limit}."
    elif isinstance(value, tuple):
        if any(_is_no_text(word) for word in value):
            return "It holds a character that is no text; remove it."
        if any(";" in word or not word for word in value):
            return "An item of a list is not empty and holds no semicolon."
    elif not (limit is None or -limit <= value <= limit):  # false for a NaN too
        return "The number is too large to be kept."
    return None


def _is_no_text(text: str) -> bool:
    """Whether PostgreSQL would refuse it (a NUL) or no encoding exists (half a surrogate pair)."""
    return "\x00" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text))


def _is_about(problem: Problem, kind: FactKind) -> bool:
    if problem.sheet != kind.fact_type.SHEET:
        return False
    # a sum is reported at whichever row passes the limit
    return problem.row == MARK or problem.code == "jurisdictions_above_one"


def _neighbourhood(session: Session, kind: FactKind, fact: Fact, key: str | int | None) -> Register:
    """Return the small register that the rules between facts need: what it names, its namesakes, its siblings, rates."""
    near: dict[str, list[Fact]] = {name: [] for name in FACT_TYPES}
    for reference in kind.references:
        named = getattr(fact, reference.field)
        for name in reference.to if named else ():
            near[name] += _live(session, KINDS[name], KINDS[name].model.code == named)  # type: ignore[attr-defined]  # coded kinds
    near[kind.name] += _siblings(session, kind, fact, key)
    if "currency" in kind.field_names and kind.name != "currencies":
        near["currencies"] += _live(session, KINDS["currencies"])
    near[kind.name].append(replace(fact, row=MARK))
    organisation = near.pop("organisation")
    us = organisation[-1] if organisation else Organisation(name="-")
    return Register(organisation=us, **{name: tuple(facts) for name, facts in near.items()})  # type: ignore[arg-type]


def _siblings(session: Session, kind: FactKind, fact: Fact, key: str | int | None) -> list[Fact]:
    """Return the live facts of the same kind that this one could clash with."""
    model = kind.model
    if issubclass(model, Named):
        wanted = model.name_key == name_key(getattr(fact, "name"))  # noqa: B009 -- named kinds have it
    elif kind.name == "jurisdictions":
        wanted = getattr(model, "segment") == getattr(fact, "segment")  # noqa: B009 -- as above
    elif kind.unique:
        first = kind.unique[0]
        wanted = getattr(model, first) == getattr(fact, first)
    else:
        return []
    own = getattr(model, kind.key_field)
    return _live(session, kind, wanted, *(() if key is None else (own != key,)))


def _live(session: Session, kind: FactKind, *conditions: Any) -> list[Fact]:
    rows = session.scalars(select(kind.model).where(kind.model.archived_at.is_(None), *conditions))
    return [kind.fact_of(row) for row in rows]
