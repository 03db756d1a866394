"""Files that take long: taken in at once, read and written by a job, so that the person may leave and come back.

A short file is read and written within the request, and so is a long one while no process does long work: then
somebody waits at the page, but nobody waits for ever.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import url_for

from importers.guard import is_archive
from importers.progress import Listener
from registry.core import heartbeat, jobs
from registry.core.actor import Actor
from registry.core.jobrun import JobRun
from registry.core.jobs import JobKind, Outcome
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove
from registry.importing import service
from registry.importing.answers import Answers
from registry.importing.kinds import Upload
from registry.models.importing import ImportRun, ImportState
from registry.settings import current_settings

__all__ = ["AT_ONCE", "READ", "WRITE", "commit", "look_again", "stop", "take_in"]

# Read within a second or two: so much of a workbook, which is packed, or of a text.
PACKED_BYTES_AT_ONCE, BYTES_AT_ONCE = 1 << 20, 4 << 20
AT_ONCE = "No process for long work is running, so this was done at once, while you waited. See Long work."
_NOTHING: Mapping[str, Any] = {
    "counts": {}, "new": {}, "changed": {}, "same": {}, "errors": 0, "warnings": 0, "new_rows": [], "changes": [],
    "problems": [], "asks": {},
}  # fmt: skip
_READ, _WRITE = "import.read", "import.write"
_RECOGNISED, _READ_AGAIN = 0.1, 0.8  # shares of the work


def take_in(actor: Actor, upload: Upload, kind: str | None = None) -> tuple[int, str | None]:
    """Keep an uploaded file and look at it, or have it looked at; without a kind, find out what it is.

    Returns
    -------
    tuple[int, str | None]
        Number of the import, and what is to be said about how it was done.
    """
    assert isinstance(upload.source, bytes)
    if not _is_long(upload.source) or not _has_worker():
        number = service.check_file(actor, upload, kind or service.recognised(upload))
        return number, AT_ONCE if _is_long(upload.source) else None
    if kind:
        service.kind_for(actor, kind, upload)
    stored = service.store_of().keep([upload.source], size_max=current_settings().upload_max)
    with work(actor, "import.ask") as w:
        row = service.new_run(w, upload, kind or "register", plan=None, described=json.dumps(_NOTHING))
        row.stored_name, row.sha256 = stored.name, stored.sha256
        w.add(row)
        row.job_id = jobs.enqueue(w, _READ, {"import": row.id, "kind": kind})
        return row.id, None


def look_again(actor: Actor, run_id: int, answers: Answers | None = None) -> str | None:
    """Make the preview anew, or have it made; returns what is to be said."""
    run = service.visible(actor, run_id)
    content, kind = service.file_of(run), _kind_given(actor, run)
    if not _is_long(content) or not _has_worker():
        service.look_again(actor, run_id, answers, kind or service.recognised(service.upload_of(run)))
        return AT_ONCE if _is_long(content) else "The file was checked again."
    _ask_to_read(actor, run_id, answers or Answers.from_json(run.mapping), kind)
    return None


def _kind_given(actor: Actor, run: ImportRun) -> str | None:
    """Return the kind of an import; None while it was not read and nobody said it."""
    if run.state is ImportState.READING and run.job_id is not None:
        given: str | None = jobs.view(actor, run.job_id).params["kind"]
        return given
    return run.kind


@retried
def _ask_to_read(actor: Actor, run_id: int, answers: Answers, kind: str | None) -> None:
    with work(actor, "import.ask", subject=f"import_run:{run_id}") as w:
        row = w.get(ImportRun, run_id)
        service.require(row, ImportState.CHECKED, ImportState.READING)
        row.mapping, row.state = answers.as_json(), ImportState.READING
        row.job_id = jobs.enqueue(w, _READ, {"import": run_id, "kind": kind})


def stop(actor: Actor, run_id: int) -> None:
    """Stop reading or writing a file; nothing of it is kept."""
    job_id = service.visible(actor, run_id).job_id
    if job_id is None:
        raise IllegalMove("This file is neither being read nor being written.")
    jobs.cancel(actor, job_id)


def commit(actor: Actor, run_id: int) -> str | None:
    """Write an import as previewed, or have it written; returns what is to be said. Raises as `service.commit`."""
    run = service.visible(actor, run_id)
    is_long = run.state is ImportState.CHECKED and _is_long(service.file_of(run))
    if not is_long or not _has_worker():
        service.commit(actor, run_id)
        return AT_ONCE if is_long else "The file is imported."
    _ask_to_write(actor, run_id)
    return None


@retried
def _ask_to_write(actor: Actor, run_id: int) -> None:
    with work(actor, "import.ask", subject=f"import_run:{run_id}") as w:
        row = w.get(ImportRun, run_id)
        service.require(row, ImportState.CHECKED)
        job_id = jobs.enqueue(w, _WRITE, {"import": run_id})
        if job_id == row.job_id:
            w.forget()  # asked for twice
        row.job_id = job_id


# -- as jobs -------------------------------------------------------------------------------------------------------


def _perform_reading(run: JobRun) -> Outcome:
    row = service.visible(run.actor, int(run.params["import"]))
    upload = replace(service.upload_of(row), told=_between(run, 0.0, _RECOGNISED))
    kind = run.params["kind"] or service.recognised(upload)
    upload = replace(upload, told=_between(run, _RECOGNISED, 1.0))
    plan = service.look(run.actor, upload, kind, Answers.from_json(row.mapping))
    run.progress(1.0, "Keeping the preview")

    def keep(_w: Work) -> Mapping[str, Any]:
        with work(run.actor, "import.check", subject=f"import_run:{row.id}") as w:
            wanted = w.get(ImportRun, row.id)
            if wanted.state is ImportState.READING:
                service.keep_preview(wanted, plan, kind)
        return {"import": row.id}

    return keep


def _perform_writing(run: JobRun) -> Outcome:
    run_id = int(run.params["import"])
    plan = service.plan_to_write(run.actor, run_id, _between(run, 0.0, _READ_AGAIN))
    run.progress(_READ_AGAIN, "Writing all rows in one act")

    def write(_w: Work) -> Mapping[str, Any]:
        if plan is not None:
            service.write_plan(run.actor, run_id, plan)
        return {"import": run_id}

    return write


def _between(run: JobRun, start: float, end: float) -> Listener:
    """Return a listener for a part of the work; it also stops a job that was cancelled."""
    return lambda share, words: run.progress(start + (end - start) * share, words)


def _page_of(params: Mapping[str, Any], _result: Mapping[str, Any]) -> str:
    return url_for("importing.preview", run_id=params["import"])


def _is_long(content: bytes) -> bool:
    return len(content) > (PACKED_BYTES_AT_ONCE if is_archive(content) else BYTES_AT_ONCE)


def _has_worker() -> bool:
    return heartbeat.is_beating("jobs")


READ = JobKind(name=_READ, words="Reading a file to import", perform=_perform_reading, url=_page_of)
WRITE = JobKind(name=_WRITE, words="Importing a file", perform=_perform_writing, url=_page_of)
