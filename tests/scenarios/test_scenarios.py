"""Saved scenarios: the same digits again, today's register with what moved named, side by side, talked about, taken along."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.jobrun import JobRun
from registry.core.work import work
from registry.domain.register.facts import Dataset, Register
from registry.models.audit import AuditEntry
from registry.models.jobs import Job
from registry.models.scenarios import RegisterCopy, SavedScenario, ScenarioRun
from registry.reference.load import shipped_parameters
from registry.scenarios import service
from registry.scenarios.copies import Inputs, pack, unpack
from registry.scenarios.moved import moved_facts
from tests.blast.conftest import HOSTILE, fill, small_register
from tests.people import make_person, sign_in

ASKED = "start=V-0001&iterations=1024&seed=7"


@pytest.fixture
def filled(app: Flask) -> Flask:
    """The application with the small register in it."""
    app.config["WTF_CSRF_ENABLED"] = False
    fill(small_register())
    return app


@pytest.fixture
def ciso(filled: Flask) -> FlaskClient:
    """A CISO's browser."""
    return sign_in(filled, make_person("Ines Aldergrove", Role.CISO))


@pytest.fixture
def save(ciso: FlaskClient) -> Callable[..., int]:
    """Save a scenario through the form and return its number."""

    def send(query: str = ASKED, **given: Any) -> int:
        form = {"name": "Corvid is breached", "purpose": "Board", "question": query, **given}
        answer = ciso.post(f"/scenarios/new?{query}", data=form)
        assert answer.status_code == 303, answer.text[:800]
        return int(answer.location.rsplit("/", 1)[1].partition("?")[0])

    return send


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:600]
    return unescape(answer.text)


def runs_of(scenario_id: int) -> list[ScenarioRun]:
    session().expire_all()
    return list(
        session().scalars(select(ScenarioRun).where(ScenarioRun.scenario_id == scenario_id).order_by(ScenarioRun.id))
    )


def change_people(people: int) -> None:
    with writing(), work(Actor.system("tests"), "dataset.change") as w:
        factstore.change(w, "datasets", "D-002", None, {"people": people})
    db.session.remove()


def test_a_saved_scenario_is_worked_out_at_once_to_the_digits_of_the_page(
    ciso: FlaskClient, save: Callable[..., int]
) -> None:
    number = save()
    (run,) = runs_of(number)
    asked = ciso.get(f"/blast.json?{ASKED}").get_json()
    taken = ciso.post(f"/scenarios/{number}/runs/{run.id}/scenario.json").get_json()
    for part in ("people", "cost", "exceedance", "datasets", "vendors", "best_cuts"):
        assert taken[part] == asked[part], part
    html = page(ciso, f"/scenarios/{number}")
    assert "A breach at <b>Corvid Mail</b> would reach" in html
    assert "Corvid is breached" in page(ciso, "/scenarios")


def test_the_same_digits_come_again_after_the_register_changed(ciso: FlaskClient, save: Callable[..., int]) -> None:
    number = save(f"{ASKED}&what_if=cut:F-001&set=cost.sigma=1.3")
    (run,) = runs_of(number)
    change_people(10)
    answer = ciso.post(f"/scenarios/{number}/runs/{run.id}/repeat", follow_redirects=True)
    assert "every digit is the same" in answer.text
    (run,) = runs_of(number)
    assert run.repeated_same is True


def test_a_digit_that_differs_is_said(ciso: FlaskClient, save: Callable[..., int]) -> None:
    number = save()
    (run,) = runs_of(number)
    with writing(), work(Actor.system("tests"), "scenario.spoil") as w:
        w.get(ScenarioRun, run.id).result_hash = "0" * 64
    answer = ciso.post(f"/scenarios/{number}/runs/{run.id}/repeat", follow_redirects=True)
    assert "the digits differ" in answer.text


def test_a_question_without_worlds_is_repeated_with_those_it_took(ciso: FlaskClient, save: Callable[..., int]) -> None:
    number = save("start=V-0001")
    (run,) = runs_of(number)
    assert f"iterations={run.iterations}" in run.question
    assert "as_of=2026-03-02" in run.question
    answer = ciso.post(f"/scenarios/{number}/runs/{run.id}/repeat", follow_redirects=True)
    assert "every digit is the same" in answer.text


def test_todays_register_names_what_moved_and_which_way(ciso: FlaskClient, save: Callable[..., int]) -> None:
    number = save()
    change_people(100)
    assert "facts have moved since" in page(ciso, f"/scenarios/{number}")
    assert "facts moved since" in page(ciso, "/scenarios")
    answer = ciso.post(f"/scenarios/{number}/run", follow_redirects=True)
    html = unescape(answer.text)
    assert "people: not known → 100" in html
    assert re.search(r"People, on average</td>.*?down \d", html, re.DOTALL)
    assert "facts have moved since" not in html
    assert len(runs_of(number)) == 2


def test_an_unchanged_register_moves_nothing_and_is_kept_once(ciso: FlaskClient, save: Callable[..., int]) -> None:
    number = save()
    html = unescape(ciso.post(f"/scenarios/{number}/run", follow_redirects=True).text)
    assert "no fact differs" in html
    assert len(list(session().scalars(select(RegisterCopy)))) == 1
    first, second = runs_of(number)
    assert first.result_hash == second.result_hash


def test_a_question_that_can_no_longer_be_asked_says_why(ciso: FlaskClient, save: Callable[..., int]) -> None:
    number = save(f"{ASKED}&what_if=cut:F-004")
    with writing(), work(Actor.system("tests"), "flow.archive") as w:
        factstore.archive(w, "flows", "F-004")
    db.session.remove()
    html = unescape(ciso.post(f"/scenarios/{number}/run", follow_redirects=True).text)
    assert "nothing to cut" in html
    assert len(runs_of(number)) == 1


def test_a_long_run_becomes_a_job_that_writes_the_run(
    ciso: FlaskClient, save: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "WORK_MAX", 10)
    number = save()
    assert runs_of(number) == []
    assert "It begins when a place is free" in page(ciso, f"/scenarios/{number}")
    job = session().scalars(select(Job)).one()
    told: list[str] = []
    monkeypatch.setattr(JobRun, "progress", lambda _self, _share, step: told.append(step))
    run = JobRun(job.id, "token", json.loads(job.params), Actor(person_id=job.person_id, name=job.person_name))
    db.session.remove()
    outcome = service.SCENARIO_RUN.perform(run)
    assert callable(outcome)
    with writing(), work(run.actor, "job.finish") as w:
        result = outcome(w)
        w.about(f"job:{job.id}")
    (made,) = runs_of(number)
    assert result == {"scenario": number, "run": made.id}
    assert told
    monkeypatch.undo()
    ciso_again = ciso.post(f"/scenarios/{number}/runs/{made.id}/repeat", follow_redirects=True)
    assert "every digit is the same" in ciso_again.text


def test_two_to_four_stand_side_by_side_with_their_differences(ciso: FlaskClient, save: Callable[..., int]) -> None:
    one = save(name="As it is")
    other = save(f"{ASKED}&what_if=cut:A-001&kind=insider", name="Without the access")
    html = page(ciso, f"/scenarios/compare?s={one}&s={other}")
    assert html.count('class="rp-run"') == 2
    assert "access A-001 is cut" in html
    assert "Insider" in html
    assert "Reached by one alone" in html
    assert '<th scope="row">Seed' not in html  # it is the same


def test_comparing_needs_two(ciso: FlaskClient, save: Callable[..., int]) -> None:
    assert "Tick two to four" in page(ciso, f"/scenarios/compare?s={save()}", 422)
    assert ciso.get("/scenarios/compare?s=1&s=999").status_code == 404


def test_people_comment_and_read_it_over(filled: Flask, ciso: FlaskClient, save: Callable[..., int]) -> None:
    reader = make_person("Rhona Reader", Role.VENDOR_MANAGER)
    number = save(reviewers=[str(reader.id)])
    (run,) = runs_of(number)
    theirs = sign_in(filled, reader)
    assert "I have read it" in page(theirs, f"/scenarios/{number}")
    theirs.post(f"/scenarios/{number}/comments", data={"text": HOSTILE})
    theirs.post(f"/scenarios/{number}/runs/{run.id}/review")
    raw = theirs.get(f"/scenarios/{number}").text
    assert f"read run {run.id}" in raw
    assert "<script>alert" not in raw
    assert "I have read it" not in raw
    refused = ciso.post(f"/scenarios/{number}/runs/{run.id}/review", follow_redirects=True)
    assert "were not asked" in refused.text


def test_it_is_changed_archived_and_restored(ciso: FlaskClient, save: Callable[..., int]) -> None:
    number = save()
    row = session().get(SavedScenario, number)
    assert row is not None
    form = {"name": "Another name", "version": str(row.version), "narrative": "A story\nin two lines"}
    assert ciso.post(f"/scenarios/{number}/edit", data=form).status_code == 303
    assert "Another name" in page(ciso, f"/scenarios/{number}")
    assert ciso.post(f"/scenarios/{number}/edit", data=form).status_code == 409
    ciso.post(f"/scenarios/{number}/archive")
    assert "Another name" not in page(ciso, "/scenarios")
    assert "Another name" in page(ciso, "/scenarios?archived=yes")
    ciso.post(f"/scenarios/{number}/restore")
    assert "Another name" in page(ciso, "/scenarios")
    acts = set(session().scalars(select(AuditEntry.action)))
    assert {"scenario.save", "scenario.run", "scenario.change", "scenario.archive", "scenario.restore"} <= acts


@pytest.mark.parametrize(
    ("given_form", "words"), [({"name": ""}, "Give it a name."), ({"question": ""}, "Ask a blast radius first")]
)
def test_bad_input_is_named_and_nothing_is_saved(ciso: FlaskClient, given_form: dict[str, str], words: str) -> None:
    form = {"name": "A name", "question": ASKED, **given_form}
    answer = ciso.post("/scenarios/new", data=form)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert list(session().scalars(select(SavedScenario))) == []


@pytest.mark.parametrize(
    ("form", "head"), [("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("svg", b"<svg"), ("xlsx", b"PK"), ("json", b"{")]
)
def test_a_run_is_taken_along_and_that_is_logged(
    ciso: FlaskClient, save: Callable[..., int], form: str, head: bytes
) -> None:
    number = save(f"{ASKED}&start=V-0002&what_if=cut:F-001", name=HOSTILE, narrative="Story " * 400)
    (run,) = runs_of(number)
    answer = ciso.post(f"/scenarios/{number}/runs/{run.id}/scenario.{form}")
    assert answer.status_code == 200
    assert answer.data.startswith(head)
    if form == "pdf":
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", answer.data)) == 1
    entry = session().scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert entry.action == "scenario.export"


def test_a_reader_sees_and_changes_nothing(filled: Flask, save: Callable[..., int]) -> None:
    number = save()
    auditor = sign_in(filled, make_person("Adaeze Auditor", Role.AUDITOR))
    html = page(auditor, f"/scenarios/{number}")
    for words in ("Run on today", "Archive", "I have read it", "Work run"):
        assert words not in html
    assert auditor.post(f"/scenarios/{number}/run").status_code == 403
    assert sign_in(filled, make_person("Con", Role.CONTRIBUTOR)).get("/scenarios").status_code == 403


def test_an_empty_list_says_what_to_do(ciso: FlaskClient) -> None:
    assert "No scenarios yet" in page(ciso, "/scenarios")


def test_a_register_comes_back_as_it_was_packed() -> None:
    parameters = shipped_parameters().with_changes({"cost.sigma": "1.1", "exposure.pivot.admin": "0.5"})
    content, digest = pack(Inputs(small_register(), parameters))
    back = unpack(content, shipped_parameters())
    assert back.register == small_register()
    assert back.parameters.content_hash() == parameters.content_hash()
    assert pack(back)[1] == digest


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.text(min_size=1).filter(str.isprintable), people=st.integers(0, 10**12) | st.none(), share=st.floats(0, 1)
)
def test_any_value_comes_back_as_it_was_packed(name: str, people: int | None, share: float) -> None:
    row = Dataset(code="D-001", name=name, system="S-001", categories=("user", name), people=people)
    flow = replace(small_register().flows[0], people_share=share)
    register = replace(small_register(), datasets=(row,), flows=(flow,))
    assert unpack(pack(Inputs(register, shipped_parameters()))[0], shipped_parameters()).register == register


def test_what_moved_is_told_by_fact_with_those_on_the_way_first() -> None:
    before = small_register()
    after = replace(
        before,
        vendors=(*before.vendors[:-1], replace(before.vendors[-1], name="Renamed")),
        flows=before.flows[1:],
        datasets=(replace(before.datasets[0], people=1), *before.datasets[1:]),
    )
    found, total = moved_facts(before, after, {"D-001", "F-001"})
    assert total == 3
    assert [(fact.code, fact.what, fact.touches) for fact in found] == [
        ("D-001", "changed", True),
        ("F-001", "gone", True),
        ("V-0005", "changed", False),
    ]
    assert found[0].changes == ("people: 900000 → 1",)


def test_equal_registers_have_moved_in_nothing() -> None:
    assert moved_facts(small_register(), small_register(), set()) == ([], 0)
    assert isinstance(small_register(), Register)
