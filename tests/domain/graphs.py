"""Small exposure graphs by hand, for oracles that need no register."""

from collections.abc import Iterable

import networkx as nx
import numpy as np

from registry.domain.exposure.arrays import Arrays, compile_arrays
from registry.domain.exposure.exposure import EdgePart
from registry.domain.exposure.population import Population, compile_population
from registry.domain.kernel.inputs import Luck
from registry.domain.register.facts import Coverage, Dataset, Jurisdiction, Organisation, Register, Segment, System
from registry.domain.register.vocabulary import EdgeKind


def graph_of(edges: Iterable[tuple[str, str, float]], **copies: dict) -> nx.DiGraph:
    """Edges between node keys; `copy:` nodes take attributes from `copies` by holder."""
    graph = nx.DiGraph()
    for position, (tail, head, probability) in enumerate(edges):
        for key in (tail, head):
            if key not in graph:
                graph.add_node(key, **_attributes(key, copies))
        part = EdgePart(EdgeKind.PIVOT, "admin", f"test|{tail}|{head}|{position}", (f"A-{position:03d}",), probability)
        parts = graph.edges[tail, head]["parts"] if graph.has_edge(tail, head) else ()
        graph.add_edge(tail, head, parts=(*parts, part))
    return graph


def _attributes(key: str, copies: dict[str, dict]) -> dict:
    kind, _, code = key.partition(":")
    attributes = {"kind": kind, "code": code, "name": code}
    if kind == "copy":
        dataset, _, holder = code.partition("@")
        attributes |= {
            "dataset": dataset, "holder": holder, "share": 1.0, "storage": "bulk", "protection": "none",
            "weight": 1.0, "home": "system:S-001", "facts": (),
        }  # fmt: skip
        attributes |= copies.get(holder.replace("-", ""), {})
    if kind == "process":
        attributes |= {"rto_hours": 24.0, "margin_per_day": 1000.0}
    return attributes


def register_of(
    people: dict[str, int | None],
    segments: dict[str, int] | None = None,
    coverage: Iterable[tuple[str, str, float]] = (),
    jurisdictions: Iterable[tuple[str, str, float]] = (),
) -> Register:
    return Register(
        organisation=Organisation(name="Us"),
        systems=(System(code="S-001", name="Home"),),
        datasets=tuple(
            Dataset(code=code, name=code, system="S-001", categories=("user",), people=count)
            for code, count in people.items()
        ),
        segments=tuple(Segment(code=code, name=code, people=count) for code, count in (segments or {}).items()),
        coverage=tuple(Coverage(dataset=d, segment=s, share=share) for d, s, share in coverage),
        jurisdictions=tuple(Jurisdiction(segment=s, jurisdiction=j, share=share) for s, j, share in jurisdictions),
    )


def arrays_of(graph: nx.DiGraph, register: Register | None = None) -> Arrays:
    if register is None:
        register = register_of({data["dataset"]: 100 for _, data in graph.nodes(data=True) if data["kind"] == "copy"})
    return compile_arrays(graph, population_of(register))


def population_of(register: Register) -> Population:
    return compile_population(register, {dataset.code: dataset.people for dataset in register.datasets})


def luck_of(fraction: float = 1.0, days_sigma: float = 0.0) -> Luck:
    return Luck(
        fractions=np.full((4, 1024), fraction),
        area_limits=np.full(4, -0.3),
        area_factor=np.eye(4),
        days_mu=np.log(7.0),
        days_sigma=days_sigma,
    )
