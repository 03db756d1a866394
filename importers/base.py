"""What every reader shares: cells, tables, limits, and the error for a file that cannot be read at all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from registry.domain.register.problems import Problem, Severity

__all__ = ["Cell", "CellError", "Limits", "Table", "Unreadable", "column_letters", "is_blank", "plain_name", "shown"]

# What a spreadsheet program shows where a formula failed.
ERROR_VALUES = frozenset({
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds no value: a failed formula, or a formula whose result was never stored."""

    text: str


Cell = str | float | int | bool | date | datetime | time | timedelta | CellError | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is accepted; more is refused with the number found, never cut."""

    bytes_max: int = 50 * 2**20
    inflated_bytes_max: int = 300 * 2**20
    ratio_max: int = 100
    members_max: int = 200
    rows_max: int = 200_000
    columns_max: int = 1_000
    cells_max: int = 6_000_000  # the reader below allocates a dense range
    cell_characters_max: int = 131_072


class Unreadable(Exception):
    """A file that gives no rows at all; its text tells a person why and what to do."""

    def __init__(self, code: str, message: str, *, sheet: str | None = None, row: int | None = None) -> None:
        """Keep the place, so that the message can be listed among other problems."""
        super().__init__(message)
        self.code = code
        self.sheet = sheet
        self.row = row

    def as_problem(self) -> Problem:
        """Return it as a problem of the file."""
        return Problem(severity=Severity.ERROR, code=self.code, message=str(self), sheet=self.sheet, row=self.row)


@dataclass(slots=True)
class Table:
    """A sheet or a CSV file as it stands: rows of cells, the first being row 1, and remarks on how it was read.

    A table that was made from another one has in `numbers` the row that each of its rows came from.
    """

    name: str
    rows: list[list[Cell]]
    remarks: list[Problem] = field(default_factory=list)
    numbers: list[int] | None = None
    formulas: tuple[str, ...] = ()  # places of the first formulas, such as E7

    def filled_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the rows that hold anything, with their number as a spreadsheet program counts."""
        for number, row in enumerate(self.rows, start=1):
            if any(not is_blank(cell) for cell in row):
                yield number, row


def is_blank(cell: Cell) -> bool:
    """Tell whether nothing stands in a cell; spaces, also the unbreakable kind, are nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain_name(text: str) -> str:
    """Return a name of a sheet or column without case, spaces and punctuation, for comparison.

    >>> plain_name(" Owner E-mail ")
    'owneremail'
    """
    return "".join(character for character in text.casefold() if character.isalnum())


def column_letters(index: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> column_letters(0), column_letters(26), column_letters(16383)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shown(cell: Cell, length_max: int = 60) -> str:
    """Return a cell as it is quoted in messages: on one line, short, without control characters."""
    if isinstance(cell, CellError):
        return cell.text
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else str(cell)
    text = "".join(character if character.isprintable() else " " for character in text).strip()
    return text if len(text) <= length_max else f"{text[: length_max - 1]}…"
