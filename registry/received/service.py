"""The write verbs about questionnaires that vendors filled in: keep one with its file, take it back, take the file out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from importers.completed import CompletedFile
from registry.core.actor import Actor
from registry.core.evidencekinds import clean_file_name
from registry.core.files import EvidenceStore
from registry.core.work import Work, retried, work
from registry.domain.register.facts import Register
from registry.importing.kinds import Upload
from registry.models.assessments import AnswerEvidence, Evidence
from registry.models.received import ReceivedAnswer, ReceivedQuestionnaire
from registry.received import queries
from registry.settings import current_settings

__all__ = ["keep", "revert", "take_file"]


def keep(w: Work, upload: Upload, file: CompletedFile) -> dict[str, Any]:
    """Keep a file as evidence and its answers; the same file twice is once. Returns what undoing needs."""
    vendor, source = upload.vendor or "", upload.source
    known = select(ReceivedQuestionnaire.id).where(
        ReceivedQuestionnaire.vendor == vendor, ReceivedQuestionnaire.sha256 == file.sha256
    )
    if w.session.scalar(known) is not None:
        return {}
    content = source.read_bytes() if isinstance(source, Path) else source
    stored, name = _store().keep([content], size_max=current_settings().upload_max), clean_file_name(upload.name)
    evidence = w.add(
        Evidence(
            vendor=vendor, file_name=name, stored_name=stored.name, sha256=stored.sha256, size=stored.size,
            kind="other", scan="not_scanned", by_name=w.actor.name, at=w.now,
        )
    )  # fmt: skip
    row = w.add(
        ReceivedQuestionnaire(
            vendor=vendor, evidence_id=evidence.id, source=file.source, edition=file.version,
            file_name=name, sha256=stored.sha256, questions=len(file.answers),
            answered=sum(each.answer is not None for each in file.answers),
            by_name=w.actor.name[:200], received_at=w.now,
        )
    )  # fmt: skip
    fields = ("sheet", "row", "question_id", "question", "answer", "comment")
    answers = [{field: getattr(each, field) for field in fields} | {"questionnaire": row.id} for each in file.answers]
    w.insert_many(ReceivedAnswer, answers)
    return {"questionnaire": row.id, "evidence": evidence.id}


def revert(w: Work, journal: Mapping[str, Any], _register: Register) -> None:
    """Take the answers away; the file is put away too, unless it stands behind an answer of an assessment."""
    number = journal.get("questionnaire")
    row = w.session.get(ReceivedQuestionnaire, number) if number else None
    if row is None:
        return
    for answer in w.session.scalars(select(ReceivedAnswer).where(ReceivedAnswer.questionnaire == row.id)):
        w.session.delete(answer)
    w.session.flush()
    w.delete(row)
    used = w.session.scalar(
        select(AnswerEvidence.evidence_id).where(AnswerEvidence.evidence_id == journal["evidence"]).limit(1)
    )
    if used is None:
        w.get(Evidence, journal["evidence"]).archived_at = w.now


@retried
def take_file(actor: Actor, questionnaire_id: int) -> tuple[str, bytes]:
    """Take the file out; who took which is logged before the first byte leaves. Raises NotFound."""
    kept = queries.file_of(questionnaire_id)
    with _store().open(kept.stored_name) as source:
        content = source.read()
    with work(actor, "evidence.download", subject=f"evidence:{kept.id}") as w:
        w.note(name=kept.file_name, sha256=kept.sha256, vendor=kept.vendor)
    return kept.file_name, content


def _store() -> EvidenceStore:
    return EvidenceStore(current_settings().data_dir / "evidence")
