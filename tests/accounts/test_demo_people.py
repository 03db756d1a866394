"""The people of the demo: one sign-in per role, with passwords nobody else has."""

from flask import Flask
from sqlalchemy import func, select

from registry.accounts.passwords import refusals
from registry.accounts.service import create_demo_people
from registry.core.actor import Actor, Role
from registry.core.db import session
from registry.core.work import work
from registry.models.accounts import Person


def test_every_role_has_one_sign_in_and_a_random_password(app: Flask, writer):
    app.config["WTF_CSRF_ENABLED"] = False
    with work(Actor.system("demo"), "demo.people") as w:
        accounts = create_demo_people(w, domain="brackwater.example", timezone="Europe/Dublin")
    assert sorted(account.role for account in accounts) == sorted(Role)
    assert len({account.password for account in accounts}) == len(Role)
    assert not any(refusals(account.password, names=(account.name, account.email)) for account in accounts)
    first = accounts[0]
    answer = app.test_client().post("/sign-in", data={"email": first.email, "password": first.password})
    assert answer.status_code == 303
    assert session().scalar(select(func.count()).where(Person.manager_id.is_not(None))) >= 4
