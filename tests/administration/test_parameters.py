"""The parameters of the model on their settings pages."""

import re

import pytest
from flask import Flask

from registry.administration.queries import parameters_in_force
from registry.core.actor import Role
from tests.facts.company import small_company

KEY = "exposure.holds.bulk"
PAGE = f"/settings/parameters/{KEY}"


@pytest.fixture(autouse=True)
def company(app: Flask) -> None:
    small_company(app)


def version_in(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    return found[1]


def test_every_group_shows_values_with_their_sources(client_as):
    client = client_as(Role.AUDITOR)
    assert "informed by public vendor-breach cases" in client.get("/settings/parameters?group=exposure").text
    assert "constant.control_floor" in client.get("/settings/parameters?group=constant").text
    assert "exposure.pivot.admin" in client.get("/settings/parameters?q=administrator accounts").text


def test_a_change_needs_a_reason_and_is_used_from_then_on(client_as):
    client = client_as(Role.CISO)
    assert client.post(PAGE, data={"value": "0.5", "reason": ""}).status_code == 422
    answer = client.post(PAGE, data={"value": "0.5", "reason": "our own incidents", "version": "0"})
    assert answer.status_code == 303
    assert parameters_in_force().get(KEY).value == 0.5
    assert "our own incidents" in client.get("/settings/parameters?changed=yes").text
    assert "<ins>0.5</ins>" in client.get(PAGE).text


@pytest.mark.parametrize("value", ["2", "-0.1", "a lot", "nan", "inf", "\x00"])
def test_a_value_outside_its_range_is_refused_with_the_range(client_as, value: str):
    answer = client_as(Role.CISO).post(PAGE, data={"value": value, "reason": "x", "version": "0"})
    assert answer.status_code in (400, 422)
    assert parameters_in_force().get(KEY).value == 0.7


def test_a_reset_brings_the_shipped_value_back_and_can_be_changed_again(client_as):
    client = client_as(Role.CISO)
    client.post(PAGE, data={"value": "0.5", "reason": "first", "version": "0"})
    assert client.post(f"{PAGE}/reset").status_code == 303
    assert parameters_in_force().get(KEY).value == 0.7
    assert client.post(PAGE, data={"value": "0.6", "reason": "second", "version": "0"}).status_code == 303
    assert parameters_in_force().get(KEY).value == 0.6


def test_the_second_of_two_editors_is_shown_both_values(client_as):
    client = client_as(Role.CISO)
    client.post(PAGE, data={"value": "0.5", "reason": "first", "version": "0"})
    version = version_in(client.get(PAGE).text)
    assert client.post(PAGE, data={"value": "0.6", "reason": "a", "version": version}).status_code == 303
    stale = client.post(PAGE, data={"value": "0.4", "reason": "b", "version": version})
    assert stale.status_code == 409
    assert "0.6" in stale.text
    assert "0.4" in stale.text


def test_who_may_not_change_sees_no_form_and_is_refused(client_as):
    client = client_as(Role.AUDITOR)
    assert "Change parameter" not in client.get(PAGE).text
    assert client.post(PAGE, data={"value": "0.5", "reason": "x"}).status_code == 403
    assert client.post(f"{PAGE}/reset").status_code == 403


def test_an_unknown_parameter_is_not_found(client_as):
    assert client_as(Role.CISO).get("/settings/parameters/exposure.nonsense").status_code == 404


def test_settings_lead_to_everything_there_is(client_as):
    page = client_as(Role.ADMINISTRATOR).get("/settings").text
    assert "/settings/parameters" in page
    assert "/organisation" in page
