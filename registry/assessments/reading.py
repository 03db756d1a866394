"""What services and pages both read of an assessment: the questions as asked, the answers as values, those of last time."""

import json
from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import func, select

from registry.core.db import session
from registry.core.errors import NotFound
from registry.domain.assessment.answers import Answer, BadAnswer, read_value
from registry.domain.assessment.assessment import State
from registry.domain.assessment.questionnaire import Questionnaire
from registry.domain.assessment.questionnaire_file import read_questionnaire
from registry.domain.assessment.scoring import ManualPoints
from registry.models.assessments import AnswerEvidence, AskedQuestionnaire, Assessment, AssessmentAnswer

__all__ = [
    "DECIDED",
    "HANDED_IN",
    "answers_of",
    "last_answers",
    "last_before",
    "manual_points",
    "questionnaire_of",
    "written_answers",
]

DECIDED = frozenset({State.ACCEPTED, State.ACCEPTED_WITH_CONDITIONS, State.CLOSED})
HANDED_IN = frozenset({
    State.SUBMITTED, State.IN_REVIEW, State.ACCEPTED, State.ACCEPTED_WITH_CONDITIONS, State.CLOSED,
})  # fmt: skip


def questionnaire_of(sha256: str) -> Questionnaire:
    """Return the questions as they were asked; they never change, so they are kept in memory."""
    return _read(sha256)


@lru_cache(maxsize=64)
def _read(sha256: str) -> Questionnaire:
    row = session().get(AskedQuestionnaire, sha256)
    if row is None:
        raise NotFound("questionnaire", sha256[:12])
    return read_questionnaire(json.loads(row.content))


def answers_of(assessment_id: int, value: Questionnaire) -> dict[str, Answer]:
    """Return the answers of an assessment as values, with how many files stand behind each; two queries."""
    rows = session().scalars(select(AssessmentAnswer).where(AssessmentAnswer.assessment_id == assessment_id))
    files = _files(assessment_id)
    found = {key: Answer(files=count) for key, count in files.items()}
    for row in rows:
        found[row.question] = _as_answer(row, value, files.get(row.question, 0))
    return found


def _as_answer(row: AssessmentAnswer, value: Questionnaire, files: int) -> Answer:
    question = value.by_id.get(row.question)
    try:
        read = None if question is None or row.value is None else read_value(question, row.value)
    except BadAnswer:  # cannot be stored through `answer`; an answer that is none counts as none
        read = None
    return Answer(read, files, row.comment or "")


def _files(assessment_id: int) -> dict[str, int]:
    counted = (
        select(AnswerEvidence.question, func.count())
        .where(AnswerEvidence.assessment_id == assessment_id)
        .group_by(AnswerEvidence.question)
    )
    return {row[0]: row[1] for row in session().execute(counted)}


def manual_points(assessment_id: int) -> Mapping[str, ManualPoints]:
    """Return the points a reviewer gave, by question; one query."""
    rows = session().execute(
        select(AssessmentAnswer.question, AssessmentAnswer.points, AssessmentAnswer.points_why).where(
            AssessmentAnswer.assessment_id == assessment_id, AssessmentAnswer.points.is_not(None)
        )
    )
    return {question: ManualPoints(points, why or "") for question, points, why in rows}


def last_before(row: Assessment) -> Assessment | None:
    """Return the vendor's last assessment of the same questionnaire that was handed in; one query."""
    asked = session().get(AskedQuestionnaire, row.asked)
    return session().scalar(
        select(Assessment)
        .join(AskedQuestionnaire, AskedQuestionnaire.sha256 == Assessment.asked)
        .where(
            Assessment.vendor == row.vendor,
            Assessment.id < row.id,
            Assessment.state.in_(HANDED_IN),
            AskedQuestionnaire.code == (asked.code if asked else ""),
        )
        .order_by(Assessment.id.desc())
        .limit(1)
    )


def last_answers(row: Assessment) -> dict[str, str]:
    """Return the answers of last time in writing, by question; three queries."""
    last = last_before(row)
    return written_answers(last.id) if last else {}


def written_answers(assessment_id: int) -> dict[str, str]:
    """Return the answers of an assessment in writing, by question; one query."""
    rows = session().execute(
        select(AssessmentAnswer.question, AssessmentAnswer.value).where(
            AssessmentAnswer.assessment_id == assessment_id, AssessmentAnswer.value.is_not(None)
        )
    )
    return {row[0]: row[1] or "" for row in rows}
