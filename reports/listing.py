"""Writes a list as it was seen on the screen: CSV for programs, a workbook for people."""

import csv
from datetime import date, datetime
from io import StringIO

from reports.workbook import Sheet, is_dangerous, plain_value, write_workbook

__all__ = ["CSV_MEDIA_TYPE", "listing_csv", "listing_xlsx"]

CSV_MEDIA_TYPE = "text/csv; charset=utf-8"


def listing_csv(sheet: Sheet) -> bytes:
    """Write a table as CSV: UTF-8 with a mark, CRLF, every text in quotes, numbers bare.

    A text that a spreadsheet could take for a formula gets an apostrophe in front.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_text(column.label) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def listing_xlsx(sheet: Sheet, *, made_at: datetime) -> bytes:
    """Write a table as a workbook with one sheet."""
    return write_workbook([sheet], title=sheet.title, made_at=made_at)


def _cell(value: object) -> str | float | int:
    plain = plain_value(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, datetime):
        return plain.isoformat(sep=" ", timespec="seconds")
    if isinstance(plain, date):
        return plain.isoformat()
    return _text(plain) if isinstance(plain, str) else plain


def _text(text: str) -> str:
    return f"'{text}" if is_dangerous(text) else text
