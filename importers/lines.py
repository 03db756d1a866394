"""Reads one row of a table, or one entry of a list, cell by cell: what does not fit becomes a problem with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from importers.base import ERROR_VALUES, Cell, CellError, Table, is_blank, plain_name, shown
from importers.dates import DayOrder, read_date
from importers.misfit import Misfit
from importers.numbers_in_text import read_count
from importers.values import read_text, read_yes_no
from registry.domain.register.problems import Problem, Severity

__all__ = ["Found", "Line", "find_columns", "table_lines"]

Mended = Mapping[str, Mapping[tuple[int, str], str]]

PROBLEMS_MAX = 10_000
TEXT_MAX = 4_000
_UNKNOWN = frozenset({"", "\\n", "null", "none", "n/a", "na", "nan", "unknown", "not known", "-", "–", "?"})


@dataclass(slots=True)
class Found:
    """The problems of a file with what stands in each cell that has one."""

    problems: list[Problem] = field(default_factory=list)
    quoted: dict[tuple[str, int, str], str] = field(default_factory=dict)

    def add(
        self,
        severity: Severity,
        code: str,
        message: str,
        *,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        cell: Cell = None,
    ) -> None:
        """Keep a problem, up to a number that nobody reads to its end."""
        if len(self.problems) >= PROBLEMS_MAX:
            return
        problem = Problem(severity=severity, code=code, message=message, sheet=sheet, row=row, column=column)
        self.problems.append(problem)
        if sheet is not None and row is not None and column is not None:
            self.quoted[sheet, row, column] = "" if cell is None else shown(cell, 200)

    def sorted(self) -> list[Problem]:
        """Return the problems by place, errors of a place first."""
        return sorted(
            self.problems,
            key=lambda each: (each.sheet or "", each.row or 0, each.severity is Severity.WARNING, each.column or ""),
        )


@dataclass(slots=True)
class Line:
    """One row or entry: cells by the name of their column, with texts that a person wrote instead of some."""

    sheet: str
    row: int
    cells: Mapping[str, Cell]
    found: Found
    day_order: DayOrder = None
    is_usable: bool = True  # false once something that must be there is not

    def cell(self, column: str) -> Cell:
        """Return a cell; None where nothing stands, or nothing but a sign for "not known"."""
        cell = self.cells.get(column)
        if isinstance(cell, str) and cell.strip().casefold() in _UNKNOWN:
            return None
        if isinstance(cell, str) and cell.strip().upper() in ERROR_VALUES:
            return CellError(cell.strip())
        return None if is_blank(cell) else cell

    def text(self, column: str, length_max: int = TEXT_MAX) -> str | None:
        """Return a text with single spaces; one that is too long is cut, and that is said."""
        cell = self._good(column)
        if cell is None:
            return None
        try:
            text = read_text(cell, 10_000_000)
        except Misfit as misfit:
            self._refuse(column, misfit)
            return None
        text = text if length_max > 500 else " ".join(text.split())
        if len(text) > length_max:
            message = f"The text has {len(text):,} characters; the first {length_max:,} are kept."
            self.warn("cut", message, column)
            return text[: length_max - 1].rstrip() + "…"
        return text or None

    def count(self, column: str) -> int | None:
        """Return a whole number from 0."""
        cell = self._good(column)
        if cell is None:
            return None
        try:
            return read_count(cell)
        except Misfit as misfit:
            self._refuse(column, misfit)
            return None

    def day(self, column: str, order: DayOrder = None) -> date | None:
        """Return a date; `order` is what the format itself says about `03/04/2024`."""
        cell = self._good(column)
        if cell is None:
            return None
        try:
            return read_date(cell, order=order or self.day_order)
        except Misfit as misfit:
            if misfit.is_usable:
                self.warn(misfit.code, str(misfit), column)
                value: date = misfit.value
                return value
            self._refuse(column, misfit)
            return None

    def flag(self, column: str) -> bool | None:
        """Return yes or no."""
        cell = self._good(column)
        if cell is None:
            return None
        try:
            return read_yes_no(cell)
        except Misfit as misfit:
            self._refuse(column, misfit)
            return None

    def require(self, column: str, why: str, length_max: int = 200) -> str:
        """Return a text that must be there; without it the row cannot be used."""
        text = self.text(column, length_max)
        if text is None:
            if self.is_usable:
                self.refuse("missing", f"{column} is blank. {why}", column)
            return ""
        return text

    def warn(self, code: str, message: str, column: str | None = None) -> None:
        """Say something about the row that does not stop it."""
        self.found.add(
            Severity.WARNING,
            code,
            message,
            sheet=self.sheet,
            row=self.row,
            column=column,
            cell=self.cells.get(column or ""),
        )

    def refuse(self, code: str, message: str, column: str | None = None) -> None:
        """Say what must be mended before the row can be used."""
        self.is_usable = False
        self.found.add(
            Severity.ERROR,
            code,
            message,
            sheet=self.sheet,
            row=self.row,
            column=column,
            cell=self.cells.get(column or ""),
        )

    def _good(self, column: str) -> Cell:
        cell = self.cell(column)
        if isinstance(cell, CellError):
            self.refuse("error_value", f'The cell shows "{cell.text}". Write the value itself, or clear it.', column)
            return None
        return cell

    def _refuse(self, column: str, misfit: Misfit) -> None:
        self.refuse(misfit.code, f"{misfit} Or clear the cell when it is not known.", column)


def find_columns(
    table: Table, names: Mapping[str, tuple[str, ...]], *, rows_searched: int = 25
) -> tuple[int, dict[str, int]]:
    """Find the header of a table: the row number (0: none) and the place of each column that it names.

    Parameters
    ----------
    names
        Column as we call it -> further names it goes by; all are compared without case and punctuation.
    """
    known = {plain_name(name): column for column, others in names.items() for name in (column, *others)}
    best: tuple[int, dict[str, int]] = (0, {})
    for count, (number, row) in enumerate(table.filled_rows()):
        if count == rows_searched:
            break
        places: dict[str, int] = {}
        for index, cell in enumerate(row):
            column = known.get(plain_name(cell)) if isinstance(cell, str) else None
            if column is not None and column not in places:
                places[column] = index
        if len(places) > len(best[1]):
            best = (number, places)
    return best


def table_lines(
    table: Table,
    header: int,
    places: Mapping[str, int],
    found: Found,
    *,
    day_order: DayOrder = None,
    mended: Mended | None = None,
) -> Iterator[Line]:
    """Yield the filled rows below a header."""
    texts = (mended or {}).get(table.name, {})
    by_row: dict[int, dict[str, Cell]] = {}
    for (row, column), text in texts.items():
        by_row.setdefault(row, {})[column] = text
    for number, cells in table.filled_rows():
        if number <= header:
            continue
        values = {column: cells[index] if index < len(cells) else None for column, index in places.items()}
        yield Line(table.name, number, values | by_row.get(number, {}), found, day_order)
