"""Does one claimed job, in a process of its own.

A process of its own, because a simulation takes the cores and the memory it likes, may be stopped at any moment, and
must not hold up the mails. It ends by itself when the process that started it is gone: its standard input is a pipe
that nobody writes to, and the end of it is the end of the parent.
"""

import json
import os
import sys
import threading

from sqlalchemy import select

from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import CoreError, DatabaseUnavailable
from registry.core.jobrun import Claim, JobRun, LostJob, fail, finish
from registry.core.jobs import kind_of
from registry.core.logs import get_logger
from registry.core.people import actor_of
from registry.domain.register.errors import Cancelled, DomainError
from registry.models.jobs import Job

__all__ = ["do", "end_with_parent"]

ORPHANED = 3
log = get_logger(__name__)


def do(job_id: int, token: str) -> None:
    """Do a claimed job in the running application and settle it, whatever it says."""
    row = session().execute(
        select(Job.kind, Job.params, Job.person_id, Job.person_name, Job.attempts).where(
            Job.id == job_id, Job.token == token
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        log.warning("job_lost", job=job_id)
        return
    claim = Claim(job_id, row.kind, token, row.attempts)
    kind = kind_of(row.kind)
    actor = actor_of(row.person_id) if row.person_id else _system(row.person_name)
    if kind is None or actor is None:
        why = "This release does not know this kind of work." if kind is None else "The account that asked is disabled."
        fail(claim, why, is_final=True)
        return
    run = JobRun(job_id, token, json.loads(row.params), actor)
    log.info("job_begun", job=job_id, kind=row.kind, attempt=row.attempts)
    try:
        run.progress(0.0, "Begun")
        finish(run, kind.perform(run))
        log.info("job_done", job=job_id)
    except Cancelled:
        fail(claim, "It was stopped; nothing of it was kept.", is_cancelled=True)
    except LostJob:
        log.warning("job_lost", job=job_id)
    except DatabaseUnavailable as error:
        fail(claim, str(error))
    except (DomainError, CoreError) as error:
        fail(claim, str(error), is_final=True)  # it would say the same again


def _system(name: str) -> Actor:
    return Actor(person_id=None, name=name)


def end_with_parent() -> None:
    """Watch, beside the work, for the end of the process that started this one."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(ORPHANED)

    threading.Thread(target=watch, daemon=True).start()
