"""Planning within a budget: a job that finds the best set of planned controls, and what it found last."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select

from registry.administration.queries import parameters_in_force
from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.jobrun import JobRun
from registry.core.jobs import JobKind, Outcome, enqueue
from registry.core.register import current, current_revision
from registry.core.work import retried, work
from registry.domain.impact.cost import cost_terms
from registry.domain.portfolio.landscape import prepare_landscape
from registry.domain.portfolio.plan import Candidate, best_plan, candidates_of, landscape_loss
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.scenario.scenario import with_changed_parameters
from registry.models.jobs import Job, JobState

__all__ = ["AMOUNT_MAX", "BUDGET", "Planned", "ask_plan", "latest_plan", "open_plan_job", "planned_controls"]

AMOUNT_MAX = 10.0**12
_KIND = "portfolio.plan"
_WORLDS, _SEED = 1024, 1


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan that was worked out last; `is_stale`: the register changed since."""

    made_at: datetime
    result: Mapping[str, Any]
    is_stale: bool

    @property
    def saved(self) -> float:
        """What the best set saves of a year's expected loss."""
        return float(self.result["before"] - self.result["best"]["loss"])

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The candidates, those of the plan first, then what saves most alone."""
        chosen = set(self.result["best"]["chosen"])
        rows = [row | {"is_chosen": place in chosen} for place, row in enumerate(self.result["candidates"])]
        return sorted(rows, key=lambda row: (not row["is_chosen"], -row["saves"]))


@retried
def ask_plan(actor: Actor, amount: float) -> int:
    """Ask for the best set of planned controls that an amount buys; return the number of the job."""
    with work(actor, "portfolio.ask_plan") as w:
        job_id = enqueue(w, _KIND, {"amount": amount})
        w.note(job=job_id, amount=amount)
        return job_id


def planned_controls() -> tuple[Candidate, ...]:
    """Return the planned controls of the register."""
    register = current().register
    return candidates_of(register, with_changed_parameters(register, parameters_in_force()))


def latest_plan() -> Planned | None:
    """Return the plan worked out last; two queries."""
    done = select(Job).where(Job.kind == _KIND, Job.state == JobState.DONE).order_by(Job.id.desc()).limit(1)
    row = session().scalar(done)
    if row is None or row.result is None or row.finished_at is None:
        return None
    result = json.loads(row.result)
    return Planned(row.finished_at, result, result["revision"] != current_revision())


def open_plan_job() -> int | None:
    """Return the number of a plan that waits or is being worked out; one query."""
    waiting = (Job.kind == _KIND, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    return session().scalar(select(Job.id).where(*waiting).order_by(Job.id.desc()).limit(1))


def _perform(run: JobRun) -> Outcome:
    facts, as_of = current(), clock.today()
    parameters = with_changed_parameters(facts.register, parameters_in_force())
    candidates = [row for row in candidates_of(facts.register, parameters) if row.cost is not None]
    costs = [row.cost or 0.0 for row in candidates]
    landscape = prepare_landscape(facts.register, parameters, as_of=as_of)
    ask = landscape_loss(landscape, candidates, worlds=_WORLDS, seed=_SEED)
    asked: dict[frozenset[int], float] = {}

    def loss(chosen: frozenset[int]) -> float:
        if chosen not in asked:
            run.progress(len(asked) / (len(asked) + 20), f"Selection {len(asked) + 1:,}")
            asked[chosen] = ask(chosen)
        return asked[chosen]

    plan = best_plan(costs, loss, float(run.params["amount"]))
    funded = frozenset(place for place, row in enumerate(candidates) if row.is_funded)
    return {
        "amount": float(run.params["amount"]),
        "currency": cost_terms(facts.register, parameters).currency,
        "as_of": as_of.isoformat(),
        "revision": facts.revision,
        "worlds": _WORLDS,
        "before": plan.loss_before,
        "all": plan.loss_all,
        "gap": plan.gap,
        "is_proven": plan.is_proven,
        "best": {"chosen": plan.best.chosen, "cost": plan.best.cost, "loss": plan.best.loss},
        "funded": {"cost": sum(costs[place] for place in funded), "loss": loss(funded), "count": len(funded)},
        "curve": [[point.cost, point.loss] for point in plan.curve],
        "candidates": [
            _row(facts.register, parameters, row) | {"saves": plan.loss_before - loss(frozenset({place}))}
            for place, row in enumerate(candidates)
        ],
    }


def _row(register: Register, parameters: Parameters, row: Candidate) -> dict[str, Any]:
    own, shipped = register.control_by_code.get(row.control), parameters.controls.get(row.control)
    name = own.name if own else shipped.name if shipped else row.control
    return {"control": row.control, "name": name, "fact": row.fact, "is_funded": row.is_funded, "cost": row.cost}


def _page_of(_params: Mapping[str, Any], _result: Mapping[str, Any]) -> str:
    return url_for("portfolio.budget")


BUDGET = JobKind(name=_KIND, words="Plan within a budget", perform=_perform, at_once=1, waiting=3, url=_page_of)
