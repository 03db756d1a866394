"""What-ifs by click: what is offered on each thing, trying and undoing, and making one so as a planned control."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.core.actor import Role
from registry.core.db import session
from registry.domain.register.vocabulary import ControlState
from registry.models.audit import AuditEntry
from registry.models.controls import Placement
from tests.people import make_person

ASKED = "start=V-0001&iterations=1024"


def page(client: FlaskClient, query: str, status: int = 200) -> str:
    response = client.get(f"/blast?{ASKED}&{query}")
    assert response.status_code == status, response.text[:400]
    return unescape(response.text)


def offered(html: str) -> set[str]:
    return set(re.findall(r'<option value="([a-z]+:[^"]+)"', html)) | set(
        re.findall(r"what_if=([a-z]+:[A-Z0-9:_-]+)", html)
    )


@pytest.mark.parametrize(
    ("look", "texts"),
    [
        ("F-001", {"cut:F-001", "protect:F-001:tokenised", "storage:F-001:cached", "place:EXPORT_LIMIT:F-001"}),
        ("F-001", {"drop:F-001:user.contact", "drop:F-001:user.name"}),
        ("A-001", {"cut:A-001", "place:SCOPED_TOKEN:A-001", "place:MFA:A-001"}),
        ("L-001", {"cut:L-001", "place:SEGMENTATION:L-001"}),
        ("V-0001", {"end:V-0001", "replace:V-0001:V-0004"}),
        ("D-001", {"drop:D-001:user.contact"}),
        ("D-001@V-0001", {"drop:D-001:user.contact"}),
        ("S-001", {"place:ENC_OUR_KEY:S-001"}),
    ],
)
def test_each_thing_offers_what_can_be_tried_on_it(ciso: FlaskClient, look: str, texts: set[str]) -> None:
    assert texts <= offered(page(ciso, f"look={look}"))


def test_a_control_that_does_nothing_for_a_fact_is_not_offered(ciso: FlaskClient) -> None:
    found = offered(page(ciso, "look=A-001"))
    assert "place:BACKUP_RECOVERY:A-001" not in found
    assert "place:TOKENISATION:A-001" not in found


def test_everything_offered_can_be_asked(ciso: FlaskClient) -> None:
    for look in ("F-001", "A-001", "L-001", "V-0001", "D-001", "S-001"):
        for text in offered(page(ciso, f"look={look}")) - {"cut:A-001"}:
            answer = ciso.get(f"/blast.json?start=V-0001&iterations=64&what_if={text}")
            assert answer.status_code == 200, (text, answer.text)


def test_a_fact_shows_its_source_and_its_controls(ciso: FlaskClient, plan: Callable[..., str]) -> None:
    plan("place:MFA:A-001")
    html = page(ciso, "look=A-001")
    assert "exposure.pivot.api_read_all" in html
    assert "planned, funded" in html
    assert "upgrade:MFA:A-001" in offered(html)


def test_a_thing_that_is_not_there_offers_nothing(ciso: FlaskClient) -> None:
    assert "data-look-panel" not in page(ciso, "look=F-999")


def test_a_what_if_may_come_in_parts_and_gets_a_lasting_address(ciso: FlaskClient) -> None:
    answer = ciso.get(f"/blast?{ASKED}&try=replace&try_on=V-0001&try_with=Nowhere+Ltd")
    assert answer.status_code == 302
    assert "what_if=replace:V-0001:" in answer.location
    assert "Nowhere Ltd" not in page(ciso, "try=replace&try_on=V-0001&try_with=Nowhere+Ltd", 302)
    followed = ciso.get(answer.location)
    assert followed.status_code == 200
    assert "V-0004 replaces V-0001" in followed.text


def test_each_what_if_can_be_removed_alone(ciso: FlaskClient) -> None:
    html = page(ciso, "what_if=cut:A-001&what_if=protect:F-001:tokenised")
    assert (
        'href="/blast?start=V-0001&what_if=protect:F-001:tokenised&iterations=1024" aria-label="Undo: access A-001'
        in html
    )
    assert 'href="/blast?start=V-0001&what_if=cut:A-001&iterations=1024" aria-label="Undo: flow F-001 is token' in html


@pytest.mark.parametrize("tab", ["people", "duties", "money"])
def test_every_part_shows_before_and_after(ciso: FlaskClient, tab: str) -> None:
    html = page(ciso, f"what_if=cut:F-001&what_if=cut:A-001&tab={tab}")
    assert re.search(r"<th[^>]*>(Today|Before)</th>", html)


def test_duties_that_a_what_if_takes_away_stay_marked(ciso: FlaskClient) -> None:
    html = page(ciso, "what_if=end:V-0001&tab=duties")
    assert '<tr class="gone">' in html
    assert "GDPR Art. 33(1)" in html


@pytest.fixture
def plan(ciso: FlaskClient) -> Callable[..., str]:
    make_person("Ines", Role.VENDOR_MANAGER)

    def send(text: str, status: int = 303, **form: str) -> str:
        given = {"owner_email": "ines@example.org", "due": "2026-09-30", "state": "funded", **form}
        answer = ciso.post(f"/blast/plan?{ASKED}&what_if={text}&plan={text}", data=given)
        assert answer.status_code == status, answer.text[:600]
        return answer.location if status == 303 else unescape(answer.text)

    return send


def placements() -> list[Placement]:
    session().expire_all()
    return list(session().scalars(select(Placement).order_by(Placement.id)))


def test_a_control_becomes_a_planned_one_with_owner_and_day(plan: Callable[..., str]) -> None:
    assert plan("place:MFA:A-001", cost_once="12,000") == "/blast?start=V-0001&iterations=1024"
    (row,) = placements()
    assert (row.control, row.fact, row.state) == ("MFA", "A-001", ControlState.PLANNED_FUNDED)
    assert (row.owner_email, str(row.due), row.cost_once) == ("ines@example.org", "2026-09-30", 12_000)
    entry = session().scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert entry.action == "what_if.plan"
    assert "place:MFA:A-001" in entry.details


def test_a_protection_becomes_the_control_that_sets_it(plan: Callable[..., str]) -> None:
    plan("protect:F-001:tokenised", state="unfunded")
    (row,) = placements()
    assert (row.control, row.fact, row.state) == ("TOKENISATION", "F-001", ControlState.PLANNED_UNFUNDED)


def test_planning_twice_moves_the_plan(plan: Callable[..., str]) -> None:
    plan("place:MFA:A-001")
    plan("upgrade:MFA:A-001", due="2027-01-31", state="unfunded")
    (row,) = placements()
    assert str(row.due) == "2027-01-31"


@pytest.mark.parametrize(
    ("given", "words"),
    [({"owner_email": ""}, "Say who brings it."), ({"due": ""}, "Say by when."), ({"due": "soon"}, "year-month-day")],
)
def test_a_plan_needs_an_owner_and_a_day(plan: Callable[..., str], given: dict[str, str], words: str) -> None:
    html = plan("place:MFA:A-001", 422, **given)
    assert words in html
    assert placements() == []


def test_a_control_on_a_fact_that_is_not_there_is_refused(plan: Callable[..., str]) -> None:
    assert "Nothing was saved" in plan("place:MFA:A-999", 422)
    assert placements() == []


def test_a_cut_is_made_so_in_the_register(ciso: FlaskClient) -> None:
    html = ciso.get(f"/blast/plan?{ASKED}&plan=cut:F-001").text
    assert "No control does this" in html
    assert 'href="/flows/F-001"' in html


def test_nonsense_cannot_be_planned(ciso: FlaskClient) -> None:
    assert ciso.get("/blast/plan?plan=blow:up").status_code == 404


def test_a_reader_is_not_offered_to_plan(filled: Flask, client_as: Callable[..., FlaskClient]) -> None:
    reader = client_as(Role.AUDITOR)
    assert "make it so" not in page(reader, "what_if=place:MFA:A-001")
    assert reader.get("/blast/plan?plan=place:MFA:A-001").status_code == 403


def test_a_vendor_manager_plans_on_own_vendors_only(filled: Flask, client_as: Callable[..., FlaskClient]) -> None:
    manager = client_as(Role.VENDOR_MANAGER)
    assert "not yours to change" in manager.get("/blast/plan?plan=place:MFA:A-001").text
    answer = manager.post(
        "/blast/plan?plan=place:MFA:A-001", data={"owner_email": "a@example.org", "due": "2026-09-30"}
    )
    assert answer.status_code == 422
    assert placements() == []


def test_everyone_who_uses_a_product_is_a_start(ciso: FlaskClient) -> None:
    assert "Nobody is registered as a user" in page(ciso, "users_of=V-0003", 422)
    assert "no vendor or system called" in page(ciso, "users_of=Nothing", 404)


def test_a_download_leaves_an_audit_entry(ciso: FlaskClient) -> None:
    assert ciso.get(f"/blast/reached.csv?{ASKED}").status_code == 405
    assert ciso.post(f"/blast/reached.csv?{ASKED}").status_code == 200
    entry = session().scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert entry.action == "blast.export"
    assert "reached.csv" in entry.details
