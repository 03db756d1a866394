"""Compiled routes and choke points against the ones worked out node by node on the graph."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

import itertools

from graphs import arrays_of, graph_of
from registers import TODAY, registers

from registry.domain.exposure import exposure
from registry.domain.register.errors import UnknownCode
from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario import explain
from registry.domain.scenario.blast import prepare
from registry.domain.scenario.cuts import arrays_without
from registry.domain.scenario.routes import Ways
from registry.domain.scenario.whatif import WhatIf, WhatIfKind, apply_what_if, is_cuttable
from registry.reference.load import shipped_parameters

PARAMETERS = shipped_parameters()


def prepared(register, kind=ScenarioKind.RANSOMWARE_THEFT):
    return prepare(register, PARAMETERS, kind=kind, as_of=TODAY, start=("V-1",))


some_starts = st.sampled_from([("vendor:V-1",), ("system:S-1",), ("vendor:V-1", "system:S-1")])


@settings(deadline=None, max_examples=60)
@given(registers(vendors_max=6, flows_max=10), some_starts)
def test_hops_and_chances_of_routes_equal_those_of_the_graph(register, start):
    ready = prepared(register)
    ways = Ways(ready.arrays, ready.arrays.numbers(start))
    hops, routes = explain.fewest_hops(ready.graph, start), explain.best_routes(ready.graph, start)
    assert {ready.arrays.nodes[n]: int(ways.hops[n]) for n in ways.reached} == hops
    for node, route in routes.items():
        codes, facts = ways.route_to(node)
        chance = 1.0
        keys = {exposure.code_of(key): key for key in ready.graph}
        for tail, head in itertools.pairwise(codes):
            edge = ready.graph.edges[keys[tail], keys[head]]
            chance *= edge[exposure.PROBABILITY]
            assert set(edge[exposure.FACTS]) <= set(facts)
        assert chance == pytest.approx(route.probability)


@settings(deadline=None, max_examples=60)
@given(registers(vendors_max=6, flows_max=10), some_starts)
def test_choke_points_equal_those_of_the_graph(register, start):
    ready = prepared(register)
    expected = explain.choke_points(ready.graph, start, count=50)
    found = Ways(ready.arrays, ready.arrays.numbers(start)).chokes(count=50)
    nodes, datasets = ready.arrays.nodes, ready.arrays.population.datasets
    assert [(nodes[c.node], c.copies, tuple(datasets[d] for d in c.datasets), round(c.people)) for c in found] == [
        (c.node, c.copies, c.datasets, c.people) for c in sorted(expected, key=lambda c: (-c.people, -c.copies, c.node))
    ]


@settings(deadline=None, max_examples=60)
@given(registers(vendors_max=4, flows_max=10))
def test_arrays_without_a_fact_equal_those_of_the_register_without_it(register):
    ready = prepared(register)
    for fact in filter(is_cuttable, ready.arrays.rows_of_fact):
        cut = apply_what_if(register, PARAMETERS, WhatIf(kind=WhatIfKind.CUT, subject=fact))
        expected, found = prepared(cut).arrays, arrays_without(ready, fact)
        assert rows_of(found) == rows_of(expected)
        assert copies_in_reach(found) == copies_in_reach(expected)


def rows_of(arrays):
    return [
        (arrays.nodes[tail], arrays.nodes[head], limit, key, facts)
        for tail, head, limit, key, facts in zip(
            arrays.sources, arrays.targets, arrays.thresholds, arrays.keys, arrays.facts, strict=True
        )
    ]


def copies_in_reach(arrays):
    copies, into = arrays.copies, set(arrays.targets.tolist())
    return {
        arrays.nodes[node]: (copies.share[n], copies.storage[n], copies.sealed[n], copies.weight[n], copies.key[n])
        for n, node in enumerate(copies.node)
        if node in into
    }


def test_the_busiest_facts_come_first():
    edges = [("vendor:s", "vendor:a", 0.5), ("vendor:a", "vendor:b", 0.5), ("vendor:a", "vendor:c", 0.5)]
    arrays = arrays_of(graph_of(edges))
    ways = Ways(arrays, arrays.numbers(["vendor:s"]))
    worth = [{"vendor:b": 5.0, "vendor:c": 7.0}.get(node, 0.0) for node in arrays.nodes]
    assert ways.facts_by_worth(np.array(worth)) == ["A-000", "A-002", "A-001"]


def test_a_route_to_what_cannot_be_reached_is_refused():
    arrays = arrays_of(graph_of([("vendor:s", "vendor:a", 0.5), ("vendor:x", "vendor:s", 0.5)]))
    ways = Ways(arrays, arrays.numbers(["vendor:s"]))
    for node in ("vendor:x", "vendor:unheard"):
        with pytest.raises(UnknownCode):
            ways.route_to(node)


def test_a_graph_without_edges_has_no_routes():
    graph = graph_of([])
    graph.add_node("vendor:s", kind="vendor", code="s", name="s")
    arrays = arrays_of(graph)
    ways = Ways(arrays, arrays.numbers(["vendor:s"]))
    assert ways.route_to("vendor:s") == (("s",), ())
    assert ways.chokes() == []
    assert ways.facts_by_worth(ways.cost * 0.0) == []
