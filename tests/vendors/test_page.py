"""A vendor's page: its sentence, tabs and rail, for every role, for hostile names, at a steady number of queries."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import event

from registry.core.actor import Actor, Role
from registry.core.db import db, writing
from registry.core.factstore import create
from registry.core.work import work
from registry.demo.company import build_company
from registry.domain.register.facts import Register
from registry.vendors.page import next_items
from registry.vendors.surroundings import surroundings
from tests.facts.company import small_company
from tests.quality.registers import CLEAN, spoiled

TABS = ("summary", "data", "access", "subvendors", "platforms", "papers", "controls", "comments", "history")
HOSTILE = {
    "markup": "<img src=x onerror=alert(1)>",
    "attribute": "\" onmouseover=alert(1) x='",
    "template": "{{ 7 * 7 }} {% raw %}",
    "formula": "=cmd|' /C calc'!A0",
    "right to left": "\u202egnp.exe\u202c مزود",
    "emoji": "\U0001f469\u200d\U0001f467 \U0001d518 \ufdfd",
    "address": "javascript:alert(1)",
    "long": "W" * 200,
}


@pytest.fixture
def demo(app: Flask) -> Register:
    register = build_company(date(2026, 3, 2))
    small_company(app, register)
    return register


@pytest.mark.parametrize("role", list(Role))
def test_every_tab_opens_for_everybody_and_offers_only_what_they_may(demo: Register, client_as, role: Role):
    client = client_as(role)
    for tab in TABS:
        answer = client.get(f"/vendors/V-0001?tab={tab}")
        assert answer.status_code == 200, tab
        assert ("/vendors/V-0001/edit" in answer.text) == (role in {Role.CISO, Role.ADMINISTRATOR}), tab
        current = re.findall(r'<a href="([^"]*)" aria-current="page">', answer.text)
        assert any(link.endswith("V-0001" if tab == "summary" else f"tab={tab}") for link in current), tab


def test_the_sentence_tells_what_is_registered(app: Flask, client_as):
    small_company(app, CLEAN)
    page = " ".join(client_as(Role.CISO).get("/vendors/V-0001").text.split())
    assert "holds data on <b>500 people</b>" in page
    assert "can get into <b>1 of our systems</b>" in page
    assert "notice <b>24&#8239;h</b>" in page
    platform = " ".join(client_as(Role.AUDITOR).get("/vendors/V-0003").text.split())
    assert "holds no data of ours and has no way into our systems, as far as is registered" in platform


def test_tabs_count_what_they_hold(app: Flask, client_as):
    small_company(app, CLEAN)
    page = client_as(Role.CISO).get("/vendors/V-0001").text
    tabs = dict(re.findall(r">([A-Z][a-z A-Z-]+)<span>(\d+)</span></a>", page))
    assert tabs["Data it holds"] == "1"
    assert tabs["Access"] == "1"
    assert tabs["Sub-vendors"] == "1"
    assert tabs["Contracts and evidence"] == "3"


@pytest.mark.parametrize(
    "tab", ["nonsense", "", "../../etc/passwd", "<script>", "blast.html", "_rail", "🔥", "a" * 500]
)
def test_an_unknown_tab_is_the_summary(app: Flask, client_as, tab: str):
    small_company(app, CLEAN)
    answer = client_as(Role.CISO).get("/vendors/V-0001", query_string={"tab": tab})
    assert answer.status_code == 200
    assert 'href="/vendors/V-0001" aria-current="page"' in answer.text
    assert "<script>" not in re.sub(r"<script (type|src)", "", answer.text)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_kept_and_stays_text_everywhere(app: Flask, client_as, name: str):
    register = spoiled("vendors", name=name, service=name, legal_name=name, tags=("x", name[:40].replace(";", "")))
    small_company(app, replace(register, organisation=replace(CLEAN.organisation, name=name)))
    client = client_as(Role.CISO)
    paths = ["/vendors", "/flows", "/access", "/quality", "/", "/search?q=V-0001", "/blast?start=V-0001", "/contracts"]
    paths += [f"/vendors/V-0001?tab={tab}" for tab in TABS] + ["/vendors/V-0001/edit", "/vendors/V-0001/archive"]
    paths += [
        "/flows/F-001",
        "/flows/F-001/edit",
        "/systems/S-001",
        "/vendors/V-0001/breach",
    ]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<img src=x" not in answer.text, path
        assert not _attributes(answer.text) & {"onmouseover", "onerror"}, path
        assert 'href="javascript:' not in answer.text.lower(), path
    typed = client.get("/vendors/V-0001/edit").text
    found = re.search(r'name="name"[^>]*value="([^"]*)"', typed) or re.search(r'value="([^"]*)"[^>]*name="name"', typed)
    assert found is not None
    assert unescape(found[1]) == name


def test_what_has_a_date_comes_in_order_with_what_is_late(app: Flask):
    late, soon = date(2026, 1, 5), date(2026, 4, 1)
    register = spoiled("certificates", expires=late)
    register = replace(register, contracts=(replace(CLEAN.contracts[0], ends=soon, notice_days=14),))
    register = replace(register, access=(replace(CLEAN.access[0], last_review=None),))
    small_company(app, register)
    with app.test_request_context():
        items = sorted(next_items(surroundings("V-0001"), date(2026, 3, 2)), key=lambda item: item.day or date.min)
    assert [(item.day, item.is_late) for item in items] == [(None, True), (late, True), (date(2026, 3, 18), False)]
    assert "never reviewed" in items[0].words
    assert "notice" in items[2].words


def test_dates_at_the_ends_of_the_calendar_do_no_harm(app: Flask, client_as):
    register = spoiled("access", last_review=date.max)
    register = replace(register, contracts=(replace(CLEAN.contracts[0], ends=date.min, notice_days=9e8),))
    small_company(app, register)
    assert client_as(Role.CISO).get("/vendors/V-0001").status_code == 200


def test_an_archived_vendor_says_so_and_can_only_be_restored(app: Flask, client_as):
    small_company(app, CLEAN)
    with writing(), work(Actor.system("tests"), "vendor.add") as w:
        code = create(w, "vendors", {"name": "Short Lived"})
    ada = client_as(Role.CISO)
    assert ada.post(f"/vendors/{code}/archive").status_code == 303
    page = ada.get(f"/vendors/{code}").text
    assert "Archived" in page
    assert "Restore vendor" in page
    assert f"/vendors/{code}/edit" not in page
    assert code not in ada.get("/vendors").text
    assert ada.post(f"/vendors/{code}/restore").status_code == 303
    assert code in ada.get("/vendors").text


def test_a_vendor_that_others_rest_on_says_who_and_stays(app: Flask, client_as):
    small_company(app, CLEAN)
    ada = client_as(Role.CISO)
    page = ada.get("/vendors/V-0001/archive").text
    assert "cannot be archived yet" in page
    assert "/flows/F-001" in page
    assert "/access/A-001" in page
    answer = ada.post("/vendors/V-0001/archive")
    assert answer.status_code == 409
    assert "F-001" in answer.text
    assert "Restore vendor" not in ada.get("/vendors/V-0001").text


def test_the_breach_sentence_and_picture_come_on_demand(app: Flask, client_as):
    small_company(app, CLEAN)
    ada = client_as(Role.CISO)
    assert "and cost" in ada.get("/vendors/V-0001/breach").text
    assert "<svg" in ada.get("/vendors/V-0001/picture").text
    assert ada.get("/vendors/V-9999/breach").status_code == 404
    assert client_as(Role.CONTRIBUTOR).get("/vendors/V-0001/breach").status_code == 403


def test_the_page_costs_the_same_whatever_is_registered(app: Flask, client_as):
    small_company(app, CLEAN)
    ada = client_as(Role.CISO)
    for tab in ("summary", "papers"):
        path = f"/vendors/V-0001?tab={tab}"
        ada.get(path)
        few = _queries(ada, path)
        with writing(), work(Actor.system("tests"), "flow.add") as w:
            for _ in range(15):
                flow = {"sender": "S-001", "recipient": "V-0001", "dataset": "D-001", "legal_basis": "contract"}
                create(w, "flows", flow)
                create(w, "contacts", {"vendor": "V-0001", "email": "a@b.example"})
                create(w, "placements", {"control": "MFA", "fact": "A-001"})
        ada.get(path)
        assert _queries(ada, path) == few, tab


def _queries(client, path: str) -> int:
    seen: list[str] = []

    def listener(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", listener)
    assert client.get(path).status_code == 200
    event.remove(db.engine, "before_cursor_execute", listener)
    return len(seen)


class _Attributes(HTMLParser):
    """Collects the names of all attributes, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- the parser's signature
        self.names.update(name for name, _ in attrs)


def _attributes(page: str) -> set[str]:
    parser = _Attributes()
    parser.feed(page)
    return parser.names
