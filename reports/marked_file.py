"""Writes an imported file back with the cells that need mending marked, so that it can be mended where it was made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from registry.domain.register.problems import Problem, Severity
from reports.register_file import add_rows, new_book, safe_cell, saved

__all__ = ["mark"]

_ERROR_FILL = PatternFill("solid", fgColor="FFF8C9D4")
_WARNING_FILL = PatternFill("solid", fgColor="FFFAEFC8")


def mark(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    positions: Mapping[str, Mapping[str, int]],
    problems: Iterable[Problem],
) -> bytes:
    """Return a workbook of the same rows.

    Parameters
    ----------
    sheets
        Rows of cells by sheet name, the first being row 1.
    positions
        Place of each column, from 0, by sheet and column name.
    problems
        What is wrong; the cells are coloured and carry the message, and a last sheet lists everything.
    """
    problems = list(problems)
    book = new_book()
    for name, rows in sheets.items():
        marks = _marks(problems, name, positions.get(name, {}))
        sheet = book.create_sheet(name)
        cells = ([_cell(sheet, value, marks.get((number, index))) for index, value in enumerate(row)]
                 for number, row in enumerate(rows))  # fmt: skip
        add_rows(sheet, cells)
    _list_problems(book.create_sheet("Problems"), problems)
    return saved(book)


def _list_problems(sheet: Any, problems: list[Problem]) -> None:
    add_rows(sheet, [["severity", "sheet", "row", "column", "what is wrong"]])
    lines = (
        [problem.severity.value, problem.sheet, problem.row, problem.column, problem.message] for problem in problems
    )
    add_rows(sheet, ([safe_cell(sheet, value) for value in line] for line in lines))


def _marks(problems: list[Problem], name: str, places: Mapping[str, int]) -> dict[tuple[int, int], list[Problem]]:
    marks: dict[tuple[int, int], list[Problem]] = {}
    for problem in problems:
        if problem.sheet == name and problem.row is not None:
            # A problem of the row, or of a column the sheet lacks, is marked at the row's first cell.
            marks.setdefault((problem.row - 1, places.get(problem.column or "", 0)), []).append(problem)
    return marks


def _cell(sheet: Any, value: Any, problems: list[Problem] | None) -> Any:
    plain = safe_cell(
        sheet, value if isinstance(value, str | int | float | bool) or _is_moment(value) else _text(value)
    )
    if problems is None:
        return plain
    cell = plain if isinstance(plain, Cell) else WriteOnlyCell(sheet, plain)
    is_error = any(problem.severity is Severity.ERROR for problem in problems)
    cell.fill = _ERROR_FILL if is_error else _WARNING_FILL
    cell.comment = Comment("\n".join(problem.message for problem in problems), "Import check", height=120, width=320)
    return cell


def _is_moment(value: Any) -> bool:
    return hasattr(value, "isoformat")


def _text(value: Any) -> str | None:
    """Return what was in a cell that held no value: the error a formula showed."""
    return None if value is None else str(getattr(value, "text", value))
