"""What to do with some money: the planned controls that leave least loss, for a year over all vendors or one scenario.

The two questions of screens and commands; the search itself is `registry.domain.portfolio.plan`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.domain.portfolio.crew import Crew
from registry.domain.portfolio.landscape import prepare_landscape
from registry.domain.portfolio.plan import (
    Candidate,
    Loss,
    Plan,
    PlanPoint,
    best_plan,
    candidates_of,
    landscape_loss,
    scenario_loss,
)
from registry.domain.portfolio.portfolio import Question
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.scenario.run import Run

__all__ = ["PLAN_LAYOUT", "BudgetPlan", "budget_plan_json", "plan_scenario", "plan_year"]

PLAN_LAYOUT: Final = """\
{currency, budget, cost, loss_before, loss_after, gap, is_proven,
      chosen [{control, fact}], candidates [{control, fact, cost, saving_alone}], unpriced [{control, fact}],
      curve [{cost, loss}]}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPlan:
    """The best use of a budget found, in the organisation's currency.

    `candidates` are the planned controls whose cost is registered; places in `plan` are places among them. `alone`
    (one per candidate) is what each would save by itself. `unpriced` were left out: what a control costs that nobody
    priced is not nothing.
    """

    budget: float
    currency: str
    candidates: tuple[Candidate, ...]
    alone: tuple[float, ...]
    unpriced: tuple[Candidate, ...]
    plan: Plan

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        """The controls to place, in the order of the register."""
        return tuple(self.candidates[place] for place in self.plan.best.chosen)


def plan_year(
    register: Register,
    parameters: Parameters,
    question: Question,
    *,
    budget: float,
    worlds: int = 1024,
    crew: Crew | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BudgetPlan:
    """Return the planned controls within a budget that leave the least expected loss of a year over all vendors.

    Parameters
    ----------
    register
        The facts, without errors. Its sheet of changed parameters is applied.
    parameters
        Those of the installation, or `shipped_parameters()`.
    question
        Its date, seed and overrides count; years are not simulated here.
    budget
        In the organisation's currency, at least 0; a control costs `once + constant.running_cost_years x per year`.
    worlds
        Common to all selections, a multiple of 64.
    crew
        Who runs them; by default the threads of this process. The digits do not depend on it.

    Returns
    -------
    BudgetPlan
        Proven best up to 12 affordable candidates; beyond that `plan.gap` is what a better one could still save.

    Raises
    ------
    InvalidScenario
        A negative budget.
    InvalidParameter, InvalidRegister, UnknownCode
        As `prepare_landscape`.
    Cancelled
        When `cancelled` said so.

    Notes
    -----
    A graph per candidate and kind of event, then one short league per selection tried.
    """
    landscape = prepare_landscape(register, parameters, as_of=question.as_of, overrides=dict(question.overrides))
    candidates = candidates_of(register, landscape.parameters)
    priced = _priced(candidates)
    loss = landscape_loss(landscape, priced, worlds=worlds, seed=question.seed, crew=crew, cancelled=cancelled)
    return _planned(candidates, loss, budget, register.organisation.currency)


def plan_scenario(
    run: Run, *, budget: float, cancelled: Callable[[], bool] | None = None, threads: int | None = None
) -> BudgetPlan:
    """Return the planned controls within a budget that leave the least mean cost of one scenario, on its own worlds.

    Raises
    ------
    InvalidScenario
        A negative budget.
    Cancelled
        When `cancelled` said so.
    """
    candidates = candidates_of(run.prepared.register, run.prepared.parameters)
    loss = scenario_loss(run, _priced(candidates), threads=threads, cancelled=cancelled)
    return _planned(candidates, loss, budget, run.terms.currency)


def budget_plan_json(answer: BudgetPlan) -> dict[str, Any]:
    """Return a plan in the layout of `--json`: plain numbers, texts, lists and dictionaries."""
    plan = answer.plan
    return {
        "currency": answer.currency,
        "budget": answer.budget,
        "cost": plan.best.cost,
        "loss_before": plan.loss_before,
        "loss_after": plan.best.loss,
        "gap": plan.gap,
        "is_proven": plan.is_proven,
        "chosen": [_named(candidate) for candidate in answer.chosen],
        "candidates": [
            _named(candidate) | {"cost": candidate.cost, "saving_alone": saving}
            for candidate, saving in zip(answer.candidates, answer.alone, strict=True)
        ],
        "unpriced": [_named(candidate) for candidate in answer.unpriced],
        "curve": [_point(point) for point in plan.curve],
    }


def _priced(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    return tuple(row for row in candidates if row.cost is not None)


def _planned(candidates: Sequence[Candidate], loss: Loss, budget: float, currency: str) -> BudgetPlan:
    priced = _priced(candidates)
    known: dict[frozenset[int], float] = {}

    def remembered(chosen: frozenset[int]) -> float:
        if chosen not in known:
            known[chosen] = loss(chosen)
        return known[chosen]

    plan = best_plan([row.cost or 0.0 for row in priced], remembered, budget)
    alone = tuple(plan.loss_before - remembered(frozenset({place})) for place in range(len(priced)))
    unpriced = tuple(row for row in candidates if row.cost is None)
    return BudgetPlan(budget=budget, currency=currency, candidates=priced, alone=alone, unpriced=unpriced, plan=plan)


def _named(candidate: Candidate) -> dict[str, Any]:
    return {"control": candidate.control, "fact": candidate.fact}


def _point(point: PlanPoint) -> dict[str, float]:
    return {"cost": point.cost, "loss": point.loss}
