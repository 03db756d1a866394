"""The read questions of imports, scoped to the actor: one's own, or all for whoever may import everything."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registry.core import heartbeat, jobs
from registry.core.actor import Actor
from registry.core.db import db
from registry.core.errors import NotFound
from registry.core.jobs import JobView
from registry.core.ownership import require_vendor
from registry.core.register import current_revision
from registry.domain.register.facts import FACT_TYPES
from registry.importing.answers import Answers
from registry.importing.catalogue import kind_of
from registry.importing.factplan import reaches_all
from registry.models.flows import Flow
from registry.models.importing import ImportRun, ImportState
from registry.models.jobs import JobState
from registry.models.vendors import Vendor

__all__ = ["ImportLine", "ImportView", "VendorLists", "history", "import_run", "lists_of"]

HISTORY_MAX = 100


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the history."""

    id: int
    kind: str
    kind_title: str
    vendor: str | None
    file_name: str
    person_name: str
    state: ImportState
    created_at: datetime
    committed_at: datetime | None
    new: int
    changed: int
    same: int
    errors: int
    is_busy: bool = False

    @property
    def standing(self) -> str:
        """Where it stands, in a word or two."""
        is_writing = self.is_busy and self.state is ImportState.CHECKED
        is_left = self.state is ImportState.READING and not self.is_busy
        return "Being written" if is_writing else "Not read" if is_left else self.state.value.capitalize()


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import with its preview, its answers, and whether the register moved on since."""

    line: ImportLine
    preview: dict[str, Any]
    answers: Answers
    asks_template: str | None
    kinds: list[tuple[str, int, int, int]]  # sheet (or word of the kind), new, changed, same
    is_stale: bool
    job: JobView | None  # long work that is under way, or did not come to its end
    has_worker: bool

    @property
    def is_busy(self) -> bool:
        """Whether the file is being read or written just now."""
        return self.job is not None and self.job.is_open

    @property
    def can_commit(self) -> bool:
        """Whether the import can be written as it is shown."""
        has_something = self.line.new + self.line.changed > 0
        is_ready = self.line.state is ImportState.CHECKED and not self.is_stale and not self.is_busy
        return is_ready and has_something and not self.line.errors

    @property
    def asks_day_order(self) -> bool:
        """Whether dates of the file can be read in two ways."""
        is_asked = any(problem["code"] == "ambiguous_date" for problem in self.preview["problems"])
        return is_asked or self.answers.day_order is not None


def history(actor: Actor) -> list[ImportLine]:
    """Return the imports, newest first; two queries."""
    query = select(ImportRun).order_by(ImportRun.id.desc()).limit(HISTORY_MAX)
    if not reaches_all(actor):
        query = query.where(ImportRun.person_id == actor.person_id)
    busy = {job.id for job in jobs.recent(actor, only_open=True)}
    return [_line(run, json.loads(run.preview), is_busy=run.job_id in busy) for run in db.session.scalars(query)]


def import_run(actor: Actor, run_id: int) -> ImportView:
    """Return one import.

    Raises
    ------
    NotFound
        When there is none, or it is somebody else's.
    """
    run = db.session.get(ImportRun, run_id)
    if run is None or not (reaches_all(actor) or run.person_id == actor.person_id):
        raise NotFound("import", run_id)
    preview = json.loads(run.preview)
    parts = ("new", "changed", "same")
    found = {kind for part in parts for kind, count in preview[part].items() if count}
    kinds = [
        (FACT_TYPES[kind].SHEET if kind in FACT_TYPES else kind, *(preview[part].get(kind, 0) for part in parts))
        for kind in [*(kind for kind in FACT_TYPES if kind in found), *sorted(found - set(FACT_TYPES))]
    ]
    is_stale = run.state is ImportState.CHECKED and run.revision != current_revision()
    job = _unended_job(actor, run)
    return ImportView(
        _line(run, preview), preview, Answers.from_json(run.mapping), kind_of(run.kind).asks, kinds, is_stale,  # type: ignore[arg-type]
        job, has_worker=job is None or heartbeat.is_beating("jobs"),
    )  # fmt: skip


def _unended_job(actor: Actor, run: ImportRun) -> JobView | None:
    if run.job_id is None or run.state not in {ImportState.READING, ImportState.CHECKED}:
        return None
    job = jobs.view(actor, run.job_id)
    return None if job.state is JobState.DONE else job


@dataclass(frozen=True, slots=True)
class VendorLists:
    """What is known of the sub-processors of a vendor: who is registered, and the lists that were read."""

    code: str
    name: str
    registered: list[str]
    lists: list[ImportLine]


def lists_of(actor: Actor, vendor: str) -> VendorLists:
    """Return what was imported about the sub-processors of a vendor; a handful of queries.

    Raises
    ------
    NotFound
        When there is no such vendor, or somebody else keeps it.
    """
    require_vendor(actor, vendor)
    row = db.session.get(Vendor, vendor)
    if row is None or row.archived_at is not None:
        raise NotFound("vendor", vendor)
    query = select(ImportRun).where(ImportRun.vendor == vendor, ImportRun.kind == "subprocessors")
    if not reaches_all(actor):
        query = query.where(ImportRun.person_id == actor.person_id)
    runs = db.session.scalars(query.order_by(ImportRun.id.desc()).limit(HISTORY_MAX)).all()
    onward = select(Flow.recipient).where(Flow.sender == vendor, Flow.archived_at.is_(None)).distinct()
    registered = list(db.session.scalars(onward))
    return VendorLists(vendor, row.name, registered, [_line(run, json.loads(run.preview)) for run in runs])


def _line(run: ImportRun, preview: dict[str, Any], *, is_busy: bool = False) -> ImportLine:
    new, changed, same = (sum(preview[part].values()) for part in ("new", "changed", "same"))
    return ImportLine(
        run.id, run.kind, kind_of(run.kind).title, run.vendor, run.file_name, run.person_name, run.state, run.created_at, run.committed_at, new, changed, same,
        preview["errors"], is_busy,
    )  # fmt: skip
