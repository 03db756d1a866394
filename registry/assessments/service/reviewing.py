"""Reviewing: taken up by somebody who did not answer, points corrected with a reason, returned or decided.

A decision freezes the score and hands its band to the vendor as posture, in the same act.
"""

from dataclasses import dataclass

from sqlalchemy import select

from registry.assessments.reading import answers_of, manual_points, questionnaire_of
from registry.assessments.service.rights import require
from registry.assessments.service.telling import tell_of_return
from registry.core import factstore
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.work import Work, retried, work
from registry.domain.assessment.assessment import State, Step, next_state
from registry.domain.assessment.scoring import Score, score
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Posture
from registry.models.assessments import Assessment, AssessmentAnswer

__all__ = ["Decide", "close", "decide", "give_back", "give_points", "score_of", "take_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """How a review ends; with conditions when `conditions` says something."""

    version: int
    rationale: str
    conditions: str = ""


def score_of(row: Assessment) -> Score:
    """Return the score of an assessment as of its submission; four queries."""
    value = questionnaire_of(row.asked)
    on = (row.submitted_at or row.created_at).date()
    return score(value, answers_of(row.id, value), on, manual_points(row.id))


@retried
def take_up(actor: Actor, assessment_id: int, version: int) -> None:
    """Begin the review."""
    with work(actor, "assessment.review", subject=f"assessment:{assessment_id}") as w:
        row = _reviewed(w, actor, assessment_id, version)
        row.state = next_state(row.state, Step.START_REVIEW)
        row.reviewer_email = actor.email


@retried
def give_points(actor: Actor, assessment_id: int, question: str, *, points: float | None, why: str) -> None:
    """Give a question points by hand, with the reason; None takes them back."""
    with work(actor, "assessment.points", subject=f"assessment:{assessment_id}") as w:
        row = _reviewed(w, actor, assessment_id, None)
        if row.state is not State.IN_REVIEW:
            raise IllegalMove("Points are given while the assessment is in review.")
        if question not in questionnaire_of(row.asked).by_id:
            raise NotFound("question", question)
        if points is not None and (not 0 <= points <= 100 or not why.strip()):
            raise IllegalMove("Points run from 0 to 100 and need their reason.")
        stored = session().scalar(
            select(AssessmentAnswer).where(
                AssessmentAnswer.assessment_id == assessment_id, AssessmentAnswer.question == question
            )
        )
        if stored is None:
            stored = AssessmentAnswer(
                assessment_id=assessment_id, question=question, by_name=actor.name, by_person_id=None, at=w.now
            )
            w.session.add(stored)
        stored.points, stored.points_why = points, why.strip() or None


@retried
def give_back(actor: Actor, assessment_id: int, version: int, why: str) -> None:
    """Return an assessment to whoever answers, with what is to be done; reminders begin a new round."""
    with work(actor, "assessment.return", subject=f"assessment:{assessment_id}") as w:
        row = _reviewed(w, actor, assessment_id, version)
        row.state = next_state(row.state, Step.RETURN)
        row.rationale = why
        row.cycle += 1
        tell_of_return(w, row)


@retried
def decide(actor: Actor, assessment_id: int, command: Decide) -> None:
    """Accept an assessment, with or without conditions; its band becomes the vendor's posture."""
    with work(actor, "assessment.decide", subject=f"assessment:{assessment_id}") as w:
        row = _reviewed(w, actor, assessment_id, command.version)
        step = Step.ACCEPT_WITH_CONDITIONS if command.conditions.strip() else Step.ACCEPT
        row.state = next_state(row.state, step)
        row.decided_at, row.decided_by = w.now, actor.email
        row.rationale, row.conditions = command.rationale, command.conditions.strip() or None
        result = score_of(row)
        row.score, row.formula = result.total, result.formula
        row.band = result.band.key.value if result.band else None
        if result.band is not None:
            factstore.change(w, "vendors", row.vendor, None, {"posture": Posture(result.band.key)})


@retried
def close(actor: Actor, assessment_id: int, version: int) -> None:
    """Close an accepted assessment: its conditions are met, or it has none."""
    with work(actor, "assessment.close", subject=f"assessment:{assessment_id}") as w:
        row = _reviewed(w, actor, assessment_id, version)
        row.state = next_state(row.state, Step.CLOSE)


def _reviewed(w: Work, actor: Actor, assessment_id: int, version: int | None) -> Assessment:
    row = w.get(Assessment, assessment_id, version)
    require(actor, row.vendor, Permission.ASSESSMENTS_REVIEW)
    answered = select(AssessmentAnswer.id).where(
        AssessmentAnswer.assessment_id == assessment_id,
        AssessmentAnswer.by_person_id == actor.person_id,
        AssessmentAnswer.value.is_not(None),
    )
    if session().scalar(answered.limit(1)) is not None:
        raise IllegalMove("You answered questions of this assessment, so somebody else must review it.")
    return row
