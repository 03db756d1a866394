"""Long work: asked for once, in turn, done in a process of its own, settled once, never lost."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.core import clock, jobrun, jobs
from registry.core.actor import Actor
from registry.core.db import db, session, writing
from registry.core.errors import NotFound, WriteOutsideWork
from registry.core.jobrun import JobRun, LostJob
from registry.core.work import bookkeeping, claim_rows, work
from registry.domain.register.errors import Cancelled, IllegalMove
from registry.jobs import child
from registry.jobs.workbench import Workbench
from registry.models import AuditEntry, Job, SavedView
from registry.models.jobs import JobState
from tests.jobs.conftest import enqueue
from tests.jobs.kinds import KINDS
from tests.people import make_person

SYSTEM = Actor.system("tests")
Ask = Callable[..., int]


def fresh(job_id: int) -> jobs.JobView:
    db.session.remove()
    return jobs.view(SYSTEM, job_id)


def work_off(bench: Workbench, until: Callable[[], bool] | None = None, limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    bench.turn()
    while not (until() if until else bench.is_idle):
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
        bench.turn()


def run_of(claim: jobrun.Claim, actor: Actor) -> JobRun:
    return JobRun(claim.job_id, claim.token, {"steps": 2}, actor)


def test_a_job_is_done_in_a_process_of_its_own_and_its_result_written_with_its_settling(
    job_app: Flask, ask: Ask, bench: Workbench
):
    job_id = ask("test.count", steps=3)
    work_off(bench)
    done = fresh(job_id)
    assert (done.state, done.percent, done.result["steps"], done.url) == (
        JobState.DONE,
        100,
        3,
        f"/x/{done.result['view']}",
    )
    assert session().scalar(select(SavedView.name)) == f"job {job_id}"
    entry = session().execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.seq.desc())).first()
    assert tuple(entry) == ("Ann Example", "job.finish")


def test_the_act_that_asks_and_the_job_are_one_transaction(job_app: Flask, someone):
    with pytest.raises(ZeroDivisionError):
        _ask_and_fail(someone.actor)
    assert session().scalar(select(func.count()).select_from(Job)) == 0


def _ask_and_fail(actor: Actor) -> None:
    with writing(), work(actor, "test.ask") as w:
        jobs.enqueue(w, "test.count", {"steps": 1})
        _ = 1 / 0


def test_asking_twice_for_the_same_while_it_waits_is_one_job(job_app: Flask, ask: Ask):
    assert ask("test.count", steps=3) == ask("test.count", steps=3)
    assert ask("test.count", steps=4) != ask("test.count", steps=3)
    other = make_person("Ben Example")
    assert ask("test.count", by=other.actor, steps=3) != ask("test.count", steps=3)


def test_the_queue_of_a_kind_has_an_end(job_app: Flask, ask: Ask):
    for steps in range(5):
        ask("test.count", steps=steps)
    with pytest.raises(jobs.TooManyWaiting, match="5 of this kind"):
        ask("test.count", steps=99)


def test_people_take_turns(job_app: Flask, ask: Ask):
    ann = [ask("test.single", steps=n) for n in range(3)]
    ben = enqueue(make_person("Ben Example").actor, "test.count", {"steps": 1})
    first = jobrun.claim_next()
    second = jobrun.claim_next()
    assert (first.job_id, second.job_id) == (ann[0], ben)


def test_so_many_of_a_kind_run_at_once(job_app: Flask, ask: Ask):
    ask("test.single", steps=1)
    ask("test.single", steps=2)
    assert jobrun.claim_next() is not None
    assert jobrun.claim_next() is None


def test_a_refusal_is_final_and_says_why(job_app: Flask, ask: Ask):
    job_id = ask("test.refuse")
    claim = jobrun.claim_next()
    child.do(job_id, claim.token)
    failed = fresh(job_id)
    assert (failed.state, failed.error) == (JobState.FAILED, "There is nothing to simulate.")


def test_a_process_that_dies_is_tried_again_later_and_then_failed(job_app: Flask, ask: Ask, bench: Workbench):
    job_id = ask("test.die")
    work_off(bench)
    waiting = fresh(job_id)
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 1)
    assert "signal 9" in waiting.error
    assert jobrun.claim_next() is None  # not at once
    clock.set_clock(job_app.extensions, lambda: clock.system_clock() + timedelta(hours=1))
    work_off(bench)
    assert fresh(job_id).state is JobState.FAILED


def test_a_mistake_in_the_program_leaves_its_trace_in_the_log_and_is_tried_again(
    job_app: Flask, ask: Ask, bench: Workbench, capfd
):
    job_id = ask("test.crash")
    work_off(bench)
    assert fresh(job_id).state is JobState.QUEUED
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_job_that_waits_is_cancelled_at_once(job_app: Flask, ask: Ask, someone):
    job_id = ask("test.count", steps=1)
    _as_writer(jobs.cancel, someone.actor, job_id)
    assert fresh(job_id).state is JobState.CANCELLED
    with pytest.raises(IllegalMove, match="ended already"):
        _as_writer(jobs.cancel, someone.actor, job_id)
    _as_writer(jobs.begin_again, someone.actor, job_id)
    assert fresh(job_id).state is JobState.QUEUED


def _as_writer(act: Callable[..., None], *arguments: object) -> None:
    with writing():
        act(*arguments)


def test_a_running_job_stops_when_it_looks_up(job_app: Flask, ask: Ask, bench: Workbench, someone):
    job_id = ask("test.count", steps=2000, pause=0.02)
    work_off(bench, until=lambda: fresh(job_id).share > 0)
    _as_writer(jobs.cancel, someone.actor, job_id)
    work_off(bench)
    assert fresh(job_id).state is JobState.CANCELLED
    assert session().scalar(select(func.count()).select_from(SavedView)) == 0


def test_a_killed_job_is_done_again_and_writes_once(job_app: Flask, ask: Ask, bench: Workbench):
    job_id = ask("test.count", steps=100, pause=0.02)
    work_off(bench, until=lambda: fresh(job_id).share > 0)
    os.kill(bench._places[0].process.pid, signal.SIGKILL)
    work_off(bench)
    clock.set_clock(job_app.extensions, lambda: clock.system_clock() + timedelta(hours=1))
    work_off(bench)
    assert (fresh(job_id).state, fresh(job_id).attempts) == (JobState.DONE, 2)
    assert session().scalar(select(func.count()).select_from(SavedView)) == 1


def test_a_stopping_process_hands_the_job_back_and_the_attempt_does_not_count(
    job_app: Flask, ask: Ask, bench: Workbench
):
    job_id = ask("test.count", steps=1000, pause=0.02)
    bench.turn()
    bench.stop(within_s=0)
    handed = fresh(job_id)
    assert (handed.state, handed.attempts, handed.error) == (JobState.QUEUED, 0, None)
    assert jobrun.claim_next().job_id == job_id


def test_a_worker_that_lost_its_job_writes_nothing(app: Flask, actor: Actor):
    jobs.init_app(app, KINDS)
    moment = clock.now()
    job_id = enqueue(actor, "test.count", {"steps": 2})
    slow = jobrun.claim_next()
    assert jobrun.claim_next() is None
    clock.set_clock(app.extensions, lambda: moment + jobrun.LEASE + timedelta(seconds=1))
    quick = jobrun.claim_next()
    assert (quick.job_id, quick.attempt) == (job_id, 2)
    assert not jobrun.keep(slow)
    for act in (
        lambda: run_of(slow, actor).progress(0.5, "Half"),
        lambda: jobrun.finish(run_of(slow, actor), {"by": "slow"}),
        lambda: jobrun.fail(slow, "late"),
    ):
        with pytest.raises(LostJob):
            act()
    jobrun.hand_back(slow)
    jobrun.finish(run_of(quick, actor), {"by": "quick"})
    assert fresh(job_id).result == {"by": "quick"}


def test_a_clock_set_back_leaves_no_job_claimed_for_ever(app: Flask, actor: Actor):
    jobs.init_app(app, KINDS)
    moment = clock.now()
    enqueue(actor, "test.count", {"steps": 2})
    assert jobrun.claim_next() is not None
    clock.set_clock(app.extensions, lambda: moment - timedelta(days=30))
    assert jobrun.claim_next() is not None


def test_a_job_whose_processes_all_died_is_failed_instead_of_begun_for_ever(app: Flask, actor: Actor):
    jobs.init_app(app, KINDS)
    job_id = enqueue(actor, "test.die", {})
    moment = clock.now()
    for hours in (1, 2):
        assert jobrun.claim_next() is not None
        clock.set_clock(app.extensions, lambda hours=hours: moment + timedelta(hours=hours))
    Workbench().turn()
    failed = fresh(job_id)
    assert failed.state is JobState.FAILED
    assert "2 times" in failed.error


def test_progress_stops_a_job_nobody_wants(job_app: Flask, ask: Ask, someone):
    ask("test.count", steps=2)
    claim = jobrun.claim_next()
    run = run_of(claim, someone.actor)
    run.progress(0.4, "Two fifths")
    assert fresh(claim.job_id).percent == 40
    _as_writer(jobs.cancel, someone.actor, claim.job_id)
    with pytest.raises(Cancelled):
        run.progress(0.5, "Half")


def test_a_disabled_account_gets_nothing_done(job_app: Flask, actor: Actor):
    job_id = enqueue(actor, "test.count", {"steps": 1})  # no such account
    claim = jobrun.claim_next()
    child.do(job_id, claim.token)
    assert "disabled" in fresh(job_id).error


def test_nobody_sees_or_stops_the_job_of_somebody_else(job_app: Flask, ask: Ask):
    job_id = ask("test.count", steps=1)
    stranger = make_person("Charlie Example")
    with pytest.raises(NotFound):
        jobs.view(stranger.actor, job_id)
    with pytest.raises(NotFound):
        _as_writer(jobs.cancel, stranger.actor, job_id)


def test_claims_write_the_columns_of_a_claim_and_no_other(app: Flask):
    with pytest.raises(WriteOutsideWork), bookkeeping() as own:
        claim_rows(own, Job, Job.id == 1, {"result": "{}"})
    with pytest.raises(WriteOutsideWork), bookkeeping() as own:
        claim_rows(own, SavedView, SavedView.id == 1, {"name": "x"})
