"""Reads the offline workbook of a form: who it says it is of, and what stands in its open cells; judges neither."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from importers.base import Cell, CellError, Limits, Table, Unreadable, is_blank, plain_name, shown
from importers.xlsx_table import read_workbook
from registry.domain.assessment.offline_form import COLUMNS, FORM_SHEET, HEAD_SHEET

__all__ = ["OfflineRead", "ReadRow", "read"]

_LIMITS = Limits(bytes_max=5 * 2**20, inflated_bytes_max=50 * 2**20, rows_max=5_000, columns_max=60, cells_max=200_000)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as it came back; `line` is its number in the sheet."""

    line: int
    key: str
    answer: str
    remark: str
    seen: str


@dataclass(slots=True)
class OfflineRead:
    """What a file holds, or every reason why it cannot be used."""

    head: dict[str, str] = field(default_factory=dict)
    rows: list[ReadRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(source: bytes, name: str = "") -> OfflineRead:  # noqa: ARG001 -- every reader is told the name
    """Read a file; never raises because of what is in it."""
    try:
        sheets = {plain_name(table.name): table for table in read_workbook(source, _LIMITS)}
    except Unreadable as error:
        return OfflineRead(problems=[str(error)])
    form, about = sheets.get(plain_name(FORM_SHEET)), sheets.get(plain_name(HEAD_SHEET))
    if form is None or about is None:
        return OfflineRead(problems=["This is no workbook of a form: download one here, fill it in, and take that in."])
    found = OfflineRead(head=dict(_head(about)))
    if form.formulas:
        found.problems.append(f"Formulas stand in {', '.join(form.formulas)}. Write the answers themselves instead.")
    heads = [plain_name(shown(cell)) for cell in (form.rows[0] if form.rows else [])][: len(COLUMNS)]
    if heads != [plain_name(column) for column in COLUMNS]:
        found.problems.append("The columns of the sheet Form were changed. Download the workbook again.")
        return found
    _read_rows(form, found)
    return found


def _head(table: Table) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        cells = [*row, None, None]
        if not is_blank(cells[0]) and not is_blank(cells[1]):
            yield _text(cells[0]), _text(cells[1])


def _read_rows(form: Table, found: OfflineRead) -> None:
    for line, row in enumerate(form.rows[1:], 2):
        cells = [*row, *(None for _ in COLUMNS)]
        if is_blank(cells[0]):
            if not is_blank(cells[3]) or not is_blank(cells[4]):
                found.problems.append(f"Row {line}: an answer stands beside no question.")
            continue
        wrong = next((cell for cell in cells[: len(COLUMNS)] if isinstance(cell, CellError)), None)
        if wrong is not None:
            found.problems.append(f"Row {line}: a cell holds {wrong.text} instead of a value.")
            continue
        key, answer, remark, seen = (_text(cells[place]) for place in (0, 3, 4, 5))
        found.rows.append(ReadRow(line, key, answer, remark, seen))


def _text(cell: Cell) -> str:
    """Return a cell as somebody would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
