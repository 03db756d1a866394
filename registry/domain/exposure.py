"""From facts to the exposure graph: who and what is compromised when something else is (model section 2).

Edges run the way compromise travels, often against the way data was sent. Every edge keeps the codes of the facts
it comes from and the separate *parts* it is combined of: the cascade draws each part on its own identity, so that
cutting one fact leaves the luck of all others untouched. The names of node and edge attributes live in this module
only. Facts are taken in the order of their codes, so the graph does not depend on the order of rows.
"""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar

import networkx as nx

from registry.domain.errors import InvalidRegister, UnknownCode
from registry.domain.facts import Dataset, Flow, Register
from registry.domain.flow_quality import flow_warnings
from registry.domain.parameters import Parameters
from registry.domain.presence import Presence, presence_at
from registry.domain.problems import errors_of
from registry.domain.protection import Safeguards, safeguards_in_place, stronger
from registry.domain.quality import assumed_people, warnings_on
from registry.domain.rules import check
from registry.domain.vocabulary import EdgeKind, PlatformUseKind, Protection, ScenarioKind, Storage

__all__ = [
    "CATEGORIES",
    "CODE",
    "COPY",
    "DATASET",
    "FACTS",
    "HOLDER",
    "HOME",
    "HOME_SYSTEM",
    "KIND",
    "MARGIN_PER_DAY",
    "NAME",
    "PARTS",
    "PEOPLE",
    "PEOPLE_ASSUMED",
    "PROBABILITY",
    "PROCESS",
    "PROTECTION",
    "RANK",
    "RTO_HOURS",
    "SHARE",
    "STORAGE",
    "SYSTEM",
    "VENDOR",
    "WARNINGS",
    "WEIGHT",
    "EdgePart",
    "build",
    "code_of",
    "copy_node",
    "node_of",
    "people_by_dataset",
    "process_node",
    "system_node",
    "vendor_node",
]

# values of the node attribute `kind`
VENDOR: Final = "vendor"
SYSTEM: Final = "system"
COPY: Final = "copy"
PROCESS: Final = "process"

# attributes of nodes
KIND: Final = "kind"
CODE: Final = "code"
NAME: Final = "name"
RANK: Final = "rank"  # vendors: fewest flow or access steps from our systems; None when there are none
DATASET: Final = "dataset"
HOLDER: Final = "holder"
SHARE: Final = "share"  # of the dataset's people, after exposure controls
STORAGE: Final = "storage"  # a Storage, or HOME_SYSTEM
PROTECTION: Final = "protection"
CATEGORIES: Final = "categories"
WEIGHT: Final = "weight"
HOME: Final = "home"  # key of the node of the dataset's home system
PEOPLE: Final = "people"  # of the whole dataset
PEOPLE_ASSUMED: Final = "people_assumed"  # nobody counted them
RTO_HOURS: Final = "rto_hours"
MARGIN_PER_DAY: Final = "margin_per_day"

# attributes of edges (`facts` also of copies) and of the graph
PROBABILITY: Final = "probability"
FACTS: Final = "facts"
PARTS: Final = "parts"
WARNINGS: Final = "warnings"

HOME_SYSTEM: Final = "home_system"

_FULLNESS = {storage: place for place, storage in enumerate(reversed(Storage))}
_WEAKNESS = {protection: place for place, protection in enumerate(Protection)}
_HOSTING = PlatformUseKind.HOSTING.value

_Coded = TypeVar("_Coded")


class EdgePart(NamedTuple):
    """One independent way along an edge: what is drawn, and by which identity.

    `identity` is `kind|fact code`; where several facts make one thing it names the thing: `holds|D-001@V-0001`,
    `upstream|V-0002>V-0001`, `hosting|V-0001>S-001`.
    """

    kind: EdgeKind
    variant: str | None
    identity: str
    facts: tuple[str, ...]
    probability: float


def vendor_node(code: str) -> str:
    """Return the node key of a vendor."""
    return f"{VENDOR}:{code}"


def system_node(code: str) -> str:
    """Return the node key of a system."""
    return f"{SYSTEM}:{code}"


def process_node(code: str) -> str:
    """Return the node key of a business process."""
    return f"{PROCESS}:{code}"


def copy_node(dataset: str, holder: str) -> str:
    """Return the node key of a dataset's copy at a holder (a vendor or a system, by code)."""
    return f"{COPY}:{dataset}@{holder}"


def code_of(node: str) -> str:
    """Return what a node is called in routes and messages.

    >>> code_of("copy:D-001@V-0001")
    'D-001@V-0001'
    """
    return node.partition(":")[2]


def node_of(register: Register, code: str) -> str:
    """Return the node key of a vendor or system; raises UnknownCode."""
    if code in register.vendor_by_code:
        return vendor_node(code)
    if code in register.system_by_code:
        return system_node(code)
    raise UnknownCode(code, "vendor or system")


def build(
    register: Register,
    parameters: Parameters,
    *,
    kind: ScenarioKind,
    as_of: date,
    start: Collection[str] = (),
) -> "nx.DiGraph[str]":
    """Build the exposure graph of a register at a date, for one kind of scenario.

    Parameters
    ----------
    register
        The facts. Its sheet of changed parameters is *not* applied here: see `registry.domain.scenario.prepare`.
    parameters
        Those in force.
    kind
        Its multipliers scale the edges; edges it cannot travel (probability 0) are left out.
    as_of
        The day asked about: flows not yet started, or ended and certified deleted by then, do not count.
    start
        Codes of vendors and systems the scenario starts from; facts of a prospect count only when it is one of them.

    Returns
    -------
    nx.DiGraph
        Nodes `vendor:CODE`, `system:CODE`, `copy:DATASET@HOLDER`, `process:CODE` with the attributes named by the
        constants of this module; edges with `probability`, `facts` and `parts`; `graph.graph["warnings"]` holds the
        problems of model section 2.

    Raises
    ------
    UnknownCode
        A start code that is neither a vendor nor a system.
    InvalidRegister
        A reference to a fact that does not exist; carries every error of the register.

    Notes
    -----
    Linear in facts; pauses the garbage collector, which otherwise doubles the time on 100,000 flows.
    """
    for code in start:
        node_of(register, code)
    with _collector_paused():
        try:
            return _Builder(register, parameters, kind, presence_at(register, as_of, start)).graph()
        except KeyError:
            problems = errors_of(check(register))
            if problems:
                raise InvalidRegister(problems) from None
            raise


def people_by_dataset(register: Register, parameters: Parameters) -> dict[str, int]:
    """Return how many people each dataset counts for; unknown ones at their worst (model section 1).

    A flow that passes more people than are assumed raises the assumption: at least those are there.
    """
    assumed = assumed_people(register, parameters)
    people = {dataset.code: assumed if dataset.people is None else dataset.people for dataset in register.datasets}
    unknown = {dataset.code for dataset in register.datasets if dataset.people is None}
    if unknown:
        for flow in register.flows:
            if flow.people is not None and flow.dataset in unknown:
                people[flow.dataset] = max(people[flow.dataset], flow.people)
    return people


@contextmanager
def _collector_paused() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _by_code(facts: Iterable[_Coded]) -> list[_Coded]:
    code: Callable[[Any], str] = attrgetter("code")
    return sorted(facts, key=code)


@dataclass(slots=True)
class _Copy:
    """A copy while its flows are merged: the worst of each (model section 2)."""

    dataset: Dataset
    holder: str
    holder_node: str
    share: float
    storage: str
    protection: Protection
    categories: frozenset[str]
    facts: list[str]
    probability: float
    variant: str


@dataclass(slots=True)
class _Merged:
    """Several facts that make one relationship: the likeliest of them counts."""

    kind: EdgeKind
    variant: str | None
    probability: float
    facts: list[str] = field(default_factory=list)


class _Builder:
    """Gathers nodes, copies and parts of edges, then writes the graph."""

    def __init__(self, register: Register, parameters: Parameters, kind: ScenarioKind, presence: Presence) -> None:
        self._register = register
        self._parameters = parameters
        self._kind = kind
        self._presence = presence
        self._safeguards: dict[str, Safeguards] = safeguards_in_place(register, parameters)
        self._people = people_by_dataset(register, parameters)
        self._vendor_nodes = {code: vendor_node(code) for code in presence.vendors}
        self._system_nodes = {system.code: system_node(system.code) for system in register.systems}
        self._holder_nodes = {**self._vendor_nodes, **self._system_nodes}
        self._copies: dict[tuple[str, str], _Copy] = {}
        self._upstream: dict[tuple[str, str], _Merged] = {}
        self._hosting: dict[tuple[str, str], _Merged] = {}
        self._parts: dict[tuple[str, str], list[EdgePart]] = {}
        self._rates: dict[tuple[EdgeKind, str | None], tuple[float, float]] = {}
        self._category_sets: dict[tuple[str, ...], frozenset[str]] = {}

    def graph(self) -> "nx.DiGraph[str]":
        self._add_home_copies()
        for flow in _by_code(self._presence.flows):
            self._add_flow(flow)
        self._add_reads_back()
        self._add_access_and_links()
        self._add_hosting_and_platforms()
        self._add_dependencies()
        self._close_merged()
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self._nodes())
        graph.add_edges_from(self._edges())
        graph.graph[WARNINGS] = [
            *warnings_on(self._register, self._parameters),
            *flow_warnings(self._register, self._presence, self._people),
        ]
        return graph

    # -- chances ---------------------------------------------------------------------------------------------

    def _chance(self, kind: EdgeKind, variant: str | None, fact: str, typed: float | None = None) -> float:
        """Return p = min(1, p0 x k x max(floor, product of the controls)) of one edge of a fact."""
        rate = self._rates.get((kind, variant))
        if rate is None:
            rate = (
                self._parameters.exposure_probability(kind, variant),
                self._parameters.scenario_multiplier(self._kind, kind, variant),
            )
            self._rates[kind, variant] = rate
        base, multiplier = rate
        chance = (base if typed is None else typed) * multiplier
        safeguards = self._safeguards.get(fact)
        if safeguards is not None:
            chance *= safeguards.factor(kind)
        forced = self._parameters.forced_probability
        if forced is not None and chance > 0:
            return forced
        return min(1.0, chance)

    def _add_part(self, edge: tuple[str, str], part: EdgePart) -> None:
        if part.probability > 0:
            self._parts.setdefault(edge, []).append(part)

    def _merge(
        self,
        into: dict[tuple[str, str], _Merged],
        edge: tuple[str, str],
        fact: str,
        offered: tuple[EdgeKind, str | None, float],
    ) -> None:
        kind, variant, chance = offered
        merged = into.get(edge)
        if merged is None:
            merged = into[edge] = _Merged(kind, variant, chance)
        elif chance > merged.probability:
            merged.kind, merged.variant, merged.probability = kind, variant, chance
        merged.facts.append(fact)

    # -- facts -----------------------------------------------------------------------------------------------

    def _add_home_copies(self) -> None:
        for dataset in _by_code(self._register.datasets):
            safeguards = self._safeguards.get(dataset.system)
            self._copies[dataset.code, dataset.system] = _Copy(
                dataset=dataset,
                holder=dataset.system,
                holder_node=self._system_nodes[dataset.system],
                share=1.0 if safeguards is None else safeguards.share,
                storage=HOME_SYSTEM,
                protection=Protection.NONE if safeguards is None else safeguards.protection,
                categories=self._category_set(dataset.categories),
                facts=[dataset.code],
                probability=self._chance(EdgeKind.HOLDS, HOME_SYSTEM, dataset.system),
                variant=HOME_SYSTEM,
            )

    def _category_set(self, categories: tuple[str, ...]) -> frozenset[str]:
        known = self._category_sets.get(categories)
        if known is None:
            known = self._category_sets[categories] = frozenset(categories)
        return known

    def _add_flow(self, flow: Flow) -> None:
        if flow.sender in self._vendor_nodes:
            pair = self._vendor_nodes[flow.recipient], self._vendor_nodes[flow.sender]
            chance = self._chance(EdgeKind.UPSTREAM, None, flow.code)
            self._merge(self._upstream, pair, flow.code, (EdgeKind.UPSTREAM, None, chance))
        if flow.storage is Storage.NONE:
            return
        dataset = self._register.dataset_by_code[flow.dataset]
        share, protection = self._share_of(flow), flow.protection
        safeguards = self._safeguards.get(flow.code)
        if safeguards is not None:
            share *= safeguards.share
            protection = stronger(protection, safeguards.protection)
        chance = self._chance(EdgeKind.HOLDS, flow.storage.value, flow.code, flow.probability)
        categories = self._category_set(flow.categories or dataset.categories)
        key = (flow.dataset, flow.recipient)
        copy = self._copies.get(key)
        if copy is None:
            self._copies[key] = _Copy(
                dataset, flow.recipient, self._vendor_nodes[flow.recipient], share, flow.storage, protection,
                categories, [flow.code], chance, flow.storage.value,
            )  # fmt: skip
            return
        copy.share = max(copy.share, share)
        copy.storage = max(Storage(copy.storage), flow.storage, key=_FULLNESS.__getitem__)
        copy.protection = min(copy.protection, protection, key=_WEAKNESS.__getitem__)
        copy.categories |= categories
        copy.facts.append(flow.code)
        if chance > copy.probability:
            copy.probability, copy.variant = chance, flow.storage.value

    def _share_of(self, flow: Flow) -> float:
        if flow.people_share is not None:
            return flow.people_share
        if flow.people is not None:
            people = self._people[flow.dataset]
            return min(1.0, flow.people / people) if people else 0.0
        return 1.0

    def _add_reads_back(self) -> None:
        for flow in _by_code(flow for flow in self._presence.flows if flow.sender_reads_back):
            if flow.storage is Storage.NONE:
                continue
            edge = self._holder_nodes[flow.sender], copy_node(flow.dataset, flow.recipient)
            self._add_single(edge, EdgeKind.READS_BACK, None, flow.code)

    def _add_single(
        self, edge: tuple[str, str], kind: EdgeKind, variant: str | None, fact: str, *, typed: float | None = None
    ) -> None:
        chance = self._chance(kind, variant, fact, typed)
        self._add_part(edge, EdgePart(kind, variant, f"{kind}|{fact}", (fact,), chance))

    def _add_access_and_links(self) -> None:
        for access in _by_code(self._presence.access):
            edge = self._vendor_nodes[access.vendor], self._system_nodes[access.system]
            self._add_single(edge, EdgeKind.PIVOT, access.kind.value, access.code, typed=access.probability)
        for link in _by_code(self._register.links):
            edge = self._system_nodes[link.from_system], self._system_nodes[link.to_system]
            self._add_single(edge, EdgeKind.LATERAL, link.kind.value, link.code, typed=link.probability)

    def _add_hosting_and_platforms(self) -> None:
        for system in _by_code(self._register.systems):
            if system.hosted_by is not None and system.hosted_by not in self._presence.gone:
                edge = self._vendor_nodes[system.hosted_by], self._system_nodes[system.code]
                chance = self._chance(EdgeKind.HOSTING, None, system.code)
                self._merge(self._hosting, edge, system.code, (EdgeKind.HOSTING, None, chance))
        for use in _by_code(self._presence.platform_uses):
            edge = self._vendor_nodes[use.platform], self._holder_nodes[use.user]
            if use.kind is PlatformUseKind.HOSTING:
                chance = self._chance(EdgeKind.COMMON_CAUSE, _HOSTING, use.code, use.probability)
                self._merge(self._hosting, edge, use.code, (EdgeKind.COMMON_CAUSE, _HOSTING, chance))
            else:
                self._add_single(edge, EdgeKind.COMMON_CAUSE, use.kind.value, use.code, typed=use.probability)

    def _add_dependencies(self) -> None:
        processes = self._register.process_by_code
        for dependency in _by_code(self._presence.dependencies):
            process = processes[dependency.process].code
            edge = self._holder_nodes[dependency.depends_on], process_node(process)
            self._add_single(edge, EdgeKind.AVAILABILITY, None, dependency.code, typed=dependency.probability)

    def _close_merged(self) -> None:
        """Turn copies and merged relationships into parts; their identity names the thing, not one of its facts."""
        for (dataset, holder), copy in self._copies.items():
            name = f"{dataset}@{holder}"
            identity = f"{EdgeKind.HOLDS}|{name}"
            part = EdgePart(EdgeKind.HOLDS, copy.variant, identity, tuple(copy.facts), copy.probability)
            self._add_part((copy.holder_node, f"{COPY}:{name}"), part)
        for family, merged_edges in (("upstream", self._upstream), ("hosting", self._hosting)):
            for (source, target), merged in merged_edges.items():
                identity = f"{family}|{code_of(source)}>{code_of(target)}"
                facts = tuple(sorted(merged.facts))
                part = EdgePart(merged.kind, merged.variant, identity, facts, merged.probability)
                self._add_part((source, target), part)

    # -- writing ---------------------------------------------------------------------------------------------

    def _nodes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        ranks = self._presence.ranks
        for vendor in _by_code(self._register.vendors):
            if vendor.code in self._vendor_nodes:
                rank = ranks.get(vendor.code)
                yield (
                    self._vendor_nodes[vendor.code],
                    {KIND: VENDOR, CODE: vendor.code, NAME: vendor.name, RANK: rank},
                )
        for system in _by_code(self._register.systems):
            yield self._system_nodes[system.code], {KIND: SYSTEM, CODE: system.code, NAME: system.name}
        for copy in self._copies.values():
            yield self._copy_node(copy)
        for process in _by_code(self._register.processes):
            yield (
                process_node(process.code),
                {
                    KIND: PROCESS,
                    CODE: process.code,
                    NAME: process.name,
                    RTO_HOURS: process.rto_hours or 0.0,  # not known: stops counting at once
                    MARGIN_PER_DAY: process.margin_per_day or 0.0,
                },
            )

    def _copy_node(self, copy: _Copy) -> tuple[str, dict[str, Any]]:
        dataset = copy.dataset
        code = f"{dataset.code}@{copy.holder}"
        categories = tuple(sorted(copy.categories))
        return f"{COPY}:{code}", {
            KIND: COPY,
            CODE: code,
            NAME: dataset.name,
            DATASET: dataset.code,
            HOLDER: copy.holder,
            SHARE: copy.share,
            STORAGE: copy.storage,
            PROTECTION: copy.protection,
            CATEGORIES: categories,
            WEIGHT: self._parameters.copy_weight(categories, copy.protection),
            HOME: self._system_nodes[dataset.system],
            FACTS: tuple(copy.facts),
            PEOPLE: self._people[dataset.code],
            PEOPLE_ASSUMED: dataset.people is None,
        }

    def _edges(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for (source, target), parts in self._parts.items():
            if len(parts) == 1:
                part = parts[0]
                attributes = {PROBABILITY: part.probability, FACTS: part.facts, PARTS: (part,)}
            else:
                missed = 1.0
                for part in parts:
                    missed *= 1.0 - part.probability
                facts = tuple(sorted({fact for part in parts for fact in part.facts}))
                attributes = {PROBABILITY: 1.0 - missed, FACTS: facts, PARTS: tuple(parts)}
            yield source, target, attributes
