"""The layered picture: places, crossings and drawing, by properties and by hand."""

import itertools
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.layer_order import count_crossings, order_layers
from reports.layer_picture import draw_layers, layers_svg
from reports.layers import LayerEdge, LayerNode, LayersLayout, layout_layers
from reports.picture_paint import element

HOSTILE = "<script>alert(1)</script>\"'>{{7*7}}"


def node(key: str, layer: int, **changes: object) -> LayerNode:
    return LayerNode(**{"key": key, "layer": layer, "kind": "vendors", "label": f"Thing {key}", **changes})  # type: ignore[arg-type]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[LayerNode], list[LayerEdge]]:
    count = draw(st.integers(1, 60))
    layers = draw(st.lists(st.integers(0, 8), min_size=count, max_size=count))
    labels = st.text(max_size=30)
    nodes = [node(f"N{place}", layer, label=draw(labels)) for place, layer in enumerate(layers)]
    keys = st.sampled_from([each.key for each in nodes])
    ends = draw(st.lists(st.tuples(keys, keys), max_size=90))
    return nodes, [LayerEdge(source=source, target=target) for source, target in ends]


def slow_crossings(layers: list[list[int]], ends: list[tuple[int, int]]) -> int:
    where = {thing: (number, place) for number, layer in enumerate(layers) for place, thing in enumerate(layer)}
    total = 0
    for one, other in itertools.combinations(ends, 2):
        (a, b), (c, d) = sorted(where[end] for end in one), sorted(where[end] for end in other)
        if a[0] != b[0] and (a[0], b[0]) == (c[0], d[0]):
            total += (a[1] - c[1]) * (b[1] - d[1]) < 0
    return total


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_things_stand_in_their_layer_apart_and_inside_the_picture(
    graph: tuple[list[LayerNode], list[LayerEdge]],
) -> None:
    layout = layout_layers(*graph)
    assert {thing.node.key for thing in layout.things} == {each.key for each in graph[0]}
    for one, other in itertools.combinations(layout.things, 2):
        if one.node.layer != other.node.layer:
            assert (one.node.layer < other.node.layer) == (one.x < other.x)
        elif one.x == other.x:
            assert abs(one.y - other.y) >= 20.9
    for thing in layout.things:
        assert 0 <= thing.x <= thing.right <= layout.width
        assert 0 <= thing.y <= layout.height
    for column, heading in itertools.pairwise(layout.columns):
        assert column.x < heading.x


@settings(max_examples=40, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_given_changes_nothing(graph, random) -> None:
    nodes, edges = list(graph[0]), list(graph[1])
    before = layout_layers(nodes, edges)
    random.shuffle(nodes)
    random.shuffle(edges)
    assert layout_layers(nodes, edges) == before


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_crossings_are_counted_as_by_hand_and_never_grow(graph) -> None:
    nodes, edges = graph
    index = {each.key: place for place, each in enumerate(nodes)}
    layers = [[index[each.key] for each in nodes if each.layer == number] for number in range(9)]
    layers = [layer for layer in layers if layer]
    ends = [(index[edge.source], index[edge.target]) for edge in edges]
    assert count_crossings(layers, ends) == slow_crossings(layers, ends)
    ordered, crossings = order_layers(layers, ends)
    assert [sorted(layer) for layer in ordered] == [sorted(layer) for layer in layers]
    assert slow_crossings(ordered, ends) == crossings <= slow_crossings(layers, ends)


def test_a_picture_that_can_be_drawn_without_crossings_is() -> None:
    nodes = [node(f"A{i}", 0) for i in range(6)] + [node(f"B{i}", 1) for i in range(6)]
    edges = [LayerEdge(source=f"A{i}", target=f"B{5 - i}") for i in range(6)]
    layout = layout_layers(nodes, edges)
    assert layout.crossings == 0
    heights = {thing.node.key: thing.y for thing in layout.things}
    assert all(heights[f"A{i}"] == heights[f"B{5 - i}"] for i in range(6))


def test_a_long_layer_is_broken_so_that_the_picture_keeps_its_shape() -> None:
    layout = layout_layers([node(f"N{i:03}", i % 3 and 1) for i in range(900)], [])
    assert 0.4 < layout.width / layout.height < 6
    assert len({(thing.x, thing.y) for thing in layout.things}) == 900


def test_a_line_leaves_at_the_end_of_a_label_and_arrives_at_a_mark_whichever_way_it_runs() -> None:
    layout = layout_layers([node("A", 0), node("B", 1)], [LayerEdge(source="B", target="A")])
    things = {thing.node.key: thing for thing in layout.things}
    (line,) = layout.lines
    assert line.start[0] < things["B"].x
    assert line.end[0] > things["A"].right


def test_lines_to_nowhere_and_loops_are_left_out() -> None:
    layout = layout_layers([node("A", 0)], [LayerEdge(source="A", target="A"), LayerEdge(source="A", target="Z")])
    assert layout.lines == ()


def test_nothing_makes_an_empty_picture() -> None:
    assert layout_layers([], []).things == ()


def drawn(layout: LayersLayout, **options: object) -> str:
    svg = element("svg", {}, *layers_svg(layout, {0: "Vendors"}, **options))  # type: ignore[arg-type]
    return ET.tostring(svg, encoding="unicode")


def test_a_hostile_label_stays_text() -> None:
    layout = layout_layers(
        [node("A", 0, label=HOSTILE), node("B", 1)], [LayerEdge(source="A", target="B", words=HOSTILE)]
    )
    for svg in (drawn(layout), draw_layers(layout, {0: HOSTILE}, HOSTILE)):
        assert "<script" not in svg
        ET.fromstring(svg)


def test_things_and_lines_of_one_fact_lead_to_their_pages() -> None:
    edges = [LayerEdge(source="A", target="B", facts=("F-1",)), LayerEdge(source="B", target="A", facts=("F-2", "F-3"))]
    svg = drawn(layout_layers([node("A", 0), node("B", 1)], edges), links={"A": "/a", "F-1": "/f1", "F-2": "/f2"})
    assert 'href="/a"' in svg
    assert 'href="/f1"' in svg
    assert "/f2" not in svg


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_file_brings_its_colours_along(theme: str) -> None:
    layout = layout_layers([node("A", 0, is_sensitive=True), node("B", 1, is_start=True)], [])
    svg = draw_layers(layout, {}, "Title", theme=theme)
    assert 'class="dm-mark' not in svg
    assert ("#121417" in svg) == (theme == "dark")
