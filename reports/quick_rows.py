"""Writes rows of plain values into a sheet several times faster than cell by cell.

openpyxl makes an object of every cell and opens an element for each of its parts: 40 seconds for 1.5 million cells. Here
a row becomes one small tree of lxml, handed over whole to the stream that openpyxl keeps; styles, notes, page set-up
and everything around the rows stay openpyxl's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lxml import etree
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from reports.cells import escaped, is_dangerous, plain_value

__all__ = ["QuickRows", "Shown", "serial"]

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- the day spreadsheets count from; they know no zones
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def serial(value: date) -> float:
    """Return the number a spreadsheet keeps for a day or a moment in UTC.

    >>> serial(date(2026, 1, 1)), serial(datetime(2026, 1, 1, 12))
    (46023, 46023.5)
    """
    if not isinstance(value, datetime):
        return value.toordinal() - _EPOCH.toordinal()
    moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return (moment - _EPOCH) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A number with a format of its own, other than that of its column."""

    value: object
    number_format: str


class QuickRows:
    """The rows of one sheet; `append` takes values, `append_cells` takes openpyxl's cells for rows that need them."""

    def __init__(self, worksheet: Any, formats: Sequence[str | None], *, day: str, moment: str) -> None:
        """Take number formats by column, None for columns of text, and those of days and moments wherever they stand."""
        self._worksheet = worksheet
        self._letters = [get_column_letter(place) for place in range(1, len(formats) + 1)]
        self._numbers = [None if each is None else self._style(each) for each in formats]
        self._day, self._moment = self._style(day), self._style(moment)
        self._own: dict[str, str] = {}
        quoted = WriteOnlyCell(worksheet)
        quoted.quotePrefix = True
        self._quoted = str(quoted.style_id)
        self._is_ready = False

    def append_cells(self, cells: Sequence[Any]) -> None:
        """Write a row of openpyxl's cells."""
        self._worksheet.append(list(cells))

    def append(self, values: Sequence[object]) -> None:
        """Write a row of values, guarded like every other."""
        if not self._is_ready:
            self._stand_in()
        self._worksheet.append(_Quick(values))

    def _style(self, number_format: str) -> str:
        cell = WriteOnlyCell(self._worksheet)
        cell.number_format = number_format
        return str(cell.style_id)

    def _stand_in(self) -> None:
        """Take over for quick rows only, where openpyxl turns values into cells and cells into elements."""
        sheet = self._worksheet
        writer = sheet._get_writer()  # noqa: SLF001 -- writes what stands above the rows; there is no public way in
        writer = sheet._writer  # noqa: SLF001 -- see above
        to_cells, write_row = sheet._values_to_row, writer.write_row  # noqa: SLF001 -- see above
        sheet._values_to_row = lambda row, number: row if isinstance(row, _Quick) else to_cells(row, number)  # noqa: SLF001 -- see above
        writer.write_row = lambda xf, row, number: (
            xf.write(self._row(row, number)) if isinstance(row, _Quick) else write_row(xf, row, number)
        )
        self._is_ready = True

    def _row(self, values: Sequence[object], number: int) -> Any:
        place = str(number)
        row = etree.Element("row", r=place)
        for letter, style, value in zip(self._letters, self._numbers, values, strict=True):
            if isinstance(value, Shown):
                if value.number_format not in self._own:
                    self._own[value.number_format] = self._style(value.number_format)
                style, value = self._own[value.number_format], value.value  # noqa: PLW2901 -- the same value, unwrapped
            kind = type(value)
            plain = value if kind is int and -(10**15) < value < 10**15 else plain_value(value)  # type: ignore[operator]  # an int
            if plain is None or plain == "":
                continue
            address = letter + place
            if isinstance(plain, str):
                self._text(row, address, plain)
            elif isinstance(plain, bool):
                _number(row, {"r": address, "t": "b"}, "1" if plain else "0")
            elif isinstance(plain, date):
                shown = self._moment if isinstance(plain, datetime) else self._day
                _number(row, {"r": address, "s": shown}, repr(serial(plain)))
            else:
                _number(row, {"r": address} if style is None else {"r": address, "s": style}, repr(plain))
        return row

    def _text(self, row: Any, address: str, text: str) -> None:
        attributes: Mapping[str, str] = {"r": address, "t": "inlineStr"}
        if is_dangerous(text):
            attributes = {"r": address, "s": self._quoted, "t": "inlineStr"}
        held = etree.SubElement(etree.SubElement(etree.SubElement(row, "c", attributes), "is"), "t")
        held.text = escaped(text)
        if text[0].isspace() or text[-1].isspace() or "\n" in text:
            held.set(_SPACE, "preserve")


class _Quick(list[object]):
    """A row of values, told apart from a row of cells."""


def _number(row: Any, attributes: Mapping[str, str], text: str) -> None:
    etree.SubElement(etree.SubElement(row, "c", attributes), "v").text = text
