"""Invitations and resets: links that work once and replace nothing but the password."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.accounts import service
from registry.core import clock
from registry.core.actor import Role
from registry.core.db import session, writing
from registry.core.throttle import TooManyAttempts
from registry.models.accounts import OneTimeLink, Person
from tests.people import code_now, make_person, sign_in

NEW = "seven herons on a wet roof"


@pytest.fixture
def app_now(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_an_invited_person_chooses_a_password_and_signs_in(app_now, actor):
    with writing():
        details = service.PersonDetails(name="Iris", email="Iris@Example.org", roles=frozenset({Role.AUDITOR}))
        _, token = service.add_person(actor, details)
    client = app_now.test_client()
    for _ in range(3):
        assert client.get(f"/sign-in/link/{token}").status_code == 200, "looking uses nothing up"
    assert client.post(f"/sign-in/link/{token}", data={"password": "short"}).status_code == 422
    assert client.post(f"/sign-in/link/{token}", data={"password": NEW}).location == "/sign-in"
    assert client.post(f"/sign-in/link/{token}", data={"password": NEW}).status_code == 404
    assert client.post("/sign-in", data={"email": "iris@example.org", "password": NEW}).status_code == 303


def test_asvs_6_4_3_a_reset_never_skips_the_second_factor(app_now):
    ada, carl = make_person("Ada", Role.ADMINISTRATOR), make_person("Carl", Role.CISO)
    with writing():
        token = service.make_link(ada.actor, carl.id)
    client = app_now.test_client()
    client.post(f"/sign-in/link/{token}", data={"password": NEW})
    assert client.post("/sign-in", data={"email": carl.email, "password": NEW}).location == "/sign-in/code"
    assert client.get("/people").status_code == 303
    assert client.post("/sign-in/code", data={"code": code_now()}).location == "/"


def test_using_a_link_ends_every_session_and_every_other_link(app_now):
    ada, alice = make_person("Ada", Role.ADMINISTRATOR), make_person("Alice")
    browser = sign_in(app_now, alice)
    with writing():
        first = service.make_link(ada.actor, alice.id)
        second = service.make_link(ada.actor, alice.id)
    client = app_now.test_client()
    assert client.get(f"/sign-in/link/{first}").status_code == 404, "only the last link told works"
    client.post(f"/sign-in/link/{second}", data={"password": NEW})
    assert browser.get("/account").status_code == 303


def test_a_link_ends_after_a_day(app_now, moment):
    ada, alice = make_person("Ada", Role.ADMINISTRATOR), make_person("Alice")
    with writing():
        token = service.make_link(ada.actor, alice.id)
    clock.set_clock(app_now.extensions, lambda: moment + timedelta(hours=24))
    assert app_now.test_client().get(f"/sign-in/link/{token}").status_code == 404


def test_a_link_of_a_disabled_person_opens_nothing(app_now):
    ada, alice = make_person("Ada", Role.ADMINISTRATOR), make_person("Alice")
    with writing():
        token = service.make_link(ada.actor, alice.id)
        service.disable_person(ada.actor, alice.id)
        with pytest.raises(service.Refused):
            service.make_link(ada.actor, alice.id)
    assert app_now.test_client().get(f"/sign-in/link/{token}").status_code == 404


def test_guessing_links_is_counted_by_address(app_now):
    client = app_now.test_client()
    codes = [client.get(f"/sign-in/link/guess-{number}").status_code for number in range(12)]
    assert codes == [404] * 10 + [429] * 2


def test_making_links_is_counted_by_person(app_now, writer):
    ada, alice = make_person("Ada", Role.ADMINISTRATOR), make_person("Alice")
    for _ in range(3):
        service.make_link(ada.actor, alice.id)
    with pytest.raises(TooManyAttempts):
        service.make_link(ada.actor, alice.id)


def test_asvs_11_5_1_a_link_has_256_bits_and_only_its_hash_is_stored(app_now, writer):
    ada, alice = make_person("Ada", Role.ADMINISTRATOR), make_person("Alice")
    token = service.make_link(ada.actor, alice.id)
    assert len(token) == 43
    assert token not in str([vars(row) for row in session().scalars(select(OneTimeLink))])


def test_a_person_whose_password_is_weak_keeps_the_link(app_now, writer):
    ada, alice = make_person("Ada", Role.ADMINISTRATOR), make_person("Alice Tremaine")
    token = service.make_link(ada.actor, alice.id)
    with pytest.raises(service.Refused, match="tremaine"):
        service.use_link(token, "alice tremaine")
    assert session().scalar(select(OneTimeLink.used_at).where(OneTimeLink.person_id == alice.id)) is None
    service.use_link(token, NEW)
    assert session().get_one(Person, alice.id).password_hash.startswith("$argon2id$")
