"""Moves a person through the tour; state of their screen, so it leaves no audit entry."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import engine_name
from registry.core.work import bookkeeping
from registry.models.tour import TourProgress
from registry.tour.steps import STEPS

__all__ = ["begin", "end", "go_to"]


def begin(actor: Actor) -> None:
    """Open the tour at its first step."""
    _keep(actor, STEPS[0].name, None)


def go_to(actor: Actor, step: str) -> None:
    """Show another step; a name that is none opens the first."""
    names = [each.name for each in STEPS]
    _keep(actor, step if step in names else names[0], None)


def end(actor: Actor) -> None:
    """Show it no more, skipped or walked to its end."""
    _keep(actor, STEPS[-1].name, clock.now())


def _keep(actor: Actor, step: str, ended_at: datetime | None) -> None:
    values = {"step": step, "ended_at": ended_at}
    with bookkeeping() as session:
        insert = postgresql.insert if engine_name() == "postgresql" else sqlite.insert
        row = insert(TourProgress).values(person_id=actor.person_id, **values)
        session.execute(row.on_conflict_do_update(index_elements=[TourProgress.person_id], set_=values))
