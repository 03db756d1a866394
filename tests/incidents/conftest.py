"""A company with a vendor that can be breached, and the people of a response."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.core.actor import Role
from registry.core.db import db, session
from registry.core.permissions import PersonFunction
from registry.models.incidents import Incident, IncidentEntry
from tests.blast.conftest import fill, small_register
from tests.people import make_person, sign_in

DECLARED = {"vendor": "V-0001", "standing": "suspected", "since": "2026-03-02T11:00", "kind": "data_theft"}


@pytest.fixture
def company(app: Flask) -> Flask:
    """The application with the small register in it."""
    app.config["WTF_CSRF_ENABLED"] = False
    fill(small_register())
    return app


@pytest.fixture
def ciso(company: Flask) -> FlaskClient:
    """A CISO's browser."""
    return sign_in(company, make_person("Ines Aldergrove", Role.CISO))


@pytest.fixture
def lawyer(company: Flask) -> FlaskClient:
    """A browser of somebody with the function legal."""
    functions = frozenset({PersonFunction.LEGAL})
    return sign_in(company, make_person("Leo Vantner", Role.CONTRIBUTOR, functions=functions))


@pytest.fixture
def declare(ciso: FlaskClient) -> Callable[..., int]:
    """Declare an incident through the form; gives its number."""

    def send(**given: Any) -> int:
        answer = ciso.post("/incidents/new", data=DECLARED | given)
        assert answer.status_code == 303, answer.text[:900]
        return int(answer.location.rsplit("/", 1)[1])

    return send


def entries(incident_id: int) -> list[IncidentEntry]:
    """The timeline as it is stored, in order."""
    db.session.remove()
    question = select(IncidentEntry).where(IncidentEntry.incident_id == incident_id).order_by(IncidentEntry.number)
    return list(session().scalars(question))


def stored(incident_id: int) -> Incident:
    """The row of an incident."""
    db.session.remove()
    row = session().get(Incident, incident_id)
    assert row is not None
    return row
