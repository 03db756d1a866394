"""The one writer of workbooks: every cell of every file we hand out goes through the guards in this module.

Why: a text that starts with `=` becomes a live formula when a library writes it, and `+ - @` when a spreadsheet reads
it back; control characters make a file that no program opens; two sheets of one name are silently renamed. Texts come
from strangers (vendors answer questionnaires), so nothing is trusted. The same data always gives the same bytes: fixed
properties, fixed times in the zip, so that a hash in the audit log proves a file.
"""

import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from reports.cells import clean, escaped, is_dangerous, plain_value, unique_title
from reports.quick_rows import QuickRows

__all__ = [
    "MEDIA_TYPE",
    "CellKind",
    "Formula",
    "Heading",
    "Picture",
    "Sheet",
    "SheetColumn",
    "is_dangerous",
    "packed",
    "plain_value",
    "put_text",
    "stream_workbook",
    "write_workbook",
]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class CellKind(StrEnum):
    """How the numbers of a column are shown; texts need none."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"


_NUMBER_FORMATS = {
    CellKind.COUNT: "#,##0",
    CellKind.NUMBER: "General",
    CellKind.SHARE: "0.0%",
    CellKind.MONEY: "#,##0.00",
    CellKind.DAY: "yyyy-mm-dd",
    CellKind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS = {CellKind.TEXT: 28, CellKind.MOMENT: 20}
_HEAD_FILL = PatternFill("solid", start_color="FF24364B")
_HEAD_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFFFF")
_PAGE_WIDTH = 190  # characters that stay readable side by side on a page across
_A4 = 9  # as spreadsheets number sizes of paper
_NOTE_SIZE = (320, 120)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its head, how its numbers are shown, and a note on what it means."""

    label: str
    kind: CellKind = CellKind.TEXT
    width: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes; the only way to write one."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A text in bold within the rows: the head of a second table on the same sheet."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG on a sheet, its upper left corner at a cell; width and height in pixels."""

    png: bytes
    anchor: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a title, its columns, and rows of plain values in their order.

    `charts` are openpyxl charts with the cell of their corner; `for_print` gives the sheet a page set-up of its own.
    """

    title: str
    columns: tuple[SheetColumn, ...]
    rows: Iterable[Sequence[object]]
    has_filter: bool = True
    for_print: bool = False
    pictures: Sequence[Picture] = ()
    charts: Sequence[tuple[Any, str]] = field(default=())


def write_workbook(sheets: Iterable[Sheet], *, title: str, made_at: datetime) -> bytes:
    """Write tables into one workbook in memory; see `stream_workbook`."""
    target = BytesIO()
    stream_workbook(sheets, target, title=title, made_at=made_at)
    return target.getvalue()


def stream_workbook(sheets: Iterable[Sheet], target: BinaryIO, *, title: str, made_at: datetime) -> None:
    """Write tables into one workbook, row by row, so that memory does not grow with the rows.

    Parameters
    ----------
    target
        An open file; the caller decides when it takes the place of another.
    title
        What the file is, for its properties.
    made_at
        The moment its data stand for; the same data and moment give the same bytes.

    Notes
    -----
    The file holds no macros and no links, and formulas only where a row says `Formula`.
    """
    workbook = Workbook(write_only=True)
    used: set[str] = set()
    try:
        for sheet in sheets:
            _write_sheet(workbook, sheet, unique_title(sheet.title, used))
    except BaseException:
        _abandon(workbook)
        raise
    _save(workbook, target, title=title, made_at=made_at)


def packed(workbook: Workbook, *, title: str, made_at: datetime) -> bytes:
    """Return an ordinary workbook as a file; the same cells, title and moment give the same bytes."""
    target = BytesIO()
    _save(workbook, target, title=title, made_at=made_at)
    return target.getvalue()


def _save(workbook: Workbook, target: BinaryIO, *, title: str, made_at: datetime) -> None:
    moment = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    workbook.properties.title = clean(title)[:200]
    workbook.properties.creator = "Third-Party Data-Access Risk Registry"
    workbook.properties.created = workbook.properties.modified = moment
    # openpyxl's own save() would stamp the present time over the properties.
    ExcelWriter(workbook, _FixedZip(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)).save()


class _FixedZip(zipfile.ZipFile):
    """An archive whose members carry no time and no owner of their own."""

    def write(self, filename: Any, arcname: Any = None, *_more: Any) -> None:
        """Take a file in, in pieces."""
        with open(filename, "rb") as source, self.open(_member(str(arcname)), "w", force_zip64=True) as member:  # noqa: PTH123 -- openpyxl gives names
            while piece := source.read(1 << 20):
                member.write(piece)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_more: Any) -> None:
        """Take bytes in."""
        super().writestr(_member(str(getattr(zinfo_or_arcname, "filename", zinfo_or_arcname))), data)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, ZIP_TIME)
    member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
    return member


def _abandon(workbook: Workbook) -> None:
    """Close the half-written sheets, which are temporary files, when a row could not be written."""
    worksheets: list[Any] = list(workbook.worksheets)
    for worksheet in worksheets:
        worksheet.close()
        if os.path.exists(worksheet._writer.out):  # noqa: SLF001, PTH110 -- openpyxl keeps a name and removes only when it saves
            worksheet._writer.cleanup()  # noqa: SLF001 -- see above


def _write_sheet(workbook: Workbook, sheet: Sheet, title: str) -> None:
    worksheet: Any = workbook.create_sheet(title)
    worksheet.freeze_panes = "A2"
    widths = [column.width or _WIDTHS.get(column.kind, 14) for column in sheet.columns]
    for place, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(place)].width = width
    if sheet.for_print:
        _set_up_pages(worksheet, across=max(1, round(sum(widths) / _PAGE_WIDTH)))
    for picture in sheet.pictures:
        image = Image(BytesIO(picture.png))
        image.width, image.height = picture.width, picture.height
        worksheet.add_image(image, picture.anchor)
    for chart, anchor in sheet.charts:
        worksheet.add_chart(chart, anchor)
    formats = [_NUMBER_FORMATS.get(column.kind) for column in sheet.columns]
    lines = QuickRows(worksheet, formats, day=_NUMBER_FORMATS[CellKind.DAY], moment=_NUMBER_FORMATS[CellKind.MOMENT])
    lines.append_cells([_head(worksheet, column) for column in sheet.columns])
    count = 1
    for row in sheet.rows:
        if any(isinstance(value, Formula | Heading) for value in row):
            lines.append_cells([_special(worksheet, value) for value in row])
        else:
            lines.append(row)
        count += 1
    if sheet.columns and sheet.has_filter:
        worksheet.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{count}"


def _set_up_pages(worksheet: Any, *, across: int) -> None:
    """Print on A4 across, over as many pages side by side as stay readable, heads and first column on every page."""
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = across, 0
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_title_rows = "1:1"
    if across > 1:
        worksheet.print_title_cols = "A:A"
    worksheet.oddFooter.left.text = "&A"
    worksheet.oddFooter.right.text = "&P of &N"


def _special(worksheet: Any, value: object) -> Any:
    """Return a cell of a row in which one computes or is a heading."""
    if isinstance(value, Formula):
        cell = WriteOnlyCell(worksheet, value=value.text)
        cell.data_type = "f"
        return cell
    if isinstance(value, Heading):
        cell = WriteOnlyCell(worksheet, value=escaped(clean(value.text)))
        cell.data_type, cell.font, cell.fill = "s", _HEAD_FONT, _HEAD_FILL
        return cell
    plain = plain_value(value)
    return _text(worksheet, plain) if isinstance(plain, str) else plain


def _text(worksheet: Any, text: str) -> Any:
    """Return a text as a cell that stays one."""
    text = escaped(text)
    if not is_dangerous(text):
        return text
    cell = WriteOnlyCell(worksheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def put_text(cell: Any, text: str) -> None:
    """Write a text into a cell of an ordinary sheet so that it stays one."""
    cell.value = escaped(clean(text))
    if is_dangerous(text):
        cell.data_type = "s"
        cell.quotePrefix = True


def _head(worksheet: Any, column: SheetColumn) -> Any:
    cell = WriteOnlyCell(worksheet, value=escaped(clean(column.label)))
    cell.data_type = "s"
    cell.quotePrefix = is_dangerous(column.label)
    cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if column.note:
        width, height = _NOTE_SIZE
        cell.comment = Comment(clean(column.note), "Registry", width=width, height=height)
    return cell
