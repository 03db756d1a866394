"""The second factor: codes that work once, recovery codes, who must have one."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from registry.accounts import service
from registry.accounts.second_factor import RECOVERY_CODES, matching_step, new_recovery_codes, normal_code
from registry.accounts.service.second_factors import reset_second_factor
from registry.core import clock
from registry.core.actor import Role
from registry.core.db import db, session, writing
from registry.core.throttle import TooManyAttempts
from registry.models.accounts import RecoveryCode, SecondFactor, WebSession
from registry.models.audit import AuditChange
from registry.settings import Settings
from tests.people import TOTP_SEED, code_now, make_person, session_id_of, sign_in


def set_up(client) -> list[str]:
    page = client.get("/account/second-factor")
    seed = re.search(r'class="code">([A-Z2-7]{32})<', page.text)[1]
    answer = client.post("/account/second-factor", data={"code": pyotp.TOTP(seed).at(int(clock.now().timestamp()))})
    assert answer.status_code == 200, answer.text
    return re.findall(r"<code>([^<]+)</code>", answer.text)


def test_codes_of_the_neighbouring_steps_pass_and_others_do_not(moment):
    totp = pyotp.TOTP(TOTP_SEED)
    for seconds, passes in ((-30, True), (0, True), (29, True), (59, True), (-31, False), (60, False)):
        code = totp.at(int(moment.timestamp()) + seconds)
        assert (matching_step(TOTP_SEED, code, moment) is not None) is passes


def test_typed_codes_may_have_blanks_and_anything_else_is_no_code(moment):
    code = pyotp.TOTP(TOTP_SEED).at(int(moment.timestamp()))
    assert matching_step(TOTP_SEED, f"{code[:3]} {code[3:]}", moment)
    for typed in ("", "٣٤٥٦٧٨", "12345", "é" * 6, "1234567"):
        assert matching_step(TOTP_SEED, typed, moment) is None


def test_recovery_codes_differ_and_are_read_as_typed():
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert normal_code(f" {codes[0].lower().replace('-', ' ')} ") == codes[0].replace("-", "")


def test_asvs_6_5_1_a_code_works_once(db_app: Flask, writer):
    ada = make_person("Ada", Role.ADMINISTRATOR)
    service.check_second_factor(ada.id, code_now())
    with pytest.raises(service.WrongCredentials):
        service.check_second_factor(ada.id, code_now())
    service.check_second_factor(ada.id, code_now(steps=1))
    with pytest.raises(service.WrongCredentials):
        service.check_second_factor(ada.id, code_now())


def test_asvs_6_3_3_a_role_that_demands_a_second_factor_leads_to_setting_it_up(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(app, make_person("Ada", Role.CISO, second_factor=False))
    assert client.get("/people").location.startswith("/account/second-factor")
    codes = set_up(client)
    assert len(codes) == RECOVERY_CODES
    assert client.get("/people").status_code == 200
    assert session().scalar(select(WebSession.strength)) == "second_factor"


def test_setting_up_moves_this_browser_to_a_new_id_and_ends_the_others(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    alice = make_person("Alice")
    client, other = sign_in(app, alice), sign_in(app, alice)
    before = session_id_of(client)
    set_up(client)
    assert session_id_of(client) not in (before, None)
    assert other.get("/account").status_code == 303


def test_demo_mode_asks_for_no_second_factor(app: Flask):
    settings: Settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"demo": True})
    client = sign_in(app, make_person("Ada", Role.ADMINISTRATOR, second_factor=False))
    assert client.get("/people").status_code == 200


def test_asvs_6_4_4_a_recovery_code_signs_in_once(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    alice = make_person("Alice")
    codes = set_up(sign_in(app, alice))
    with writing():
        service.check_second_factor(alice.id, codes[0].lower())
        with pytest.raises(service.WrongCredentials):
            service.check_second_factor(alice.id, codes[0])
        service.check_second_factor(alice.id, codes[1])


def test_new_recovery_codes_end_the_old_ones(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    alice = make_person("Alice")
    client = sign_in(app, alice)
    old = set_up(client)
    new = re.findall(r"<code>([^<]+)</code>", client.post("/account/second-factor/codes").text)
    assert len(new) == RECOVERY_CODES
    assert not set(new) & set(old)
    with writing(), pytest.raises(service.WrongCredentials):
        service.check_second_factor(alice.id, old[0])


def test_guessing_codes_is_counted(db_app: Flask, writer):
    ada = make_person("Ada", Role.ADMINISTRATOR)
    for _ in range(5):
        with pytest.raises(service.WrongCredentials):
            service.check_second_factor(ada.id, "000000")
    with pytest.raises(TooManyAttempts):
        service.check_second_factor(ada.id, code_now())


def test_a_role_that_demands_it_cannot_remove_it_and_others_can(app: Flask, writer):
    ada, alice = make_person("Ada", Role.ADMINISTRATOR), make_person("Alice", second_factor=True)
    with pytest.raises(service.Refused):
        service.remove_second_factor(ada.actor)
    service.remove_second_factor(alice.actor)
    assert db.session.get(SecondFactor, alice.id) is None


def test_an_administrator_resets_a_lost_factor_of_others_only(app: Flask, writer):
    ada, carl = make_person("Ada", Role.ADMINISTRATOR), make_person("Carl", Role.CISO)
    reset_second_factor(ada.actor, carl.id)
    assert db.session.get(SecondFactor, carl.id) is None
    with pytest.raises(service.Refused):
        reset_second_factor(ada.actor, ada.id)


def test_asvs_11_3_neither_seeds_nor_codes_stand_in_the_database_or_its_log(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    codes = set_up(sign_in(app, make_person("Alice")))
    stored = [row.sealed_seed for row in session().scalars(select(SecondFactor))]
    stored += [row.mark for row in session().scalars(select(RecoveryCode))]
    stored += list(session().scalars(select(AuditChange.fields)))
    text = " ".join(stored)
    assert not any(normal_code(code) in text or code in text for code in codes)
    assert TOTP_SEED not in text
    assert all(
        row.sealed_seed not in " ".join(session().scalars(select(AuditChange.fields)))
        for row in session().scalars(select(SecondFactor))
    )


def test_looking_again_offers_the_same_seed(app: Flask, moment):
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(app, make_person("Alice"))
    first = re.search(r'class="code">([A-Z2-7]{32})<', client.get("/account/second-factor").text)[1]
    clock.set_clock(app.extensions, lambda: moment + timedelta(minutes=5))
    assert first in client.get("/account/second-factor").text
