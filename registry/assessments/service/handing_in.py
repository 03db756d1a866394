"""Handing in: complete answers, and a person who stands for them with name and role."""

from registry.assessments.reading import answers_of, questionnaire_of
from registry.assessments.service.rights import require
from registry.core import clock
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.work import Work, retried, work
from registry.domain.assessment.answers import MissingReason, missing_for_submission
from registry.domain.assessment.assessment import State, Step, next_state
from registry.domain.register.errors import DomainError, IllegalMove
from registry.models.assessments import Assessment

__all__ = ["Incomplete", "hand_in", "submit"]


class Incomplete(DomainError):
    """Something is missing before submission; `missing` pairs each question with the reason."""

    def __init__(self, missing: tuple[tuple[str, MissingReason], ...]) -> None:
        """Name the first."""
        super().__init__(f"{len(missing)} question(s) still need something, the first is {missing[0][0]}.")
        self.missing = missing


@retried
def submit(actor: Actor, assessment_id: int, version: int, *, name: str, role: str) -> None:
    """Hand in an assessment; from now on its answers rest until it is returned.

    Raises
    ------
    Incomplete
        When a shown question still needs an answer or evidence.
    """
    with work(actor, "assessment.submit", subject=f"assessment:{assessment_id}") as w:
        row = w.get(Assessment, assessment_id, version)
        require(actor, row.vendor, Permission.ASSESSMENTS_ANSWER)
        hand_in(w, row, name=name, role=role)


def hand_in(w: Work, row: Assessment, *, name: str, role: str) -> None:
    """Hand in within an act whose rights were asked before."""
    if row.state is State.RETURNED:
        raise IllegalMove("Change or comment on an answer before handing it in again.")
    row.state = next_state(row.state, Step.SUBMIT)
    value = questionnaire_of(row.asked)
    missing = missing_for_submission(value, answers_of(row.id, value), clock.today())
    if missing:
        raise Incomplete(tuple((each.question.id, each.reason) for each in missing))
    row.submitted_at, row.submitted_by, row.submitted_role = w.now, name, role
