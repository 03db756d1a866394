"""The scheduler: one process leads, another takes over, a paused one writes nothing, a stopped one leaves in order."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from registry.core import clock, health, heartbeat, jobs, lease
from registry.core.actor import Actor
from registry.core.db import db, writing
from registry.core.lease import Holder, LostLease
from registry.core.work import work
from registry.jobs.scheduler import run_once
from registry.jobs.timetable import Desk, Tick
from registry.jobs.workbench import Workbench
from registry.models.jobs import JobState
from tests.jobs.conftest import ROOT, environment

LIFE = timedelta(seconds=30)
SYSTEM = Actor.system("tests")


def wait_for(what: Callable[[], bool], limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while not what():
        assert time.monotonic() < end, "it took too long"
        db.session.remove()
        time.sleep(0.1)
    db.session.remove()


@contextmanager
def scheduler(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "flask", "--app", "registry", "scheduler", *(arguments or ("run",))]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.communicate()


def test_one_holds_the_lead_until_its_lease_is_over(db_app: Flask):
    moment = clock.now()
    first, second = Holder("lead", LIFE), Holder("lead", LIFE)
    assert lease.renew(first)
    assert not lease.renew(second)
    clock.set_clock(db_app.extensions, lambda: moment + LIFE * 0.9)
    assert lease.renew(first)
    clock.set_clock(db_app.extensions, lambda: moment + LIFE * 2)
    assert lease.renew(second)
    assert not lease.renew(first)
    assert lease.holder_of("lead")[0] == second.owner


def test_whoever_lost_the_lead_writes_nothing(db_app: Flask):
    moment = clock.now()
    paused, active = Holder("lead", LIFE), Holder("lead", LIFE)
    lease.renew(paused)
    clock.set_clock(db_app.extensions, lambda: moment + LIFE * 2)
    with pytest.raises(LostLease), writing(), work(SYSTEM, "test.plan") as w:
        lease.require(w, paused)  # over, though nobody took it yet
    lease.renew(active)
    with pytest.raises(LostLease), writing(), work(SYSTEM, "test.plan") as w:
        lease.require(w, paused)
    with writing(), work(SYSTEM, "test.plan") as w:
        lease.require(w, active)


def test_the_lead_is_given_back_and_survives_a_clock_that_is_set_back(db_app: Flask):
    moment = clock.now()
    first, second = Holder("lead", LIFE), Holder("lead", LIFE)
    lease.renew(first)
    lease.stop_holding(second)  # not its to give
    assert not lease.renew(second)
    lease.stop_holding(first)
    assert lease.renew(second)
    clock.set_clock(db_app.extensions, lambda: moment - timedelta(days=30))
    assert lease.renew(first)


def test_a_silent_scheduler_shows_in_the_health_of_the_installation(app: Flask):
    moment = clock.now()
    assert heartbeat.standing().is_silent
    heartbeat.beat("mail")
    db.session.remove()
    assert not heartbeat.standing().is_silent
    clock.set_clock(app.extensions, lambda: moment + timedelta(minutes=6))
    assert [check.message for check in health.check() if not check.is_well] == [
        "The scheduler has been silent for 6 minutes."
    ]


def test_an_error_of_a_tick_is_kept_beside_the_time_it_last_went_well(app: Flask):
    moment = clock.now()
    heartbeat.beat("mail")
    clock.set_clock(app.extensions, lambda: moment + timedelta(minutes=1))
    heartbeat.beat("mail", error="OSError: gone")
    (pulse,) = heartbeat.pulses()
    assert (pulse.well_at, pulse.ran_at - moment, pulse.error) == (moment, timedelta(minutes=1), "OSError: gone")


def test_once_runs_every_tick_though_one_fails(app: Flask):
    ran: list[str] = []

    def broken(_desk: Desk) -> None:
        raise OSError("gone")

    table = (
        Tick("a", 1, broken),
        Tick("b", 1, lambda _desk: ran.append("b")),
        Tick("c", 1, lambda _desk: ran.append("c")),
    )
    with pytest.raises(OSError, match="gone"):
        run_once(table, workbench=Workbench())
    assert ran == ["b", "c"]


def test_once_works_off_the_queue(job_app: Flask, ask, bench):
    job_id = ask("test.count", steps=2)
    run_once((), workbench=bench)
    db.session.remove()
    assert jobs.view(SYSTEM, job_id).state is JobState.DONE


@pytest.mark.slow
def test_a_second_process_stands_by_and_takes_over_when_the_first_is_stopped(job_app: Flask):
    def leader() -> str:
        found = lease.holder_of("scheduler")
        return found[0] if found else ""

    with scheduler() as first:
        wait_for(lambda: leader().endswith(f":{first.pid}"))
        with scheduler() as second:
            wait_for(lambda: heartbeat.pulse() is not None)
            assert leader().endswith(f":{first.pid}")
            first.send_signal(signal.SIGTERM)
            assert first.wait(20) == 0
            wait_for(lambda: leader().endswith(f":{second.pid}"), 20)


@pytest.mark.slow
def test_the_command_does_once_what_is_due_and_ends(job_app: Flask):
    with scheduler("once") as process:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    db.session.remove()
    assert {pulse.tick for pulse in heartbeat.pulses()} >= {"jobs", "tidy"}
