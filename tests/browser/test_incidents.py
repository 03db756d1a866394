"""The first hour of an incident in a real browser: declared, confirmed, told, measured, known; desktop and phone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from registry.core.actor import Role
from registry.settings import Settings
from tests.blast.conftest import small_register
from tests.browser.journeys import faults, running_company

pytestmark = pytest.mark.browser


def declare(page: Page) -> str:
    page.goto("/vendors/V-0001")
    page.get_by_role("link", name="Declare an incident").click()
    page.get_by_role("button", name="Declare", exact=True).click()
    expect(page.get_by_text("would reach").first).to_be_visible()
    return page.url.rstrip("/")


def test_a_first_hour(sqlite_settings: Settings, browser: Browser) -> None:
    with running_company(sqlite_settings, browser, small_register()) as company:
        page = company.page_of(Role.CISO)
        address = declare(page)
        page.get_by_role("link", name="Confirm", exact=True).click()
        page.get_by_label("What shows it").fill("The vendor wrote.")
        page.get_by_label("Reasonable certainty").check()
        page.get_by_role("button", name="Confirm", exact=True).click()
        page.get_by_role("link", name="Duties", exact=True).click()
        expect(page.get_by_text("72 h left").first).to_be_visible()
        assert faults(page) == []
        page.get_by_role("link", name="Authority").first.click()
        page.get_by_label("What shows it, or why").fill("Receipt 17 of the authority.")
        page.get_by_role("button", name="It was told").click()
        expect(page.get_by_role("heading", name="Told", exact=True)).to_be_visible()
        page.goto(f"{address}/scope")
        page.get_by_label("Dataset of line 1").fill("D-001")
        page.get_by_label("Jurisdiction of line 1").fill("IE")
        page.get_by_label("People of line 1").fill("1200")
        page.get_by_role("textbox", name="Source").fill("Their incident manager")
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.get_by_text("Revision 1").first).to_be_visible()
        phone = company.page_of(Role.CISO, viewport={"width": 390, "height": 844})
        for part in ("", "/duties", "/people", "/scope", "/service", "/timeline"):
            phone.goto(f"{address}{part}")
            assert phone.evaluate("document.documentElement.scrollWidth") <= 390, part
            assert faults(phone) == [], part
