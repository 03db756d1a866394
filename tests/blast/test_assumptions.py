"""Own assumptions of one question, several starts, and everyone who uses a product."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.core.actor import Role
from registry.domain.register.facts import PlatformUse
from registry.domain.register.vocabulary import PlatformUseKind
from tests.blast.conftest import fill, small_register

ASKED = "/blast?start=V-0001&iterations=1024"


@pytest.fixture
def ciso_with_product(app: Flask, client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """A CISO's browser on a register in which two vendors and a system use one product."""
    uses = tuple(
        PlatformUse(code=f"P-00{number}", platform="V-0004", user=user, kind=PlatformUseKind.FILE_TRANSFER)
        for number, user in enumerate(("V-0001", "V-0002", "S-002"), 1)
    )
    fill(replace(small_register(), platform_uses=uses))
    return client_as(Role.CISO)


def test_every_assumption_stands_with_its_source_and_a_field(ciso: FlaskClient) -> None:
    html = ciso.get(f"{ASKED}&tab=assumptions").text
    for key in (
        "cost.model",
        "cost.sigma",
        "exposed_fraction",
        "exposure.pivot.api_read_all",
        "scenario.data_theft.pivot",
    ):
        assert f'name="set.{key}"' in html, key
    assert "exposure.hosting" not in html.partition('id="how"')[0]  # nothing reached by hosting


def test_a_form_without_scripts_leads_to_a_short_address(ciso: FlaskClient) -> None:
    answer = ciso.get(f"{ASKED}&tab=assumptions&set.cost.model=flat_per_record&set.cost.sigma=&set.cost.cap=&set=")
    assert answer.status_code == 302
    assert answer.location == "/blast?start=V-0001&set=cost.model%3Dflat_per_record&iterations=1024&tab=assumptions"


def test_an_own_assumption_changes_the_figures_and_is_marked(ciso: FlaskClient) -> None:
    html = ciso.get(f"{ASKED}&set=cost.model=flat_per_record&tab=assumptions").text
    assert '<tr class="own">' in html
    assert re.search(r'<option value="flat_per_record" selected>', html)
    asked = "/blast.json?start=V-0001&iterations=1024"
    plain = ciso.get(asked).get_json()
    flat = ciso.get(f"{asked}&set=cost.model=flat_per_record").get_json()
    assert plain["cost"]["mean"] != flat["cost"]["mean"]
    assert plain["people"] == flat["people"]


def test_going_back_to_the_values_in_force_is_one_link(ciso: FlaskClient) -> None:
    html = unescape(ciso.get(f"{ASKED}&set=cost.sigma=1.2&tab=assumptions").text)
    assert 'href="/blast?start=V-0001&iterations=1024&tab=assumptions">Back to the values in force' in html


def test_a_wrong_assumption_can_be_ticked_off(ciso: FlaskClient) -> None:
    answer = ciso.get(f"{ASKED}&set=no.such=1")
    assert answer.status_code == 422
    assert 'name="set" value="no.such=1" checked' in answer.text


def test_everyone_who_uses_a_product_is_breached_at_once(ciso_with_product: FlaskClient) -> None:
    html = unescape(ciso_with_product.get("/blast?users_of=V-0004&iterations=1024").text)
    assert "everyone who uses Nowhere Ltd" in html
    together = ciso_with_product.get("/blast.json?start=S-002&start=V-0001&start=V-0002&iterations=1024").get_json()
    asked = ciso_with_product.get("/blast.json?users_of=V-0004&iterations=1024").get_json()
    assert asked["people"] == together["people"]
    assert asked["scenario"]["start"] == ["S-002", "V-0001", "V-0002"]


def test_products_are_offered_with_the_number_of_their_users(ciso_with_product: FlaskClient) -> None:
    assert '<option value="V-0004">Nowhere Ltd (3)</option>' in ciso_with_product.get("/blast").text


def test_a_product_and_a_vendor_can_be_asked_together(ciso_with_product: FlaskClient) -> None:
    html = unescape(ciso_with_product.get("/blast?start=V-0003&users_of=nowhere+ltd&iterations=1024").text)
    assert "everyone who uses Nowhere Ltd" in html
    assert 'href="/blast?start=V-0003&users_of=V-0004' in html


def test_the_command_names_every_start(ciso_with_product: FlaskClient) -> None:
    html = unescape(ciso_with_product.get("/blast?users_of=V-0004&iterations=1024").text)
    assert "--start S-002 --start V-0001 --start V-0002" in html
