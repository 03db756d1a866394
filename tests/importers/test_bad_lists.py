"""Every bad input there is, given to every reader of lists: a sentence with its place, never an exception, never a guess."""

from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import recognise, subprocessor_list, vendor_list
from importers.base import Limits
from importers.register import ReadResult
from importers.register import read as read_register
from registry.domain.register.problems import errors_of
from tests.importers import files

BASE = read_register(files.workbook()).register
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def as_vendors(content, **options):
    return vendor_list.read(content, name="list.csv", base=BASE, **options)


def as_subprocessors(content, **options):
    return subprocessor_list.read(content, name="list", base=BASE, vendor="V-0001", today=date(2026, 3, 2), **options)


def codes(result):
    return {problem.code for problem in result.problems}


def far(book):
    book["Vendors"]["XFD1048576"] = "x"


def blank_million():
    rows = f'<row r="1">{files.text_cell("A1", "Vendor")}</row><row r="2">{files.text_cell("A2", "Nordwind")}</row>'
    blank = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(3, 40_000))
    return files.raw_workbook(
        files.sheet_xml(f'{rows}{blank}<row r="1000000"><c r="A1000000" s="1"/></row>'), name="List"
    )


@pytest.mark.parametrize("reader", [as_vendors, as_subprocessors])
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \r\n", "empty"),
        (b"%PDF-1.7", "wrong_kind"),
        (b"<html><table>", "wrong_kind"),
        (OLE + b"\0" * 600, "wrong_kind"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 cut", "damaged"),
        (files.workbook()[:900], "damaged"),
        ("Vendor,Land\nOne,DE".encode("utf-16"), "encoding"),
        (b"Vendor\nOn\x00e\n", "nul_bytes"),
        (b'Vendor,Land\n"One,DE\nTwo,FR\n', "unclosed_quote"),
        (files.workbook(far), "too_many_rows"),
        (files.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "wrong_kind"),
        (files.zipped({"../x.csv": "a"}), "unsafe_name"),
        (files.raw_workbook(files.sheet_xml("").replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1)), "entities"),
        (files.raw_workbook(files.sheet_xml(""), **{"xl/vbaProject.bin": "x"}), "macros"),
        (files.repacked(files.workbook(), lambda name, data: data + b" " * (9 << 20) if "sheet1" in name else data), "zip_bomb"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_with_its_reason(reader, content, code):
    result = reader(content)
    assert result.register is None
    assert code in codes(result)
    assert all(problem.message for problem in result.problems)


def test_a_million_blank_rows_count_for_nothing():
    assert as_vendors(blank_million()).counts == {"vendors": 1}


def test_more_rows_or_cells_than_allowed_are_refused_and_not_cut():
    content = b"Vendor\n" + b"One\n" * 50
    assert "too_many_rows" in codes(as_vendors(content, limits=Limits(rows_max=20)))
    assert "too_large" in codes(as_vendors(content, limits=Limits(bytes_max=100)))


def test_three_hundred_columns_are_shown_and_those_not_known_left_out():
    header = ["Vendor", "Country", *(f"Field {number}" for number in range(298))]
    result = as_vendors("\t".join(header).encode() + b"\nNordwind\tDE" + b"\tx" * 298)
    assert errors_of(result.problems) == []
    assert len(result.asks["columns"]) == 300
    assert result.facts["vendors"][0].country == "DE"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_usual_delimiters_and_encodings_are_found(delimiter, encoding):
    result = as_vendors(f"Vendor{delimiter}Country\nCafé Müller{delimiter}FR\n".encode(encoding))
    assert [(vendor.name, vendor.country) for vendor in result.facts["vendors"]] == [("Café Müller", "FR")]
    assert ("encoding_assumed" in codes(result)) == (encoding == "cp1252")


def test_cells_as_spreadsheets_really_hold_them():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Vendor", "Country", "Contract end", "Annual cost", "DPA", "Contact phone", "Service"])
    sheet.append(["Dates", "#N/A", 46387, "1 200,50", True, 493012345, "שלום"])
    sheet.append(["=CONCAT(1,2)", "DE", datetime(2027, 1, 2), 7.0, "ja", "030 1", "🦊"])
    result = as_vendors(files.saved(book))
    places = {(problem.code, problem.row, problem.column) for problem in result.problems if problem.row}
    assert ("error_value", 2, "Country") in places
    assert ("date_from_number", 2, "Contract end") in places
    assert any(code == "not_an_entry" and row == 3 for code, row, _ in places)  # a formula whose result was not stored
    assert result.facts["vendors"][0].service == "שלום"
    contract = result.facts["contracts"][0]
    assert (contract.ends, contract.value_per_year, contract.dpa_signed) == (date(2026, 12, 31), 1200.5, True)


@pytest.mark.parametrize(
    "name", ["שלום בע״מ", "شركة نسيم", "🦊 Fox & Söhne", "日本郵便", "'; DROP TABLE vendor;--", "=1+1", "<b>x</b>"]
)
def test_names_of_every_script_survive(name):
    assert as_vendors(f"Vendor\tCountry\n{name}\tDE\n".encode()).facts["vendors"][0].name == name


quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
KINDS_OF_FILES = {
    recognise.REGISTER,
    recognise.VENDORS,
    recognise.BREACHES,
    recognise.CISO_ASSISTANT,
    recognise.FIDES,
}
WHOLE = files.workbook(Vendors=[["Vendor", "Land"], ["One", "DE"]])


@quick
@given(content=st.binary(max_size=300))
def test_any_bytes(content):
    for reader in (as_vendors, as_subprocessors):
        assert isinstance(reader(content), ReadResult)
    assert recognise.recognise(content, name="x.csv") in KINDS_OF_FILES


@quick
@given(position=st.integers(0, len(WHOLE) - 1), garbage=st.binary(min_size=1, max_size=30))
def test_a_workbook_with_bytes_overwritten(position, garbage):
    content = WHOLE[:position] + garbage + WHOLE[position + len(garbage) :]
    for reader in (as_vendors, as_subprocessors):
        assert isinstance(reader(content), ReadResult)
    assert recognise.recognise(content) in KINDS_OF_FILES


@quick
@given(
    choices=st.fixed_dictionaries({}, optional={
        "sheet": st.text(max_size=5), "header_row": st.integers(-5, 9), "signature": st.text(max_size=4),
        "columns": st.dictionaries(st.sampled_from(["Vendor", "Land"]), st.text(max_size=12)),
        "rows": st.dictionaries(st.text(max_size=3), st.text(max_size=8)),
        "gone": st.dictionaries(st.text(max_size=6), st.just("end")), "is_lenient": st.booleans(),
    })
)  # fmt: skip
def test_any_answers(choices):
    for reader in (as_vendors, as_subprocessors):
        assert isinstance(reader(WHOLE, choices=choices), ReadResult)
