"""The plan within a budget, the columns of the league that need the graph, and public breaches beside our own."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.dutyrules import shipped_in_force
from registry.core.register import current
from registry.core.work import work
from registry.domain.exposure.exposure import build
from registry.domain.portfolio.budget import plan_year
from registry.domain.portfolio.portfolio import Question
from registry.domain.register.facts import OrganisationRole, Placement
from registry.domain.register.vocabulary import ControlState, ScenarioKind
from registry.models.jobs import Job, JobState
from registry.portfolio.budget import BUDGET
from registry.portfolio.reach import reach_of_vendors
from registry.reference.load import shipped_parameters
from tests.blast.conftest import fill, small_register
from tests.portfolio.test_portfolio import Run, work_out

SYSTEM = Actor.system("tests")
DAY = date(2026, 3, 2)


def planned(fact: str, control: str, cost: float | None, *, is_funded: bool) -> Placement:
    state = ControlState.PLANNED_FUNDED if is_funded else ControlState.PLANNED_UNFUNDED
    return Placement(control=control, fact=fact, coverage=1.0, state=state, cost_once=cost)


REGISTER = replace(
    small_register(),
    organisation_roles=(OrganisationRole(role="controller"),),
    placements=(
        planned("A-001", "MFA", 20_000.0, is_funded=True),
        planned("F-001", "MFA", 900_000.0, is_funded=False),
        planned("A-002", "MFA", None, is_funded=False),
    ),
)


@pytest.fixture
def ciso(app: Flask, client_as: Callable[..., FlaskClient]) -> FlaskClient:
    fill(REGISTER)
    return client_as(Role.CISO)


def plan_for(amount: float) -> dict[str, Any]:
    run = Run({"amount": amount})
    result = BUDGET.perform(run)  # type: ignore[arg-type]
    assert isinstance(result, dict)
    return result


def test_the_plan_takes_what_fits_and_shows_it(ciso: FlaskClient) -> None:
    asked = ciso.post("/portfolio/plan", data={"amount": "50 000"}, follow_redirects=True)
    assert "is being worked out" in asked.text
    result = plan_for(50_000.0)
    assert result["best"]["chosen"] == (0,)
    assert result["best"]["loss"] < result["before"]
    assert result["is_proven"]
    assert [row["fact"] for row in result["candidates"]] == ["A-001", "F-001"]  # an unknown cost is not nothing
    assert result["curve"][0] == [0.0, result["before"]]
    assert result["funded"]["loss"] == result["best"]["loss"]
    asked_of_model = plan_year(current().register, shipped_parameters(), Question(as_of=clock.today()), budget=50_000.0)
    assert asked_of_model.plan.best.loss == result["best"]["loss"]
    assert list(asked_of_model.alone) == [row["saves"] for row in result["candidates"]]
    with writing(), work(SYSTEM, "job.settle") as w:
        row = w.session.query(Job).filter_by(kind="portfolio.plan").one()
        row.state, row.finished_at = JobState.DONE, w.now
        row.result = json.dumps(result)
    session().expire_all()
    page = ciso.get("/portfolio/plan").text
    assert "1 of 2 planned controls" in page
    assert "A-002" in page  # without a cost
    work_out(64)
    book = load_workbook(io.BytesIO(ciso.post("/portfolio/xlsx").data))
    assert [row[3].value for row in book["Plan within a budget"].iter_rows(min_row=2)][-2:] == ["A-001", "F-001"]


@pytest.mark.parametrize("typed", ["", "much", "-5", "1e99", "9" * 20])
def test_a_bad_amount_is_named_and_kept(ciso: FlaskClient, typed: str) -> None:
    answer = ciso.post("/portfolio/plan", data={"amount": typed})
    assert answer.status_code == 422
    assert "Amount: give a number" in answer.text
    assert f'value="{typed}"' in answer.text


def test_datasets_and_first_duty_of_each_vendor_are_what_it_can_reach(app: Flask) -> None:
    graph = build(REGISTER, shipped_parameters(), kind=ScenarioKind.DATA_THEFT, as_of=DAY)
    found = reach_of_vendors(REGISTER, graph, DAY, shipped_in_force())
    assert found["V-0001"]["datasets"] == 2
    assert found["V-0004"] == {"datasets": 0, "first_duty": None}
    assert found["V-0001"]["first_duty"]["hours"] == 72.0


def test_the_league_shows_them_and_the_sectors(ciso: FlaskClient) -> None:
    work_out(64)
    page = ciso.get("/portfolio?sort=datasets").text
    assert "First duty" in page
    assert "GDPR Art. 33(1)" in page
    assert "No public breach is imported yet" in page
    assert "no cyber insurance of our own is entered" in page
    home = ciso.get("/").text
    assert "We expect to lose" in home
    assert "Vendors by expected loss" in home
