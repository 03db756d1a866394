"""In which order nodes stand on their rings, so that edges are short and do not cross.

Each node hangs on its strongest predecessor one ring in; the tree gets wedges in proportion to the room its widest
ring needs; siblings are ordered by the mean angle of their neighbours, then by swaps that are kept only when they help.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

__all__ = ["Order", "arrange", "pool", "spread"]

_TAU = 2 * math.pi
_PAIR_BUDGET = (
    1_000_000  # pairs of edges compared in all: bounds the time whatever the picture, and keeps it repeatable
)
_CROSSING = 10.0  # what one crossing costs, in weighted radians


class _Node(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def hop(self) -> int: ...
    @property
    def chance(self) -> float: ...


class _Edge(Protocol):
    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def chance(self) -> float: ...


@dataclass(slots=True)
class Order:
    """Angle and parent of each node, by its place in the list of nodes."""

    angles: list[float]
    parents: dict[int, int]
    crossings: int = 0


@dataclass(slots=True)
class _Search:
    """What the search for a better order needs to know; `_ROOT` is a parent for all starts."""

    hops: np.ndarray
    radii: np.ndarray
    needs: Sequence[float]
    ends: np.ndarray
    chances: np.ndarray
    children: dict[int, list[int]]
    spans: dict[int, float] = field(default_factory=dict)
    pairs: tuple[np.ndarray, np.ndarray] = field(default_factory=lambda: (np.zeros(0, int), np.zeros(0, int)))
    trials_left: int = 0

    def measure(self, node: int) -> float:
        own = self.needs[node] if node != _ROOT else 0.0
        span = max(own, sum(self.measure(child) for child in self.children.get(node, ())))
        self.spans[node] = max(span, 1e-6)
        return self.spans[node]

    def angles(self) -> np.ndarray:
        """Angles from the present order of siblings: each subtree gets a wedge in proportion to its need."""
        found = np.zeros(len(self.hops))
        stack: list[tuple[int, float, float]] = [(_ROOT, 0.0, _TAU)]
        while stack:
            node, low, high = stack.pop()
            children = self.children.get(node, ())
            total = sum(self.spans[child] for child in children)
            if not children:
                continue
            if high - low >= _TAU - 1e-9:
                stretch, at = _TAU / total, low
            else:
                stretch = max(1.0, (high - low) / total)
                at = (low + high) / 2 - total * stretch / 2
            for child in children:
                wedge = self.spans[child] * stretch
                found[child] = (at + wedge / 2) % _TAU
                stack.append((child, at, at + wedge))
                at += wedge
        return found

    def crossings(self, angles: np.ndarray) -> int:
        """Count pairs of straight edges that cross."""
        first, second = self.pairs
        if not len(first):
            return 0
        radius = self.radii[self.hops]
        spots = np.column_stack((radius * np.cos(angles), radius * np.sin(angles)))
        a, b = spots[self.ends[first, 0]], spots[self.ends[first, 1]]
        c, d = spots[self.ends[second, 0]], spots[self.ends[second, 1]]
        apart_cd = _side(a, b, c) * _side(a, b, d) < -1e-9
        apart_ab = _side(c, d, a) * _side(c, d, b) < -1e-9
        return int(np.count_nonzero(apart_cd & apart_ab))

    def score(self) -> float:
        self.trials_left -= 1
        angles = self.angles()
        source, target = self.ends[:, 0], self.ends[:, 1]
        outer = (self.radii[self.hops[source]] > 0) & (self.radii[self.hops[target]] > 0)
        gap = np.abs((angles[target] - angles[source] + math.pi) % _TAU - math.pi)
        return self.crossings(angles) * _CROSSING + float(np.sum((gap * (0.3 + self.chances))[outer]))


_ROOT = -1


def _side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    return np.asarray((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))


def arrange(nodes: Sequence[_Node], edges: Sequence[_Edge], *, needs: Sequence[float], radii: Sequence[float]) -> Order:
    """Order the nodes of every ring.

    Parameters
    ----------
    nodes : sequence
        Sorted by hop; the first has hop 0.
    edges : sequence
        Between these nodes.
    needs : sequence of float
        The angle each node asks for on its ring.
    radii : sequence of float
        Radius of each ring; 0 for a single start.

    Returns
    -------
    Order
        Angles, strongest predecessors, and the number of straight edges that cross.
    """
    index = {node.key: i for i, node in enumerate(nodes)}
    ends = np.array([(index[edge.source], index[edge.target]) for edge in edges], dtype=int).reshape(-1, 2)
    parents = _find_parents(nodes, edges, index)
    children: dict[int, list[int]] = {}
    for i, node in enumerate(nodes):
        children.setdefault(_ROOT if node.hop == 0 else parents[i], []).append(i)
    pairs = _pairs_of_edges(ends)
    search = _Search(
        hops=np.array([node.hop for node in nodes]),
        radii=np.asarray(radii),
        needs=needs,
        ends=ends,
        chances=np.array([edge.chance for edge in edges]),
        children=children,
        pairs=pairs,
        trials_left=min(700, max(24, _PAIR_BUDGET // max(1, len(pairs[0])))),
    )
    search.measure(_ROOT)
    search.children = {node: _heavy_apart(kids, search.spans) for node, kids in children.items()}
    _improve(search)
    angles = search.angles()
    return Order([float(angle) for angle in angles], parents, search.crossings(angles))


def _find_parents(nodes: Sequence[_Node], edges: Sequence[_Edge], index: dict[str, int]) -> dict[int, int]:
    """Strongest predecessor on the nearest inner ring; a node whose predecessors are not drawn hangs on the first start."""
    best: dict[int, tuple[int, float, int]] = {}
    for edge in edges:
        source, target = index[edge.source], index[edge.target]
        if nodes[source].hop >= nodes[target].hop:
            continue
        rank = (nodes[source].hop, edge.chance * nodes[source].chance, -source)
        if target not in best or rank > best[target]:
            best[target] = rank
    return {i: -best[i][2] if i in best else 0 for i, node in enumerate(nodes) if node.hop}


def _pairs_of_edges(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of edges that share no node, the only ones that can cross."""
    first, second = np.triu_indices(len(ends), 1)
    a, b = ends[first], ends[second]
    apart = (a[:, :1] != b).all(axis=1) & (a[:, 1:] != b).all(axis=1)
    return first[apart], second[apart]


def _heavy_apart(children: Sequence[int], spans: dict[int, float]) -> list[int]:
    """Heavy subtrees at both ends and in turn, with light ones between."""
    line: list[int] = []
    for i, child in enumerate(sorted(children, key=lambda child: (-spans[child], child))):
        line.insert(0 if i % 2 else len(line), child)
    return line


def _improve(search: _Search) -> None:
    """Barycentre sweeps, then swaps of siblings; each is kept only when the score falls."""
    neighbours: dict[int, list[int]] = {}
    for source, target in search.ends.tolist():
        neighbours.setdefault(source, []).append(target)
        neighbours.setdefault(target, []).append(source)
    now = search.score()
    for _ in range(8):
        now = _sweep(search, neighbours, now)
        swapped = _swap(search, now)
        if swapped >= now - 1e-9 or search.trials_left <= 0:
            return
        now = swapped


def _sweep(search: _Search, neighbours: dict[int, list[int]], now: float) -> float:
    angles = search.angles()

    def pull(child: int) -> float:
        middle = float(angles[child])
        others = [angles[other] for other in neighbours.get(child, ()) if search.radii[search.hops[other]] > 0]
        if not others:
            return middle
        return middle + sum((float(other) - middle + math.pi) % _TAU - math.pi for other in others) / len(others)

    for node, siblings in search.children.items():
        if len(siblings) < 2 or search.trials_left <= 0:
            continue
        search.children[node] = sorted(siblings, key=lambda child: (round(pull(child), 9), child))
        score = search.score()
        if score < now - 1e-9:
            now = score
        else:
            search.children[node] = siblings
    return now


def _swap(search: _Search, now: float) -> float:
    for siblings in search.children.values():
        for i in range(len(siblings)):
            for j in range(i + 1, len(siblings)):
                if search.trials_left <= 0:
                    return now
                siblings[i], siblings[j] = siblings[j], siblings[i]
                score = search.score()
                if score < now - 1e-9:
                    now = score
                else:
                    siblings[i], siblings[j] = siblings[j], siblings[i]
    return now


def spread(angles: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Move angles on a circle until neighbours are as far apart as their widths ask, moving them as little as possible.

    Isotonic regression (pool adjacent violators) on the circle cut open at its widest gap; when the widths together
    are more than a full turn, all shrink alike. O(n log n).

    Examples
    --------
    >>> [round(angle, 2) for angle in spread([1.0, 1.0], [0.5, 0.5])]
    [0.75, 1.25]
    """
    count = len(angles)
    if count < 2:
        return list(angles)
    by_angle = sorted(range(count), key=lambda i: (angles[i] % _TAU, i))
    gaps = [((angles[by_angle[(k + 1) % count]] - angles[by_angle[k]]) % _TAU, (k + 1) % count) for k in range(count)]
    cut = max(gaps, key=lambda gap: (round(gap[0], 9), -gap[1]))[1]
    line = by_angle[cut:] + by_angle[:cut]
    base = angles[line[0]]
    offsets = [0.0]
    for before, after in itertools.pairwise(line):
        offsets.append(offsets[-1] + (widths[before] + widths[after]) / 2)
    total = offsets[-1] + (widths[line[0]] + widths[line[-1]]) / 2
    shrink = _TAU / total if total > _TAU else 1.0
    wished = [(angles[i] - base) % _TAU - offset * shrink for i, offset in zip(line, offsets, strict=True)]
    moved = list(angles)
    pooled = pool(wished)
    slack = _TAU - total * shrink  # more would push the last onto the first, the other way round the circle
    low = pooled[0] + max(0.0, pooled[-1] - pooled[0] - slack) / 2
    settled = [min(max(at, low), low + slack) if pooled[-1] - pooled[0] > slack else at for at in pooled]
    for i, at, offset in zip(line, settled, offsets, strict=True):
        moved[i] = (base + at + offset * shrink) % _TAU
    return moved


def pool(values: Sequence[float]) -> list[float]:
    """Return the nearest non-decreasing sequence, by pooling neighbours that are out of order."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, members = pools.pop()
            total, count = total + before, count + members
        pools.append((total, count))
    return [total / count for total, count in pools for _ in range(count)]
