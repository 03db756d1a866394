"""The one way facts get written: checked by the rules, given a code, versioned, archived instead of deleted.

Forms, bulk changes and imports all come through here, so a rule holds wherever a fact comes from. Problems name the
column as its sheet does; a form shows them beside the field of the same name.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from registry.core.codes import keep_codes, next_codes, taken_codes
from registry.core.dependents import Dependent, dependents, is_live, parts_of
from registry.core.errors import HasDependents
from registry.core.factproblems import column_problem, problems_of
from registry.core.insertion import insert_register
from registry.core.kinds import KINDS, FactKind, Reference, kind_of
from registry.core.work import Work
from registry.domain.register.errors import InvalidRegister
from registry.domain.register.facts import Fact
from registry.models.base import FactRow

__all__ = [
    "KINDS",
    "Dependent",
    "FactKind",
    "Reference",
    "archive",
    "change",
    "create",
    "dependents",
    "insert_register",
    "kind_of",
    "restore",
]

Key = str | int


def create(w: Work, kind: str, values: Mapping[str, Any]) -> Key:
    """Register a new fact and return its key: the code it was given, or its number.

    Parameters
    ----------
    w
        The act it belongs to.
    kind
        Field of `Register`, such as `"flows"`.
    values
        Field -> value; what is left out takes the default of the fact. A `code` may be given, as an import does.

    Raises
    ------
    InvalidRegister
        With every problem found; nothing was written.
    """
    of = KINDS[kind]
    if of.prefix is None:
        return _create_numbered(w, of, of.fact_type(**values))
    given = values.get("code")
    code: str = given or next_codes(w, of)[0]
    fact = of.fact_type(**{**values, "code": code})
    problems = problems_of(w.session, of, fact)
    if given and taken_codes(w, [given]):
        problems.append(column_problem(fact, "duplicate_code", "code", f"{given} was given before; leave it blank."))
    if problems:
        raise InvalidRegister(problems)
    keep_codes(w, of, [code])
    w.add(_row(of, fact))
    return code


def change(w: Work, kind: str, key: Key, version: int | None, values: Mapping[str, Any]) -> None:  # noqa: PLR0917 -- reads as a sentence: change this, from that version, to these values
    """Change fields of a fact; the others stay.

    Raises
    ------
    NotFound, StaleVersion
        There is no such fact, or somebody changed it since `version`.
    InvalidRegister
        With every problem of the fact as it would be.
    """
    of = KINDS[kind]
    row = w.get(of.model, key, version)
    before = of.fact_of(row)
    if row.archived_at is not None:
        raise InvalidRegister([column_problem(before, "archived", None, "It is archived; restore it to change it.")])
    if values.get(of.key_field, key) != key:
        raise InvalidRegister([column_problem(before, "code_changed", "code", "A code never changes.")])
    after = replace(before, **dict(values))
    problems = problems_of(w.session, of, after, key=key)
    if problems:
        raise InvalidRegister(problems)
    for name in values:
        if getattr(row, name) != getattr(after, name):
            setattr(row, name, getattr(after, name))
    w.session.flush()


def archive(w: Work, kind: str, key: Key, version: int | None = None) -> None:
    """Take a fact out of the register, with what is part of it; it can be restored.

    Raises
    ------
    HasDependents
        Other facts rest on it; the error says which.
    """
    of = KINDS[kind]
    row = w.get(of.model, key, version)
    if row.archived_at is not None:
        return
    if of.name == "organisation":
        raise InvalidRegister([column_problem(of.fact_of(row), "archived", None, "The organisation stays.")])
    found = dependents(kind, key)
    if found:
        raise HasDependents(f"{of.word.capitalize()} {key}", [each.words for each in found])
    _archive_with_parts(w, of, row)
    w.session.flush()


def restore(w: Work, kind: str, key: Key, version: int | None = None) -> None:
    """Bring an archived fact back, with the parts that went along with it.

    Raises
    ------
    InvalidRegister
        What it refers to is archived, or another fact has its name by now.
    """
    of = KINDS[kind]
    row = w.get(of.model, key, version)
    if row.archived_at is None:
        return
    problems = problems_of(w.session, of, of.fact_of(row), key=key)
    if problems:
        raise InvalidRegister(problems)
    moment = row.archived_at
    _restore_with_parts(w, of, row, moment)


def _create_numbered(w: Work, of: FactKind, fact: Fact) -> Key:
    if of.name == "organisation":
        row = w.session.get(of.model, 1)
        if row is not None:
            raise InvalidRegister([column_problem(fact, "duplicate_row", "name", "The organisation is registered.")])
    problems = problems_of(w.session, of, fact)
    if problems:
        raise InvalidRegister(problems)
    row = _row(of, fact)
    if of.name == "organisation":
        row.id = 1  # type: ignore[attr-defined]  # the organisation's table has an id
    return int(w.add(row).id)  # type: ignore[attr-defined]  # kinds without a code have an id


def _row(of: FactKind, fact: Fact) -> FactRow:
    return of.model(**of.values_of(fact))


def _archive_with_parts(w: Work, of: FactKind, row: FactRow) -> None:
    key = getattr(row, of.key_field)
    for part_kind, part in parts_of(w.session, of, key):
        if is_live(part):
            _archive_with_parts(w, part_kind, part)
    row.archived_at = w.now


def _restore_with_parts(w: Work, of: FactKind, row: FactRow, moment: object) -> None:
    row.archived_at = None
    w.session.flush()
    key = getattr(row, of.key_field)
    for part_kind, part in parts_of(w.session, of, key):
        # only what went along with it: a part archived on another day stays archived
        if part.archived_at == moment and not problems_of(
            w.session, part_kind, part_kind.fact_of(part), key=getattr(part, part_kind.key_field)
        ):
            _restore_with_parts(w, part_kind, part, moment)
