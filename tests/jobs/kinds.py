"""Kinds of jobs for tests, and the child process that knows them: `python -m tests.jobs.kinds JOB TOKEN`."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from flask import Flask

from registry import create_app
from registry.core import jobs
from registry.core.jobrun import JobRun
from registry.core.jobs import JobKind, Outcome
from registry.core.work import Work
from registry.domain.register.errors import IllegalMove
from registry.models import SavedView


def count(run: JobRun) -> Outcome:
    """Count slowly, then write one row."""
    steps = int(run.params["steps"])
    for step in range(steps):
        run.progress(step / steps, f"Step {step}")
        time.sleep(float(run.params.get("pause", 0)))

    def write(w: Work) -> Mapping[str, Any]:
        row = w.add(SavedView(person_id=1, list_name="vendors", name=f"job {run.id}", query="q"))
        return {"steps": steps, "view": row.id}

    return write


def refuse(run: JobRun) -> Outcome:
    """Say that it cannot be done."""
    raise IllegalMove("There is nothing to simulate.")


def crash(run: JobRun) -> Outcome:
    """Fail as only a mistake does."""
    return {"share": 1 / 0}


def die(run: JobRun) -> Outcome:
    """End as if memory ran out."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


KINDS = (
    JobKind(
        name="test.count",
        words="Count",
        perform=count,
        waiting=5,
        url=lambda _params, result: f"/x/{result.get('view')}",
    ),
    JobKind(name="test.single", words="Count alone", perform=count, at_once=1),
    JobKind(name="test.refuse", words="Refuse", perform=refuse),
    JobKind(name="test.crash", words="Crash", perform=crash, attempts=2),
    JobKind(name="test.die", words="Die", perform=die, attempts=2),
)


def make_app() -> Flask:
    """Return the application with the kinds of the tests."""
    app = create_app()
    jobs.init_app(app, KINDS)
    return app


if __name__ == "__main__":
    from registry.jobs import child

    child.end_with_parent()
    with make_app().app_context():
        child.do(int(sys.argv[1]), sys.argv[2])
