"""The write verbs of imports: check a file, mend it, commit it in one act, undo it in one act.

A file is read outside any transaction and in a process of its own; the commit only writes, and only while the register
still is what the preview was made against. Sending a commit or an undo twice does it once.
"""

import hashlib
import io
import json
from dataclasses import replace

from sqlalchemy import select

from importers.base import Limits, Unreadable
from importers.progress import Listener
from registry.core import jobs
from registry.core.access import may
from registry.core.actor import Actor
from registry.core.db import db, reading
from registry.core.errors import NotFound
from registry.core.files import EvidenceStore
from registry.core.register import current
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove, InvalidRegister
from registry.domain.register.problems import errors_of
from registry.importing.answers import Answers
from registry.importing.catalogue import kind_of
from registry.importing.factplan import FactPlan, reaches_all
from registry.importing.kinds import ImportKind, Plan, Upload
from registry.importing.sandbox import run_apart
from registry.models.audit import GraphRevision
from registry.models.importing import ImportRun, ImportState
from registry.settings import current_settings
from reports.register_file import write

__all__ = [
    "Answers",
    "check_file",
    "commit",
    "discard",
    "export_file",
    "file_of",
    "import_now",
    "keep_preview",
    "kind_for",
    "look",
    "look_again",
    "marked_file",
    "new_run",
    "plan_to_write",
    "recognised",
    "require",
    "store_of",
    "undo",
    "upload_of",
    "visible",
    "write_plan",
]

FILE_NAME_MAX = 200
FOLDER = "imports"
MOVED_ON = (
    "The register changed since this preview, so nothing was written: another import or edit came first. "
    "Check the new preview, then import."
)


def look(actor: Actor, upload: Upload, kind: str = "register", answers: Answers | None = None) -> Plan:
    """Read a file against the register as it is; writes nothing.

    Raises
    ------
    NotFound
        When there is no such kind of import, or not for this person.
    """
    return kind_for(actor, kind, upload).look(actor, upload, answers or Answers())


def kind_for(actor: Actor, name: str, upload: Upload) -> ImportKind:
    """Return a kind of import for a file.

    Raises
    ------
    NotFound
        When there is none of that name, or not for this person or such a file.
    """
    found = _kind_for(actor, name)
    if found.is_about_vendor != bool(upload.vendor):
        raise NotFound("kind of import for this", name)
    return found


def recognised(upload: Upload) -> str:
    """Return the kind of import a file most likely is."""
    assert isinstance(upload.source, bytes)
    limits = Limits(rows_max=current_settings().import_max_rows)
    arguments = {"source": upload.source, "name": upload.name, "limits": limits}
    try:
        kind = run_apart("recognise", arguments, told=upload.told)
    except Unreadable:
        return "register"
    return str(kind)


def export_file(actor: Actor) -> bytes:
    """Return the register as a workbook that can be imported again; that it was taken is logged."""
    register = current().register
    content = write(register)
    with work(actor, "register.export", subject="register:all") as w:
        w.note(sha256=hashlib.sha256(content).hexdigest(), vendors=len(register.vendors), flows=len(register.flows))
    return content


@retried
def check_file(actor: Actor, upload: Upload, kind: str = "register", answers: Answers | None = None) -> int:
    """Keep an uploaded file and its preview; returns the number of the import."""
    plan = look(actor, upload, kind, answers)
    assert isinstance(upload.source, bytes)
    stored = store_of().keep([upload.source], size_max=current_settings().upload_max)
    described = json.dumps(plan.describe())
    with work(actor, "import.check") as w:
        run = new_run(w, upload, kind, plan=plan, described=described)
        run.mapping = (answers or Answers()).as_json()
        run.stored_name, run.sha256 = stored.name, stored.sha256
        return w.add(run).id


@retried
def look_again(actor: Actor, run_id: int, answers: Answers | None = None, kind: str | None = None) -> None:
    """Make the preview anew: with other answers, or because the register changed meanwhile."""
    run = visible(actor, run_id)
    answers = answers or Answers.from_json(run.mapping)
    plan = look(actor, upload_of(run), kind or run.kind, answers)
    with work(actor, "import.check") as w:
        row = w.get(ImportRun, run_id)
        require(row, ImportState.CHECKED, ImportState.READING)
        row.mapping = answers.as_json()
        row.job_id = None
        keep_preview(row, plan, kind)


def keep_preview(row: ImportRun, plan: Plan, kind: str | None = None) -> None:
    """Write down what a file would do, and what it turned out to be."""
    row.kind = kind or row.kind
    row.revision = plan.revision
    row.preview = json.dumps(plan.describe())
    row.state = ImportState.CHECKED


@retried
def commit(actor: Actor, run_id: int) -> None:
    """Write an import as previewed; a second time is the same as once.

    Raises
    ------
    IllegalMove
        When the register changed since the preview, or the file still has errors.
    InvalidRegister
        With every problem that only showed on writing; nothing was written.
    """
    plan = plan_to_write(actor, run_id)
    if plan is not None:
        write_plan(actor, run_id, plan)


def plan_to_write(actor: Actor, run_id: int, told: Listener | None = None) -> Plan | None:
    """Read a previewed file once more and make ready what is to be written; None when it is written already.

    Raises
    ------
    IllegalMove
        When the register changed since the preview.
    """
    run = visible(actor, run_id)
    if run.state is ImportState.COMMITTED:
        return None
    require(run, ImportState.CHECKED)
    plan = look(actor, replace(upload_of(run), told=told), run.kind, Answers.from_json(run.mapping))
    if plan.revision != run.revision:
        raise IllegalMove(MOVED_ON)
    return _ready(plan)


def write_plan(actor: Actor, run_id: int, plan: Plan) -> None:
    """Write what was made ready, in one act; within another act it is part of that."""
    with work(actor, "import.commit") as w:
        row = w.get(ImportRun, run_id)
        if row.state is ImportState.COMMITTED:
            w.about(f"import_run:{run_id}")
            return
        require(row, ImportState.CHECKED)
        _write(w, row, plan)


@retried
def import_now(actor: Actor, upload: Upload, plan: Plan, kind: str = "register") -> int:
    """Write a file that was just looked at, in one act; for the command line, which keeps no copy of the file."""
    plan = _ready(plan)
    described = json.dumps(plan.describe())
    with work(actor, "import.commit") as w:
        run = new_run(w, upload, kind, plan=plan, described=described)
        w.add(run)
        _write(w, run, plan)
        return run.id


@retried
def undo(actor: Actor, run_id: int) -> None:
    """Take an import back in one act, while nothing depends on it; a second time is the same as once.

    Raises
    ------
    InvalidRegister
        Naming every fact that came to rest on it or was changed since; nothing was written.
    """
    kind = _kind_for(actor, visible(actor, run_id).kind)
    snapshot = current()
    with work(actor, "import.undo") as w:
        run = w.get(ImportRun, run_id)
        if run.state is ImportState.UNDONE:
            return
        require(run, ImportState.COMMITTED)
        _require_revision(w, snapshot.revision)
        kind.revert(w, json.loads(run.journal or '{"new": {}, "changed": []}'), snapshot.register)
        run.state, run.undone_at = ImportState.UNDONE, w.now


@retried
def discard(actor: Actor, run_id: int) -> None:
    """Give up an import that was not written; its file is deleted."""
    kept = visible(actor, run_id).stored_name
    with work(actor, "import.discard") as w:
        row = w.get(ImportRun, run_id)
        require(row, ImportState.CHECKED, ImportState.READING)
        row.state, row.stored_name = ImportState.DISCARDED, None
        if row.job_id is not None:
            jobs.withdraw(w, row.job_id)
    if kept:
        store_of().remove(kept)


def marked_file(actor: Actor, run_id: int) -> bytes:
    """Return the file of an import as a workbook with the cells that need mending marked."""
    run = visible(actor, run_id)
    upload = replace(upload_of(run), keep_tables=True)
    return look(actor, upload, run.kind, Answers.from_json(run.mapping)).marked()


def store_of() -> EvidenceStore:
    """Return where uploaded files are kept: outside whatever a web server serves."""
    return EvidenceStore(current_settings().data_dir / FOLDER)


def file_of(run: ImportRun) -> bytes:
    """Return the file of an import.

    Raises
    ------
    NotFound
        When none was kept.
    """
    if run.stored_name is None:
        raise NotFound("file of import", run.id)
    with store_of().open(run.stored_name) as stored:
        return io.BytesIO(stored.read()).getvalue()


def upload_of(run: ImportRun) -> Upload:
    """Return the kept file of an import as it was uploaded."""
    return Upload(file_of(run), run.file_name, run.vendor)


def new_run(w: Work, upload: Upload, kind: str, *, plan: Plan | None, described: str) -> ImportRun:
    """Return the row of a file that was looked at, or (without a plan) waits to be."""
    return ImportRun(
        kind=kind,
        vendor=upload.vendor,
        file_name=upload.name[-FILE_NAME_MAX:] or "file",
        stored_name=None,
        sha256=plan.sha256 if plan else "",
        mapping=Answers().as_json(),
        state=ImportState.CHECKED if plan else ImportState.READING,
        revision=plan.revision if plan else 0,
        preview=described,
        person_id=w.actor.person_id,
        person_name=w.actor.name[:200],
        created_at=w.now,
    )


def _ready(plan: Plan) -> Plan:
    """Do ahead of the act what needs no lock, for a plan whose outcome is facts."""
    return plan.ready() if isinstance(plan, FactPlan) else plan


def _write(w: Work, run: ImportRun, plan: Plan) -> None:
    problems = errors_of(plan.problems)
    if problems:
        raise InvalidRegister(problems)
    _require_revision(w, plan.revision)
    journal = plan.write(w)
    kind = kind_of(run.kind)
    if kind.committed:
        kind.committed(w, plan, Answers.from_json(run.mapping))
    run.state, run.committed_at = ImportState.COMMITTED, w.now
    run.journal = json.dumps(journal)
    w.about(f"import_run:{run.id}")
    w.note(file=run.file_name, kind=run.kind, sha256=run.sha256, mapping=json.loads(run.mapping))


def _require_revision(w: Work, revision: int) -> None:
    """Hold the revision until the end of the act, so that nobody writes between look and write."""
    now = w.session.scalar(select(GraphRevision.revision).with_for_update())
    if now != revision:
        raise IllegalMove(MOVED_ON)


def require(run: ImportRun, *states: ImportState) -> None:
    """Refuse what cannot be done with an import as it stands.

    Raises
    ------
    IllegalMove
        When it is in none of these states.
    """
    if run.state not in states:
        raise IllegalMove(f"This import is {run.state.value}; that cannot be done with it.")


def _kind_for(actor: Actor, name: str) -> ImportKind:
    kind = kind_of(name)
    if not (actor.is_system or may(actor, kind.permission)):
        raise NotFound("kind of import", name)
    return kind


def visible(actor: Actor, run_id: int) -> ImportRun:
    """Return an import of one's own, or any for whoever may import everything."""
    with reading():
        run = db.session.get(ImportRun, run_id)
    if run is None or not (reaches_all(actor) or run.person_id == actor.person_id):
        raise NotFound("import", run_id)
    return run
