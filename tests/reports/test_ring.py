"""The ring layout: rings are hops, nothing lies on anything else, and the same question gives the same picture."""

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.picture_legend import legend_boxes
from reports.ring import Box, RingEdge, RingLayout, RingNode, Stage, layout_rings
from reports.ring_order import spread

KINDS = ("vendor", "system", "dataset", "process")


def node(key: str, hop: int, **changes: object) -> RingNode:
    values = {"kind": "vendor", "label": f"Vendor {key}", "chance": 1.0 if hop == 0 else 0.4, "people": 1000.0}
    return RingNode(key=key, hop=hop, **{**values, **changes})  # type: ignore[arg-type]


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


@st.composite
def graphs(draw: st.DrawFn, most: int = 60) -> tuple[list[RingNode], list[RingEdge]]:
    """A graph grown from one to three starts: each further node hangs on an earlier one, some edges run across."""
    starts = draw(st.integers(1, 3))
    nodes = [node(f"s{i}", 0) for i in range(starts)]
    edges: list[RingEdge] = []
    chances = st.floats(0.0, 1.0)
    for i in range(draw(st.integers(0, most - starts))):
        parent = nodes[draw(st.integers(0, len(nodes) - 1))]
        kind = draw(st.sampled_from(KINDS))
        text = draw(st.sampled_from(("Short", "A rather long name of a thing", "", "ש" * 40, "名" * 30, "x" * 500)))
        nodes.append(
            node(
                f"n{i:02}",
                parent.hop + 1,
                kind=kind,
                label=text,
                chance=draw(chances),
                people=draw(st.sampled_from((0.0, 1.0, 5e4, 2e6))),
                figures="31 % · 1.90 M",
                below=kind == "dataset",
                protected=draw(st.booleans()),
            )
        )
        edges.append(RingEdge(source=parent.key, target=nodes[-1].key, chance=draw(chances), facts=(f"F-{i:03}",)))
    for _ in range(draw(st.integers(0, 10))):
        ends = draw(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)))
        edges.append(RingEdge(source=ends[0].key, target=ends[1].key, chance=0.1))
    return nodes, edges


def check_layout(layout: RingLayout) -> None:
    for placed in layout.nodes:
        distance = math.hypot(placed.x - layout.center_x, placed.y - layout.center_y)
        assert distance == pytest.approx(layout.radii[placed.node.hop], abs=1e-6)
        assert placed.x - placed.half >= 0
        assert placed.x + placed.half <= layout.width
        assert placed.y - placed.half >= 0
        assert placed.y + placed.half <= layout.height
    for one, other in combinations(layout.labels, 2):
        assert not overlap(one.box, other.box), (one, other)
    for label in layout.labels:
        assert label.box.x >= 0
        assert label.box.x + label.box.w <= layout.width


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_every_node_stands_on_the_ring_of_its_hops_and_no_label_lies_on_another(
    graph: tuple[list[RingNode], list[RingEdge]],
) -> None:
    nodes, edges = graph
    layout = layout_rings(nodes, edges, Stage(blocks=legend_boxes(744, 526)))
    assert {placed.node.key for placed in layout.nodes} == {each.key for each in nodes}
    check_layout(layout)


@settings(max_examples=10, deadline=None)
@given(graphs(most=25), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_given_changes_nothing(
    graph: tuple[list[RingNode], list[RingEdge]], random: object
) -> None:
    nodes, edges = graph
    edges = list({(edge.source, edge.target): edge for edge in edges}.values())
    first = layout_rings(nodes, edges)
    random.shuffle(nodes)  # type: ignore[attr-defined]
    random.shuffle(edges)  # type: ignore[attr-defined]
    assert layout_rings(nodes, edges) == first


def small_graph() -> tuple[list[RingNode], list[RingEdge]]:
    nodes = [node("a", 0), *(node(f"b{i}", 1) for i in range(5)), *(node(f"c{i}", 2) for i in range(5))]
    edges = [RingEdge(source="a", target=f"b{i}", chance=0.5) for i in range(5)]
    edges += [RingEdge(source=f"b{i}", target=f"c{(i * 2) % 5}", chance=0.5) for i in range(5)]
    return nodes, edges


def test_a_graph_that_can_be_drawn_without_crossings_is() -> None:
    nodes, edges = small_graph()
    layout = layout_rings(nodes, edges)
    assert layout.crossings == 0
    assert len(layout.labels) == len(nodes)


def test_positions_can_be_had_at_once_and_do_not_move_apart_from_the_turn() -> None:
    nodes, edges = small_graph()
    quick, full = layout_rings(nodes, edges, labels=False), layout_rings(nodes, edges)
    assert quick.labels == ()
    turns = {round((b.angle - a.angle) % math.tau, 6) for a, b in zip(quick.nodes[1:], full.nodes[1:], strict=True)}
    assert len(turns) == 1


def test_the_parent_is_the_strongest_predecessor_on_an_inner_ring() -> None:
    nodes = [node("a", 0), node("weak", 1, chance=0.9), node("strong", 1, chance=0.2), node("c", 2)]
    edges = [
        RingEdge(source="a", target="weak", chance=0.9),
        RingEdge(source="a", target="strong", chance=0.2),
        RingEdge(source="weak", target="c", chance=0.1),
        RingEdge(source="strong", target="c", chance=0.9),
    ]
    parents = layout_rings(nodes, edges).parent_of()
    assert parents["c"] == "strong"  # 0.2 x 0.9 is more than 0.9 x 0.1


def test_a_start_that_reaches_nothing_stands_alone_in_the_middle() -> None:
    layout = layout_rings([node("a", 0)], [])
    assert (layout.nodes[0].x, layout.nodes[0].y) == (layout.center_x, layout.center_y)
    assert [label.key for label in layout.labels] == ["a"]


def test_several_starts_share_the_middle() -> None:
    layout = layout_rings([node("a", 0), node("b", 0), node("c", 1)], [RingEdge(source="a", target="c", chance=0.5)])
    check_layout(layout)
    first, second = layout.nodes[0], layout.nodes[1]
    assert math.dist((first.x, first.y), (second.x, second.y)) > 38


def test_people_unknown_everywhere_still_draws_nodes_of_one_size() -> None:
    layout = layout_rings([node("a", 0, people=0.0), node("b", 1, people=0.0)], [])
    assert layout.nodes[1].half > 0


def test_no_start_is_refused() -> None:
    with pytest.raises(ValueError, match="hop 0"):
        layout_rings([node("a", 1)], [])


def test_a_cut_edge_keeps_the_labels_off_its_mark() -> None:
    nodes, edges = small_graph()
    edges[0] = RingEdge(source="a", target="b0", chance=0.5, facts=("F-014",), cut=True)
    layout = layout_rings(nodes, edges)
    assert [placed.edge.cut for placed in layout.edges].count(True) == 1


@given(st.lists(st.floats(0, math.tau), min_size=2, max_size=30))
def test_spreading_keeps_neighbours_apart_on_the_circle(angles: list[float]) -> None:
    width = math.tau / len(angles) * 0.9
    moved = sorted(angle % math.tau for angle in spread(angles, [width] * len(angles)))
    gaps = [b - a for a, b in pairwise(moved)] + [moved[0] + math.tau - moved[-1]]
    assert min(gaps) >= width - 1e-6
