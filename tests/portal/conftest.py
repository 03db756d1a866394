"""Odile at the vendor, who gets an assessment by mail and answers it; Ola, her colleague."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.core import clock
from registry.core.db import session
from registry.core.mailer import compose
from registry.models.mail import Mail
from registry.models.portal import PortalLink
from tests.assessments.conftest import alice, company, key, manager, reviewer, row  # noqa: F401 -- fixtures
from tests.conftest import NOON

ODILE, OLA = "odile@vendor.example.org", "ola@vendor.example.org"


@pytest.fixture
def sent(manager: FlaskClient, key: int) -> int:  # noqa: F811
    """An assessment that Odile was asked to answer, whole."""
    assert send(manager, key).status_code == 303
    return key


@pytest.fixture
def odile(app: Flask, sent: int) -> FlaskClient:
    """Odile's browser, let in."""
    return let_in(app, ODILE)


def send(client: FlaskClient, key: int, *, name: str = "Odile Vendor", email: str = ODILE, **more: object):  # noqa: F811
    data = {"version": str(row(key).version), "name": name, "email": email, "needs_code": "y", **more}
    return client.post(f"/assessments/{key}/recipients", data=data)


def mails(template: str, to: str | None = None) -> list[Mail]:
    session().expire_all()
    found = session().query(Mail).filter_by(template=template).order_by(Mail.id)
    return [each for each in found if to in (None, each.recipient)]


def path_in(mail: Mail) -> str:
    """Return the path of the personal link as it is sent."""
    found = re.search(r"http://127\.0\.0\.1:8000(/portal/\S+)", text_of(mail))
    assert found is not None
    return found[1]


def text_of(mail: Mail) -> str:
    part = compose(mail).get_body(("plain",))
    assert part is not None
    return part.get_content()


def code_in(mail: Mail) -> str:
    found = re.search(r"Your code is (\d{6})\b", text_of(mail))
    assert found is not None
    return found[1]


def open_link(app: Flask, email: str, template: str = "portal_invitation") -> FlaskClient:
    """Open the link that was mailed last; the code is still asked for."""
    client = app.test_client()
    path = path_in(mails(template, email)[-1])
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 303
    return client


def let_in(app: Flask, email: str, template: str = "portal_invitation") -> FlaskClient:
    client = open_link(app, email, template)
    entered = client.post("/portal/code", data={"code": code_in(mails("portal_code", email)[-1])})
    assert entered.location == "/portal/form"
    return client


def link(email: str = ODILE) -> PortalLink:
    session().expire_all()
    return session().query(PortalLink).filter_by(email=email).one()


def at(app: Flask, later: timedelta) -> datetime:
    """Move the clock."""
    moment = NOON + later
    clock.set_clock(app.extensions, lambda: moment)
    return moment


def answer(client: FlaskClient, question: str, value: object, *, version: int = 0, comment: str = ""):
    data = {f"a-{question}": value, f"c-{question}": comment, f"v-{question}": str(version)}
    return client.post(f"/portal/form/answers/{question}", data=data)
