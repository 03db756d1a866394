"""What a file is, told from its sheets and columns."""

import pytest

from importers.recognise import REGISTER, VENDORS, recognise
from tests.importers import files


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("Vendors.csv", "name,country\nOne,DE\n", REGISTER),
        ("vendors.csv", "Vendor name;HQ;Owner\nOne;DE;x\n", VENDORS),
        ("our list.csv", "Vendor,Email,Phone\nOne,a@x.example,1\n", VENDORS),
        ("export.csv", "vendor,certificate,expires\nOne,ISO27001,2027-01-01\n", REGISTER),
        ("anything.csv", "A,B\n1,2\n", VENDORS),
        ("empty.csv", "", REGISTER),
        ("long.csv", "Vendor,Note\n" + 'One,"two\nlines"\n' * 9000, VENDORS),
    ],
)
def test_a_text_file_is_recognised(name, text, kind):
    assert recognise(text.encode(), name=name) == kind


def test_a_workbook_is_recognised_by_its_sheets_and_a_lone_vendors_sheet_by_its_columns():
    assert recognise(files.workbook()) == REGISTER
    lone = files.raw_workbook(files.sheet_xml(f'<row r="1">{files.text_cell("A1", "Lieferant")}</row>'), name="Vendors")
    assert recognise(lone) == VENDORS
    ours = files.raw_workbook(files.sheet_xml(f'<row r="1">{files.text_cell("A1", "name")}</row>'), name="Vendors")
    assert recognise(ours) == REGISTER
    other = files.raw_workbook(files.sheet_xml(""), name="Sheet1")
    assert recognise(other) == VENDORS
    assert recognise(files.zipped({"Vendors.csv": "name\nOne\n"})) == REGISTER
    assert recognise(b"PK\x03\x04 cut") == REGISTER
