"""Answering: one question at a time, each with a version, so that nobody overwrites what they have not seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from registry.assessments.reading import last_answers, questionnaire_of
from registry.assessments.service.rights import require
from registry.assessments.service.telling import tell_of_question
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.errors import StaleVersion
from registry.core.work import Work, retried, work
from registry.domain.assessment.answers import BadAnswer, read_value, value_text
from registry.domain.assessment.assessment import Step, next_state
from registry.domain.assessment.questionnaire import Questionnaire
from registry.models.assessments import Assessment, AssessmentAnswer, QuestionNote

__all__ = ["COMMENT_MAX", "AnswerQuestion", "add_note", "answer", "keep_answer", "keep_note", "same_as_last"]

COMMENT_MAX = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """What was typed or picked for a question; `version` is that of the answer the form showed, 0 for none."""

    question: str
    given: tuple[str, ...]
    comment: str
    version: int


@retried
def answer(actor: Actor, assessment_id: int, commands: Iterable[AnswerQuestion]) -> Mapping[str, int]:
    """Keep answers, all or none; return the version of each answer that is stored now.

    An answer that is the same as the stored one changes nothing.

    Raises
    ------
    BadAnswer
        When a question does not take what was given.
    StaleVersion
        When somebody else answered a question meanwhile; nothing is kept.
    IllegalMove
        When the assessment was handed in or ended meanwhile.
    """
    with work(actor, "assessment.answer", subject=f"assessment:{assessment_id}") as w:
        row = w.get(Assessment, assessment_id)
        require(actor, row.vendor, Permission.ASSESSMENTS_ANSWER)
        return {command.question: keep_answer(w, actor, row, command) for command in commands}


def keep_answer(w: Work, actor: Actor, row: Assessment, command: AnswerQuestion) -> int:
    """Keep one answer within an act whose rights were asked before; return its version."""
    question = questionnaire_of(row.asked).by_id[command.question]
    given = list(command.given)
    text = value_text(read_value(question, given)) or None
    comment = command.comment.strip() or None
    if comment and len(comment) > COMMENT_MAX:
        raise BadAnswer(f"{question.id}: a comment has at most {COMMENT_MAX:,} characters.")
    stored = _stored(w, row.id, question.id)
    if stored is not None and (stored.value, stored.comment) == (text, comment):
        return stored.version
    seen = stored.version if stored is not None else 0
    if seen != command.version:
        raise StaleVersion("answer", question.id, yours=command.version, current=seen)
    if stored is None and text is None and comment is None:
        return 0
    _open(row)
    if stored is None:
        stored = AssessmentAnswer(assessment_id=row.id, question=question.id)
        w.session.add(stored)
    stored.value, stored.comment = text, comment
    stored.by_name, stored.by_person_id, stored.at = actor.name, actor.person_id, w.now
    w.session.flush()
    return stored.version


@retried
def same_as_last(actor: Actor, assessment_id: int, questions: Iterable[str]) -> int:
    """Take over the answers of the last assessment where nothing is answered yet; return how many."""
    with work(actor, "assessment.same", subject=f"assessment:{assessment_id}") as w:
        row = w.get(Assessment, assessment_id)
        require(actor, row.vendor, Permission.ASSESSMENTS_ANSWER)
        value, last = questionnaire_of(row.asked), last_answers(row)
        count = 0
        for key in questions:
            taken = last.get(key)
            stored = _stored(w, row.id, key)
            if taken is None or (stored is not None and stored.value is not None) or not _fits(value, key, taken):
                continue
            seen = stored.version if stored is not None else 0
            comment = (stored.comment if stored is not None else None) or ""
            command = AnswerQuestion(question=key, given=(taken,), comment=comment, version=seen)
            keep_answer(w, actor, row, command)
            count += 1
        return count


@retried
def add_note(actor: Actor, assessment_id: int, question: str, body: str) -> None:
    """Say something about a question to the other side."""
    with work(actor, "assessment.note", subject=f"assessment:{assessment_id}") as w:
        row = w.get(Assessment, assessment_id)
        require(actor, row.vendor, Permission.ASSESSMENTS_ANSWER)
        keep_note(w, row, question, QuestionNote(is_ours=True, author=actor.name, body=body))
        tell_of_question(w, row)


def keep_note(w: Work, row: Assessment, question: str, note: QuestionNote) -> None:
    """Keep what one side says, within an act whose rights were asked before."""
    if question not in questionnaire_of(row.asked).by_id:
        raise BadAnswer(f"There is no question {question!r}.")
    if not note.body.strip() or len(note.body) > COMMENT_MAX:
        raise BadAnswer(f"Write something, at most {COMMENT_MAX:,} characters.")
    note.assessment_id, note.question, note.body, note.at = row.id, question, note.body.strip(), w.now
    w.add(note)


def _open(row: Assessment) -> None:
    """Answering moves a form that was not begun, or was returned, to in progress; others refuse."""
    row.state = next_state(row.state, Step.ANSWER)


def _stored(w: Work, assessment_id: int, question: str) -> AssessmentAnswer | None:
    w.session.flush()
    return w.session.scalar(
        select(AssessmentAnswer).where(
            AssessmentAnswer.assessment_id == assessment_id, AssessmentAnswer.question == question
        )
    )


def _fits(value: Questionnaire, key: str, text: str) -> bool:
    """Whether an answer of an earlier edition is one the question still takes."""
    try:
        read_value(value.by_id[key], text)
    except BadAnswer:
        return False
    return True
