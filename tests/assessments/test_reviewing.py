"""The review: by somebody else, points by hand with a reason, return, decide; the band becomes the posture."""

import pytest

from registry.assessments.service.reviewing import score_of
from registry.core.db import session
from registry.domain.assessment.assessment import State
from registry.domain.register.vocabulary import Posture
from registry.models.vendors import Vendor
from tests.assessments.conftest import answer, fill, hand_in, row


@pytest.fixture
def handed_in(manager, key) -> int:
    fill(manager, key)
    assert hand_in(manager, key).status_code == 303
    return key


def act(client, key: int, path: str, **data: str):
    sent = {"version": str(row(key).version), **data}
    return client.post(f"/assessments/{key}/{path}", data=sent, follow_redirects=True)


def posture() -> Posture:
    session().expire_all()
    return session().get(Vendor, "V-0001").posture


def test_a_review_ends_in_a_score_a_band_and_a_posture(reviewer, handed_in):
    # 3 x 100 + 2 x 40 + 1 x 0 (optional, unanswered) + 1 x 100, over 3 + 2 + 1 + 1
    act(reviewer, handed_in, "review/begin")
    assert row(handed_in).state is State.IN_REVIEW
    page = reviewer.get(f"/assessments/{handed_in}/review").text
    assert "= 480 / 7 = 68.57, over 4 questions" in page
    assert "MFA" in page
    assert posture() is Posture.UNKNOWN
    done = act(reviewer, handed_in, "review/decide", rationale="Good enough.", conditions="Encrypt the rest.")
    assert "posture follows" in done.text
    decided = row(handed_in)
    assert (decided.state, decided.band) == (State.ACCEPTED_WITH_CONDITIONS, "fair")
    assert decided.conditions == "Encrypt the rest."
    assert decided.score == pytest.approx(480 / 7)
    assert posture() is Posture.FAIR
    act(reviewer, handed_in, "close")
    assert row(handed_in).state is State.CLOSED


def test_who_answered_does_not_review(manager, handed_in):
    page = act(manager, handed_in, "review/begin")
    assert "somebody else must review it" in page.text
    assert row(handed_in).state is State.SUBMITTED


def test_points_by_hand_need_a_reason_and_count(reviewer, handed_in):
    act(reviewer, handed_in, "review/begin")
    assert "need their reason" in act(reviewer, handed_in, "review/points/ENC-02", points="80", why="").text
    assert "need their reason" in act(reviewer, handed_in, "review/points/ENC-02", points="120", why="x").text
    act(reviewer, handed_in, "review/points/ENC-02", points="80", why="The rest is public data.")
    act(reviewer, handed_in, "review/points/ACC-02", points="50", why="A plan exists.")
    assert score_of(row(handed_in)).total == pytest.approx((300 + 160 + 100 + 50) / 8)
    page = reviewer.get(f"/assessments/{handed_in}/review").text
    assert "by hand: The rest is public data." in page
    act(reviewer, handed_in, "review/points/ENC-02", points="", why="")
    assert score_of(row(handed_in)).total == pytest.approx((300 + 80 + 100 + 50) / 8)


def test_returned_it_is_answered_again_before_it_is_handed_in_again(manager, reviewer, handed_in):
    act(reviewer, handed_in, "review/begin")
    assert act(reviewer, handed_in, "review/return", why="").status_code == 422
    act(reviewer, handed_in, "review/return", why="Which report?")
    assert (row(handed_in).state, row(handed_in).cycle) == (State.RETURNED, 2)
    assert "Which report?" in manager.get(f"/assessments/{handed_in}").text
    assert hand_in(manager, handed_in).status_code == 422
    answer(manager, handed_in, "ACC-02", "SOC 2, see file")
    assert row(handed_in).state is State.IN_PROGRESS
    assert hand_in(manager, handed_in).status_code == 303


def test_a_failed_non_negotiable_question_caps_the_score_and_stands_on_top(manager, reviewer, key):
    fill(manager, key, first="no")
    hand_in(manager, key)
    act(reviewer, key, "review/begin")
    assert "Non-negotiable and failed" in reviewer.get(f"/assessments/{key}/review").text
    act(reviewer, key, "review/decide", rationale="Weak.")
    assert row(key).score <= 49
    assert posture() is Posture.VERY_WEAK


def test_only_flags_are_shown_when_asked_for(reviewer, handed_in):
    page = reviewer.get(f"/assessments/{handed_in}/review?flags=yes").text
    assert "ENC-02?" in page
    assert "ENC-01?" not in page


def test_no_step_of_a_review_can_be_skipped(reviewer, handed_in):
    assert "This assessment is submitted" in act(reviewer, handed_in, "review/decide", rationale="x").text
    assert row(handed_in).state is State.SUBMITTED
    assert "This assessment is submitted" in act(reviewer, handed_in, "review/return", why="x").text
    assert "This assessment is submitted" in act(reviewer, handed_in, "close").text
