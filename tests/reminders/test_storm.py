"""Real processes: planners race, mailers are killed at random; planned once each, lost none, repeated only by kills."""

import os
import random
import signal
import subprocess
import sys
import time
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


def start(verb: str, port: int) -> subprocess.Popen[bytes]:
    variables = environment() | {"REGISTRY_SMTP_URL": f"smtp://127.0.0.1:{port}"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.reminders.worker", verb], env=variables, cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def release(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdin.write(b"go\n")
    process.stdin.flush()


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def count(*conditions: object) -> int:
    db.session.remove()
    return session().scalar(select(func.count()).select_from(Mail).where(*conditions)) or 0


def race_planners(port: int) -> None:
    planners = [start("plan", port) for _ in range(PLANNERS)]
    for each in planners:
        release(each)
    for each in planners:
        each.communicate(timeout=120)
        assert each.returncode == 0


def kill_mailers(port: int, kills: int, chance: random.Random) -> int:
    """Kill mailers at random moments while mails go out; return how many were really killed at work."""
    mailers = [start("mail", port) for _ in range(MAILERS)]
    for each in mailers:
        release(each)
    done = 0
    while done < kills:
        spare = start("mail", port)  # ready beforehand, so that there is always somebody at work
        time.sleep(chance.uniform(0.02, 0.5))
        victim = mailers.pop(chance.randrange(len(mailers)))
        assert victim.poll() is None
        end(victim)
        done += 1
        release(spare)
        mailers.append(spare)
    limit = time.monotonic() + 120
    while count(Mail.state.in_([MailState.PENDING, MailState.SENDING])):
        assert time.monotonic() < limit, "mails were left behind"
        time.sleep(0.2)
    for each in mailers:
        end(each)
    return done


def storm(reminders: int, kills: int, pause_s: float) -> tuple[int, int]:
    make_vendors(reminders)
    keeper = Keeper(pause_s)
    with keeping(keeper) as port:
        race_planners(port)
        planned = count()
        done = kill_mailers(port, kills, random.Random(20260302))
    rows = session().execute(
        select(Reminder.subject_key, Reminder.step, func.count()).group_by(Reminder.subject_key, Reminder.step)
    )
    assert {each[2] for each in rows} == {1}
    assert planned == reminders
    assert count(Mail.state == MailState.SENT) == reminders
    assert set(keeper.recipients.values()) == set(session().scalars(select(Mail.recipient)))
    assert set(keeper.accepted) == set(session().scalars(select(Mail.message_id)))  # nothing lost, no second identity
    twice = sum(keeper.accepted.values()) - reminders
    assert 0 <= twice <= done
    assert audit.verify(session()).is_whole
    return twice, done


@pytest.mark.slow
def test_a_few_kills_lose_nothing_and_repeat_no_more_than_their_number(open_app: Flask):
    storm(reminders=40, kills=5, pause_s=0.05)


@pytest.mark.storm
def test_three_hundred_reminders_four_planners_and_forty_kills(open_app: Flask):
    twice, kills = storm(reminders=300, kills=44, pause_s=0.15)
    print(f"{kills} kills, {twice} mails accepted twice, 0 lost")


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
    db.session.remove()
    states = session().execute(select(Reminder.state, func.count()).group_by(Reminder.state))
    assert {each[0]: each[1] for each in states} == {ReminderState.QUEUED: 20, ReminderState.CANCELLED: 20}


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


def _wait(what, limit_s: float) -> None:
    limit = time.monotonic() + limit_s
    while not what():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.2)


@pytest.mark.storm
def test_a_killed_planner_leaves_all_of_a_round_or_nothing(open_app: Flask):
    make_vendors(400)
    chance = random.Random(7)
    for _ in range(8):
        process = start("plan", 9)
        release(process)
        time.sleep(chance.uniform(0.05, 1.2))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert count() in {0, 400}
    plan()
    assert count() == 400
    assert audit.verify(session()).is_whole
