"""The duties board: clocks follow moments, warnings come once, nothing is dropped, everything is settled by a person."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Role
from registry.core.db import db, session
from registry.core.dutyrules import rules_in_force
from registry.incidents.board import Board, board_of
from registry.incidents.clocktick import watch_clocks
from registry.models.duties import IncidentDuty
from registry.models.mail import Mail
from tests.conftest import NOON
from tests.incidents.conftest import entries, stored
from tests.people import make_person, sign_in

GDPR, PEOPLE = "EU-GDPR-33-1", "EU-GDPR-34"
RULE = {
    "version": "0", "code": "CONTRACT-ACME", "kind": "contract", "law": "Contract with Acme", "notify": "customers",
    "jurisdiction": "*", "deadline_value": "24", "deadline_unit": "hours", "trigger": "suspicion",
    "source": "Contract, clause 9", "is_active": "y", "why": "We promised it.",
}  # fmt: skip


def board(number: int) -> Board:
    return board_of(stored(number))


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:600]
    return unescape(answer.text)


def later(app: Flask, **given: float) -> None:
    db.session.remove()
    clock.set_clock(app.extensions, lambda: NOON + timedelta(**given))


def mails() -> list[Mail]:
    db.session.remove()
    return list(session().scalars(select(Mail).where(Mail.template == "incident_clocks").order_by(Mail.id)))


@pytest.fixture
def aware(ciso: FlaskClient, declare: Callable[..., int]) -> int:
    """A confirmed incident whose awareness is recorded at 11:30."""
    number = declare()
    form = {"version": "1", "at": "2026-03-02T11:30", "why": "They wrote.", "also": ["awareness"]}
    assert ciso.post(f"/incidents/{number}/moves/confirm", data=form).status_code == 303
    return number


def test_a_clock_starts_with_its_own_moment_and_no_other(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    line = board(number).line(GDPR)
    assert line is not None
    assert (line.started, line.state) == (None, "not_started")
    html = page(ciso, f"/incidents/{number}/duties")
    assert "clocks are not started because their moment is not recorded" in html
    assert "roles of the organisation are not set, so every law may bind" in html


def test_seventy_two_hours_from_awareness(ciso: FlaskClient, aware: int):
    line = board(aware).line(GDPR)
    assert line is not None
    assert line.due == NOON - timedelta(minutes=30) + timedelta(hours=72)
    assert "3 days left" not in page(ciso, f"/incidents/{aware}/duties")
    assert "72 h left" in page(ciso, f"/incidents/{aware}/duties")


def test_a_duty_is_done_with_what_shows_it(ciso: FlaskClient, aware: int):
    address = f"/incidents/{aware}/duties/{GDPR}"
    assert "notifies you under GDPR Art. 33(1)" in page(ciso, address)
    assert "[to be filled in:" in page(ciso, address)
    done = {"at": "2026-03-02T11:45", "words": "Receipt 17.", "outcome": "done"}
    assert "future" in ciso.post(address, data=done | {"at": "2026-03-02T12:45"}).text
    assert "Say so" in ciso.post(address, data=done | {"words": ""}).text
    assert ciso.post(address, data=done).status_code == 303
    assert "settled this duty already" in ciso.post(address, data=done).text
    line = board(aware).line(GDPR)
    assert line is not None
    assert line.state == "done"
    assert entries(aware)[-1].text == "Told: authority under GDPR Art. 33(1)."
    ciso.post(f"{address}/reopen", data={"why": "The receipt was for another."})
    line = board(aware).line(GDPR)
    assert line is not None
    assert line.state == "running"


def test_a_duty_is_waived_by_a_named_person_with_the_reason(ciso: FlaskClient, aware: int):
    address = f"/incidents/{aware}/duties/{PEOPLE}"
    assert ciso.post(address, data={"words": "Encrypted; the key is ours.", "outcome": "waived"}).status_code == 303
    html = page(ciso, f"/incidents/{aware}/duties")
    assert "Encrypted; the key is ours." in html
    assert "Ines Aldergrove" in html


def test_no_clock_ends_unseen(ciso: FlaskClient, aware: int):
    address = f"/incidents/{aware}/moves/refute"
    form = {"version": str(stored(aware).version), "why": "It was another company."}
    refused = ciso.post(address, data=form)
    assert refused.status_code == 422
    assert "duties are open" in refused.text
    assert stored(aware).state == "confirmed"
    assert board(aware).open
    assert ciso.post(address, data=form | {"waives_open": "y"}).status_code == 303
    assert stored(aware).state == "refuted"
    assert not board(aware).open
    assert any("were waived" in (each.text or "") for each in entries(aware))


def test_what_is_no_longer_reached_stays_until_somebody_says_so(
    ciso: FlaskClient, aware: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("registry.incidents.board.duties", lambda *_given: [])
    line = board(aware).line(GDPR)
    assert line is not None
    assert line.standing is None
    assert line.due is not None
    assert line.is_open
    assert "No longer reached" in page(ciso, f"/incidents/{aware}/duties")


def test_warnings_come_at_half_four_fifths_and_the_end_once_each(company: Flask, aware: int):
    for code in {row.rule for row in session().scalars(select(IncidentDuty))} - {GDPR}:
        pass_over(aware, code)
    steps = []
    for hours in (1, 35, 36, 36, 60, 80, 80):
        later(company, hours=hours)
        steps.append(watch_clocks())
        db.session.remove()
    assert steps == [0, 0, 1, 0, 1, 1, 0]
    assert [mail.recipient for mail in mails()] == ["ines.aldergrove@example.org"] * 3
    assert "four fifths are over" in mails()[1].body
    assert "the time is over" in mails()[2].body


def test_after_an_outage_only_the_furthest_step_is_sent(company: Flask, aware: int):
    for code in {row.rule for row in session().scalars(select(IncidentDuty))} - {GDPR}:
        pass_over(aware, code)
    later(company, hours=100)
    assert watch_clocks() == 1
    assert watch_clocks() == 0
    (mail,) = mails()
    assert "the time is over" in mail.body


def pass_over(number: int, code: str) -> None:
    """Settle a duty past the pages, so that a test looks at one clock."""
    from registry.core.actor import Actor
    from registry.core.db import writing
    from registry.core.work import work
    from registry.models.duties import DutyOutcome

    with writing(), work(Actor.system("tests"), "duty.settle") as w:
        row = w.session.scalar(
            select(IncidentDuty).where(IncidentDuty.incident_id == number, IncidentDuty.rule == code)
        )
        assert row is not None
        row.outcome, row.outcome_at = DutyOutcome.WAIVED, w.now


def test_a_drill_says_so_in_its_warnings(company: Flask, ciso: FlaskClient, declare: Callable[..., int]):
    number = declare(is_drill="y")
    ciso.post(f"/incidents/{number}/moments/awareness", data={"at": "2026-03-02T11:30", "evidence": "Drill."})
    assert "DO NOT SEND" in page(ciso, f"/incidents/{number}/duties/{GDPR}")
    later(company, days=400)
    watch_clocks()
    assert mails()
    assert all(mail.subject.startswith("[Drill] ") for mail in mails())


def test_the_calendar_holds_open_clocks(ciso: FlaskClient, aware: int):
    answer = ciso.post(f"/incidents/{aware}/duties.ics")
    events = {str(each["uid"]).partition("@")[0]: each for each in Calendar.from_ical(answer.data).walk("VEVENT")}
    assert events[f"incident-{aware}-{GDPR}"]["dtend"].dt == NOON - timedelta(minutes=30) + timedelta(hours=72)


def test_a_contract_of_ours_is_a_rule_like_a_law(ciso: FlaskClient, declare: Callable[..., int]):
    assert ciso.post("/incidents/rules/new", data=RULE).status_code == 303
    number = declare()
    line = board(number).line("CONTRACT-ACME")
    assert line is not None
    assert (line.standing, line.due) == ("applies", NOON - timedelta(hours=1) + timedelta(hours=24))
    assert "Contract with Acme" in page(ciso, "/blast?start=V-0001&tab=duties")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"jurisdiction": "XX"}, "no code of ISO 3166"),
        ({"jurisdiction": "US-XX"}, "no code of ISO 3166"),
        ({"deadline_value": "", "deadline_unit": ""}, "say in words"),
        ({"deadline_unit": ""}, "Give a time and its unit"),
        ({"deadline_value": "99999999"}, "at most 10,000"),
        ({"code": GDPR}, "There is a rule with this code"),
        ({"code": "a b"}, "Capitals"),
        ({"trigger": "submission_of_previous", "previous": "NONE"}, "Name the code"),
        ({"effective_from": "2026-02-02", "effective_to": "2026-01-01"}, "end before it begins"),
        ({"why": ""}, "Say why"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(ciso: FlaskClient, given: dict[str, str], says: str):
    answer = ciso.post("/incidents/rules/new", data=RULE | given)
    assert answer.status_code == 422
    assert says in unescape(answer.text)


def test_a_shipped_rule_is_changed_beside_and_taken_again(company: Flask, ciso: FlaskClient):
    found = {each.rule.code: each for each in rules_in_force()}[GDPR]
    form = RULE | {"code": GDPR, "kind": "law", "law": "GDPR Art. 33(1)", "deadline_value": "48"}
    assert ciso.post(f"/incidents/rules/{GDPR}", data=form).status_code == 303
    assert ciso.post(f"/incidents/rules/{GDPR}", data=form).status_code == 409
    db.session.remove()
    changed = {each.rule.code: each for each in rules_in_force()}[GDPR]
    assert changed.rule.period is not None
    assert changed.rule.period.value == 48
    assert "changed here" in page(ciso, "/incidents/rules?q=gdpr")
    assert ciso.post(f"/incidents/rules/{GDPR}/reset", data={"version": "1"}).status_code == 303
    db.session.remove()
    assert {each.rule.code: each for each in rules_in_force()}[GDPR] == found
    auditor = sign_in(company, make_person("Ada Quill", Role.AUDITOR))
    assert "Duty rules" in page(auditor, "/incidents/rules")
    assert auditor.post("/incidents/rules/new", data=RULE).status_code == 403
