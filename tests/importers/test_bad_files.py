"""Broken and hostile files: a clear message, never an exception, never more memory than allowed."""

import io
import zipfile

import openpyxl
import pytest

from importers.base import Limits
from importers.register import read
from registry.domain.register.problems import errors_of
from tests.importers import files


def codes(result):
    return {problem.code for problem in result.problems}


def only_problem(source, name="", limits=None):
    result = read(source, name=name, limits=limits)
    assert result.register is None
    assert len(result.problems) == 1, result.problems
    return result.problems[0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b"%PDF-1.7 something", "wrong_kind"),
        (b"\x89PNG\r\n\x1a\n", "wrong_kind"),
        (b"<html><table><tr><td>code</td></tr></table>", "wrong_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "wrong_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 cut off", "damaged"),
        ("code,name\nV-0001,Acme".encode("utf-16"), "encoding"),
        (b"code,name\nV-0001,Ac\x00me", "nul_bytes"),
        (b'code,name\nV-0001,"Acme\nV-0002,Two\n', "unclosed_quote"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10", "wrong_kind"),
    ],
)
def test_a_file_that_is_no_register_is_refused_with_its_reason(content, code):
    assert only_problem(content, "Vendors.csv").code == code


def test_a_missing_file_is_a_problem_and_no_exception(tmp_path):
    assert only_problem(tmp_path / "nowhere.xlsx").code == "no_file"


def test_a_truncated_workbook_is_damaged():
    content = files.workbook()
    assert only_problem(content[: len(content) // 2]).code == "damaged"


def test_flipped_bytes_in_the_middle_never_raise():
    content = bytearray(files.workbook())
    for position in range(40, len(content), 97):
        content[position] ^= 0xFF
    assert read(bytes(content)).register is None


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = files.repacked(
        files.workbook(), lambda name, data: data if "sheet1" not in name else data + b" " * (40 * 2**20)
    )
    assert len(bomb) < 2**20
    assert only_problem(bomb).code == "zip_bomb"


def test_what_unpacks_to_too_much_is_refused():
    assert only_problem(files.workbook(), limits=Limits(inflated_bytes_max=1000)).code == "too_large"


def test_too_many_parts_are_refused():
    assert only_problem(files.zipped({f"{number}.csv": "a" for number in range(201)})).code == "too_many_parts"


@pytest.mark.parametrize("name", ["../Vendors.csv", "/Vendors.csv", "a\\..\\..\\Vendors.csv", "C:\\Vendors.csv"])
def test_names_that_lead_outside_are_refused(name):
    assert only_problem(files.zipped({name: "code,name\n"})).code == "unsafe_name"


@pytest.mark.parametrize(
    "declaration",
    ['<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">'],
)
def test_an_entity_bomb_is_refused(declaration):
    rows = f'<row r="1">{files.text_cell("A1", "name")}</row>'
    xml = files.sheet_xml(rows).replace("?>", f"?>{declaration}", 1)
    assert only_problem(files.raw_workbook(xml)).code == "entities"


def test_xml_in_another_encoding_is_refused():
    xml = files.sheet_xml("").replace("UTF-8", "UTF-16")
    assert only_problem(files.raw_workbook(xml.encode("utf-16"))).code == "encoding"
    assert only_problem(files.raw_workbook(files.sheet_xml("").replace("UTF-8", "UTF-7"))).code == "encoding"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "external_links"),
        ("xl/embeddings/oleObject1.bin", "embeddings"),
        ("xl/connections.xml", "external_links"),
        ("xl/workbook.bin", "wrong_kind"),
    ],
)
def test_macros_links_and_embeddings_are_refused(part, code):
    assert only_problem(files.raw_workbook(files.sheet_xml(""), **{part: "x"})).code == code


def test_an_encrypted_archive_is_refused():
    content = bytearray(files.zipped({"Vendors.csv": "code,name\n"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert only_problem(bytes(content)).code == "password"


def test_an_opendocument_file_is_named_as_such():
    content = files.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
    assert "OpenDocument" in only_problem(content).message


def test_one_cell_at_the_far_corner_is_refused_by_its_place():
    def far(book):
        book["Vendors"]["XFD1048576"] = "x"

    problem = only_problem(files.workbook(far))
    assert problem.code == "too_many_rows"
    assert problem.sheet == "Vendors"
    assert "1,048,576" in problem.message


def test_a_far_cell_without_an_address_does_not_hide():
    rows = '<row r="1048570">' + "<c><v>1</v></c>" * 3 + "</row>"
    assert only_problem(files.raw_workbook(files.sheet_xml(rows))).code == "too_many_rows"


def test_too_wide_an_area_is_refused():
    def far(book):
        book["Vendors"]["XFD2"] = "x"

    assert only_problem(files.workbook(far)).code == "too_many_columns"


def test_a_million_blank_rows_count_for_nothing():
    rows = f'<row r="1">{files.text_cell("A1", "name")}</row><row r="2">{files.text_cell("A2", "Acme")}</row>'
    blank = "".join(f'<row r="{number}" s="1"><c r="A{number}" s="1"/></row>' for number in range(3, 60_000))
    blank += '<row r="1000000" s="1"><c r="A1000000" s="1"></c></row>'
    result = read(files.raw_workbook(files.sheet_xml(rows + blank)))
    assert result.counts == {"vendors": 1}


def test_more_rows_than_allowed_are_refused_and_not_cut():
    text = "name\n" + "".join(f"Vendor {number}\n" for number in range(20))
    assert only_problem(text.encode(), "Vendors.csv", Limits(rows_max=10)).code == "too_many_rows"


def test_a_file_above_the_size_limit_is_refused():
    assert only_problem(b"name\n" + b"x" * 2000, "Vendors.csv", Limits(bytes_max=1000)).code == "too_large"


def test_a_sheet_of_broken_xml_is_damaged():
    assert only_problem(files.raw_workbook("<worksheet><sheetData><row>")).code == "damaged"


def test_a_workbook_without_any_register_sheet_says_which_sheets_are_known():
    book = openpyxl.Workbook()
    book.active.append(["something", "else"])
    book.create_sheet("More").append(["again"])
    result = read(files.saved(book))
    assert "no_sheets" in codes(result)
    assert any("Vendors" in problem.message for problem in result.problems)


def test_a_part_that_is_damaged_inside_a_sound_archive_is_told():
    content = files.workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("xl/worksheets/sheet2.xml")
    broken = bytearray(content)
    start = info.header_offset + 30 + len(info.filename) + 10
    broken[start : start + 20] = b"\xff" * 20
    assert only_problem(bytes(broken)).code == "damaged"


def test_rows_that_are_no_facts_are_still_held_against_the_others_and_the_rules():
    result = read(
        files.workbook(
            Systems=[["code", "name"], ["S-001", "CRM"]],
            Datasets=[
                ["code", "name", "system", "categories"],
                ["D-001", "Orders", "S-001", "user"],
                ["D-002", "orders ", "S-404", "user"],
            ],
            Flows=[
                ["code", "sender", "recipient", "dataset"],
                ["F-001", "S-001", "V-0001", "D-001"],
                ["F-001", "S-001", "V-0777", "D-001"],
                ["F-002", "V-0001", "V-0001", "D-002"],
            ],
        )
    )
    errors = {(problem.sheet, problem.row, problem.column, problem.code) for problem in errors_of(result.problems)}
    assert errors == {
        ("Datasets", 3, "system", "unknown_reference"),
        ("Datasets", 3, "name", "duplicate_name"),
        ("Flows", 3, "recipient", "unknown_reference"),
        ("Flows", 3, "code", "duplicate_code"),
        ("Flows", 4, "recipient", "own_sender"),
    }
