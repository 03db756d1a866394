"""Access reviews: verdicts change the register, all or none, and are kept for good."""

from datetime import date, timedelta

import pytest

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import session, writing
from registry.core.register import current
from registry.core.work import work
from registry.domain.register.presence import presence_at
from registry.domain.register.vocabulary import AccessKind, AccessOutcome
from registry.models.access import Access, AccessReview
from registry.reminders.subjects import access_reviews

SYSTEM = Actor.system("tests")
TODAY = date(2026, 3, 2)


@pytest.fixture
def accesses(alice) -> None:
    """One never reviewed, one long ago, one last month, one revoked."""
    with writing(), work(SYSTEM, "access.add") as w:
        for days, outcome in ((None, None), (400, "confirmed"), (30, "confirmed"), (400, "revoked")):
            day = None if days is None else TODAY - timedelta(days=days)
            values = {"vendor": "V-0001", "system": "S-001", "kind": "admin", "last_review": day, "outcome": outcome}
            if outcome:
                values["outcome"] = AccessOutcome(outcome)
            factstore.create(w, "access", values)


def access(code: str) -> Access:
    session().expire_all()
    found = session().get(Access, code)
    assert found is not None
    return found


def send(client, **fields: str):
    versions = {f"v-{code}": str(access(code).version) for code in ("A-001", "A-002", "A-003", "A-004")}
    return client.post("/access-reviews", data={**versions, **{k.replace("_", "-", 2): v for k, v in fields.items()}})


def test_what_is_due_stands_there_in_order(manager, accesses):
    page = manager.get("/access-reviews").text
    assert page.index('name="o-A-001"') < page.index('name="o-A-002"')
    assert "A-003" not in page
    assert "A-004" not in page
    assert "A-003" in manager.get("/access-reviews?all=yes&mine=yes").text


def test_verdicts_change_the_graph_and_are_kept(manager, accesses):
    assert len(presence_at(current().register, TODAY).access) == 3
    done = send(
        manager, o_A_001="revoked", w_A_001="Project over", o_A_002="modified", k_A_002="api_scoped", o_A_003=""
    )
    assert done.status_code == 303
    assert len(presence_at(current().register, TODAY).access) == 2
    assert (access("A-001").outcome, access("A-001").last_review) == (AccessOutcome.REVOKED, TODAY)
    assert (access("A-002").outcome, access("A-002").kind) == (AccessOutcome.MODIFIED, AccessKind.API_SCOPED)
    assert access("A-003").last_review == TODAY - timedelta(days=30)
    kept = session().query(AccessReview).order_by(AccessReview.access).all()
    assert [(each.access, each.kind_before, each.kind_after) for each in kept] == [
        ("A-001", AccessKind.ADMIN, AccessKind.ADMIN),
        ("A-002", AccessKind.ADMIN, AccessKind.API_SCOPED),
    ]
    past = manager.get("/access-reviews/done").text
    assert "Project over" in past
    assert "API scoped" in past or "api scoped" in past
    assert [each.key for each in access_reviews(TODAY, None)] == ["A-002", "A-003"]


def test_all_or_none(manager, accesses):
    wrong = send(manager, o_A_001="confirmed", o_A_002="modified")
    assert wrong.status_code == 422
    assert "by choosing another kind" in wrong.text
    assert '<option value="confirmed" selected>' in wrong.text
    assert access("A-001").last_review is None
    with writing(), work(SYSTEM, "access.touch") as w:
        w.get(Access, "A-001").probability = 0.5
        w.get(Access, "A-001").probability_reason = "seen"
    stale = manager.post("/access-reviews", data={"o-A-001": "confirmed", "v-A-001": "1"})
    assert stale.status_code == 422
    assert "meanwhile" in stale.text
    assert session().query(AccessReview).count() == 0


def test_only_who_keeps_the_vendor_decides(client_as, accesses):
    bob = client_as(Role.VENDOR_MANAGER, name="Bob Colleague")
    page = bob.get("/access-reviews").text
    assert "its owner decides" in page
    assert 'name="o-A-001"' not in page
    assert send(bob, o_A_001="revoked").status_code == 404
    assert send(client_as(Role.AUDITOR), o_A_001="revoked").status_code == 404
    assert "Nothing to review" in bob.get("/access-reviews?mine=yes").text
