"""Files that prove something: checked, stored, put behind answers, used again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from registry.assessments.reading import questionnaire_of
from registry.assessments.service.rights import require
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.evidencekinds import RefusedFile, clean_file_name, require_evidence_file
from registry.core.files import EvidenceStore, StoredFile
from registry.core.work import Work, retried, work
from registry.domain.assessment.assessment import ANSWERABLE
from registry.domain.register.errors import IllegalMove
from registry.models.assessments import AnswerEvidence, Assessment, Evidence
from registry.settings import current_settings

__all__ = [
    "CheckedFile",
    "GiveEvidence",
    "attach",
    "check_file",
    "detach",
    "give",
    "keep_file",
    "put_behind",
    "store",
    "take_away",
]

FILE_MAX = 25 * 2**20
FILES_MAX = 40
TOTAL_MAX = 250 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveEvidence:
    """A file with what it is and how long it proves something."""

    file_name: str
    content: bytes
    kind: str = "other"
    issued: date | None = None
    expires: date | None = None


def store() -> EvidenceStore:
    """Return where evidence lies; the folder goes into every backup."""
    return EvidenceStore(current_settings().data_dir / "evidence")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed and lies in the store; nothing refers to it yet."""

    command: GiveEvidence
    name: str
    stored: StoredFile


def check_file(command: GiveEvidence) -> CheckedFile:
    """Check a file and store it, outside any transaction.

    Raises
    ------
    RefusedFile
        When it is of no allowed kind, too large, or its days are in no order.
    """
    name = clean_file_name(command.file_name)
    require_evidence_file(name, command.content)
    if command.issued and command.expires and command.expires < command.issued:
        raise RefusedFile("It cannot expire before it was issued.")
    if len(command.content) > FILE_MAX:
        raise RefusedFile(f"A file has at most {FILE_MAX // 2**20} MiB.")
    return CheckedFile(command, name, store().keep([command.content], size_max=FILE_MAX))


def keep_file(w: Work, actor: Actor, vendor: str, checked: CheckedFile) -> Evidence:
    """Register a stored file as evidence of a vendor."""
    command = checked.command
    return w.add(
        Evidence(
            vendor=vendor,
            file_name=checked.name,
            stored_name=checked.stored.name,
            sha256=checked.stored.sha256,
            size=checked.stored.size,
            kind=command.kind,
            issued=command.issued,
            expires=command.expires,
            scan="not_scanned",
            by_name=actor.name,
            at=w.now,
        )
    )


@retried
def give(actor: Actor, assessment_id: int, question: str, command: GiveEvidence) -> int:
    """Keep a file and put it behind an answer.

    Raises
    ------
    RefusedFile
        When it is of no allowed kind, too large, or too many are there.
    """
    checked = check_file(command)
    with work(actor, "evidence.give", subject=f"assessment:{assessment_id}") as w:
        return put_behind(w, _open(w, actor, assessment_id, question), question, checked)


def put_behind(w: Work, row: Assessment, question: str, checked: CheckedFile) -> int:
    """Put a stored file behind an answer within an act whose rights were asked before."""
    _require_open(row, question)
    _require_room(row, checked.stored.size)
    evidence = keep_file(w, w.actor, row.vendor, checked)
    w.add(AnswerEvidence(assessment_id=row.id, question=question, evidence_id=evidence.id))
    return evidence.id


@retried
def attach(actor: Actor, assessment_id: int, question: str, evidence_id: int) -> None:
    """Put a file that is here already behind an answer; twice is once."""
    with work(actor, "evidence.attach", subject=f"assessment:{assessment_id}") as w:
        row = _open(w, actor, assessment_id, question)
        evidence = w.get(Evidence, evidence_id)
        if evidence.vendor != row.vendor or evidence.archived_at is not None:
            raise NotFound("evidence", evidence_id)
        if _link(assessment_id, question, evidence_id) is None:
            w.add(AnswerEvidence(assessment_id=assessment_id, question=question, evidence_id=evidence_id))


@retried
def detach(actor: Actor, assessment_id: int, question: str, evidence_id: int) -> None:
    """Take a file from behind an answer; the file itself stays."""
    with work(actor, "evidence.detach", subject=f"assessment:{assessment_id}") as w:
        take_away(w, _open(w, actor, assessment_id, question), question, evidence_id)


def take_away(w: Work, row: Assessment, question: str, evidence_id: int) -> None:
    """Take a file from behind an answer within an act whose rights were asked before."""
    _require_open(row, question)
    link = _link(row.id, question, evidence_id)
    if link is not None:
        w.delete(link)


def _open(w: Work, actor: Actor, assessment_id: int, question: str) -> Assessment:
    row = w.get(Assessment, assessment_id)
    require(actor, row.vendor, Permission.EVIDENCE_WRITE)
    _require_open(row, question)
    return row


def _require_open(row: Assessment, question: str) -> None:
    if question not in questionnaire_of(row.asked).by_id:
        raise NotFound("question", question)
    if row.state not in ANSWERABLE:
        raise IllegalMove("This assessment was handed in, so its evidence rests.")


def _link(assessment_id: int, question: str, evidence_id: int) -> AnswerEvidence | None:
    return session().scalar(
        select(AnswerEvidence).where(
            AnswerEvidence.assessment_id == assessment_id,
            AnswerEvidence.question == question,
            AnswerEvidence.evidence_id == evidence_id,
        )
    )


def _require_room(row: Assessment, size: int) -> None:
    held = select(func.count(), func.coalesce(func.sum(Evidence.size), 0)).where(
        Evidence.id.in_(select(AnswerEvidence.evidence_id).where(AnswerEvidence.assessment_id == row.id))
    )
    count, total = session().execute(held).one()
    if count >= FILES_MAX or total + size > TOTAL_MAX:
        raise RefusedFile(f"An assessment holds at most {FILES_MAX} files and {TOTAL_MAX // 2**20} MiB in all.")
