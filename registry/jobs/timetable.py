"""Everything that happens by itself, as one tuple: what, how often, and whether only the leading process does it."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.acceptances.service import expire
from registry.campaigns.cadence import open_next
from registry.core import mailer, throttle, websession
from registry.core.lease import Holder
from registry.core.webhooks import transports
from registry.incidents.clocktick import watch_clocks
from registry.jobs.workbench import Workbench
from registry.reminders import planner
from registry.reporting.schedule import draft_due
from registry.risk import refresh

__all__ = ["TIMETABLE", "Desk", "Tick"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a tick may use: the place for long work, and the right to lead under which it acts (None: nobody leads)."""

    workbench: Workbench
    leader: Holder | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that is done again and again; `act` looks at the data and the time and does what is due."""

    name: str
    every_s: int
    act: Callable[[Desk], None]
    only_leader: bool = True


def tidy(_desk: Desk) -> None:
    """Delete what no longer means anything."""
    throttle.forget_old()
    websession.end_expired()


def work_on_jobs(desk: Desk) -> None:
    """Look after long work; every process may, since each job is claimed."""
    desk.workbench.turn()


def plan_reminders(desk: Desk) -> None:
    """Plan what is due, under the lead when there is one."""
    planner.plan(desk.leader)


def watch_incidents(desk: Desk) -> None:
    """Warn of clocks that run out, under the lead when there is one."""
    watch_clocks(desk.leader)


def send_mail(_desk: Desk) -> None:
    """Hand over what is due, once the mail server lets us."""
    mailer.send_due(transports())


def end_acceptances(_desk: Desk) -> None:
    """End acceptances that passed their last day; their findings are open again."""
    expire()


def open_assessments(_desk: Desk) -> None:
    """Open the assessments that the cadence of their vendors asks for."""
    open_next()


def work_out_risk(_desk: Desk) -> None:
    """Keep every vendor's risk and tier in step with the register and the assessments."""
    refresh()


def draft_pack(_desk: Desk) -> None:
    """Ask for the audit pack of the quarter that has just ended, once."""
    draft_due()


TIMETABLE: tuple[Tick, ...] = (
    Tick("acceptances", 300, end_acceptances),
    Tick("cadence", 3600, open_assessments),
    Tick("risk", 60, work_out_risk),
    Tick("reminders", 60, plan_reminders),
    Tick("incidents", 60, watch_incidents),
    Tick("mail", 2, send_mail),
    Tick("jobs", 1, work_on_jobs, only_leader=False),
    Tick("packs", 3600, draft_pack),
    Tick("tidy", 3600, tidy),
)
