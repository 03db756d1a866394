"""The ways from one start to everything it can reach, on arrays: hops, likeliest routes, choke points.

Same answers as `registry.domain.scenario.explain` gives for single nodes of the graph, for all nodes at once.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Arrays, Floats, Ints
from registry.domain.exposure.exposure import code_of
from registry.domain.register.errors import UnknownCode

__all__ = ["Choke", "Ways"]


@dataclass(frozen=True, slots=True)
class Choke:
    """A node that every way to some copies goes through, by number; people of those copies' datasets, fullest each."""

    node: int
    copies: int
    datasets: tuple[int, ...]
    people: float


class Ways:
    """Routes from a start over the arrays of a graph; built in O(edges x log edges).

    `hops` (nodes,) counts the fewest edges, -1 where nothing leads; `cost` (nodes,) is -ln of the chance of the most
    likely single route, which is one way and never the chance of being reached.
    """

    def __init__(self, arrays: Arrays, start: Ints) -> None:
        from registry.domain.kernel import routes as kernel_routes

        self._kernel = kernel_routes
        self._arrays = arrays
        self._start = start
        merged = arrays.merged
        nodes = len(arrays.nodes)
        self.hops = np.full(nodes, -1, dtype=np.int32)
        kernel_routes.count_hops(merged.offsets, merged.targets, start, self.hops)
        self.cost = np.full(nodes, np.inf)
        self._edge = np.full(nodes, -1, dtype=np.int64)
        self._order = np.empty(nodes, dtype=np.int32)
        self._settled = kernel_routes.grow_tree(
            merged.offsets, merged.targets, -np.log(merged.probabilities), start, self.cost, self._edge, self._order
        )

    @property
    def arrays(self) -> Arrays:
        """The graph these ways lead through."""
        return self._arrays

    @cached_property
    def reached(self) -> Ints:
        """Numbers of the nodes that some world may reach, ascending."""
        found: Ints = np.flatnonzero(self.hops >= 0).astype(np.int32)
        return found

    def route(self, node: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the codes along the likeliest route to a node, and the facts it goes by, each once."""
        edges = self._edges_to(node)
        sources, nodes = self._arrays.merged.sources, self._arrays.nodes
        codes = [code_of(nodes[sources[edge]]) for edge in edges]
        facts = dict.fromkeys(fact for edge in edges for fact in self._arrays.facts_of_edge(edge))
        return (*codes, code_of(nodes[node])), tuple(facts)

    def route_to(self, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return `route` for a node key; raises UnknownCode when nothing leads there."""
        number = self._arrays.number.get(key, -1)
        if number < 0 or self.hops[number] < 0:
            raise UnknownCode(code_of(key), f"{key.partition(':')[0]} within reach")
        return self.route(number)

    def nodes_to(self, key: str) -> tuple[str, ...]:
        """Return the keys of the nodes along the likeliest route to a node within reach, both ends included."""
        merged, nodes = self._arrays.merged, self._arrays.nodes
        return (*(nodes[merged.sources[edge]] for edge in self._edges_to(self._arrays.number[key])), key)

    def hops_by_key(self) -> dict[str, int]:
        """Return the fewest edges from the start to every node within reach."""
        nodes = self._arrays.nodes
        return {nodes[number]: hops for number, hops in enumerate(self.hops.tolist()) if hops >= 0}

    def _edges_to(self, node: int) -> list[int]:
        edges = []
        edge = int(self._edge[node])
        while edge >= 0:
            edges.append(edge)
            edge = int(self._edge[self._arrays.merged.sources[edge]])
        return edges[::-1]

    def facts_by_worth(self, worth: Floats, *, edges_max: int = 200) -> list[str]:
        """Return the facts on the likeliest routes, those first over which the most worth travels.

        `worth` (nodes,) is what reaching each node is worth; only the `edges_max` busiest edges are looked at.
        """
        if not len(self._arrays.targets):
            return []
        totals = worth.copy()
        taken = self._edge >= 0
        parents = np.where(taken, self._arrays.merged.sources[self._edge], -1)
        self._kernel.add_upwards(self._order, self._settled, parents, totals)
        nodes = np.flatnonzero(taken & (totals > 0.0))
        busiest = nodes[np.argsort(-totals[nodes], kind="stable")][:edges_max]
        found: Counter[str] = Counter()
        for node in busiest.tolist():
            for fact in self._arrays.facts_of_edge(int(self._edge[node])):
                found[fact] += float(totals[node])  # type: ignore[assignment]  # a Counter counts in floats as well
        return [fact for fact, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]

    def chokes(self, *, count: int = 10) -> list[Choke]:
        """Return the nodes that the most people stand behind, the start left out (see `explain.choke_points`)."""
        over, copies = self._pairs()
        if not len(over):
            return []
        arrays = self._arrays
        datasets = arrays.copies.dataset[copies].astype(np.int64)
        people = arrays.copies.share[copies] * arrays.population.dataset_people[datasets]
        order = np.lexsort((datasets, over))
        over, datasets, people = over[order], datasets[order], people[order]
        cells = _starts((over[1:] != over[:-1]) | (datasets[1:] != datasets[:-1]))
        fullest = np.maximum.reduceat(people, cells)
        holders = _starts(over[cells][1:] != over[cells][:-1])
        totals = np.add.reduceat(fullest, holders)
        nodes = over[cells][holders]
        sizes = np.diff(np.append(cells[holders], len(over)))
        ends = np.append(holders[1:], len(cells))
        best = sorted(range(len(nodes)), key=lambda row: (-totals[row], -sizes[row], int(nodes[row])))[:count]
        return [
            Choke(
                node=int(nodes[row]),
                copies=int(sizes[row]),
                datasets=tuple(datasets[cells][holders[row] : ends[row]].tolist()),
                people=float(totals[row]),
            )
            for row in best
        ]

    def _pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (dominator, copy number) for all copies in reach, without the start."""
        merged, copies = self._arrays.merged, self._arrays.copies
        above = np.full(len(self._arrays.nodes), -2, dtype=np.int64)
        self._kernel.find_dominators(
            merged.offsets, merged.targets, merged.back_offsets, merged.back_sources, self._start, above
        )
        nodes = copies.node
        room = self._kernel.climb(above, nodes, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        over, under = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
        self._kernel.climb(above, nodes, over, under)
        kept = ~np.isin(over, self._start)
        return over[kept], under[kept]


def _starts(changes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where runs begin, given where one element differs from the one before."""
    return np.append(np.int64(0), np.flatnonzero(changes) + 1).astype(np.int64)
