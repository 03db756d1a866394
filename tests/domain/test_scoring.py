"""Answers and scores against cases worked out by hand, for every type of question."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.assessment.answers import (
    Answer,
    BadAnswer,
    MissingReason,
    missing_for_submission,
    read_value,
    shown_questions,
    value_text,
    without_hidden,
)
from registry.domain.assessment.questionnaire import Question
from registry.domain.assessment.scoring import ManualPoints, Reason, evidenced_controls, points_of, score
from registry.domain.register.vocabulary import Posture
from tests.domain.questionnaires import question, questionnaire

TODAY = date(2026, 11, 24)
LEVELS = [
    {"value": "all", "label": "All", "score": 100},
    {"value": "some", "label": "Some", "score": 40},
    {"value": "none", "label": "None", "score": 0},
    {"value": "na", "label": "Does not apply", "score": None},
]
HOURS = [{"max": 24, "score": 100}, {"max": 72, "score": 50}, {"max": None, "score": 0}]
MONTHS = [
    {"max_age_months": 12, "score": 100},
    {"max_age_months": 18, "score": 60},
    {"max_age_months": None, "score": 0},
]
YES_NO_NA = [
    {"value": "yes", "label": "Yes", "score": 100},
    {"value": "no", "label": "No", "score": 0},
    {"value": "na", "label": "n/a", "score": None},
]


def one(kind: str, **fields: object) -> Question:
    return questionnaire(question("ENC-01", type=kind, **fields)).questions[0]


CHOICE, MULTI = one("choice", choices=LEVELS), one("multi", choices=LEVELS)
NUMBER, DATE = one("number", unit="hours", bands=HOURS), one("date", bands=MONTHS)


@pytest.mark.parametrize("asked, given_value, points", [
    (one("yes_no"), "yes", 100), (one("yes_no"), "no", 0),
    (one("yes_no_na", choices=YES_NO_NA), "na", None),
    (CHOICE, "some", 40), (CHOICE, "na", None),
    (MULTI, ("some", "all"), 100), (MULTI, ("some",), 40), (MULTI, ("some", "na"), 40), (MULTI, ("na",), None),
    (NUMBER, Decimal(0), 100), (NUMBER, Decimal(24), 100), (NUMBER, Decimal("24.01"), 50), (NUMBER, Decimal(72), 50), (NUMBER, Decimal(73), 0),
    (DATE, date(2025, 11, 24), 100), (DATE, date(2025, 11, 23), 60), (DATE, date(2025, 5, 24), 60), (DATE, date(2025, 5, 23), 0),
    (DATE, TODAY, 100), (DATE, date(2026, 11, 25), 0),
    (one("text"), "anything", None), (one("number"), Decimal(5), None), (one("date"), TODAY, None),
])  # fmt: skip
def test_points_of_every_type_of_answer(asked, given_value, points):
    assert points_of(asked, Answer(given_value), TODAY) == points


def test_age_in_months_ends_with_the_shorter_month():
    assert points_of(DATE, Answer(date(2023, 2, 28)), date(2024, 2, 29)) == 100
    assert points_of(DATE, Answer(date(2023, 2, 27)), date(2024, 2, 29)) == 60


def test_the_score_is_the_weighted_mean_and_the_unanswered_stay_in_it():
    sample = questionnaire(question("ENC-01", weight=3), question("ENC-02", weight=2), question("ACC-01", weight=5))
    result = score(sample, {"ENC-01": Answer("yes"), "ENC-02": Answer("no")}, TODAY)
    assert result.total == pytest.approx(300 / 10)
    assert [(each.section, each.score, each.weight) for each in result.sections] == [("ENC", 60, 5), ("ACC", 0, 5)]
    assert [each.reason for each in result.questions] == [Reason.ANSWER, Reason.ANSWER, Reason.UNANSWERED]
    assert result.band is not None
    assert result.band.key is Posture.VERY_WEAK
    assert result.formula.endswith("= 300 / 10 = 30.00, over 3 questions")


def test_hidden_and_not_applicable_leave_both_sums():
    sample = questionnaire(
        question("ENC-01"),
        question("ENC-02", show_if={"question": "ENC-01", "is": "no"}),
        question("ENC-03", type="choice", choices=LEVELS),
    )
    answers = {"ENC-01": Answer("yes"), "ENC-02": Answer("no"), "ENC-03": Answer("na")}
    result = score(sample, answers, TODAY)
    assert result.total == 100
    assert [each.question.id for each in result.questions] == ["ENC-01", "ENC-03"]
    assert set(without_hidden(sample, answers)) == {"ENC-01", "ENC-03"}


def test_a_hidden_answer_shows_no_other_question():
    sample = questionnaire(
        question("ENC-01"),
        question("ENC-02", show_if={"question": "ENC-01", "is": "yes"}),
        question("ENC-03", show_if={"question": "ENC-02", "is": "yes"}),
        question("ENC-04", show_if={"question": "ENC-02", "answered": False}),
    )
    answers = {"ENC-01": Answer("no"), "ENC-02": Answer("yes")}
    assert [each.id for each in shown_questions(sample, answers)] == ["ENC-01", "ENC-04"]


def test_a_failed_non_negotiable_question_caps_the_score_and_is_named():
    sample = questionnaire(question("ENC-01", weight=5), question("ENC-02", non_negotiable=True))
    failed = score(sample, {"ENC-01": Answer("yes"), "ENC-02": Answer("no")}, TODAY)
    assert failed.uncapped == pytest.approx(500 / 6)
    assert failed.total == 49
    assert [each.id for each in failed.failed] == ["ENC-02"]
    assert failed.formula.endswith("limited to 49 because of ENC-02")
    assert failed.band is not None
    assert failed.band.key is Posture.VERY_WEAK


def test_the_cap_lifts_nobody():
    sample = questionnaire(question("ENC-01", weight=5), question("ENC-02", non_negotiable=True))
    assert score(sample, {}, TODAY).total == 0


def test_an_unanswered_non_negotiable_question_fails_and_one_that_does_not_apply_does_not():
    asked = question("ENC-02", non_negotiable=True, type="choice", choices=LEVELS)
    sample = questionnaire(question("ENC-01"), asked)
    assert score(sample, {"ENC-01": Answer("yes")}, TODAY).failed
    assert not score(sample, {"ENC-01": Answer("yes"), "ENC-02": Answer("na")}, TODAY).failed


def test_points_of_the_reviewer_count_for_any_question_and_say_why():
    sample = questionnaire(question("ENC-01"), question("ENC-02", type="text"))
    manual = {"ENC-02": ManualPoints(50, "partly"), "ENC-01": ManualPoints(80, "for one site only")}
    result = score(sample, {"ENC-01": Answer("no")}, TODAY, manual)
    assert result.total == 65
    assert [(each.reason, each.why) for each in result.questions] == [
        (Reason.REVIEWER, "for one site only"),
        (Reason.REVIEWER, "partly"),
    ]


def test_nothing_scored_is_no_score_and_no_band():
    result = score(questionnaire(question("ENC-01", type="text")), {}, TODAY)
    assert (result.total, result.band, result.sections[0].score) == (None, None, None)


@pytest.mark.parametrize(
    "points, band",
    [(70, "strong"), (69.99, "fair"), (50, "fair"), (49.999, "very_weak"), (0, "very_weak"), (100, "strong")],
)
def test_bands_begin_at_their_lowest_points(points, band):
    assert questionnaire(question("ENC-01")).scoring.band_of(points).key == band


def test_only_good_answers_are_offered_as_evidence_of_a_control():
    sample = questionnaire(question("ENC-01", affects="MFA"), question("ENC-02", affects="EDR"), question("ENC-03"))
    answers = {"ENC-01": Answer("yes"), "ENC-02": Answer("no"), "ENC-03": Answer("yes")}
    assert [code for _, code in evidenced_controls(sample, score(sample, answers, TODAY))] == ["MFA"]


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["yes", "no", None])), min_size=1, max_size=12),
    st.integers(0, 11),
)
def test_a_better_answer_never_lowers_the_score(rows, place):
    sample = questionnaire(*(question(f"ENC-{number:02}", weight=weight) for number, (weight, _) in enumerate(rows)))
    answers = {f"ENC-{number:02}": Answer(given_value) for number, (_, given_value) in enumerate(rows) if given_value}
    better = {**answers, f"ENC-{place % len(rows):02}": Answer("yes")}
    assert (score(sample, better, TODAY).total or 0) >= (score(sample, answers, TODAY).total or 0)


# --- what people type ---


@pytest.mark.parametrize("asked, text, value", [
    (CHOICE, "some", "some"), (CHOICE, "Some", "some"), (CHOICE, "", None),
    (MULTI, ["some", "all"], ("all", "some")), (MULTI, "some;all", ("all", "some")), (MULTI, ["none"], ("none",)), (MULTI, [], None),
    (NUMBER, " 24 ", Decimal(24)), (NUMBER, "1.50", Decimal("1.5")), (NUMBER, "1e2", Decimal(100)), (NUMBER, "0", Decimal(0)),
    (DATE, "2026-02-28", date(2026, 2, 28)),
    (one("text"), "  two words ", "two words"), (one("text"), "   ", None), (one("file"), "x", None),
])  # fmt: skip
def test_what_is_typed_becomes_a_value_and_is_written_back(asked, text, value):
    assert read_value(asked, text) == value
    assert read_value(asked, value_text(value)) == value


@pytest.mark.parametrize("asked, text", [
    (CHOICE, "maybe"), (CHOICE, ["all", "some"]), (MULTI, ["none", "all"]), (MULTI, ["maybe"]),
    (NUMBER, "many"), (NUMBER, "-1"), (NUMBER, "NaN"), (NUMBER, "Infinity"), (NUMBER, "1e99"), (NUMBER, "1,000"), (NUMBER, "sNaN"),
    (DATE, "28.2.2026"), (DATE, "2026-02-30"), (one("text"), "x" * 10_001),
])  # fmt: skip
def test_what_a_question_does_not_take_is_refused_in_words(asked, text):
    with pytest.raises(BadAnswer) as refused:
        read_value(asked, text)
    assert len(str(refused.value)) > 15


@given(st.sampled_from([CHOICE, MULTI, NUMBER, DATE, one("text")]), st.text(max_size=40))
def test_any_text_is_taken_or_refused(asked, text):
    try:
        value = read_value(asked, text)
    except BadAnswer:
        return
    assert read_value(asked, value_text(value)) == value


def test_what_is_missing_before_submission():
    sample = questionnaire(
        question("ENC-01"),
        question("ENC-02", evidence="required"),
        question("ENC-03", evidence="required"),
        question("ENC-04", required=False),
        question("ENC-05", type="file"),
        question("ENC-06", type="date", bands=MONTHS),
        question("ENC-07", show_if={"question": "ENC-01", "is": "yes"}),
    )
    answers = {
        "ENC-02": Answer("yes"),
        "ENC-03": Answer("no"),
        "ENC-05": Answer(files=1),
        "ENC-06": Answer(date(2027, 1, 1)),
    }
    assert [(each.question.id, each.reason) for each in missing_for_submission(sample, answers, TODAY)] == [
        ("ENC-01", MissingReason.ANSWER),
        ("ENC-02", MissingReason.EVIDENCE),
        ("ENC-06", MissingReason.DATE_AHEAD),
    ]
