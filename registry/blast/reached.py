"""What a breach reaches, thing by thing: the rows of the table and, in the same order, the nodes of the picture."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

import networkx as nx

from registry.domain.exposure import exposure
from registry.domain.exposure.exposure import code_of
from registry.domain.register.vocabulary import Protection
from registry.domain.scenario.answer import BlastRadius
from registry.domain.scenario.explain import Route
from registry.domain.scenario.routes import Ways

__all__ = ["Chance", "ReachedThing", "Roads", "chances_of", "reached_things"]

_PROTECTED = frozenset({Protection.ENCRYPTED_OUR_KEY, Protection.TOKENISED})


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance of being reached and its interval; both ends are the chance itself when it is exact."""

    value: float
    low: float
    high: float


# Of a whole graph, for as long as answers computed on it are kept.
_CARRIED: "WeakKeyDictionary[nx.DiGraph[str], dict[str, tuple[float, bool]]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Roads:
    """The likeliest route to each node, told when asked for: of thousands of things a page shows a few."""

    graph: "nx.DiGraph[str]"
    ways: Ways

    def to(self, node: str) -> Route:
        """Return the likeliest route to a node within reach."""
        nodes = self.ways.nodes_to(node)
        probability = 1.0
        facts: dict[str, None] = {}
        for source, target in pairwise(nodes):
            edge = self.graph.edges[source, target]
            probability *= edge[exposure.PROBABILITY]
            facts.update(dict.fromkeys(edge[exposure.FACTS]))
        return Route(nodes=nodes, probability=probability, facts=tuple(facts))

    def steps_to(self, node: str) -> tuple[str, ...]:
        """Return the route in words: facts and the names they lead to, without the start and the thing itself."""
        steps: list[str] = []
        for source, target in pairwise(self.ways.nodes_to(node)):
            steps.append(", ".join(self.graph.edges[source, target][exposure.FACTS]))
            if target != node:
                steps.append(str(self.graph.nodes[target][exposure.NAME]))
        return tuple(steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedThing:
    """One vendor, system, copy of a dataset or process, with the chance that the breach gets there.

    `before` is the chance without the what-ifs, None when none are asked; `is_gone`: the what-ifs keep it safe.
    """

    node: str
    kind: str
    code: str
    name: str
    place: str
    chance: Chance
    hops: int
    people: float
    is_people_assumed: bool
    is_protected: bool
    categories: tuple[str, ...]
    roads: Roads = field(repr=False, compare=False)
    before: Chance | None = None
    is_gone: bool = False

    @property
    def key(self) -> str:
        """The thing as rows and pictures name it; a copy is `D-001@V-0001`."""
        return code_of(self.node)

    @property
    def route(self) -> Route:
        """The likeliest route to it."""
        return self.roads.to(self.node)

    @property
    def steps(self) -> tuple[str, ...]:
        """The likeliest route in words."""
        return self.roads.steps_to(self.node)

    @property
    def is_start(self) -> bool:
        """Whether the breach is assumed to begin here."""
        return self.hops == 0

    @property
    def expected_people(self) -> float:
        """People times chance: what the list is ordered by."""
        return self.chance.value * self.people * (1.0 if self.kind == "dataset" else 0.45)


def chances_of(radius: BlastRadius) -> dict[str, Chance]:
    """Return the chance of every node of the exposure graph that an answer names."""
    rows = (*radius.vendors, *radius.systems, *radius.processes)
    found = {row.node: Chance(row.probability, *row.interval) for row in rows}
    for dataset in radius.datasets:
        found.update({copy.node: Chance(copy.probability, *copy.interval) for copy in dataset.copies})
    return found


def reached_things(
    roads: Roads,
    start: Collection[str],
    chances: Mapping[str, Chance],
    before: Mapping[str, Chance] | None = None,
) -> list[ReachedThing]:
    """Return everything reached, the start first, then the most people expected first.

    Parameters
    ----------
    roads
        Of the exposure graph the answer was computed on; with what-ifs the one before them, so that what they keep
        safe is still shown.
    start
        Node keys of the start.
    chances
        With the what-ifs, when there are any.
    before
        Without the what-ifs; None when there are none.
    """
    carried = _people_carried(roads.graph)
    things = []
    for node, hops in roads.ways.hops_by_key().items():
        was, now = (before or {}).get(node), chances.get(node)
        if node in start:
            now = was = Chance(1.0, 1.0, 1.0)
        if (now is None or now.value <= 0) and (was is None or was.value <= 0):
            continue
        things.append(_thing(roads, node, (now, was if before is not None else None), (hops, carried)))
    return sorted(things, key=_by_expected_people)


def _by_expected_people(thing: ReachedThing) -> tuple[bool, float, float, str]:
    return not thing.is_start, -thing.expected_people, -thing.chance.value, thing.key


def _thing(
    roads: Roads,
    node: str,
    chance: tuple[Chance | None, Chance | None],
    known: tuple[int, Mapping[str, tuple[float, bool]]],
) -> ReachedThing:
    graph, (now, was), (hops, carried) = roads.graph, chance, known
    facts = graph.nodes[node]
    is_copy = facts[exposure.KIND] == exposure.COPY
    is_gone = now is None or now.value <= 0
    people, is_assumed = carried.get(node, (0.0, False))
    shown = was if is_gone and was is not None else now
    assert shown is not None  # the caller leaves out what is reached neither way
    holder = graph.nodes.get(exposure.vendor_node(facts[exposure.HOLDER])) if is_copy else None
    return ReachedThing(
        node=node,
        kind="dataset" if is_copy else facts[exposure.KIND],
        code=facts[exposure.DATASET] if is_copy else facts[exposure.CODE],
        name=facts[exposure.NAME],
        place=_place(graph, node, holder),
        chance=shown,
        hops=hops,
        people=people,
        is_people_assumed=is_assumed,
        is_protected=is_copy and facts[exposure.PROTECTION] in _PROTECTED,
        categories=tuple(facts[exposure.CATEGORIES]) if is_copy else (),
        roads=roads,
        before=was,
        is_gone=is_gone,
    )


def _place(graph: "nx.DiGraph[str]", node: str, holder: Mapping[str, Any] | None) -> str:
    """Say where a thing stands: a copy at or in its holder, a vendor by its rank."""
    facts = graph.nodes[node]
    if facts[exposure.KIND] == exposure.COPY:
        if holder is not None:
            return f"at {holder[exposure.NAME]}"
        system = graph.nodes.get(exposure.system_node(facts[exposure.HOLDER]))
        return f"in {system[exposure.NAME]}" if system is not None else ""
    if facts[exposure.KIND] == exposure.VENDOR:
        rank = facts.get(exposure.RANK)
        return "" if rank is None else "direct" if rank == 1 else f"rank {rank}"
    return "ours"


def _people_carried(graph: "nx.DiGraph[str]") -> dict[str, tuple[float, bool]]:
    """Return people in each copy, and behind each holder at least those of its largest copy; whether that is assumed."""
    known = _CARRIED.get(graph)
    if known is not None:
        return known
    carried: dict[str, tuple[float, bool]] = {}
    for node, facts in graph.nodes(data=True):
        if facts[exposure.KIND] != exposure.COPY:
            continue
        people = float(facts[exposure.SHARE] * facts[exposure.PEOPLE]), bool(facts[exposure.PEOPLE_ASSUMED])
        carried[node] = people
        holder = facts[exposure.HOLDER]
        for key in (exposure.vendor_node(holder), exposure.system_node(holder)):
            if key in graph and people > carried.get(key, (0.0, False)):
                carried[key] = people
    _CARRIED[graph] = carried
    return carried


def most_expected(things: Sequence[ReachedThing]) -> str:
    """Return the key of the thing to look at first; empty when nothing is reached."""
    return next((thing.key for thing in things if not thing.is_start and not thing.is_gone), "")
