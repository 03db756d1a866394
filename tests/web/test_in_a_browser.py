"""The shell in a real browser: no policy violation, no accessibility fault, keyboard, and figures as Python writes them."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Blueprint
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from registry import create_app
from registry.core import factstore, formats
from registry.core.access import needs
from registry.core.actor import Actor, Role
from registry.core.db import db, writing
from registry.core.listing import Choice, Column, FilterKind, Format, ListSpec
from registry.core.listviews import show_list
from registry.core.permissions import Permission
from registry.core.work import work
from registry.models.vendors import Vendor
from tests.browser.journeys import started_browser
from tests.people import PASSWORD, make_person

pytestmark = pytest.mark.browser

VENDORS = ListSpec(
    name="vendors",
    one="vendor",
    many="vendors",
    model=Vendor,
    key=Vendor.code,
    order="name",
    search=(Vendor.name,),
    columns=(
        Column(key="name", label="Vendor", expression=Vendor.name, format=Format.NAME, sort=Vendor.name_key),
        Column(
            key="country",
            label="Where",
            expression=Vendor.country,
            filter=FilterKind.CHOICE,
            choices=(Choice("IE", "Ireland"), Choice("DE", "Germany")),
        ),
    ),
    row_url=lambda code: f"/vendors/{code}",
)


@pytest.fixture
def address(sqlite_settings) -> Iterator[str]:
    """A server in demo mode with one list of three vendors and one vendor manager."""
    app = create_app(sqlite_settings.model_copy(update={"demo": True}))
    blueprint = Blueprint("seen", __name__)

    @needs(Permission.FACTS_READ)
    def index():
        return show_list(VENDORS, "list.html", export_url="/x", bulk_url="/y")

    @needs(Permission.FACTS_READ)
    def show(code):
        return f"<!doctype html><title>{code}</title>"

    blueprint.add_url_rule("/seen", "index", index)
    if "vendors.show" not in app.view_functions:
        blueprint.add_url_rule("/vendors/<code>", "show", show)
    app.register_blueprint(blueprint)
    with app.app_context():
        with writing(), work(Actor.system("tests"), "vendor.add") as w:
            for name, country in (("Corvid Mail", "IE"), ("Sablewick Payments", "DE"), ("Orrelby Cloud", "IE")):
                factstore.create(w, "vendors", {"name": name, "country": country})
        make_person("Mina Manager", Role.VENDOR_MANAGER)
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def page(address) -> Iterator[Page]:
    """A signed-in browser; anything on its console fails the test."""
    complaints: list[str] = []
    with started_browser() as browser:
        opened = browser.new_page(base_url=address, viewport={"width": 1280, "height": 800})
        opened.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto("/sign-in")
        opened.fill("[name=email]", "mina.manager@example.org")
        opened.fill("[name=password]", PASSWORD)
        opened.click("main button[type=submit]")
        opened.wait_for_selector("h1.title")
        yield opened
        # a request still on its way when the browser closes is told as a fault by htmx
        opened.wait_for_load_state("networkidle")
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_accessibility_fault(page, scheme):
    page.emulate_media(color_scheme=scheme)
    for path in ("/", "/_patterns", "/seen", "/seen?q=zzz", "/search?q=corvid", "/help/glossary"):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path} {scheme}\n{found.generate_report()}"


def test_a_list_is_searched_filtered_and_walked_with_the_keyboard(page):
    page.goto("/seen")
    page.keyboard.press("/")
    page.keyboard.type("or")
    expect(page.locator("#list-count")).to_have_text("2 found")
    assert page.url.endswith("/seen?q=or")
    page.click("summary.chip.add")
    page.select_option("select[name=country]", "IE")
    expect(page.locator("#list-chips .chip")).to_have_count(1)
    assert page.url.endswith("/seen?q=or&country=IE")
    page.keyboard.press("Escape")
    page.focus("tbody tr:first-child")
    page.keyboard.press("x")
    assert "1 selected" in page.inner_text(".prov")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vendors/V-0003")


def test_the_theme_is_kept_without_the_servers_help(page):
    page.goto("/")
    page.click("[data-theme-switch]")
    chosen = page.evaluate("document.documentElement.dataset.theme")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == chosen == "dark"


def test_a_list_works_without_scripts(page, address):
    context = page.context.browser.new_context(
        base_url=address, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto("/seen")
    plain.fill("#list-q", "corvid")
    plain.click(".filters form[role=search] > button[type=submit]")
    expect(plain.locator("#list-count")).to_have_text("1 found")
    context.close()


def test_scripts_write_figures_as_python_does(page):
    values = [0, 37, 999, 1000, 4_100, 90_000, 999_600, 2_412_345, 14_800_000, 3.2e9, -41_000, 0.5]
    chances = [0, 0.0001, 0.004, 0.061, 0.41, 0.9999, 1]
    ranges = [[900_000, 3_100_000], [1_120_000, 195_000_000], [8_400, 3_100_000], [1, 20]]
    page.goto("/")
    written = page.evaluate(
        """async ([values, chances, ranges]) => {
            const f = await import('/static/js/format.js');
            return [values.map(f.short), chances.map(c => f.percent(c)), ranges.map(r => f.spread(...r))];
        }""",
        [values, chances, ranges],
    )
    assert written[0] == [formats.short(value) for value in values]
    assert written[1] == [formats.percent(chance) for chance in chances]
    assert written[2] == [formats.spread(*both) for both in ranges]
