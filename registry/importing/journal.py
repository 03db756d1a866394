"""Writes a difference into the register and takes it back: what an import did, as keys and values before and after."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, Enum, select

from registry.core.factproblems import column_problem, unstorable
from registry.core.factstore import KINDS, FactKind, insert_register
from registry.core.insertion import PreparedRegister, prepare_register
from registry.core.work import Work
from registry.domain.register.errors import InvalidRegister
from registry.domain.register.facts import Fact, Organisation, Register
from registry.domain.register.problems import Problem
from registry.importing.difference import Change, Difference, key_of
from registry.models.base import CodeList

__all__ = ["apply", "prepare", "revert"]

Journal = dict[str, Any]


def prepare(difference: Difference) -> PreparedRegister:
    """Make the new facts ready to be written, before the act: everything that needs no database.

    Raises
    ------
    InvalidRegister
        When a table cannot hold a value.
    """
    return prepare_register(_new_facts(difference, Organisation(name="?")))


def _new_facts(difference: Difference, organisation: Organisation) -> Register:
    facts: dict[str, Any] = {kind: found for kind, found in difference.new.items() if kind != "organisation"}
    return Register(organisation=organisation, **facts)


def apply(w: Work, register: Register, difference: Difference, prepared: PreparedRegister | None = None) -> Journal:
    """Write what is new and what changed; returns what undoing it needs.

    `register` is the register as it will be, already checked by the rules.

    Raises
    ------
    InvalidRegister
        When a table cannot hold a value, or a code belongs to an archived fact; nothing was written.
    """
    problems = [problem for change in difference.changed for problem in unstorable(KINDS[change.kind], change.after)]
    if problems:
        raise InvalidRegister(problems)
    if difference.new:
        new_facts = _new_facts(difference, register.organisation)
        insert_register(w, new_facts, already_checked=True, prepared=prepared)
    changed = list(_write_changes(w, difference.changed))  # after the new ones, which they may refer to
    new = {kind: _keys(w, KINDS[kind], found) for kind, found in difference.new.items() if kind != "organisation"}
    return {"new": new, "changed": changed}


def revert(w: Work, journal: Journal, register: Register) -> None:
    """Archive what an import added and give changed fields their values back.

    Raises
    ------
    InvalidRegister
        When something came to rest on it, or was changed since: each such fact is named, and nothing is written.
    """
    new = {kind: set(keys) for kind, keys in journal["new"].items()}
    problems = [*_rests_on(register, new), *_changed_since(w, journal)]
    if problems:
        raise InvalidRegister(problems)
    for kind in reversed(KINDS):
        keys = journal["new"].get(kind)
        if keys:
            w.update_many(KINDS[kind].model, {key: {"archived_at": w.now} for key in keys})
    by_kind: dict[str, dict[Any, dict[str, Any]]] = {}
    for kind, key, fields in journal["changed"]:
        before = {name: _decoded(KINDS[kind], name, values[0]) for name, values in fields.items()}
        by_kind.setdefault(kind, {})[key] = before
    for kind, changes in by_kind.items():
        w.update_many(KINDS[kind].model, changes)


def _write_changes(w: Work, changes: tuple[Change, ...]) -> Iterator[list[Any]]:
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind, found in by_kind.items():
        keys = _keys(w, KINDS[kind], tuple(change.before for change in found))
        values = {
            key: {field.field: field.after for field in change.fields} for key, change in zip(keys, found, strict=True)
        }
        w.update_many(KINDS[kind].model, values)
        for key, change in zip(keys, found, strict=True):
            fields = {field.field: [_encoded(field.before), _encoded(field.after)] for field in change.fields}
            yield [kind, key, fields]


def _keys(w: Work, kind: FactKind, facts: tuple[Fact, ...]) -> list[Any]:
    """Return the primary keys of facts that are in the database; one query for kinds without a code."""
    if kind.prefix:
        return [getattr(fact, "code") for fact in facts]  # noqa: B009, only with a prefix
    model: Any = kind.model
    rows = w.session.scalars(select(model).where(model.archived_at.is_(None)).order_by(model.id))
    known = {key_of(kind.name, kind.fact_of(row)): row.id for row in rows}
    return [known[key_of(kind.name, fact)] for fact in facts]


def _rests_on(register: Register, new: Mapping[str, set[Any]]) -> Iterator[Problem]:
    """Yield the facts that are not of this import and refer to one that is."""
    codes = {key for kind, keys in new.items() if KINDS[kind].prefix for key in keys}
    for kind in KINDS.values():
        own = new.get(kind.name, set())
        if not kind.prefix and own:
            continue  # a fact without a code goes with the one it is part of
        for fact in register.facts(kind.name):
            if getattr(fact, "code", None) in own:
                continue
            for reference in kind.references:
                if getattr(fact, reference.field) in codes:
                    what = getattr(fact, "code", None) or kind.word
                    message = (
                        f"{what} refers to {getattr(fact, reference.field)}, which this import added. Archive it first."
                    )
                    yield column_problem(fact, "in_use", reference.field, message)


def _changed_since(w: Work, journal: Journal) -> Iterator[Problem]:
    for kind_name, key, fields in journal["changed"]:
        kind = KINDS[kind_name]
        row = w.session.get(kind.model, key)
        if row is None:
            continue
        for name, (_, after) in fields.items():
            if _encoded(getattr(row, name)) != after and not _is_close(getattr(row, name), after):
                message = f"{key}: {name} was changed after this import. Change it back by hand, or leave the import."
                yield column_problem(kind.fact_of(row), "changed_since", name, message)
    for kind_name, keys in journal["new"].items():
        yield from _edited(w, KINDS[kind_name], keys)


def _edited(w: Work, kind: FactKind, keys: list[Any]) -> Iterator[Problem]:
    model: Any = kind.model
    column = getattr(model, kind.key_field)
    for start in range(0, len(keys), 500):
        query = select(model).where(column.in_(keys[start : start + 500]), model.version > 1)
        for row in w.session.scalars(query):
            message = f"{getattr(row, kind.key_field)} was changed after this import added it. Archive it by hand."
            yield column_problem(kind.fact_of(row), "changed_since", None, message)


def _is_close(now: Any, after: Any) -> bool:
    return isinstance(now, float) and isinstance(after, float | int) and abs(now - after) <= 0.005


def _encoded(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _decoded(kind: FactKind, name: str, value: Any) -> Any:
    column = kind.model.__table__.columns[name].type  # type: ignore[attr-defined]  # every model has a table
    if value is None:
        return None
    if isinstance(column, Enum) and column.enum_class is not None:
        return column.enum_class(value)
    if isinstance(column, CodeList):
        return tuple(value)
    return date.fromisoformat(value) if isinstance(column, Date) else value
