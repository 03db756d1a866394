"""The read questions about questionnaires that vendors filled in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import engine_name, session
from registry.core.errors import NotFound
from registry.core.listfilters import contains
from registry.domain.assessment.completed import CompletedSource
from registry.models.assessments import Evidence
from registry.models.received import ReceivedAnswer, ReceivedQuestionnaire
from registry.models.vendors import Vendor

__all__ = ["ANSWERS_MAX", "SOURCE_WORDS", "ReceivedPage", "file_of", "received_from", "received_page"]

ANSWERS_MAX = 2_000
SOURCE_WORDS = {CompletedSource.CAIQ: "CAIQ", CompletedSource.HECVAT: "HECVAT", CompletedSource.OTHER: "Questionnaire"}


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """One questionnaire with its answers, or those that hold a word."""

    questionnaire: ReceivedQuestionnaire
    vendor_name: str
    title: str
    answers: Sequence[ReceivedAnswer]
    is_cut: bool


def received_from(actor: Actor, vendor: str) -> list[tuple[ReceivedQuestionnaire, str]]:
    """Return the questionnaires of a vendor with their titles, newest first; one query."""
    if not may(actor, Permission.ASSESSMENTS_READ):
        return []
    query = select(ReceivedQuestionnaire).where(ReceivedQuestionnaire.vendor == vendor)
    return [(row, title_of(row)) for row in session().scalars(query.order_by(ReceivedQuestionnaire.id.desc()))]


def received_page(questionnaire_id: int, word: str) -> ReceivedPage:
    """Return one questionnaire; raises NotFound."""
    row = _row(questionnaire_id)
    query = select(ReceivedAnswer).where(ReceivedAnswer.questionnaire == row.id).order_by(ReceivedAnswer.id)
    if word:
        texts = (ReceivedAnswer.question_id, ReceivedAnswer.question, ReceivedAnswer.answer, ReceivedAnswer.comment)
        query = query.where(or_(*(contains(text, word, engine=engine_name()) for text in texts)))
    answers = session().scalars(query.limit(ANSWERS_MAX + 1)).all()
    name = session().scalar(select(Vendor.name).where(Vendor.code == row.vendor)) or row.vendor
    return ReceivedPage(row, name, title_of(row), answers[:ANSWERS_MAX], is_cut=len(answers) > ANSWERS_MAX)


def file_of(questionnaire_id: int) -> Evidence:
    """Return the kept file of a questionnaire; raises NotFound."""
    evidence = session().get(Evidence, _row(questionnaire_id).evidence_id)
    if evidence is None:
        raise NotFound("file of questionnaire", questionnaire_id)
    return evidence


def _row(questionnaire_id: int) -> ReceivedQuestionnaire:
    row = session().get(ReceivedQuestionnaire, questionnaire_id) if questionnaire_id < 2**31 else None
    if row is None:
        raise NotFound("questionnaire", questionnaire_id)
    return row


def title_of(row: ReceivedQuestionnaire) -> str:
    """Name a questionnaire by what it is and its version."""
    return f"{SOURCE_WORDS[row.source]} {row.edition}" if row.edition else SOURCE_WORDS[row.source]
