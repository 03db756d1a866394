"""Signing in, with and without a second factor, and signing out."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.accounts import passwords, service
from registry.core import clock
from registry.core.actor import Role
from registry.core.db import session, writing
from registry.models.accounts import WebSession
from registry.models.audit import AuditEntry
from tests.people import PASSWORD, code_now, make_person, session_id_of, sign_in


@pytest.fixture
def app_now(db_app: Flask) -> Flask:
    db_app.config["WTF_CSRF_ENABLED"] = False
    return db_app


def enter(client, email, password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def count(model) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model))


def test_a_right_password_opens_a_session_and_leaves_an_audit_entry(app_now):
    alice = make_person("Alice")
    client = app_now.test_client()
    answer = enter(client, " ALICE@example.org ", next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get("/account").status_code == 200
    entry = session().scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (entry.action, entry.actor_id) == ("session.sign_in", alice.id)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app_now):
    make_person("Alice")
    client = app_now.test_client()
    wrong = enter(client, "alice@example.org", "not the one")
    unknown = enter(client, "nobody@example.org", "not the one")
    assert wrong.status_code == unknown.status_code == 422
    assert "is not right" in wrong.text
    assert wrong.text.replace("alice@", "@") == unknown.text.replace("nobody@", "@")


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_every_attempt_costs_one_verification(app_now, monkeypatch, email):
    """By structure and not by the clock: the hash is computed once, whoever is named (ASVS 6.3.8)."""
    make_person("Alice")
    calls = []
    hasher = type(passwords._hasher)
    real = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda *args: calls.append(1) or real(*args))
    enter(app_now.test_client(), email, "not the one")
    assert len(calls) == 1


def test_a_disabled_person_cannot_sign_in_and_is_signed_out(app_now):
    admin, bob = make_person("Ada", Role.ADMINISTRATOR), make_person("Bob")
    browser = sign_in(app_now, bob)
    with writing():
        service.disable_person(admin.actor, bob.id)
    assert browser.get("/account").status_code == 303
    assert enter(app_now.test_client(), bob.email).status_code == 422


def test_a_second_factor_is_asked_after_the_password(app_now):
    make_person("Ada", Role.ADMINISTRATOR)
    client = app_now.test_client()
    answer = enter(client, "ada@example.org", next="/people")
    assert answer.location == "/sign-in/code?next=/people"
    assert client.get("/people").location.startswith("/sign-in?"), "the password alone opens nothing"
    assert client.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    answer = client.post("/sign-in/code", data={"code": code_now(), "next": "/people"})
    assert answer.location == "/people"
    assert client.get("/people").status_code == 200


def test_the_code_page_needs_a_password_of_the_last_ten_minutes(app_now, moment):
    make_person("Ada", Role.ADMINISTRATOR)
    client = app_now.test_client()
    assert client.get("/sign-in/code").location == "/sign-in"
    enter(client, "ada@example.org")
    clock.set_clock(app_now.extensions, lambda: moment + timedelta(minutes=11))
    assert client.post("/sign-in/code", data={"code": code_now()}).location == "/sign-in"


def test_signing_out_ends_the_row_and_not_only_the_cookie(app_now):
    browser = sign_in(app_now, make_person("Alice"))
    kept = session_id_of(browser)
    answer = browser.post("/sign-out")
    assert answer.location == "/sign-in"
    assert count(WebSession) == 0
    thief = app_now.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = kept
    assert thief.get("/account").status_code == 303


def test_a_signed_in_person_is_not_asked_again(app_now):
    browser = sign_in(app_now, make_person("Alice"))
    assert browser.get("/sign-in?next=/account").location == "/account"


def test_seen_is_written_at_most_once_a_minute(app_now, moment):
    browser = sign_in(app_now, make_person("Alice"))
    for seconds, seen in ((30, 0), (61, 61), (90, 61)):
        clock.set_clock(app_now.extensions, lambda seconds=seconds: moment + timedelta(seconds=seconds))
        assert browser.get("/account").status_code == 200
        session().rollback()
        assert session().scalar(select(WebSession.seen_at)) == moment + timedelta(seconds=seen)
