"""Looks through the XML of a sheet before it is read: how much is really used, and what the reader would not tell.

The reader of values (calamine) builds a dense range from the first used cell to the last, so one cell at XFD1048576
would take gigabytes; it believes nothing of the declared dimension, and neither do we. It also gives a failed formula
and a formula without a stored result as empty cells, which would silently turn "#N/A" into "not known".
"""

import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from importers.base import Limits, Unreadable, column_letters, shown

__all__ = ["SheetScan", "scan_sheet"]

_ROWS_OF_FORMAT, _COLUMNS_OF_FORMAT = 1_048_576, 16_384
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_CHUNK_BYTES = 4 << 20
_FORMULAS_TOLD = 20
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"[ />]')
_CELL_STARTS = tuple(b"<c" + sign for sign in (b" ", b">", b"/", b"\n", b"\t", b"\r"))
_PLAIN_ROW = re.compile(rb'<row (?:[^>]*? )?r="[1-9][0-9]{0,6}"')
_ROW_START = re.compile(rb"<row[\s/>]")
_FORMULA = re.compile(rb"<f[\s/>]")
_PREFIXED = re.compile(rb"<[^\s<>/!?:]+:(?:c|row|f)[\s/>]")
_HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_LETTER_VALUES = {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)}


class _Misplaced(Exception):
    """A cell or row whose address no spreadsheet has."""


@dataclass(slots=True)
class SheetScan:
    """What a sheet uses (rows and columns counted from 1) and its cells that need a word."""

    row_last: int = 0
    column_last: int = 0
    hidden_rows: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column) counted from 0 -> "#N/A"
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    formulas: list[tuple[int, int]] = field(default_factory=list)  # the first few, in their order


def scan_sheet(archive: zipfile.ZipFile, part: str, name: str, limits: Limits) -> SheetScan:
    """Walk once through a sheet's XML.

    Raises
    ------
    Unreadable
        When the sheet uses more than the limits allow, or is no well-formed XML.
    """
    walker = _Walker()
    try:
        plain = _scan_plain(archive, part)
        if plain is not None and _is_within(plain, limits):
            return plain
        with archive.open(part) as stream:
            walker.parser.ParseFile(stream)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise Unreadable("damaged", f"The sheet {name!r} is damaged. Save the file again.", sheet=name) from error
    except _Misplaced as error:
        message = f"The sheet {name!r} has a cell at {shown(str(error))}, where no cell can be. Save the file again."
        raise Unreadable("damaged", message, sheet=name) from error
    _check(walker.scan, name, limits)
    return walker.scan


def _scan_plain(archive: zipfile.ZipFile, part: str) -> SheetScan | None:
    """Bound what a sheet uses without parsing it, in a quarter of the time; None when it is not written plainly.

    Plainly means: every cell carries its address first, as all common programs write it, and there is no formula and
    no error. Blank cells count as used here, so a sheet that seems too large is walked through all the same.
    """
    scan = SheetScan()
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            content, _, rest = (rest + chunk).rpartition(b"<")
            rest = b"<" + rest
            if not _add_plain(scan, content):
                return None
    return scan if _add_plain(scan, rest) else None


def _add_plain(scan: SheetScan, content: bytes) -> bool:
    cells = _PLAIN_CELL.findall(content)
    if (
        len(cells) != sum(map(content.count, _CELL_STARTS))
        or len(_PLAIN_ROW.findall(content)) != len(_ROW_START.findall(content))
        or any(mark in content for mark in (b"<!", b'"e"', b"'e'"))
        or _FORMULA.search(content)
        or _PREFIXED.search(content)
    ):
        return False
    if cells:
        columns, rows = {cell[0] for cell in cells}, {cell[1] for cell in cells}
        scan.row_last = max(scan.row_last, *map(int, rows))
        scan.column_last = max(scan.column_last, *(_place(f"{letters.decode()}1")[1] + 1 for letters in columns))
    scan.hidden_rows += len(_HIDDEN_ROW.findall(content))
    return True


def _is_within(scan: SheetScan, limits: Limits) -> bool:
    return (
        scan.row_last <= limits.rows_max
        and scan.column_last <= limits.columns_max
        and scan.row_last * scan.column_last <= limits.cells_max
    )


def _check(scan: SheetScan, name: str, limits: Limits) -> None:
    last = f"{column_letters(scan.column_last - 1)}{scan.row_last}" if scan.row_last else ""
    if scan.row_last > limits.rows_max:
        message = f"The sheet is used down to row {scan.row_last:,}; at most {limits.rows_max:,} rows are read."
        mend = " Delete what stands far below the list (even one cell), or split the file."
        raise Unreadable("too_many_rows", message + mend, sheet=name, row=scan.row_last)
    if scan.column_last > limits.columns_max:
        message = (
            f"The sheet is used up to column {column_letters(scan.column_last - 1)}; at most {limits.columns_max:,}"
        )
        raise Unreadable("too_many_columns", f"{message} columns are read. Delete what stands far right.", sheet=name)
    if scan.row_last * scan.column_last > limits.cells_max:
        message = (
            f"The sheet is used from A1 to {last}, more than {limits.cells_max:,} cells. Delete what stands far out."
        )
        raise Unreadable("too_large", message, sheet=name)


class _Walker:
    """Keeps the state between the calls of the XML parser; one function per event, as expat wants it."""

    def __init__(self) -> None:
        self.scan = SheetScan()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.row = self.column = -1
        self.is_error = self.has_formula = False
        self.text: list[str] = []

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or tag == "is":  # noqa: PLR1714, called for every cell, and a set costs a third more
            self._use()
            if self.is_error or self.has_formula:
                self.parser.CharacterDataHandler = self.text.append
        elif tag == "f":
            self.has_formula = True
            self._use()
            if len(self.scan.formulas) < _FORMULAS_TOLD:
                self.scan.formulas.append((self.row, self.column))
        elif tag == "row":
            self.row = _row(attributes.get("r"), self.row)
            self.column = -1
            if attributes.get("hidden") in {"1", "true"}:
                self.scan.hidden_rows += 1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
            if self.row < 0:
                raise _Misplaced("no row")
        else:
            self.row, self.column = _place(place)
        self.is_error = attributes.get("t") == "e"
        self.has_formula = False
        self.text.clear()

    def _use(self) -> None:
        scan = self.scan
        if self.row >= scan.row_last:
            scan.row_last = self.row + 1
        if self.column >= scan.column_last:
            scan.column_last = self.column + 1

    def _end(self, tag: str) -> None:
        if tag != "c" and not tag.endswith(":c"):
            return
        if self.is_error or self.has_formula:
            self.parser.CharacterDataHandler = None
            text = "".join(self.text).strip()
            if self.is_error:
                self.scan.errors[self.row, self.column] = text or "#N/A"
            elif not text:
                self.scan.uncomputed.add((self.row, self.column))


def _row(text: str | None, before: int) -> int:
    if text is None:
        return before + 1
    if not _ROW.fullmatch(text) or int(text) > _ROWS_OF_FORMAT:
        raise _Misplaced(text)
    return int(text) - 1


def _place(place: str) -> tuple[int, int]:
    """Return row and column, from 0, of `B7`; what is no place could make the reader allocate without end."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise _Misplaced(place)
    column = 0
    for letter in found[1]:
        column = column * 26 + _LETTER_VALUES[letter]
    row = int(found[2])
    if row > _ROWS_OF_FORMAT or column > _COLUMNS_OF_FORMAT:
        raise _Misplaced(place)
    return row - 1, column - 1
