"""Turns a case of the public back-test file into a register: who was hit, through whom, how many people.

Nodes become facts by their type: a vendor, platform or group is a vendor; so is a system that a vendor runs. A system
that a vendor only enters is one of ours. A client organisation is a segment and a dataset in a home system of its own,
given to whoever held it; without people it is a process that stops. A dataset lies in the system that stores it.
"""

from dataclasses import dataclass, replace

from registry.domain.register.facts import (
    Access,
    Coverage,
    Dataset,
    Dependency,
    Fact,
    Flow,
    Link,
    Organisation,
    PlatformUse,
    Process,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import AccessKind, LinkKind, PlatformUseKind, Relationship, ScenarioKind

VENDOR_TYPES = {"vendor", "software_vendor", "platform", "group"}


@dataclass(frozen=True)
class Case:
    """A register, where it starts, and what each code of it stands for in the case."""

    register: Register
    start: str
    kind: ScenarioKind
    nodes: dict[str, str]


class _Mapping:
    def __init__(self, case):
        self.types = {node["id"]: node["type"] for node in case["nodes"]}
        self.edges = case["edges"]
        self.facts: dict[str, list[Fact]] = {}
        self.codes: dict[str, str] = {}
        self.shared_total = None
        unknown = [e for e in self.edges if self.types[e["to"]] == "organisation" and e["people"] is None]
        known = [e for e in self.edges if e["people"]]
        self.is_outage = not known
        if unknown and known:
            # people nobody counted are somewhere within the disclosed total: one population that all clients share
            self.shared_total = max(
                value for value in case["totals"].values() if isinstance(value, int) and value < 13e6
            )

    def add(self, field, fact_type, /, **values):
        number = len(self.facts.get(field, ())) + 1
        code = f"{fact_type.PREFIX}-{number:04d}" if fact_type.PREFIX else None
        fact = fact_type(code=code, **values) if code else fact_type(**values)
        self.facts.setdefault(field, []).append(fact)
        return code

    def is_vendor(self, node):
        runs = any(e["to"] == node and e["relation"] == "operates" for e in self.edges)
        return self.types[node] in VENDOR_TYPES or runs

    def add_nodes(self):
        for node, kind in self.types.items():
            if self.is_vendor(node):
                relationship = Relationship.PLATFORM if kind in {"platform", "system"} else Relationship.DIRECT
                self.codes[node] = self.add("vendors", Vendor, name=node, relationship=relationship)
            elif kind == "system":
                self.codes[node] = self.add("systems", System, name=node)
            elif kind == "organisation" and self.is_outage:
                self.codes[node] = self.add("processes", Process, name=node)
            elif kind == "organisation":
                home = self.add("systems", System, name=f"home of {node}")
                self.add_dataset(node, home, self.people_of(node))
        for edge in self.edges:
            if self.types[edge["to"]] == "dataset":
                self.add_dataset(edge["to"], self.codes[edge["from"]], edge["people"])

    def people_of(self, node):
        return next(edge["people"] for edge in self.edges if edge["to"] == node)

    def add_dataset(self, node, home, people):
        self.codes[node] = self.add("datasets", Dataset, name=node, system=home, categories=("user",), people=people)
        if self.types[node] == "organisation" and self.shared_total is None:
            segment = self.add("segments", Segment, name=node, people=people)
            self.add("coverage", Coverage, dataset=self.codes[node], segment=segment, share=1.0)

    def share_one_population(self):
        """Lay datasets of one organisation, or clients of unknown size, over the same people."""
        datasets = self.facts.get("datasets", [])
        total = self.shared_total
        if total is None and any(kind == "dataset" for kind in self.types.values()):
            total = sum(row.people for row in datasets)
        if total is not None:
            segment = self.add("segments", Segment, name="everyone", people=total)
            for row in datasets:
                share = 1.0 if row.people is None else row.people / total
                self.add("coverage", Coverage, dataset=row.code, segment=segment, share=share)

    def add_edges(self):
        for edge in self.edges:
            source, target = edge["from"], edge["to"]
            kind = self.types[target]
            if kind == "dataset":
                continue
            if kind == "organisation":
                self.add_client(edge)
            elif self.is_vendor(source) and self.is_vendor(target):
                self.add_between_vendors(edge)
            elif self.is_vendor(source):
                self.add(
                    "access", Access, vendor=self.codes[source], system=self.codes[target], kind=AccessKind.NETWORK
                )
            else:
                link = {"from_system": self.codes[source], "to_system": self.codes[target]}
                self.add("links", Link, **link, kind=LinkKind.FLAT_NETWORK)

    def add_client(self, edge):
        holder, code = self.codes[edge["from"]], self.codes[edge["to"]]
        if self.is_outage:
            self.add("dependencies", Dependency, process=code, depends_on=holder)
            return
        home = next(row.system for row in self.facts["datasets"] if row.code == code)
        blocked = {"probability": 0.0, "probability_reason": "blocked"} if "blocked" in edge["relation"] else {}
        self.add("flows", Flow, sender=home, recipient=holder, dataset=code, **blocked)

    def add_between_vendors(self, edge):
        source, target = self.codes[edge["from"]], self.codes[edge["to"]]
        clients = [e["to"] for e in self.edges if e["from"] == edge["to"] and self.types[e["to"]] == "organisation"]
        if "processor" in edge["relation"]:
            for client in clients:
                self.add("flows", Flow, sender=target, recipient=source, dataset=self.codes[client])
        else:
            kind = PlatformUseKind.REMOTE_MANAGEMENT if "admin" in edge["relation"] else PlatformUseKind.SOFTWARE_UPDATE
            self.add("platform_uses", PlatformUse, platform=source, user=target, kind=kind)


def register_of_case(case) -> Case:
    """Map a case; it starts at the node that nothing leads to."""
    mapping = _Mapping(case)
    mapping.add_nodes()
    mapping.share_one_population()
    mapping.add_edges()
    register = Register(
        organisation=Organisation(name=case["id"], sector="healthcare", country="US", customers=mapping.shared_total),
        **{field: tuple(facts) for field, facts in mapping.facts.items()},
    )
    targets = {edge["to"] for edge in case["edges"]}
    start = next(node for node in mapping.types if node not in targets and mapping.is_vendor(node))
    kind = ScenarioKind.RANSOMWARE_THEFT if mapping.is_outage else ScenarioKind.DATA_THEFT
    return Case(register, mapping.codes[start], kind, {code: node for node, code in mapping.codes.items()})


def without_blocks(case: Case) -> Case:
    """Return the case as if nothing had been blocked."""
    flows = tuple(replace(flow, probability=None, probability_reason=None) for flow in case.register.flows)
    return replace(case, register=replace(case.register, flows=flows))
