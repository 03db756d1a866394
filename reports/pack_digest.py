"""The canonical form of a table and its hashes: what a pack proves, however a spreadsheet program shows it.

A table becomes lines of CSV in UTF-8 with LF: texts always in quotes, numbers plain with at most 12 significant
digits, days and moments in ISO form, an empty cell as nothing. Number formats, fonts and widths play no part, so saving
a workbook again alters nothing. Each row and each column has a hash of its own; where a bad row crosses a bad column
stands the altered cell.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reports.cells import Plain, plain_value
from reports.workbook import CellKind

__all__ = ["ROW_HASH", "TableDigest", "canonical_cell", "digest_table", "from_serial", "pack_value", "row_hash"]

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- the day spreadsheets count from; they know no zones
ROW_HASH = 32  # hexadecimal digits kept of the hash of a row
_TOGETHER = 2_000


@dataclass(frozen=True, slots=True)
class TableDigest:
    """Hashes of a table: the whole, each row (its first 128 bits) and each column."""

    rows: int
    sha256: str
    row_hashes: tuple[str, ...]
    column_hashes: tuple[str, ...]


def pack_value(value: object) -> Plain:
    r"""Return a value as a pack holds it: rounded so that any program gives it back, yes and no in words.

    >>> pack_value(1 / 3), pack_value(True), pack_value("a\r\nb"), pack_value("")
    (0.333333333333, 'yes', 'a\nb', None)
    """
    kind = type(value)
    if value is None or kind is int:
        return plain_value(value)
    if kind is bool:
        return "yes" if value else "no"
    plain = plain_value(value)
    if isinstance(plain, str):
        return plain.replace("\r\n", "\n").replace("\r", "\n") or None
    if isinstance(plain, float):
        return float(f"{plain:.12g}")
    return plain.replace(microsecond=0) if isinstance(plain, datetime) else plain


def canonical_cell(value: Plain) -> str:
    """Return the one text of a value: texts in quotes, doubled within; numbers plain; days as in ISO 8601.

    >>> canonical_cell("x"), canonical_cell(2.0), canonical_cell(0.25), canonical_cell(date(2026, 11, 2))
    ('"x"', '2', '0.25', '2026-11-02')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, bool):
        return '"yes"' if value else '"no"'
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _number(value)


def digest_table(names: Sequence[str], rows: Sequence[Sequence[Plain]]) -> TableDigest:
    """Return the hashes of a table; linear in its cells, in blocks of rows."""
    whole = hashlib.sha256(_line(list(map(canonical_cell, names))))
    columns = [hashlib.sha256(canonical_cell(name).encode() + b"\n") for name in names]
    row_hashes: list[str] = []
    for block in _blocks(rows):
        lines = [_line(cells) for cells in block]
        whole.update(b"".join(lines))
        row_hashes.extend(row_hash(line) for line in lines)
        for column, cells in zip(columns, zip(*block, strict=True), strict=True):
            column.update(("\n".join(cells) + "\n").encode("utf-8", "surrogatepass"))
    return TableDigest(len(rows), whole.hexdigest(), tuple(row_hashes), tuple(column.hexdigest() for column in columns))


def row_hash(line: bytes) -> str:
    """Return what is kept of the hash of one canonical line."""
    return hashlib.sha256(line).hexdigest()[:ROW_HASH]


def from_serial(number: float, kind: CellKind) -> Plain:
    """Return a number of a column of days or moments as what it stands for; of other columns as the number.

    >>> from_serial(46023.5, CellKind.MOMENT).isoformat(), from_serial(46023.0, CellKind.DAY).isoformat()
    ('2026-01-01T12:00:00', '2026-01-01')
    """
    if kind not in {CellKind.DAY, CellKind.MOMENT} or not 0 <= number < 2_958_466:
        return number
    moment = _EPOCH + timedelta(seconds=round(number * 86_400))
    return moment.date() if kind is CellKind.DAY and moment.time() == _EPOCH.time() else moment


def _blocks(rows: Sequence[Sequence[Plain]]) -> Iterator[list[list[str]]]:
    for start in range(0, len(rows), _TOGETHER):
        yield [list(map(canonical_cell, row)) for row in rows[start : start + _TOGETHER]]


def _line(cells: Sequence[str]) -> bytes:
    return (",".join(cells) + "\n").encode("utf-8", "surrogatepass")


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.12g}"
