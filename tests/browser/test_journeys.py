"""Whole journeys in a real browser: add a vendor with its flows, mend what is missing, look without a right to change."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from registry.core.actor import Role
from registry.core.db import session
from registry.models.flows import Flow
from registry.models.vendors import Vendor
from registry.settings import Settings
from tests.browser.journeys import Company, faults, running_company
from tests.quality.registers import CLEAN, spoiled

pytestmark = pytest.mark.browser


@pytest.fixture
def company(sqlite_settings: Settings, browser: Browser) -> Iterator[Company]:
    with running_company(sqlite_settings, browser, spoiled("flows", legal_basis=None)) as running:
        yield running


def test_a_manager_adds_a_vendor_with_its_flow_by_keyboard(company: Company) -> None:
    page = company.page_of(Role.VENDOR_MANAGER)
    page.goto("/vendors")
    page.get_by_role("link", name="Add vendor").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/vendors/new")
    assert faults(page) == []
    page.get_by_role("button", name="Add vendor").click()
    expect(page.locator(".problems")).to_contain_text("Name")
    assert faults(page) == []
    page.get_by_label("Name", exact=False).first.focus()
    page.keyboard.type("Tarnwick <b>Loyalty</b>")
    page.locator("[name=service]").fill("Bonus points")
    page.locator("[name=country]").select_option("DE")
    page.locator("[name=name]").press("Enter")
    page.wait_for_url("**/vendors/V-0004")
    expect(page.locator("h1")).to_have_text("Tarnwick <b>Loyalty</b>")
    expect(page.locator(".facts")).to_contain_text("Mina Manager")
    page.get_by_role("link", name="Add a flow").click()
    expect(page.locator("[name=recipient]")).to_have_value("V-0004 Tarnwick <b>Loyalty</b>")
    page.locator("[name=sender]").fill("CRM")
    page.locator("[name=dataset]").fill("D-001")
    page.locator("[name=people_share]").fill("140")
    page.get_by_role("button", name="Add flow").click()
    expect(page.locator("#people_share-error")).to_be_visible()
    expect(page.locator("[name=sender]")).to_have_value("CRM")
    assert faults(page) == []
    page.locator("[name=people_share]").fill("40")
    page.get_by_role("button", name="Add flow").click()
    page.wait_for_url("**/flows/F-003")
    page.goto("/vendors/V-0004")
    expect(page.locator("header .say")).to_contain_text("holds data on 400 people")
    expect(page.locator("#breach")).to_contain_text("and cost", timeout=60_000)
    assert faults(page) == []
    with company.app.app_context():
        flow = session().get(Flow, "F-003")
        assert (flow.sender, flow.recipient, flow.people_share) == ("S-001", "V-0004", 0.4)


def test_a_shortcoming_is_found_mended_and_gone(company: Company) -> None:
    page = company.page_of(Role.VENDOR_MANAGER)
    page.goto("/")
    expect(page.locator("header .say")).to_contain_text("1 thing about them is missing")
    assert faults(page) == []
    page.get_by_role("link", name="Flows without a legal basis").click()
    page.wait_for_url("**/quality?owner=mine&kind=no_legal_basis")
    assert faults(page) == []
    page.get_by_role("link", name="Mend the flow: CRM → Corvid Mail").click()
    field = page.locator("#legal_basis")
    expect(field).to_be_in_viewport()
    field.fill("contract")
    field.press("Enter")
    page.wait_for_url("**/quality?kind=no_legal_basis&owner=mine")
    expect(page.locator(".flashes")).to_contain_text("Saved flow F-001")
    page.goto("/quality")
    expect(page.locator("main")).to_contain_text("All clear")
    assert faults(page) == []
    page.goto("/")
    expect(page.locator("header .say")).to_contain_text("nothing that is checked is missing")


def test_owner_and_severity_narrow_without_scripts_as_well(company: Company) -> None:
    page = company.page_of(Role.CISO, java_script_enabled=False)
    page.goto("/quality")
    page.locator("#owner").select_option("nobody")
    page.get_by_role("button", name="Narrow the list").click()
    assert page.url.endswith("/quality?owner=nobody&severity=")
    expect(page.locator("main")).to_contain_text("Nothing is found")
    page.get_by_role("link", name="Show everything").click()
    page.locator("summary", has_text="Export these").click()
    with page.expect_download() as sent:
        page.get_by_role("button", name="Table (CSV)").click()
    assert sent.value.suggested_filename.startswith("data-quality-")


WHERE_AN_AUDITOR_LOOKS = (
    "/",
    "/vendors",
    "/vendors/V-0001",
    "/vendors/V-0001?tab=papers",
    "/vendors/V-0001?tab=comments",
    "/flows",
    "/flows/F-001",
    "/systems/S-001",
    "/segments/G-01",
    "/datasets/D-001",
    "/controls",
    "/quality",
    "/organisation",
    "/audit-log",
    "/people",
    "/settings",
    "/settings/parameters",
    "/settings/permissions",
)


def test_an_auditor_looks_everywhere_and_can_change_nothing(company: Company) -> None:
    page = company.page_of(Role.AUDITOR)
    words = (
        "Add ",
        "Edit",
        "Archive",
        "Restore",
        "Mend the",
        "Save changes",
        "Change them",
        "Let a colleague",
        "Reset",
    )
    for path in WHERE_AN_AUDITOR_LOOKS:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in {200, 404}, path
        shown = [text.strip() for text in page.locator("main a, main button").all_inner_texts()]
        assert [text for text in shown if text.startswith(words)] == [], path
        assert faults(page) == [], path
    for path in ("/vendors/new", "/vendors/V-0001/edit", "/flows/F-001/archive", "/organisation/1/edit"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403, path
        expect(page.locator("main, body").first).to_contain_text("not for your role")
        assert faults(page) == [], path
    with company.app.app_context():
        assert session().query(Vendor).filter(Vendor.version > 1).count() == 0


def test_two_browsers_edit_one_vendor_and_neither_loses_anything(company: Company) -> None:
    first, second = company.page_of(Role.VENDOR_MANAGER), company.page_of(Role.CISO)
    for page in (first, second):
        page.goto("/vendors/V-0001/edit")
    first.locator("[name=service]").fill("Letters of the first")
    first.get_by_role("button", name="Save changes").click()
    first.wait_for_url("**/vendors/V-0001")
    second.locator("[name=service]").fill("Letters of the second")
    second.locator("[name=domain]").fill("corvid.example")
    second.get_by_role("button", name="Save changes").click()
    expect(second.locator("body")).to_contain_text("Letters of the first")
    expect(second.locator("body")).to_contain_text("Letters of the second")
    expect(second.locator("body")).to_contain_text("corvid.example")
    assert faults(second) == []
    with company.app.app_context():
        assert session().get(Vendor, "V-0001").service == "Letters of the first"
        session().rollback()
    second.get_by_role("button", name="Save mine").click()
    second.wait_for_url("**/vendors/V-0001")
    with company.app.app_context():
        vendor = session().get(Vendor, "V-0001")
        assert (vendor.service, vendor.domain) == ("Letters of the second", "corvid.example")
        assert vendor.sector == CLEAN.vendors[0].sector


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_accessibility_fault_in_either_scheme(company: Company, scheme: str) -> None:
    page = company.page_of(Role.CISO, color_scheme=scheme)
    for path in ("/", "/quality", "/quality?kind=no_owner", "/vendors/V-0001", "/vendors/V-0001/edit", "/vendors"):
        page.goto(path)
        assert faults(page) == [], path


def test_data_quality_and_home_fit_a_phone(company: Company) -> None:
    page = company.page_of(Role.VENDOR_MANAGER, viewport={"width": 390, "height": 844})
    for path in ("/", "/quality", "/vendors/V-0001"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
