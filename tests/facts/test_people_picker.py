"""An owner is one of us: offered with the form, found by name or address, and never a stranger."""

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from registry.core.actor import Role
from registry.core.db import session
from registry.models import System
from tests.facts.company import small_company
from tests.people import make_person, sign_in


@pytest.fixture
def ada(db_app: Flask):
    db_app.config["WTF_CSRF_ENABLED"] = False
    small_company(db_app)
    return make_person("Ada Ärmel", Role.CISO)


def owner_after(browser, typed: str) -> tuple[int, str, str | None]:
    answer = browser.post("/systems/S-001/edit", data={"name": "CRM", "version": "1", "owner_email": typed})
    return answer.status_code, answer.text, session().scalar(select(System.owner_email))


@pytest.mark.parametrize("typed", ["ADDRESS", "Ada Ärmel", " Ada Ärmel "])
def test_a_name_or_an_address_of_one_of_us_is_an_owner(typed: str, ada, db_app: Flask):
    status, _, owner = owner_after(sign_in(db_app, ada), typed.replace("ADDRESS", ada.email.upper()))
    assert (status, owner) == (303, ada.email)


@pytest.mark.parametrize("typed", ["Charlie", "nobody@example.org", "Ada", "<script>alert(1)</script>", "x" * 9000])
def test_a_stranger_is_no_owner_and_what_was_typed_stays(typed: str, ada, db_app: Flask):
    status, page, owner = owner_after(sign_in(db_app, ada), typed)
    assert (status, owner) == (422, None)
    assert f'value="{escape(typed)}"' in page
    assert "choose somebody from the list" in page


def test_people_are_offered_with_the_form_and_while_typing(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    small_company(app)
    browser = sign_in(app, make_person("Ada", Role.VENDOR_MANAGER))
    ada = make_person("Grace", Role.CISO)
    form = browser.get("/vendors/new").text
    assert 'list="owner_email-offers"' in form
    assert f'<option value="{ada.email}">Grace</option>' in form
    offered = browser.get("/facts/offers?kinds=people&q=grac").get_json()["offers"]
    assert offered == [{"value": ada.email, "label": "Grace"}]


def test_an_owner_who_left_does_not_stand_in_the_way_of_another_change(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    small_company(app)
    browser = sign_in(app, make_person("Ada", Role.CISO))
    kept = {"name": "Corvid Post", "version": "1", "owner_email": "owner@example.test", "lifecycle": "active"}
    page = browser.get("/vendors/V-0001/edit").text
    assert 'value="owner@example.test"' in page
    answer = browser.post("/vendors/V-0001/edit", data={**kept, "relationship": "direct", "posture": "unknown"})
    assert answer.status_code == 303
