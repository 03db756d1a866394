"""How much hangs on one nth party or platform: the direct vendors and the people that stand behind it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import networkx as nx

from registry.domain.exposure.exposure import CODE, COPY, DATASET, KIND, NAME, PEOPLE, RANK, SHARE, VENDOR

__all__ = ["Concentration", "concentration"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """What stands behind an nth party or a platform.

    `direct_vendors` are reached from it; `people` are those of the datasets it can expose, the largest share of each,
    without taking overlaps between datasets away.
    """

    code: str
    name: str
    rank: int | None
    direct_vendors: int
    datasets: int
    people: int


def concentration(graph: "nx.DiGraph[str]", platforms: Collection[str] = ()) -> list[Concentration]:
    """Return what stands behind every nth party and platform, the most direct vendors first.

    Parameters
    ----------
    graph
        The exposure graph.
    platforms
        Codes of the vendors registered as platforms.

    Notes
    -----
    Sets of vendors and datasets travel as bits of whole numbers along the strong components in reverse order, so the
    cost is that of one pass over the edges.
    """
    behind = _Behind(graph)
    found = []
    for node, facts in graph.nodes.items():
        is_wanted = facts[KIND] == VENDOR and (facts[CODE] in platforms or (facts[RANK] or 0) > 1)
        if not is_wanted:
            continue
        vendors, people = behind.of(node)
        found.append(
            Concentration(
                code=facts[CODE],
                name=facts[NAME],
                rank=facts[RANK],
                direct_vendors=vendors,
                datasets=len(people),
                people=round(sum(people.values())),
            )
        )
    return sorted(found, key=lambda row: (-row.direct_vendors, -row.people, row.code))


class _Behind:
    """What each node can reach, as bits: direct vendors in one number, copies in another."""

    def __init__(self, graph: "nx.DiGraph[str]") -> None:
        self._graph = graph
        self._copies = [node for node, facts in graph.nodes.items() if facts[KIND] == COPY]
        direct = [node for node, facts in graph.nodes.items() if facts[KIND] == VENDOR and facts[RANK] == 1]
        self._direct_bit = {node: 1 << place for place, node in enumerate(direct)}
        datasets = sorted({graph.nodes[node][DATASET] for node in self._copies})
        # one bit per dataset and distinct share of it: enough for the largest share behind a node
        self._share_bit = {key: 1 << place for place, key in enumerate(self._shares(datasets))}
        self._keys = list(self._share_bit)
        self._vendors: dict[str, int] = {}
        self._shares_behind: dict[str, int] = {}
        self._gather()

    def _shares(self, datasets: list[str]) -> Iterator[tuple[str, float]]:
        by_dataset: dict[str, set[float]] = {dataset: set() for dataset in datasets}
        for node in self._copies:
            copy = self._graph.nodes[node]
            by_dataset[copy[DATASET]].add(copy[SHARE] * copy[PEOPLE])
        for dataset, counts in by_dataset.items():
            for count in sorted(counts):
                yield dataset, count

    def _gather(self) -> None:
        # components come out in reverse topological order: what one leads to is complete before it
        for group in nx.strongly_connected_components(self._graph):
            vendors, shares = 0, 0
            for node in group:
                facts = self._graph.nodes[node]
                vendors |= self._direct_bit.get(node, 0)
                if facts[KIND] == COPY:
                    shares |= self._share_bit[facts[DATASET], facts[SHARE] * facts[PEOPLE]]
                for onward in self._graph[node]:
                    vendors |= self._vendors.get(onward, 0)
                    shares |= self._shares_behind.get(onward, 0)
            for node in group:
                self._vendors[node] = vendors
                self._shares_behind[node] = shares

    def of(self, node: str) -> tuple[int, dict[str, float]]:
        """Return how many other direct vendors, and by dataset how many people, are reached from a node."""
        vendors = self._vendors[node] & ~self._direct_bit.get(node, 0)
        shares = self._shares_behind[node]
        people: dict[str, float] = {}
        place = 0
        while shares:
            skipped = (shares & -shares).bit_length()
            place += skipped
            dataset, count = self._keys[place - 1]
            people[dataset] = count  # counts of a dataset stand in rising order
            shares >>= skipped
        return vendors.bit_count(), people
