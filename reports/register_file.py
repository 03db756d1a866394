"""Writes a register as a workbook in the layout that the reader of registers takes, and the empty template of it.

Same facts, same bytes. Text that a spreadsheet program could take for a formula is marked as text.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from registry.domain.register.facts import Register
from registry.reference.load import read_rows
from registry.reference.register_format import ColumnFormat, SheetFormat, register_format
from reports.workbook import is_dangerous

__all__ = ["add_rows", "new_book", "safe_cell", "saved", "template", "write"]

_FIXED_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001, a workbook's properties carry no zone
_FIXED_ZIP_MOMENT = (2000, 1, 1, 0, 0, 0)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FIRST_EXCEL_DATE = date(1900, 3, 1)  # before it Excel's calendar has a day that never was
_HEADER_FONT = Font(bold=True)
_REQUIRED_FILL = PatternFill("solid", fgColor="FFE8EEFB")
_ROWS_WITH_CHOICES = 2_000
_LIST_FORMULA_MAX = 255
_EXAMPLES = {
    "text": "Acme Mail", "sector": "retail", "country": "DE", "countries": "DE;IE", "money": "1200000", "currency": "EUR",
    "count": "25000", "date": "2026-01-31", "number": "24", "code": "", "choice": "", "probability": "0.02",
    "email": "name@company.example", "segment": "Customers in Germany", "jurisdiction": "US-CA", "share": "40 %",
    "system": "CRM", "categories": "user.name;user.contact.email", "dataset": "Customer profiles",
    "system_or_vendor": "CRM", "vendor": "Acme Mail", "yes_no": "yes", "process": "Order handling", "control": "MFA",
    "fact": "F-001",
}  # fmt: skip


def write(register: Register) -> bytes:
    """Return the workbook of a register: a sheet per kind of fact, changed parameters included.

    Linear in the number of facts.
    """
    book = new_book()
    for kind, form in register_format().items():
        sheet = book.create_sheet(form.name)
        _write_header(sheet, form)
        for fact in register.facts(kind):
            sheet.append([safe_cell(sheet, _spelled(getattr(fact, column.name))) for column in form.columns])
    return saved(book)


def template() -> bytes:
    """Return the empty register file: drop-downs for every closed list, and a guide with an example per column."""
    book = new_book()
    _write_guide(book.create_sheet("Guide"))
    ranges = _list_ranges()
    for form in register_format().values():
        sheet = book.create_sheet(form.name)
        _write_header(sheet, form)
        for position, column in enumerate(form.columns, start=1):
            _add_choices(sheet, position, column, ranges)
    _write_lists(book.create_sheet("Lists"))
    return saved(book)


def new_book() -> Workbook:
    """Return an empty workbook that is written row by row and tells no moment of its making."""
    book = Workbook(write_only=True)
    book.properties.creator = "Third-Party Data-Access Risk Registry"
    book.properties.created = book.properties.modified = _FIXED_MOMENT
    return book


def add_rows(sheet: Any, rows: Iterable[Iterable[Any]]) -> None:
    """Write rows of cells or safe values below what a sheet has."""
    for row in rows:
        sheet.append(list(row))


def _write_header(sheet: Any, form: SheetFormat) -> None:
    sheet.freeze_panes = "A2"
    for position, column in enumerate(form.columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = max(12, len(column.name) + 3)
    header = []
    for column in form.columns:
        cell = WriteOnlyCell(sheet, column.name)
        cell.font = _HEADER_FONT
        if column.is_required:
            cell.fill = _REQUIRED_FILL
        header.append(cell)
    sheet.append(header)


def _spelled(value: Any) -> Any:
    """Return a value of a fact as it stands in a cell."""
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date) and value < _FIRST_EXCEL_DATE:
        return value.isoformat()
    return value


def safe_cell(sheet: Any, value: Any) -> Any:
    """Return a cell that no program takes for a formula; harmless values go as they are, which is faster."""
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        # openpyxl writes 16 digits; 17 are needed for some numbers to come back the same.
        cell = WriteOnlyCell(sheet)
        cell._value, cell.data_type = repr(value), "n"  # type: ignore[attr-defined]  # noqa: SLF001, the setter would make it text
        return cell
    if not isinstance(value, str):
        return value
    if not value:
        return None
    text = _ESCAPE_LIKE.sub("_x005F_", _UNWRITABLE.sub("", value))
    if not is_dangerous(text):
        return str(text)
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def saved(book: Workbook) -> bytes:
    """Return the bytes, with the moments that the archive keeps for each part set to a fixed one."""
    raw = io.BytesIO()
    book.save(raw)
    result = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(member.filename, _FIXED_ZIP_MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return result.getvalue()


# -- the template ------------------------------------------------------------------------------------------------


def _closed_lists() -> dict[str, list[str]]:
    return {
        "sector": [row["sector"] for row in read_rows("sectors")],
        "categories": [row["key"] for row in read_rows("data_categories")],
        "certificate": [row["code"] for row in read_rows("certificates")],
    }


def _list_ranges() -> dict[str, str]:
    return {
        name: f"Lists!${get_column_letter(position)}$2:${get_column_letter(position)}${len(words) + 1}"
        for position, (name, words) in enumerate(_closed_lists().items(), start=1)
    }


def _write_lists(sheet: Any) -> None:
    lists = _closed_lists()
    sheet.append(list(lists))
    for position in range(max(map(len, lists.values()))):
        sheet.append([words[position] if position < len(words) else None for words in lists.values()])


def _add_choices(sheet: Any, position: int, column: ColumnFormat, ranges: dict[str, str]) -> None:
    words = column.allowed or (("yes", "no") if column.type == "yes_no" else ())
    quoted = f'"{",".join(words)}"'
    named = ranges.get("certificate" if column.name == "certificate" else column.type)
    formula = quoted if words and len(quoted) <= _LIST_FORMULA_MAX else named
    if formula is None:
        return
    # Several categories may stand in one cell, so the list of those only proposes.
    is_binding = column.type != "categories" and column.name != "certificate"
    choices = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=is_binding)
    choices.promptTitle, choices.prompt = column.name[:32], (column.note or "Choose from the list.")[:250]
    choices.showInputMessage = True
    letter = get_column_letter(position)
    choices.add(f"{letter}2:{letter}{_ROWS_WITH_CHOICES}")
    sheet.data_validations.append(choices)


def _write_guide(sheet: Any) -> None:
    for letter, width in zip("ABCDEF", (20, 32, 10, 46, 28, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    for line in _guide_lines():
        sheet.append(line)


def _guide_lines() -> Iterator[list[Any]]:
    yield ["How to fill this file"]
    yield [
        "Each sheet is a list; its first row names the columns, the shaded ones are required. Delete sheets you do not need."
    ]
    yield [
        "Leave code blank: new rows get the next free code. Refer to a row of another sheet by its code or its name."
    ]
    yield ["Several values in one cell are separated by a semicolon. A blank cell means not known, or none."]
    yield []
    yield ["sheet", "column", "required", "allowed", "example", "note"]
    for form in register_format().values():
        for column in form.columns:
            yield [
                form.name,
                column.name,
                "yes" if column.is_required else "no",
                ", ".join(column.allowed) or column.type.replace("_", " "),
                _example(column, form),
                column.note or None,
            ]


def _example(column: ColumnFormat, form: SheetFormat) -> str:
    if column.type == "code":
        return form.code(1)
    return column.allowed[0] if column.allowed else _EXAMPLES[column.type]
