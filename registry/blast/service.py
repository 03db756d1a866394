"""The write verbs of the blast radius: log what was taken along, and turn a what-if into a planned control."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from registry.blast.question import Question
from registry.core import factstore, throttle
from registry.core.actor import Actor
from registry.core.ownership import require_fact
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove
from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import ControlState
from registry.domain.scenario.whatif import WhatIf, WhatIfKind
from registry.models.controls import Placement

__all__ = ["PlanControl", "control_meant", "log_download", "plan_control"]


def log_download(actor: Actor, question: Question, name: str, content: bytes) -> None:
    """Log that a file of an answer was taken; counted against the person's limit."""
    throttle.take("export.person", actor.person_id)
    with work(actor, "blast.export", subject=f"blast:{','.join(question.starts)}"[:200]) as w:
        w.note(file=name, question=question.query(), sha256=hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanControl:
    """A what-if that somebody will bring about: who, by when, and for what money."""

    what_if: WhatIf
    owner_email: str
    due: date
    is_funded: bool
    cost_once: float | None = None
    cost_per_year: float | None = None


def control_meant(register: Register, controls: Mapping[str, tuple[str, ...]], what_if: WhatIf) -> str | None:
    """Return the control that would bring a what-if about; None when only a changed fact can.

    Parameters
    ----------
    register
        For controls of our own.
    controls
        Code of a shipped control -> what it acts on.
    what_if
        `place` and `upgrade` name their control; for `protect` it is the one that sets that protection.
    """
    if what_if.kind in {WhatIfKind.PLACE, WhatIfKind.UPGRADE}:
        return what_if.argument
    if what_if.kind is not WhatIfKind.PROTECT:
        return None
    wanted = f"protection:{what_if.argument}"
    own = {row.code: row.acts_on for row in register.controls}
    return next((code for code, acts_on in {**controls, **own}.items() if wanted in acts_on), None)


@retried
def plan_control(actor: Actor, command: PlanControl, control: str) -> int:
    """Plan the control of a what-if on its fact; one that is planned there already gets the new owner and date.

    Raises
    ------
    NotFound
        The fact is not the actor's to change.
    IllegalMove
        The control is in place there already, in full.
    InvalidRegister
        With every problem of the placement.
    """
    fact = command.what_if.subject
    require_fact(actor, "placements", {"fact": fact})
    values: dict[str, Any] = {
        "state": ControlState.PLANNED_FUNDED if command.is_funded else ControlState.PLANNED_UNFUNDED,
        "owner_email": command.owner_email,
        "due": command.due,
        "cost_once": command.cost_once,
        "cost_per_year": command.cost_per_year,
    }
    with work(actor, "what_if.plan") as w:
        planned = _planned(w, control, fact)
        if planned is None:
            key = int(factstore.create(w, "placements", {"control": control, "fact": fact, **values}))
        else:
            key = planned
            factstore.change(w, "placements", key, None, values)
        w.about(f"placement:{key}")
        w.note(what_if=str(command.what_if))
        return key


def _planned(w: Work, control: str, fact: str) -> int | None:
    """Return the placement that is planned already; refuses when the control is in place."""
    live = select(Placement).where(
        Placement.control == control, Placement.fact == fact, Placement.archived_at.is_(None)
    )
    rows = list(w.session.scalars(live.order_by(Placement.id)))
    if any(row.state is ControlState.IN_PLACE for row in rows):
        raise IllegalMove(f"{control} is in place on {fact} already; change its coverage in the register.")
    return rows[0].id if rows else None
