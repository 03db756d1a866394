"""The one writer of workbooks: every cell of every file we hand out goes through the guards in this module.

Why: a text that starts with `=` becomes a live formula when a library writes it, and `+ - @` when a spreadsheet reads
it back; control characters make a file that no program opens; two sheets of one name are silently renamed. Texts come
from strangers (vendors answer questionnaires), so nothing is trusted. The same data always gives the same bytes: fixed
properties, fixed times in the zip, so that a hash in the audit log proves a file.
"""

import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

__all__ = ["MEDIA_TYPE", "CellKind", "Sheet", "SheetColumn", "is_dangerous", "plain_value", "write_workbook"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767
LONGEST_TITLE = 31
LARGEST_EXACT = 10**15  # spreadsheets keep 15 digits; a longer number would lose its end
FIRST_DATE = date(1900, 3, 1)  # before it, spreadsheets count a day that never was
CUT = " [cut here; the text is longer than a cell can hold]"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)

# First characters, after blanks, that make a spreadsheet compute: ASCII and the full-width forms some accept.
_STARTERS = frozenset("=+-@#\uff1d\uff0b\uff0d\uff20\uff03\u2212")
_BREAKERS = frozenset("\t\r\n")
# Everything XML 1.0 cannot carry: control characters, surrogates, two non-characters.
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TITLE_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")


Plain = str | float | int | bool | date | datetime | None


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


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its head and how its numbers are shown."""

    label: str
    kind: CellKind = CellKind.TEXT
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a title, its columns, and rows of plain values in their order."""

    title: str
    columns: tuple[SheetColumn, ...]
    rows: Iterable[Sequence[object]]


def is_dangerous(text: str) -> bool:
    r"""Tell whether a spreadsheet could take a text for a formula.

    >>> [is_dangerous(text) for text in ("=1+1", "  @SUM(A1)", "\tx", "\uff1dcmd", "Müller + Söhne", "")]
    [True, True, True, True, False, False]
    """
    if not text:
        return False
    rest = text.lstrip()
    return text[0] in _BREAKERS or (bool(rest) and rest[0] in _STARTERS)


def plain_value(value: object) -> Plain:
    """Return a value as a cell can hold it, texts cleaned but not yet protected.

    Lists are joined with `; `, moments are in UTC, and numbers a spreadsheet would change are written as text.
    """
    for kinds, plain in _PLAIN:
        if isinstance(value, kinds):
            return plain(value)
    return _clean(str(value))


def write_workbook(sheets: Iterable[Sheet], *, title: str, made_at: datetime) -> bytes:
    """Write tables into one workbook.

    Parameters
    ----------
    title
        What the file is, for its properties.
    made_at
        The moment its data stand for; the same data and moment give the same bytes.

    Returns
    -------
    bytes
        An `.xlsx` file without formulas, macros or links.
    """
    workbook = Workbook(write_only=True)
    moment = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    workbook.properties.title = _clean(title)[:200]
    workbook.properties.creator = "Third-Party Data-Access Risk Registry"
    workbook.properties.created = workbook.properties.modified = moment
    used: set[str] = set()
    try:
        for sheet in sheets:
            _write_sheet(workbook, sheet, _unique_title(sheet.title, used))
    except BaseException:
        _abandon(workbook)
        raise
    raw = BytesIO()
    # openpyxl's own save() would stamp the present time over the properties.
    ExcelWriter(workbook, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=True)).save()
    return _rezip(raw)


def _abandon(workbook: Workbook) -> None:
    """Close the half-written sheets, which are temporary files, when a row could not be written."""
    worksheets: list[Any] = list(workbook.worksheets)
    for worksheet in worksheets:
        worksheet.close()
        worksheet._writer.cleanup()  # noqa: SLF001 -- openpyxl removes its temporary files only when it saves


def _clean(text: str) -> str:
    text = _UNWRITABLE.sub("\ufffd", text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT


def _plain_number(number: float) -> float | str:
    if math.isnan(number):
        return "not a number"
    if math.isinf(number):
        return "infinite" if number > 0 else "minus infinite"
    return number


def _plain_moment(value: datetime) -> datetime | str:
    utc = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return utc if utc.date() >= FIRST_DATE else utc.isoformat(sep=" ")


# In this order: a bool is an int and a datetime is a date.
_PLAIN: tuple[tuple[tuple[type, ...], Callable[[Any], Plain]], ...] = (
    ((type(None), bool), lambda value: value),
    ((str,), lambda value: _clean(str(value))),
    ((int,), lambda value: value if abs(value) < LARGEST_EXACT else str(value)),
    ((float, Decimal), lambda value: _plain_number(float(value))),
    ((datetime,), _plain_moment),
    ((date,), lambda value: value if value >= FIRST_DATE else value.isoformat()),
    ((list, tuple), lambda value: _clean("; ".join(str(part) for part in value))),
    ((set, frozenset), lambda value: _clean("; ".join(sorted(str(part) for part in value)))),
)


def _unique_title(wanted: str, used: set[str]) -> str:
    """Return a sheet name that every program takes: short, unique whatever the case, no reserved word."""
    base = _TITLE_FORBIDDEN.sub(" ", wanted).strip().strip("'")[:LONGEST_TITLE].strip() or "Sheet"
    if base.casefold() == "history":  # reserved by spreadsheets
        base = "History list"
    title, number = base, 2
    while title.casefold() in used:
        tail = f" {number}"
        title, number = base[: LONGEST_TITLE - len(tail)] + tail, number + 1
    used.add(title.casefold())
    return title


def _write_sheet(workbook: Workbook, sheet: Sheet, title: str) -> None:
    worksheet: Any = workbook.create_sheet(title)
    worksheet.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, start=1):
        width = column.width or _WIDTHS.get(column.kind, 14)
        worksheet.column_dimensions[get_column_letter(place)].width = width
    worksheet.append([_head(worksheet, column.label) for column in sheet.columns])
    count = 1
    shaped = [_shaped_cell(worksheet, column.kind) for column in sheet.columns]
    for row in sheet.rows:
        worksheet.append(list(_cells(worksheet, shaped, row)))
        count += 1
    if sheet.columns:
        worksheet.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{count}"


def _shaped_cell(worksheet: Any, kind: CellKind) -> Any | None:
    """Return the cell every number of a column is written with: it is spent before the next row asks for it again."""
    if kind is CellKind.TEXT:
        return None
    cell = WriteOnlyCell(worksheet)
    cell.number_format = _NUMBER_FORMATS[kind]
    return cell


def _cells(worksheet: Any, shaped: Sequence[Any | None], row: Sequence[object]) -> Iterator[Any]:
    for cell, value in zip(shaped, row, strict=True):
        plain = plain_value(value)
        if isinstance(plain, str):
            yield _text(worksheet, plain)
        elif plain is None or isinstance(plain, bool) or cell is None:
            yield plain
        else:
            cell.value = plain
            if isinstance(plain, date):
                # a date brings its own format along, which would stay with the numbers after it
                cell.number_format = _NUMBER_FORMATS[CellKind.MOMENT if isinstance(plain, datetime) else CellKind.DAY]
            yield cell


def _text(worksheet: Any, text: str) -> Any:
    """Return a text as a cell that stays one; quoting every cell would take half as much time again."""
    if "_x" in text:  # spreadsheets read `_x0041_` as an escaped letter
        text = _ESCAPE_LIKE.sub("_x005F_", text)
    if not is_dangerous(text):
        return text
    cell = WriteOnlyCell(worksheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _head(worksheet: Any, label: str) -> Any:
    cell = WriteOnlyCell(worksheet, value=_clean(label))
    cell.data_type = "s"
    cell.quotePrefix = is_dangerous(label)
    cell.font = Font(bold=True)
    return cell


def _rezip(raw: BytesIO) -> bytes:
    """Pack the members again with fixed times and attributes."""
    packed = BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, ZIP_TIME)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(member, source.read(name))
    return packed.getvalue()
