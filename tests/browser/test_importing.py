"""The afternoon of a newcomer: a company's own spreadsheet, its columns, a doubtful row, a slip, and into the register."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_blast import open_page, server  # noqa: F401 -- fixtures

pytestmark = pytest.mark.browser


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    """A list as a company keeps it: a title, its own words, two rows of one vendor, a slip, a date of two meanings."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Lieferanten"
    for row in (
        ["Our vendors, March"],
        [],
        ["Lieferant", "Land", "Kritikalität", "Vertragsende", "Bemerkung"],
        ["Nordwind GmbH", "Germny", "hoch", "03/04/2027", "x"],
        ["NORDWIND", "Deutschland", "", "", ""],
        ["Fjord AS", "Norwegen", "gering", "31.12.2027", ""],
    ):
        sheet.append(row)
    path = tmp_path / "vendors.xlsx"
    book.save(path)
    return path


@pytest.fixture
def page(browser: Browser, server: tuple[str, str]) -> Iterator[Page]:  # noqa: F811 -- the fixtures above
    """A signed-in page; any complaint on its console, such as a policy violation, fails the test."""
    complaints: list[str] = []
    opened = open_page(browser, server)
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    opened.context.close()
    assert complaints == []


def test_a_spreadsheet_is_mapped_mended_imported_and_undone(page: Page, spreadsheet: Path) -> None:
    page.goto("/imports")
    page.get_by_label("File").set_input_files(spreadsheet)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("What the columns mean")).to_be_visible()
    expect(page.get_by_label("What column Land means")).to_have_value("vendors.country")
    assert not Axe().run(page).response["violations"]

    page.get_by_label("What column Bemerkung means").select_option("vendors.service")
    page.get_by_label("What NORDWIND in row 5 is").select_option("row:4")
    page.get_by_label("Dates such as 03/04/2024 mean").select_option("day_first")
    page.get_by_label("Lieferanten, row 4, Land").fill("Germany")
    page.get_by_role("button", name="Check with these answers").click()
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()
    assert not Axe().run(page).response["violations"]

    page.get_by_role("button", name="Import 4 rows").click()
    expect(page.get_by_text("This file was imported: 4 new")).to_be_visible()
    page.goto("/vendors?q=Nordwind")
    expect(page.get_by_role("link", name="Nordwind GmbH")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("This import was undone")).to_be_visible()
