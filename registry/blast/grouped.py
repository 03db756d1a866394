"""The picture of very many things: the most important ones, and groups by tier of vendor and by system for the rest.

A group opens on demand, its most important members first, as often as it is opened; the table always lists everything.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from registry.blast.reached import ReachedThing
from registry.domain.exposure import exposure
from registry.domain.scenario.routes import Ways
from reports.ring import RingEdge, RingNode
from reports.ring_folding import drawn_edges

__all__ = ["GROUPED_BEYOND", "Grouping", "edges_between", "group", "group_nodes"]

GROUPED_BEYOND = 2000  # things; up to it, only leaves and rings are folded
_HOLDERS_DRAWN, _DATASETS_DRAWN = 12, 6
_OPENED_AT_ONCE = 20
_FACTS_KEPT = 40


@dataclass(frozen=True, slots=True)
class Grouping:
    """What is drawn itself, and the groups that stand for the rest: key -> (title, members)."""

    alone: tuple[ReachedThing, ...]
    groups: Mapping[str, tuple[str, tuple[ReachedThing, ...]]]

    @property
    def folded_into(self) -> dict[str, str]:
        """The group of each thing that is not drawn itself."""
        return {thing.key: key for key, (_, members) in self.groups.items() for thing in members}


def group(things: Sequence[ReachedThing], graph: "nx.DiGraph[str]", opened: Sequence[str]) -> Grouping:
    """Choose what is drawn itself and group the rest; O(n log n).

    `opened` are keys of groups; one that is named twice shows twice as many of its members.
    """
    ranked = sorted((thing for thing in things if not thing.is_start), key=lambda thing: (-_worth(thing), thing.key))
    holders = [thing for thing in ranked if thing.kind != "dataset"]
    datasets = [thing for thing in ranked if thing.kind == "dataset"]
    starts = {thing.key: thing for thing in things if thing.is_start}
    drawn = starts | {thing.key: thing for thing in holders[:_HOLDERS_DRAWN]}
    left = _opened(holders, opened, drawn, lambda thing: _tier(thing, graph))
    at_drawn = frozenset(drawn)
    drawn |= {thing.key: thing for thing in datasets[:_DATASETS_DRAWN]}
    left += _opened(datasets, opened, drawn, lambda thing: _shelf(thing, graph, at_drawn))
    groups: dict[str, tuple[str, list[ReachedThing]]] = {}
    for (key, title), thing in left:
        groups.setdefault(key, (title, []))[1].append(thing)
    for key, (_, members) in list(groups.items()):
        if len(members) == 1:
            drawn[members[0].key] = members[0]
            del groups[key]
    return Grouping(tuple(drawn.values()), {key: (title, tuple(rows)) for key, (title, rows) in sorted(groups.items())})


_Named = tuple[str, str]


def _opened(
    ranked: Sequence[ReachedThing],
    opened: Sequence[str],
    drawn: dict[str, ReachedThing],
    name: Callable[[ReachedThing], _Named],
) -> list[tuple[_Named, ReachedThing]]:
    """Draw the first members of opened groups; return what is left with the key and the title of its group."""
    room: dict[str, int] = defaultdict(int)
    for key in opened:
        room[key] += _OPENED_AT_ONCE
    left = []
    for thing in ranked:
        if thing.key in drawn:
            continue
        named = name(thing)
        if room[named[0]] > 0:
            room[named[0]] -= 1
            drawn[thing.key] = thing
        else:
            left.append((named, thing))
    return left


def _worth(thing: ReachedThing) -> float:
    chance = thing.before or thing.chance
    return chance.value * (thing.people + 1.0)


def _tier(thing: ReachedThing, graph: "nx.DiGraph[str]") -> _Named:
    if thing.kind == "system":
        return "group:systems", "Systems of ours"
    if thing.kind == "process":
        return "group:processes", "Processes"
    return f"group:vendors:{_rank(graph, thing.node)}", f"{_rank_words(_rank(graph, thing.node))} vendors".capitalize()


def _shelf(thing: ReachedThing, graph: "nx.DiGraph[str]", drawn: frozenset[str]) -> _Named:
    """Datasets hang on their holder where it is drawn, else on their tier."""
    holder = thing.key.partition("@")[2]
    if holder in drawn:
        return f"group:data:{holder}", "Datasets"
    vendor = exposure.vendor_node(holder)
    if vendor not in graph:
        return "group:data:ours", "Datasets in our systems"
    rank = _rank(graph, vendor)
    return f"group:data:vendors:{rank}", f"Datasets at {_rank_words(rank)} vendors"


def _rank(graph: "nx.DiGraph[str]", node: str) -> int:
    return int(graph.nodes[node].get(exposure.RANK) or 0) if node in graph else 0


def _rank_words(rank: int) -> str:
    return {0: "other", 1: "direct"}.get(rank, f"rank {rank}")


def group_nodes(grouping: Grouping, *, is_before: bool) -> dict[str, RingNode]:
    """Return one node per group, with the chance of its likeliest member and the people of its fullest."""
    found = {}
    for key, (title, members) in grouping.groups.items():
        chances = [(thing.before or thing.chance if is_before else thing.chance).value for thing in members]
        found[key] = RingNode(
            key=key,
            kind="group",
            label=f"{title}: {len(members):,}",
            hop=min(thing.hops for thing in members),
            chance=max(chances),
            people=max(thing.people for thing in members),
            protected=all(thing.is_protected for thing in members),
            struck=not is_before and all(thing.is_gone for thing in members),
            members=len(members),
        )
    return found


def edges_between(
    ways: Ways, things: Sequence[ReachedThing], folded_into: Mapping[str, str], nodes: Mapping[str, RingNode]
) -> tuple[RingEdge, ...]:
    """Return one edge per drawn pair, as strong as the strongest way behind it."""
    arrays = ways.arrays
    merged = arrays.merged
    keys = list(nodes)
    place = {key: number for number, key in enumerate(keys)}
    shown = np.full(len(arrays.nodes), -1, dtype=np.int64)
    for thing in things:
        number = arrays.number.get(thing.node)
        if number is not None:
            shown[number] = place[folded_into.get(thing.key, thing.key)]
    sources, targets = shown[merged.sources], shown[merged.targets]
    kept = np.flatnonzero((sources >= 0) & (targets >= 0) & (sources != targets))
    pairs = sources[kept] * len(keys) + targets[kept]
    order = np.lexsort((-merged.probabilities[kept], pairs))
    kept, pairs = kept[order], pairs[order]
    firsts = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])) if len(pairs) else np.zeros(0, dtype=np.int64)
    edges = []
    for first, past in zip(firsts.tolist(), [*firsts[1:].tolist(), len(pairs)], strict=True):
        source, target = divmod(int(pairs[first]), len(keys))
        some = kept[first : min(past, first + _FACTS_KEPT)].tolist()
        facts = dict.fromkeys(fact for edge in some for fact in arrays.facts_of_edge(edge))
        chance = float(merged.probabilities[kept[first]])
        edges.append(RingEdge(source=keys[source], target=keys[target], chance=chance, facts=tuple(facts)))
    return drawn_edges(edges, {key: key for key in keys}, list(nodes.values()))
