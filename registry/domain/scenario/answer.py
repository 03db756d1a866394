"""The answer to a scenario: what is reached, who is affected, what it costs; as values and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from registry.domain.impact.areas import Impact
from registry.domain.impact.cost import CostFigures, ModelFigures
from registry.domain.impact.people import PeopleFigures
from registry.domain.register.collector import collector_paused
from registry.domain.register.problems import Problem, problem_json
from registry.domain.scenario.explain import ChokePoint
from registry.domain.scenario.routes import Ways
from registry.domain.scenario.scenario import Scenario

__all__ = [
    "BestCut",
    "BlastRadius",
    "CopyReached",
    "DatasetReached",
    "JurisdictionFigures",
    "Reached",
    "SegmentFigures",
    "to_json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A vendor, system or process that a scenario can reach.

    `interval` holds the chance at the level of `constant.interval_level`, [p, p] where it is exact; `hops` counts
    the fewest edges from the start; `route` and `facts` are those of the most likely single way, never the chance.
    """

    node: str
    code: str
    name: str
    probability: float
    interval: tuple[float, float]
    hops: int
    route: tuple[str, ...]
    facts: tuple[str, ...]


class CopyReached(NamedTuple):
    """A copy of a dataset within reach; `share` is of the dataset's people, before the fraction taken.

    There may be a hundred thousand of them, so their routes are worked out on demand: `BlastRadius.route_to(node)`.
    """

    node: str
    holder: str
    probability: float
    interval: tuple[float, float]
    hops: int
    share: float
    storage: str
    protection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetReached:
    """A dataset within reach through at least one of its copies; `people_mean` counts its people over all worlds."""

    code: str
    name: str
    probability: float
    interval: tuple[float, float]
    hops: int
    route: tuple[str, ...]
    facts: tuple[str, ...]
    categories: tuple[str, ...]
    people: float
    is_assumed: bool
    people_mean: float
    copies: tuple[CopyReached, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFigures:
    """People of a segment who are affected."""

    code: str
    name: str
    people: int
    mean: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JurisdictionFigures:
    """People under one law who are affected; code None: nobody knows where they live."""

    code: str | None
    mean: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BestCut:
    """Expected loss that cutting one fact would save, on the same draws; the share is of the loss before.

    Exact where the mean cost is; else on the first `worlds` worlds of the run: all of them, unless it had more than
    16,384.
    """

    fact: str
    saving: float
    saving_share: float
    people_saved: float
    worlds: int


@dataclass(frozen=True, kw_only=True)
class BlastRadius:
    """Everything a scenario would reach, and how it was worked out.

    `iterations` worlds were simulated; `enumerated` counts the worlds gone through exactly, None in method
    `monte_carlo`. Lists of the reached stand most likely first, the start at its head. `error_reached` is the
    relative standard error of mean people, None where nobody is reached.
    """

    scenario: Scenario
    counts: Mapping[str, int]
    warnings: tuple[Problem, ...]
    method: str
    iterations: int
    enumerated: int | None
    error_reached: float | None
    parameters_hash: str
    vendors: tuple[Reached, ...]
    systems: tuple[Reached, ...]
    datasets: tuple[DatasetReached, ...]
    processes: tuple[Reached, ...]
    people: PeopleFigures
    segments: tuple[SegmentFigures, ...]
    jurisdictions: tuple[JurisdictionFigures, ...]
    cost: CostFigures
    models: tuple[ModelFigures, ...]
    impact: Impact
    exceedance: tuple[tuple[float, float], ...]
    choke_points: tuple[ChokePoint, ...]
    best_cuts: tuple[BestCut, ...]
    ways: Ways = field(compare=False, repr=False)

    def route_to(self, node: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the codes along the likeliest route to a node within reach, and the facts it goes by.

        Raises
        ------
        UnknownCode
            When the scenario cannot reach it.
        """
        return self.ways.route_to(node)


def to_json(answer: BlastRadius, *, sha256: str | None = None) -> dict[str, Any]:
    """Return an answer in the layout of `./run blast --json`: plain numbers, texts, lists and dictionaries.

    Parameters
    ----------
    sha256
        Of the register file that was read, where there was one.
    """
    with collector_paused():
        return _document(answer, sha256)


def _document(answer: BlastRadius, sha256: str | None) -> dict[str, Any]:
    return {
        "register": {"sha256": sha256, "counts": dict(answer.counts)},
        "warnings": [problem_json(problem) for problem in answer.warnings],
        "scenario": _scenario(answer.scenario),
        "method": answer.method,
        "iterations": answer.iterations,
        "vendors": [_reached(row) for row in answer.vendors],
        "systems": [_reached(row) for row in answer.systems],
        "datasets": [_dataset(row) for row in answer.datasets],
        "processes": [_reached(row) for row in answer.processes],
        "people": _people(answer.people),
        "jurisdictions": [{"code": row.code, "mean": row.mean, "p95": row.p95} for row in answer.jurisdictions],
        "cost": _cost(answer.cost),
        "impact_areas": {
            area: {"cost_mean": figures.cost_mean, "probability": figures.probability}
            for area, figures in answer.impact.areas.items()
        },
        "exceedance": [[loss, chance] for loss, chance in answer.exceedance],
        "choke_points": [_choke_point(point) for point in answer.choke_points],
        "best_cuts": [
            {"fact": cut.fact, "saving": cut.saving, "saving_share": cut.saving_share} for cut in answer.best_cuts
        ],
    }


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "start": list(scenario.start),
        "kind": scenario.kind.value,
        "as_of": scenario.as_of.isoformat(),
        "what_ifs": [str(what_if) for what_if in scenario.what_ifs],
        "iterations": scenario.iterations,
        "target_error": scenario.target_error,
        "seed": scenario.seed,
        "overrides": {key: str(value) for key, value in scenario.overrides},
    }


def _reached(row: Reached | DatasetReached) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "probability": row.probability,
        "interval": list(row.interval),
        "hops": row.hops,
        "route": list(row.route),
        "facts": list(row.facts),
    }


def _dataset(row: DatasetReached) -> dict[str, Any]:
    return _reached(row) | {
        "categories": list(row.categories),
        "people_mean": row.people_mean,
        "copies": [{"holder": copy.holder, "probability": copy.probability} for copy in row.copies],
    }


def _people(figures: PeopleFigures) -> dict[str, float]:
    headline = figures.headline
    return {
        "mean": headline.mean,
        "stderr": headline.stderr,
        "p05": headline.p05,
        "p50": headline.p50,
        "p95": headline.p95,
        "nested_mean": figures.nested_mean,
        "disjoint_mean": figures.disjoint_mean,
        "records_mean": figures.records_mean,
        "protected_mean": figures.protected_mean,
    }


def _cost(figures: CostFigures) -> dict[str, Any]:
    return {
        "currency": figures.currency,
        "mean": figures.mean,
        "stderr": figures.stderr,
        "p05": figures.p05,
        "p50": figures.p50,
        "p90": figures.p90,
        "p95": figures.p95,
        "p99": figures.p99,
        "tail_mean_95": figures.tail_mean_95,
    }


def _choke_point(point: ChokePoint) -> dict[str, Any]:
    return {
        "code": point.code,
        "name": point.name,
        "kind": point.kind,
        "copies": point.copies,
        "datasets": list(point.datasets),
        "people": point.people,
    }
