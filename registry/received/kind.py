"""Filled-in questionnaires as a kind of import: answers and the file itself, for one vendor."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from importers.base import Limits, Unreadable
from importers.completed import CompletedFile
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.errors import NotFound
from registry.core.evidencekinds import clean_file_name
from registry.core.files import EvidenceStore
from registry.core.ownership import require_vendor
from registry.core.register import current_revision
from registry.core.work import Work
from registry.domain.facts import Register
from registry.domain.problems import Problem, errors_of, warnings_of
from registry.importing.answers import Answers
from registry.importing.kinds import ImportKind, Journal, Upload
from registry.importing.preview import SHOWN_MAX, described_problems
from registry.importing.sandbox import run_apart
from registry.models.assessments import AnswerEvidence, Evidence
from registry.models.received import ReceivedAnswer, ReceivedQuestionnaire
from registry.models.vendors import Vendor
from registry.settings import current_settings
from reports.marked_file import mark

__all__ = ["KIND"]

WORD = "answers"


@dataclass(frozen=True, slots=True)
class CompletedPlan:
    """A questionnaire as it was looked at, and whether this very file is here already."""

    upload: Upload
    file: CompletedFile
    is_known: bool
    revision: int

    @property
    def problems(self) -> list[Problem]:
        """Return everything wrong in the file."""
        return self.file.problems

    @property
    def sha256(self) -> str:
        """Return the hash of the file."""
        return self.file.sha256

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return self.is_known or not self.file.answers

    def describe(self) -> dict[str, Any]:
        """Return the preview."""
        count = len(self.file.answers)
        return {
            "counts": {WORD: count},
            "new": {WORD: 0 if self.is_known else count},
            "changed": {},
            "same": {WORD: count if self.is_known else 0},
            "errors": len(errors_of(self.problems)),
            "warnings": len(warnings_of(self.problems)),
            "new_rows": []
            if self.is_known
            else [
                {"sheet": each.sheet, "row": each.row, "what": f"{each.question_id}: {each.answer or 'left blank'}"}
                for each in self.file.answers[:SHOWN_MAX]
            ],
            "changes": [],
            "problems": described_problems(self.problems, self.file.quoted),
            "asks": {},
        }

    def write(self, w: Work) -> Journal:
        """Keep the file as evidence and its answers; the same file twice is once."""
        vendor = self.upload.vendor or ""
        known = select(ReceivedQuestionnaire.id).where(
            ReceivedQuestionnaire.vendor == vendor, ReceivedQuestionnaire.sha256 == self.sha256
        )
        if w.session.scalar(known) is not None:
            return {}
        source = self.upload.source
        content = source.read_bytes() if isinstance(source, Path) else source
        stored = _store().keep([content], size_max=current_settings().upload_max)
        name = clean_file_name(self.upload.name)
        evidence = w.add(
            Evidence(
                vendor=vendor, file_name=name, stored_name=stored.name, sha256=stored.sha256, size=stored.size,
                kind="other", scan="not_scanned", by_name=w.actor.name, at=w.now,
            )
        )  # fmt: skip
        row = w.add(
            ReceivedQuestionnaire(
                vendor=vendor, evidence_id=evidence.id, source=self.file.source, edition=self.file.version,
                file_name=name, sha256=stored.sha256, questions=len(self.file.answers),
                answered=sum(each.answer is not None for each in self.file.answers),
                by_name=w.actor.name[:200], received_at=w.now,
            )
        )  # fmt: skip
        fields = ("sheet", "row", "question_id", "question", "answer", "comment")
        answers = [
            {name: getattr(each, name) for name in fields} | {"questionnaire": row.id} for each in self.file.answers
        ]
        w.insert_many(ReceivedAnswer, answers)
        return {"questionnaire": row.id, "evidence": evidence.id}

    def marked(self) -> bytes:
        """Return the sheets as they stood, with the cells that need mending marked."""
        return mark({table.name: table.rows for table in self.file.tables}, self.file.positions, self.problems)


def _look(actor: Actor, upload: Upload, answers: Answers) -> CompletedPlan:
    with reading():
        require_vendor(actor, upload.vendor or "")
        if session().get(Vendor, upload.vendor or "") is None:
            raise NotFound("vendor", upload.vendor or "")
    arguments = {
        "source": upload.source,
        "name": upload.name,
        "mended": answers.mended,
        "keep_tables": upload.keep_tables,
        "limits": Limits(rows_max=current_settings().import_max_rows),
    }
    try:
        file = run_apart("completed", arguments, told=upload.told)
        assert isinstance(file, CompletedFile)
    except Unreadable as error:
        file = CompletedFile(problems=[error.as_problem()])
    with reading():
        known = select(func.count()).select_from(ReceivedQuestionnaire)
        asked = known.where(ReceivedQuestionnaire.vendor == upload.vendor, ReceivedQuestionnaire.sha256 == file.sha256)
        return CompletedPlan(upload, file, bool(session().scalar(asked)), current_revision())


def _revert(w: Work, journal: Mapping[str, Any], _register: Register) -> None:
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


def _store() -> EvidenceStore:
    return EvidenceStore(current_settings().data_dir / "evidence")


KIND = ImportKind(
    name="completed",
    title="Filled-in questionnaire",
    words="A CAIQ or HECVAT workbook that the vendor filled in, or any sheet with a column of ids and one of answers.",
    accept=".xlsx,.csv,.tsv",
    look=_look,
    revert=_revert,
    is_about_vendor=True,
)
