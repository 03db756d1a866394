"""Finds the row of column names in a table and matches it with the columns of a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process

from importers.base import Cell, Table, column_letters, is_blank, plain_name, shown
from registry.domain.register.problems import Problem, Severity
from registry.reference.register_format import ColumnFormat, SheetFormat, register_format

__all__ = ["Header", "find_header", "sheet_by_columns"]

_ROWS_SEARCHED = 25
_UNKNOWN_NAMED_MAX = 20


@dataclass(frozen=True, slots=True)
class Header:
    """Where the column names stand (row 0: nowhere), and which column of the format stands at which place."""

    row: int
    columns: Mapping[int, ColumnFormat]
    problems: tuple[Problem, ...] = ()


def find_header(table: Table, sheet: SheetFormat) -> Header:
    """Find the header: of the first rows the one that names the most columns; titles may stand above it."""
    known = {plain_name(column.name): column for column in sheet.columns}
    best_row, best = 0, 0
    cells: list[Cell] = []
    for count, (number, row) in enumerate(table.filled_rows()):
        if count == _ROWS_SEARCHED:
            break
        found = len({name for cell in row if isinstance(cell, str) and (name := plain_name(cell)) in known})
        if found > best:
            best_row, best, cells = number, found, row
    if not best:
        message = f"No row names the columns of this sheet. Its first row should hold {_expected(sheet)}."
        return Header(0, {}, (_problem(sheet, Severity.ERROR, ("no_header", message), (1, None)),))
    return _match(table, sheet, best_row, cells)


def sheet_by_columns(table: Table) -> list[SheetFormat]:
    """Return the sheets whose columns a table without a telling name seems to hold, best first; several when equal."""
    scores: dict[str, int] = {}
    for kind, sheet in register_format().items():
        columns = {column.name for column in find_header(table, sheet).columns.values()}
        if all(column.name in columns for column in sheet.columns if column.is_required):
            scores[kind] = len(columns)
    best = max(scores.values(), default=0)
    return [register_format()[kind] for kind, score in scores.items() if score == best]


def _match(table: Table, sheet: SheetFormat, number: int, cells: list[Cell]) -> Header:
    known = {plain_name(column.name): column for column in sheet.columns}
    columns: dict[int, ColumnFormat] = {}
    problems: list[Problem] = []
    unknown: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if is_blank(cell):
            if _holds_values(table, number, index):
                message = (
                    f"Column {column_letters(index)} holds values but has no name; it is not read. Name it or clear it."
                )
                problems.append(_problem(sheet, Severity.WARNING, ("unnamed_column", message), (number, None)))
            continue
        name = plain_name(str(cell))
        column = known.get(name)
        if column is None:
            unknown.append((index, shown(cell)))
        elif name not in seen:
            seen[name], columns[index] = index, column
        elif _holds_values(table, number, index):
            letters = f"{column_letters(seen[name])} and {column_letters(index)}"
            message = f"Columns {letters} are both named {column.name}. Keep one of them."
            problems.append(_problem(sheet, Severity.ERROR, ("duplicate_column", message), (number, column.name)))
    problems.extend(_unknown_columns(sheet, number, unknown))
    return Header(number, columns, tuple(problems))


def _holds_values(table: Table, header_row: int, index: int) -> bool:
    return any(index < len(row) and not is_blank(row[index]) for row in table.rows[header_row:])


def _unknown_columns(sheet: SheetFormat, number: int, unknown: list[tuple[int, str]]) -> list[Problem]:
    names = [column.name for column in sheet.columns]
    problems = []
    for _, name in unknown[:_UNKNOWN_NAMED_MAX]:
        near = process.extractOne(name.casefold().replace(" ", "_"), names, score_cutoff=75)
        hint = f" Did you mean {near[0]}?" if near else ""
        message = f'The sheet has no column "{name}"; it is not read.{hint}'
        problems.append(_problem(sheet, Severity.WARNING, ("unknown_column", message), (number, name)))
    rest = len(unknown) - _UNKNOWN_NAMED_MAX
    if rest > 0:
        message = f"{rest} further columns are not known; they are not read."
        problems.append(_problem(sheet, Severity.WARNING, ("unknown_column", message), (number, None)))
    return problems


def _expected(sheet: SheetFormat) -> str:
    required = [column.name for column in sheet.columns if column.is_required]
    return ", ".join(required or [column.name for column in sheet.columns][:4])


def _problem(sheet: SheetFormat, severity: Severity, said: tuple[str, str], place: tuple[int, str | None]) -> Problem:
    code, message = said
    row, column = place
    return Problem(severity=severity, code=code, message=message, sheet=sheet.name, row=row, column=column)
