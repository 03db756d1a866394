"""Writes a form as a protected workbook: only answers and remarks are open, with drop-downs where there are choices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from registry.domain.assessment.offline_form import COLUMNS, FORM_SHEET, HEAD_SHEET, LIST_SHEET, FormRow
from reports.workbook import packed, put_text

__all__ = ["offline_workbook"]

_WIDTHS = (12, 7, 74, 44, 44, 6)
_UNLOCKED = Protection(locked=False)
_WRAP = Alignment(wrap_text=True, vertical="top")
_FIELD = PatternFill("solid", fgColor="FFF7E6")
_LINE = Border(bottom=Side(style="thin", color="DDDDDD"))
_ANSWER, _REMARK, _SEEN = 4, 5, 6
_GUIDE = (
    "Fill in the coloured cells of the sheet Form; choose from the list where a cell has one.",
    "Leave a cell blank where there is no answer, or where the question does not apply.",
    "Dates as year-month-day; numbers without units. Files are added in the form itself.",
    "Then take the workbook in again where you downloaded it: what differs is shown before anything is kept.",
    "Do not change keys, rows or sheets, and write no formulas: the workbook would be refused.",
)


def offline_workbook(
    rows: Sequence[FormRow], *, title: str, head: Mapping[str, str], sections: Mapping[int, str], made_at: datetime
) -> bytes:
    """Return an `.xlsx` file of a form.

    Parameters
    ----------
    rows
        The rows in order.
    head
        What says whose form it is; comes back with the file.
    sections
        Place of a row (from 0) -> heading that stands before it.
    """
    workbook = Workbook()
    about, form, lists = workbook.active, workbook.create_sheet(FORM_SHEET), workbook.create_sheet(LIST_SHEET)
    assert about is not None
    about.title = HEAD_SHEET
    _about(about, title, head)
    _form(form, rows, sections, _lists(lists, rows))
    for sheet in (about, form, lists):
        sheet.protection.sheet = True
    form.protection.formatColumns = form.protection.formatRows = False
    lists.sheet_state = "hidden"
    workbook.active = workbook.index(form)
    return packed(workbook, title=title, made_at=made_at)


def _about(sheet: Any, title: str, head: Mapping[str, str]) -> None:
    put_text(sheet["A1"], title)
    sheet["A1"].font = Font(bold=True, size=14)
    for place, line in enumerate(_GUIDE, 3):
        put_text(sheet.cell(place, 1), line)
    for place, (name, value) in enumerate(head.items(), len(_GUIDE) + 4):
        put_text(sheet.cell(place, 1), name)
        put_text(sheet.cell(place, 2), value)
        sheet.row_dimensions[place].hidden = True
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 96, 40


def _lists(sheet: Any, rows: Sequence[FormRow]) -> dict[tuple[str, ...], str]:
    """Write every list of choices into a column of its own; a drop-down of its own text may hold 255 characters only."""
    places: dict[tuple[str, ...], str] = {}
    for choices in dict.fromkeys(row.choices for row in rows if row.choices):
        letter = get_column_letter(len(places) + 1)
        for number, label in enumerate(choices, 1):
            put_text(sheet[f"{letter}{number}"], label)
        places[choices] = f"'{LIST_SHEET}'!${letter}$1:${letter}${len(choices)}"
    return places


def _form(
    sheet: Any, rows: Sequence[FormRow], sections: Mapping[int, str], lists: Mapping[tuple[str, ...], str]
) -> None:
    for place, (label, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True), 1):
        put_text(sheet.cell(1, place), label)
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.column_dimensions[get_column_letter(_SEEN)].hidden = True
    sheet.freeze_panes = "D2"
    checks: dict[tuple[str, ...], DataValidation] = {}
    line = 1
    for place, row in enumerate(rows):
        if place in sections:
            line += 1
            put_text(sheet.cell(line, 3), sections[place])
            sheet.cell(line, 3).font = Font(bold=True, size=13)
        line += 1
        _row(sheet, line, row)
        if row.choices:
            _check(sheet, checks, row.choices, lists).add(sheet.cell(line, _ANSWER))


def _row(sheet: Any, line: int, row: FormRow) -> None:
    for place, text in enumerate((row.key, row.number, row.text, row.answer, row.remark), 1):
        cell = sheet.cell(line, place)
        if text:
            put_text(cell, text)
        cell.alignment, cell.border = _WRAP, _LINE
    sheet.cell(line, _SEEN).value = row.seen
    if not row.is_head:
        _open(sheet.cell(line, _ANSWER))
    if row.takes_remark:
        _open(sheet.cell(line, _REMARK))
    if row.is_head or row.takes_remark:
        sheet.cell(line, 3).font = Font(bold=True)


def _open(cell: Any) -> None:
    cell.protection, cell.fill, cell.number_format = _UNLOCKED, _FIELD, "@"


def _check(
    sheet: Any,
    checks: dict[tuple[str, ...], DataValidation],
    choices: tuple[str, ...],
    lists: Mapping[tuple[str, ...], str],
) -> DataValidation:
    if choices not in checks:
        check = DataValidation(type="list", formula1=lists[choices], allow_blank=True, showErrorMessage=True)
        check.error, check.errorTitle = "Choose one of the list, or leave it blank.", "Not in the list"
        checks[choices] = check
        sheet.add_data_validation(check)
    return checks[choices]
