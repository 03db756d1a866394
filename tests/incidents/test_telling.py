"""People are told twice, each with their own view; silence goes a step up; mail being down is said."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.mailrules import DEFAULTS
from registry.core.outbox import link_of
from registry.core.permissions import PersonFunction
from registry.core.work import work
from registry.domain.incidents.telling import ROLE_LABELS, TOLD_BY_ITSELF, BriefingFacts, Wave, briefing
from registry.incidents.clocktick import watch_clocks
from registry.models.mail import Mail, MailRules, MailState
from registry.models.telling import IncidentTelling
from tests.conftest import NOON
from tests.incidents.conftest import entries, stored
from tests.people import make_person


@pytest.fixture
def staff(company: Flask) -> dict[str, int]:
    """A lawyer, somebody of customer service and their manager."""
    found = {}
    for name, function in (("Leo Vantner", PersonFunction.LEGAL), ("Cora Sundry", PersonFunction.CUSTOMER_SERVICE)):
        found[name] = make_person(name, Role.CONTRIBUTOR, functions=frozenset({function})).id
    found["Mona Castle"] = make_person("Mona Castle", Role.CONTRIBUTOR).id
    with writing(), work(Actor.system("tests"), "person.manager") as w:
        from registry.models.accounts import Person

        w.get(Person, found["Cora Sundry"]).manager_id = found["Mona Castle"]
    db.session.remove()
    return found


def told(number: int) -> dict[tuple[str, str], IncidentTelling]:
    db.session.remove()
    rows = session().scalars(select(IncidentTelling).where(IncidentTelling.incident_id == number))
    return {(row.wave, row.name): row for row in rows}


def link(row: IncidentTelling) -> str:
    mail = session().get(Mail, row.outbox_id)
    assert mail is not None
    assert mail.secret_link is not None
    assert "/told/" not in mail.body  # the personal link is never kept
    return "/told/" + link_of(mail.secret_link).rpartition("/told/")[2]


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:600]
    return unescape(answer.text)


def test_everybody_is_told_at_suspected_and_again_at_confirmed(
    ciso: FlaskClient, staff: dict[str, int], declare: Callable[..., int]
):
    number = declare()
    first = told(number)
    assert {name for _, name in first} == {"Ines Aldergrove", "Leo Vantner", "Cora Sundry"}
    assert "Duties whose clocks run" in first["suspected", "Leo Vantner"].text
    assert "Duties whose clocks run" not in first["suspected", "Cora Sundry"].text
    assert "People by jurisdiction" in first["suspected", "Cora Sundry"].text
    form = {"version": "1", "at": "2026-03-02T11:30", "why": "They wrote."}
    ciso.post(f"/incidents/{number}/moves/confirm", data=form)
    again = told(number)
    assert len(again) == 6
    assert "is confirmed" in again["confirmed", "Leo Vantner"].text
    assert "Told that it is confirmed" in page(ciso, f"/incidents/{number}/people")


def test_a_link_shows_nothing_until_it_is_opened_and_then_says_who_read_it(
    company: Flask, staff: dict[str, int], declare: Callable[..., int]
):
    number, outside = declare(), company.test_client()
    address = link(told(number)["suspected", "Cora Sundry"])
    assert "Corvid" not in page(outside, address)
    assert told(number)["suspected", "Cora Sundry"].read_at is None
    assert "A breach at Corvid Mail is suspected" in unescape(outside.post(address, data={"act": "read"}).text)
    row = told(number)["suspected", "Cora Sundry"]
    assert (row.read_at, row.acknowledged_at) == (NOON, None)
    assert "Noted that you know" in outside.post(address, data={"act": "acknowledge"}).text
    assert told(number)["suspected", "Cora Sundry"].acknowledged_at == NOON
    assert entries(number)[-1].text == "Cora Sundry acknowledged."
    for wrong in (address[:-1] + "x", "/told/none.none", "/told/none"):
        assert outside.get(wrong).status_code == 404


def test_silence_goes_a_step_up_after_fifteen_minutes_and_ends(
    company: Flask, staff: dict[str, int], declare: Callable[..., int]
):
    number = declare()
    outside = company.test_client()
    assert told(number)["suspected", "Ines Aldergrove"].acknowledged_at == NOON  # who declares it knows
    outside.post(link(told(number)["suspected", "Leo Vantner"]), data={"act": "acknowledge"})
    for minutes, names in ((14, set()), (15, {"Mona Castle"}), (16, {"Mona Castle"}), (40, {"Mona Castle"})):
        db.session.remove()
        clock.set_clock(company.extensions, lambda m=minutes: NOON + timedelta(minutes=m))
        watch_clocks()
        rows = told(number).values()
        assert {row.name for row in rows if row.role == "escalated"} == names
    assert any("nobody is left to tell: call them" in (each.text or "") for each in entries(number))
    before = len(entries(number))
    watch_clocks()
    assert len(entries(number)) == before


def test_while_mail_is_down_people_are_called_and_the_page_says_what_has_not_gone_out(
    ciso: FlaskClient, staff: dict[str, int], declare: Callable[..., int]
):
    number = declare()
    with writing(), work(Actor.system("tests"), "mail.pause") as w:
        given = {name: getattr(DEFAULTS, name) for name in DEFAULTS.__slots__ if name not in {"version", "why"}}
        w.add(MailRules(id=1, **given | {"is_paused": True}, why="The server is down."))
    html = page(ciso, f"/incidents/{number}/people")
    assert "The outbox is paused: The server is down." in html
    assert "has not gone out" in html
    row = told(number)["suspected", "Leo Vantner"]
    assert ciso.post(f"/incidents/{number}/people/{row.id}/phone").status_code == 303
    assert "telephone, by Ines Aldergrove" in page(ciso, f"/incidents/{number}/people")
    assert ciso.post(f"/incidents/{number + 1}/people/{row.id}/phone").status_code == 404


def test_a_mail_that_failed_is_seen(ciso: FlaskClient, staff: dict[str, int], declare: Callable[..., int]):
    number = declare()
    outbox_id = told(number)["suspected", "Leo Vantner"].outbox_id
    with writing(), work(Actor.system("tests"), "mail.fail") as w:
        mail = w.get(Mail, outbox_id)
        mail.state, mail.last_error = MailState.FAILED, "550 no such mailbox"
    assert "550 no such mailbox" in page(ciso, f"/incidents/{number}/people")


def test_somebody_more_is_told_by_mail_or_was_called(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    address = f"/incidents/{number}/people"
    more = {"role": "partner", "name": "Pia Outward", "address": "pia@partner.example", "at": ""}
    assert ciso.post(address, data=more).status_code == 303
    assert "told already" in ciso.post(address, data=more).text
    assert "no figure" not in told(number)["suspected", "Pia Outward"].text
    assert "Expected reach" not in told(number)["suspected", "Pia Outward"].text
    assert ciso.post(address, data=more | {"address": "not an address"}).status_code == 422
    called = more | {"name": "Ian Surer", "address": "+353 1 555", "at": "2026-03-02T11:50"}
    assert ciso.post(address, data=called).status_code == 303
    assert told(number)["suspected", "Ian Surer"].acknowledged_at == NOON - timedelta(minutes=10)
    assert "future" in ciso.post(address, data=called | {"at": "2026-03-02T12:50", "name": "X", "address": "1"}).text


def test_people_outside_are_told_of_what_is_real_and_of_no_drill(ciso: FlaskClient, declare: Callable[..., int]):
    insurer = {"role": "insurer", "name": "Claims Desk", "email": "claims@insurer.example", "phone": ""}
    assert ciso.post("/incidents/contacts", data=insurer).status_code == 303
    assert "mail address or a number" in ciso.post("/incidents/contacts", data=insurer | {"email": ""}).text
    drill = declare(is_drill="y")
    assert ("suspected", "Claims Desk") not in told(drill)
    number = declare()
    assert "first notice" in told(number)["suspected", "Claims Desk"].text
    assert stored(number).state == "suspected"
    ciso.post("/incidents/contacts/1/end")
    assert "Nobody yet" in page(ciso, "/incidents/contacts")


@pytest.mark.parametrize("role", list(ROLE_LABELS))
def test_each_is_told_by_what_they_answer_for_and_a_drill_says_so(role: str):
    facts = BriefingFacts(
        wave=Wave.CONFIRMED, is_drill=True, vendors="Corvid", kind="data theft", learned="A call.", people="9 people",
        places=["IE: 9"], data=["name"], systems=["CRM"], processes=[], cost="$ 1", duties=["authority"], contract=[],
        is_assumed=True,
    )  # fmt: skip
    text = briefing(role, facts)
    assert text.startswith("THIS IS A DRILL. A breach at Corvid is confirmed: data theft.")
    is_outside = role in {"insurer", "counsel", "partner"}
    assert ("9 people" in text) is not is_outside
    assert role in TOLD_BY_ITSELF or role in {"partner", "escalated"}
