"""Writes the exposure graph from the facts that count, one kind of fact after the other."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, TypeVar

import networkx as nx

from registry.domain.exposure.names import (
    CATEGORIES,
    CODE,
    COPY,
    DATASET,
    FACTS,
    HOLDER,
    HOME,
    HOME_SYSTEM,
    KIND,
    MARGIN_PER_DAY,
    NAME,
    PARTS,
    PEOPLE,
    PEOPLE_ASSUMED,
    PROBABILITY,
    PROCESS,
    PROTECTION,
    RANK,
    RTO_HOURS,
    SHARE,
    STORAGE,
    SYSTEM,
    VENDOR,
    WARNINGS,
    WEIGHT,
    EdgePart,
    code_of,
    copy_node,
    process_node,
    system_node,
    vendor_node,
)
from registry.domain.exposure.protection import Safeguards, safeguards_in_place, stronger
from registry.domain.register.facts import Dataset, Flow, Register
from registry.domain.register.flow_quality import flow_warnings
from registry.domain.register.parameters import Parameters
from registry.domain.register.presence import Presence
from registry.domain.register.quality import people_by_dataset, warnings_on
from registry.domain.register.vocabulary import EdgeKind, PlatformUseKind, Protection, ScenarioKind, Storage

__all__ = ["ExposureBuilder"]

_FULLNESS = {storage: place for place, storage in enumerate(reversed(Storage))}
_WEAKNESS = {protection: place for place, protection in enumerate(Protection)}
_HOSTING = PlatformUseKind.HOSTING.value

_Coded = TypeVar("_Coded")
_Attributes = dict[str, Any]
_Gathered = tuple[EdgeKind, str | None, float, tuple[str, ...]]


def _by_code(facts: Iterable[_Coded]) -> list[_Coded]:
    code: Callable[[Any], str] = attrgetter("code")
    return sorted(facts, key=code)


class ExposureBuilder:
    """Writes the graph, fact by fact.

    Nodes and edges go straight into the dictionaries of the graph: with a hundred thousand flows, the checks and copies
    of `add_edges_from` would cost as much again as all the rest. What several facts make together (copies, relations
    of two vendors, hosting) is gathered first and becomes an edge at the end.
    """

    def __init__(self, register: Register, parameters: Parameters, kind: ScenarioKind, presence: Presence) -> None:
        self._register = register
        self._parameters = parameters
        self._kind = kind
        self._presence = presence
        self._forced = parameters.forced_probability
        self._safeguards: dict[str, Safeguards] = safeguards_in_place(register, parameters)
        self._people = people_by_dataset(register, parameters)
        self._holders = {code: vendor_node(code) for code in presence.vendors}
        self._holders.update((system.code, system_node(system.code)) for system in register.systems)
        self._graph: nx.DiGraph[str] = nx.DiGraph()
        self._nodes: dict[str, _Attributes] = self._graph._node  # type: ignore[attr-defined]  # noqa: SLF001  see above
        self._onward: dict[str, dict[str, _Attributes]] = self._graph._succ  # type: ignore[attr-defined]  # noqa: SLF001
        self._back: dict[str, dict[str, _Attributes]] = self._graph._pred  # type: ignore[attr-defined]  # noqa: SLF001
        # node of a copy -> its holder, its likeliest storage and that chance
        self._holds: dict[str, tuple[str, str, float]] = {}
        # (from, to) -> the likeliest kind and variant, that chance, all facts
        self._upstream: dict[tuple[str, str], _Gathered] = {}
        self._hosting: dict[tuple[str, str], _Gathered] = {}
        self._chances: dict[tuple[EdgeKind, str | None], float] = {}
        self._weights: dict[tuple[frozenset[str], Protection], tuple[tuple[str, ...], float]] = {}

    def graph(self) -> "nx.DiGraph[str]":
        """Return the graph; once."""
        self._add_nodes()
        self._add_home_copies()
        for flow in _by_code(self._presence.flows):
            self._add_flow(flow)
        self._weigh_copies()
        self._add_reads_back()
        self._add_access_and_links()
        self._add_hosting_and_platforms()
        self._add_dependencies()
        self._add_gathered()
        self._graph.graph[WARNINGS] = [
            *warnings_on(self._register, self._parameters),
            *flow_warnings(self._register, self._presence, self._people),
        ]
        return self._graph

    # -- chances and edges -----------------------------------------------------------------------------------

    def _chance(self, kind: EdgeKind, variant: str | None, fact: str, typed: float | None = None) -> float:
        """Return p = min(1, p0 x k x max(floor, product of the controls)) of one edge of a fact."""
        if typed is not None:
            chance = typed * self._parameters.scenario_multiplier(self._kind, kind, variant)
        else:
            known = self._chances.get((kind, variant))
            if known is None:
                base = self._parameters.exposure_probability(kind, variant)
                known = base * self._parameters.scenario_multiplier(self._kind, kind, variant)
                self._chances[kind, variant] = known
            chance = known
        safeguards = self._safeguards.get(fact)
        if safeguards is not None:
            chance *= safeguards.factor(kind)
        if self._forced is not None and chance > 0:
            return self._forced
        return min(chance, 1.0)

    def _add_part(self, source: str, target: str, part: EdgePart) -> None:
        """Add one way from a node to another; ways side by side combine as 1 - (1 - p)(1 - q)."""
        if part.probability <= 0:
            return
        edge = self._onward[source].get(target)
        if edge is None:
            edge = {PROBABILITY: part.probability, FACTS: part.facts, PARTS: (part,)}
            self._onward[source][target] = edge
            self._back[target][source] = edge
            return
        edge[PROBABILITY] = 1.0 - (1.0 - edge[PROBABILITY]) * (1.0 - part.probability)
        edge[FACTS] = tuple(sorted({*edge[FACTS], *part.facts}))
        edge[PARTS] = (*edge[PARTS], part)

    def _add_single(
        self, edge: tuple[str, str], kind: EdgeKind, variant: str | None, fact: str, *, typed: float | None = None
    ) -> None:
        chance = self._chance(kind, variant, fact, typed)
        self._add_part(*edge, EdgePart(kind, variant, f"{kind.value}|{fact}", (fact,), chance))

    # -- nodes -----------------------------------------------------------------------------------------------

    def _add_node(self, node: str, attributes: _Attributes) -> None:
        self._nodes[node] = attributes
        self._onward[node] = {}
        self._back[node] = {}

    def _add_nodes(self) -> None:
        ranks = self._presence.ranks
        for vendor in _by_code(self._register.vendors):
            if vendor.code in self._presence.vendors:
                attributes = {KIND: VENDOR, CODE: vendor.code, NAME: vendor.name, RANK: ranks.get(vendor.code)}
                self._add_node(self._holders[vendor.code], attributes)
        for system in _by_code(self._register.systems):
            self._add_node(self._holders[system.code], {KIND: SYSTEM, CODE: system.code, NAME: system.name})
        for process in _by_code(self._register.processes):
            stops: _Attributes = {
                KIND: PROCESS,
                CODE: process.code,
                NAME: process.name,
                RTO_HOURS: process.rto_hours or 0.0,  # not known: the loss begins at once
                MARGIN_PER_DAY: process.margin_per_day or 0.0,
            }
            self._add_node(process_node(process.code), stops)

    def _new_copy(self, dataset: Dataset, holder: str, taken: _Attributes) -> None:
        code = f"{dataset.code}@{holder}"
        attributes = {
            KIND: COPY,
            CODE: code,
            NAME: dataset.name,
            DATASET: dataset.code,
            HOLDER: holder,
            HOME: self._holders[dataset.system],
            PEOPLE: self._people[dataset.code],
            PEOPLE_ASSUMED: dataset.people is None,
            **taken,
        }
        self._add_node(f"{COPY}:{code}", attributes)

    def _weigh_copies(self) -> None:
        """Finish what depends on all flows of a copy: its categories in order, and its cost weight."""
        for node in self._holds:
            attributes = self._nodes[node]
            key = attributes[CATEGORIES], attributes[PROTECTION]
            known = self._weights.get(key)
            if known is None:
                known = tuple(sorted(key[0])), self._parameters.copy_weight(*key)
                self._weights[key] = known
            attributes[CATEGORIES], attributes[WEIGHT] = known

    # -- facts -----------------------------------------------------------------------------------------------

    def _add_home_copies(self) -> None:
        for dataset in _by_code(self._register.datasets):
            safeguards = self._safeguards.get(dataset.system)
            taken = {
                SHARE: 1.0 if safeguards is None else safeguards.share,
                STORAGE: HOME_SYSTEM,
                PROTECTION: Protection.NONE if safeguards is None else safeguards.protection,
                CATEGORIES: frozenset(dataset.categories),
                FACTS: (dataset.code,),
            }
            self._new_copy(dataset, dataset.system, taken)
            chance = self._chance(EdgeKind.HOLDS, HOME_SYSTEM, dataset.system)
            node = copy_node(dataset.code, dataset.system)
            self._holds[node] = self._holders[dataset.system], HOME_SYSTEM, chance

    def _add_flow(self, flow: Flow) -> None:
        code = flow.code
        recipient = self._holders[flow.recipient]
        if flow.sender in self._presence.vendors:
            chance = self._chance(EdgeKind.UPSTREAM, None, code)
            self._gather(
                self._upstream, (recipient, self._holders[flow.sender]), code, (EdgeKind.UPSTREAM, None, chance)
            )
        storage = flow.storage
        if storage is Storage.NONE:
            return
        dataset = self._register.dataset_by_code[flow.dataset]
        share, protection = self._share_of(flow), flow.protection
        safeguards = self._safeguards.get(code)
        if safeguards is not None:
            share *= safeguards.share
            protection = stronger(protection, safeguards.protection)
        chance = self._chance(EdgeKind.HOLDS, storage.value, code, flow.probability)
        categories = frozenset(flow.categories or dataset.categories)
        node = f"{COPY}:{flow.dataset}@{flow.recipient}"
        known = self._holds.get(node)
        if known is None:
            taken = {SHARE: share, STORAGE: storage, PROTECTION: protection, CATEGORIES: categories, FACTS: (code,)}
            self._new_copy(dataset, flow.recipient, taken)
            self._holds[node] = recipient, storage.value, chance
            return
        copy = self._nodes[node]
        copy[SHARE] = max(copy[SHARE], share)
        copy[STORAGE] = max(copy[STORAGE], storage, key=_FULLNESS.__getitem__)
        copy[PROTECTION] = min(copy[PROTECTION], protection, key=_WEAKNESS.__getitem__)
        copy[CATEGORIES] |= categories
        copy[FACTS] = (*copy[FACTS], code)
        if chance > known[2]:
            self._holds[node] = recipient, storage.value, chance

    def _share_of(self, flow: Flow) -> float:
        if flow.people_share is not None:
            return flow.people_share
        if flow.people is not None:
            people = self._people[flow.dataset]
            return min(1.0, flow.people / people) if people else 0.0
        return 1.0

    def _add_reads_back(self) -> None:
        for flow in _by_code(flow for flow in self._presence.flows if flow.sender_reads_back):
            if flow.storage is not Storage.NONE:
                edge = self._holders[flow.sender], copy_node(flow.dataset, flow.recipient)
                self._add_single(edge, EdgeKind.READS_BACK, None, flow.code)

    def _add_access_and_links(self) -> None:
        for access in _by_code(self._presence.access):
            edge = self._holders[access.vendor], self._holders[access.system]
            self._add_single(edge, EdgeKind.PIVOT, access.kind.value, access.code, typed=access.probability)
        for link in _by_code(self._register.links):
            edge = self._holders[link.from_system], self._holders[link.to_system]
            self._add_single(edge, EdgeKind.LATERAL, link.kind.value, link.code, typed=link.probability)

    def _add_hosting_and_platforms(self) -> None:
        for system in _by_code(self._register.systems):
            if system.hosted_by is not None and system.hosted_by not in self._presence.gone:
                edge = self._holders[system.hosted_by], self._holders[system.code]
                chance = self._chance(EdgeKind.HOSTING, None, system.code)
                self._gather(self._hosting, edge, system.code, (EdgeKind.HOSTING, None, chance))
        for use in _by_code(self._presence.platform_uses):
            edge = self._holders[use.platform], self._holders[use.user]
            if use.kind is PlatformUseKind.HOSTING:
                chance = self._chance(EdgeKind.COMMON_CAUSE, _HOSTING, use.code, use.probability)
                self._gather(self._hosting, edge, use.code, (EdgeKind.COMMON_CAUSE, _HOSTING, chance))
            else:
                self._add_single(edge, EdgeKind.COMMON_CAUSE, use.kind.value, use.code, typed=use.probability)

    def _add_dependencies(self) -> None:
        processes = self._register.process_by_code
        for row in _by_code(self._presence.dependencies):
            edge = self._holders[row.depends_on], process_node(processes[row.process].code)
            self._add_single(edge, EdgeKind.AVAILABILITY, None, row.code, typed=row.probability)

    # -- what several facts make together --------------------------------------------------------------------

    @staticmethod
    def _gather(
        into: dict[tuple[str, str], _Gathered],
        edge: tuple[str, str],
        fact: str,
        offered: tuple[EdgeKind, str | None, float],
    ) -> None:
        known = into.get(edge)
        if known is None:
            into[edge] = (*offered, (fact,))
        else:
            likeliest = offered if offered[2] > known[2] else known[:3]
            into[edge] = (*likeliest, (*known[3], fact))

    def _add_gathered(self) -> None:
        """Write the edges of copies and merged relations; their identity names the thing, not one of its facts."""
        for node, (holder, variant, chance) in self._holds.items():
            attributes = self._nodes[node]
            identity, facts = f"holds|{attributes[CODE]}", attributes[FACTS]
            self._add_part(holder, node, EdgePart(EdgeKind.HOLDS, variant, identity, facts, chance))
        for family, gathered in (("upstream", self._upstream), ("hosting", self._hosting)):
            for (source, target), (kind, kind_variant, likeliest, together) in gathered.items():
                identity = f"{family}|{code_of(source)}>{code_of(target)}"
                part = EdgePart(kind, kind_variant, identity, tuple(sorted(together)), likeliest)
                self._add_part(source, target, part)
