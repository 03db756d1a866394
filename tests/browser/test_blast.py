"""The blast radius in a real browser: ask, read, select, cut, play, by mouse and keyboard, without one policy violation."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from registry import create_app
from registry.core.actor import Role
from registry.core.db import db
from registry.settings import Settings
from tests.blast.conftest import fill, small_register
from tests.people import make_person, sign_in

pytestmark = pytest.mark.browser

QUESTION = "/blast?start=V-0001"


def cookie_of(app: Flask) -> str:
    """Sign a CISO in and return what their browser would keep."""
    client = sign_in(app, make_person("Ines Aldergrove", Role.CISO))
    cookie = client.get_cookie("registry_session") or client.get_cookie("session")
    assert cookie is not None
    return f"{cookie.key}={cookie.value}"


@pytest.fixture
def server(sqlite_settings: Settings) -> Iterator[tuple[str, str]]:
    """Serve the small register; gives the address and the cookie of a CISO."""
    app = create_app(sqlite_settings.model_copy(update={"demo": True}))
    with app.app_context():
        fill(small_register())
        cookie = cookie_of(app)
        db.session.remove()
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", cookie
    running.shutdown()
    thread.join()
    running.server_close()
    with app.app_context():
        db.engine.dispose()


def open_page(browser: Browser, server: tuple[str, str], **options: object) -> Page:
    address, cookie = server
    name, _, value = cookie.partition("=")
    context = browser.new_context(base_url=address, **{"viewport": {"width": 1440, "height": 900}, **options})  # type: ignore[arg-type]
    context.add_cookies([{"name": name, "value": value, "url": address}])
    return context.new_page()


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


def test_the_picture_is_drawn_and_refined_without_a_violation(page: Page) -> None:
    page.goto(QUESTION)
    expect(page.locator("#cy canvas").first).to_be_visible()
    expect(page.locator("#curve svg")).to_be_visible()
    expect(page.locator("#refining progress")).to_have_count(0, timeout=20_000)


def test_a_row_lights_its_route_and_the_address_keeps_it(page: Page) -> None:
    page.goto(QUESTION)
    page.locator("#reached tr[data-key='S-001'] td").nth(1).click()
    expect(page.locator("#reached tr[data-key='S-001']")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#picture-says")).to_contain_text("CRM")
    assert "select=S-001" in page.url


def test_the_picture_is_walked_by_keyboard(page: Page) -> None:
    page.goto(QUESTION)
    page.locator("#cy").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#reached tr[aria-selected=true]")).to_have_count(1)
    page.keyboard.press("+")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(page.locator("#reached tr[aria-selected=true]")).to_be_focused()


def test_trying_a_cut_shows_before_and_after_and_can_be_undone(page: Page) -> None:
    page.goto(QUESTION)
    page.get_by_role("link", name="Try: Cut access A-001").click()
    expect(page.locator(".whatif")).to_contain_text("A-001")
    expect(page.locator("#reached s").first).to_be_visible()
    page.get_by_role("link", name="Undo: access A-001 is cut").click()
    expect(page.locator(".whatif")).to_have_count(0)


def test_tabs_change_the_panel_and_the_address_only(page: Page) -> None:
    page.goto(QUESTION)
    page.locator(".panel .tabs").get_by_role("link", name="Facts").click()
    expect(page.locator("#panel tr[data-fact='A-001']")).to_be_visible()
    assert "tab=facts" in page.url


def test_hops_are_played_one_by_one(page: Page) -> None:
    page.goto(QUESTION)
    play = page.get_by_role("button", name="Play hop by hop")
    play.click()
    expect(page.locator(".stage .dim").first).to_be_attached()
    expect(page.locator("#play")).to_have_text("Stop")
    page.locator("#play").click()
    expect(page.locator(".stage .dim")).to_have_count(0)


def test_find_selects_a_thing(page: Page) -> None:
    page.goto(QUESTION)
    page.locator("#find-node").fill("crm")
    expect(page.locator("#reached tr[data-key='S-001']")).to_have_attribute("aria-selected", "true")


def test_hostile_labels_stay_text_in_the_picture(page: Page) -> None:
    page.goto("/blast?start=V-0002")
    expect(page.locator(".stage .layer text", has_text="<script>alert").first).to_be_attached()


def test_a_phone_gets_a_layout_of_its_own(browser: Browser, server: tuple[str, str]) -> None:
    opened = open_page(browser, server, viewport={"width": 390, "height": 844})
    with opened.expect_response(lambda response: "picture.json" in response.url):
        opened.goto(QUESTION)
    width = opened.evaluate("document.documentElement.scrollWidth")
    opened.context.close()
    assert width <= 390


def test_without_scripts_the_page_answers_as_well(browser: Browser, server: tuple[str, str]) -> None:
    opened = open_page(browser, server, java_script_enabled=False)
    opened.goto(QUESTION)
    expect(opened.locator("#picture-static")).to_be_visible()
    expect(opened.locator("#reached tbody tr").first).to_be_visible()
    opened.locator(".panel .tabs a", has_text="Money").click()
    expect(opened.locator("#panel")).to_contain_text("Half of such breaches cost more than")
    opened.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_accessibility_fault(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(QUESTION)
    expect(page.locator("#cy canvas").first).to_be_visible()
    found = Axe().run(page)
    faults = [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found.response["violations"]]
    assert faults == []
