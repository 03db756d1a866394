"""Campaigns: shown first, launched once, all or none; the next assessment opens by itself when its tier asks."""

from datetime import date, timedelta

import pytest

from registry.campaigns.cadence import due_next, open_next
from registry.campaigns.service import Launch, launch
from registry.core import clock, factstore
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.errors import NotFound
from registry.core.work import work
from registry.domain.assessment.assessment import State
from registry.domain.register.vocabulary import Lifecycle, Tier
from registry.models.assessments import Assessment
from registry.models.campaigns import Campaign
from registry.models.vendors import Vendor
from tests.assessments.conftest import begin, fill, hand_in, row

SYSTEM = Actor.system("tests")


@pytest.fixture
def second(alice) -> str:
    """Another vendor, of nobody."""
    with writing(), work(SYSTEM, "vendor.add") as w:
        return str(factstore.create(w, "vendors", {"name": "Plover Print"}))


def count() -> int:
    session().expire_all()
    return session().query(Assessment).count()


NEW = "/campaigns/new?questionnaire=sample+1.0"
FORM = {"launch_key": "k1", "title": "Spring", "period": "2026", "due": "2026-04-01"}


def test_who_gets_what_is_shown_first_and_launched_once(client_as, second):
    ciso = client_as(Role.CISO)
    page = ciso.get(NEW).text
    assert page.count('name="vendor"') == 2
    assert "nobody: its owner fills it" in page
    assert count() == 0
    assert ciso.post(NEW, data=FORM).status_code == 422
    first = ciso.post(NEW, data={**FORM, "vendor": ["V-0001", second, "V-9999"], "sends": "y"})
    assert first.status_code == 303
    assert count() == 2
    assert ciso.post(NEW, data={**FORM, "vendor": ["V-0001"]}).status_code in {303, 422}
    assert (count(), session().query(Campaign).count()) == (2, 1)
    assert {each.state for each in session().query(Assessment)} == {State.SENT}
    assert "Plover Print" in ciso.get(first.location).text
    again = ciso.get(NEW).text
    assert again.count("it is asked this already") == 2
    assert "Spring" in ciso.get("/campaigns").text


def test_a_manager_asks_own_vendors_only_and_the_filter_is_that_of_the_list(manager, second):
    page = manager.get("/campaigns/new").text
    assert "Corvid Mail" in page
    assert "Plover Print" not in page
    assert "No vendor found" in manager.get("/campaigns/new?q=plover").text
    assert 'href="/campaigns/new?q=corvid"' in manager.get("/vendors?q=corvid").text


def test_all_or_none(alice, second):
    command = Launch(
        launch_key="k", title="t", code="sample", edition="1.0", edition_title="Sample", period="2026",
        due=date(2026, 4, 1), vendors=("V-0001", second), chosen_by="",
    )  # fmt: skip
    with writing(), pytest.raises(NotFound):
        launch(alice.actor, command)
    assert (count(), session().query(Campaign).count()) == (0, 0)


def decide(manager, reviewer, key: int) -> None:
    fill(manager, key)
    hand_in(manager, key)
    for path, data in (("begin", {}), ("decide", {"rationale": "Good."})):
        reviewer.post(f"/assessments/{key}/review/{path}", data={"version": str(row(key).version), **data})


def test_the_next_one_opens_when_the_tier_asks_and_only_once(app, manager, reviewer, key):
    decide(manager, reviewer, key)
    decided = clock.today()
    with writing(), work(SYSTEM, "vendor.tier") as w:
        w.get(Vendor, "V-0001").tier_override = Tier.CRITICAL  # every three months
    assert open_next() == 0
    later = clock.now() + timedelta(days=70)
    clock.set_clock(app.extensions, lambda: later)
    assert [(each.vendor, each.due) for each in due_next(clock.today())] == [("V-0001", date(2026, 6, 10))]
    assert (decided, open_next(), open_next()) == (date(2026, 3, 2), 1, 0)
    newest = session().query(Assessment).order_by(Assessment.id.desc()).first()
    assert (newest.state, newest.due, newest.period) == (State.DRAFT, date(2026, 6, 10), "2026")


def test_what_a_vendor_that_left_owes_expires(app, alice, key):
    other = begin("2025")
    with writing(), work(SYSTEM, "vendor.leave") as w:
        w.get(Vendor, "V-0001").lifecycle = Lifecycle.TERMINATED
    open_next()
    assert (row(key).state, row(other).state) == (State.EXPIRED, State.EXPIRED)
