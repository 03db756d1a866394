"""A nursery of planners and mailers: `python -m tests.reminders.worker` forks one for each line it reads.

A fork is at work within a moment, so that planners really race, and a mailer that is killed is replaced while mails
still go out. The nursery says the process id of each, a planner says at its end how it went, and all of them end when
the input does.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from registry import create_app
from registry.core import mailer
from registry.core.db import db
from registry.core.errors import DatabaseUnavailable
from registry.core.webhooks import transports
from registry.reminders import planner

LEASE = timedelta(seconds=3)  # short, so that the mails of a killed process are soon free


def main() -> None:
    """Fork what is asked for."""
    app = create_app()  # connects to nothing yet, so it can be forked
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    say("ready")
    children = []
    while wanted := sys.stdin.readline().strip():
        child = os.fork()
        if child == 0:
            live(app, {"plan": plan, "mail": deliver}[wanted])
        children.append(child)
        say(str(child))
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it ended, or the test killed it


def say(words: str) -> None:
    """Tell the test."""
    os.write(1, f"{words}\n".encode())


def live(app: Flask, work: Callable[[], None]) -> None:
    """Work in a child; how it went is told even when it breaks down."""
    words = "failed"
    try:
        with app.app_context():
            work()
        words = "done"
    finally:
        say(words)
        os._exit(0)


def plan() -> None:
    """Plan once, however often the database is busy."""
    while True:
        try:
            planner.plan()
        except DatabaseUnavailable:
            time.sleep(0.05)
        else:
            return
        finally:
            db.session.remove()


def deliver() -> None:
    """Hand mails over until it is killed."""
    while True:
        try:
            if not mailer.send_due(transports(), lease=LEASE):
                time.sleep(0.05)
        except DatabaseUnavailable:
            time.sleep(0.05)  # as the scheduler does: the next tick tries again
        finally:
            db.session.remove()


if __name__ == "__main__":
    main()
