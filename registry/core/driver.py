"""Statements for very many rows, handed to the database's driver as they are.

SQLAlchemy looks at every value of every row while the statement runs, which for an import means while the write lock is
held; here that work is done before, and only the driver is left.
"""

from collections.abc import Iterable, Mapping, Sequence
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

    def parameters(self, rows: Iterable[Mapping[str, Any]]) -> list[Any]:
        """Return the rows as the driver takes them."""
        if not self.is_positional:
            return [self._processed(row) for row in rows]
        names, processors = self.names, self.processors
        if not processors:
            return [tuple([row[name] for name in names]) for row in rows]
        return [tuple([row[name] for name in names]) for row in map(self._processed, rows)]

    def _processed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        values = dict(row)
        for name, process in self.processors:
            values[name] = process(values[name])
        return values


def insertion(session: Session, table: Table, names: Sequence[str]) -> Statement:
    """Return the insert into a table of the session's database; opens no connection."""
    return Statement(table, names, session.get_bind().dialect)


def execute(session: Session, statement: Statement, parameters: list[Any]) -> None:
    """Run a statement for every row; the caller has cleared it with the guard and keeps the audit lines."""
    if parameters:
        session.connection().exec_driver_sql(statement.sql, parameters)
