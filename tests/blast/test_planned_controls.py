"""Planned controls stand among what would help, with the saving that trying them as in place shows."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.blast.asking import ask
from registry.blast.question import Question
from registry.core.actor import Role
from registry.core.register import current
from registry.domain.register.facts import Placement
from registry.domain.register.vocabulary import ControlState
from tests.blast.conftest import fill, small_register

PLANNED = Placement(control="MFA", fact="A-001", coverage=1.0, state=ControlState.PLANNED_FUNDED, cost_once=10_000.0)


@pytest.fixture
def ciso(app: Flask, client_as: Callable[..., FlaskClient]) -> FlaskClient:
    fill(replace(small_register(), placements=(PLANNED,)))
    return client_as(Role.CISO)


def test_a_planned_control_saves_what_it_saves_as_a_what_if(ciso: FlaskClient) -> None:
    question = Question(start=("V-0001",), iterations=2048)
    shown = ask(current(), question, first_worlds=2048, is_hasty=True).answered
    tried = ask(current(), replace(question, what_ifs=("upgrade:MFA:A-001",)), first_worlds=2048).answered
    (effect,) = shown.controls or ()
    assert effect.saving == pytest.approx(shown.radius.cost.mean - tried.radius.cost.mean)
    page = ciso.get("/blast?start=V-0001&iterations=2048").text
    assert "on A-001, planned, funded" in page
    assert "what_if=upgrade:MFA:A-001" in page


def test_the_first_answer_does_not_wait_for_them_and_says_where_they_are(ciso: FlaskClient) -> None:
    page = ciso.get("/blast?start=V-0001").text
    assert "on A-001, planned, funded" not in page
    assert "data-later" in page
    assert "Work it out" in page
