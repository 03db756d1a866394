"""Generated from the routes and the permission matrix: what a new route must obey without anybody thinking of it."""

from collections.abc import Iterable

import pytest
from flask import Flask
from sqlalchemy import select

from registry.core.access import declaration_of, may
from registry.core.actor import Role
from registry.core.db import db, session
from registry.core.permissions import PERMISSION_ROWS, ROLE_PERMISSIONS, Permission
from registry.core.work import BOOKKEEPING_TABLES
from registry.models import Base
from tests.people import make_person, sign_in
from tests.security.walk import Way, ways

PORTAL = (
    "look", "come_in", "code", "give_code", "another", "leave", "form", "save", "print", "answer", "files", "give",
    "detach", "file", "hand_on", "hand_on_to", "take_back", "submit", "hand_in", "receipt",
    "offline", "compare", "workbook", "apply",
)  # fmt: skip
# Open to everybody: the static files, health, and what comes before the sign-in. A new one is a decision.
PUBLIC = {
    "static",
    "health.alive",
    "health.ready",
    "accounts.sign_in",
    "accounts.sign_in_code",
    "accounts.forgotten",
    "accounts.link",
    "reminders.feed",  # a secret address, for calendar programs
    "reminders.why",  # a secret address, in the foot of a mail
    "reminders.unsubscribe",
    *(f"portal.{name}" for name in PORTAL),  # vendors' contacts have a session of their own
    "incidents.told",  # a secret address, in a mail about an incident
    "incidents.told_move",
}


def test_every_endpoint_declares_who_may_call_it(app: Flask):
    silent = [endpoint for endpoint in app.view_functions if declaration_of(app, endpoint) is None]
    assert not silent, f"add @needs(Permission...) or @public: {silent}"


def test_the_open_endpoints_are_the_ones_we_know(app: Flask):
    opened = {endpoint for endpoint in app.view_functions if _permission(app, endpoint) is None}
    assert opened <= PUBLIC, f"open to everybody without a decision: {opened - PUBLIC}"


def test_every_permission_has_one_row_in_the_matrix():
    assert sorted(row.permission for row in PERMISSION_ROWS) == sorted(Permission)


def test_an_auditor_holds_no_permission_that_changes_anything():
    changing = {row.permission for row in PERMISSION_ROWS if row.changes}
    assert not changing & ROLE_PERMISSIONS[Role.AUDITOR].keys()


def test_an_auditor_reads_everything_but_legal_notes():
    reading = {
        row.permission for row in PERMISSION_ROWS if not row.changes and row.permission != Permission.METRICS_READ
    }
    assert reading <= ROLE_PERMISSIONS[Role.AUDITOR].keys()


@pytest.mark.parametrize("role", list(Role))
def test_asvs_8_2_1_each_role_gets_what_the_matrix_says(app: Flask, role: Role):
    """Refused exactly where the matrix refuses; and nothing fails, whoever asks."""
    app.config["WTF_CSRF_ENABLED"] = False
    someone = make_person("Some One", role)
    wrong = []
    for way in _closed(app):
        answer = sign_in(app, someone).open(way.path, method=way.method)
        permission = _permission(app, way.endpoint)
        assert permission is not None
        if (answer.status_code == 403) == may(someone.actor, permission) or answer.status_code >= 500:
            wrong.append(f"{way}: {answer.status_code}")
    assert not wrong


def test_asvs_8_1_1_a_stranger_is_sent_to_the_sign_in(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answers = {str(way): client.open(way.path, method=way.method) for way in _closed(app)}
    wrong = [
        way
        for way, answer in answers.items()
        if answer.status_code != 303 or not answer.location.startswith("/sign-in")
    ]
    assert not wrong


def test_asvs_3_5_1_every_unsafe_route_refuses_without_a_token(app: Flask):
    client = sign_in(app, make_person("Ada", Role.ADMINISTRATOR))
    wrong = [
        str(way) for way in ways(app) if not way.is_safe and client.open(way.path, method=way.method).status_code != 400
    ]
    assert not wrong


def test_asvs_3_5_3_no_get_changes_a_row_outside_the_bookkeeping_tables(app: Flask):
    someone = make_person("Ada", Role.ADMINISTRATOR)
    client = sign_in(app, someone)
    before = _everything()
    for way in ways(app, known={"person_id": someone.id, "seq": 1}):
        if way.is_safe:
            client.open(way.path, method=way.method)
    assert _everything() == before


def _closed(app: Flask) -> Iterable[Way]:
    return [way for way in ways(app) if _permission(app, way.endpoint) is not None]


def _permission(app: Flask, endpoint: str) -> Permission | None:
    declared = declaration_of(app, endpoint)
    return declared.permission if declared else None


def _everything() -> dict[str, list[tuple[object, ...]]]:
    db.session.remove()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in BOOKKEEPING_TABLES]
    return {table.name: sorted(map(repr, session().execute(select(table)))) for table in tables}
