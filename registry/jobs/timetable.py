"""Everything that happens by itself, as one tuple: what, how often, and whether only the leading process does it."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.core import throttle, websession
from registry.core.lease import Holder
from registry.jobs.workbench import Workbench

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


TIMETABLE: tuple[Tick, ...] = (
    Tick("jobs", 1, work_on_jobs, only_leader=False),
    Tick("tidy", 3600, tidy),
)
