"""The data map in a real browser: look, walk by keyboard, follow a thing and a fact, without one policy violation."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_blast import open_page, server

__all__ = ["server"]

pytestmark = pytest.mark.browser

AROUND = "/datamap?at=V-0001"


@pytest.fixture
def page(browser: Browser, server: tuple[str, str]) -> Iterator[Page]:
    """A signed-in page; any complaint on its console, such as a policy violation, fails the test."""
    complaints: list[str] = []
    opened = open_page(browser, server)
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.context.close()
    assert complaints == []


def test_the_map_is_drawn_and_says_what_a_row_is(page: Page) -> None:
    page.goto("/datamap")
    expect(page.locator("#cy canvas").first).to_be_visible()
    expect(page.locator("#map-static")).to_be_hidden()
    page.locator(".map-table tr[data-key='S-001']").focus()
    expect(page.locator("#map-says")).to_contain_text("CRM (S-001)")


def test_the_map_is_walked_by_keyboard_in_the_order_of_the_table(page: Page) -> None:
    page.goto(AROUND)
    canvas = page.locator("#cy")
    expect(page.locator("#cy canvas").first).to_be_visible()
    canvas.focus()
    first = page.locator(".map-table tr[data-key]").first.get_attribute("data-key")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#map-says")).to_contain_text(f"({first})")
    page.keyboard.press("+")
    page.keyboard.press("0")
    page.keyboard.press("f")
    expect(page).to_have_url(re.compile(rf"/datamap\?at={first}"))
    expect(page.locator("#cy canvas").first).to_be_visible()
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/(datasets|systems|vendors|segments)/"))


def test_a_click_on_a_thing_opens_its_page(page: Page) -> None:
    page.goto("/datamap?at=V-0001&way=goes")
    expect(page.locator("#cy canvas").first).to_be_visible()
    data = json.loads(page.locator("#map-data").inner_text())
    x, y = next((x, y) for key, _, _, x, y, *_ in data["nodes"] if key == "V-0003")
    moved = page.locator("#map svg.layer g").get_attribute("transform") or ""
    left, top, zoom = (float(number) for number in re.findall(r"-?[\d.]+", moved))
    box = page.locator("#cy").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + left + x * zoom, box["y"] + top + y * zoom)
    expect(page.locator("#map-says")).to_contain_text("(V-0003)")
    page.mouse.click(box["x"] + left + x * zoom, box["y"] + top + y * zoom)
    expect(page).to_have_url(re.compile(r"/vendors/V-0003"))


def test_things_are_found_in_the_picture_and_on_the_map(page: Page) -> None:
    page.goto("/datamap")
    expect(page.locator("#cy canvas").first).to_be_visible()
    page.locator("#find-thing").fill("billing")
    expect(page.locator("#map-says")).to_contain_text("Billing (S-002)")
    page.locator("#at").fill("corv")
    expect(page.locator("#things option")).to_have_count(1)
    page.locator("#at").fill("V-0001")
    page.locator("#at").press("Enter")
    expect(page).to_have_url(re.compile(r"/datamap\?at=V-0001$"))
    expect(page.locator("#cy canvas").first).to_be_visible()
    page.locator("#way").select_option("reaches")
    expect(page).to_have_url(re.compile(r"way=reaches"))
    expect(page.locator(".say")).to_contain_text("could reach")


def test_without_scripts_things_and_facts_are_links(browser: Browser, server: tuple[str, str]) -> None:
    opened = open_page(browser, server, java_script_enabled=False)
    opened.goto(AROUND)
    expect(opened.locator("#map-static")).to_be_visible()
    opened.locator("#map-static a[href='/vendors/V-0001'] text").click()
    expect(opened).to_have_url(re.compile(r"/vendors/V-0001"))
    opened.goto(AROUND)
    opened.locator(".map-table .tabs a", has_text="Facts").click()
    expect(opened.locator("tr[data-line]").first).to_be_visible()
    opened.context.close()


def test_a_phone_scrolls_nothing_sideways(browser: Browser, server: tuple[str, str]) -> None:
    opened = open_page(browser, server, viewport={"width": 390, "height": 844})
    opened.goto(AROUND)
    expect(opened.locator("#cy canvas").first).to_be_visible()
    width = opened.evaluate("document.documentElement.scrollWidth")
    opened.context.close()
    assert width <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/datamap", "/datamap?at=V-0001&way=reaches&tab=lines&category=user.name"])
def test_the_map_has_no_accessibility_fault(page: Page, scheme: str, path: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path)
    expect(page.locator("#cy canvas").first).to_be_visible()
    found = Axe().run(page)
    faults = [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found.response["violations"]]
    assert faults == []
