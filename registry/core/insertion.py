"""A whole register into an empty or growing database: checked once, written by kind, in one act."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from registry.core.codes import keep_codes, taken_codes
from registry.core.collector import collector_paused
from registry.core.factproblems import column_problem, unstorable
from registry.core.kinds import KINDS, FactKind
from registry.core.work import Work
from registry.domain.errors import InvalidRegister
from registry.domain.facts import Register
from registry.domain.problems import Problem, errors_of
from registry.domain.rules import check
from registry.models.base import name_key
from registry.models.organisation import Organisation

__all__ = ["insert_register"]


def insert_register(w: Work, register: Register, *, already_checked: bool = False) -> dict[str, int]:
    """Write every fact of a register as a new one, codes as given; returns how many of each kind.

    The organisation is changed when there is one. Whoever merges a file into existing facts works out first which of
    them are new and calls this, and `change`, with those.

    Parameters
    ----------
    w
        The act it belongs to.
    register
        Facts whose references resolve among themselves.
    already_checked
        Leave out `rules.check`, which takes seconds for 100,000 facts, when the caller has just run it: the write
        lock should not be held meanwhile.

    Raises
    ------
    InvalidRegister
        With every problem found; nothing was written.
    """
    problems = [] if already_checked else errors_of(check(register))
    problems += _unstorable(register)
    problems += _taken(w, register)
    if problems:
        raise InvalidRegister(problems)
    with collector_paused():
        return _write(w, register)


def _write(w: Work, register: Register) -> dict[str, int]:
    counts = {}
    for kind in KINDS.values():
        facts = register.facts(kind.name)
        if kind.name == "organisation":
            _set_organisation(w, kind.values_of(register.organisation))
        elif facts:
            if kind.prefix:
                keep_codes(w, kind, (fact.code for fact in facts))  # type: ignore[attr-defined]  # coded kinds have one
            w.insert_many(kind.model, [kind.values_of(fact) for fact in facts])
        counts[kind.name] = len(facts)
    return counts


def _unstorable(register: Register) -> list[Problem]:
    return [
        problem for kind in KINDS.values() for fact in register.facts(kind.name) for problem in unstorable(kind, fact)
    ]


def _taken(w: Work, register: Register) -> Iterator[Problem]:
    for kind in KINDS.values():
        if kind.prefix is None:
            yield from _repeated(w, kind, register)
            continue
        facts = {fact.code: fact for fact in register.facts(kind.name)}  # type: ignore[attr-defined]  # coded kinds
        for code in sorted(taken_codes(w, facts)):
            yield column_problem(facts[code], "duplicate_code", "code", f"{code} is registered already.")
        if kind.has_name:
            yield from _same_names(w, kind, register)


def _same_names(w: Work, kind: FactKind, register: Register) -> Iterator[Problem]:
    model: Any = kind.model
    if not w.session.scalar(select(func.count()).select_from(model)):
        return
    rows = w.session.execute(select(model.name_key, model.code).where(model.archived_at.is_(None)))
    known: dict[str, str] = {row[0]: row[1] for row in rows}
    for fact in register.facts(kind.name):
        name: str = fact.name  # type: ignore[attr-defined]  # named kinds have one
        other = known.get(name_key(name))
        if other is not None:
            yield column_problem(fact, "duplicate_name", "name", f"{other} is called {name!r} already.")


def _repeated(w: Work, kind: FactKind, register: Register) -> Iterator[Problem]:
    if not kind.unique:
        return
    model: Any = kind.model
    columns = [getattr(model, name) for name in kind.unique]
    known = {tuple(row) for row in w.session.execute(select(*columns).where(model.archived_at.is_(None)))}
    for fact in register.facts(kind.name):
        given = tuple(getattr(fact, name) for name in kind.unique)
        if given in known:
            yield column_problem(fact, "duplicate_row", kind.unique[-1], f"{' and '.join(given)} is there already.")


def _set_organisation(w: Work, values: Mapping[str, Any]) -> None:
    row = w.session.get(Organisation, 1)
    if row is None:
        w.add(Organisation(id=1, **values))
        return
    for name, value in values.items():
        setattr(row, name, value)
    w.session.flush()
    w.act.touches_facts = True
