"""One instant that every sheet of a pack is read at, and the quarter it stands for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from registry.core import clock
from registry.core.db import announced, engine_name, session
from registry.domain.register.errors import DomainError
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from reports.audit_pack import PackContent
from reports.cells import Plain
from reports.pack_digest import pack_value
from reports.pack_plan import planned_sheets

__all__ = ["Cut", "NoQuarter", "Quarter", "Rows", "lines", "one_instant"]

Rows = list[list[Plain]]
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")


class NoQuarter(DomainError):
    """What was asked for is no quarter that can be reported on."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a calendar year."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read `2026Q4`.

        >>> str(Quarter.parse("2026q4")), Quarter.parse("2026-Q4").first, Quarter.parse("2026Q4").last
        ('2026Q4', datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
        """
        found = _QUARTER.fullmatch(text.strip())
        if not found or int(found[1]) < 1900:
            raise NoQuarter(f"{text.strip()[:40]!r} is no quarter; write it as 2026Q4.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Return the quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The quarter before it."""
        return Quarter.of(self.first - timedelta(days=1))

    def refuse_when_ahead(self, today: date) -> "Quarter":
        """Return it, unless it has not begun.

        Raises
        ------
        NoQuarter
            It lies in the future; nothing of it can be reported.
        """
        if self.first > today:
            raise NoQuarter(f"{self} begins on {self.first}; there is nothing to report of it yet.")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What the sheets are made from: one state of the database, at one instant."""

    at: datetime
    quarter: Quarter
    register: Register
    parameters: Parameters
    previous: PackContent | None

    @property
    def today(self) -> date:
        """The day of the cut-off, in UTC."""
        return self.at.date()

    @property
    def since(self) -> datetime:
        """The first instant of the period."""
        first = self.quarter.first
        return datetime(first.year, first.month, first.day, tzinfo=UTC)

    def previous_rows(self, sheet: str) -> list[dict[str, Plain]]:
        """Return the rows of a sheet in the previous pack by the heads of its columns; none when there is none."""
        if self.previous is None or sheet not in self.previous.tables:
            return []
        names = planned_sheets()[sheet].names
        return [dict(zip(names, row, strict=False)) for row in self.previous.tables[sheet]]


@contextmanager
def one_instant() -> Iterator[tuple[datetime, Connection]]:
    """Read everything inside from one state of the database, on both engines, whatever is committed meanwhile.

    The session of the running command or job is used, so that every query of every feature sees that state.
    """
    own = session()
    own.commit()
    with announced(may_write=False):
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if engine_name() == "postgresql" else {}
        connection = own.connection(execution_options=options)
        try:
            yield clock.now(), connection
        except BaseException:
            own.rollback()
            raise
        own.commit()  # nothing was written; a rollback would make whatever was loaded unreadable


def lines(sheet: str, rows: Iterable[Mapping[str, object]]) -> Rows:
    """Return rows in the order of a sheet's columns, as a pack holds them.

    Raises
    ------
    KeyError
        A row names a column the sheet does not have.
    """
    names = planned_sheets()[sheet].names
    known = frozenset(names)
    found: Rows = []
    for row in rows:
        if not row.keys() <= known:
            raise KeyError(f"{sheet} has no column {sorted(row.keys() - known)}")
        found.append([pack_value(row.get(name)) for name in names])
    return found


def joined(words: Iterable[object]) -> str:
    """Return words in order, each once."""
    return "; ".join(sorted({str(word) for word in words if word}))


def first_by(rows: Sequence[Mapping[str, Plain]], *keys: str) -> dict[tuple[Plain, ...], Mapping[str, Plain]]:
    """Return rows by the values of some columns."""
    return {tuple(row.get(key) for key in keys): row for row in rows}
