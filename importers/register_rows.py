"""From the table of one sheet to raw facts: values converted, references still text, problems collected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from importers.base import Cell, Table, is_blank
from importers.dates import DayOrder
from importers.header import find_header
from importers.misfit import Misfit
from importers.progress import EVERY_ROWS
from importers.values import Converter, converter
from registry.domain.register.problems import Problem, Severity
from registry.reference.register_format import ColumnFormat, SheetFormat

__all__ = ["Mended", "RawFact", "RawSheet", "read_rows_of"]

# What a person wrote instead of a cell of the file: (row, column name) -> text.
Mended = Mapping[tuple[int, str], str]

_MEMO_MAX = 50_000


@dataclass(slots=True)
class RawFact:
    """A row before its references are resolved; `is_usable` turns false when it cannot become a fact."""

    row: int
    values: dict[str, Any]
    is_usable: bool = True
    bad_columns: set[str] = field(default_factory=set)


@dataclass(slots=True)
class RawSheet:
    """The rows of one sheet, and the columns it has."""

    format: SheetFormat
    columns: frozenset[str]
    facts: list[RawFact]
    positions: Mapping[str, int]


def read_rows_of(
    table: Table,
    sheet: SheetFormat,
    add: Callable[[Problem], None],
    *,
    day_order: DayOrder,
    mended: Mended,
    told: Callable[[int], None],
) -> RawSheet:
    """Convert every filled row below the header, mended cells in place of those of the file.

    `add` takes problems, `told` now and then the number of the row at hand.
    """
    header = find_header(table, sheet)
    positions = {column.name: index for index, column in header.columns.items()}
    _mend(table, positions, mended)
    for problem in header.problems:
        add(problem)
    readers = [_Reader(index, column, converter(column, sheet.fact_type, day_order=day_order))
               for index, column in header.columns.items()]  # fmt: skip
    facts = []
    rows = table.rows[header.row :] if header.row else []
    numbers = table.numbers[header.row :] if table.numbers else range(header.row + 1, header.row + 1 + len(rows))
    for number, row in zip(numbers, rows, strict=True):
        fact = _fact(row, number, readers, (sheet, add))
        if fact is not None:
            facts.append(fact)
        if number % EVERY_ROWS == 0:
            told(number)
    return RawSheet(sheet, frozenset(positions), facts, positions)


def _mend(table: Table, positions: Mapping[str, int], mended: Mended) -> None:
    for (row, column), text in mended.items():
        index = positions.get(column)
        if index is None or not 1 <= row <= len(table.rows):
            continue
        cells = table.rows[row - 1]
        cells.extend([None] * (index + 1 - len(cells)))
        cells[index] = text


class _Reader:
    """One column: where it stands, how it is read, and what its texts gave so far (most repeat)."""

    __slots__ = ("column", "convert", "index", "memo", "name")

    def __init__(self, index: int, column: ColumnFormat, convert: Converter) -> None:
        self.index = index
        self.column = column
        self.name = column.name
        self.convert = convert
        self.memo: dict[str, Any] = {}


def _fact(
    row: list[Cell], number: int, readers: list[_Reader], context: tuple[SheetFormat, Callable[[Problem], None]]
) -> RawFact | None:
    values: dict[str, Any] = {}
    fact = RawFact(number, values)
    width, has_value = len(row), False
    for reader in readers:
        cell = row[reader.index] if reader.index < width else None
        if cell is None or cell == "":
            values[reader.name] = None
            continue
        memo = reader.memo
        try:
            if type(cell) is str:
                if cell in memo:
                    value = memo[cell]
                else:
                    value = reader.convert(cell)
                    if len(memo) < _MEMO_MAX:
                        memo[cell] = value
            else:
                value = reader.convert(cell)
        except Misfit as misfit:
            has_value = True
            value = misfit.value
            _tell(misfit, fact, reader, context)
        has_value = has_value or value is not None
        values[reader.name] = value
    if has_value:
        return fact
    if any(not is_blank(cell) for cell in row):
        message = "The row holds nothing in any known column; it is not read."
        _add(context, Severity.WARNING, ("row_without_values", message), (number, None))
    return None


def _tell(
    misfit: Misfit, fact: RawFact, reader: _Reader, context: tuple[SheetFormat, Callable[[Problem], None]]
) -> None:
    severity = Severity.WARNING if misfit.is_usable else Severity.ERROR
    if not misfit.is_usable:
        fact.bad_columns.add(reader.name)
        # Without its code or a required value a row is no fact; without another value it is one with a gap.
        if reader.column.is_required or reader.column.type == "code":
            fact.is_usable = False
    _add(context, severity, (misfit.code, str(misfit)), (fact.row, reader.name))


def _add(
    context: tuple[SheetFormat, Callable[[Problem], None]],
    severity: Severity,
    said: tuple[str, str],
    place: tuple[int, str | None],
) -> None:
    sheet, add = context
    code, message = said
    row, column = place
    add(Problem(severity=severity, code=code, message=message, sheet=sheet.name, row=row, column=column))
