"""ASVS 5.0 rows about sign-in, sessions, cookies and keys; each test carries the number of its row."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from registry import create_app
from registry.accounts import service
from registry.core import clock, throttle
from registry.core.access import safe_next
from registry.core.actor import Role
from registry.core.db import session, writing
from registry.core.logs import SECRET_WORDS
from registry.core.secrets import Keyring, SealBroken, fingerprint, new_token
from registry.models.accounts import WebSession
from registry.settings import Settings, SettingsError
from tests.people import PASSWORD, code_now, make_person, session_id_of, sign_in

SECRET = "a secret only for tests, long enough to pass"


@pytest.fixture
def app_now(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_asvs_2_4_1_and_6_3_1_sign_in_attempts_are_limited_per_address(app_now):
    with writing():
        for _ in range(19):
            throttle.take("sign_in.address", "127.0.0.1")
    client = app_now.test_client()
    codes = [
        client.post("/sign-in", data={"email": f"{number}@example.org", "password": "x"}).status_code
        for number in range(3)
    ]
    assert codes == [422, 429, 429]


@pytest.mark.parametrize("public_url", ["https://registry.example.org", "http://127.0.0.1:8000"])
def test_asvs_3_3_cookies_are_bound_to_host_and_transport(tmp_path: Path, public_url):
    app = create_app(Settings(data_dir=tmp_path, secret_key=SECRET, public_url=public_url))
    answer = app.test_client().get("/sign-in", base_url=public_url)
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    is_https = public_url.startswith("https")
    assert cookie.startswith("__Host-") is is_https
    assert ("Secure" in cookie) is is_https


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.test",
        "\\\\evil.test",
        "/\\evil.test",
        "/%09/evil.test",
        "/\t/evil.test",
        "https://evil.test",
        "evil",
        "/%5cevil.test",
        "javascript:alert(1)",
        "/a//evil.test",
        "/\u2028x",
        "/" + "x" * 3000,
    ],
)
def test_asvs_3_7_2_next_leads_to_this_site_only(evil):
    assert safe_next(evil) == ""


def test_asvs_3_7_2_a_planted_next_is_not_followed(app_now):
    make_person("Alice")
    client = app_now.test_client()
    assert 'value="//evil.test"' not in client.get("/sign-in?next=//evil.test").text
    form = {"email": "alice@example.org", "password": PASSWORD, "next": "//evil.test"}
    assert client.post("/sign-in", data=form).location == "/"


@given(st.text())
def test_asvs_3_7_2_whatever_is_let_through_is_a_path(target):
    found = safe_next(target)
    assert found == "" or (found.startswith("/") and found[1:2] not in ("/", "\\") and found == target)


def test_asvs_7_2_4_signing_in_gives_a_new_id_and_voids_a_planted_one(app_now):
    alice, mallory = make_person("Alice"), make_person("Mallory")
    browser = sign_in(app_now, mallory)
    planted = session_id_of(browser)
    browser.post("/sign-out")
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = planted
        cookie["csrf_token"] = "planted"
    browser.post("/sign-in", data={"email": alice.email, "password": PASSWORD})
    assert session_id_of(browser) not in (planted, None)
    with browser.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "planted"


def test_asvs_7_2_3_a_session_id_has_256_bits_and_the_table_holds_its_hash():
    token = new_token()
    assert len(token) == 43
    assert fingerprint(token) != token
    assert len({new_token() for _ in range(1000)}) == 1000


def test_asvs_7_3_1_a_session_ends_when_nobody_clicks(app_now, moment):
    client = sign_in(app_now, make_person("Alice"))
    for minutes, status in ((29, 200), (58, 200), (89, 303)):
        clock.set_clock(app_now.extensions, lambda minutes=minutes: moment + timedelta(minutes=minutes))
        assert client.get("/account").status_code == status


def test_asvs_7_3_2_a_session_ends_after_twelve_hours_whatever_happens(app_now, moment):
    client = sign_in(app_now, make_person("Alice"))
    statuses = []
    for minutes in range(20, 12 * 60 + 40, 20):
        clock.set_clock(app_now.extensions, lambda minutes=minutes: moment + timedelta(minutes=minutes))
        statuses.append(client.get("/account").status_code)
    assert statuses == [200] * 36 + [303]


def test_rows_of_sessions_that_are_over_are_swept_at_the_next_sign_in(app_now, moment):
    alice, bob = make_person("Alice"), make_person("Bob")
    sign_in(app_now, alice)
    clock.set_clock(app_now.extensions, lambda: moment + timedelta(minutes=31))
    app_now.test_client().post("/sign-in", data={"email": bob.email, "password": PASSWORD})
    assert session().scalars(select(WebSession.person_id)).all() == [bob.id]


def test_asvs_7_4_2_disabling_ends_every_session(app_now):
    ada, bob = make_person("Ada", Role.ADMINISTRATOR), make_person("Bob")
    client = sign_in(app_now, bob)
    assert client.get("/account").status_code == 200
    with writing():
        service.disable_person(ada.actor, bob.id)
    assert client.get("/account").status_code == 303


def test_asvs_7_5_1_changing_people_needs_a_sign_in_of_the_last_ten_minutes(app_now, moment):
    ada = make_person("Ada", Role.ADMINISTRATOR)
    client = sign_in(app_now, ada)
    clock.set_clock(app_now.extensions, lambda: moment + timedelta(minutes=11))
    answer = client.get("/people/new")
    assert answer.location == "/sign-in/again?next=/people/new"
    assert client.get("/people").status_code == 200
    before = session_id_of(client)
    wrong = client.post("/sign-in/again", data={"password": PASSWORD})
    assert wrong.status_code == 422, "the code is needed as well"
    form = {"password": PASSWORD, "code": code_now(), "next": "/people/new"}
    assert client.post("/sign-in/again", data=form).location == "/people/new"
    assert session_id_of(client) != before
    assert client.get("/people/new").status_code == 200


def test_asvs_8_3_2_rights_change_with_the_next_click(app_now):
    ada, bob = make_person("Ada", Role.ADMINISTRATOR), make_person("Bob", Role.ADMINISTRATOR)
    client = sign_in(app_now, bob)
    assert client.get("/people").status_code == 200
    with writing():
        command = service.PersonDetails(name="Bob", email=bob.email, roles=frozenset({Role.VENDOR_MANAGER}))
        service.change_person(ada.actor, bob.id, None, command)
    assert sign_in(app_now, bob).get("/people").status_code == 403


def test_asvs_9_1_a_value_sealed_for_one_purpose_opens_no_other():
    ring = Keyring([SECRET])
    sealed = ring.seal("second-factor-seed", "hidden")
    assert ring.unseal("second-factor-seed", sealed) == "hidden"
    with pytest.raises(SealBroken):
        ring.unseal("something-else", sealed)
    with pytest.raises(SealBroken):
        ring.unseal("second-factor-seed", sealed[:-2] + "AA")


def test_asvs_11_3_an_old_secret_opens_but_does_not_seal():
    old, both, new = Keyring(["old " * 10]), Keyring(["new " * 10, "old " * 10]), Keyring(["new " * 10])
    assert both.unseal("seed", old.seal("seed", "x")) == "x"
    assert new.unseal("seed", both.seal("seed", "x")) == "x"
    assert both.is_mark("code", "K7QP", old.mark("code", "K7QP"))
    assert not new.is_mark("code", "K7QP", old.mark("code", "K7QP"))
    assert "old" not in repr(both)


def test_asvs_6_3_2_there_is_no_account_to_begin_with_and_demo_stays_on_this_machine(app_now, tmp_path):
    answer = app_now.test_client().post("/sign-in", data={"email": "admin@example.org", "password": "admin"})
    assert answer.status_code == 422
    with pytest.raises((SettingsError, ValueError), match="DEMO"):
        Settings(data_dir=tmp_path, secret_key=SECRET, demo=True, bind="0.0.0.0")


def test_asvs_13_3_1_no_start_without_a_secret_on_an_open_interface(tmp_path):
    with pytest.raises((SettingsError, ValueError), match="SECRET_KEY"):
        Settings(data_dir=tmp_path, bind="0.0.0.0")


def test_asvs_14_3_1_signing_out_clears_what_the_browser_keeps(app_now):
    answer = sign_in(app_now, make_person("Alice")).post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_asvs_14_3_2_pages_are_not_stored(app_now):
    client = sign_in(app_now, make_person("Alice"))
    for path in ("/account", "/account/sessions", "/sign-in/forgotten"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_asvs_16_2_5_no_password_reaches_the_log(app_now, capfd):
    app_now.test_client().post("/sign-in", data={"email": "x@example.org", "password": "a very secret phrase"})
    told = capfd.readouterr()
    assert "a very secret phrase" not in told.out + told.err
    assert "password" in SECRET_WORDS


def test_a_partial_asked_without_a_session_loads_the_whole_page_anew(app_now):
    answer = app_now.test_client().get("/people", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_sign_in_leads_back_to_where_one_wanted_to_go(app_now):
    assert app_now.test_client().get("/people?q=a").location == "/sign-in?next=/people?q%3Da"
    assert app_now.test_client().post("/people/new").location == "/sign-in", "an act is not repeated"
