"""What the journeys share: a server with a small register, people signed in, pages that fail on any complaint."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from registry import create_app
from registry.core.actor import Role
from registry.core.db import db
from registry.domain.register.facts import Register
from registry.settings import Settings
from tests.facts.company import small_company
from tests.people import make_person, sign_in
from tests.servers import Missing, chromium

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TOLD_STATUS = "Failed to load resource: the server responded with a status of"


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Start Chromium; without one the test is skipped, and the driver of the suite fails for it."""
    try:
        path = chromium()
    except Missing as reason:
        pytest.skip(str(reason))
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass
class Company:
    """A running registry and the browsers of its people."""

    address: str
    app: Flask
    browser: Browser
    cookies: dict[Role, tuple[str, str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def page_of(self, role: Role, **options: object) -> Page:
        """Open a browser of its own in which the person of a role is signed in."""
        settled = {"viewport": {"width": 1440, "height": 900}, **options}
        context = self.browser.new_context(base_url=self.address, **settled)  # type: ignore[arg-type]
        name, value = self.cookies[role]
        context.add_cookies([{"name": name, "value": value, "url": self.address}])
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        # the browser itself notes answers such as 422 and 409, which journeys ask for on purpose
        if message.type == "error" and not message.text.startswith(TOLD_STATUS):
            self.complaints.append(message.text)


@contextmanager
def running_company(settings: Settings, browser: Browser, register: Register) -> Iterator[Company]:
    """Serve a register; every role has one person, and Mina Manager owns vendors."""
    app = create_app(settings.model_copy(update={"demo": True}))
    cookies: dict[Role, tuple[str, str]] = {}
    with app.app_context():
        small_company(app, register)
        for role in Role:
            client = sign_in(app, make_person("Mina Manager" if role is Role.VENDOR_MANAGER else f"Some {role}", role))
            cookie = client.get_cookie("registry_session") or client.get_cookie("session")
            assert cookie is not None
            cookies[role] = (cookie.key, cookie.value)
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    company = Company(f"http://127.0.0.1:{server.server_port}", app, browser, cookies)
    try:
        yield company
    finally:
        for context in browser.contexts:
            for page in context.pages:
                page.wait_for_load_state("networkidle")
            context.close()
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
    assert company.complaints == []


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page, each with its place."""
    found = Axe().run(page)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found.response["violations"]]
