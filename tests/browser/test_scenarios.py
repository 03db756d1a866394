"""Scenarios in a real browser: from an edge of the picture to a saved, compared and printed scenario; also without scripts."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.test_blast import QUESTION, open_page, page, server

__all__ = ["page", "server"]  # fixtures of the blast radius, on the same register

pytestmark = pytest.mark.browser

SAVED = "Corvid without its access"


@pytest.fixture
def plain_page(browser: Browser, server: tuple[str, str]) -> Iterator[Page]:
    """A signed-in page without scripts."""
    opened = open_page(browser, server, java_script_enabled=False)
    yield opened
    opened.context.close()


def save(opened: Page, query: str, name: str) -> None:
    opened.goto(f"{QUESTION}{query}")
    opened.get_by_role("link", name="Save scenario").click()
    opened.get_by_label("Name").fill(name)
    opened.get_by_label("Purpose").fill("A paper for the board")
    opened.get_by_role("button", name="Save scenario").click()
    expect(opened.get_by_role("heading", name=name)).to_be_visible()


def faults(opened: Page) -> list[str]:
    found = Axe().run(opened)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found.response["violations"]]


def test_a_fact_is_looked_at_tried_and_undone_by_keyboard(page: Page) -> None:
    page.goto(f"{QUESTION}&tab=facts")
    page.get_by_role("link", name="What if on A-001").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#look-title")).to_be_focused()
    expect(page.locator("#look-title")).to_have_text("Access A-001")
    page.locator("#try-place").select_option("place:MFA:A-001")
    page.get_by_role("button", name="Try: Put a control on it").press("Enter")
    expect(page.locator(".tried .chip")).to_have_count(1)
    expect(page.locator(".tried .chip")).to_contain_text("MFA is put on access A-001")
    page.get_by_role("link", name="Undo: MFA is put on access A-001").press("Enter")
    expect(page.locator(".tried")).to_have_count(0)


def test_the_picture_leads_to_what_can_be_tried(page: Page) -> None:
    page.goto(QUESTION)
    expect(page.locator("#cy canvas").first).to_be_visible()
    page.locator("#cy").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("w")
    expect(page.locator("#edge-note")).to_be_visible()
    page.locator("#edge-note").get_by_role("link", name="What if …").press("Enter")
    expect(page.locator("[data-look-panel]")).to_be_visible()
    assert "look=" in page.url


def test_own_assumptions_are_typed_marked_and_taken_back(page: Page) -> None:
    page.goto(f"{QUESTION}&tab=assumptions")
    page.locator("#set-cost\\.sigma").fill("0.9")
    page.get_by_role("button", name="Ask with these assumptions").click()
    expect(page.get_by_role("link", name="1 own assumption")).to_be_visible()
    assert "set=cost.sigma%3D0.9" in page.url
    page.get_by_role("link", name="Back to the values in force").click()
    expect(page.get_by_role("link", name="1 own assumption")).to_have_count(0)


def test_finer_figures_leave_what_is_typed_and_pointed_at(page: Page) -> None:
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route(re.compile(r"iterations="), hold)
    page.goto(f"{QUESTION}&seed=77&what_if=cut:A-001&tab=assumptions")
    expect(page.locator("#refining progress")).to_be_visible()
    page.locator("#set-cost\\.sigma").fill("0.9")
    page.locator("summary", has_text="Share").click()
    save_link = page.get_by_role("link", name="Save scenario").element_handle()
    worlds = page.locator("#answer").get_attribute("data-worlds") or ""
    asked.pop().continue_()
    expect(page.locator("#answer")).not_to_have_attribute("data-worlds", worlds)
    assert save_link.evaluate("node => node.isConnected")
    expect(page.locator("#set-cost\\.sigma")).to_have_value("0.9")
    expect(page.locator("[data-part=share]")).to_have_attribute("open", "")


def test_a_scenario_is_saved_compared_and_printed(page: Page) -> None:
    save(page, "&what_if=cut:A-001", SAVED)
    assert faults(page) == []
    with page.expect_download() as taken:
        page.locator("summary", has_text="Share").click()
        page.get_by_role("button", name="One page for the board (PDF)").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF-")
    save(page, "", "Corvid as it is")
    page.goto("/scenarios")
    assert faults(page) == []
    for name in (SAVED, "Corvid as it is"):
        page.get_by_role("checkbox", name=f"Compare {name}").check()
    page.get_by_role("button", name="Compare the ticked ones").click()
    expect(page.locator(".rp-run")).to_have_count(2)
    expect(page.get_by_role("table", name="How the questions differ")).to_contain_text("access A-001 is cut")
    assert faults(page) == []


def test_the_look_panel_and_the_assumptions_have_no_accessibility_fault(page: Page) -> None:
    for query in ("&look=F-001&what_if=cut:A-001", "&tab=assumptions&set=cost.sigma=1.2"):
        page.goto(f"{QUESTION}{query}")
        expect(page.locator("#cy canvas").first).to_be_visible()
        assert faults(page) == []


def test_a_what_if_and_a_scenario_need_no_scripts(plain_page: Page) -> None:
    plain_page.goto(f"{QUESTION}&look=F-001")
    plain_page.locator("#try-protect").select_option("protect:F-001:tokenised")
    plain_page.get_by_role("button", name="Try: Protect it otherwise").click()
    expect(plain_page.locator(".tried .chip")).to_contain_text("flow F-001 is tokenised")
    save(plain_page, "&what_if=protect:F-001:tokenised", "Tokenised")
    expect(plain_page.locator(".rp-run")).to_be_visible()
    plain_page.get_by_role("button", name="Work run 1 out again from its own inputs").click()
    expect(plain_page.locator(".flashes")).to_contain_text("every digit is the same")


def test_a_phone_shows_a_scenario_within_its_width(browser: Browser, server: tuple[str, str]) -> None:
    opened = open_page(browser, server, viewport={"width": 390, "height": 844})
    save(opened, "", "On a phone")
    width = opened.evaluate("document.documentElement.scrollWidth")
    opened.context.close()
    assert width <= 390
