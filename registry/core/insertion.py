"""A whole register into an empty or growing database: checked once, written by kind, in one act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from registry.core import clock
from registry.core.bulk import Prepared, can_prepare, prepare_rows
from registry.core.codes import keep_codes, taken_codes
from registry.core.collector import collector_paused
from registry.core.db import session
from registry.core.factproblems import column_problem, unstorable
from registry.core.kinds import KINDS, FactKind
from registry.core.work import Work
from registry.domain.register.errors import InvalidRegister
from registry.domain.register.facts import Register
from registry.domain.register.problems import Problem, errors_of
from registry.domain.register.rules import check
from registry.models.base import name_key
from registry.models.codes import FactCode
from registry.models.organisation import Organisation

__all__ = ["PreparedRegister", "insert_register", "prepare_register"]


@dataclass(frozen=True, slots=True)
class PreparedRegister:
    """A register whose facts with codes are ready to be inserted: rows, and codes to be entered as taken, by kind."""

    rows: Mapping[str, Prepared]
    codes: Mapping[str, Prepared]


def prepare_register(register: Register) -> PreparedRegister:
    """Do ahead of the act what needs no database; seconds for 100,000 facts, in which nobody has to wait.

    Raises
    ------
    InvalidRegister
        When a table cannot hold a value.
    """
    if problems := _unstorable(register):
        raise InvalidRegister(problems)
    now, at = clock.now(), session()
    rows, codes = {}, {}
    for kind in KINDS.values():
        facts = register.facts(kind.name)
        if kind.prefix and facts and can_prepare(kind.model):
            values = [kind.values_of(fact) for fact in facts]
            rows[kind.name] = prepare_rows(at, kind.model, values, now=now)
            taken = [{"code": row["code"], "kind": kind.name} for row in values]
            codes[kind.name] = prepare_rows(at, FactCode, taken, now=now)
    return PreparedRegister(rows, codes)


def insert_register(
    w: Work, register: Register, *, already_checked: bool = False, prepared: PreparedRegister | None = None
) -> dict[str, int]:
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
    prepared
        The same register made ready by `prepare_register`. The caller vouches that codes and names are free: it compared
        with the facts as they were at a revision, and holds that revision.

    Raises
    ------
    InvalidRegister
        With every problem found; nothing was written.
    """
    problems = [] if already_checked else errors_of(check(register))
    if prepared is None:
        problems += _unstorable(register)
        problems += _taken(w, register)
    if problems:
        raise InvalidRegister(problems)
    with collector_paused():
        return _write(w, register, prepared or PreparedRegister({}, {}))


def _write(w: Work, register: Register, prepared: PreparedRegister) -> dict[str, int]:
    counts = {}
    for kind in KINDS.values():
        facts = register.facts(kind.name)
        if kind.name == "organisation":
            _set_organisation(w, kind.values_of(register.organisation))
        elif facts:
            if kind.prefix:
                codes = (fact.code for fact in facts)  # type: ignore[attr-defined]  # coded kinds have one
                keep_codes(w, kind, codes, prepared.codes.get(kind.name))
            if kind.name in prepared.rows:
                w.insert_prepared(prepared.rows[kind.name])
            else:
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
