"""Many rows at once, with the same change lines as single ones: 100,000 rows in a few seconds."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from registry.core import driver
from registry.core.audit import UNAUDITED_TABLES, Act, encoded_inserts, line_values
from registry.core.collector import collector_paused
from registry.core.errors import NotFound
from registry.models.base import Base, FactRow

__all__ = ["Prepared", "can_prepare", "insert_prepared", "insert_rows", "prepare_rows", "update_rows"]

T = TypeVar("T")
BATCH = 500  # keys of one IN list; SQLite's oldest limit is 999 values


def insert_rows(
    session: Session, act: Act, model: type[Base], rows: Sequence[Mapping[str, Any]], *, now: datetime
) -> list[str]:
    """Insert rows given as attribute -> value; returns their keys in the order given."""
    if not rows:
        return []
    with collector_paused():
        return _insert_rows(session, act, model, rows, now=now)


def _insert_rows(
    session: Session, act: Act, model: type[Base], rows: Sequence[Mapping[str, Any]], *, now: datetime
) -> list[str]:
    table = _table(model)
    fill = _Filling(table, now, is_fact=issubclass(model, FactRow))
    complete = [fill.complete(row) for row in rows]
    key_names = [column.key for column in table.primary_key.columns]
    if all(name in rows[0] for name in key_names):
        session.execute(insert(table), complete)
        keys = [",".join(str(row[name]) for name in key_names) for row in complete]
    else:
        # the database gives the key: ask for it in the order of the rows
        statement = insert(table).returning(*table.primary_key.columns, sort_by_parameter_order=True)
        keys = [",".join(str(part) for part in row) for row in session.execute(statement, complete)]
    if table.name not in UNAUDITED_TABLES:
        columns = _audited(table)
        for key, row in zip(keys, complete, strict=True):
            act.add_line(table.name, key, "insert", _inserted(act, columns, row))
    return keys


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows with keys of their own, and their change lines, computed before anybody waits for the writer."""

    model: type[Base]
    statement: driver.Statement
    parameters: list[Any]
    lines: list[tuple[str, str]]  # key, encoded fields


def can_prepare(model: type[Base]) -> bool:
    """Whether rows of a table can be prepared: they bring their key, and no text of theirs is kept aside."""
    return not any(column.info.get("secret") or column.info.get("personal") for column in _table(model).columns)


def prepare_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Prepared:
    """Do for rows, given as attribute -> value with their keys, all that inserting them needs but the insert."""
    table = _table(model)
    fill = _Filling(table, now, is_fact=issubclass(model, FactRow))
    with collector_paused():
        complete = [fill.complete(row) for row in rows]
        statement = driver.insertion(session, table, list(complete[0]) if complete else table.columns.keys())
        (key,) = (column.key for column in table.primary_key.columns)
        names = [column.key for column in _audited(table)] if table.name not in UNAUDITED_TABLES else []
        encoded = encoded_inserts({name: [row[name] for row in complete] for name in names})
        lines = [(str(row[key]), fields) for row, fields in zip(complete, encoded, strict=True)] if names else []
        return Prepared(model, statement, statement.parameters(complete), lines)


def insert_prepared(session: Session, act: Act, prepared: Prepared) -> None:
    """Insert prepared rows and add their change lines to an act."""
    driver.execute(session, prepared.statement, prepared.parameters)
    table = _table(prepared.model).name
    for key, fields in prepared.lines:
        act.add_encoded(table, key, "insert", fields)


def update_rows(
    session: Session, act: Act, model: type[Base], changes: Mapping[Any, Mapping[str, Any]], *, now: datetime
) -> int:
    """Change rows given as key -> new values; a key without a row raises, a row without a difference is left alone."""
    table = _table(model)
    (key_column,) = table.primary_key.columns
    audited = {column.key for column in _audited(table)}
    derivations = _derivations(table)
    by_fields: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for keys in _batches(changes):
        before = {
            row[key_column.key]: row
            for row in session.execute(select(table).where(key_column.in_(keys)).with_for_update()).mappings()
        }
        for key in keys:
            if key not in before:
                raise NotFound(table.name.replace("_", " "), key)
            wanted = {**changes[key], **_derived(derivations, changes[key])}
            new = {name: value for name, value in wanted.items() if before[key][name] != value}
            if not new:
                continue
            fields = {
                name: line_values(act, table.columns[name], before[key][name], value)
                for name, value in new.items()
                if name in audited
            }
            act.add_line(table.name, str(key), "update", fields)
            by_fields.setdefault(tuple(sorted(new)), []).append({"the_key": key, **_prefixed(new)})
    for names, parameters in by_fields.items():
        session.execute(_update(table, key_column, names, now), parameters)
    _forget(session, model)
    return sum(len(parameters) for parameters in by_fields.values())


def _update(table: Table, key_column: Column[Any], names: tuple[str, ...], now: datetime) -> Any:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if "version" in table.columns:
        values["version"] = table.columns["version"] + 1
    if "updated_at" in table.columns:
        values["updated_at"] = now
    return update(table).where(key_column == bindparam("the_key")).values(values)


class _Filling:
    """What an insert adds to the values given: moments, defaults, columns that follow another one."""

    def __init__(self, table: Table, now: datetime, *, is_fact: bool) -> None:
        self.table = table
        self.known = frozenset(table.columns.keys())
        self.start: dict[str, Any] = {
            column.key: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
            for column in table.columns
            if not (column.primary_key and column.autoincrement is not False)
        }
        if is_fact:
            self.start |= {"version": 1, "created_at": now, "updated_at": now}
        self.derivations = _derivations(table)

    def complete(self, row: Mapping[str, Any]) -> dict[str, Any]:
        if not row.keys() <= self.known:
            unknown = ", ".join(sorted(row.keys() - self.known))
            raise KeyError(f"{self.table.name} has no column {unknown}")
        return {**self.start, **row, **_derived(self.derivations, row)}


def _derivations(table: Table) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """Return the columns that follow another one, such as the name as it is compared: column, source, how."""
    return [(column.key, *column.info["derived_from"]) for column in table.columns if "derived_from" in column.info]


def _derived(derivations: list[tuple[str, str, Callable[[Any], Any]]], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: derive(row[source]) for name, source, derive in derivations if source in row}


def _inserted(act: Act, columns: Iterable[Column[Any]], row: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        column.key: line_values(act, column, None, row[column.key]) if column.info else [None, row[column.key]]
        for column in columns
        if row.get(column.key) is not None
    }


def _prefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


def _audited(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.info.get("audited", True)]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _forget(session: Session, model: type[Base]) -> None:
    """Expire loaded rows of the model: the statement went past them."""
    for row in session.identity_map.values():
        if isinstance(row, model):
            session.expire(row)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
