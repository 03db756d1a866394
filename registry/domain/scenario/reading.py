"""Reads the worlds of a run: chances with their intervals, people, places, money, and the ways there."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure import exposure
from registry.domain.exposure.arrays import STORAGES, Floats
from registry.domain.impact.areas import impact
from registry.domain.impact.cost import (
    CostFigures,
    ModelFigures,
    Priced,
    cost_figures,
    exceedance,
    model_figures,
    price,
)
from registry.domain.impact.people import PeopleFigures, people_figures
from registry.domain.register.collector import collector_paused
from registry.domain.register.facts import FACT_TYPES
from registry.domain.register.problems import Problem, Severity
from registry.domain.scenario import cascade
from registry.domain.scenario.answer import (
    BestCut,
    BlastRadius,
    CopyReached,
    DatasetReached,
    JurisdictionFigures,
    Reached,
    SegmentFigures,
)
from registry.domain.scenario.enumeration import certain_nodes
from registry.domain.scenario.explain import ChokePoint
from registry.domain.scenario.run import Run

__all__ = ["read"]

_CHOKES_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class _Chances:
    """Chance of each of many things with its interval, as arrays of equal length."""

    middle: Floats
    low: Floats
    high: Floats

    def at(self, number: int) -> dict[str, Any]:
        return {
            "probability": float(self.middle[number]),
            "interval": (float(self.low[number]), float(self.high[number])),
        }


def read(run: Run, cuts: tuple[BestCut, ...] = ()) -> BlastRadius:
    """Turn the worlds of a run into an answer; O(reached + worlds)."""
    with collector_paused():
        return _Reading(run).answer(cuts)


class _Reading:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._graph = run.prepared.graph
        self._arrays = run.prepared.arrays
        self._parameters = run.prepared.parameters
        self._ways = run.ways

    def answer(self, cuts: tuple[BestCut, ...]) -> BlastRadius:
        run = self._run
        sample, register = run.sample, run.prepared.register
        priced = price(sample.columns, run.curve, run.terms, seed=run.scenario.seed)
        cost = self._cost(priced)
        models = model_figures(
            sample.columns, register, self._parameters, is_third_party=run.is_third_party, seed=run.scenario.seed
        )
        datasets = self._datasets()
        people = self._people(datasets)
        return BlastRadius(
            scenario=run.scenario,
            counts={field: len(register.facts(field)) for field in FACT_TYPES},
            warnings=(*self._graph.graph[exposure.WARNINGS], *_model_warnings(models)),
            method="monte_carlo" if run.enumeration is None else "exact",
            iterations=sample.worlds,
            enumerated=None if run.enumeration is None else len(run.enumeration.weights),
            error_reached=people.headline.stderr / people.headline.mean if people.headline.mean > 0 else None,
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
            impact=impact(
                cost,
                sample.areas,
                sample.columns,
                register=register,
                parameters=self._parameters,
                event_chance=None if run.enumeration is None else run.enumeration.event_chance,
            ),
            exceedance=exceedance(priced.total),
            choke_points=self._choke_points(),
            best_cuts=cuts,
            ways=self._ways,
        )

    # -- people and money ----------------------------------------------------------------------------------------

    def _people(self, datasets: tuple[DatasetReached, ...]) -> PeopleFigures:
        exact = self._run.exact_people
        return people_figures(
            self._run.sample.columns,
            is_assumed=any(row.is_assumed for row in datasets),
            weights=None if exact is None else exact.weights,
            exact=None if exact is None else exact.columns,
        )

    def _cost(self, priced: Priced) -> CostFigures:
        """Sum up the cost; exact where nothing about it is drawn."""
        run = self._run
        if not run.is_cost_exact or run.enumeration is None:
            return cost_figures(priced, run.terms)
        return cost_figures(priced, run.terms, exact_means=run.exact_costs(run.enumeration))

    def _segments(self) -> tuple[SegmentFigures, ...]:
        exact, population = self._run.exact_people, self._arrays.population
        names = {segment.code: segment.name for segment in self._run.prepared.register.segments}
        rows = []
        for number, code in enumerate(population.segments):
            values = self._run.sample.segments[:, number]
            mean = float(values.mean() if exact is None else exact.segment_people[number])
            if mean > 0.0:
                people, p95 = int(population.segment_people[number]), float(np.quantile(values, 0.95))
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

    # -- chances -------------------------------------------------------------------------------------------------

    @cached_property
    def _certain(self) -> NDArray[np.int64]:
        return np.array(sorted(certain_nodes(self._arrays, self._run.numbers)), dtype=np.int64)

    @cached_property
    def _node_chances(self) -> _Chances:
        run = self._run
        exact = None if run.enumeration is None else run.enumeration.node_chances
        return self._chances(exact, run.sample.hits, self._certain)

    @cached_property
    def _dataset_chances(self) -> _Chances:
        run = self._run
        exact = None if run.enumeration is None else run.enumeration.dataset_chances
        sure = self._arrays.copy_of_node[self._certain]
        return self._chances(exact, run.sample.dataset_hits, self._arrays.copies.dataset[sure[sure >= 0]])

    def _chances(self, exact: Floats | None, hits: NDArray[np.int64], certain: NDArray[Any]) -> _Chances:
        if exact is not None:
            return _Chances(exact, exact, exact)
        worlds = self._run.sample.worlds
        low, high = cascade.wilson_intervals(hits, worlds, self._parameters.constant("interval_level"))
        low[certain] = high[certain] = 1.0  # reached in every world, not only in those that were drawn
        return _Chances(hits / worlds, low, high)

    # -- things reached ------------------------------------------------------------------------------------------

    @cached_property
    def _data(self) -> dict[str, dict[str, Any]]:
        """Attributes of every node: a view of the graph costs a microsecond per look."""
        return {key: data for key, data in self._graph.nodes(data=True)}  # noqa: C416 -- the view has no types of a mapping

    @cached_property
    def _found(self) -> dict[str, list[tuple[int, str]]]:
        """Number and key of everything within reach, by kind."""
        found: dict[str, list[tuple[int, str]]] = {}
        for number in self._ways.reached.tolist():
            key = self._arrays.nodes[number]
            found.setdefault(key.partition(":")[0], []).append((number, key))
        return found

    def _reached(self, kind: str) -> tuple[Reached, ...]:
        chances, hops = self._node_chances, self._ways.hops
        rows = []
        for number, key in self._found.get(kind, ()):
            data = self._graph.nodes[key]
            route, facts = self._ways.route(number)
            rows.append(
                Reached(
                    node=key, code=data[exposure.CODE], name=data[exposure.NAME], hops=int(hops[number]), route=route,
                    facts=facts, **chances.at(number),
                )
            )  # fmt: skip
        return tuple(sorted(rows, key=lambda row: (row.hops > 0, -row.probability, row.code)))

    def _datasets(self) -> tuple[DatasetReached, ...]:
        copies: dict[int, list[int]] = {}
        for number, _ in self._found.get(exposure.COPY, ()):
            copies.setdefault(int(self._arrays.copies.dataset[self._arrays.copy_of_node[number]]), []).append(number)
        rows = [self._dataset(dataset, nodes) for dataset, nodes in copies.items()]
        return tuple(sorted(rows, key=lambda row: (-row.probability, -row.people_mean, row.code)))

    def _dataset(self, dataset: int, nodes: list[int]) -> DatasetReached:
        ways, population, exact = self._ways, self._arrays.population, self._run.exact_people
        likeliest = min(nodes, key=lambda node: (ways.cost[node], ways.hops[node], node))
        route, facts = ways.route(likeliest)
        mean = self._run.sample.dataset_people[dataset] / self._run.sample.worlds
        keys = [self._arrays.nodes[node] for node in nodes]
        return DatasetReached(
            code=population.datasets[dataset],
            name=self._graph.nodes[keys[0]][exposure.NAME],
            hops=int(min(ways.hops[nodes])),
            route=route,
            facts=facts,
            categories=tuple(sorted(set().union(*{tuple(self._data[key][exposure.CATEGORIES]) for key in keys}))),
            people=float(population.dataset_people[dataset]),
            is_assumed=population.datasets[dataset] in population.assumed,
            people_mean=float(mean if exact is None else exact.dataset_people[dataset]),
            copies=self._copies(nodes, keys),
            **self._dataset_chances.at(dataset),
        )

    def _copies(self, nodes: list[int], keys: list[str]) -> tuple[CopyReached, ...]:
        copies, chances = self._arrays.copies, self._node_chances
        numbers = self._arrays.copy_of_node[nodes]
        rows = [
            CopyReached(key, copies.holder[number], middle, (low, high), hops, share, STORAGES[storage], str(protection))
            for key, number, middle, low, high, hops, share, storage, protection in zip(
                keys, numbers.tolist(), chances.middle[nodes].tolist(), chances.low[nodes].tolist(),
                chances.high[nodes].tolist(), self._ways.hops[nodes].tolist(), copies.share[numbers].tolist(),
                copies.storage[numbers].tolist(), (self._data[key][exposure.PROTECTION] for key in keys),
                strict=True,
            )
        ]  # fmt: skip
        return tuple(sorted(rows, key=lambda copy: (-copy.probability, copy.holder)))

    def _choke_points(self) -> tuple[ChokePoint, ...]:
        rows = []
        for choke in self._ways.chokes(count=_CHOKES_SHOWN):
            key = self._arrays.nodes[choke.node]
            data = self._graph.nodes[key]
            rows.append(
                ChokePoint(
                    node=key,
                    code=data[exposure.CODE],
                    name=data[exposure.NAME],
                    kind=data[exposure.KIND],
                    copies=choke.copies,
                    datasets=tuple(self._arrays.population.datasets[number] for number in choke.datasets),
                    people=round(choke.people),
                )
            )
        return tuple(rows)


def _model_warnings(models: tuple[ModelFigures, ...]) -> tuple[Problem, ...]:
    return tuple(
        Problem(severity=Severity.WARNING, code="cost_model_out_of_range", message=row.warning)
        for row in models
        if row.is_in_force and row.warning is not None
    )
