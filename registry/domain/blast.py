"""From a register and a question to the blast radius: compile once, ask many times.

`blast` answers one question. A server keeps what `prepare` returns for a revision of the register, a kind of
scenario and a date, and asks it again and again: graph and arrays are the expensive part.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from registry.domain import cascade, exposure
from registry.domain.answer import (
    BestCut,
    BlastRadius,
    CopyReached,
    DatasetReached,
    JurisdictionFigures,
    Reached,
    SegmentFigures,
    to_json,
)
from registry.domain.areas import area_factor, area_limits, impact
from registry.domain.arrays import Arrays, Ints, compile_arrays, compile_population, without_fact
from registry.domain.cascade import Enumeration, Luck, Progress, Sample, Sampling
from registry.domain.cost import (
    CostCurve,
    CostTerms,
    cost_curve,
    cost_figures,
    cost_terms,
    exceedance,
    model_figures,
    price,
)
from registry.domain.errors import InvalidScenario
from registry.domain.explain import Route, best_routes, choke_points, fewest_hops
from registry.domain.facts import FACT_TYPES, Register
from registry.domain.parameters import Parameters
from registry.domain.people import PeopleFigures, fraction_tables, people_figures
from registry.domain.problems import Problem, Severity
from registry.domain.scenario import Scenario, start_nodes, with_changed_parameters
from registry.domain.scenario import prepare as apply_scenario
from registry.domain.vocabulary import Lifecycle, ScenarioKind
from registry.domain.whatif import WhatIf, WhatIfKind, apply_what_if, is_cuttable

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["BlastRadius", "Prepared", "ask", "best_cuts", "blast", "draw_luck", "prepare", "to_json"]

Cancelled = Callable[[], bool]

_CUTS_SHOWN: Final = 10
_CUTS_TRIED: Final = 16
_CUT_WORLDS: Final = 2048  # enough to rank cuts on common draws; a run of its own shows one in full
_MEMORY_MAX: Final = 3_000_000_000  # bytes of per-world output
# Overrides that change how worlds are read, not which facts lead where: graph and arrays can be kept.
_READING_ONLY: Final = ("cost.", "impact.", "multiplier.", "customer_service.", "exposed_fraction")


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A register compiled for one kind of scenario at one date.

    `given` are the parameters handed to `prepare`, `parameters` those in force (with the register's own changes).
    `start` are the codes whose prospects count. `graph` is for explaining, `arrays` for counting.
    """

    register: Register
    given: Parameters
    parameters: Parameters
    kind: ScenarioKind
    as_of: date
    start: frozenset[str]
    graph: "nx.DiGraph[str]"
    arrays: Arrays


@dataclass(frozen=True, kw_only=True, eq=False)
class _Run:
    """One question on its prepared register, with the worlds that answer it."""

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


def blast(
    register: Register,
    parameters: Parameters,
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    threads: int | None = None,
) -> BlastRadius:
    """Answer one question.

    Parameters
    ----------
    register
        The facts, without errors. Its sheet of changed parameters is applied.
    parameters
        Those of the installation, or `shipped_parameters()`.
    scenario
        Start, kind, date, what-ifs, overrides, seed, and how many worlds or which error.
    progress
        Called from this thread with (worlds done, worlds to do as far as known).
    cancelled
        Asked from this thread about twenty times a second; true stops the run.
    threads
        Default: every processor this process may use. The digits do not depend on it.

    Returns
    -------
    BlastRadius
        `to_json` turns it into the layout of `./run blast --json`.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister, UnknownCode
        A question that cannot be asked of this register; the message says why.
    Cancelled
        When `cancelled` said so.

    Notes
    -----
    Building the graph is linear in the facts; each world costs about 10 ns per edge out of what it reaches.
    """
    prepared = prepare(
        register, parameters, kind=scenario.kind, as_of=scenario.as_of, start=_outsiders(register, scenario)
    )
    return ask(prepared, scenario, progress=progress, cancelled=cancelled, threads=threads)


def prepare(
    register: Register,
    parameters: Parameters,
    *,
    kind: ScenarioKind,
    as_of: date,
    start: Collection[str] = (),
) -> Prepared:
    """Compile a register for one kind of scenario at one date.

    Parameters
    ----------
    start
        Codes whose facts count although they are prospects; others may be asked all the same, at the price of
        compiling again.

    Returns
    -------
    Prepared
        Immutable; several threads may ask it at once.
    """
    in_force = with_changed_parameters(register, parameters)
    return _compile(register, parameters, in_force, kind=kind, as_of=as_of, start=start)


def _compile(
    register: Register,
    given: Parameters,
    in_force: Parameters,
    *,
    kind: ScenarioKind,
    as_of: date,
    start: Collection[str],
) -> Prepared:
    graph = exposure.build(register, in_force, kind=kind, as_of=as_of, start=start)
    population = compile_population(register, exposure.people_by_dataset(register, in_force))
    return Prepared(
        register=register,
        given=given,
        parameters=in_force,
        kind=kind,
        as_of=as_of,
        start=frozenset(start),
        graph=graph,
        arrays=compile_arrays(graph, population),
    )


def ask(
    prepared: Prepared,
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    threads: int | None = None,
    cuts: int = _CUTS_SHOWN,
) -> BlastRadius:
    """Answer a question on a prepared register; compiles again only when the question changes the facts.

    Parameters
    ----------
    cuts
        How many single cuts to try and show at most; 0 saves their time.
    """
    run = _simulate(
        _for_scenario(prepared, scenario), scenario, progress=progress, cancelled=cancelled, threads=threads
    )
    tried = _try_cuts(run, count=cuts, cancelled=cancelled, threads=threads) if cuts else ()
    return _Reading(run).answer(tried)


def best_cuts(
    prepared: Prepared,
    scenario: Scenario,
    *,
    count: int = _CUTS_SHOWN,
    cancelled: Cancelled | None = None,
    threads: int | None = None,
) -> tuple[BestCut, ...]:
    """Return the single cuts that save most, among the facts on the likeliest routes to data.

    Each is the scenario with that fact cut, on the same draws as without: people and cost in full, not a ranking.
    """
    run = _simulate(_for_scenario(prepared, scenario), scenario, progress=None, cancelled=cancelled, threads=threads)
    return _try_cuts(run, count=count, cancelled=cancelled, threads=threads)


def draw_luck(parameters: Parameters) -> Luck:
    """Return how everything besides the cascade is drawn."""
    return Luck(
        fractions=fraction_tables(parameters),
        area_limits=area_limits(parameters),
        area_factor=area_factor(parameters),
        days_mu=parameters.cost("availability", "days_mu"),
        days_sigma=parameters.cost("availability", "days_sigma"),
    )


def _outsiders(register: Register, scenario: Scenario) -> frozenset[str]:
    """Return the start codes whose facts count only because the scenario starts there."""
    vendors = register.vendor_by_code
    outside = {Lifecycle.PROSPECT, Lifecycle.TERMINATED}
    return frozenset(code for code in scenario.start if code in vendors and vendors[code].lifecycle in outside)


def _for_scenario(prepared: Prepared, scenario: Scenario) -> Prepared:
    register, in_force = apply_scenario(prepared.register, prepared.given, scenario)
    start = _outsiders(register, scenario)
    keeps_facts = (
        not scenario.what_ifs
        and scenario.kind == prepared.kind
        and scenario.as_of == prepared.as_of
        and start == prepared.start
        and all(key.startswith(_READING_ONLY) for key, _ in scenario.overrides)
    )
    if keeps_facts:
        return replace(prepared, parameters=in_force)
    return _compile(register, prepared.given, in_force, kind=scenario.kind, as_of=scenario.as_of, start=start)


# -- worlds ------------------------------------------------------------------------------------------------------


def _simulate(
    prepared: Prepared,
    scenario: Scenario,
    *,
    progress: Progress | None,
    cancelled: Cancelled | None,
    threads: int | None,
) -> _Run:
    arrays, parameters = prepared.arrays, prepared.parameters
    start = start_nodes(prepared.register, scenario)
    numbers = arrays.numbers(start)
    luck = draw_luck(parameters)
    sampling = _sampling(prepared, scenario, threads)
    enumeration = cascade.enumerate_worlds(
        arrays, numbers, luck, uncertain_max=int(parameters.constant("exact_uncertain_edges_max"))
    )
    sample = cascade.simulate(arrays, numbers, luck, sampling, progress=progress, cancelled=cancelled)
    return _Run(
        prepared=prepared, scenario=scenario, start=start, numbers=numbers, luck=luck, sample=sample,
        enumeration=enumeration,
    )  # fmt: skip


def _sampling(prepared: Prepared, scenario: Scenario, threads: int | None) -> Sampling:
    parameters, population = prepared.parameters, prepared.arrays.population
    target = scenario.target_error
    cap = int(parameters.constant("iterations_default"))
    per_world = 57 + 8 * (len(population.segments) + len(population.jurisdictions))
    most = _MEMORY_MAX // per_world
    if (scenario.iterations or cap) > most:
        raise InvalidScenario(
            f"iterations: this register allows at most {most:,} worlds in one run, for the memory they take; give fewer."
        )
    return Sampling(
        seed=scenario.seed,
        iterations=scenario.iterations,
        target_error=parameters.constant("target_relative_standard_error") if target is None else target,
        cap=cap,
        threads=threads,
    )


def _pricing(prepared: Prepared, scenario: Scenario) -> tuple[CostCurve, CostTerms]:
    register, parameters = prepared.register, prepared.parameters
    is_third_party = any(code in register.vendor_by_code for code in scenario.start)
    curve = cost_curve(parameters.cost_model, register, parameters, is_third_party=is_third_party)
    return curve, cost_terms(register, parameters)


# -- single cuts -------------------------------------------------------------------------------------------------


def _try_cuts(run: _Run, *, count: int, cancelled: Cancelled | None, threads: int | None) -> tuple[BestCut, ...]:
    worlds = min(run.sample.worlds, _CUT_WORLDS)
    curve, terms = _pricing(run.prepared, run.scenario)
    columns = run.sample.columns[:, :worlds]
    cost_before = float(price(columns, curve, terms, seed=run.scenario.seed).total.mean())
    people_before = float(columns[0].mean())
    if cost_before == 0.0:
        return ()
    sampling = Sampling(seed=run.scenario.seed, iterations=worlds, threads=threads)
    found = []
    for fact in _facts_to_cut(run)[:_CUTS_TRIED]:
        arrays = _without(run, fact)
        sample = cascade.simulate(arrays, arrays.numbers(run.start), run.luck, sampling, cancelled=cancelled)
        saving = cost_before - float(price(sample.columns, curve, terms, seed=run.scenario.seed).total.mean())
        people_saved = people_before - float(sample.columns[0].mean())
        found.append(BestCut(fact=fact, saving=saving, saving_share=saving / cost_before, people_saved=people_saved))
    helpful = [cut for cut in found if cut.saving > 0]
    return tuple(sorted(helpful, key=lambda cut: (-cut.saving, cut.fact))[:count])


def _facts_to_cut(run: _Run) -> list[str]:
    """Return the facts on the likeliest routes to copies and processes, by what travels over them."""
    arrays, hits = run.prepared.arrays, run.sample.hits
    worth: Counter[str] = Counter()
    routes = best_routes(run.prepared.graph, run.start)
    for number, node in enumerate(arrays.copies.node.tolist()):
        route = routes.get(arrays.nodes[node])
        if route is not None:
            people = arrays.population.dataset_people[arrays.copies.dataset[number]] * arrays.copies.share[number]
            worth.update(dict.fromkeys(_cuttable(route), float(hits[node] * people) + 1e-9))
    for number, node in enumerate(arrays.stoppable.node.tolist()):
        route = routes.get(arrays.nodes[node])
        if route is not None:
            margin = float(arrays.stoppable.margin_per_day[number])
            worth.update(dict.fromkeys(_cuttable(route), float(hits[node]) * margin + 1e-9))
    return [fact for fact, _ in sorted(worth.items(), key=lambda item: (-item[1], item[0]))]


def _cuttable(route: Route) -> Iterable[str]:
    return (fact for fact in route.facts if is_cuttable(fact))


def _without(run: _Run, fact: str) -> Arrays:
    prepared = run.prepared
    arrays = without_fact(prepared.arrays, fact)
    if arrays is not None:
        return arrays
    # facts that share a copy or a relationship with others: what is left of it has to be merged again
    register = apply_what_if(prepared.register, prepared.parameters, WhatIf(kind=WhatIfKind.CUT, subject=fact))
    rebuilt = _compile(
        register, prepared.given, prepared.parameters, kind=prepared.kind, as_of=prepared.as_of, start=prepared.start
    )
    return rebuilt.arrays


# -- reading the worlds ------------------------------------------------------------------------------------------


class _Reading:
    """Turns the worlds of a run into the figures of an answer."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._prepared = run.prepared
        self._graph = run.prepared.graph
        self._arrays = run.prepared.arrays
        self._parameters = run.prepared.parameters
        self._level = self._parameters.constant("interval_level")
        self._hops = fewest_hops(self._graph, run.start)
        self._routes = best_routes(self._graph, run.start)
        self._certain = cascade.certain_nodes(self._arrays, run.numbers)

    def answer(self, cuts: tuple[BestCut, ...]) -> BlastRadius:
        run, prepared = self._run, self._prepared
        sample, exact = run.sample, run.exact_people
        curve, terms = _pricing(prepared, run.scenario)
        priced = price(sample.columns, curve, terms, seed=run.scenario.seed)
        cost = cost_figures(priced, terms, exact_means=self._exact_costs(curve, terms))
        models = model_figures(
            sample.columns, prepared.register, self._parameters,
            is_third_party=any(code in prepared.register.vendor_by_code for code in run.scenario.start),
            seed=run.scenario.seed,
        )  # fmt: skip
        datasets = self._datasets()
        people = people_figures(
            sample.columns,
            is_assumed=any(row.is_assumed for row in datasets),
            weights=None if exact is None else exact.weights,
            exact=None if exact is None else exact.columns,
        )
        warning = next((row.warning for row in models if row.is_in_force and row.warning), None)
        return BlastRadius(
            scenario=run.scenario,
            counts={field: len(prepared.register.facts(field)) for field in FACT_TYPES},
            warnings=(*self._graph.graph[exposure.WARNINGS], *_model_warning(warning)),
            method="monte_carlo" if run.enumeration is None else "exact",
            iterations=sample.worlds,
            enumerated=None if run.enumeration is None else len(run.enumeration.weights),
            error_reached=_relative_error(people),
            parameters_hash=self._parameters.content_hash(),
            vendors=self._reached(exposure.VENDOR),
            systems=self._reached(exposure.SYSTEM),
            datasets=datasets,
            processes=self._reached(exposure.PROCESS),
            people=people,
            segments=self._segments(),
            jurisdictions=self._jurisdictions(),
            cost=cost,
            models=models,
            impact=impact(cost, sample.areas, sample.columns, register=prepared.register, parameters=self._parameters),
            exceedance=exceedance(priced.total),
            choke_points=tuple(choke_points(self._graph, run.start)),
            best_cuts=cuts,
        )

    def _exact_costs(self, curve: CostCurve, terms: CostTerms) -> tuple[float, float] | None:
        """Return exact means where nothing about the cost is drawn: from exposed people, from stopped services."""
        run, exact = self._run, self._run.exact_people
        reaches_process = any(self._graph.nodes[node][exposure.KIND] == exposure.PROCESS for node in self._hops)
        if exact is None or curve.sigma > 0.0 or (reaches_process and run.luck.days_sigma > 0.0):
            return None
        priced = price(exact.columns, curve, terms, seed=run.scenario.seed)
        return float(priced.exposed @ exact.weights), float(priced.stopped @ exact.weights)

    # -- chances -------------------------------------------------------------------------------------------------

    def _chance(self, number: int) -> tuple[float, tuple[float, float]]:
        run = self._run
        if run.enumeration is not None:
            chance = float(run.enumeration.node_chances[number])
            return chance, (chance, chance)
        if number in self._certain:
            return 1.0, (1.0, 1.0)
        return self._share(int(run.sample.hits[number]))

    def _dataset_chance(self, number: int) -> tuple[float, tuple[float, float]]:
        run = self._run
        if run.enumeration is not None:
            chance = float(run.enumeration.dataset_chances[number])
            return chance, (chance, chance)
        copies = self._arrays.copies
        if any(node in self._certain for node in copies.node[copies.dataset == number].tolist()):
            return 1.0, (1.0, 1.0)
        return self._share(int(run.sample.dataset_hits[number]))

    def _share(self, hits: int) -> tuple[float, tuple[float, float]]:
        worlds = self._run.sample.worlds
        return hits / worlds, cascade.wilson_interval(hits, worlds, self._level)

    # -- things reached ------------------------------------------------------------------------------------------

    def _way(self, node: str) -> dict[str, Any]:
        route = self._routes[node]
        probability, interval = self._chance(self._arrays.number[node])
        return {
            "node": node,
            "probability": probability,
            "interval": interval,
            "hops": self._hops[node],
            "route": route.codes,
            "facts": route.facts,
        }

    def _reached(self, kind: str) -> tuple[Reached, ...]:
        rows = []
        for node in self._hops:
            data = self._graph.nodes[node]
            if data[exposure.KIND] == kind:
                rows.append(Reached(code=data[exposure.CODE], name=data[exposure.NAME], **self._way(node)))
        return tuple(sorted(rows, key=lambda row: (row.hops > 0, -row.probability, row.code)))

    def _datasets(self) -> tuple[DatasetReached, ...]:
        copies: dict[str, list[CopyReached]] = {}
        for node in self._hops:
            data = self._graph.nodes[node]
            if data[exposure.KIND] == exposure.COPY:
                copies.setdefault(data[exposure.DATASET], []).append(self._copy(node, data))
        rows = [self._dataset(code, found) for code, found in copies.items()]
        return tuple(sorted(rows, key=lambda row: (-row.probability, -row.people_mean, row.code)))

    def _copy(self, node: str, data: Mapping[str, Any]) -> CopyReached:
        return CopyReached(
            holder=data[exposure.HOLDER],
            share=data[exposure.SHARE],
            storage=str(data[exposure.STORAGE]),
            protection=str(data[exposure.PROTECTION]),
            **self._way(node),
        )

    def _dataset(self, code: str, copies: list[CopyReached]) -> DatasetReached:
        population = self._arrays.population
        number = self._dataset_numbers()[code]
        probability, interval = self._dataset_chance(number)
        likeliest = max(copies, key=lambda copy: (self._routes[copy.node].probability, -copy.hops, copy.holder))
        exact = self._run.exact_people
        mean = self._run.sample.dataset_people[number] / self._run.sample.worlds
        categories = {category for copy in copies for category in self._graph.nodes[copy.node][exposure.CATEGORIES]}
        return DatasetReached(
            code=code,
            name=self._graph.nodes[likeliest.node][exposure.NAME],
            probability=probability,
            interval=interval,
            hops=min(copy.hops for copy in copies),
            route=likeliest.route,
            facts=likeliest.facts,
            categories=tuple(sorted(categories)),
            people=float(population.dataset_people[number]),
            is_assumed=code in population.assumed,
            people_mean=float(mean if exact is None else exact.dataset_people[number]),
            copies=tuple(sorted(copies, key=lambda copy: (-copy.probability, copy.holder))),
        )

    def _dataset_numbers(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self._arrays.population.datasets)}

    # -- people by place -----------------------------------------------------------------------------------------

    def _segments(self) -> tuple[SegmentFigures, ...]:
        exact = self._run.exact_people
        names = {segment.code: segment.name for segment in self._prepared.register.segments}
        rows = []
        for number, code in enumerate(self._arrays.population.segments):
            values = self._run.sample.segments[:, number]
            mean = float(values.mean() if exact is None else exact.segment_people[number])
            if mean > 0.0:
                people = int(self._arrays.population.segment_people[number])
                p95 = float(np.quantile(values, 0.95))
                rows.append(SegmentFigures(code=code, name=names[code], people=people, mean=mean, p95=p95))
        return tuple(sorted(rows, key=lambda row: (-row.mean, row.code)))

    def _jurisdictions(self) -> tuple[JurisdictionFigures, ...]:
        exact = self._run.exact_people
        rows = []
        for number, code in enumerate(self._arrays.population.jurisdictions):
            values = self._run.sample.jurisdictions[:, number]
            mean = float(values.mean() if exact is None else exact.jurisdiction_people[number])
            if mean > 0.0:
                rows.append(JurisdictionFigures(code=code, mean=mean, p95=float(np.quantile(values, 0.95))))
        return tuple(sorted(rows, key=lambda row: (-row.mean, row.code or "")))


def _relative_error(people: PeopleFigures) -> float | None:
    return people.headline.stderr / people.headline.mean if people.headline.mean > 0 else None


def _model_warning(message: str | None) -> tuple[Problem, ...]:
    if message is None:
        return ()
    return (Problem(severity=Severity.WARNING, code="cost_model_out_of_range", message=message),)
