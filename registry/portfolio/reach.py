"""What each vendor could reach if everything went wrong: how many datasets, and which duty would then come first.

Reachability of all vendors at once: a set of datasets is the bits of one number, put together along the components of
the graph, so 10,000 vendors cost one walk. Who must be told first is measured as if everything reachable were taken.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import networkx as nx

from registry.blast.owed import binding_rules
from registry.core.dutyrules import RuleInForce, data_kinds
from registry.domain.duties.deadlines import hours_in
from registry.domain.duties.obligations import Exposure, Headcount, Standing, duties
from registry.domain.exposure import exposure
from registry.domain.register.facts import Register

__all__ = ["reach_of_vendors"]


def reach_of_vendors(
    register: Register, graph: "nx.DiGraph[str]", on: date, rules: Sequence[RuleInForce]
) -> dict[str, dict[str, Any]]:
    """Return for each vendor the number of datasets it can reach and the shortest duty: hours and law, or None."""
    codes = [row.code for row in register.datasets]
    masks = _datasets_of(graph, {code: 1 << place for place, code in enumerate(codes)})
    roles = {row.role for row in register.organisation_roles}
    people = _people_by_dataset(register)

    @cache
    def first(mask: int) -> tuple[float, str] | None:
        reached = [code for place, code in enumerate(codes) if mask >> place & 1]
        found = duties(binding_rules(rules, reached), _exposure(register, people, reached), roles, on)
        timed = [
            (hours_in(duty.rule.period), duty.rule.law)
            for duty in found
            if duty.standing is Standing.APPLIES and duty.rule.period is not None
        ]
        return min(timed, default=None)

    rows = {}
    for vendor in register.vendors:
        mask = masks.get(exposure.vendor_node(vendor.code), 0)
        duty = first(mask) if mask else None
        rows[vendor.code] = {
            "datasets": mask.bit_count(),
            "first_duty": None if duty is None else {"hours": duty[0], "law": duty[1]},
        }
    return rows


def _datasets_of(graph: "nx.DiGraph[str]", bits: Mapping[str, int]) -> dict[str, int]:
    """Return the datasets within reach of every node, as bits; linear in nodes and edges."""
    component: dict[str, int] = {}
    masks: list[int] = []
    for number, members in enumerate(nx.strongly_connected_components(graph)):  # what they lead to comes first
        component.update(dict.fromkeys(members, number))
        mask = 0
        for node in members:
            facts = graph.nodes[node]
            if facts[exposure.KIND] == exposure.COPY:
                mask |= bits.get(facts[exposure.DATASET], 0)
            for onward in graph[node]:
                if component.get(onward, number) != number:
                    mask |= masks[component[onward]]
        masks.append(mask)
    return {node: masks[number] for node, number in component.items()}


def _people_by_dataset(register: Register) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in register.coverage:
        found.setdefault(row.dataset, {})[row.segment] = row.share
    return found


def _exposure(register: Register, coverage: Mapping[str, Mapping[str, float]], reached: list[str]) -> Exposure:
    """Put the people of datasets together by place; a segment counts as often as its fullest dataset holds it."""
    share: dict[str, float] = {}
    for code in reached:
        for segment, part in coverage.get(code, {}).items():
            share[segment] = max(share.get(segment, 0.0), part)
    people = {row.code: row.people * share.get(row.code, 0.0) for row in register.segments}
    places: dict[str | None, float] = {}
    for row in register.jurisdictions:
        places[row.jurisdiction] = places.get(row.jurisdiction, 0.0) + row.share * people.get(row.segment, 0.0)
    known = register.dataset_by_code
    return Exposure(
        people={place: Headcount(count, count) for place, count in places.items() if count > 0},
        data_kinds=data_kinds(category for code in reached for category in known[code].categories),
        counts_known=all(known[code].people is not None for code in reached),
    )
