"""Why something is reached, and what stands in the way: hops, routes, choke points, smallest cuts, concentration.

A route is *one* way, never the chance of being reached: that comes from the cascade, over all ways together.
"""

import math
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice, pairwise

import networkx as nx

from registry.domain.exposure.concentration import Concentration, concentration
from registry.domain.exposure.exposure import (
    CODE,
    COPY,
    DATASET,
    FACTS,
    KIND,
    NAME,
    PARTS,
    PEOPLE,
    PROBABILITY,
    SHARE,
    code_of,
)
from registry.domain.scenario.whatif import is_cuttable

__all__ = [
    "ChokePoint",
    "Concentration",
    "Cut",
    "Route",
    "best_routes",
    "choke_points",
    "concentration",
    "fewest_hops",
    "likeliest_routes",
    "smallest_cut",
]

_ROOT = "start:"  # stands before several starts; no code of a node is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way from the start to a node.

    `probability` is that of this way alone, the product along it; `facts` are those it goes by, in order, each once.
    """

    nodes: tuple[str, ...]
    probability: float
    facts: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The nodes as people name them; a copy is written `D-001@V-0001`."""
        return tuple(code_of(node) for node in self.nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChokePoint:
    """A vendor or system that every way to some copies goes through.

    `people` counts the people of those copies' datasets, the largest share of each, without taking overlaps away.
    """

    node: str
    code: str
    name: str
    kind: str
    copies: int
    datasets: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Facts whose removal separates the start from the targets.

    `is_smallest` is false when the search was given up before proving that no smaller set does; `is_possible` is false
    when no set of facts does (the start holds the data itself).
    """

    facts: tuple[str, ...]
    is_smallest: bool
    is_possible: bool


def fewest_hops(graph: "nx.DiGraph[str]", start: Iterable[str]) -> dict[str, int]:
    """Return the fewest edges from the start to every node it can reach; the start itself is at 0.

    Breadth first: linear in nodes and edges.
    """
    hops = dict.fromkeys(start, 0)
    queue = deque(hops)
    while queue:
        node = queue.popleft()
        for onward in graph[node]:
            if onward not in hops:
                hops[onward] = hops[node] + 1
                queue.append(onward)
    return hops


def best_routes(graph: "nx.DiGraph[str]", start: Iterable[str]) -> dict[str, Route]:
    """Return the likeliest route to every node that the start can reach.

    Dijkstra on -ln p (the product of chances becomes a sum), ties by fewer hops and then by name, so that the answer
    does not depend on the order of rows. O(edges x log nodes).
    """
    before: dict[str, str | None] = {}
    heap: list[tuple[float, int, str, str | None]] = [(0.0, 0, node, None) for node in sorted(start)]
    while heap:
        cost, hops, node, via = heappop(heap)
        if node in before:
            continue
        before[node] = via
        for onward, edge in graph[node].items():
            if onward not in before:
                heappush(heap, (cost - math.log(edge[PROBABILITY]), hops + 1, onward, node))
    return {node: _route(graph, tuple(_back(before, node))) for node in before}


def _back(before: Mapping[str, str | None], node: str) -> list[str]:
    nodes = [node]
    while (previous := before[nodes[-1]]) is not None:
        nodes.append(previous)
    return nodes[::-1]


def _route(graph: "nx.DiGraph[str]", nodes: tuple[str, ...]) -> Route:
    probability = 1.0
    facts: dict[str, None] = {}
    for source, target in pairwise(nodes):
        edge = graph.edges[source, target]
        probability *= edge[PROBABILITY]
        facts.update(dict.fromkeys(edge[FACTS]))
    return Route(nodes=nodes, probability=probability, facts=tuple(facts))


def likeliest_routes(graph: "nx.DiGraph[str]", start: Collection[str], target: str, count: int = 3) -> list[Route]:
    """Return the likeliest routes to one node, best first, at most `count`; none when it is not reached.

    Yen's algorithm (Yen 1971) on the part of the graph that lies between start and target.
    """
    if target in start:
        return [Route(nodes=(target,), probability=1.0, facts=())]
    between = _between(graph, start, {target})
    if target not in between:
        return []
    narrowed: nx.DiGraph[str] = nx.DiGraph()
    for source in sorted(between):
        for onward, edge in graph[source].items():
            if onward in between and onward not in start:
                # a hop costs a trace, so that of two equal routes the shorter comes first
                narrowed.add_edge(source, onward, cost=1e-12 - math.log(edge[PROBABILITY]))
    for node in sorted(set(start) & between):
        narrowed.add_edge(_ROOT, node, cost=0.0)
    paths = nx.shortest_simple_paths(narrowed, _ROOT, target, weight="cost")
    return [_route(graph, tuple(path[1:])) for path in islice(paths, count)]


def _between(graph: "nx.DiGraph[str]", start: Iterable[str], targets: Collection[str]) -> set[str]:
    """Return the nodes on some way from the start to a target."""
    reached = fewest_hops(graph, start)
    back = {node for node in targets if node in reached}
    queue = deque(back)
    while queue:
        for previous in graph.pred[queue.popleft()]:
            if previous in reached and previous not in back:
                back.add(previous)
                queue.append(previous)
    return back


def choke_points(graph: "nx.DiGraph[str]", start: Collection[str], count: int = 10) -> list[ChokePoint]:
    """Return the vendors and systems that the most people stand behind, the start itself left out.

    A node dominates another when every way from the start goes through it. Dominators are found from a virtual root
    before all starts (Cooper, Harvey, Kennedy 2001), then copies are added up along the tree.
    """
    reached = fewest_hops(graph, start)
    narrowed: nx.DiGraph[str] = nx.DiGraph()
    narrowed.add_node(_ROOT)
    narrowed.add_edges_from((_ROOT, node) for node in sorted(start))
    narrowed.add_edges_from((node, onward) for node in reached for onward in graph[node])
    above = nx.immediate_dominators(narrowed, _ROOT)
    behind: dict[str, list[str]] = {}
    for node in reached:
        if graph.nodes[node][KIND] != COPY:
            continue
        over = above.get(node)
        while over is not None and over != _ROOT:
            behind.setdefault(over, []).append(node)
            over = above.get(over)
    found = [_choke_point(graph, node, copies) for node, copies in behind.items() if node not in start]
    return sorted(found, key=lambda point: (-point.people, -point.copies, point.code))[:count]


def _choke_point(graph: "nx.DiGraph[str]", node: str, copies: Iterable[str]) -> ChokePoint:
    people = _people_of(graph, copies)
    facts = graph.nodes[node]
    return ChokePoint(
        node=node,
        code=facts[CODE],
        name=facts[NAME],
        kind=facts[KIND],
        copies=len(list(copies)),
        datasets=tuple(sorted(people)),
        people=round(sum(people.values())),
    )


def _people_of(graph: "nx.DiGraph[str]", copies: Iterable[str]) -> dict[str, float]:
    """Return by dataset the people of its fullest copy among some."""
    people: dict[str, float] = {}
    for node in copies:
        copy = graph.nodes[node]
        people[copy[DATASET]] = max(people.get(copy[DATASET], 0.0), copy[SHARE] * copy[PEOPLE])
    return people


def smallest_cut(
    graph: "nx.DiGraph[str]", start: Collection[str], datasets: Collection[str], searches_max: int = 5_000
) -> Cut:
    """Return the fewest facts to cut so that no copy of some datasets can be reached.

    One fact may own several edges and one edge several facts, so this is a hitting set over routes and not a plain
    minimum cut. Searched by deepening: take a route that is still open, cut each of its facts in turn; routes that
    share no fact need a cut each, which says early where no small cut can be. The minimum is proven when the search
    ends by itself; past `searches_max` open routes the best cut found greedily is returned.
    """
    targets = {
        node for node, facts in graph.nodes.items() if facts[KIND] == COPY and facts[DATASET] in datasets
    }  # fmt: skip
    between = _between(graph, start, targets)
    ways = _Ways(graph, frozenset(start), targets & between, between)
    greedy = ways.greedy_cut()
    if greedy is None:
        return Cut(facts=(), is_smallest=True, is_possible=False)
    ways.searches_left = searches_max
    for size in range(ways.cuts_needed(frozenset(), len(greedy)), len(greedy)):
        found = ways.cut_of_size(frozenset(), size)
        if found is not None:
            return Cut(facts=tuple(sorted(found)), is_smallest=ways.searches_left > 0, is_possible=True)
        if ways.searches_left <= 0:
            return Cut(facts=tuple(sorted(greedy)), is_smallest=False, is_possible=True)
    return Cut(facts=tuple(sorted(greedy)), is_smallest=True, is_possible=True)


class _Ways:
    """The open routes between a start and targets while facts are cut."""

    def __init__(self, graph: "nx.DiGraph[str]", start: frozenset[str], targets: set[str], between: set[str]) -> None:
        self._start = sorted(start & between)
        self._targets = targets
        self._onward = {
            node: sorted(
                (onward, tuple(fact for part in edge[PARTS] for fact in part.facts))
                for onward, edge in graph[node].items()
                if onward in between
            )
            for node in between
        }
        self.searches_left = 0

    def open_route(self, cut: Collection[str]) -> list[str] | None:
        """Return one open fact per edge of a shortest open route; None when there is no route."""
        before: dict[str, tuple[str, str] | None] = dict.fromkeys(self._start)
        queue = deque(self._start)
        while queue:
            node = queue.popleft()
            for onward, facts in self._onward[node]:
                if onward in before:
                    continue
                fact = next((fact for fact in facts if fact not in cut), None)
                if fact is None:
                    continue
                before[onward] = (node, fact)
                if onward in self._targets:
                    return self._facts_back(before, onward)
                queue.append(onward)
        return None

    @staticmethod
    def _facts_back(before: Mapping[str, tuple[str, str] | None], node: str) -> list[str]:
        facts = []
        while (step := before[node]) is not None:
            node, fact = step
            facts.append(fact)
        return facts

    def greedy_cut(self) -> set[str] | None:
        """Return some cut without a superfluous fact, None when an open route has no fact to cut."""
        cut: set[str] = set()
        while (route := self.open_route(cut)) is not None:
            cuttable = [fact for fact in route if is_cuttable(fact)]
            if not cuttable:
                return None
            cut.update(cuttable)
        for fact in sorted(cut):
            if self.open_route(cut - {fact}) is None:
                cut.discard(fact)
        return cut

    def cuts_needed(self, cut: Collection[str], most: int) -> int:
        """Return how many facts at least have to be cut besides some, as far as `most`: routes that share none of theirs.

        Every cut holds one of the facts that a route goes by, so routes apart need one each.
        """
        used = set(cut)
        needed = 0
        while needed < most and (route := self.open_route(used)) is not None:
            self.searches_left -= 1
            used.update(fact for fact in route if is_cuttable(fact))
            needed += 1
        return needed

    def cut_of_size(self, cut: frozenset[str], size: int) -> frozenset[str] | None:
        """Return a cut with at most `size` facts more, None when there is none or the search was given up."""
        self.searches_left -= 1
        route = self.open_route(cut) if self.searches_left > 0 else None
        if route is None:
            return cut if self.searches_left > 0 else None
        if size == 0 or self.cuts_needed(cut, size + 1) > size:
            return None
        for fact in dict.fromkeys(route):
            if is_cuttable(fact):
                found = self.cut_of_size(cut | {fact}, size - 1)
                if found is not None or self.searches_left <= 0:
                    return found
        return None
