"""Beginning an assessment: which questions are asked of whom, frozen as they stand; sending, moving, cancelling it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from registry.assessments.service.rights import require
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.work import Work, retried, work
from registry.domain.assessment.assessment import ANSWERABLE, OPEN, State, Step, next_state
from registry.domain.assessment.questionnaire_file import questionnaire_data
from registry.domain.register.errors import IllegalMove
from registry.models.assessments import AskedQuestionnaire, Assessment
from registry.models.questionnaires import QuestionnaireState
from registry.models.vendors import Vendor
from registry.questionnaires import queries as questionnaires

__all__ = ["StartAssessment", "cancel", "move_due", "send", "start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAssessment:
    """What is asked of which vendor, by when, and who sees to it."""

    vendor: str
    code: str
    edition: str
    period: str
    due: date
    owner_email: str | None = None
    reviewer_email: str | None = None


@retried
def start(actor: Actor, command: StartAssessment) -> int:
    """Begin an assessment as a draft; the questions are frozen as they are now.

    Raises
    ------
    NotFound
        When there is no such vendor for this person, or no such questionnaire that may be sent.
    """
    require(actor, command.vendor, Permission.ASSESSMENTS_LAUNCH)
    edition, value = questionnaires.edition(command.code, command.edition)
    if edition.state is not QuestionnaireState.PUBLISHED:
        raise NotFound("questionnaire", f"{command.code} {command.edition}")
    content = json.dumps(questionnaire_data(value), ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(content.encode()).hexdigest()
    with work(actor, "assessment.start") as w:
        vendor = w.get(Vendor, command.vendor)
        if vendor.archived_at is not None:
            raise NotFound("vendor", command.vendor)
        if w.session.get(AskedQuestionnaire, key) is None:
            w.add(
                AskedQuestionnaire(
                    sha256=key, code=value.code, edition=value.version, title=value.title, content=content
                )
            )
        row = w.add(
            Assessment(
                vendor=command.vendor,
                asked=key,
                title=value.title,
                period=command.period,
                state=State.DRAFT,
                due=command.due,
                owner_email=command.owner_email or vendor.owner_email or actor.email,
                reviewer_email=command.reviewer_email,
                created_at=w.now,
            )
        )
        w.about(f"assessment:{row.id}")
        return row.id


@retried
def send(actor: Actor, assessment_id: int, version: int) -> None:
    """Open a form to the vendor; telling them is another act, so that no mail failure locks a form.

    One that our own people began to answer stays in progress.
    """
    with work(actor, "assessment.send") as w:
        row = _mine(w, actor, assessment_id, version)
        if row.state not in ANSWERABLE - {State.DRAFT}:
            row.state = next_state(row.state, Step.SEND)
        row.sent_at = w.now


@retried
def move_due(actor: Actor, assessment_id: int, version: int, due: date) -> None:
    """Move the due date; reminders begin a new round."""
    with work(actor, "assessment.move") as w:
        row = _mine(w, actor, assessment_id, version)
        if row.state not in OPEN:
            raise IllegalMove("This assessment is over, so its due date stays.")
        if row.due != due:
            row.due = due
            row.cycle += 1


@retried
def cancel(actor: Actor, assessment_id: int, version: int, why: str) -> None:
    """Stop an assessment; what was answered stays readable."""
    with work(actor, "assessment.cancel") as w:
        row = _mine(w, actor, assessment_id, version)
        row.state = next_state(row.state, Step.CANCEL)
        row.rationale = why
        row.decided_at, row.decided_by = w.now, actor.email


def _mine(w: Work, actor: Actor, assessment_id: int, version: int) -> Assessment:
    row = w.get(Assessment, assessment_id, version)
    require(actor, row.vendor, Permission.ASSESSMENTS_LAUNCH)
    w.about(f"assessment:{assessment_id}")
    return row
