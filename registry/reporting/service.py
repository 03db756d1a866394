"""The acts on audit packs: ask for one, make it, sign it in three steps by three people, seal it, take it out.

What a pack holds is read once and kept; each signature writes the workbook anew from that content, the last one for
good. Files lie in the store of evidence, so that a backup holds them.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from flask import url_for
from sqlalchemy import func, select

from registry.core import clock
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.files import StoredFile
from registry.core.jobrun import JobRun
from registry.core.jobs import JobKind, Outcome, enqueue
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove
from registry.models.packs import AuditPack, PackSignature, PackState, PackStep
from registry.reporting.content import pack_bytes
from registry.reporting.cut import Quarter
from registry.reporting.gather import Before, gather
from registry.reporting.kept import MAKE_PACK_NAME, content_of, store
from registry.reporting.keys import signer
from registry.reporting.statements import STEP_WORDS, sign_off_block
from registry.settings import current_settings
from reports.audit_pack import PackContent, write_pack

__all__ = [
    "MAKE_PACK",
    "Made",
    "SignPack",
    "ask",
    "content_of",
    "download",
    "keep",
    "log_report",
    "make",
    "seal",
    "sign",
    "store",
    "withdraw",
]

SIGN_WITHIN = timedelta(days=14)
_SIZE_MAX = 2**31
_NEXT: Mapping[PackState, tuple[PackStep, PackState]] = {
    PackState.DRAFT: (PackStep.PREPARE, PackState.PREPARED),
    PackState.PREPARED: (PackStep.REVIEW, PackState.REVIEWED),
    PackState.REVIEWED: (PackStep.APPROVE, PackState.APPROVED),
}
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A pack read and written to the store, its row not yet."""

    quarter: Quarter
    number: int
    content: PackContent
    kept: StoredFile
    file: StoredFile
    signed: str
    previous_id: int | None


@dataclass(frozen=True, slots=True)
class SignPack:
    """A signature: the hash that was on the signer's screen, and what they except."""

    content_sha256: str
    exceptions: str | None


@retried
def ask(actor: Actor, quarter: Quarter) -> int:
    """Ask for a draft; return the number of the job.

    Raises
    ------
    NoQuarter
        It has not begun.
    TooManyWaiting
        Several wait already.
    """
    quarter.refuse_when_ahead(clock.today())
    with work(actor, "audit_pack.ask") as w:
        job_id = enqueue(w, MAKE_PACK_NAME, {"quarter": str(quarter)})
        w.note(job=job_id, quarter=str(quarter))
        return job_id


def make(quarter: Quarter, maker: str, progress: Progress) -> Made:
    """Read everything at one instant and write content and workbook to the store; nothing is in the tables yet."""
    number = 1 + (session().scalar(select(func.max(AuditPack.number)).where(AuditPack.quarter == str(quarter))) or 0)
    before, previous_id = _before(quarter)
    content = gather(
        quarter, f"{quarter}-{number}", maker, before=before, progress=lambda share, step: progress(0.6 * share, step)
    )
    file, signed = _written(content, [], lambda share, step: progress(0.6 + 0.38 * share, step))
    kept = store().keep([pack_bytes(content)], size_max=_SIZE_MAX)
    return Made(quarter, number, content, kept, file, signed, previous_id)


def keep(w: Work, made: Made) -> AuditPack:
    """Write the row of a pack that was made."""
    content = made.content
    return w.add(
        AuditPack(
            quarter=str(made.quarter), number=made.number, state=PackState.DRAFT, cut_off=content.made_at,
            sign_by=(w.now + SIGN_WITHIN).date(), person_id=w.actor.person_id, person_name=w.actor.name, content_name=made.kept.name,
            content_sha256=made.signed, file_name=made.file.name, file_sha256=made.file.sha256, file_size=made.file.size,
            head_seq=content.head_number, head_hash=content.head_hash, previous_id=made.previous_id,
        )
    )  # fmt: skip


@retried
def sign(actor: Actor, pack_id: int, version: int, command: SignPack) -> PackState:
    """Sign the next step; a person signs one step of a pack at most.

    Raises
    ------
    IllegalMove
        There is nothing to sign, the person signed another step, or the content is not what they saw.
    """
    row, step, after = _signable(pack_id)
    if command.content_sha256 != row.content_sha256:
        raise IllegalMove("The pack is not the one you saw. Load the page again and compare its hash.")
    _refuse_twice(actor, pack_id, step)
    at = clock.now().replace(microsecond=0)
    given = PackSignature(
        pack_id=pack_id, step=step, person_id=actor.person_id, person_name=actor.name, exceptions=command.exceptions,
        content_sha256=row.content_sha256, signed_at=at,
    )  # fmt: skip
    old = row.file_name
    file, signed = _written(content_of(row), [*_signatures(pack_id), given], lambda _share, _step: None)
    if signed != row.content_sha256:
        store().remove(file.name)
        raise IllegalMove(
            "This release writes the content of this pack differently; sign it with the release that made it."
        )
    session().expunge_all()
    with work(actor, f"audit_pack.{step}", subject=f"audit_pack:{pack_id}") as w:
        pack = w.get(AuditPack, pack_id, version)
        w.add(given)
        pack.state, pack.file_name, pack.file_sha256, pack.file_size = after, file.name, file.sha256, file.size
        w.note(content_sha256=signed, sha256=file.sha256)
    store().remove(old)
    return after


@retried
def seal(actor: Actor, pack_id: int, version: int) -> None:
    """Close an approved pack: from now on its file is kept as it is."""
    with work(actor, "audit_pack.seal", subject=f"audit_pack:{pack_id}") as w:
        row = w.get(AuditPack, pack_id, version)
        if row.state is not PackState.APPROVED:
            raise IllegalMove(f"The pack is {row.state}; only an approved one can be sealed.")
        row.state = PackState.SEALED
        w.note(sha256=row.file_sha256)


@retried
def withdraw(actor: Actor, pack_id: int, version: int, reason: str) -> None:
    """Take a pack out of use before it is sealed; it stays in the history."""
    with work(actor, "audit_pack.withdraw", subject=f"audit_pack:{pack_id}") as w:
        row = w.get(AuditPack, pack_id, version)
        if row.state in {PackState.SEALED, PackState.WITHDRAWN}:
            raise IllegalMove(f"The pack is {row.state} and stays so.")
        row.state, row.withdrawn_reason = PackState.WITHDRAWN, reason
        w.note(reason=reason)


@retried
def download(actor: Actor, pack_id: int) -> tuple[AuditPack, BinaryIO]:
    """Take the workbook out; who took which file is logged before the first byte leaves."""
    with work(actor, "audit_pack.download", subject=f"audit_pack:{pack_id}") as w:
        row = w.get(AuditPack, pack_id)
        opened = store().open(row.file_name)
        w.note(name=f"audit-pack-{row.quarter}-{row.number}.xlsx", sha256=row.file_sha256)
    return row, opened


def log_report(actor: Actor, name: str, *, about: str, file: str, sha256: str) -> None:
    """Write into the audit log who took which report out; its hash proves a file later."""
    with work(actor, "report.download", subject=f"report:{name}") as w:
        w.note(name=file, sha256=sha256, **({"about": about} if about else {}))


# -- the pieces -------------------------------------------------------------------------------------------------


def _written(content: PackContent, signatures: list[PackSignature], progress: Progress) -> tuple[StoredFile, str]:
    """Write the workbook to the store: all of it or nothing, without ever holding it in memory."""
    with tempfile.TemporaryFile(dir=current_settings().data_dir) as target:
        signed = write_pack(content, sign_off_block(signatures), signer(), target, progress=progress)
        target.seek(0)
        return store().keep(iter(lambda: target.read(1 << 20), b""), size_max=_SIZE_MAX), signed


def _before(quarter: Quarter) -> tuple[Before | None, int | None]:
    """Return the pack to compare with: the newest of an earlier quarter, sealed ones first; else none."""
    usable = select(AuditPack).where(AuditPack.quarter < str(quarter), AuditPack.state != PackState.WITHDRAWN)
    order = (AuditPack.quarter.desc(), (AuditPack.state == PackState.SEALED).desc(), AuditPack.number.desc())
    row = session().scalar(usable.order_by(*order).limit(1))
    if row is None:
        return None, None
    return Before(f"{row.quarter}-{row.number}", row.file_sha256, content_of(row)), row.id


def _signable(pack_id: int) -> tuple[AuditPack, PackStep, PackState]:
    row = session().get(AuditPack, pack_id)
    if row is None:
        raise NotFound("pack", pack_id)
    found = _NEXT.get(row.state)
    if found is None:
        raise IllegalMove(f"The pack is {row.state}; there is nothing to sign.")
    return row, *found


def _refuse_twice(actor: Actor, pack_id: int, step: PackStep) -> None:
    if actor.person_id is None:
        raise IllegalMove("Only a person can sign.")
    if step is PackStep.APPROVE and not may(actor, Permission.REPORTS_APPROVE):
        raise IllegalMove("A pack is approved by the CISO or an administrator.")
    mine = [each for each in _signatures(pack_id) if each.person_id == actor.person_id]
    if mine:
        raise IllegalMove(f"You {STEP_WORDS[mine[0].step][1]} this pack; each step is signed by somebody else.")


def _signatures(pack_id: int) -> list[PackSignature]:
    return list(
        session().scalars(select(PackSignature).where(PackSignature.pack_id == pack_id).order_by(PackSignature.id))
    )


def _perform(run: JobRun) -> Outcome:
    made = make(Quarter.parse(str(run.params["quarter"])), run.actor.name, run.progress)
    return lambda w: {"pack": keep(w, made).id}


def _page_of(_params: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    return url_for("reporting.show", pack_id=result["pack"])


MAKE_PACK = JobKind(name=MAKE_PACK_NAME, words="Audit pack", perform=_perform, at_once=1, waiting=3, url=_page_of)
