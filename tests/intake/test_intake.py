"""Vendors that come and go: no step skipped, tier and blast radius before any data, gone only when nothing is left."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.work import work
from registry.domain.assessment.intake import RequestState, RequestStep, next_request_state
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Lifecycle
from registry.intake.queries import leaving_of
from registry.intake.subjects import open_notices
from registry.models.assessments import Evidence
from registry.models.datasets import Dataset
from registry.models.flows import Flow
from registry.models.intake import NoticeState, SubprocessorNotice, VendorRequest
from registry.models.vendors import Vendor
from tests.people import make_person, sign_in

SYSTEM = Actor.system("tests")
ASKED = {"name": "Sparrow Chat", "service": "Chat for customers", "why": "Shorter queues", "data": "Names"}


def request() -> VendorRequest:
    session().expire_all()
    found = session().get(VendorRequest, 1)
    assert found is not None
    return found


def vendor(code: str) -> Vendor:
    session().expire_all()
    found = session().get(Vendor, code)
    assert found is not None
    return found


def act(client, path: str, **data: object):
    return client.post(f"/intake/1/{path}", data={"version": str(request().version), **data}, follow_redirects=True)


@pytest.fixture
def colleague(client_as, alice):
    return client_as(Role.CONTRIBUTOR, name="Carl Colleague")


def count_people(people: int) -> None:
    with writing(), work(SYSTEM, "dataset.count") as w:
        w.get(Dataset, "D-001").people = people


def test_a_vendor_from_being_asked_for_to_going_live(colleague, manager, reviewer):
    count_people(500)
    assert colleague.post("/intake/new", data={**ASKED, "why": ""}).status_code == 422
    assert colleague.post("/intake/new", data=ASKED).status_code == 303
    assert "cannot be approved now" in act(reviewer, "decide", rationale="x", answer="yes").text
    assert act(colleague, "triage").status_code == 403
    act(
        manager,
        "triage",
        name="Sparrow Chat",
        dataset=["D-001"],
        share="50",
        storage="bulk",
        system="S-001",
        access="admin",
    )
    assert (request().state, request().vendor) == (RequestState.TRIAGED, "V-0002")
    flow = session().query(Flow).filter_by(recipient="V-0002").one()
    assert (flow.sender, flow.people_share, vendor("V-0002").lifecycle) == ("S-001", 0.5, Lifecycle.PROSPECT)
    page = reviewer.get("/intake/1").text
    assert "access of kind admin (high)" in page
    assert 'hx-get="/vendors/V-0002/breach"' in page
    assert reviewer.get("/vendors/V-0002/breach").status_code == 200
    assert "have an assessment decided first" in act(reviewer, "decide", rationale="Fine.", answer="yes").text
    with writing(), work(SYSTEM, "access.drop") as w:
        factstore.archive(w, "access", "A-001")
    act(reviewer, "decide", rationale="Fine.", conditions="Sign the contract.", answer="yes")
    assert (request().state, vendor("V-0002").lifecycle) == (RequestState.APPROVED, Lifecycle.ONBOARDING)
    act(reviewer, "activate")
    assert (request().state, vendor("V-0002").lifecycle) == (RequestState.ACTIVE, Lifecycle.ACTIVE)


def test_who_asks_does_not_decide_and_nothing_is_half_registered(app, reviewer, alice):
    boss = sign_in(app, make_person("Bea Boss", Role.CISO))
    boss.post("/intake/new", data=ASKED)
    bad = act(boss, "triage", name="Corvid Mail", dataset=["D-001"], share="", storage="bulk")
    assert bad.status_code == 422
    assert session().query(Vendor).count() == 1
    act(boss, "triage", name="Sparrow", dataset=[], share="", storage="bulk")
    assert "Nothing is registered" in boss.get("/intake/1").text
    assert "somebody else must decide" in act(boss, "decide", rationale="Mine.", answer="yes").text
    act(reviewer, "decide", rationale="No.", answer="no")
    assert (request().state, vendor("V-0002").lifecycle) == (RequestState.REFUSED, Lifecycle.PROSPECT)


@given(steps=st.lists(st.sampled_from(RequestStep), max_size=8))
def test_no_path_goes_live_without_triage_and_a_yes(steps):
    state, taken = RequestState.REQUESTED, []
    for step in steps:
        try:
            state = next_request_state(state, step)
        except IllegalMove:
            continue
        taken.append(step)
    if state is RequestState.ACTIVE:
        assert taken == [RequestStep.TRIAGE, RequestStep.APPROVE, RequestStep.ACTIVATE]


def leave(client, path: str, **data: object):
    return client.post(f"/leaving/V-0001/{path}", data=data, follow_redirects=True)


def test_a_vendor_leaves_once_everything_is_true(manager, client_as):
    with writing(), work(SYSTEM, "vendor.leave") as w:
        w.get(Vendor, "V-0001").lifecycle = Lifecycle.OFFBOARDING
        factstore.create(w, "access", {"vendor": "V-0001", "system": "S-001", "kind": "admin"})
        factstore.create(w, "contracts", {"vendor": "V-0001", "reference": "Main", "ends": date(2026, 3, 1)})
    assert leaving_of("V-0001").left == 4
    assert "Corvid Mail" in manager.get("/leaving").text
    assert "are not true yet" in leave(manager, "finish").text
    leave(manager, "revoke", key="A-001")
    assert "not before" in leave(manager, "deleted", key="F-001", day="2027-01-01").text
    assert "year-month-day" in leave(manager, "deleted", key="F-001", day="soon").text
    leave(manager, "deleted", key="F-001", day="2026-03-01")
    assert "Say how it is known" in leave(manager, "confirm", what="keys", why="").text
    for what in ("keys", "equipment"):
        leave(manager, "confirm", what=what, why="The service desk says so.")
    session().expire_all()
    assert session().get(Flow, "F-001").ends == date(2026, 3, 1)
    assert leaving_of("V-0001").left == 0
    bob = client_as(Role.VENDOR_MANAGER, name="Bob Colleague")
    assert leave(bob, "finish").status_code == 404
    leave(manager, "finish")
    assert vendor("V-0001").lifecycle is Lifecycle.TERMINATED
    assert "Nobody leaves" in manager.get("/leaving").text
    assert session().query(Evidence).count() == 0


def test_a_notice_shows_its_what_if_is_reminded_and_decided(manager):
    form = {
        "vendor": "V-0001", "newcomer": "Finch Cloud", "dataset": ["D-001"], "said": "We use Finch from May.",
        "received": "2026-03-01", "object_by": "2026-03-31",
    }  # fmt: skip
    assert manager.post("/sub-processor-notices/new", data={**form, "object_by": "2026-02-01"}).status_code == 422
    assert session().query(Vendor).count() == 1
    assert manager.post("/sub-processor-notices/new", data=form).status_code == 303
    assert vendor("V-0002").lifecycle is Lifecycle.PROSPECT
    assert session().query(Flow).filter_by(sender="V-0001", recipient="V-0002").count() == 1
    page = manager.get("/sub-processor-notices/1").text
    assert "We use Finch from May." in page
    assert 'hx-get="/vendors/V-0002/breach"' in page
    assert [(each.key, each.due) for each in open_notices(date(2026, 3, 2), None)] == [("1", date(2026, 3, 31))]
    sent = {"version": "1", "why": "A good house.", "answer": "agree"}
    manager.post("/sub-processor-notices/1/decide", data=sent)
    session().expire_all()
    assert session().get(SubprocessorNotice, 1).state is NoticeState.AGREED
    assert vendor("V-0002").lifecycle is Lifecycle.ACTIVE
    assert list(open_notices(date(2026, 3, 2), {"1"})) == []
