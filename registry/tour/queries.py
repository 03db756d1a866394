"""Where a person is in the tour, and the vendor it takes as its example."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from registry.core.access import permissions_of
from registry.core.actor import Actor
from registry.core.db import session
from registry.models.flows import Flow
from registry.models.tour import TourProgress
from registry.settings import current_settings
from registry.tour.steps import Step, steps_for

__all__ = ["ShownStep", "example_vendor", "shown_step", "steps_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """The step a person is at, and the names of the one before and after."""

    step: Step
    number: int
    count: int
    before: str | None
    after: str | None


def steps_of(actor: Actor) -> tuple[Step, ...]:
    """Return the steps of a person, in their order."""
    return steps_for(permissions_of(actor).keys(), current_app.view_functions.keys())


def shown_step(actor: Actor) -> ShownStep | None:
    """Return the step to show, None when there is no tour; one query.

    In demo mode the tour begins by itself for whoever never touched it; elsewhere it is opened from the help.
    """
    row = (
        session()
        .execute(select(TourProgress.step, TourProgress.ended_at).where(TourProgress.person_id == actor.person_id))
        .one_or_none()
    )
    if row is None and not current_settings().demo:
        return None
    if row is not None and row.ended_at is not None:
        return None
    steps = steps_of(actor)
    names = [step.name for step in steps]
    if not names:
        return None
    at = names.index(row.step) if row is not None and row.step in names else 0
    return ShownStep(
        step=steps[at],
        number=at + 1,
        count=len(names),
        before=names[at - 1] if at else None,
        after=names[at + 1] if at + 1 < len(names) else None,
    )


def example_vendor() -> str | None:
    """Return the code of the vendor that gets the most flows; one query."""
    most = (
        select(Flow.recipient)
        .where(Flow.archived_at.is_(None))
        .group_by(Flow.recipient)
        .order_by(func.count().desc(), Flow.recipient)
        .limit(1)
    )
    return session().scalar(most)
