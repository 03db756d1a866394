"""Acceptances: frozen figures, four eyes by amount, a deputy where nobody else is left, stale and ended ones."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.acceptances.queries import acceptance_page
from registry.acceptances.service import expire
from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.permissions import PersonFunction
from registry.core.work import work
from registry.domain.assessment.acceptance import RANKS, is_stale, least_approver
from registry.domain.assessment.finding import FindingState
from registry.domain.register.vocabulary import Tier
from registry.models.accounts import Deputy
from registry.models.datasets import Dataset
from registry.models.findings import Acceptance, AcceptanceState, Finding
from registry.reference.load import shipped_parameters
from registry.risk import refresh
from tests.findings.test_findings import act as finding_act
from tests.findings.test_findings import finding, raise_one
from tests.people import make_person, sign_in

SYSTEM = Actor.system("tests")


def acceptance() -> Acceptance:
    session().expire_all()
    found = session().get(Acceptance, "AC-0001")
    assert found is not None
    return found


def propose(client, **data: str):
    sent = {"vendor": "V-0001", "reason": "It ends in June.", "expires": "2026-06-30", **data}
    return client.post("/acceptances/new", data=sent)


def act(client, path: str, **data: str):
    return client.post(
        f"/acceptances/AC-0001/{path}", data={"version": str(acceptance().version), **data}, follow_redirects=True
    )


@pytest.fixture
def people_known(alice) -> None:
    """The dataset's people are known, so the vendor is of medium risk."""
    with writing(), work(SYSTEM, "dataset.count") as w:
        w.get(Dataset, "D-001").people = 500


def test_an_acceptance_freezes_its_figures_and_is_approved_by_somebody_else(manager, client_as, app, people_known):
    raise_one(manager)
    assert propose(manager, finding="FI-0001").status_code == 303
    row = acceptance()
    assert (row.needs, row.band, row.people) == ("executive", Tier.MEDIUM, 500.0)  # the expected loss is not known
    ciso = client_as(Role.CISO, name="Rita Reviewer")
    assert "needs somebody else" in act(ciso, "approve").text
    assert "needs somebody else" in act(manager, "approve").text
    board = sign_in(app, make_person("Erik Board", Role.CONTRIBUTOR, functions=frozenset({PersonFunction.EXECUTIVE})))
    assert "Erik Board" in manager.get("/acceptances/AC-0001").text
    assert "figures stay frozen" in act(board, "approve").text
    assert (acceptance().state, acceptance().decided_by) == (AcceptanceState.APPROVED, "erik.board@example.org")
    assert finding().state is FindingState.ACCEPTED
    assert propose(manager, finding="FI-0001").status_code == 422
    assert finding_act(manager, "fix", closure="x").status_code == 200
    assert finding().state is FindingState.ACCEPTED
    act(manager, "withdraw", why="Sold.")
    assert (acceptance().state, finding().state) == (AcceptanceState.WITHDRAWN, FindingState.REOPENED)


def test_the_only_approver_proposed_it_so_a_named_deputy_acts(client_as, app, people_known):
    erik = make_person("Erik Board", Role.CISO, functions=frozenset({PersonFunction.EXECUTIVE}))
    board = sign_in(app, erik)
    assert propose(board).status_code == 303
    assert "stays proposed until a deputy is named" in board.get("/acceptances/AC-0001").text
    dora = make_person("Dora Deputy", Role.VENDOR_MANAGER)
    with writing(), work(SYSTEM, "deputy.name") as w:
        w.add(Deputy(person_id=erik.id, deputy_id=dora.id, starts=date(2026, 1, 1), ends=None))
    # she stands in for somebody who proposed it: the four eyes are hers and his
    assert "Dora Deputy, standing in for erik.board@example.org" in board.get("/acceptances/AC-0001").text
    act(sign_in(app, dora), "approve")
    assert (acceptance().decided_by, acceptance().decided_for) == ("dora.deputy@example.org", "erik.board@example.org")


def test_it_is_stale_when_more_is_at_stake_and_page_and_list_agree(manager, client_as, app, people_known):
    board = sign_in(app, make_person("Erik Board", Role.CONTRIBUTOR, functions=frozenset({PersonFunction.EXECUTIVE})))
    propose(manager)
    act(board, "approve")
    refresh()
    assert "AC-0001" not in manager.get("/acceptances?stale=yes").text
    with writing(), work(SYSTEM, "dataset.count") as w:
        w.get(Dataset, "D-001").people = 900
    refresh()
    assert acceptance_page("AC-0001", SYSTEM).is_stale
    assert "AC-0001" in manager.get("/acceptances?stale=yes").text


def test_its_last_day_ends_it_and_opens_the_finding(manager, app, people_known):
    board = sign_in(app, make_person("Erik Board", Role.CONTRIBUTOR, functions=frozenset({PersonFunction.EXECUTIVE})))
    raise_one(manager)
    propose(manager, finding="FI-0001", expires="2026-03-10")
    act(board, "approve")
    assert expire() == 0
    now = clock.now()
    clock.set_clock(app.extensions, lambda: now + timedelta(days=9))
    assert expire() == 1
    assert expire() == 0
    assert (acceptance().state, finding().state) == (AcceptanceState.EXPIRED, FindingState.REOPENED)
    assert session().get(Finding, "FI-0001").due >= date(2026, 3, 11)


def test_bad_input_says_why(manager, client_as):
    assert propose(manager, reason="").status_code == 422
    assert propose(manager, expires="2020-01-01").status_code == 422
    assert propose(manager, finding="FI-7777").status_code == 422
    assert propose(client_as(Role.VENDOR_MANAGER, name="Bob Colleague")).status_code == 404
    assert session().query(Acceptance).count() == 0


bands = st.sampled_from([*Tier, None])
losses = st.none() | st.floats(0, 1e9)


@given(band=bands, loss=losses, more=st.floats(0, 1e9))
def test_more_at_stake_never_needs_a_lower_approver(band, loss, more):
    known = shipped_parameters()
    needed = RANKS.index(least_approver(band, loss, known))
    assert RANKS.index(least_approver(band, None if loss is None else loss + more, known)) >= needed
    assert RANKS.index(least_approver(None, loss, known)) >= needed


def test_the_shipped_limits():
    known = shipped_parameters()
    asked = [(Tier.LOW, 50_000), (Tier.LOW, 50_001), (Tier.HIGH, 1_000_000), (Tier.CRITICAL, 1), (Tier.LOW, None)]
    assert [least_approver(band, loss, known) for band, loss in asked] == [
        "vendor_manager", "ciso", "ciso", "executive", "executive",
    ]  # fmt: skip
    assert is_stale(None, None, None, None) is False
