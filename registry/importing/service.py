"""The write verbs of imports: check a file, mend it, commit it in one act, undo it in one act.

A file is read outside any transaction and in a process of its own; the commit only writes, and only while the register
still is what the preview was made against. Sending a commit or an undo twice does it once.
"""

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from importers.base import Limits
from importers.register import ReadResult
from registry.core import ownership
from registry.core.access import Permission, Scope, scope_of
from registry.core.actor import Actor
from registry.core.db import db, reading
from registry.core.errors import NotFound
from registry.core.files import EvidenceStore
from registry.core.register import Snapshot, current
from registry.core.work import Work, retried, work
from registry.domain.errors import IllegalMove, InvalidRegister
from registry.domain.facts import Fact
from registry.domain.problems import Problem, Severity, errors_of
from registry.importing.answers import Answers
from registry.importing.difference import Difference, compare
from registry.importing.journal import apply, revert
from registry.importing.preview import describe
from registry.importing.sandbox import read_apart
from registry.models.audit import GraphRevision
from registry.models.codes import CodeCounter, FactCode
from registry.models.importing import ImportRun, ImportState
from registry.models.organisation import Organisation
from registry.settings import current_settings
from reports.marked_file import mark
from reports.register_file import write

__all__ = [
    "Answers",
    "Checked",
    "check_file",
    "commit",
    "discard",
    "export_file",
    "file_of",
    "import_now",
    "look",
    "look_again",
    "marked_file",
    "store_of",
    "undo",
]

FILE_NAME_MAX = 200
FOLDER = "imports"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file read against the register: what came out, what it would do, and what only the registry objects to."""

    result: ReadResult
    difference: Difference
    further: list[Problem]
    snapshot: Snapshot

    @property
    def problems(self) -> list[Problem]:
        """Return everything wrong, from the file and from the registry."""
        return [*self.result.problems, *self.further]


def look(
    actor: Actor, source: Path | bytes, name: str, mapping: Answers | None = None, *, keep_tables: bool = False
) -> Checked:
    """Read a file against the register as it is; writes nothing."""
    mapping = mapping or Answers()
    snapshot = current()
    settings = current_settings()
    with reading():
        counters = db.session.execute(select(CodeCounter.prefix, CodeCounter.last)).all()
        has_organisation = db.session.get(Organisation, 1) is not None
    result = read_apart(
        source,
        name=name,
        base=snapshot.register,
        reserved=[f"{prefix}-{last}" for prefix, last in counters],
        day_order=mapping.day_order,  # type: ignore[arg-type]  # one of two words, or None
        mended=mapping.mended,
        keep_tables=keep_tables,
        limits=Limits(rows_max=settings.import_max_rows),
    )
    difference = compare(result, snapshot.register, has_organisation=has_organisation)
    with reading():
        further = [*_given_codes(difference), *_not_yours(actor, difference)]
    return Checked(result, difference, further, snapshot)


def export_file(actor: Actor) -> bytes:
    """Return the register as a workbook that can be imported again; that it was taken is logged."""
    register = current().register
    content = write(register)
    with work(actor, "register.export", subject="register:all") as w:
        w.note(sha256=hashlib.sha256(content).hexdigest(), vendors=len(register.vendors), flows=len(register.flows))
    return content


@retried
def check_file(actor: Actor, content: bytes, name: str) -> int:
    """Keep an uploaded file and its preview; returns the number of the import."""
    checked = look(actor, content, name)
    stored = store_of().keep([content], size_max=current_settings().upload_max)
    with work(actor, "import.check") as w:
        run = _new_run(w, checked, name)
        run.stored_name, run.sha256 = stored.name, stored.sha256
        return w.add(run).id


@retried
def look_again(actor: Actor, run_id: int, mapping: Answers | None = None) -> None:
    """Make the preview anew: with other answers, or because the register changed meanwhile."""
    run = _visible(actor, run_id)
    mapping = mapping or Answers.from_json(run.mapping)
    checked = look(actor, file_of(run), run.file_name, mapping)
    with work(actor, "import.check") as w:
        row = w.get(ImportRun, run_id)
        _require(row, ImportState.CHECKED)
        row.mapping = mapping.as_json()
        row.revision = checked.snapshot.revision
        row.preview = json.dumps(describe(checked.result, checked.difference, checked.further))


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
    run = _visible(actor, run_id)
    if run.state is ImportState.COMMITTED:
        return
    _require(run, ImportState.CHECKED)
    checked = look(actor, file_of(run), run.file_name, Answers.from_json(run.mapping))
    if checked.snapshot.revision != run.revision:
        raise IllegalMove("The register changed since this preview. Look at the new preview, then import.")
    with work(actor, "import.commit") as w:
        row = w.get(ImportRun, run_id)
        if row.state is ImportState.COMMITTED:
            return
        _require(row, ImportState.CHECKED)
        _write(w, row, checked)


@retried
def import_now(actor: Actor, source: Path, checked: Checked) -> int:
    """Write a file that was just looked at, in one act; for the command line, which keeps no copy of the file."""
    with work(actor, "import.commit") as w:
        run = _new_run(w, checked, source.name)
        run.sha256 = checked.result.sha256
        w.add(run)
        _write(w, run, checked)
        return run.id


@retried
def undo(actor: Actor, run_id: int) -> None:
    """Take an import back in one act, while nothing depends on it; a second time is the same as once.

    Raises
    ------
    InvalidRegister
        Naming every fact that came to rest on it or was changed since; nothing was written.
    """
    _visible(actor, run_id)
    register = current().register
    revision = current().revision
    with work(actor, "import.undo") as w:
        run = w.get(ImportRun, run_id)
        if run.state is ImportState.UNDONE:
            return
        _require(run, ImportState.COMMITTED)
        _require_revision(w, revision)
        revert(w, json.loads(run.journal or '{"new": {}, "changed": []}'), register)
        run.state, run.undone_at = ImportState.UNDONE, w.now


@retried
def discard(actor: Actor, run_id: int) -> None:
    """Give up an import that was not written; its file is deleted."""
    kept = _visible(actor, run_id).stored_name
    with work(actor, "import.discard") as w:
        row = w.get(ImportRun, run_id)
        _require(row, ImportState.CHECKED)
        row.state, row.stored_name = ImportState.DISCARDED, None
    if kept:
        store_of().remove(kept)


def marked_file(actor: Actor, run_id: int) -> bytes:
    """Return the file of an import as a workbook with the cells that need mending marked."""
    run = _visible(actor, run_id)
    checked = look(actor, file_of(run), run.file_name, Answers.from_json(run.mapping), keep_tables=True)
    sheets = {table.name: table.rows for table in checked.result.tables.values()}
    return mark(sheets, checked.result.positions, checked.problems)


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


def _new_run(w: Work, checked: Checked, name: str) -> ImportRun:
    return ImportRun(
        file_name=name[-FILE_NAME_MAX:] or "file",
        stored_name=None,
        sha256=checked.result.sha256,
        mapping=Answers().as_json(),
        state=ImportState.CHECKED,
        revision=checked.snapshot.revision,
        preview=json.dumps(describe(checked.result, checked.difference, checked.further)),
        person_id=w.actor.person_id,
        person_name=w.actor.name[:200],
        created_at=w.now,
    )


def _write(w: Work, run: ImportRun, checked: Checked) -> None:
    problems = errors_of(checked.problems)
    if problems or checked.result.register is None:
        if problems:
            raise InvalidRegister(problems)
        raise IllegalMove("The file holds no register.")
    _require_revision(w, checked.snapshot.revision)
    journal = apply(w, checked.result.register, checked.difference)
    run.state, run.committed_at = ImportState.COMMITTED, w.now
    run.journal = json.dumps(journal)
    w.about(f"import_run:{run.id}")
    w.note(file=run.file_name, sha256=run.sha256, mapping=json.loads(run.mapping))


def _require_revision(w: Work, revision: int) -> None:
    """Hold the revision until the end of the act, so that nobody writes between look and write."""
    now = w.session.scalar(select(GraphRevision.revision).with_for_update())
    if now != revision:
        raise IllegalMove("The register changed since this preview. Look at the new preview, then import.")


def _require(run: ImportRun, state: ImportState) -> None:
    if run.state is not state:
        raise IllegalMove(f"This import is {run.state.value}; that cannot be done with it.")


def _visible(actor: Actor, run_id: int) -> ImportRun:
    """Return an import of one's own, or any for whoever may import everything."""
    with reading():
        run = db.session.get(ImportRun, run_id)
    if run is None or not (_reaches_all(actor) or run.person_id == actor.person_id):
        raise NotFound("import", run_id)
    return run


def _reaches_all(actor: Actor) -> bool:
    return actor.is_system or scope_of(actor, Permission.REGISTER_IMPORT) is Scope.ALL


def _given_codes(difference: Difference) -> list[Problem]:
    """Return the codes of the file that archived facts carry: they are never given again."""
    facts = {getattr(fact, "code"): fact for found in difference.new.values() for fact in found if fact.PREFIX}  # noqa: B009
    codes = list(facts)
    taken: list[str] = []
    for start in range(0, len(codes), 500):
        taken.extend(db.session.scalars(select(FactCode.code).where(FactCode.code.in_(codes[start : start + 500]))))
    return [
        _problem(facts[code], "code", "archived_code", f"{code} is archived. Restore it, or leave the code blank.")
        for code in taken
    ]


def _not_yours(actor: Actor, difference: Difference) -> list[Problem]:
    """Return what somebody who imports for own vendors only may not write."""
    if _reaches_all(actor):
        return []
    own = ownership.writable_vendors(actor) or frozenset()
    added = {
        getattr(fact, "code")  # noqa: B009, vendors have one
        for fact in difference.new.get("vendors", ())
        if (getattr(fact, "owner_email", None) or "").casefold() == (actor.email or "?").casefold()
    }
    touched = [(kind, fact) for kind, found in difference.new.items() for fact in found]
    touched += [(change.kind, change.before) for change in difference.changed]
    touched += [(change.kind, change.after) for change in difference.changed]
    return [
        _problem(fact, None, "not_yours", "This is not about a vendor of yours. Ask its owner, or leave the row out.")
        for kind, fact in touched
        if not any(getattr(fact, column) in own | added for column in ownership.VENDOR_COLUMNS.get(kind, ()))
    ]


def _problem(fact: Fact, column: str | None, code: str, message: str) -> Problem:
    return Problem(
        severity=Severity.ERROR, code=code, message=message, sheet=fact.SHEET, row=fact.row, column=column,
        subject=getattr(fact, "code", None),
    )  # fmt: skip
