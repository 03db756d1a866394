"""The application with the kinds of jobs of the tests, and a workbench whose children know them."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from registry.core import clock, jobs
from registry.core.actor import Actor
from registry.core.db import writing
from registry.core.work import work
from registry.jobs.workbench import Workbench
from registry.settings import current_settings
from tests.jobs.kinds import KINDS
from tests.people import Someone, make_person

ROOT = Path(__file__).parents[2]


def environment() -> dict[str, str]:
    """Return what a real process needs to work on the same installation."""
    settings = current_settings()
    given = {
        "REGISTRY_DATA_DIR": str(settings.data_dir),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_SECRET_KEY": settings.secret_key or "",
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **given}


@pytest.fixture
def job_app(db_app: Flask) -> Flask:
    """The application on both databases, by the machine's clock, since real processes take part."""
    jobs.init_app(db_app, KINDS)
    clock.set_clock(db_app.extensions, clock.system_clock)
    return db_app


@pytest.fixture
def someone(job_app: Flask) -> Someone:
    return make_person("Ann Example")


@pytest.fixture
def ask(someone: Someone) -> Callable[..., int]:
    """Ask for a job: `ask("test.count", steps=3)`."""

    def asked(kind: str, *, by: Actor | None = None, **params: Any) -> int:
        return enqueue(by or someone.actor, kind, params)

    return asked


def enqueue(actor: Actor, kind: str, params: Mapping[str, Any]) -> int:
    with writing(), work(actor, "test.ask") as w:
        return jobs.enqueue(w, kind, params)


@pytest.fixture
def bench(job_app: Flask) -> Iterator[Workbench]:
    made = Workbench(environment=environment(), program=(sys.executable, "-m", "tests.jobs.kinds"))
    yield made
    made.stop(within_s=0)
