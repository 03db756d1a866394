"""Real processes: planners race, mailers are killed at random; planned once each, lost none, repeated only by kills."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as hour

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.core import audit, clock
from registry.core.actor import Actor
from registry.core.db import db, session, writing
from registry.core.work import work
from registry.models import Mail, MailRules, Reminder
from registry.models.mail import MailState, ReminderState
from registry.reminders.planner import plan
from tests.jobs.conftest import ROOT, environment
from tests.reminders.company import make_vendors
from tests.reminders.smtp import Keeper, keeping

PLANNERS, MAILERS = 4, 3


@pytest.fixture
def open_app(db_app: Flask) -> Flask:
    """The application by the machine's clock, with mail going out at any hour."""
    clock.set_clock(db_app.extensions, clock.system_clock)
    with writing(), work(Actor.system("tests"), "test.rules") as w:
        w.add(
            MailRules(
                id=1, zone="UTC", holidays_of="", working_days="1234567", send_from=hour(0), send_until=hour(23, 59, 59),
                per_tick=200, pause_above=20_000, is_paused=False, is_dry=False, why="",
            )
        )  # fmt: skip
    db.session.remove()
    return db_app


class Nursery:
    """Planners and mailers that are born in a moment, as processes of their own."""

    def __init__(self, port: int) -> None:
        variables = environment() | {"REGISTRY_SMTP_URL": f"smtp://127.0.0.1:{port}"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reminders.worker"], env=variables, cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
        )  # fmt: skip
        self._ends: list[str] = []
        assert self.heard() == "ready"

    def heard(self) -> str:
        """Return what is said next."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def born(self, verb: str) -> int:
        """Return the process id of one that begins to work now."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{verb}\n")
        while not (said := self.heard()).isdecimal():
            self._ends.append(said)
        return int(said)

    def ended(self, wanted: int) -> list[str]:
        """Wait until so many have ended by themselves; return how."""
        while len(self._ends) < wanted:
            self._ends.append(self.heard())
        return self._ends

    def close(self) -> None:
        """End every one."""
        self._process.communicate(timeout=60)


@contextmanager
def nursing(port: int) -> Iterator[Nursery]:
    nursery = Nursery(port)
    try:
        yield nursery
    finally:
        nursery.close()


def count(*conditions: object) -> int:
    db.session.remove()
    return session().scalar(select(func.count()).select_from(Mail).where(*conditions)) or 0


def waiting() -> int:
    return count(Mail.state.in_([MailState.PENDING, MailState.SENDING]))


def kill_mailers(nursery: Nursery, kills: int, chance: random.Random) -> None:
    """Kill mailers at random moments, each while mails still wait, then let the others finish."""
    mailers = [nursery.born("mail") for _ in range(MAILERS)]
    for _ in range(kills):
        time.sleep(chance.uniform(0.02, 0.3))
        assert waiting() > 0, "a kill that finds nobody at work proves nothing: give the storm more mails"
        os.kill(mailers.pop(chance.randrange(len(mailers))), signal.SIGKILL)
        mailers.append(nursery.born("mail"))
    _wait(lambda: waiting() == 0, 240)


def storm(reminders: int, kills: int, pause_s: float) -> int:
    make_vendors(reminders)
    keeper = Keeper(pause_s)
    with keeping(keeper) as port, nursing(port) as nursery:
        for _ in range(PLANNERS):
            nursery.born("plan")
        ended = nursery.ended(PLANNERS)
        planned, mails = standing(), count()
        kill_mailers(nursery, kills, random.Random(20260302))
    assert ended == ["done"] * PLANNERS
    # ten days before the end: the manager's step falls to nobody and says so, the contact's goes out; each exactly once
    assert planned == {(1, ReminderState.CANCELLED): reminders, (2, ReminderState.QUEUED): reminders}
    assert standing() == planned
    keys = session().execute(
        select(Reminder.subject_key, Reminder.step).where(Reminder.subject == "certificate").distinct()
    )
    assert len(keys.all()) == 2 * reminders
    assert mails == count() == count(Mail.state == MailState.SENT) == reminders, "lost, cancelled or in doubt"
    assert dict(Counter(keeper.recipients.values())) == dict.fromkeys(session().scalars(select(Mail.recipient)), 1)
    assert set(keeper.accepted) == set(session().scalars(select(Mail.message_id)))  # no second identity
    twice = sum(keeper.accepted.values()) - reminders
    assert 0 <= twice <= kills
    assert audit.verify(session()).is_whole
    return twice


def standing() -> dict[tuple[int, ReminderState], int]:
    """Return how many reminders of certificates there are of each step and state."""
    db.session.remove()
    rows = session().execute(
        select(Reminder.step, Reminder.state, func.count())
        .where(Reminder.subject == "certificate")
        .group_by(Reminder.step, Reminder.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}


@pytest.mark.slow
def test_a_few_kills_lose_nothing_and_repeat_no_more_than_their_number(open_app: Flask):
    storm(reminders=40, kills=5, pause_s=0.1)


@pytest.mark.storm
def test_three_hundred_reminders_four_planners_and_forty_kills(open_app: Flask):
    storm(reminders=300, kills=44, pause_s=0.1)


@pytest.mark.storm
def test_a_leader_that_was_paused_and_goes_on_plans_nothing_twice(open_app: Flask):
    """Two schedulers; the leader is stopped for longer than its lease, the other takes over, then it goes on."""
    command = [sys.executable, "-m", "flask", "--app", "registry", "scheduler", "run"]
    processes = [subprocess.Popen(command, env=environment(), cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        leader = _leader(processes)
        leader.send_signal(signal.SIGSTOP)
        make_vendors(20)
        _wait(lambda: count() == 20, 120)
        leader.send_signal(signal.SIGCONT)
        time.sleep(3)
        assert count() == 20
        _wait(lambda: count(Mail.state == MailState.SENT) == 20, 60)
    finally:
        for each in processes:
            each.send_signal(signal.SIGCONT)
            end(each)
    assert standing() == {(1, ReminderState.CANCELLED): 20, (2, ReminderState.QUEUED): 20}


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _leader(processes: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    from registry.core.lease import holder_of

    found: list[subprocess.Popen[bytes]] = []

    def looked() -> bool:
        db.session.remove()
        holder = holder_of("scheduler")
        found[:] = [each for each in processes if holder and holder[0].endswith(f":{each.pid}")]
        return bool(found)

    _wait(looked, 60)
    return found[0]


def _kill(process: int) -> None:
    """Kill a process that may have ended by itself."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wait(what, limit_s: float) -> None:
    limit = time.monotonic() + limit_s
    while not what():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.2)


@pytest.mark.storm
def test_a_killed_planner_leaves_all_of_a_round_or_nothing(open_app: Flask):
    make_vendors(400)
    chance = random.Random(7)
    with nursing(9) as nursery:
        for _ in range(8):
            planner = nursery.born("plan")
            time.sleep(chance.uniform(0.05, 1.2))
            _kill(planner)
            assert count() in {0, 400}
    plan()
    assert count() == 400
    assert audit.verify(session()).is_whole
