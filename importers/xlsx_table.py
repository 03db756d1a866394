"""Reads the sheets of a workbook as tables of values, after `guard` found it harmless and `sheet_scan` found it small.

Hidden rows and sheets are read and said; formulas give their stored results; a failed formula stays visible as one.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import python_calamine
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from importers import guard
from importers.base import Cell, CellError, Limits, Table, Unreadable, column_letters
from importers.sheet_scan import SheetScan, scan_sheet
from registry.domain.register.problems import Problem, Severity

__all__ = ["UNCOMPUTED", "read_workbook"]

UNCOMPUTED = CellError("a formula without a stored result")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str
    is_hidden: bool


def read_workbook(content: bytes, limits: Limits | None = None) -> list[Table]:
    """Read every worksheet of an .xlsx file, in their order.

    Raises
    ------
    Unreadable
        When the file is refused by a check or cannot be read.
    """
    limits = limits or Limits()
    archive = guard.check_workbook(content, limits)
    sheets = list(_sheets(archive))
    scans = {sheet.name: scan_sheet(archive, sheet.part, sheet.name, limits) for sheet in sheets}
    used = sum(scan.row_last * scan.column_last for scan in scans.values())
    if used > limits.cells_max:
        message = f"The workbook uses {used:,} cells; at most {limits.cells_max:,} are read. Split it."
        raise Unreadable("too_large", message)
    return [_table(workbook_rows, sheet, scans[sheet.name]) for sheet, workbook_rows in _values(content, sheets)]


def _values(content: bytes, sheets: list[_Sheet]) -> Iterator[tuple[_Sheet, list[list[Any]]]]:
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in sheets:
            yield sheet, workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        message = "The workbook cannot be read. Open it in a spreadsheet program and save it again as .xlsx."
        raise Unreadable("damaged", message) from error


def _table(rows: list[list[Cell]], sheet: _Sheet, scan: SheetScan) -> Table:
    del rows[scan.row_last :]
    for (row, column), text in scan.errors.items():
        _put(rows, row, column, CellError(text))
    for row, column in scan.uncomputed:
        _put(rows, row, column, UNCOMPUTED)
    remarks = []
    if scan.hidden_rows:
        message = f"{scan.hidden_rows:,} rows of the sheet are hidden; they were read like the others."
        remarks.append(Problem(severity=Severity.WARNING, code="hidden_rows", message=message, sheet=sheet.name))
    if sheet.is_hidden:
        message = "The sheet is hidden; it was read like the others."
        remarks.append(Problem(severity=Severity.WARNING, code="hidden_sheet", message=message, sheet=sheet.name))
    formulas = tuple(f"{column_letters(column)}{row + 1}" for row, column in scan.formulas)
    return Table(name=sheet.name, rows=rows, remarks=remarks, formulas=formulas)


def _put(rows: list[list[Cell]], row: int, column: int, cell: Cell) -> None:
    """Set a cell that the reader of values left out, and so may have cut off the end of the sheet."""
    while len(rows) <= row:
        rows.append([])
    if len(rows[row]) <= column:
        rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = cell


def _sheets(archive: zipfile.ZipFile) -> Iterator[_Sheet]:
    """Yield the worksheets the workbook names; charts and dialogs have no cells and are left out."""
    parts = {member.casefold(): member for member in archive.namelist()}
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _parse(archive, parts.get("xl/_rels/workbook.xml.rels", ""))
        if relation.get("Type", "").endswith("/worksheet")
    }
    for element in _parse(archive, parts["xl/workbook.xml"]).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        target = targets.get(element.get(_RELATION) or element.get(_STRICT_RELATION))
        if target is None:
            continue
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        part = parts.get(path.casefold())
        if part is None:
            raise Unreadable("damaged", "The workbook names a sheet that is not in it. Save the file again.")
        state = element.get("state", "visible")
        yield _Sheet(name=element.get("name", ""), part=part, is_hidden=state != "visible")


def _parse(archive: zipfile.ZipFile, part: str) -> Element:
    try:
        element: Element = fromstring(archive.read(part))
    except (KeyError, ParseError, DefusedXmlException, zipfile.BadZipFile, ValueError) as error:
        raise Unreadable("damaged", "The workbook is damaged. Save it again from a spreadsheet program.") from error
    return element
