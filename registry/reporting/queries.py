"""What the pages of reports ask: the history of packs, one pack with its signatures and who took it, what waits."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.models.audit import AuditEntry
from registry.models.jobs import Job, JobState
from registry.models.packs import AuditPack, PackSignature, PackState, PackStep
from registry.reporting.cut import Quarter
from registry.reporting.kept import MAKE_PACK_NAME, content_of
from registry.reporting.statements import STATEMENTS, STEP_WORDS

__all__ = [
    "PackLine",
    "PackPage",
    "Step",
    "Taken",
    "is_head_known",
    "open_job",
    "pack_page",
    "packs",
    "quarters",
    "sealed_file",
]

NEXT_STEP = {
    PackState.DRAFT: PackStep.PREPARE,
    PackState.PREPARED: PackStep.REVIEW,
    PackState.REVIEWED: PackStep.APPROVE,
}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack in the history."""

    id: int
    code: str
    quarter: str
    state: PackState
    cut_off: datetime
    person_name: str
    sha256: str
    size: int
    taken: int
    sign_by: date


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three signatures, given or not."""

    step: PackStep
    role: str
    statement: str
    signature: PackSignature | None


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody took the workbook out."""

    at: datetime
    who: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPage:
    """Everything the page of a pack shows; `why_not` says why this person cannot sign the next step."""

    row: AuditPack
    code: str
    previous: str | None
    steps: tuple[Step, ...]
    next_step: PackStep | None
    why_not: str | None
    taken: tuple[Taken, ...]
    sheets: tuple[tuple[str, int], ...]


def packs() -> list[PackLine]:
    """Return the history, newest first; two queries."""
    rows = session().scalars(
        select(AuditPack).order_by(AuditPack.quarter.desc(), AuditPack.number.desc()).limit(_SHOWN)
    )
    counted = (
        select(AuditEntry.subject, func.count())
        .where(AuditEntry.action == "audit_pack.download")
        .group_by(AuditEntry.subject)
    )
    taken = {row[0]: row[1] for row in session().execute(counted)}
    return [
        PackLine(
            row.id, f"{row.quarter}-{row.number}", row.quarter, row.state, row.cut_off, row.person_name, row.file_sha256, row.file_size,
            taken.get(f"audit_pack:{row.id}", 0), row.sign_by,
        )
        for row in rows
    ]  # fmt: skip


def pack_page(actor: Actor, pack_id: int) -> PackPage:
    """Return one pack; raises NotFound."""
    row = session().get(AuditPack, pack_id)
    if row is None:
        raise NotFound("pack", pack_id)
    given = {
        each.step: each for each in session().scalars(select(PackSignature).where(PackSignature.pack_id == pack_id))
    }
    steps = tuple(Step(step, STEP_WORDS[step][0], STATEMENTS[step], given.get(step)) for step in PackStep)
    previous = session().get(AuditPack, row.previous_id) if row.previous_id else None
    step = NEXT_STEP.get(row.state)
    return PackPage(
        row=row,
        code=f"{row.quarter}-{row.number}",
        previous=f"{previous.quarter}-{previous.number}" if previous else None,
        steps=steps,
        next_step=step,
        why_not=_why_not(actor, step, list(given.values())),
        taken=tuple(_taken(pack_id)),
        sheets=tuple((title, len(rows)) for title, rows in content_of(row).tables.items()),
    )


def _why_not(actor: Actor, step: PackStep | None, given: list[PackSignature]) -> str | None:
    if step is None:
        return None
    mine = next((each for each in given if each.person_id == actor.person_id), None)
    if mine is not None:
        return f"You {STEP_WORDS[mine.step][1]} this pack; somebody else signs the next step."
    if not may(actor, Permission.REPORTS_SIGN):
        return "Your role reads packs and does not sign them."
    if step is PackStep.APPROVE and not may(actor, Permission.REPORTS_APPROVE):
        return "A pack is approved by the CISO or an administrator."
    return None


def _taken(pack_id: int) -> list[Taken]:
    rows = session().scalars(
        select(AuditEntry)
        .where(AuditEntry.action == "audit_pack.download", AuditEntry.subject == f"audit_pack:{pack_id}")
        .order_by(AuditEntry.seq.desc())
        .limit(_SHOWN)
    )
    return [Taken(entry.at, entry.actor, str(json.loads(entry.details).get("sha256", ""))) for entry in rows]


def open_job() -> int | None:
    """Return the number of a pack that is being made; one query."""
    waiting = (Job.kind == MAKE_PACK_NAME, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    return session().scalar(select(Job.id).where(*waiting).order_by(Job.id.desc()).limit(1))


def quarters(today: date) -> list[Quarter]:
    """Return the quarters a pack can be asked for: this one and the seven before, newest first."""
    found = [Quarter.of(today)]
    while len(found) < 8:
        found.append(found[-1].before)
    return found


def sealed_file(pack_code: str) -> str | None:
    """Return the name in the store of the sealed pack of that code; None when there is none."""
    quarter, _, number = pack_code.partition("-")
    if not number.isascii() or not number.isdecimal() or len(number) > 6:
        return None
    which = (AuditPack.quarter == quarter[:6], AuditPack.number == int(number), AuditPack.state == PackState.SEALED)
    return session().scalar(select(AuditPack.file_name).where(*which))


def is_head_known(head: str) -> bool:
    """Whether the audit log of this installation has the entry a pack names as its end."""
    number, _, sha256 = head.partition(":")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return False
    if int(number) == 0:
        return True
    return session().scalar(select(AuditEntry.hash).where(AuditEntry.seq == int(number))) == sha256
