"""The cascade without chance: every world of the uncertain edges, each with its weight."""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from registry.domain.exposure.arrays import Arrays, Floats, Ints
from registry.domain.kernel.inputs import Luck, kernel_bodies, kernel_chances, kernel_scratch

__all__ = ["Enumeration", "certain_nodes", "enumerate_worlds"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Enumeration:
    """Every world of the uncertain edges with its chance; people are meant only when fractions are fixed.

    `weights` (worlds,), `columns` (7, worlds); chances per node and dataset; mean people per dataset, segment and
    jurisdiction. `event_chance` is the chance that people are exposed or a process stops.
    """

    weights: Floats
    columns: Floats
    node_chances: Floats
    dataset_chances: Floats
    dataset_people: Floats
    segment_people: Floats
    jurisdiction_people: Floats
    event_chance: float


@dataclass(frozen=True, slots=True)
class _Reduced:
    """A graph without certainties: nodes reached for sure, and merged edges among the rest (bit -1: certain)."""

    certain: tuple[int, ...]
    edges: tuple[tuple[int, int, int], ...]  # tail, head, bit
    probabilities: tuple[float, ...]


def enumerate_worlds(arrays: Arrays, start: Ints, luck: Luck, *, uncertain_max: int) -> Enumeration | None:
    """Go through all worlds, when the uncertain edges that matter are few.

    Parameters
    ----------
    arrays, start, luck
        As for `simulate`; the days a service stands still are fixed at their median here.
    uncertain_max
        Most merged edges with `0 < p < 1`, reachable from the start and not into what is reached for sure.

    Returns
    -------
    Enumeration or None
        None when there are more. O(2 ** uncertain x reached).
    """
    reduced = _reduce(arrays, start, uncertain_max)
    if reduced is None:
        return None
    return _enumerate(arrays, reduced, luck)


def _reduce(arrays: Arrays, start: Ints, uncertain_max: int) -> _Reduced | None:
    certain = certain_nodes(arrays, start)
    bits = 0
    edges: list[tuple[int, int, int]] = []
    probabilities: list[float] = []
    queue = deque(sorted(certain))
    seen = set(certain)
    while queue:
        tail = queue.popleft()
        for head, probability in _merged(arrays, tail).items():
            if head in certain:
                continue
            if probability < 1.0:
                probabilities.append(probability)
                bits += 1
                if bits > uncertain_max:
                    return None
            edges.append((tail, head, bits - 1 if probability < 1.0 else -1))
            if head not in seen:
                seen.add(head)
                queue.append(head)
    return _Reduced(tuple(sorted(certain)), tuple(sorted(edges)), tuple(probabilities))


def certain_nodes(arrays: Arrays, start: Ints) -> set[int]:
    """Return the numbers of what is reached in every world: the start and all behind certain edges."""
    certain = {int(node) for node in start}
    stack = list(certain)
    while stack:
        node = stack.pop()
        rows = slice(arrays.offsets[node], arrays.offsets[node + 1])
        for head in arrays.targets[rows][arrays.probabilities[rows] >= 1.0].tolist():
            if head not in certain:
                certain.add(head)
                stack.append(head)
    return certain


def _merged(arrays: Arrays, tail: int) -> dict[int, float]:
    """Return head -> `1 - prod(1 - p)` over the parallel rows of a node."""
    rows = slice(arrays.offsets[tail], arrays.offsets[tail + 1])
    survival: dict[int, float] = {}
    single: dict[int, float] = {}
    for head, probability in zip(arrays.targets[rows].tolist(), arrays.probabilities[rows].tolist(), strict=True):
        single[head] = probability if head not in survival else -1.0
        survival[head] = survival.get(head, 1.0) * (1.0 - min(1.0, probability))
    # one fact alone keeps the digits it was given
    return {head: single[head] if single[head] >= 0.0 else 1.0 - left for head, left in survival.items()}


def _enumerate(arrays: Arrays, reduced: _Reduced, luck: Luck) -> Enumeration:
    from registry.domain.kernel import kernel

    population = arrays.population
    tails = np.array([edge[0] for edge in reduced.edges], dtype=np.int64)
    weights = np.zeros(1 << len(reduced.probabilities))
    world = kernel.World(
        np.zeros((len(kernel.COLUMNS), len(weights))),
        np.zeros(len(weights), dtype=np.uint8),
        np.zeros((1, len(population.segments))),
        np.zeros((1, len(population.jurisdictions))),
    )
    datasets = len(population.datasets)
    node_chances, dataset_chances, dataset_people = np.zeros(len(arrays.nodes)), np.zeros(datasets), np.zeros(datasets)
    segment_people, jurisdiction_people = np.zeros(len(population.segments)), np.zeros(len(population.jurisdictions))
    kernel.enumerate_worlds(
        np.array(reduced.probabilities, dtype=np.float64),
        np.array(reduced.certain, dtype=np.int32),
        np.searchsorted(tails, np.arange(len(arrays.nodes) + 1)).astype(np.int64),
        np.array([edge[1] for edge in reduced.edges], dtype=np.int32),
        np.array([edge[2] for edge in reduced.edges], dtype=np.int64),
        kernel_bodies(arrays), kernel_chances(_marking_events(luck)), kernel_scratch(arrays), world,
        weights, node_chances, dataset_chances, dataset_people, segment_people, jurisdiction_people,
    )  # fmt: skip
    certain = np.array(reduced.certain, dtype=np.int64)
    node_chances[certain] = 1.0  # not the sum of all chances, which is 1 only up to rounding
    sure = arrays.copy_of_node[certain]
    dataset_chances[arrays.copies.dataset[sure[sure >= 0]]] = 1.0
    return Enumeration(
        weights=weights,
        columns=world.columns,
        node_chances=np.minimum(node_chances, 1.0),
        dataset_chances=np.minimum(dataset_chances, 1.0),
        dataset_people=dataset_people,
        segment_people=segment_people,
        jurisdiction_people=jurisdiction_people,
        event_chance=min(1.0, float(weights[world.areas > 0].sum())),
    )


def _marking_events(luck: Luck) -> Luck:
    """Return the same luck with every area hit whenever it can be: the flags then mark the worlds with an event."""
    return replace(luck, area_limits=np.full_like(luck.area_limits, np.inf))
