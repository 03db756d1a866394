"""Long work as rows: asked for in the act that needs it, done by a process of its own, never lost on a restart.

The row is written in the transaction of the act (`enqueue(w, ...)`), so there is no job without its reason and no
reason without its job. A scheduler process claims the row, a child process does the work, and the result is written in
the transaction that settles the row: a kill at any moment leaves all of it or nothing, and the job is claimed again.

How a feature adds a kind of job
--------------------------------
1. Write, in the feature, a function of one argument and describe it (a test can call it directly)::

       def _perform(run: JobRun) -> Outcome:
           for number, vendor in enumerate(vendors):
               run.progress(number / len(vendors), f"Vendor {vendor}")  # also stops a job that was cancelled
               ...
           return lambda w: {"run": w.add(PortfolioRun(...)).id}        # written with the settling, or not at all

       LEAGUE = JobKind(name="portfolio.run", words="Portfolio run", perform=_perform, url=_page_of)

   It may return plain values (a JSON object) instead of a function when there is nothing else to write. It reads freely
   and writes only through the function it returns or through `run.work(...)`.
2. Name it in `JOB_KINDS` of `registry.app`.
3. Ask for it: `with work(actor, "portfolio.ask") as w: job_id = enqueue(w, "portfolio.run", {"seed": 7})`.
4. Show it: `{{ job_progress(job) }}` of `macros/jobs.html`, with `job=jobs.view(actor, job_id)`, in a page that loads
   htmx. It renews itself until the job is done, then the whole page is loaded again; without scripts, by reloading.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, func, select, true

from registry.core.access import Permission, Scope, scope_of
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.work import Work, retried, work
from registry.domain.register.errors import DomainError, IllegalMove
from registry.models.jobs import Job, JobProgress, JobState

if TYPE_CHECKING:
    from registry.core.jobrun import JobRun

__all__ = [
    "JobKind",
    "JobView",
    "Outcome",
    "TooManyWaiting",
    "begin_again",
    "cancel",
    "enqueue",
    "init_app",
    "kind_of",
    "recent",
    "view",
    "withdraw",
]

Outcome = Mapping[str, Any] | Callable[[Work], Mapping[str, Any]]
SHOWN = 200
_OPEN = (JobState.QUEUED, JobState.RUNNING)


class TooManyWaiting(DomainError):
    """The queue of one kind is full; the act that asked was not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """One kind of long work.

    Parameters
    ----------
    name
        `subject.verb`, as for acts; stored, so it is never renamed without a migration.
    words
        What people call it.
    perform
        Does it, in a child process.
    attempts
        How often it is begun, when the process dies or fails unexpectedly, before it counts as failed.
    at_once
        How many may run at the same moment; None leaves it to the number of free places.
    waiting
        How many may wait; one more is refused where it is asked for.
    url
        Where what came out is seen, from params and result; called inside a request.
    """

    name: str
    words: str
    perform: "Callable[[JobRun], Outcome]"
    attempts: int = 3
    at_once: int | None = None
    waiting: int = 20
    url: Callable[[Mapping[str, Any], Mapping[str, Any]], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as one person sees it."""

    id: int
    words: str
    state: JobState
    share: float
    step: str
    person_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    cancel_wanted: bool
    error: str | None
    params: Mapping[str, Any]
    result: Mapping[str, Any]
    url: str | None
    may_change: bool

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in _OPEN

    @property
    def percent(self) -> int:
        """How far it is, as people say it."""
        return 100 if self.state is JobState.DONE else int(self.share * 100)


def init_app(app: Flask, kinds: Iterable[JobKind]) -> None:
    """Make the kinds of jobs of all features known."""
    app.extensions["job_kinds"] = {kind.name: kind for kind in kinds}


def kind_of(name: str) -> JobKind | None:
    """Return a kind of job; None for one that this release does not know."""
    kinds: dict[str, JobKind] = current_app.extensions["job_kinds"]
    return kinds.get(name)


def enqueue(w: Work, name: str, params: Mapping[str, Any]) -> int:
    """Ask for long work within an act; return the number of the job.

    Asking again for the same while it still waits gives the job that waits, so a double click is one job.

    Raises
    ------
    TooManyWaiting
        As many as may wait of this kind wait already.
    """
    kind = kind_of(name)
    if kind is None:
        raise KeyError(f"{name} is no kind of job; name it in JOB_KINDS.")
    text = json.dumps(params, sort_keys=True, ensure_ascii=False, allow_nan=False)
    waits = (Job.kind == name, Job.state == JobState.QUEUED)
    same = (Job.params == text, Job.person_id.is_not_distinct_from(w.actor.person_id))
    if (found := w.session.scalar(select(Job.id).where(*waits, *same))) is not None:
        return found
    if (w.session.scalar(select(func.count()).select_from(Job).where(*waits)) or 0) >= kind.waiting:
        raise TooManyWaiting(f"{kind.waiting} of this kind wait already ({kind.words}). Try again when one is done.")
    row = Job(
        kind=name, params=text, state=JobState.QUEUED, created_at=w.now, cancel_wanted=False, attempts=0,
        person_id=w.actor.person_id, person_name=w.actor.name,
    )  # fmt: skip
    return w.add(row).id


@retried
def cancel(actor: Actor, job_id: int) -> None:
    """Stop a job: one that waits is cancelled now, one that runs as soon as it looks up."""
    with work(actor, "job.cancel", subject=f"job:{job_id}") as w:
        row = _own_row(w, actor, job_id)
        if row.state not in _OPEN:
            raise IllegalMove(f"Job {job_id} has ended already; there is nothing to stop.")
        row.cancel_wanted = True
        if row.state is JobState.QUEUED:
            row.state = JobState.CANCELLED
            row.finished_at = w.now


def withdraw(w: Work, job_id: int) -> None:
    """Stop a job within an act that makes it pointless; the caller vouches that the act may. Nothing when it has ended."""
    row = w.get(Job, job_id)
    if row.state in _OPEN:
        row.cancel_wanted = True
    if row.state is JobState.QUEUED:
        row.state, row.finished_at = JobState.CANCELLED, w.now


@retried
def begin_again(actor: Actor, job_id: int) -> None:
    """Put a job that failed or was cancelled back into the queue, with all its attempts before it."""
    with work(actor, "job.retry", subject=f"job:{job_id}") as w:
        row = _own_row(w, actor, job_id)
        if row.state not in {JobState.FAILED, JobState.CANCELLED}:
            raise IllegalMove(f"Job {job_id} is {row.state}; only one that failed or was cancelled can begin again.")
        row.state, row.cancel_wanted, row.attempts = JobState.QUEUED, False, 0
        row.error = row.finished_at = row.next_try = None


def view(actor: Actor, job_id: int) -> JobView:
    """Return one job; one query. Raises NotFound when there is none, or it is somebody else's."""
    found = _views(actor, Job.id == job_id, limit=1)
    if not found:
        raise NotFound("job", job_id)
    return found[0]


def recent(actor: Actor, *, only_open: bool = False) -> list[JobView]:
    """Return the jobs a person may see, newest first; one query."""
    return _views(actor, Job.state.in_(_OPEN) if only_open else true(), limit=SHOWN)


def _views(actor: Actor, which: ColumnElement[bool], *, limit: int) -> list[JobView]:
    question = (
        select(Job, JobProgress.share, JobProgress.step)
        .outerjoin(JobProgress, JobProgress.job_id == Job.id)
        .where(which, _visible(actor))
        .order_by(Job.id.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    reach = scope_of(actor, Permission.JOBS_WRITE)
    rows = session().execute(question).all()
    return [_view(job, share, step, is_mine=_is_reached(actor, reach, job)) for job, share, step in rows]


def _view(job: Job, share: float | None, step: str | None, *, is_mine: bool) -> JobView:
    kind = kind_of(job.kind)
    params, result = json.loads(job.params), json.loads(job.result or "{}")
    is_done = job.state is JobState.DONE
    return JobView(
        id=job.id, words=kind.words if kind else job.kind, state=job.state, share=share or 0.0, step=step or "",
        person_name=job.person_name, created_at=job.created_at, started_at=job.started_at,
        finished_at=job.finished_at, attempts=job.attempts, cancel_wanted=job.cancel_wanted, error=job.error,
        params=params, result=result, url=kind.url(params, result) if kind and kind.url and is_done else None,
        may_change=is_mine,
    )  # fmt: skip


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Everybody sees their own; who reads all jobs sees those of the system too."""
    if actor.is_system or scope_of(actor, Permission.JOBS_READ) is Scope.ALL:
        return true()
    return Job.person_id == actor.person_id


def _is_reached(actor: Actor, reach: Scope | None, job: Job) -> bool:
    return reach is Scope.ALL or (reach is Scope.OWN and job.person_id == actor.person_id)


def _own_row(w: Work, actor: Actor, job_id: int) -> Job:
    row = w.get(Job, job_id)
    if not (actor.is_system or _is_reached(actor, scope_of(actor, Permission.JOBS_WRITE), row)):
        raise NotFound("job", job_id)
    return row
