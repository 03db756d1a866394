"""When each tick of the scheduler last ran, so that its silence shows on Home, at `/readyz` and in the figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.core import clock
from registry.core.db import engine_name, session
from registry.core.lease import process_name
from registry.core.work import bookkeeping
from registry.models.jobs import Heartbeat

__all__ = ["SILENT_AFTER", "Pulse", "Standing", "beat", "is_beating", "pulse", "pulses", "standing"]

SILENT_AFTER = timedelta(minutes=5)
BEATS_WITHIN = timedelta(seconds=90)  # ticks of every second are noted twice a minute
_REASON_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Pulse:
    """One tick as it was last seen."""

    tick: str
    owner: str
    ran_at: datetime
    well_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the scheduler as a whole does: when it last ran, and whether it has been silent for too long."""

    ran_at: datetime | None
    is_silent: bool


def beat(tick: str, error: str | None = None) -> None:
    """Note that a tick ended just now, well or with an error."""
    now = clock.now()
    values = {"owner": process_name(), "ran_at": now, "error": error[:_REASON_LENGTH] if error else None}
    if error is None:
        values["well_at"] = now
    insert = postgresql.insert if engine_name() == "postgresql" else sqlite.insert
    with bookkeeping() as own:
        statement = insert(Heartbeat).values(tick=tick, **values)
        own.execute(statement.on_conflict_do_update(index_elements=["tick"], set_=values))


def pulses() -> list[Pulse]:
    """Return every tick, by name; one query."""
    question = select(Heartbeat.tick, Heartbeat.owner, Heartbeat.ran_at, Heartbeat.well_at, Heartbeat.error)
    return [Pulse(*row) for row in session().execute(question.order_by(Heartbeat.tick))]


def pulse(own: Session | None = None) -> datetime | None:
    """Return when any tick last ran; None when none ever did. One query."""
    return (own or session()).scalar(select(Heartbeat.ran_at).order_by(Heartbeat.ran_at.desc()).limit(1))


def standing() -> Standing:
    """Return how the scheduler does; one that never ran is silent. One query."""
    last = pulse()
    return Standing(last, last is None or clock.now() - last > SILENT_AFTER)


def is_beating(tick: str) -> bool:
    """Whether some process does this tick just now, so that one may wait for it. One query."""
    last = session().scalar(select(Heartbeat.ran_at).where(Heartbeat.tick == tick))
    return last is not None and clock.now() - last <= BEATS_WITHIN
