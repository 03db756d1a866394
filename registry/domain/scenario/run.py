"""One question worked out: the worlds of a scenario on its prepared register."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from registry.domain.exposure.arrays import Arrays, Ints
from registry.domain.impact.areas import area_factor, area_limits
from registry.domain.impact.cost import CostCurve, CostTerms, cost_curve, cost_terms, price
from registry.domain.impact.people import fraction_tables
from registry.domain.kernel.inputs import Luck
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.parameters import Parameters
from registry.domain.scenario import cascade
from registry.domain.scenario.cascade import Progress, Sample, Sampling
from registry.domain.scenario.enumeration import Enumeration, enumerate_worlds
from registry.domain.scenario.prepared import Prepared
from registry.domain.scenario.routes import Ways
from registry.domain.scenario.scenario import Scenario, start_nodes

__all__ = ["Run", "draw_luck", "run_worlds"]

_MEMORY_MAX: Final = 3_000_000_000  # bytes of per-world output


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """One question with the worlds that answer it; `enumeration` is None where too many edges are uncertain."""

    prepared: Prepared
    scenario: Scenario
    start: tuple[str, ...]
    numbers: Ints
    luck: Luck
    sample: Sample
    enumeration: Enumeration | None

    @property
    def exact_people(self) -> Enumeration | None:
        """The enumeration where it also gives exact people: fractions are fixed."""
        return self.enumeration if self.luck.is_fixed else None

    @property
    def is_third_party(self) -> bool:
        """Whether a vendor starts it."""
        return any(code in self.prepared.register.vendor_by_code for code in self.scenario.start)

    @cached_property
    def ways(self) -> Ways:
        """The routes from the start."""
        return Ways(self.prepared.arrays, self.numbers)

    @cached_property
    def curve(self) -> CostCurve:
        """The cost model in force."""
        prepared = self.prepared
        model = prepared.parameters.cost_model
        return cost_curve(model, prepared.register, prepared.parameters, is_third_party=self.is_third_party)

    @cached_property
    def terms(self) -> CostTerms:
        """Currency and cap."""
        return cost_terms(self.prepared.register, self.prepared.parameters)

    @cached_property
    def is_cost_exact(self) -> bool:
        """Whether the mean cost follows from the enumeration: nothing about people, price or stopped days is drawn."""
        stops = bool(np.any(self.ways.hops[self.prepared.arrays.stoppable.node] >= 0))
        is_drawn = self.curve.sigma > 0.0 or (stops and self.luck.days_sigma > 0.0)
        return self.exact_people is not None and not is_drawn

    def exact_costs(self, enumeration: Enumeration) -> tuple[float, float]:
        """Return the mean cost from exposed people and from stopped services over enumerated worlds."""
        every = price(enumeration.columns, self.curve, self.terms, seed=self.scenario.seed)
        return float(every.exposed @ enumeration.weights), float(every.stopped @ enumeration.weights)

    def enumerate_with(self, arrays: Arrays) -> Enumeration | None:
        """Enumerate the same start on another graph; None where too many of its edges are uncertain."""
        limit = int(self.prepared.parameters.constant("exact_uncertain_edges_max"))
        return enumerate_worlds(arrays, arrays.numbers(self.start), self.luck, uncertain_max=limit)


def run_worlds(
    prepared: Prepared,
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int | None = None,
) -> Run:
    """Work out the worlds of a scenario on a register prepared for it.

    Raises
    ------
    InvalidScenario
        More worlds than memory allows.
    Cancelled
        When `cancelled` said so.
    """
    arrays, parameters = prepared.arrays, prepared.parameters
    start = start_nodes(prepared.register, scenario)
    numbers = arrays.numbers(start)
    luck = draw_luck(parameters)
    sampling = _sampling(prepared, scenario, threads)
    limit = int(parameters.constant("exact_uncertain_edges_max"))
    return Run(
        prepared=prepared,
        scenario=scenario,
        start=start,
        numbers=numbers,
        luck=luck,
        enumeration=enumerate_worlds(arrays, numbers, luck, uncertain_max=limit),
        sample=cascade.simulate(arrays, numbers, luck, sampling, progress=progress, cancelled=cancelled),
    )


def draw_luck(parameters: Parameters) -> Luck:
    """Return how everything besides the cascade is drawn."""
    return Luck(
        fractions=fraction_tables(parameters),
        area_limits=area_limits(parameters),
        area_factor=area_factor(parameters),
        days_mu=parameters.cost("availability", "days_mu"),
        days_sigma=parameters.cost("availability", "days_sigma"),
    )


def _sampling(prepared: Prepared, scenario: Scenario, threads: int | None) -> Sampling:
    parameters, population = prepared.parameters, prepared.arrays.population
    target = scenario.target_error
    per_world = 57 + 8 * (len(population.segments) + len(population.jurisdictions))
    most = _MEMORY_MAX // per_world
    if scenario.iterations is not None and scenario.iterations > most:
        raise InvalidScenario(
            f"iterations: this register allows at most {most:,} worlds in one run, for the memory they take; give fewer."
        )
    return Sampling(
        seed=scenario.seed,
        iterations=scenario.iterations,
        target_error=parameters.constant("target_relative_standard_error") if target is None else target,
        cap=min(most, int(parameters.constant("iterations_default"))),
        threads=threads,
    )
