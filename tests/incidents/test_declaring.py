"""Declaring with two fields, moving on by moments, the timeline, and what is refused."""

import io
import json
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.work import work
from registry.domain.register.vocabulary import ScenarioKind
from registry.incidents.service import declaring
from registry.incidents.service.timeline import Note, add_note
from registry.models.audit import AuditChange, AuditText
from registry.models.incidents import EntryKind, Incident, IncidentEntry
from registry.models.jobs import Job
from registry.models.scenarios import ScenarioRun
from registry.scenarios import service as scenarios
from tests.blast.conftest import fill, small_register
from tests.conftest import NOON
from tests.incidents.conftest import DECLARED, entries, stored
from tests.people import make_person, sign_in


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:600]
    return unescape(answer.text)


def test_two_fields_are_enough_and_the_scope_is_there_at_once(ciso: FlaskClient):
    assert 'value="V-0001 Corvid Mail"' in page(ciso, "/incidents/new?vendor=V-0001")
    answer = ciso.post(
        "/incidents/new",
        data={"vendor": "corvid mail", "standing": "suspected", "since": "2026-03-02T12:00", "kind": "data_theft"},
    )
    html = page(ciso, answer.location)
    assert "A breach at Corvid Mail would reach" in html
    assert "not recorded" in html
    assert "Corvid Mail: data theft" in page(ciso, "/incidents")
    assert "Corvid Mail: data theft" in page(ciso, "/")


def test_the_register_stays_as_it_was(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    with writing(), work(Actor.system("tests"), "dataset.change") as w:
        factstore.change(w, "datasets", "D-001", None, {"people": 5})
    before = session().scalars(select(ScenarioRun.result_hash)).all()
    assert ciso.post(f"/incidents/{number}/predict").status_code == 303
    db.session.remove()
    after = session().scalars(select(ScenarioRun.result_hash)).all()
    assert after == [before[0], before[0]]


def test_of_a_long_run_the_first_worlds_come_at_once(declare: Callable[..., int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scenarios, "WORK_MAX", 10)
    declare()
    db.session.remove()
    assert session().scalar(select(ScenarioRun.iterations)) == 1_024
    params = session().scalar(select(Job.params))
    assert "copy" in (json.loads(params) if isinstance(params, str) else params)


def test_what_cannot_be_worked_out_does_not_stop_the_declaration(
    ciso: FlaskClient, declare: Callable[..., int], monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_given: object) -> None:
        raise scenarios.InvalidScenario("The register has an error.")

    monkeypatch.setattr(declaring, "run_on_copy", refuse)
    number = declare()
    html = page(ciso, f"/incidents/{number}")
    assert "could not be worked out: The register has an error" in html
    assert "Work it out again" in html


def test_two_people_who_declare_the_same_meet(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    answer = ciso.post("/incidents/new", data=DECLARED)
    assert answer.status_code == 422
    assert "nothing was declared twice" in answer.text
    assert f'href="/incidents/{number}"' in answer.text
    assert ciso.post("/incidents/new", data=DECLARED | {"is_another": "y"}).status_code == 303
    assert ciso.post("/incidents/new", data=DECLARED | {"is_drill": "y"}).status_code == 303  # a drill is no twin
    assert session().scalar(select(func.count()).select_from(Incident)) == 3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"vendor": ""}, "This is needed"),
        ({"vendor": "Nobody"}, "There is no vendor"),
        ({"since": "2026-03-02T12:01"}, "future"),
        ({"since": "2026-02-30T12:00"}, "Write day and time"),
        ({"since": ""}, "This is needed"),
        ({"kind": "flood"}, "Choose one"),
        ({"standing": "maybe"}, "Choose one"),
        ({"title": "x" * 201}, "200"),
    ],
)
def test_bad_input_is_named_and_nothing_is_declared(ciso: FlaskClient, given: dict[str, str], says: str):
    answer = ciso.post("/incidents/new", data=DECLARED | given)
    assert answer.status_code == 422
    assert says in unescape(answer.text)
    assert session().scalar(select(func.count()).select_from(Incident)) == 0


def test_an_hour_that_comes_twice_is_taken_as_the_first_and_said(ciso: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    from zoneinfo import ZoneInfo

    monkeypatch.setattr("registry.incidents.forms.zone", lambda: ZoneInfo("Europe/Dublin"))
    answer = ciso.post("/incidents/new", data=DECLARED | {"since": "2025-10-26T01:30"}, follow_redirects=True)
    assert "came twice" in unescape(answer.text)
    refused = ciso.post("/incidents/new", data=DECLARED | {"since": "2025-03-30T01:30", "is_another": "y"})
    assert "did not exist" in unescape(refused.text)


def test_moves_record_their_moment_and_only_what_is_ticked(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    form = {"version": "1", "at": "2026-03-02T10:00", "why": "The vendor wrote.", "also": ["awareness"]}
    assert "would come before" in unescape(ciso.post(f"/incidents/{number}/moves/confirm", data=form).text)
    assert stored(number).state == "suspected"
    assert ciso.post(f"/incidents/{number}/moves/confirm", data=form | {"at": "2026-03-02T11:30"}).status_code == 303
    recorded = {each.text for each in entries(number) if each.kind is EntryKind.MOMENT}
    assert recorded == {
        "Confirmed, by the vendor or by us: 2026-03-02 11:30 UTC.",
        "Reasonable certainty that personal data is affected: 2026-03-02 11:30 UTC.",
    }
    again = ciso.post(f"/incidents/{number}/moves/confirm", data=form, follow_redirects=True)
    assert "somebody moved it on" in again.text
    assert ciso.post(f"/incidents/{number}/moves/contain", data=form | {"version": "1"}).status_code == 409


def test_a_moment_is_recorded_with_its_file_and_taken_back(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    address = f"/incidents/{number}/moments/discovery"
    form = {"at": "2026-03-02T09:00", "evidence": "Their mail.", "file": (io.BytesIO(b"Dear all"), "mail.txt")}
    assert ciso.post(address, data=form).status_code == 303
    html = page(ciso, f"/incidents/{number}")
    assert "mail.txt" in html
    assert ciso.post(f"/incidents/{number}/files/1").data == b"Dear all"
    assert ciso.post(address, data={"at": "", "evidence": "It was another mail."}).status_code == 303
    assert "taken back" in page(ciso, f"/incidents/{number}")
    bad = ciso.post(address, data={"at": "2026-03-02T09:00", "evidence": "x", "file": (io.BytesIO(b"MZ"), "a.exe")})
    assert "is not kept" in unescape(bad.text)


def test_the_timeline_is_numbered_and_cannot_be_changed(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    began = len(entries(number))
    ciso.post(f"/incidents/{number}/timeline", data={"kind": "decision", "text": "We tell <b>everybody</b>."})
    assert len(entries(number)) == began  # a decision without its reason is none
    ciso.post(f"/incidents/{number}/timeline", data={"kind": "decision", "text": "We tell all.", "why": "Trust."})
    assert [each.number for each in entries(number)] == list(range(1, began + 2))
    with pytest.raises(DBAPIError, match="never changed"), db.engine.begin() as connection:
        connection.execute(update(IncidentEntry.__table__).values(text="x"))


def test_legal_notes_are_read_by_legal_and_whom_they_name(
    company: Flask, ciso: FlaskClient, lawyer: FlaskClient, declare: Callable[..., int]
):
    number, address = declare(), "/incidents/1/timeline"
    told = {"kind": "legal", "text": "Privileged and secret."}
    assert ciso.post(address, data=told).status_code == 422
    assert lawyer.post(address, data=told).status_code == 303
    auditor = sign_in(company, make_person("Ada Quill", Role.AUDITOR))
    admin = sign_in(company, make_person("Adam Keyes", Role.ADMINISTRATOR))
    sha256 = entries(number)[-1].sha256
    for client in (auditor, admin, ciso):
        html = page(client, address)
        assert "Privileged" not in html
        assert sha256 in html
    assert "Privileged and secret." in page(lawyer, address)
    assert ciso.post(f"/incidents/{number}/legal-readers", data={"person": "1", "may": "yes"}).status_code == 403
    lawyer.post(f"/incidents/{number}/legal-readers", data={"person": "1", "may": "yes"})
    assert "Privileged and secret." in page(ciso, address)
    refused = lawyer.post(
        f"/incidents/{number}/legal-readers", data={"person": "3", "may": "yes"}, follow_redirects=True
    )
    assert "cannot be named" in refused.text
    kept = [*session().scalars(select(AuditChange.fields)), *session().scalars(select(AuditText.text))]
    assert not any("Privileged" in str(each) for each in kept)


def test_an_auditor_reads_and_changes_nothing(company: Flask, declare: Callable[..., int]):
    number = declare()
    auditor = sign_in(company, make_person("Ada Quill", Role.AUDITOR))
    page(auditor, f"/incidents/{number}")
    for path in ("moves/confirm", "moments/awareness", "predict", "lead"):
        assert auditor.post(f"/incidents/{number}/{path}").status_code == 403
    assert auditor.post(f"/incidents/{number}/timeline", data={"kind": "note", "text": "x"}).status_code == 403


def test_both_databases_keep_the_timeline(db_app: Flask):
    fill(small_register())
    someone = make_person("Ines Aldergrove", Role.CISO)
    with writing():
        command = declaring.Declare(vendors=("V-0001",), is_confirmed=True, since=NOON, kind=ScenarioKind.OUTAGE)
        number = declaring.declare(someone.actor, command)
        add_note(someone.actor, number, Note(kind=EntryKind.NOTE, text="Called them."))
    assert [each.kind for each in entries(number)] == [EntryKind.STATE, EntryKind.NOTE]
    with pytest.raises(DBAPIError, match="never changed"), db.engine.begin() as connection:
        connection.execute(IncidentEntry.__table__.delete())
