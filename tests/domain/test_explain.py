"""Explanations against answers found by trying everything."""

from itertools import combinations
from math import prod

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.exposure.exposure import build
from registry.domain.register.facts import Access, Link, PlatformUse, Vendor
from registry.domain.register.vocabulary import AccessKind, LinkKind, PlatformUseKind, Relationship, ScenarioKind
from registry.domain.scenario.explain import (
    best_routes,
    choke_points,
    concentration,
    fewest_hops,
    likeliest_routes,
    smallest_cut,
)
from registry.domain.scenario.whatif import is_cuttable
from registry.reference.load import shipped_parameters
from tests.domain.registers import TODAY, flow, register_of, registers

SHIPPED = shipped_parameters()


def graph_of(*facts, register=None):
    return build(register or register_of(*facts), SHIPPED, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)


def access(code, vendor, system, kind=AccessKind.ADMIN):
    return Access(code=code, vendor=vendor, system=system, kind=kind)


def link(code, one, other, kind=LinkKind.FLAT_NETWORK):
    return Link(code=code, from_system=one, to_system=other, kind=kind)


TWO_WAYS = (
    flow("F-1", "S-2", "V-2"),
    access("A-1", "V-1", "S-1", AccessKind.API_READ_ALL),  # .8
    link("L-1", "S-1", "S-2", LinkKind.SEGMENTED),  # .2
    access("A-2", "V-1", "S-2", AccessKind.NETWORK),  # .25
    access("A-3", "V-1", "S-3", AccessKind.SFTP_PUSH),  # .02
    link("L-2", "S-3", "S-2"),  # .5
)


def test_hops_count_edges_and_the_start_is_at_none():
    hops = fewest_hops(graph_of(*TWO_WAYS), ["vendor:V-1"])
    assert hops == {
        "vendor:V-1": 0, "system:S-1": 1, "system:S-2": 1, "system:S-3": 1, "copy:D-1@S-1": 2,
    }  # fmt: skip


def test_the_likeliest_route_and_the_next_two_come_in_order_with_their_facts():
    routes = likeliest_routes(graph_of(*TWO_WAYS), ["vendor:V-1"], "system:S-2")
    assert [route.codes for route in routes] == [("V-1", "S-2"), ("V-1", "S-1", "S-2"), ("V-1", "S-3", "S-2")]
    assert [route.facts for route in routes] == [("A-2",), ("A-1", "L-1"), ("A-3", "L-2")]
    assert [route.probability for route in routes] == pytest.approx([0.25, 0.16, 0.01])


def test_a_route_to_a_copy_is_written_with_its_holder():
    graph = graph_of(flow("F-1", "S-1", "V-1"))
    assert best_routes(graph, ["vendor:V-1"])["copy:D-1@V-1"].codes == ("V-1", "D-1@V-1")


def test_nothing_leads_to_what_is_out_of_reach_and_the_start_leads_to_itself():
    graph = graph_of(*TWO_WAYS)
    assert likeliest_routes(graph, ["vendor:V-2"], "system:S-1") == []
    assert likeliest_routes(graph, ["vendor:V-2"], "vendor:V-2")[0].probability == 1


@settings(max_examples=60, deadline=None)
@given(registers(vendors_max=4, flows_max=5), st.data())
def test_routes_are_the_best_of_all_simple_paths(register, data):
    graph = graph_of(register=register)
    nodes = [node for node, facts in graph.nodes.items() if facts["kind"] in {"vendor", "system"}]
    start = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=2, unique=True))
    best = best_routes(graph, start)
    hops = fewest_hops(graph, start)
    assert best.keys() == hops.keys() == set(start).union(*(nx.descendants(graph, node) for node in start))
    for target in set(best) - set(start):
        paths = [path for source in start for path in nx.all_simple_paths(graph, source, target)]
        paths = [path for path in paths if not set(path[1:]) & set(start)]
        chances = sorted(
            (prod(graph.edges[pair]["probability"] for pair in nx.utils.pairwise(path)) for path in paths), reverse=True
        )
        assert best[target].probability == pytest.approx(chances[0])
        assert [route.probability for route in likeliest_routes(graph, start, target)] == pytest.approx(chances[:3])
        assert hops[target] == min(len(path) - 1 for path in paths)


def test_a_choke_point_is_what_every_way_goes_through():
    graph = graph_of(
        access("A-1", "V-1", "S-9"), access("A-2", "V-1", "S-8"), link("L-1", "S-9", "S-7"), link("L-2", "S-8", "S-7"),
        link("L-3", "S-7", "S-1"), flow("F-1", "S-1", "V-2"),
    )  # fmt: skip
    points = choke_points(graph, ["vendor:V-1"])
    assert [(point.code, point.copies, point.people) for point in points] == [("S-1", 1, 100), ("S-7", 1, 100)]
    assert choke_points(graph, ["vendor:V-1", "system:S-7"])[0].code == "S-1"


@settings(max_examples=60, deadline=None)
@given(registers(vendors_max=4, flows_max=5), st.data())
def test_taking_a_choke_point_out_saves_exactly_its_copies(register, data):
    graph = graph_of(register=register)
    nodes = [node for node, facts in graph.nodes.items() if facts["kind"] in {"vendor", "system"}]
    start = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=2, unique=True))

    def copies(of):
        return {node for node in fewest_hops(of, [s for s in start if s in of]) if node.startswith("copy:")}

    told = {point.node: point.copies for point in choke_points(graph, start, count=100)}
    for node in set(nodes) - set(start):
        without = graph.copy()
        without.remove_node(node)
        assert told.get(node, 0) == len(copies(graph) - copies(without))


def test_the_smallest_cut_counts_facts_not_edges():
    graph = graph_of(
        flow("F-1", "V-1", "V-2", sender_reads_back=True), access("A-1", "V-1", "S-2"), access("A-2", "V-2", "S-2"),
        link("L-1", "S-2", "S-3"), flow("F-2", "S-1", "V-1", dataset="D-2"),
    )  # fmt: skip
    cut = smallest_cut(graph, ["vendor:V-2"], {"D-1"})
    assert (cut.facts, cut.is_smallest, cut.is_possible) == (("F-1",), True, True)


def test_data_in_the_start_itself_cannot_be_cut_off():
    cut = smallest_cut(graph_of(flow("F-1", "S-1", "V-1")), ["system:S-1"], {"D-1"})
    assert not cut.is_possible


def test_what_is_out_of_reach_needs_no_cut():
    cut = smallest_cut(graph_of(flow("F-1", "S-1", "V-1"), Vendor(code="V-2", name="x")), ["vendor:V-2"], {"D-1"})
    assert (cut.facts, cut.is_possible) == ((), True)


def test_routes_apart_prove_a_large_cut_at_once():
    graph = graph_of(*(flow(f"F-{n}", "S-1", "V-1", dataset=f"D-{n}") for n in range(1, 40)))
    cut = smallest_cut(graph, ["vendor:V-1"], {f"D-{n}" for n in range(1, 40)}, searches_max=50)
    assert (len(cut.facts), cut.is_smallest) == (39, True)


def test_a_search_that_is_given_up_says_so_and_still_cuts():
    # the shortest route goes across both others, so that one by one only one is seen apart
    graph = graph_of(
        access("A-1", "V-1", "S-2"), link("L-1", "S-2", "S-3"), link("L-2", "S-3", "S-1"),
        link("L-3", "S-2", "S-4"), link("L-4", "S-4", "S-6"), link("L-5", "S-6", "S-1"),
        access("A-2", "V-1", "S-5"), link("L-6", "S-5", "S-7"), link("L-7", "S-7", "S-3"),
        flow("F-1", "S-1", "V-2"),
    )  # fmt: skip
    given_up, proven = (smallest_cut(graph, ["vendor:V-1"], {"D-1"}, searches_max=most) for most in (2, 5_000))
    assert (len(proven.facts), proven.is_smallest) == (2, True)
    assert (len(given_up.facts) >= 2, given_up.is_smallest) == (True, False)
    assert _is_separated(graph, "vendor:V-1", {"D-1"}, given_up.facts)


def _is_separated(graph, start, datasets, cut):
    alive = nx.DiGraph(
        (source, target)
        for source, target, parts in graph.edges(data="parts")
        if any(fact not in cut for part in parts for fact in part.facts)
    )
    alive.add_node(start)
    reached = nx.descendants(alive, start)
    return not any(graph.nodes[node].get("dataset") in datasets for node in reached)


@settings(max_examples=60, deadline=None)
@given(registers(vendors_max=4, flows_max=5), st.data())
def test_no_smaller_set_of_facts_separates(register, data):
    graph = graph_of(register=register)
    nodes = [node for node, facts in graph.nodes.items() if facts["kind"] in {"vendor", "system"}]
    start = data.draw(st.sampled_from(nodes))
    facts = sorted({fact for _, _, facts in graph.edges(data="facts") for fact in facts if is_cuttable(fact)})
    cut = smallest_cut(graph, [start], {"D-1"})
    assert cut.is_possible is _is_separated(graph, start, {"D-1"}, facts)
    if cut.is_possible:
        assert cut.is_smallest
        assert _is_separated(graph, start, {"D-1"}, cut.facts)
        smaller = combinations(facts, len(cut.facts) - 1) if cut.facts else ()
        assert not any(_is_separated(graph, start, {"D-1"}, some) for some in smaller)


def test_concentration_counts_the_direct_vendors_and_people_behind_a_sub_vendor():
    graph = graph_of(
        flow("F-1", "S-1", "V-1"), flow("F-2", "S-1", "V-2", people_share=0.5), flow("F-3", "V-1", "V-3", people_share=0.25),
        flow("F-4", "V-2", "V-3", people_share=0.25), flow("F-5", "V-3", "V-4", people_share=0.1),
        PlatformUse(code="P-1", platform="V-9", user="V-2", kind=PlatformUseKind.SAAS_MFA),
        Vendor(code="V-9", name="Platform", relationship=Relationship.PLATFORM),
    )  # fmt: skip
    found = {row.code: (row.rank, row.direct_vendors, row.people) for row in concentration(graph, {"V-9"})}
    assert found == {"V-3": (2, 2, 100), "V-4": (3, 2, 100), "V-9": (None, 1, 50)}


@settings(max_examples=60, deadline=None)
@given(registers(vendors_max=4, flows_max=6))
def test_concentration_is_what_can_be_reached(register):
    graph = graph_of(register=register)
    for row in concentration(graph, {vendor.code for vendor in register.vendors}):
        behind = nx.descendants(graph, f"vendor:{row.code}")
        direct = {n for n in behind if n.startswith("vendor:") and graph.nodes[n]["rank"] == 1}
        people = {}
        for copy in (graph.nodes[n] for n in behind if n.startswith("copy:")):
            people[copy["dataset"]] = max(people.get(copy["dataset"], 0), copy["share"] * copy["people"])
        assert (row.direct_vendors, row.datasets) == (len(direct), len(people))
        assert row.people == round(sum(people.values()))
