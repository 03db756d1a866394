"""What the pages of assessments ask: the queue, and one form with everything beside each question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from registry.assessments.reading import answers_of, last_before, questionnaire_of, written_answers
from registry.core import clock
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.listing import Choice, Column, FilterKind, Format, ListSpec
from registry.core.ownership import can_write_vendor
from registry.domain.assessment.answers import Answer, Missing, MissingReason, missing_for_submission, shown_questions
from registry.domain.assessment.assessment import ANSWERABLE, State
from registry.domain.assessment.questionnaire import Question, Questionnaire, Section
from registry.facts.lists import choices_of, name_of
from registry.models.assessments import AnswerEvidence, Assessment, AssessmentAnswer, Evidence, QuestionNote
from registry.models.vendors import Vendor

__all__ = [
    "ASSESSMENTS",
    "Asked",
    "AssessmentPage",
    "File",
    "Note",
    "Progress",
    "assessment_page",
    "of_vendor",
    "page_of",
]

_VENDOR = (Assessment.vendor, Vendor.code, Vendor.name)

ASSESSMENTS = ListSpec(
    name="assessments",
    one="assessment",
    many="assessments",
    model=Assessment,
    key=Assessment.id,
    order="due",
    search=(Assessment.title, Assessment.period),
    search_through=(_VENDOR,),
    row_url=lambda key: f"/assessments/{key}",
    columns=(
        Column(
            key="vendor", label="Vendor", expression=name_of(Vendor, Assessment.vendor), format=Format.NAME,
            sort_through=_VENDOR, gloss=Assessment.vendor,
        ),
        Column(key="title", label="Questionnaire", expression=Assessment.title),
        Column(key="period", label="Period", expression=Assessment.period, filter=FilterKind.TEXT),
        Column(
            key="state", label="State", expression=Assessment.state, format=Format.WORD, filter=FilterKind.CHOICE,
            choices=choices_of(State),
        ),
        Column(key="due", label="Due", expression=Assessment.due, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="owner", label="Owner", expression=Assessment.owner_email, filter=FilterKind.TEXT),
        Column(key="band", label="Band", expression=Assessment.band, format=Format.WORD, filter=FilterKind.CHOICE,
            choices=[Choice(each, each.replace("_", " ")) for each in ("very_strong", "strong", "fair", "weak", "very_weak")]),
        Column(key="score", label="Score", expression=Assessment.score, format=Format.COUNT, filter=FilterKind.NUMBER, shown=False),
        Column(key="submitted", label="Handed in", expression=Assessment.submitted_at, format=Format.MOMENT, shown=False),
        Column(key="reviewer", label="Reviewer", expression=Assessment.reviewer_email, filter=FilterKind.TEXT, shown=False),
    ),
    views=(
        ("Open", "state=draft&state=sent&state=in_progress&state=returned"),
        ("To review", "state=submitted&state=in_review"),
        ("Decided", "state=accepted&state=accepted_with_conditions&state=closed"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A file behind an answer, or one of the vendor that could stand there."""

    id: int
    name: str
    kind: str
    size: int
    expires: date | None
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What one side said about a question."""

    is_ours: bool
    author: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the form with what stands beside it; `version` is that of its answer, 0 for none."""

    question: Question
    number: str
    answer: Answer
    version: int
    text: str
    answered_by: str | None
    last: str | None
    is_shown: bool
    missing: MissingReason | None
    files: tuple[File, ...]
    notes: tuple[Note, ...]

    @property
    def is_changed(self) -> bool:
        """Whether it is answered otherwise than last time."""
        return bool(self.text) and self.last is not None and self.last != self.text

    def label(self, text: str) -> str:
        """Return an answer as people read it."""
        if not self.question.type.has_choices:
            return text
        return ", ".join(self.question.label_of(value) for value in text.split(";"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a section is: shown questions, answered ones, and those that need attention before submission."""

    section: Section
    answered: int
    total: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentPage:
    """One assessment with its form."""

    row: Assessment
    vendor_name: str
    value: Questionnaire
    asked: Mapping[str, Asked]
    progress: tuple[Progress, ...]
    missing: tuple[Missing, ...]
    last_period: str | None
    last_was_sent: bool
    vendor_files: tuple[File, ...]
    may_answer: bool
    may_launch: bool
    may_review: bool
    today: date

    @property
    def answered(self) -> int:
        """Shown questions with an answer."""
        return sum(each.answered for each in self.progress)

    @property
    def total(self) -> int:
        """Shown questions."""
        return sum(each.total for each in self.progress)

    @property
    def lacks_evidence(self) -> int:
        """Answers that still need a file."""
        return sum(each.reason is MissingReason.EVIDENCE for each in self.missing)

    @property
    def is_open(self) -> bool:
        """Whether answers can be given now, by this person."""
        return self.may_answer and self.row.state in ANSWERABLE

    @property
    def is_late(self) -> bool:
        """Whether it should have been handed in."""
        return self.row.state in ANSWERABLE and self.row.due < self.today

    def section(self, wanted: str | None) -> Section:
        """Return the section asked for, else the first that needs something, else the first."""
        by_id = {each.section.id: each.section for each in self.progress}
        if wanted in by_id:
            return by_id[wanted]
        return next((each.section for each in self.progress if each.missing), self.progress[0].section)

    def shown(self, section: str) -> list[Asked]:
        """Return the shown questions of a section, in order."""
        return [self.asked[each.id] for each in self.value.in_section(section) if self.asked[each.id].is_shown]

    def copyable(self, section: str) -> int:
        """How many questions of a section could take over the answer of last time."""
        return sum(each.last is not None and not each.text for each in self.shown(section))

    def next_missing(self, section: str) -> Missing | None:
        """Return what needs attention next: in this section, else after it, else before."""
        order = [each.section.id for each in self.progress]
        place = order.index(section)
        turned = order[place:] + order[:place]
        return next((each for key in turned for each in self.missing if each.question.section == key), None)


def assessment_page(assessment_id: int, actor: Actor) -> AssessmentPage:
    """Return an assessment as this person sees it; about ten queries whatever its size."""
    row = session().get(Assessment, assessment_id)
    may_answer = row is not None and can_write_vendor(actor, row.vendor, Permission.ASSESSMENTS_ANSWER)
    if row is None or not (may_answer or may(actor, Permission.ASSESSMENTS_READ)):
        raise NotFound("assessment", assessment_id)
    page = page_of(row)
    return replace(
        page,
        vendor_files=_vendor_files(row.vendor, page.today),
        may_answer=may_answer,
        may_launch=can_write_vendor(actor, row.vendor, Permission.ASSESSMENTS_LAUNCH),
        may_review=can_write_vendor(actor, row.vendor, Permission.ASSESSMENTS_REVIEW),
    )


def page_of(row: Assessment) -> AssessmentPage:
    """Return an assessment with every question and no rights; whoever asks said before that it may be seen."""
    value = questionnaire_of(row.asked)
    answers = answers_of(row.id, value)
    shown = {question.id for question in shown_questions(value, answers)}
    today = clock.today()
    missing = missing_for_submission(value, answers, today)
    last = last_before(row)
    asked = _asked(
        row,
        value,
        answers,
        last=written_answers(last.id) if last else {},
        shown=shown,
        missing={each.question.id: each.reason for each in missing},
        today=today,
    )
    return AssessmentPage(
        row=row,
        vendor_name=session().scalar(select(Vendor.name).where(Vendor.code == row.vendor)) or row.vendor,
        value=value,
        asked=asked,
        progress=tuple(_progress(section, value, asked) for section in value.sections),
        missing=missing,
        last_period=last.period if last else None,
        last_was_sent=last is not None and last.sent_at is not None,
        vendor_files=(),
        may_answer=False,
        may_launch=False,
        may_review=False,
        today=today,
    )


def of_vendor(vendor: str) -> list[Assessment]:
    """Return the assessments of a vendor, newest first; one query."""
    return list(session().scalars(select(Assessment).where(Assessment.vendor == vendor).order_by(Assessment.id.desc())))


def _asked(
    row: Assessment,
    value: Questionnaire,
    answers: Mapping[str, Answer],
    *,
    last: Mapping[str, str],
    shown: set[str],
    missing: Mapping[str, MissingReason],
    today: date,
) -> dict[str, Asked]:
    stored = {
        each.question: each
        for each in session().scalars(select(AssessmentAnswer).where(AssessmentAnswer.assessment_id == row.id))
    }
    files, notes = _files(row.id, today), _notes(row.id)
    found = {}
    numbers = {section.id: 0 for section in value.sections}
    places = {section.id: place for place, section in enumerate(value.sections, 1)}
    for question in value.questions:
        numbers[question.section] += question.id in shown
        own = stored.get(question.id)
        found[question.id] = Asked(
            question=question,
            number=f"{places[question.section]}.{numbers[question.section]}",
            answer=answers.get(question.id, Answer()),
            version=own.version if own else 0,
            text=(own.value or "") if own else "",
            answered_by=own.by_name if own and own.value else None,
            last=last.get(question.id),
            is_shown=question.id in shown,
            missing=missing.get(question.id),
            files=tuple(files.get(question.id, ())),
            notes=tuple(notes.get(question.id, ())),
        )
    return found


def _progress(section: Section, value: Questionnaire, asked: Mapping[str, Asked]) -> Progress:
    here = [asked[each.id] for each in value.in_section(section.id) if asked[each.id].is_shown]
    return Progress(
        section,
        answered=sum(each.answer.is_given(each.question) for each in here),
        total=len(here),
        missing=sum(each.missing is not None for each in here),
    )


def _file(row: Evidence, today: date) -> File:
    is_expired = row.expires is not None and row.expires < today
    return File(row.id, row.file_name, row.kind, row.size, row.expires, is_expired)


def _files(assessment_id: int, today: date) -> dict[str, list[File]]:
    rows = session().execute(
        select(AnswerEvidence.question, Evidence)
        .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
        .where(AnswerEvidence.assessment_id == assessment_id)
        .order_by(AnswerEvidence.id)
    )
    found: dict[str, list[File]] = {}
    for question, evidence in rows:
        found.setdefault(question, []).append(_file(evidence, today))
    return found


def _vendor_files(vendor: str, today: date) -> tuple[File, ...]:
    rows = session().scalars(
        select(Evidence)
        .where(Evidence.vendor == vendor, Evidence.archived_at.is_(None))
        .order_by(Evidence.id.desc())
        .limit(100)
    )
    return tuple(_file(row, today) for row in rows)


def _notes(assessment_id: int) -> dict[str, list[Note]]:
    rows = session().scalars(
        select(QuestionNote).where(QuestionNote.assessment_id == assessment_id).order_by(QuestionNote.id)
    )
    found: dict[str, list[Note]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(Note(row.is_ours, row.author, row.body, row.at))
    return found
