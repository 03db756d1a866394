"""The tour: begins by itself in demo mode, is kept per person, walked, skipped and taken again, by plain forms."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from registry import create_app
from registry.core.actor import Role
from registry.core.db import db, session
from registry.models import AuditEntry, TourProgress
from registry.settings import Settings
from registry.tour.steps import STEPS
from tests.blast.conftest import fill, small_register
from tests.people import make_person, sign_in

STRIP = 'class="tour"'


@pytest.fixture
def demo_app(sqlite_settings: Settings) -> Iterator[Flask]:
    """An application in demo mode, with a small register."""
    app = create_app(sqlite_settings.model_copy(update={"demo": True}))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.teardown_request(lambda _error: db.session.remove())
    with app.app_context():
        fill(small_register())
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ciso(demo_app: Flask) -> FlaskClient:
    """The browser of a CISO who never saw the tour."""
    return sign_in(demo_app, make_person("Rosalind", Role.CISO))


def walk(client: FlaskClient) -> list[str]:
    """Press Next until there is none; return the pages one lands on."""
    seen = []
    for step in STEPS[1:]:
        if f'name="step" value="{step.name}"' not in client.get("/").text:
            continue
        answer = client.post("/tour/step", data={"step": step.name}, follow_redirects=True)
        assert answer.status_code == 200
        assert STRIP in answer.text
        seen.append(answer.request.full_path.rstrip("?"))
    return seen


def test_it_begins_by_itself_in_demo_mode_on_whatever_page(ciso: FlaskClient) -> None:
    for path in ("/", "/vendors", "/help"):
        page = ciso.get(path).text
        assert STRIP in page
        assert "Welcome" in page


def test_next_leads_over_the_pages_it_speaks_of(ciso: FlaskClient) -> None:
    expected = ["/vendors", "/vendors/V-0001", "/datamap?at=V-0001", "/blast?start=V-0001", "/quality", "/help"]
    assert walk(ciso) == expected


def test_it_can_be_skipped_and_stays_away_and_taken_again_from_the_help(ciso: FlaskClient) -> None:
    answer = ciso.post("/tour/end", data={"back": "/vendors?q=mail"})
    assert answer.location == "/vendors?q=mail"
    assert STRIP not in ciso.get("/").text
    assert "Take the tour" in ciso.get("/help").text
    assert ciso.post("/tour/start", follow_redirects=True).request.path == "/"
    assert STRIP in ciso.get("/").text


def test_each_person_has_a_tour_of_their_own_that_survives_a_new_sign_in(demo_app: Flask) -> None:
    one, other = make_person("One", Role.AUDITOR), make_person("Other", Role.AUDITOR)
    sign_in(demo_app, one).post("/tour/step", data={"step": "map"})
    assert "The data map" in sign_in(demo_app, one).get("/").text
    assert "Welcome" in sign_in(demo_app, other).get("/").text
    assert session().scalar(select(func.count()).select_from(TourProgress)) == 1


def test_it_leaves_no_audit_entry(demo_app: Flask, ciso: FlaskClient) -> None:
    before = session().scalar(select(func.count()).select_from(AuditEntry))
    walk(ciso)
    ciso.post("/tour/end")
    assert session().scalar(select(func.count()).select_from(AuditEntry)) == before


def test_steps_one_may_not_open_are_left_out(demo_app: Flask) -> None:
    contributor = sign_in(demo_app, make_person("Lucan", Role.CONTRIBUTOR))
    pages = walk(contributor)
    assert "/datamap?at=V-0001" in pages
    assert "/blast?start=V-0001" not in pages


def test_a_step_that_is_none_opens_the_first_and_no_foreign_address_is_followed(ciso: FlaskClient) -> None:
    ciso.post("/tour/step", data={"step": "<script>"})
    assert "Welcome" in ciso.get("/").text
    assert ciso.post("/tour/end", data={"back": "https://evil.test/"}).location == "/"


def test_outside_demo_mode_it_waits_to_be_asked_for(client_as: Callable[..., FlaskClient]) -> None:
    client = client_as(Role.AUDITOR)
    assert STRIP not in client.get("/").text
    client.post("/tour/start")
    assert STRIP in client.get("/").text


def test_a_register_without_vendors_shows_the_list_instead(client_as: Callable[..., FlaskClient]) -> None:
    client = client_as(Role.AUDITOR)
    answer = client.post("/tour/step", data={"step": "vendor"}, follow_redirects=True)
    assert answer.request.path == "/vendors"


def test_nobody_signed_in_sees_no_tour(demo_app: Flask) -> None:
    assert STRIP not in demo_app.test_client().get("/sign-in").text
