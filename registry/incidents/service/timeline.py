"""The timeline: numbered, hashed, only added to; and the files behind it."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import func, select

from registry.core.access import Permission, may
from registry.core.actor import Actor, Role
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.evidencekinds import RefusedFile, clean_file_name, require_evidence_file
from registry.core.files import EvidenceStore, StoredFile
from registry.core.people import actor_of
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove
from registry.incidents.queries import may_read_legal
from registry.models.incidents import EntryKind, Incident, IncidentEntry, IncidentFile, IncidentLegalReader
from registry.settings import current_settings

__all__ = [
    "GivenFile",
    "Note",
    "add_entry",
    "add_note",
    "file_of",
    "keep_file",
    "log_download",
    "name_legal_reader",
    "store",
]

FILE_MAX = 25 * 2**20
FILES_MAX = 400
_WRITTEN = frozenset({EntryKind.NOTE, EntryKind.DECISION, EntryKind.LEGAL, EntryKind.HANDOVER})


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to be said in the timeline; a decision says why."""

    kind: EntryKind
    text: str
    why: str | None = None
    file: GivenFile | None = None


def store() -> EvidenceStore:
    """Return where files lie; the folder goes into every backup."""
    return EvidenceStore(current_settings().data_dir / "evidence")


def keep_file(given: GivenFile | None) -> tuple[str, StoredFile] | None:
    """Check a file and write it to disk, before any row speaks of it.

    Raises
    ------
    RefusedFile
        It is of no allowed kind, or too large.
    """
    if given is None:
        return None
    name = clean_file_name(given.name)
    require_evidence_file(name, given.content)
    if len(given.content) > FILE_MAX:
        raise RefusedFile(f"A file has at most {FILE_MAX // 2**20} MiB.")
    return name, store().keep([given.content], size_max=FILE_MAX)


def file_row(w: Work, incident_id: int, kept: tuple[str, StoredFile] | None, *, is_legal: bool = False) -> int | None:
    """Write the row of a kept file; return its number, None when there is no file."""
    if kept is None:
        return None
    name, stored = kept
    count = w.session.scalar(
        select(func.count()).select_from(IncidentFile).where(IncidentFile.incident_id == incident_id)
    )
    if (count or 0) >= FILES_MAX:
        raise RefusedFile(f"An incident holds at most {FILES_MAX} files.")
    row = w.add(
        IncidentFile(
            incident_id=incident_id, file_name=name, stored_name=stored.name, sha256=stored.sha256, size=stored.size,
            is_legal=is_legal, person_name=w.actor.name, at=w.now,
        )
    )  # fmt: skip
    return row.id


def add_entry(
    w: Work, incident_id: int, kind: EntryKind, text: str, *, why: str | None = None, file_id: int | None = None
) -> int:
    """Write the next line of the timeline within an act that holds the incident's row; return its number."""
    number = 1 + (
        w.session.scalar(select(func.max(IncidentEntry.number)).where(IncidentEntry.incident_id == incident_id)) or 0
    )
    is_legal = kind is EntryKind.LEGAL
    w.add(
        IncidentEntry(
            incident_id=incident_id, number=number, kind=kind, at=w.now, person_id=w.actor.person_id,
            person_name=w.actor.name, text=None if is_legal else text, legal_text=text if is_legal else None, why=why,
            file_id=file_id, sha256=_hash(w, incident_id, number, text, why),
        )
    )  # fmt: skip
    return number


def _hash(w: Work, incident_id: int, number: int, *said_by_person: str | None) -> str:
    said = [incident_id, number, w.now.isoformat(), w.actor.name, *said_by_person]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@retried
def add_note(actor: Actor, incident_id: int, note: Note) -> int:
    """Write a note, a decision, a hand-over or a legal-only note; return its number.

    Raises
    ------
    NotFound
        A legal-only note by somebody who may not read such notes.
    """
    if note.kind not in _WRITTEN:
        raise IllegalMove("Such an entry is written by what happened, never by hand.")
    is_legal = note.kind is EntryKind.LEGAL
    if is_legal and not may_read_legal(actor, incident_id):
        raise NotFound("incident", incident_id)
    if note.kind is EntryKind.DECISION and not note.why:
        raise IllegalMove("A decision says why.")
    kept = keep_file(note.file)
    with work(actor, f"incident.{note.kind}", subject=f"incident:{incident_id}") as w:
        w.get(Incident, incident_id)
        file_id = file_row(w, incident_id, kept, is_legal=is_legal)
        return add_entry(w, incident_id, note.kind, note.text, why=None if is_legal else note.why, file_id=file_id)


@retried
def name_legal_reader(actor: Actor, incident_id: int, person_id: int, *, may_read: bool) -> None:
    """Let somebody read the legal-only notes of one incident, or no longer; only the legal function names them."""
    if not may(actor, Permission.INCIDENTS_LEGAL):
        raise NotFound("incident", incident_id)
    someone = actor_of(person_id)
    if someone is None or someone.has_role(Role.AUDITOR):
        raise IllegalMove("Somebody who audits, or has no account any more, cannot be named.")
    with work(actor, "incident.legal_reader", subject=f"incident:{incident_id}") as w:
        w.get(Incident, incident_id)
        row = w.session.get(IncidentLegalReader, (incident_id, person_id))
        if may_read and row is None:
            w.add(IncidentLegalReader(incident_id=incident_id, person_id=person_id, since=w.now))
            add_entry(w, incident_id, EntryKind.NOTE, f"{someone.name} may read the legal-only notes.")
        elif row is not None and not may_read:
            w.delete(row)
            add_entry(w, incident_id, EntryKind.NOTE, f"{someone.name} may no longer read the legal-only notes.")


def file_of(actor: Actor, incident_id: int, file_id: int) -> IncidentFile:
    """Return a file a person may open; legal ones exist for their readers alone."""
    row = session().get(IncidentFile, file_id)
    if row is None or row.incident_id != incident_id or (row.is_legal and not may_read_legal(actor, incident_id)):
        raise NotFound("file", file_id)
    return row


def log_download(actor: Actor, row: IncidentFile) -> None:
    """Log that a file was opened."""
    with work(actor, "incident.file", subject=f"incident:{row.incident_id}") as w:
        w.note(file=row.id, sha256=row.sha256)
