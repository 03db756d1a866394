"""From answers to points, a score and a band, with every step kept so that a number can be traced and re-performed.

Points run from 0 to 100. A section's and the whole score are the weighted mean of the points of shown, scored
questions: `sum(weight * points) / sum(weight)`. What is hidden or not applicable leaves both sums; what is unanswered
stays in them at its worst. A non-negotiable question that fails limits the whole score to the cap and is named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from registry.domain.assessment.answers import Answer, Answers, shown_questions
from registry.domain.assessment.questionnaire import Question, Questionnaire, ScoreBand
from registry.domain.duties.deadlines import add_months

__all__ = [
    "ManualPoints",
    "Reason",
    "Score",
    "ScoredQuestion",
    "SectionScore",
    "evidenced_controls",
    "points_of",
    "score",
]

_NO_ANSWER = Answer()


class Reason(StrEnum):
    """Where the points of a question come from."""

    ANSWER = "answer"
    UNANSWERED = "unanswered"
    REVIEWER = "reviewer"
    NOT_APPLICABLE = "not_applicable"
    NOT_SCORED = "not_scored"
    DATE_AHEAD = "date_ahead"


@dataclass(frozen=True, slots=True)
class ManualPoints:
    """Points that a reviewer gave, 0 to 100, and why."""

    points: float
    why: str


@dataclass(frozen=True, slots=True)
class ScoredQuestion:
    """A shown question with its points; None leaves it out of the score."""

    question: Question
    points: float | None
    reason: Reason
    why: str = ""


@dataclass(frozen=True, slots=True)
class SectionScore:
    """The score of a section; None when nothing in it is scored."""

    section: str
    score: float | None
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The whole score and all that led to it.

    `total` is None when nothing is scored: unknown, never 0 and never safe. `uncapped` is what it would be without
    the non-negotiable questions in `failed`. `formula` says in words and figures how `total` came about.
    """

    total: float | None
    uncapped: float | None
    band: ScoreBand | None
    questions: tuple[ScoredQuestion, ...]
    sections: tuple[SectionScore, ...]
    failed: tuple[Question, ...]
    formula: str


def score(
    questionnaire: Questionnaire, answers: Answers, on: date, manual: Mapping[str, ManualPoints] | None = None
) -> Score:
    """Score the answers as of a day, normally that of submission.

    Parameters
    ----------
    on
        The day from which the age of dates is counted.
    manual
        Points a reviewer gave instead, by question; they count for any shown question.

    Notes
    -----
    Linear in the number of questions.
    """
    given = manual or {}
    rules = questionnaire.scoring
    scored = tuple(
        _scored(
            question,
            answers.get(question.id, _NO_ANSWER),
            on,
            manual=given.get(question.id),
            unanswered=rules.unanswered_points,
        )
        for question in shown_questions(questionnaire, answers)
    )
    uncapped = _mean(scored)
    failed = tuple(
        each.question
        for each in scored
        if each.question.non_negotiable and each.points is not None and each.points < rules.pass_points
    )
    total = uncapped if uncapped is None or not failed else min(uncapped, rules.non_negotiable_cap)
    return Score(
        total=total,
        uncapped=uncapped,
        band=None if total is None else rules.band_of(total),
        questions=scored,
        sections=tuple(
            _section(section.id, [each for each in scored if each.question.section == section.id])
            for section in questionnaire.sections
        ),
        failed=failed,
        formula=_formula(questionnaire, scored, uncapped, failed),
    )


def points_of(question: Question, answer: Answer, on: date) -> float | None:
    """Return the points of a given answer as of a day; None when it is left out of the score.

    Several choices count by the best of them; a number or date by the first band that fits. A date after the day
    fits no band and earns nothing.
    """
    value = answer.value
    if isinstance(value, Decimal):
        return next(
            (band.score for band in question.number_bands if band.most is None or value <= Decimal(str(band.most))),
            None,
        )
    if isinstance(value, date):
        if not question.date_bands:
            return None
        if value > on:
            return 0.0
        return next(
            band.score for band in question.date_bands if band.months is None or value >= add_months(on, -band.months)
        )
    chosen = {value} if isinstance(value, str) else set(value or ())
    scores = [choice.score for choice in question.choices if choice.value in chosen and choice.score is not None]
    return max(scores, default=None)


def evidenced_controls(questionnaire: Questionnaire, result: Score) -> tuple[tuple[Question, str], ...]:
    """Return (question, code of the control) of answers good enough to be offered as evidence of a control."""
    enough = questionnaire.scoring.control_evidence_points
    return tuple(
        (each.question, each.question.affects)
        for each in result.questions
        if each.question.affects is not None
        and each.points is not None
        and each.points >= enough
        and each.reason in {Reason.ANSWER, Reason.REVIEWER}
    )


def _scored(
    question: Question, answer: Answer, on: date, *, manual: ManualPoints | None, unanswered: float
) -> ScoredQuestion:
    if manual is not None:
        return ScoredQuestion(question, manual.points, Reason.REVIEWER, manual.why)
    if not question.is_scored:
        return ScoredQuestion(question, None, Reason.NOT_SCORED)
    if not answer.is_given(question):
        return ScoredQuestion(question, unanswered, Reason.UNANSWERED)
    points = points_of(question, answer, on)
    if points is None:
        return ScoredQuestion(question, None, Reason.NOT_APPLICABLE)
    is_ahead = isinstance(answer.value, date) and answer.value > on
    return ScoredQuestion(question, points, Reason.DATE_AHEAD if is_ahead else Reason.ANSWER)


def _sums(scored: Iterable[ScoredQuestion]) -> tuple[float, int]:
    counted = [(each.question.weight, each.points) for each in scored if each.points is not None]
    return sum(weight * points for weight, points in counted), sum(weight for weight, _ in counted)


def _mean(scored: Iterable[ScoredQuestion]) -> float | None:
    points, weight = _sums(scored)
    return points / weight if weight else None


def _section(section: str, scored: list[ScoredQuestion]) -> SectionScore:
    return SectionScore(section, _mean(scored), _sums(scored)[1])


def _formula(
    questionnaire: Questionnaire,
    scored: tuple[ScoredQuestion, ...],
    uncapped: float | None,
    failed: tuple[Question, ...],
) -> str:
    if uncapped is None:
        return f"{questionnaire.scoring.formula}: no shown question is scored, so there is no score"
    points, weight = _sums(scored)
    count = sum(each.points is not None for each in scored)
    text = f"{questionnaire.scoring.formula} = {points:g} / {weight} = {uncapped:.2f}, over {count} questions"
    if failed and uncapped > questionnaire.scoring.non_negotiable_cap:
        names = ", ".join(question.id for question in failed)
        text += f"; limited to {questionnaire.scoring.non_negotiable_cap:g} because of {names}"
    return text
