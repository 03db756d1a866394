"""What a contact does to the form: answers, files, notes, handing in; each act asks anew what is theirs.

The link is read inside the act, so a link that was withdrawn a moment ago writes nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from registry.assessments.reading import last_before, questionnaire_of, written_answers
from registry.assessments.service import evidence as files
from registry.assessments.service.answering import AnswerQuestion, keep_answer, keep_note
from registry.assessments.service.handing_in import hand_in
from registry.assessments.service.telling import tell_contact, tell_owner, whole_form_links
from registry.core.errors import NotFound, StaleVersion
from registry.core.work import Work, retried, work
from registry.domain.assessment.assessment import FINAL, State, Step, next_state
from registry.domain.register.errors import IllegalMove
from registry.models.assessments import Assessment, QuestionNote
from registry.models.portal import PortalLink
from registry.portal.life import is_alive
from registry.portal.respondent import Respondent

__all__ = ["answer", "answer_all", "ask", "detach", "fingerprint_of", "give", "same_as_last", "submit"]


@contextmanager
def _acting(who: Respondent, action: str) -> Iterator[tuple[Work, Assessment]]:
    with work(who.actor, action, subject=f"assessment:{who.assessment_id}") as w:
        row = w.get(Assessment, who.assessment_id)
        link = w.get(PortalLink, who.link_id)
        if not is_alive(link, row):
            raise NotFound("form", "behind this link any more")
        yield w, row


@retried
def answer(who: Respondent, command: AnswerQuestion) -> int:
    """Keep one answer; raises as `registry.assessments.service.answering.answer` does."""
    with _acting(who, "portal.answer") as (w, row):
        who.require(questionnaire_of(row.asked), command.question)
        return keep_answer(w, who.actor, row, command)


@retried
def answer_all(who: Respondent, commands: Iterable[AnswerQuestion]) -> None:
    """Keep answers, all or none."""
    with _acting(who, "portal.answer") as (w, row):
        for command in commands:
            who.require(questionnaire_of(row.asked), command.question)
            keep_answer(w, who.actor, row, command)


@retried
def same_as_last(who: Respondent, command: AnswerQuestion) -> None:
    """Take over the answer of last time, which the vendor gave us then."""
    with _acting(who, "portal.same") as (w, row):
        who.require(questionnaire_of(row.asked), command.question)
        last = last_before(row)
        taken = written_answers(last.id).get(command.question) if last and last.sent_at else None
        if taken is None:
            raise NotFound("answer of last time to", command.question)
        given = AnswerQuestion(
            question=command.question, given=(taken,), comment=command.comment, version=command.version
        )
        keep_answer(w, who.actor, row, given)


@retried
def ask(who: Respondent, question: str, body: str) -> None:
    """Say something about a question to the other side; a returned form is taken up with it."""
    with _acting(who, "portal.note") as (w, row):
        who.require(questionnaire_of(row.asked), question)
        if row.state in FINAL:
            raise IllegalMove("This assessment is over, so nobody reads what is said here.")
        keep_note(w, row, question, QuestionNote(is_ours=False, author=who.name, body=body))
        if row.state is State.RETURNED:
            row.state = next_state(row.state, Step.ANSWER)
        tell_owner(w, row, "portal_note", key=f"{who.link_id}:{w.now.date().isoformat()}", contact=who.name)


@retried
def give(who: Respondent, question: str, command: files.GiveEvidence) -> None:
    """Keep a file behind an answer; raises as `registry.assessments.service.evidence.give` does."""
    checked = files.check_file(command)
    with _acting(who, "portal.evidence") as (w, row):
        who.require(questionnaire_of(row.asked), question)
        files.put_behind(w, row, question, checked)
        if row.state is not State.DRAFT:
            row.state = next_state(row.state, Step.ANSWER)


@retried
def detach(who: Respondent, question: str, evidence_id: int) -> None:
    """Take a file from behind an answer; it stays among what the vendor gave us."""
    with _acting(who, "portal.detach") as (w, row):
        who.require(questionnaire_of(row.asked), question)
        files.take_away(w, row, question, evidence_id)


@retried
def submit(who: Respondent, version: int, *, name: str, role: str) -> bool:
    """Hand the form in; False when it was handed in already, which is then not done again.

    Raises
    ------
    Incomplete
        When something is missing.
    StaleVersion
        When the form moved since the page was shown, such as by being returned.
    """
    if not who.is_whole:
        raise IllegalMove("Only who answers for the whole form hands it in.")
    with _acting(who, "portal.submit") as (w, row):
        if row.state is State.SUBMITTED:
            w.forget()
            return False
        if row.version != version:
            raise StaleVersion("form", None, yours=version, current=row.version)
        hand_in(w, row, name=name, role=role)
        mark = fingerprint_of(row.id)
        w.note(answers_sha256=mark)
        fields = {"by": name, "role": role, "day": f"{w.now.day} {w.now:%B %Y}", "mark": mark}
        for link in whole_form_links(row.id):
            tell_contact(w, row, link, "portal_receipt", key=str(row.cycle), **fields)
        tell_owner(w, row, "portal_submitted", key=str(row.cycle), **fields)
        return True


def fingerprint_of(assessment_id: int) -> str:
    """Return the SHA-256 of all answers as they stand: what a receipt proves. One query."""
    lines = (f"{question}\x1f{value}" for question, value in sorted(written_answers(assessment_id).items()))
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()
