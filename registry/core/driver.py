"""Statements for very many rows, handed to the database's driver as they are.

SQLAlchemy looks at every value of every row while the statement runs, which for an import means while the write lock is
held; here that work is done before, and only the driver is left.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.orm import Session

__all__ = ["Statement", "execute", "insertion"]


class Statement:
    """An insert into a table, and how the values of its columns are handed over."""

    def __init__(self, table: Table, names: Sequence[str], dialect: Dialect) -> None:
        compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
        self.sql = str(compiled)
        order: Sequence[str] | None = compiled.positiontup
        self.is_positional = order is not None
        self.names = list(order or names)
        found = ((name, table.columns[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in self.names)
        self.processors = [(name, process) for name, process in found if process is not None]

    def parameters(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Return the rows as the driver takes them; column by column, since most values of a column repeat."""
        processors = dict(self.processors)
        columns = (_processed([row[name] for row in rows], processors.get(name)) for name in self.names)
        found = zip(*columns, strict=True)
        return list(found) if self.is_positional else [dict(zip(self.names, values, strict=True)) for values in found]


def _processed(values: list[Any], process: Callable[[Any], Any] | None) -> list[Any]:
    """Pass values through a processor, each distinct one once; values that are equal are stored alike."""
    if process is None:
        return values
    known: dict[Any, Any] = {}
    for value in values:
        if value not in known:
            known[value] = process(value)
    return [known[value] for value in values]


def insertion(session: Session, table: Table, names: Sequence[str]) -> Statement:
    """Return the insert into a table of the session's database; opens no connection."""
    return Statement(table, names, session.get_bind().dialect)


def execute(session: Session, statement: Statement, parameters: list[Any]) -> None:
    """Run a statement for every row; the caller has cleared it with the guard and keeps the audit lines."""
    if parameters:
        session.connection().exec_driver_sql(statement.sql, parameters)
