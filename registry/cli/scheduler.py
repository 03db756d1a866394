"""`./run scheduler run` and `./run scheduler once`: reminders, mail and long work, as a process or from cron."""

import signal

import click
from flask import current_app
from flask.cli import with_appcontext

from registry.core.health import refuse_unknown_revision
from registry.jobs import child
from registry.jobs.scheduler import Scheduler, run_once

__all__ = ["scheduler"]


@click.group(help="Plan reminders, send mail and do long work.")
def scheduler() -> None:
    """Group the commands."""


@scheduler.command("run", help="Keep going until Ctrl-C or SIGTERM; a second process stands by and takes over.")
@with_appcontext
def run_forever() -> None:
    """Run the timetable in this process."""
    refuse_unknown_revision()
    process = Scheduler(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 -- threads need the application itself
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: process.stop())
    process.run()


@scheduler.command("once", help="Do once what is due now, then end; for cron.")
@with_appcontext
def once() -> None:
    """Run every tick one time."""
    refuse_unknown_revision()
    run_once()


@scheduler.command("job", hidden=True, help="Do one claimed job; the scheduler starts this itself.")
@click.argument("job_id", type=int)
@click.argument("token")
@with_appcontext
def job(job_id: int, token: str) -> None:
    """Do the job and settle it; an unexpected error leaves its trace in the log and a code that is not 0."""
    child.end_with_parent()
    child.do(job_id, token)
