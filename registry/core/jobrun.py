"""Claiming long work, telling how far it is, and settling it: the side of the processes that do it.

A claim is a conditional UPDATE: state, owner, lease and a fresh token. Everything written later for the job looks the
token up in its own transaction. A worker that lost its job (stopped for longer than its lease, then continued) thereby
writes nothing, whoever has the job now.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import engine_name, session, writing
from registry.core.errors import CoreError
from registry.core.jobs import JobKind, Outcome, kind_of
from registry.core.lease import lease_now, process_name
from registry.core.work import Work, bookkeeping, claim_rows, retried, work
from registry.domain.register.errors import Cancelled
from registry.models.jobs import Job, JobProgress, JobState

__all__ = ["LEASE", "Claim", "JobRun", "LostJob", "claim_next", "fail", "finish", "hand_back", "is_wanted", "keep"]

LEASE = timedelta(seconds=60)
SYSTEM = Actor.system("jobs")
_TOLD_EVERY = timedelta(seconds=0.5)
_STEP_LENGTH = 200
_REASON_LENGTH = 2_000
_CANDIDATES = 500
_CLAIMING = 0x6A6F62  # any number that nobody else locks


class LostJob(CoreError):
    """Somebody else has the job now; nothing was written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job this process has, for as long as its lease is renewed."""

    job_id: int
    kind: str
    token: str
    attempt: int


@dataclass(slots=True)
class JobRun:
    """A job at work, as the function that does it sees it."""

    id: int
    token: str
    params: Mapping[str, Any]
    actor: Actor
    _told: tuple[datetime, str] | None = field(default=None, init=False)

    def progress(self, share: float, step: str) -> None:
        """Say how far the work is, from 0 to 1, and what it is at; cheap enough to be called in every round.

        Raises
        ------
        Cancelled
            Somebody wants it stopped.
        LostJob
            Somebody else has it now.
        """
        now, step = clock.now(), step[:_STEP_LENGTH]
        if self._told and self._told[1] == step and timedelta() <= now - self._told[0] < _TOLD_EVERY:
            return
        self._told = (now, step)
        values = {"share": min(1.0, max(0.0, share)), "step": step, "at": now}
        insert = postgresql.insert if engine_name() == "postgresql" else sqlite.insert
        with bookkeeping() as own:
            self._look_up(own)
            statement = insert(JobProgress).values(job_id=self.id, **values)
            own.execute(statement.on_conflict_do_update(index_elements=["job_id"], set_=values))

    @contextmanager
    def work(self, action: str, subject: str | None = None) -> Iterator[Work]:
        """Write something on the way, in an act of the one who asked; refused once the job belongs to somebody else."""
        with writing(), work(self.actor, action, subject=subject) as w:
            row = w.get(Job, self.id)
            if row.token != self.token or row.state is not JobState.RUNNING:
                raise LostJob(f"Job {self.id} was taken over.")
            yield w

    def _look_up(self, own: Session) -> None:
        row = own.execute(select(Job.token, Job.state, Job.cancel_wanted).where(Job.id == self.id)).one_or_none()
        if row is None or row.token != self.token or row.state is not JobState.RUNNING:
            raise LostJob(f"Job {self.id} was taken over.")
        if row.cancel_wanted:
            raise Cancelled


def claim_next() -> Claim | None:
    """Claim the next job, or one whose worker is gone; None when nothing is to be done.

    Fair between people: whoever has fewest running comes first, then whoever was served longest ago, then who asked
    first. Looking costs no write lock; only a claim does.
    """
    now = lease_now(session())
    if not _candidates(session(), now):
        session().commit()  # end the look, so that the next one sees what was committed since
        return None
    session().commit()
    with bookkeeping() as own:
        if engine_name() == "postgresql":
            # one claim at a time: "so many of a kind at once" counts rows that no condition of the UPDATE can lock
            own.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
        for job_id, kind, attempts in _candidates(own, now):
            token = token_hex(16)
            values = {
                "state": JobState.RUNNING, "owner": process_name(), "token": token, "lease_until": now + LEASE,
                "attempts": attempts + 1, "started_at": clock.now(), "next_try": None,
            }  # fmt: skip
            if claim_rows(own, Job, and_(Job.id == job_id, _is_free(now), Job.attempts == attempts), values):
                return Claim(job_id, kind, token, attempts + 1)
    return None


def _is_free(now: datetime) -> Any:
    waits = and_(Job.state == JobState.QUEUED, or_(Job.next_try.is_(None), Job.next_try <= now))
    # as with every lease: an end further away than any life was written by a clock that has been set back since
    is_over = or_(Job.lease_until < now, Job.lease_until > now + 2 * LEASE)
    return or_(waits, and_(Job.state == JobState.RUNNING, is_over))


def _candidates(own: Session, now: datetime) -> list[tuple[int, str, int]]:
    columns = (Job.id, Job.kind, Job.attempts, Job.person_id, Job.state)
    free = own.execute(select(*columns).where(_is_free(now)).order_by(Job.id).limit(_CANDIDATES)).all()
    if not free:
        return []
    running = own.execute(select(Job.person_id, Job.kind).where(Job.state == JobState.RUNNING)).all()
    busy, kinds = Counter(row.person_id for row in running), Counter(row.kind for row in running)
    last_served = select(Job.person_id, func.max(Job.started_at)).group_by(Job.person_id)
    served = {person_id: at for person_id, at in own.execute(last_served)}  # noqa: C416 -- rows are no pairs to the types
    long_ago = datetime.min.replace(tzinfo=now.tzinfo)

    def turn(row: Any) -> tuple[bool, int, datetime, int]:
        return row.state is JobState.QUEUED, busy[row.person_id], served.get(row.person_id) or long_ago, row.id

    return [
        (row.id, row.kind, row.attempts)
        for row in sorted(free, key=turn)
        if row.state is JobState.RUNNING or _has_place(kind_of(row.kind), kinds[row.kind])
    ]


def _has_place(kind: JobKind | None, running: int) -> bool:
    return kind is None or kind.at_once is None or running < kind.at_once


def keep(claim: Claim) -> bool:
    """Renew the lease of a claim; False when the job belongs to somebody else now."""
    with bookkeeping() as own:
        until = lease_now(own) + LEASE
        return claim_rows(own, Job, _held(claim), {"lease_until": until}) == 1


def is_wanted(claim: Claim) -> bool:
    """Whether nobody asked to stop it; one query."""
    wanted = session().scalar(select(Job.cancel_wanted).where(_held(claim)))
    session().commit()
    return wanted is False


def hand_back(claim: Claim) -> None:
    """Put a job back that this process cannot go on with because it stops; the attempt does not count."""
    values = {
        "state": JobState.QUEUED, "owner": None, "token": None, "lease_until": None, "attempts": claim.attempt - 1,
    }  # fmt: skip
    with bookkeeping() as own:
        claim_rows(own, Job, _held(claim), values)


@retried
def finish(run: JobRun, outcome: Outcome) -> None:
    """Settle a job as done, and write what came out in the same transaction."""
    with run.work("job.finish", f"job:{run.id}") as w:
        result = outcome(w) if callable(outcome) else outcome
        row = w.get(Job, run.id)
        row.result = json.dumps(result, sort_keys=True, ensure_ascii=False, allow_nan=False)
        row.state, row.error, row.finished_at = JobState.DONE, None, w.now


@retried
def fail(claim: Claim, reason: str, *, is_final: bool = False, is_cancelled: bool = False) -> None:
    """Settle a job that did not come to its end: to be tried again, failed, or cancelled."""
    kind = kind_of(claim.kind)
    with writing(), work(SYSTEM, "job.fail", subject=f"job:{claim.job_id}") as w:
        row = w.get(Job, claim.job_id)
        if row.token != claim.token or row.state is not JobState.RUNNING:
            raise LostJob(f"Job {claim.job_id} was taken over.")
        row.error = reason[:_REASON_LENGTH]
        row.owner = row.token = row.lease_until = None
        if is_cancelled or row.cancel_wanted:
            row.state, row.finished_at = JobState.CANCELLED, w.now
        elif is_final or kind is None or row.attempts >= kind.attempts:
            row.state, row.finished_at = JobState.FAILED, w.now
        else:
            row.state = JobState.QUEUED
            row.next_try = w.now + timedelta(seconds=15) * 2 ** min(row.attempts, 8)


def _held(claim: Claim) -> Any:
    return and_(Job.id == claim.job_id, Job.token == claim.token, Job.state == JobState.RUNNING)
