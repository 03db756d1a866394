"""Which facts stand behind the edges of a graph: listed once per graph, then picked for whatever is reached."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import networkx as nx
import numpy as np

from registry.domain.exposure import exposure
from registry.domain.exposure.exposure import EdgePart

__all__ = ["kinds_between", "rank_facts"]


@dataclass(frozen=True, slots=True, eq=False)
class _Index:
    """A row per fact of each edge, the likeliest first: the ends of the edge, its part, the code of the fact."""

    numbers: dict[str, int]
    sources: "np.ndarray[Any, np.dtype[np.int64]]"
    targets: "np.ndarray[Any, np.dtype[np.int64]]"
    facts: "np.ndarray[Any, np.dtype[np.int64]]"
    parts: list[EdgePart]
    codes: list[str]
    kinds: "np.ndarray[Any, np.dtype[np.int64]]"
    kind_names: list[tuple[str, str]]

    def rows(self, reached: Collection[str]) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """Return the rows of edges between reached nodes."""
        inside = np.zeros(len(self.numbers), dtype=np.bool_)
        inside[[self.numbers[node] for node in reached if node in self.numbers]] = True
        return np.flatnonzero(inside[self.sources] & inside[self.targets])


# Graphs live as long as the answers that were computed on them, and so do these.
_INDICES: "WeakKeyDictionary[nx.DiGraph[str], _Index]" = WeakKeyDictionary()


def rank_facts(graph: "nx.DiGraph[str]", reached: Collection[str]) -> dict[str, EdgePart]:
    """Return the codes of the facts behind the edges between reached nodes, the likeliest first, with that edge's part.

    Linear in the edges, without a word: describe only what is shown.
    """
    index = _index(graph)
    rows = index.rows(reached)
    _, first = np.unique(index.facts[rows], return_index=True)
    return {index.codes[row]: index.parts[row] for row in rows[np.sort(first)].tolist()}


def kinds_between(graph: "nx.DiGraph[str]", reached: Collection[str]) -> set[tuple[str, str]]:
    """Return kind and variant of every step between reached nodes."""
    index = _index(graph)
    return {index.kind_names[kind] for kind in np.unique(index.kinds[index.rows(reached)]).tolist()}


def _index(graph: "nx.DiGraph[str]") -> _Index:
    found = _INDICES.get(graph)
    if found is None:
        found = _INDICES[graph] = _listed(graph)
    return found


def _listed(graph: "nx.DiGraph[str]") -> _Index:
    numbers = {node: number for number, node in enumerate(graph)}
    rows = [
        (part.probability, code, numbers[source], numbers[target], part)
        for source, target, parts in graph.edges(data=exposure.PARTS)
        for part in parts
        for code in part.facts
    ]
    rows.sort(key=lambda row: (-row[0], row[1]))
    codes = [row[1] for row in rows]
    kinds = [(str(row[4].kind), row[4].variant or "default") for row in rows]
    kind_numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    fact_numbers = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    return _Index(
        numbers=numbers,
        sources=np.array([row[2] for row in rows], dtype=np.int64),
        targets=np.array([row[3] for row in rows], dtype=np.int64),
        facts=np.array([fact_numbers[code] for code in codes], dtype=np.int64),
        parts=[row[4] for row in rows],
        codes=codes,
        kinds=np.array([kind_numbers[kind] for kind in kinds], dtype=np.int64),
        kind_names=list(kind_numbers),
    )
