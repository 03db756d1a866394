"""Reads delimited text as a table: its encoding and delimiter are found, and told when they are not the usual ones."""

import csv
import io

from importers.base import ERROR_VALUES, Cell, CellError, Limits, Table, Unreadable
from registry.domain.register.problems import Problem, Severity

__all__ = ["decode", "read_csv"]

_DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_csv(content: bytes, name: str, limits: Limits | None = None) -> Table:
    """Read a CSV file; every cell is text, a failed formula, or None.

    Raises
    ------
    Unreadable
        When it is empty, no text, too large, or a quotation mark is never closed.
    """
    limits = limits or Limits()
    text, remarks = decode(content, name)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter, name, limits)
    if not any(any(row) for row in rows):
        raise Unreadable("empty", "The file is empty.", sheet=name)
    return Table(name=name, rows=rows, remarks=remarks)


def decode(content: bytes, name: str) -> tuple[str, list[Problem]]:
    """Return the text of a file, and a remark when its encoding had to be assumed.

    Raises
    ------
    Unreadable
        When it is UTF-16 or holds NUL bytes.
    """
    if not content.strip():
        raise Unreadable("empty", "The file is empty.", sheet=name)
    if content.startswith(_UTF16_MARKS):
        raise Unreadable("encoding", 'The text is in UTF-16. Save it as "CSV UTF-8".', sheet=name)
    if b"\x00" in content:
        row = content[: content.index(b"\x00")].count(b"\n") + 1
        message = 'The file holds NUL bytes, so it is no text (or is UTF-16). Save it as "CSV UTF-8".'
        raise Unreadable("nul_bytes", message, sheet=name, row=row)
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        message = (
            "The text is not UTF-8; it was read as Windows-1252 (Western European). "
            'Look at names with accents; if they are wrong, save the file as "CSV UTF-8".'
        )
        row = content[: error.start].count(b"\n") + 1
        remark = Problem(severity=Severity.WARNING, code="encoding_assumed", message=message, sheet=name, row=row)
        # Five byte values mean nothing in cp1252; a replacement mark shows where they stood.
        return content.decode("cp1252", errors="replace"), [remark]


def _delimiter(text: str) -> str:
    """Choose the delimiter that cuts the first lines into the most columns of equal number."""
    sample = text[:65_536]
    if sample[:4].casefold() == "sep=":
        return sample[4:5] if sample[4:5] in _DELIMITERS else ","

    def score(delimiter: str) -> tuple[int, int]:
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            widths = [len(row) for row, _ in zip(reader, range(20), strict=False) if any(row)]
        except csv.Error:
            return 0, 0
        if not widths:
            return 0, 0
        return widths.count(widths[0]) if widths[0] > 1 else 0, widths[0]

    best = max(_DELIMITERS, key=lambda delimiter: (score(delimiter)[0] > 0, score(delimiter)[1], score(delimiter)[0]))
    return best if score(best)[0] else ","


def _rows(text: str, delimiter: str, name: str, limits: Limits) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    csv.field_size_limit(limits.cell_characters_max)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    cells, begun = 0, 1
    try:
        for record in reader:
            begun = reader.line_num + 1
            if not rows and record and record[0].casefold().startswith("sep="):
                rows.append([])
                continue
            rows.append([_cell(value) for value in record])
            cells += len(record)
            _check(len(rows), len(record), cells, (name, limits))
    except csv.Error as error:
        raise _broken(error, begun, name, limits) from error
    return rows


def _cell(value: str) -> Cell:
    if not value:
        return None
    if value[0] == "#" and value.strip().upper() in ERROR_VALUES:
        return CellError(value.strip())
    return value


def _check(rows: int, columns: int, cells: int, context: tuple[str, Limits]) -> None:
    name, limits = context
    if rows > limits.rows_max:
        raise Unreadable("too_many_rows", f"The file has more than {limits.rows_max:,} rows. Split it.", sheet=name)
    if columns > limits.columns_max:
        message = f"The row has {columns:,} columns; at most {limits.columns_max:,} are read."
        raise Unreadable("too_many_columns", message, sheet=name, row=rows)
    if cells > limits.cells_max:
        raise Unreadable("too_large", f"The file has more than {limits.cells_max:,} cells. Split it.", sheet=name)


def _broken(error: csv.Error, line: int, name: str, limits: Limits) -> Unreadable:
    reason = str(error)
    if "field larger" in reason or "unexpected end" in reason:
        message = (
            f"A quotation mark is opened and never closed (or one cell holds more than {limits.cell_characters_max:,} "
            f"characters), in line {line} or soon after. Close it, or save the file again from a spreadsheet program."
        )
        return Unreadable("unclosed_quote", message, sheet=name, row=line)
    message = f"Line {line} cannot be read as delimited text: a quotation mark stands inside a cell. Write it twice."
    return Unreadable("broken_quotes", message, sheet=name, row=line)
