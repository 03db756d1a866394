"""Runs the timetable: one process leads, others stand by; every effect is a row with a key or a claim.

APScheduler is the ticker and nothing more: intervals in UTC, kept in memory, missed ones run once. What is due is read
from the data at each tick, so a process may be killed, paused or started twice without anything lost or done twice.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from registry.core import clock, heartbeat, lease
from registry.core.lease import Holder
from registry.core.logs import get_logger
from registry.jobs.timetable import TIMETABLE, Desk, Tick
from registry.jobs.workbench import Workbench

__all__ = ["LEADER", "Scheduler", "run_once"]

LEADER = "scheduler"
LEADER_LIFE = timedelta(seconds=30)
LEAD_EVERY_S = 5
BEATEN_EVERY = timedelta(seconds=30)  # a tick of one second need not write a row each time
log = get_logger(__name__)


class Scheduler:
    """A process that runs until it is told to stop."""

    def __init__(
        self, app: Flask, timetable: tuple[Tick, ...] = TIMETABLE, *, workbench: Workbench | None = None
    ) -> None:
        self._app = app
        self._timetable = timetable
        self._workbench = workbench or Workbench()
        self._holder = Holder(LEADER, LEADER_LIFE)
        self._leads = threading.Event()
        self._last_beat: dict[str, datetime] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask it to end; safe in a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Tick until asked to stop; then finish the items in hand, hand long work back, and let the lead go."""
        ticker = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self._timetable) + 1)},
            # a tick that is late or overtaken runs once: it looks at everything that is due anyway
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # a tick that is still at work when its next turn comes is no event: the turn after it finds everything
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        ticker.add_listener(self._failed, EVENT_JOB_ERROR)
        self._in_context(self._lead)
        ticker.add_job(self._in_context, "interval", [self._lead], seconds=LEAD_EVERY_S, id="lead")
        for tick in self._timetable:
            first = clock.system_clock()
            ticker.add_job(
                self._in_context, "interval", [lambda tick=tick: self._run(tick)], seconds=tick.every_s, id=tick.name,
                next_run_time=first,
            )  # fmt: skip
        log.info("scheduler_started", owner=self._holder.owner, leads=self._leads.is_set())
        ticker.start()
        self._stopping.wait()
        ticker.shutdown(wait=True)
        self._in_context(self._workbench.stop)
        self._in_context(lambda: lease.stop_holding(self._holder))
        log.info("scheduler_stopped", owner=self._holder.owner)

    def _in_context(self, act: Callable[[], None]) -> None:
        with self._app.app_context():
            act()

    def _lead(self) -> None:
        before = self._leads.is_set()
        leads = lease.renew(self._holder)
        if leads != before:
            log.info("scheduler_leads" if leads else "scheduler_stands_by", owner=self._holder.owner)
        (self._leads.set if leads else self._leads.clear)()

    def _run(self, tick: Tick) -> None:
        if tick.only_leader and not self._leads.is_set():
            return
        tick.act(Desk(self._workbench, self._holder if tick.only_leader else None))
        self._beat(tick.name)

    def _beat(self, name: str) -> None:
        now, last = clock.now(), self._last_beat.get(name)
        if last is None or abs(now - last) >= BEATEN_EVERY:
            heartbeat.beat(name)
            self._last_beat[name] = now

    def _failed(self, event: JobExecutionEvent) -> None:
        """Note that a tick failed; the next one tries again."""
        log.error("tick_failed", tick=event.job_id, exc_info=event.exception)
        self._last_beat.pop(event.job_id, None)
        self._in_context(
            lambda: heartbeat.beat(event.job_id, error=f"{type(event.exception).__name__}: {event.exception}")
        )


def run_once(timetable: tuple[Tick, ...] = TIMETABLE, *, workbench: Workbench | None = None) -> None:
    """Do once what is due, beside whoever leads, and wait for the long work that is queued; for cron.

    A tick that fails does not keep the others from their turn; its error is raised at the end.
    """
    bench = workbench or Workbench()
    with ExitStack() as stack:
        stack.callback(_work_off, bench)
        for tick in reversed(timetable):
            stack.callback(_once, tick, Desk(bench))


def _once(tick: Tick, desk: Desk) -> None:
    tick.act(desk)
    heartbeat.beat(tick.name)


def _work_off(bench: Workbench) -> None:
    bench.turn()
    while not bench.is_idle:
        time.sleep(0.1)
        bench.turn()
