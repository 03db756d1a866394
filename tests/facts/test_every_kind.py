"""Every kind of fact has working pages: list, new, show, edit and the save of an unchanged form."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from registry.core.actor import Role
from registry.core.db import db, session
from registry.core.kinds import KINDS
from registry.demo.company import build_company
from registry.facts.desk import desk_of
from tests.facts.company import small_company

WITH_PAGES = [name for name in KINDS if name != "parameters"]


@pytest.fixture
def demo(app: Flask) -> Flask:
    small_company(app, build_company(date(2026, 3, 2)))
    return app


def typed_in(page: str) -> dict[str, str]:
    """Return what the form of a page would post unchanged."""
    form = page[page.index('class="fields"') :]
    fields = {
        name: unescape(value) for name, value in re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form)
    }
    for name, body in re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        fields[name] = unescape(body)
    for name, body in re.findall(r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        fields[name] = unescape(chosen[1]) if chosen else ""
    return fields


def test_each_kind_lists_shows_and_saves_an_unchanged_fact(demo: Flask, client_as):
    client = client_as(Role.CISO)
    for name in WITH_PAGES:
        of, desk = KINDS[name], desk_of(name)
        assert desk is not None, name
        row = session().scalars(select(of.model).order_by(getattr(of.model, of.key_field))).first()
        assert row is not None, name
        before, key = of.values_of(row), getattr(row, of.key_field)
        base = client.get(f"/{name.replace('_', '-')}").text
        assert "</table>" in base, name
        url = f"/{name.replace('_', '-')}/{key}"
        assert client.get(url).status_code == 200, name
        page = client.get(f"{url}/edit")
        assert page.status_code == 200, name
        saved = client.post(f"{url}/edit", data=typed_in(page.text))
        assert saved.status_code == 303, (name, re.findall(r"<p class=.error.*?</p>|<li>.*?</li>", saved.text))
        session().expire_all()
        assert of.values_of(session().get(of.model, key)) == before, name
        assert client.get(f"/{name.replace('_', '-')}/new").status_code == 200, name


def test_hostile_words_stay_text_on_every_page(app: Flask, client_as):
    small_company(app)
    client = client_as(Role.CISO)
    hostile = "<img src=x onerror=alert(1)>\"'\u202e"
    answer = client.post("/systems/new", data={"name": hostile})
    assert answer.status_code == 303
    for path in (answer.location, "/systems", f"{answer.location}/edit", f"{answer.location}/archive"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<img src=x" not in page.text


def test_parts_stand_on_the_page_of_the_whole(demo: Flask, client_as):
    page = client_as(Role.CISO).get("/segments/G-01").text
    assert "Jurisdiction shares" in page
    assert "/jurisdictions/new?segment=G-01" in page
    assert "/jurisdictions/new" not in client_as(Role.AUDITOR).get("/segments/G-01").text


def test_a_part_returns_to_the_page_of_the_whole(demo: Flask, client_as):
    client = client_as(Role.CISO)
    answer = client.post("/coverage/new", data={"dataset": "D-001", "segment": "G-08", "share": "1"})
    assert answer.location == "/datasets/D-001" or answer.status_code == 422


def test_the_queries_of_every_list_do_not_grow_with_its_rows(demo: Flask, client_as):
    client = client_as(Role.CISO)
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: seen.append(statement))

    def queries(path: str) -> int:
        seen.clear()
        assert client.get(path).status_code == 200
        return len(seen)

    grown, full = [], 0
    for name in WITH_PAGES:
        desk = desk_of(name)
        assert desk is not None, name
        path, usual = f"/{name.replace('_', '-')}", desk.list.page_size
        client.get(path)  # what is worked out once for all pages
        many = queries(path)
        object.__setattr__(desk.list, "page_size", 1)
        one = queries(path)
        object.__setattr__(desk.list, "page_size", usual)
        full += session().scalar(select(func.count()).select_from(KINDS[name].model)) > 1
        if many != one:
            grown.append(f"{name}: {one} queries for one row, {many} for all")
    assert full > 12
    assert grown == []
