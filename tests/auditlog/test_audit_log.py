"""The audit log as a person reads it."""

import re

import pytest
from flask import Flask
from sqlalchemy import event, text

from registry.auditlog import queries
from registry.core import factstore
from registry.core.actor import Role
from registry.core.db import db, writing
from registry.core.work import work
from tests.people import make_person, sign_in

HOSTILE = '<img src=x onerror=alert(1)> & "quotes"'


@pytest.fixture
def register(db_app: Flask, actor, writer) -> str:
    db_app.config["WTF_CSRF_ENABLED"] = False
    with work(actor, "vendor.create") as w:
        code = factstore.create(w, "vendors", {"name": HOSTILE})
    with work(actor, "vendor.change") as w:
        factstore.change(w, "vendors", code, 1, {"name": "Corvid Mail"})
    return str(code)


@pytest.fixture
def auditor(register, db_app: Flask):
    return sign_in(db_app, make_person("Dora", Role.AUDITOR))


def test_an_entry_shows_who_did_what_with_before_and_after(auditor, register):
    page = auditor.get(f"/audit-log?subject={register}").text
    assert "Alice Example" in page
    assert "vendor.change" in page
    assert re.search(r"<del>\s*&lt;img src=x onerror=alert\(1\)&gt; &amp; &#34;quotes&#34;\s*</del>", page)
    assert re.search(r"<ins>\s*Corvid Mail\s*</ins>", page)
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 3),
        ({"action": "vendor"}, 2),
        ({"action": "vendor.change"}, 1),
        ({"action": "100%"}, 0),
        ({"actor": "7"}, 2),
        ({"actor": "system"}, 1),
        ({"actor": "nobody"}, 0),
        ({"subject": "V-0001"}, 2),
        ({"subject": "vendor:V-0001"}, 2),
        ({"subject": "system:V-0001"}, 0),
        ({"subject": "person:DORA"}, 1),
    ],
)
def test_filters_narrow_the_log(db_app, register, filters, count):
    dora = make_person("Dora", Role.AUDITOR)
    filters = {name: value.replace("DORA", str(dora.id)) for name, value in filters.items()}
    assert len(queries.acts(queries.Filters(**filters)).acts) == count


def test_days_are_whole_days(auditor, register):
    for query, shown in (
        ("since=2026-03-02", True),
        ("since=2026-03-03", False),
        ("until=2026-03-02", True),
        ("until=2026-03-01", False),
    ):
        assert ("vendor.change" in auditor.get(f"/audit-log?{query}").text) is shown


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=2026-13-40",
        "before=abc",
        "before=99999999999999999999",
        "after=-1",
        "actor=999999999999999999999",
        "subject=%00",
        "until=9999-12-31",
        "subject=:&action=%27",
    ],
)
def test_any_bytes_in_the_address_end_in_a_page(auditor, query):
    assert auditor.get(f"/audit-log?{query}").status_code in (200, 400)


def test_pages_go_back_and_forth(db_app, auditor, actor):
    with writing():
        for number in range(120):
            with work(actor, "tests.note") as w:
                w.note(number=number)
    first = queries.acts(queries.Filters(action="tests."))
    second = queries.acts(queries.Filters(action="tests."), before=first.older)
    third = queries.acts(queries.Filters(action="tests."), before=second.older)
    assert [len(page.acts) for page in (first, second, third)] == [50, 50, 20]
    assert (first.newer, third.older) == (None, None)
    assert queries.acts(queries.Filters(action="tests."), after=second.newer).acts == first.acts
    assert queries.acts(queries.Filters(action="tests."), after=third.newer).acts == second.acts
    assert "Next 50" in auditor.get("/audit-log?action=tests.").text


def test_a_page_costs_as_many_queries_for_one_entry_as_for_fifty(db_app, register, actor):
    def cost() -> int:
        statements = []
        listener = lambda *_args: statements.append(1)  # noqa: E731 -- needed by name to be removed
        event.listen(db.engine, "before_cursor_execute", listener)
        queries.acts(queries.Filters())
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(statements)

    few = cost()
    with writing():
        for number in range(60):
            with work(actor, "vendor.change") as w:
                factstore.change(w, "vendors", "V-0001", None, {"name": f"Name {number}"})
    assert cost() == few


def test_an_entry_with_many_changes_shows_some_and_says_how_many(db_app, auditor, actor):
    with writing(), work(actor, "tests.many") as w:
        for number in range(12):
            factstore.create(w, "systems", {"name": f"System {number}"})
    page = queries.acts(queries.Filters(action="tests.many"))
    assert (page.acts[0].change_count, len(page.acts[0].changes), page.acts[0].more) == (12, 4, 8)
    assert len(queries.act(page.acts[0].seq).changes) == 12
    assert auditor.get(f"/audit-log/{page.acts[0].seq}").status_code == 200
    assert auditor.get("/audit-log/999999").status_code == 404


def test_the_history_of_one_fact_is_newest_first(register):
    lines = queries.history_of("vendor", register)
    assert [line.what for line in lines] == ["vendor: change", "vendor: create"]
    assert ("name", HOSTILE, "Corvid Mail") in lines[0].changes


def test_secrets_of_people_are_marked_as_changed_and_never_shown(db_app, register):
    dora = make_person("Dora", Role.CISO)
    seq = queries.acts(queries.Filters(subject=f"person:{dora.id}")).acts[0].seq
    page = sign_in(db_app, dora).get(f"/audit-log/{seq}").text
    assert "password hash" in page
    assert "argon2" not in page


def test_an_auditor_verifies_the_log_and_that_is_recorded(auditor, register):
    answer = auditor.post("/audit-log/verify")
    assert "The audit log is whole" in answer.text
    assert "audit.verify" in auditor.get("/audit-log").text


def test_an_altered_log_is_named(db_app, auditor, register):
    if db.engine.dialect.name == "sqlite":
        with writing(), db.engine.begin() as connection:
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
            connection.execute(text("UPDATE audit_entry SET actor = 'Mallory' WHERE seq = 2"))
    else:
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("UPDATE audit_entry SET actor = 'Mallory' WHERE seq = 2"))
    answer = auditor.post("/audit-log/verify")
    assert "Entry 2" in answer.text
    assert "was altered" in answer.text


def test_a_head_kept_elsewhere_is_compared_and_nonsense_is_refused(auditor, register):
    assert "Entry 1 is not the one" in auditor.post("/audit-log/verify", data={"head": f"1:{'0' * 64}"}).text
    assert auditor.post("/audit-log/verify", data={"head": "nonsense"}).status_code == 303


def test_reading_needs_the_permission(db_app, register):
    assert sign_in(db_app, make_person("Vera", Role.VENDOR_MANAGER)).get("/audit-log").status_code == 403
