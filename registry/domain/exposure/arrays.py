"""The exposure graph as flat arrays, compiled once and asked many times.

Everything is numbered by sorted key: nodes, rows, copies, datasets, segments and jurisdictions get the
same numbers whatever the order of the facts, so sums run in the same order and end in the same digits.
The luck of a row hangs on the 64-bit hash of its identity, never on its number: leaving a fact out
renumbers rows but moves no draw.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure import exposure
from registry.domain.exposure.population import Population
from registry.domain.register.errors import UnknownCode
from registry.domain.register.vocabulary import Protection, Storage

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "STORAGES",
    "Arrays",
    "Copies",
    "Merged",
    "Stoppable",
    "compile_arrays",
    "is_sealed",
    "key_of",
    "with_probabilities",
    "with_rows",
    "without_rows",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Keys = NDArray[np.uint64]
Flags = NDArray[np.uint8]

# Row of the fraction table of each way a copy is kept; the order is part of the kernel's contract.
STORAGES: Final = (Storage.BULK.value, Storage.CACHED.value, Storage.IN_MEMORY.value, exposure.HOME_SYSTEM)

_PROTECTED: Final = frozenset({Protection.ENCRYPTED_OUR_KEY.value, Protection.TOKENISED.value})
_CERTAIN: Final = 0xFFFFFFFF


def key_of(identity: str) -> int:
    """Return the 64-bit BLAKE2b key of an identity, the same on every machine.

    Examples
    --------
    >>> hex(key_of("pivot|A-001"))
    '0x833d1106a54a33f'
    """
    return int.from_bytes(blake2b(identity.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """The copies of a graph, sorted by node key; all arrays have one element per copy.

    `node` and `home` are node numbers (`home` -1 when the home system is no node of the graph), `share`
    runs from 0 to 1, `storage` is an index into `STORAGES`, `sealed` is 1 where only a compromised home
    system opens the copy, `weight` multiplies the cost of a record, `key` draws the fraction taken.
    """

    node: Ints
    dataset: Ints
    holder: tuple[str, ...]
    share: Floats
    storage: NDArray[np.int8]
    sealed: Flags
    home: Ints
    weight: Floats
    key: Keys


@dataclass(frozen=True, slots=True, eq=False)
class Stoppable:
    """The processes of a graph: node number, days they can wait, margin lost per day after that."""

    node: Ints
    rto_days: Floats
    margin_per_day: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """The edges between nodes, parallel rows combined as `1 - prod(1 - p)`; sorted by source and target.

    `first_row[e]:first_row[e + 1]` are the rows of edge `e`; `back_*` list the sources of every target.
    """

    offsets: Offsets
    sources: Ints
    targets: Ints
    probabilities: Floats
    first_row: Offsets
    back_offsets: Offsets
    back_sources: Ints


@dataclass(frozen=True, eq=False)
class Arrays:
    """An exposure graph in compressed rows: one row per part of an edge.

    Rows of node `u` are `offsets[u]:offsets[u + 1]`, sorted by target and identity. `thresholds` holds
    `round(p * 2**32) - 1` (live when the upper half of the draw is at most that), so `p = 1` is always and a
    positive `p` is never never; parts with `p = 0` have no row. Memory: 40 B per row, 24 B per node.
    """

    nodes: tuple[str, ...]
    number: Mapping[str, int]
    offsets: Offsets
    sources: Ints
    targets: Ints
    thresholds: NDArray[np.uint32]
    keys: Keys
    probabilities: Floats
    facts: tuple[tuple[str, ...], ...]
    copies: Copies
    stoppable: Stoppable
    population: Population

    @cached_property
    def copy_of_node(self) -> Ints:
        """Number of the copy at each node, -1 elsewhere; shape (nodes,)."""
        return _inverse(self.copies.node, len(self.nodes))

    @cached_property
    def process_of_node(self) -> Ints:
        """Number of the process at each node, -1 elsewhere; shape (nodes,)."""
        return _inverse(self.stoppable.node, len(self.nodes))

    @cached_property
    def rows_of_fact(self) -> Mapping[str, tuple[int, ...]]:
        """Rows that exist because of a fact: what cutting it takes away or weakens."""
        rows: dict[str, list[int]] = {}
        for row, codes in enumerate(self.facts):
            for code in codes:
                rows.setdefault(code, []).append(row)
        return {code: tuple(numbers) for code, numbers in rows.items()}

    @cached_property
    def merged(self) -> Merged:
        """Edges of the graph, one per pair of nodes; O(rows) on first use."""
        nodes, rows = len(self.nodes), len(self.targets)
        changes = (self.sources[1:] != self.sources[:-1]) | (self.targets[1:] != self.targets[:-1])
        starts = np.concatenate(([0], np.flatnonzero(changes) + 1)) if rows else np.zeros(0, dtype=np.int64)
        survival = np.multiply.reduceat(1.0 - self.probabilities, starts) if rows else np.zeros(0)
        is_single = np.diff(np.append(starts, rows)) == 1
        # one fact alone keeps the digits it was given
        combined = np.where(is_single, self.probabilities[starts], 1.0 - survival)
        sources, targets = self.sources[starts], self.targets[starts]
        by_target = np.argsort(targets, kind="stable")
        return Merged(
            offsets=np.searchsorted(sources, np.arange(nodes + 1)).astype(np.int64),
            sources=sources,
            targets=targets,
            probabilities=combined,
            first_row=np.append(starts, rows).astype(np.int64),
            back_offsets=np.searchsorted(targets[by_target], np.arange(nodes + 1)).astype(np.int64),
            back_sources=sources[by_target],
        )

    def facts_of_edge(self, edge: int) -> tuple[str, ...]:
        """Return the facts of an edge of `merged`; those of several rows sorted, each once."""
        first, past = self.merged.first_row[edge : edge + 2].tolist()
        if past - first == 1:
            return self.facts[first]
        return tuple(sorted({fact for row in range(first, past) for fact in self.facts[row]}))

    def numbers(self, node_keys: Iterable[str]) -> Ints:
        """Return the sorted numbers of some nodes.

        Raises
        ------
        UnknownCode
            When a key is no node of the graph.
        """
        found = set()
        for key in node_keys:
            if key not in self.number:
                raise UnknownCode(key.partition(":")[2] or key, key.partition(":")[0])
            found.add(self.number[key])
        return np.array(sorted(found), dtype=np.int32)


def compile_arrays(graph: "nx.DiGraph[str]", population: Population) -> Arrays:
    """Compile an exposure graph and its population into arrays.

    Parameters
    ----------
    graph
        As made by `exposure.build`.
    population
        As made by `compile_population`; it knows every dataset of the graph.

    Returns
    -------
    Arrays
        Independent of the order of nodes and edges in the graph.

    Notes
    -----
    O(E log E) in the number of edge parts; about 3 us per part.
    """
    nodes = tuple(sorted(graph))
    number = {key: position for position, key in enumerate(nodes)}
    rows = sorted(
        (number[tail], number[head], part.identity, part.probability, part.facts)
        for tail, head, data in graph.edges(data=True)
        for part in data[exposure.PARTS]
        if part.probability > 0
    )
    probabilities = np.array([row[3] for row in rows], dtype=np.float64)
    sources = np.array([row[0] for row in rows], dtype=np.int32)
    return Arrays(
        nodes=nodes,
        number=number,
        offsets=np.searchsorted(sources, np.arange(len(nodes) + 1)).astype(np.int64),
        sources=sources,
        targets=np.array([row[1] for row in rows], dtype=np.int32),
        thresholds=_thresholds(probabilities),
        keys=np.array([key_of(row[2]) for row in rows], dtype=np.uint64),
        probabilities=probabilities,
        facts=tuple(row[4] for row in rows),
        copies=_compile_copies(graph, number, population),
        stoppable=_compile_processes(graph, number),
        population=population,
    )


def without_rows(arrays: Arrays, rows: Collection[int]) -> Arrays:
    """Return arrays without some rows; every other row keeps its luck. O(rows)."""
    kept = np.ones(len(arrays.targets), dtype=np.bool_)
    kept[list(rows)] = False
    sources = arrays.sources[kept]
    return replace(
        arrays,
        offsets=np.searchsorted(sources, np.arange(len(arrays.nodes) + 1)).astype(np.int64),
        sources=sources,
        targets=arrays.targets[kept],
        thresholds=arrays.thresholds[kept],
        keys=arrays.keys[kept],
        probabilities=arrays.probabilities[kept],
        facts=tuple(compress(arrays.facts, kept.tolist())),
    )


def with_rows(arrays: Arrays, changes: Mapping[int, tuple[float, tuple[str, ...]]]) -> Arrays:
    """Return arrays in which some rows have another chance (above 0) and other facts, and the same luck."""
    probabilities, facts = arrays.probabilities.copy(), list(arrays.facts)
    for row, (probability, codes) in changes.items():
        probabilities[row] = probability
        facts[row] = codes
    return replace(arrays, probabilities=probabilities, thresholds=_thresholds(probabilities), facts=tuple(facts))


def with_probabilities(arrays: Arrays, probabilities: Floats) -> Arrays:
    """Return arrays in which every row has another chance (above 0) and the same luck; O(rows)."""
    return replace(arrays, probabilities=probabilities, thresholds=_thresholds(probabilities))


def is_sealed(protection: str) -> bool:
    """Whether a protection holds as long as the dataset's home system is not compromised."""
    return protection in _PROTECTED


def _thresholds(probabilities: Floats) -> NDArray[np.uint32]:
    scaled = np.rint(np.minimum(probabilities, 1.0) * 4294967296.0) - 1.0
    return np.clip(scaled, 0.0, float(_CERTAIN)).astype(np.uint32)


def _inverse(numbers: Ints, size: int) -> Ints:
    positions = np.full(size, -1, dtype=np.int32)
    positions[numbers] = np.arange(len(numbers), dtype=np.int32)
    return positions


def _compile_copies(graph: "nx.DiGraph[str]", number: Mapping[str, int], population: Population) -> Copies:
    found: list[tuple[str, dict[str, Any]]] = sorted(
        (key, data) for key, data in graph.nodes(data=True) if data[exposure.KIND] == exposure.COPY
    )
    dataset_number = {code: position for position, code in enumerate(population.datasets)}
    return Copies(
        node=np.array([number[key] for key, _ in found], dtype=np.int32),
        dataset=np.array([dataset_number[data[exposure.DATASET]] for _, data in found], dtype=np.int32),
        holder=tuple(data[exposure.HOLDER] for _, data in found),
        share=np.array([data[exposure.SHARE] for _, data in found], dtype=np.float64),
        storage=np.array([STORAGES.index(str(data[exposure.STORAGE])) for _, data in found], dtype=np.int8),
        sealed=np.array([is_sealed(data[exposure.PROTECTION]) for _, data in found], dtype=np.uint8),
        home=np.array([number.get(data[exposure.HOME], -1) for _, data in found], dtype=np.int32),
        weight=np.array([data[exposure.WEIGHT] for _, data in found], dtype=np.float64),
        key=np.array([key_of(f"fraction|{exposure.code_of(key)}") for key, _ in found], dtype=np.uint64),
    )


def _compile_processes(graph: "nx.DiGraph[str]", number: Mapping[str, int]) -> Stoppable:
    found = sorted((key, data) for key, data in graph.nodes(data=True) if data[exposure.KIND] == exposure.PROCESS)
    return Stoppable(
        node=np.array([number[key] for key, _ in found], dtype=np.int32),
        # no objective registered: the process cannot wait, which is the worst it can be
        rto_days=np.array([(data[exposure.RTO_HOURS] or 0.0) / 24.0 for _, data in found], dtype=np.float64),
        margin_per_day=np.array([data[exposure.MARGIN_PER_DAY] or 0.0 for _, data in found], dtype=np.float64),
    )
