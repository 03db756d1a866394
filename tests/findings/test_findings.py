"""Findings: by hand and from answers, moved, fixed with proof, verified by somebody else, opened again; what they cost."""

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.actor import Role
from registry.core.db import session
from registry.domain.assessment.finding import WORKABLE, FindingState, FindingStep, next_finding_state
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Severity
from registry.findings.subjects import open_findings
from registry.models.findings import Finding, FindingDueMove
from registry.risk.queries import risk_of
from tests.assessments.conftest import PDF, fill, hand_in, row

TODAY = date(2026, 3, 2)


def finding(code: str = "FI-0001") -> Finding:
    session().expire_all()
    found = session().get(Finding, code)
    assert found is not None
    return found


def act(client, path: str, code: str = "FI-0001", **data: object):
    sent = {"version": str(finding(code).version), **data}
    return client.post(f"/findings/{code}/{path}", data=sent, follow_redirects=True)


def raise_one(client, **data: str):
    sent = {"vendor": "V-0001", "title": "No encryption", "severity": "high", "is_vendors": "y", **data}
    return client.post("/findings/new", data=sent)


def test_a_finding_from_raising_to_verifying(manager, reviewer, client_as, app):
    assert raise_one(manager).status_code == 303
    assert (finding().due, finding().due_first) == (TODAY + timedelta(days=30), TODAY + timedelta(days=30))
    assert finding().owner_email == "alice.owner@example.org"
    act(manager, "plan", text="Encrypt the bucket.")
    assert finding().state is FindingState.IN_WORK
    act(manager, "due", due="2026-05-01", why="The supplier is late.")
    moved = session().query(FindingDueMove).one()
    assert (moved.before, moved.after, moved.why) == (date(2026, 4, 1), date(2026, 5, 1), "The supplier is late.")
    assert (finding().due_first, finding().cycle) == (date(2026, 4, 1), 2)
    bad = act(manager, "fix", closure="Done.", file=(io.BytesIO(b"MZ"), "virus.exe"))
    assert bad.status_code == 422
    assert "Done." in bad.text
    done = act(manager, "fix", closure="Done.", file=(io.BytesIO(PDF), "proof.pdf"))
    assert "somebody else verifies it" in done.text
    assert "proof.pdf" in done.text
    assert "somebody else must verify it" in act(manager, "verify").text
    act(reviewer, "verify")
    assert (finding().state, finding().verified_by) == (FindingState.VERIFIED, "rita.reviewer@example.org")
    act(reviewer, "reopen", text="The bucket is open again.")
    assert (finding().state, finding().reopened, finding().verified_by) == (FindingState.REOPENED, 1, None)
    page = reviewer.get("/findings/FI-0001").text
    assert "The supplier is late." in page
    assert "re-opened 1 time<" in page


def test_a_stale_form_changes_nothing_and_bad_input_says_why(manager):
    raise_one(manager)
    assert raise_one(manager, title="").status_code == 422
    assert raise_one(manager, vendor="V-9999").status_code == 422
    assert raise_one(manager, due="2020-01-01").status_code == 422
    assert manager.post("/findings/FI-0001/plan", data={"version": "7", "text": "x"}).status_code == 409
    assert act(manager, "plan", text="").status_code == 422
    assert act(manager, "due", due="31.12.", why="x").status_code == 422
    assert finding().state is FindingState.OPEN


def test_others_managers_see_but_do_not_touch(manager, client_as):
    raise_one(manager)
    bob = client_as(Role.VENDOR_MANAGER, name="Bob Colleague")
    assert bob.get("/findings/FI-0001").status_code == 200
    assert act(bob, "plan", text="x").status_code == 404
    assert bob.get("/findings/FI-0001/edit").status_code == 404
    assert raise_one(bob).status_code == 404
    assert client_as(Role.AUDITOR).post("/findings/FI-0001/plan").status_code == 403


def test_a_worse_severity_brings_the_day_forward_and_a_milder_one_leaves_it(manager):
    raise_one(manager)
    form = {"title": "No encryption", "is_vendors": "y", "owner_email": "alice.owner@example.org"}
    act(manager, "edit", severity="critical", **form)
    assert finding().due == TODAY + timedelta(days=14)
    act(manager, "edit", severity="low", **form)
    assert finding().due == TODAY + timedelta(days=14)


def test_answers_suggest_findings_and_raise_each_once(manager, reviewer, key):
    fill(manager, key, first="no")
    assert "No finding is suggested" in reviewer.get(f"/findings/from/{key}").text
    hand_in(manager, key)
    page = reviewer.get(f"/findings/from/{key}").text
    assert "non-negotiable and failed" in page
    sent = {"question": ["ENC-01", "NOT-01"]}
    assert "Raised 1 finding." in reviewer.post(f"/findings/from/{key}", data=sent, follow_redirects=True).text
    assert (finding().severity, finding().question) == (Severity.CRITICAL, "ENC-01")
    again = reviewer.post(f"/findings/from/{key}", data=sent, follow_redirects=True)
    assert "Raised 0 findings." in again.text


def test_open_findings_lower_what_an_assessment_is_worth(manager, reviewer, key):
    fill(manager, key)
    hand_in(manager, key)
    for path, data in (("begin", {}), ("decide", {"rationale": "Good."})):
        reviewer.post(f"/assessments/{key}/review/{path}", data={"version": str(row(key).version), **data})
    before = risk_of("V-0001")
    raise_one(manager, severity="high")
    after = risk_of("V-0001")
    assert before is not None
    assert after is not None
    assert before.effectiveness.share == pytest.approx(480 / 7 / 100 * 0.9)
    assert after.effectiveness.share == pytest.approx(before.effectiveness.share * 0.75)
    assert after.residual > before.residual


def test_only_owed_findings_are_reminded(manager):
    raise_one(manager)
    assert [each.key for each in open_findings(TODAY, None)] == ["FI-0001"]
    act(manager, "fix", closure="Done.")
    assert list(open_findings(TODAY, {"FI-0001"})) == []


@given(steps=st.lists(st.sampled_from(FindingStep), max_size=12))
def test_no_path_verifies_what_was_not_called_fixed(steps):
    state, is_fixed = FindingState.OPEN, False
    for step in steps:
        try:
            after = next_finding_state(state, step)
        except IllegalMove:
            continue
        assert after is not FindingState.VERIFIED or is_fixed
        assert after is not FindingState.ACCEPTED or state in WORKABLE
        is_fixed = step is FindingStep.FIX or (is_fixed and step is FindingStep.VERIFY)
        state = after
