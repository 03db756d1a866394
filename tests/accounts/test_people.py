"""People as the administrator keeps them, and what each may do about themselves."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.accounts import service
from registry.core import clock
from registry.core.actor import Role
from registry.core.db import db, session, writing
from registry.core.errors import StaleVersion
from registry.core.permissions import PersonFunction
from registry.models.accounts import Deputy, Person, WebSession
from registry.models.audit import AuditEntry
from tests.people import PASSWORD, make_person, session_id_of, sign_in

HOSTILE = '<script>alert("x")</script> \'; DROP TABLE person; -- {{ 7*7 }} \u202e'


@pytest.fixture
def app_now(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def ada(app_now):
    return make_person("Ada", Role.ADMINISTRATOR)


def details(**changes):
    given = {
        "name": "Bob",
        "email": "bob@example.org",
        "roles": ["vendor_manager"],
        "manager_id": "",
        "locale": "en_GB",
        "timezone": "UTC",
    }
    return given | changes


def stored(person_id) -> Person:
    db.session.remove()
    return session().get_one(Person, person_id)


def test_adding_a_person_shows_an_invitation_once(app_now, ada):
    client = sign_in(app_now, ada)
    answer = client.post("/people/new", data=details(functions=["legal", "privacy"], manager_id=str(ada.id)))
    assert "/sign-in/link/" in answer.text
    bob = session().scalar(select(Person).where(Person.email == "bob@example.org"))
    assert (bob.roles, bob.functions, bob.manager_id) == (("vendor_manager",), ("legal", "privacy"), ada.id)
    assert "/sign-in/link/" not in client.get(f"/people/{bob.id}").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "ada@example.org"}, "already signs in"),
        ({"email": "no address"}, "@-sign"),
        ({"name": "  "}, "name is needed"),
        ({"roles": []}, "at least one role"),
        ({"roles": ["auditor", "administrator"]}, "cannot be joined"),
        ({"roles": ["emperor"]}, "choice"),
        ({"timezone": "Mars/Olympus"}, "choice"),
    ],
)
def test_a_bad_field_is_said_and_nothing_typed_is_lost(app_now, ada, changes, sentence):
    answer = sign_in(app_now, ada).post("/people/new", data=details(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session().scalar(select(func.count()).select_from(Person)) == 1
    if "name" not in changes:
        assert 'value="Bob"' in answer.text


def test_a_hostile_name_is_stored_faithfully_and_shown_escaped(app_now, ada):
    client = sign_in(app_now, ada)
    client.post("/people/new", data=details(name=HOSTILE))
    page = client.get("/people").text
    assert session().scalar(select(Person.name).where(Person.email == "bob@example.org")) == HOSTILE
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_new_rights_act_at_once_and_sign_the_person_out(app_now, ada):
    bob = make_person("Bob")
    browser = sign_in(app_now, bob)
    client = sign_in(app_now, ada)
    client.post(f"/people/{bob.id}/edit", data=details(roles=["auditor"], version="1"))
    assert stored(bob.id).roles == ("auditor",)
    assert browser.get("/account").status_code == 303


def test_a_new_name_alone_signs_nobody_out(app_now, ada):
    bob = make_person("Bob")
    browser = sign_in(app_now, bob)
    sign_in(app_now, ada).post(f"/people/{bob.id}/edit", data=details(name="Bobby", version="1"))
    assert stored(bob.id).name == "Bobby"
    assert browser.get("/account").status_code == 200


def test_two_administrators_do_not_overwrite_each_other(app_now, ada):
    bob = make_person("Bob")
    client = sign_in(app_now, ada)
    client.post(f"/people/{bob.id}/edit", data=details(name="First", version="1"))
    answer = client.post(f"/people/{bob.id}/edit", data=details(name="Second", version="1"))
    assert answer.status_code == 409
    assert "First" in answer.text
    assert "Second" in answer.text
    assert stored(bob.id).name == "First"


def test_the_last_administrator_stays_one(app_now, ada, writer):
    other = make_person("Olga", Role.ADMINISTRATOR)
    service.disable_person(ada.actor, other.id)
    mine = service.PersonDetails(name="Ada", email=ada.email, roles=frozenset({Role.CISO}))
    with pytest.raises(service.Refused, match="only administrator"):
        service.change_person(ada.actor, ada.id, None, mine)
    with pytest.raises(service.Refused, match="own account"):
        service.disable_person(ada.actor, ada.id)


def test_managers_never_stand_in_a_circle(app_now, ada, writer):
    alice, bob = make_person("Alice"), make_person("Bob")

    def under(person, manager_id):
        command = service.PersonDetails(name=person.name, email=person.email, roles=person.roles, manager_id=manager_id)
        service.change_person(ada.actor, person.id, None, command)

    under(alice, bob.id)
    with pytest.raises(service.Refused, match="own manager"):
        under(bob, alice.id)
    with pytest.raises(service.Refused, match="own manager"):
        under(alice, alice.id)


def test_a_stale_version_is_refused_by_the_service(app_now, ada, writer):
    profile = service.Profile(name="Ada B", locale="en_GB", timezone="UTC")
    service.change_profile(ada.actor, 1, profile)
    with pytest.raises(StaleVersion):
        service.change_profile(ada.actor, 1, profile)


def test_deputies_are_named_for_days_and_ended(app_now, ada):
    alice, bob = make_person("Alice"), make_person("Bob")
    client = sign_in(app_now, ada)
    form = {"deputy_id": str(bob.id), "starts": "2026-03-01", "ends": "2026-03-31"}
    assert client.post(f"/people/{alice.id}/deputies", data=form).status_code == 303
    row = session().scalar(select(Deputy))
    assert (row.person_id, row.deputy_id, row.ends) == (alice.id, bob.id, date(2026, 3, 31))
    assert "31 Mar" in client.get(f"/people/{alice.id}").text
    assert client.post(f"/people/{alice.id}/deputies", data=form | {"ends": "2026-02-01"}).status_code == 422
    assert client.post(f"/people/{alice.id}/deputies", data=form | {"deputy_id": str(alice.id)}).status_code == 422
    client.post(f"/people/{bob.id}/deputies/{row.id}/end")
    assert session().scalar(select(func.count()).select_from(Deputy)) == 1, "only on the page it belongs to"
    client.post(f"/people/{alice.id}/deputies/{row.id}/end")
    assert session().scalar(select(func.count()).select_from(Deputy)) == 0


def test_people_are_found_by_name_and_address(app_now, ada):
    make_person("Alice Tremaine")
    client = sign_in(app_now, ada)
    assert "Alice Tremaine" in client.get("/people?q=TREM").text
    assert "Alice Tremaine" not in client.get("/people?q=%25").text
    assert "Alice Tremaine" in client.get("/people?q=alice.tremaine@").text


def test_an_administrator_signs_a_person_out_everywhere(app_now, ada):
    bob = make_person("Bob")
    browsers = [sign_in(app_now, bob) for _ in range(3)]
    assert sign_in(app_now, ada).post(f"/people/{bob.id}/end-sessions").status_code == 303
    assert [browser.get("/account").status_code for browser in browsers] == [303] * 3


def test_a_person_ends_one_or_all_other_browsers_of_their_own(app_now):
    alice, bob = make_person("Alice"), make_person("Bob")
    here, there, elsewhere, of_bob = (sign_in(app_now, who) for who in (alice, alice, alice, bob))
    ids = session().scalars(select(WebSession.id_hash).where(WebSession.person_id == bob.id)).all()
    here.post("/account/sessions/end", data={"session": ids[0]})
    assert of_bob.get("/account").status_code == 200, "nobody ends the session of another"
    page = there.get("/account/sessions").text
    assert page.count("End this sign-in") == 2
    here.post("/account/sessions/end")
    assert [client.get("/account").status_code for client in (here, there, elsewhere)] == [200, 303, 303]


def test_changing_the_password_asks_for_the_present_one_and_ends_the_others(app_now):
    alice = make_person("Alice")
    here, there = sign_in(app_now, alice), sign_in(app_now, alice)
    before = session_id_of(here)
    new = "nine quiet otters by noon"
    assert here.post("/account/password", data={"current": "wrong", "password": new}).status_code == 422
    assert here.post("/account/password", data={"current": PASSWORD, "password": PASSWORD}).status_code == 422
    assert here.post("/account/password", data={"current": PASSWORD, "password": new}).status_code == 303
    assert session_id_of(here) != before
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 303)
    assert app_now.test_client().post("/sign-in", data={"email": alice.email, "password": new}).status_code == 303


def test_a_profile_is_saved_and_says_what_others_decide(app_now, ada):
    client = sign_in(app_now, ada)
    form = {"name": "Ada Quill", "locale": "de_DE", "timezone": "Europe/Berlin", "version": "1"}
    assert client.post("/account", data=form | {"roles": "ciso", "email": "x@example.org"}).status_code == 303
    row = stored(ada.id)
    assert (row.name, row.timezone, row.roles, row.email) == (
        "Ada Quill",
        "Europe/Berlin",
        ("administrator",),
        ada.email,
    )


def test_every_act_on_people_is_in_the_audit_log(app_now, ada):
    bob = make_person("Bob", functions=frozenset({PersonFunction.LEGAL}))
    with writing():
        service.disable_person(ada.actor, bob.id)
        service.enable_person(ada.actor, bob.id)
        service.unlock(ada.actor, bob.id)
        service.make_link(ada.actor, bob.id)
    actions = session().scalars(select(AuditEntry.action).where(AuditEntry.actor_id == ada.id).order_by(AuditEntry.seq))
    assert list(actions) == ["person.disable", "person.enable", "person.unlock", "person.make_link"]


def test_a_locked_account_is_unlocked_by_an_administrator(app_now, ada):
    alice = make_person("Alice")
    stranger = app_now.test_client()
    for _ in range(6):
        last = stranger.post("/sign-in", data={"email": alice.email, "password": "guess"})
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) == 60
    with writing():
        service.unlock(ada.actor, alice.id)
    assert stranger.post("/sign-in", data={"email": alice.email, "password": PASSWORD}).status_code == 303


def test_a_known_browser_is_not_locked_out_by_a_stranger(app_now, moment):
    alice = make_person("Alice")
    own, stranger = app_now.test_client(), app_now.test_client()
    assert own.post("/sign-in", data={"email": alice.email, "password": PASSWORD}).status_code == 303
    own.post("/sign-out")
    for _ in range(6):
        stranger.post("/sign-in", data={"email": alice.email, "password": "guess"})
    assert stranger.post("/sign-in", data={"email": alice.email, "password": PASSWORD}).status_code == 429
    assert own.post("/sign-in", data={"email": alice.email, "password": PASSWORD}).status_code == 303
    clock.set_clock(app_now.extensions, lambda: moment + timedelta(minutes=2))
    assert stranger.post("/sign-in", data={"email": alice.email, "password": PASSWORD}).status_code == 303


def test_the_permission_matrix_is_shown_to_everybody(app_now):
    page = sign_in(app_now, make_person("Cleo", Role.CONTRIBUTOR)).get("/settings/permissions").text
    assert "own vendors" in page
    assert "Vendor manager" in page
