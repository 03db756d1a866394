"""The best set of planned controls within a budget, and what each of them would do by itself.

The loss to bring down is any figure of a selection: of one scenario on its own worlds, or of a year over all vendors.
Controls in series are not submodular (two may help only together), so greedy steps are checked by branch and bound
while there are few candidates; beyond that the distance to a bound is told.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from registry.domain.portfolio.crew import Crew, Threads
from registry.domain.portfolio.landscape import Landscape, prepare_landscape
from registry.domain.portfolio.placed import PlacedArrays, planned_positions
from registry.domain.portfolio.portfolio_run import PortfolioRun
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Placement, Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ControlState
from registry.domain.scenario.comparing import means_of, means_with
from registry.domain.scenario.run import Run
from registry.domain.scenario.trials import Trials

__all__ = [
    "Candidate",
    "ControlEffect",
    "Plan",
    "PlanPoint",
    "best_plan",
    "candidates_of",
    "control_effects",
    "landscape_loss",
    "scenario_loss",
    "yearly_loss",
]

EXACT_MAX: Final = 12  # candidates up to which the best set is proven

Selection = frozenset[int]
Loss = Callable[[Selection], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A planned control on a fact; `position` is that of its placement in the register.

    `cost` counts the running cost for `constant.running_cost_years` years, in the organisation's currency; None when
    neither part of it is registered: an unknown cost is not nothing.
    """

    position: int
    control: str
    fact: str
    is_funded: bool
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEffect:
    """A planned control before and after, everything else as it is; the share is of the loss before."""

    candidate: Candidate
    saving: float
    saving_share: float
    people_saved: float
    worlds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPoint:
    """What some money buys: the selection, what it costs, and the loss that is left."""

    chosen: tuple[int, ...]
    cost: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The best selection found within a budget.

    `loss_before` is without any candidate, `loss_all` with all that fit into the budget one by one: no selection within
    it does better, as long as a control never raises the loss. `gap` is what a better selection could still save;
    0 where the best is proven (`is_proven`). `curve` begins at no money.
    """

    best: PlanPoint
    loss_before: float
    loss_all: float
    gap: float
    is_proven: bool
    curve: tuple[PlanPoint, ...]


def candidates_of(register: Register, parameters: Parameters) -> tuple[Candidate, ...]:
    """Return the planned controls of a register, in the order of their placements."""
    years = parameters.constant("running_cost_years")
    return tuple(_candidate(position, register.placements[position], years) for position in planned_positions(register))


def _candidate(position: int, row: Placement, years: float) -> Candidate:
    is_known = row.cost_once is not None or row.cost_per_year is not None
    return Candidate(
        position=position,
        control=row.control,
        fact=row.fact,
        is_funded=row.state is ControlState.PLANNED_FUNDED,
        cost=(row.cost_once or 0.0) + years * (row.cost_per_year or 0.0) if is_known else None,
    )


def control_effects(
    run: Run, *, cancelled: Callable[[], bool] | None = None, threads: int | None = None
) -> tuple[ControlEffect, ...]:
    """Return what each planned control would save of a scenario by itself, best first, on the worlds of the run.

    Raises
    ------
    Cancelled
        When `cancelled` said so.
    """
    candidates = candidates_of(run.prepared.register, run.prepared.parameters)
    placed = _placed_in_scenario(run, candidates)
    trials = Trials(run, threads=threads, cancelled=cancelled)
    before = means_of(run, trials)
    afters = means_with(run, trials, [placed.with_placed({place}) for place in range(len(candidates))])
    found = [
        ControlEffect(
            candidate=candidate,
            saving=before.cost - after.cost,
            saving_share=(before.cost - after.cost) / before.cost if before.cost > 0.0 else 0.0,
            people_saved=before.people - after.people,
            worlds=trials.worlds,
        )
        for candidate, after in zip(candidates, afters, strict=True)
    ]
    return tuple(sorted(found, key=lambda row: (-row.saving, row.candidate.position)))


def _placed_in_scenario(run: Run, candidates: Sequence[Candidate]) -> PlacedArrays:
    prepared = run.prepared
    return PlacedArrays(
        prepared.arrays,
        prepared.register,
        [candidate.position for candidate in candidates],
        lambda register: prepared.with_register(register).arrays,
    )


def scenario_loss(
    run: Run,
    candidates: Sequence[Candidate],
    *,
    threads: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Loss:
    """Return the mean cost of a scenario, on the worlds of its run, as a function of the candidates in place."""
    placed = _placed_in_scenario(run, candidates)
    trials = Trials(run, threads=threads, cancelled=cancelled)

    def loss(chosen: Selection) -> float:
        if not chosen:
            return means_of(run, trials).cost
        (after,) = means_with(run, trials, [placed.with_placed(chosen)])
        return after.cost

    return loss


def yearly_loss(
    register: Register,
    parameters: Parameters,
    candidates: Sequence[Candidate],
    *,
    as_of: date,
    worlds: int = 1024,
    seed: int = 1,
) -> Loss:
    """Return `landscape_loss` of a register at a date."""
    return landscape_loss(prepare_landscape(register, parameters, as_of=as_of), candidates, worlds=worlds, seed=seed)


def landscape_loss(
    landscape: Landscape,
    candidates: Sequence[Candidate],
    *,
    worlds: int = 1024,
    seed: int = 1,
    crew: Crew | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Loss:
    """Return the expected loss of a year over all vendors, on common worlds, as a function of the candidates in place.

    A graph per candidate and kind of event is built when it is first asked for; then a selection costs a short league.
    """
    positions = [candidate.position for candidate in candidates]
    placed = {
        kind: PlacedArrays(arrays, landscape.register, positions, partial(landscape.arrays_of, kind))
        for kind, arrays in (landscape.arrays.items() if candidates else ())
    }

    def loss(chosen: Selection) -> float:
        arrays = {kind: each.with_placed(chosen) for kind, each in placed.items()} if chosen else landscape.arrays
        changed = replace(landscape, arrays=arrays)
        run = PortfolioRun(changed, seed=seed, crew=crew or Threads(), progress=None, cancelled=cancelled)
        account = run.league(worlds)
        return float((account.sums[:, 4] * landscape.rates).sum() / worlds)

    return loss


def best_plan(costs: Sequence[float], loss: Loss, budget: float) -> Plan:
    """Find the candidates to place within a budget so that least loss is left.

    Parameters
    ----------
    costs
        Of each candidate, at least 0.
    loss
        The loss with a selection of candidates in place; asked once per selection. A control should never raise it.
    budget
        At least 0.

    Returns
    -------
    Plan
        Proven up to 12 candidates that fit into the budget; equal losses go to the cheaper selection.

    Raises
    ------
    InvalidScenario
        A negative budget or cost.

    Examples
    --------
    Two controls in series help only together:

    >>> plan = best_plan([4.0, 5.0, 3.0], lambda chosen: 100.0 - 50.0 * ({0, 1} <= chosen) - 10.0 * (2 in chosen), 9.0)
    >>> plan.best.chosen, plan.best.loss, plan.is_proven
    ((0, 1), 50.0, True)
    """
    if budget < 0 or any(cost < 0 for cost in costs):
        raise InvalidScenario("A plan needs a budget and costs of at least 0.")
    search = _Search(costs, loss)
    affordable = [place for place, cost in enumerate(costs) if cost <= budget]
    before, everything = search.loss(frozenset()), search.loss(frozenset(affordable))
    is_proven = len(affordable) <= EXACT_MAX
    greedy = search.greedy(affordable, budget)
    best = search.proven(affordable, budget, greedy[-1]) if is_proven else greedy[-1]
    curve = [search.proven(affordable, point.cost, point) for point in greedy] if is_proven else greedy
    return Plan(
        best=best,
        loss_before=before,
        loss_all=everything,
        gap=0.0 if is_proven else max(0.0, best.loss - everything),
        is_proven=is_proven,
        curve=tuple(sorted({*curve, best}, key=lambda point: (point.cost, point.loss))),
    )


class _Search:
    """Losses already asked for, and the ways to look for better ones."""

    def __init__(self, costs: Sequence[float], loss: Loss) -> None:
        self._costs = costs
        self._ask = loss
        self._known: dict[Selection, float] = {}

    def loss(self, chosen: Selection) -> float:
        if chosen not in self._known:
            self._known[chosen] = self._ask(chosen)
        return self._known[chosen]

    def point(self, chosen: Collection[int]) -> PlanPoint:
        places = tuple(sorted(chosen))
        cost = float(sum(self._costs[place] for place in places))
        return PlanPoint(chosen=places, cost=cost, loss=self.loss(frozenset(places)))

    def greedy(self, candidates: Sequence[int], budget: float) -> list[PlanPoint]:
        """Return the better of two walks: most saved per money, and most saved; asked again after every step."""
        walks = [self._walk(candidates, budget, is_by_money=is_by_money) for is_by_money in (True, False)]
        return min(walks, key=lambda walk: (walk[-1].loss, walk[-1].cost))

    def _walk(self, candidates: Sequence[int], budget: float, *, is_by_money: bool) -> list[PlanPoint]:
        points = [self.point(())]
        while True:
            now = points[-1]
            steps = []
            for place in candidates:
                if place in now.chosen or now.cost + self._costs[place] > budget:
                    continue
                after = self.point((*now.chosen, place))
                saved = now.loss - after.loss
                if saved > 0:
                    money = self._costs[place] if is_by_money else 1.0
                    steps.append((saved / money if money > 0 else float("inf"), -place, after))
            if not steps:
                return points
            points.append(max(steps, key=lambda step: step[:2])[2])

    def proven(self, candidates: Sequence[int], budget: float, known: PlanPoint) -> PlanPoint:
        """Return the best selection by branch and bound: what is undecided counts as placed, as far as it fits alone."""
        best = known
        # what saves most by itself first: good selections are met early, and more is cut off
        order = sorted(candidates, key=lambda place: (self.loss(frozenset({place})), place))
        open_nodes: list[tuple[int, tuple[int, ...]]] = [(0, ())]
        while open_nodes:
            position, chosen = open_nodes.pop()
            here = self.point(chosen)
            if (here.loss, here.cost) < (best.loss, best.cost):
                best = here
            rest = [place for place in order[position:] if here.cost + self._costs[place] <= budget]
            bound = self.loss(frozenset((*chosen, *rest)))
            if not rest or (bound, here.cost) >= (best.loss, best.cost):
                continue
            after = order.index(rest[0]) + 1
            open_nodes.append((after, chosen))
            open_nodes.append((after, (*chosen, rest[0])))
        return best
