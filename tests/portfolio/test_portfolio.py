"""The portfolio: worked out as a job, kept, shown with what moved; its files; who may do what."""

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from registry.core import clock, factstore
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.work import work
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Flow, Organisation, Vendor
from registry.domain.register.vocabulary import Lifecycle, Relationship
from registry.models.jobs import Job
from registry.models.portfolio import PortfolioRun
from registry.portfolio.work import PORTFOLIO
from reports.year_curve import YearCurve, draw_year_curve
from tests.facts.company import REGISTER, small_company
from tests.people import make_person, sign_in

SYSTEM = Actor.system("tests")
VENDORS = (
    Vendor(code="V-0001", name="Corvid Mail"),
    Vendor(code="V-0002", name="=Bluewick <b>CRM</b>", relationship=Relationship.NTH_PARTY),
    Vendor(code="V-0003", name="Perhaps Later", lifecycle=Lifecycle.PROSPECT),
)
FLOWS = (
    *REGISTER.flows,
    Flow(code="F-002", sender="V-0001", recipient="V-0002", dataset="D-001", people_share=0.5),
)


@dataclass
class Run:
    """A job at work, without its process."""

    params: dict[str, Any]
    actor: Actor = SYSTEM
    told: list[float] = field(default_factory=list)

    def progress(self, share: float, _step: str) -> None:
        self.told.append(share)


def work_out(years: int = 640) -> list[float]:
    run = Run({"years": years, "seed": 1})
    outcome = PORTFOLIO.perform(run)
    with writing(), work(SYSTEM, "portfolio.keep") as w:
        outcome(w)
    return run.told


@pytest.fixture
def company(db_app: Flask) -> Flask:
    us = Organisation(name="Brackwater", country="IE", sector="financial", risk_appetite=100_000)
    small_company(db_app, replace(REGISTER, organisation=us, vendors=VENDORS, flows=FLOWS))
    db_app.config["WTF_CSRF_ENABLED"] = False
    return db_app


@pytest.fixture
def ciso(company: Flask, client_as_on: Any) -> Any:
    return client_as_on(company, Role.CISO)


@pytest.fixture
def client_as_on():
    def signed_in(app: Flask, *roles: Role, name: str | None = None):
        return sign_in(app, make_person(name or f"Some {'-'.join(roles)}", *roles))

    return signed_in


def result() -> dict[str, Any]:
    return json.loads(session().query(PortfolioRun).order_by(PortfolioRun.id.desc()).first().result)


def test_before_the_first_run_the_page_says_what_to_do(ciso):
    page = ciso.get("/portfolio").text
    assert "No portfolio was worked out yet" in page
    assert "Work it out" in page


def test_asking_makes_one_job_however_often_the_button_is_pressed(ciso):
    for _ in range(2):
        assert ciso.post("/portfolio/run").status_code == 303
    assert session().query(Job).filter_by(kind="portfolio.run").count() == 1
    assert "being worked out" in ciso.get("/portfolio").text


def test_a_run_is_kept_and_shown_with_its_figures(ciso):
    told = work_out()
    assert told == sorted(told)
    page = ciso.get("/portfolio").text
    assert "is expected to cost" in page
    assert "Corvid Mail" in page
    assert "=Bluewick &lt;b&gt;CRM&lt;/b&gt;" in page
    assert "prospect, not added" in page
    assert "the risk appetite of" in page
    rows = {row["code"]: row for row in result()["vendors"]}
    assert set(rows) == {"V-0001", "V-0002", "V-0003"}
    assert not rows["V-0003"]["counts"]
    assert result()["concentration"][0]["code"] == "V-0002"


def test_the_same_register_gives_the_same_digits(company):
    work_out()
    first = result()
    work_out()
    assert result() == first


def test_a_changed_register_is_said_and_what_moved_is_named(ciso, company, client_as_on):
    work_out()
    with writing(), work(SYSTEM, "flow.change") as w:
        factstore.change(w, "flows", "F-001", None, {"people_share": 0.1})
    assert "The register changed since" in ciso.get("/portfolio").text
    moment = clock.now() + timedelta(days=8)
    clock.set_clock(company.extensions, lambda: moment)
    work_out()
    page = client_as_on(company, Role.CISO, name="Another Officer").get("/portfolio").text
    assert "The register changed since" not in page
    assert "flow F-001" in page
    assert "−" in page.partition('id="moved"')[2]


@pytest.mark.parametrize(
    "sort, first",
    [("name", "=Bluewick"), ("-name", "Perhaps"), ("expected", "Corvid"), ("nonsense", "Corvid"), ("chance", "")],
)
def test_the_league_is_sorted_by_any_column(ciso, sort, first):
    work_out()
    page = ciso.get(f"/portfolio?sort={sort}")
    assert page.status_code == 200
    assert page.text.partition('id="league"')[2].partition("data-open")[2].partition("</a>")[0].count(first)


def test_the_league_is_narrowed_and_hostile_words_find_nothing(ciso):
    work_out()
    assert (
        "Perhaps Later" not in ciso.get("/portfolio?q=corvid").text.partition('id="league"')[2].partition("</table>")[0]
    )
    page = ciso.get("/portfolio?q=%3Cscript%3E&page=99&since=ever")
    assert page.status_code == 200
    assert "No vendor matches" in page.text
    assert "<script>" not in page.text.partition("<main")[2]


def test_files_hold_every_vendor_and_no_formula(ciso):
    work_out()
    book = load_workbook(io.BytesIO(ciso.post("/portfolio/xlsx").data))
    assert book.sheetnames == ["League", "Concentration", "Curve"]
    cells = [cell for row in book["League"].iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert book["League"].max_row == 1 + 3
    assert "'=Bluewick" in ciso.post("/portfolio/csv").text
    assert ciso.post("/portfolio/json").json == result()


def test_who_may_see_and_who_may_ask(company, client_as_on):
    work_out()
    auditor = client_as_on(company, Role.AUDITOR)
    page = auditor.get("/portfolio")
    assert page.status_code == 200
    assert "Work it out again" not in page.text
    assert auditor.post("/portfolio/run").status_code == 403
    assert client_as_on(company, Role.CONTRIBUTOR).get("/portfolio").status_code == 403


def test_a_register_without_vendors_is_refused_in_words(db_app):
    with pytest.raises(InvalidScenario, match="nothing to rank"):
        work_out()


def test_the_curve_stays_in_its_frame_and_falls():
    rows = [[0.0, 0.9, 0.8, 1.0], [1e4, 0.8, 0.6, 0.9], [1e6, 0.3, 0.1, 0.6], [5e8, 0.01, 0.0, 0.05]]
    drawn = draw_year_curve(
        YearCurve(annual=rows, occurrence=[row[:2] for row in rows], appetite=1e6, appetite_label="<appetite>")
    )
    path = next(each for each in drawn.iter() if each.get("class") == "annual").get("d", "")
    points = [tuple(float(part) for part in point.split()) for point in path.removeprefix("M").split("L")]
    assert points == sorted(points)
    assert [y for _, y in points] == sorted(y for _, y in points)
    assert all(0 <= x <= 760 and 0 <= y <= 240 for x, y in points)
    assert b"&lt;appetite&gt;" in ET.tostring(drawn)
