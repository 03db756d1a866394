"""Workbooks and CSV files: nothing computes, nothing is lost, the same data gives the same bytes."""

import csv
import io
import re
import time
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reports.listing import listing_csv, listing_xlsx
from reports.workbook import CellKind, Sheet, SheetColumn, is_dangerous, write_workbook

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DANGEROUS = [
    "=1+1",
    '=cmd|" /C calc"!A0',
    "+1",
    "-1",
    "@SUM(A1)",
    "#REF!",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "\u00a0=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff20x",
]


def one_sheet(*values, kind=CellKind.TEXT):
    return Sheet("Vendors", (SheetColumn("Value", kind),), [(value,) for value in values])


def read(book):
    return [row[0] for row in CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1:]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    book = listing_xlsx(one_sheet(text), made_at=NOON)
    cell = openpyxl.load_workbook(io.BytesIO(book)).active["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe_in_a_csv(text):
    rows = list(csv.reader(io.StringIO(listing_csv(one_sheet(text)).decode("utf-8-sig"), newline="")))
    assert rows[1] == ["'" + text]


@pytest.mark.parametrize("text", ["Müller + Söhne", "a=b", "e-mail", "", " ", "名前", "V-0001"])
def test_a_harmless_text_is_left_as_it_is(text):
    assert not is_dangerous(text)
    assert read(listing_xlsx(one_sheet(text or None, "end"), made_at=NOON))[0] == text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_no_text_whatever_becomes_a_formula_or_breaks_the_file(texts):
    book = listing_xlsx(one_sheet(*texts, "end"), made_at=NOON)
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert sheet.max_row == len(texts) + 2
    listing_csv(one_sheet(*texts)).decode("utf-8-sig")


def test_what_looks_like_an_escaped_letter_comes_back_as_typed():
    assert read(listing_xlsx(one_sheet("_x0041_ and =_x003d_"), made_at=NOON)) == ["_x0041_ and =_x003d_"]


def test_control_characters_and_half_surrogates_are_replaced():
    assert read(listing_xlsx(one_sheet("a\x00b\x07c\ud800d\uffff"), made_at=NOON)) == ["a\ufffdb\ufffdc\ufffdd\ufffd"]


def test_a_text_longer_than_a_cell_says_that_it_was_cut():
    (text,) = read(listing_xlsx(one_sheet("x" * 40_000), made_at=NOON))
    assert len(text) == 32_767
    assert text.endswith("[cut here; the text is longer than a cell can hold]")


@pytest.mark.parametrize(
    "value,read_back",
    [
        (float("inf"), "infinite"),
        (float("-inf"), "minus infinite"),
        (float("nan"), "not a number"),
        (10**15, "1000000000000000"),
        (12_345, 12_345),
        (Decimal("2.5"), 2.5),
        (True, True),
        (("a", "b"), "a; b"),
        (frozenset({"b", "a"}), "a; b"),
    ],
)
def test_a_value_a_spreadsheet_would_change_is_written_as_words(value, read_back):
    assert read(listing_xlsx(one_sheet(value, kind=CellKind.NUMBER), made_at=NOON)) == [read_back]


def test_dates_before_spreadsheets_began_are_texts_and_later_ones_are_dates():
    book = listing_xlsx(
        one_sheet(date(1850, 1, 1), date(1900, 2, 1), date(2026, 3, 2), kind=CellKind.DAY), made_at=NOON
    )
    assert read(book) == ["1850-01-01", "1900-02-01", date(2026, 3, 2)]


def test_a_moment_is_written_in_utc():
    moment = datetime.fromisoformat("2026-03-02T14:30:00+02:00")
    assert read(listing_xlsx(one_sheet(moment, kind=CellKind.MOMENT), made_at=NOON)) == [datetime(2026, 3, 2, 12, 30)]


def test_a_number_after_a_date_in_one_column_keeps_being_a_number():
    book = listing_xlsx(one_sheet(date(2026, 3, 2), date(2026, 3, 3), kind=CellKind.DAY), made_at=NOON)
    assert read(book) == [date(2026, 3, 2), date(2026, 3, 3)]


def test_sheet_names_are_short_unique_and_legal():
    titles = ["A/b*c", "a b c", "History", "", "'quoted'", "x" * 50, "x" * 60]
    book = write_workbook([Sheet(title, (SheetColumn("A"),), []) for title in titles], title="t", made_at=NOON)
    names = openpyxl.load_workbook(io.BytesIO(book)).sheetnames
    assert names == ["A b c", "a b c 2", "History list", "Sheet", "quoted", "x" * 31, "x" * 29 + " 2"]
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_the_same_data_give_the_same_bytes_at_any_time():
    first = listing_xlsx(one_sheet("a", 1, None), made_at=NOON)
    time.sleep(2.1)  # the clock of a zip counts in steps of two seconds
    assert listing_xlsx(one_sheet("a", 1, None), made_at=NOON) == first


def test_a_csv_has_a_mark_quotes_texts_and_leaves_numbers_bare():
    sheet = Sheet("x", (SheetColumn("Name"), SheetColumn("People", CellKind.COUNT)), [("Café", -5), (None, 0.25)])
    assert listing_csv(sheet) == b'\xef\xbb\xbf"Name","People"\r\n"Caf\xc3\xa9",-5\r\n"",0.25\r\n'


def test_a_row_of_the_wrong_width_is_an_error_and_not_a_shifted_table():
    with pytest.raises(ValueError, match="zip"):
        listing_xlsx(Sheet("x", (SheetColumn("A"), SheetColumn("B")), [("only one",)]), made_at=NOON)
