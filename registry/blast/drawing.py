"""From reached things to the ring picture, and the picture as data for the page's script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import networkx as nx

from registry.blast.asking import Subject
from registry.blast.grouped import GROUPED_BEYOND, edges_between, group, group_nodes
from registry.blast.reached import Chance, ReachedThing
from registry.core.formats import percent, short
from registry.domain.exposure import exposure
from reports.picture import cut_marks, edge_width
from reports.picture_legend import legend_boxes
from reports.picture_paint import chance_class
from reports.ring import RingEdge, RingLayout, RingNode, Stage, layout_rings, restated
from reports.ring_folding import FoldedGraph, fold, folded_nodes

__all__ = ["PAGE_STAGE", "Drawing", "draw", "picture_data"]

PAGE_STAGE = (744, 526)  # room for the picture at 1440 by 900
_FACTS_SENT = 40  # of one drawn edge; folded ones may stand for thousands, which the table lists
_SMALLEST_STAGE, _LARGEST_STAGE = 280, 2400


@dataclass(frozen=True, slots=True)
class Drawing:
    """A laid-out picture and which folded node stands for each thing that is not drawn itself."""

    layout: RingLayout
    folded_into: Mapping[str, str]


def draw(
    subject: Subject,
    things: Sequence[ReachedThing],
    *,
    opened: Sequence[str] = (),
    size: tuple[int, int] = PAGE_STAGE,
) -> Drawing:
    """Lay out what is reached; equal inputs are laid out once.

    Places are those without the what-ifs, so that nothing jumps between a question and its what-ifs: colours, figures
    and marks say what they change. An edge is marked as cut when a what-if takes all its facts away.
    """
    width, height = (min(_LARGEST_STAGE, max(_SMALLEST_STAGE, side)) for side in size)
    chosen = _grouped if len(things) > GROUPED_BEYOND else _folded
    folded, now = chosen(subject, things, opened)
    layout = _laid_out(folded.nodes, folded.edges, (width, height))
    if subject.before is not None:
        layout = restated(layout, now, subject.cut_facts)
    return Drawing(layout, folded.folded_into)


_Chosen = tuple[FoldedGraph, Mapping[str, RingNode]]  # as laid out, without the what-ifs; and with them


def _folded(subject: Subject, things: Sequence[ReachedThing], opened: Sequence[str]) -> _Chosen:
    edges = _edges(subject, {thing.node: thing.key for thing in things})
    folded = fold([_before(thing) for thing in things], edges, opened=opened)
    now = {thing.key: _now(thing) for thing in things}
    return folded, now | folded_nodes(folded.folded_into, now)


def _grouped(subject: Subject, things: Sequence[ReachedThing], opened: Sequence[str]) -> _Chosen:
    grouping = group(things, subject.shown.graph, opened)
    nodes = {thing.key: _before(thing) for thing in grouping.alone} | group_nodes(grouping, is_before=True)
    now = {thing.key: _now(thing) for thing in grouping.alone} | group_nodes(grouping, is_before=False)
    edges = edges_between(subject.shown.radius.ways, things, grouping.folded_into, nodes)
    return FoldedGraph(tuple(nodes.values()), edges, grouping.folded_into), now


def _edges(subject: Subject, by_node: Mapping[str, str]) -> tuple[RingEdge, ...]:
    shown, after = subject.shown.graph, subject.answered.graph
    found = _edges_of(shown, by_node)
    if after is not shown:  # what a what-if adds, such as a vendor in the place of another, has its ways only there
        found |= {pair: edge for pair, edge in _edges_of(after, by_node).items() if not (set(pair) <= shown.nodes)}
    return tuple(found.values())


def _edges_of(graph: "nx.DiGraph[str]", by_node: Mapping[str, str]) -> dict[tuple[str, str], RingEdge]:
    return {
        (source, target): RingEdge(
            source=key,
            target=by_node[target],
            chance=edge[exposure.PROBABILITY],
            facts=tuple(edge[exposure.FACTS]),
        )
        for source, key in by_node.items()
        if source in graph
        for target, edge in graph[source].items()
        if target in by_node
    }


@lru_cache(maxsize=128)
def _laid_out(nodes: tuple[RingNode, ...], edges: tuple[RingEdge, ...], size: tuple[int, int]) -> RingLayout:
    stage = Stage(width=float(size[0]), height=float(size[1]), blocks=legend_boxes(*size))
    return layout_rings(nodes, edges, stage)


def _before(thing: ReachedThing) -> RingNode:
    return _node(thing, thing.before or thing.chance, is_struck=False)


def _now(thing: ReachedThing) -> RingNode:
    return _node(thing, thing.chance, is_struck=thing.is_gone)


def _node(thing: ReachedThing, chance_shown: Chance, *, is_struck: bool) -> RingNode:
    is_data = thing.kind == "dataset"
    chance = percent(chance_shown.value)
    return RingNode(
        key=thing.key,
        kind=thing.kind,
        label=thing.name,  # a copy hangs on its holder, so the picture need not say where it is
        hop=thing.hops,
        chance=chance_shown.value,
        people=thing.people,
        figures=""
        if thing.is_start
        else f"{chance} · {short(round(thing.people))}"
        if is_data and thing.people
        else chance,
        below=is_data,
        protected=thing.is_protected,
        struck=is_struck,
    )


def picture_data(drawing: Drawing, things: Sequence[ReachedThing]) -> dict[str, Any]:
    """Return the picture as data: everything a script needs to draw and move it, nothing to compute.

    `things` are those whose routes can be lit: the rows shown; what is drawn besides is lit as it stands.
    """
    layout = drawing.layout
    routes = {placed.node.key: [placed.node.key] for placed in layout.nodes if placed.node.kind != "group"}
    routes |= {thing.key: [exposure.code_of(node) for node in thing.route.nodes] for thing in things}
    named = {key for route in routes.values() for key in route}
    return {
        "width": round(layout.width, 1),
        "height": round(layout.height, 1),
        "scale": round(layout.scale, 4),
        "hops": len(layout.radii) - 1,
        "nodes": [
            {
                "key": placed.node.key,
                "kind": placed.node.kind,
                "label": placed.node.label,
                "hop": placed.node.hop,
                "x": round(placed.x, 1),
                "y": round(placed.y, 1),
                "half": round(placed.half - (5 if placed.node.is_start else 4 if placed.node.protected else 0), 2),
                "chance": chance_class(placed.node.chance),
                "protected": placed.node.protected,
                "start": placed.node.is_start,
                "struck": placed.node.struck,
            }
            for placed in layout.nodes
        ],
        "edges": [
            {
                "source": placed.edge.source,
                "target": placed.edge.target,
                "facts": list(placed.edge.facts[:_FACTS_SENT]),
                "width": edge_width(placed.edge.chance),
                "weight": round(placed.weight, 4),
                "distance": round(placed.distance, 2),
                "cut": placed.edge.cut,
            }
            for placed in layout.edges
        ],
        "center": [round(layout.center_x, 1), round(layout.center_y, 1)],
        "radii": [round(radius, 1) for radius in layout.radii],
        "names": [[name.hop, round(name.x, 1), round(name.y, 1)] for name in layout.ring_names],
        "labels": [
            [label.key, label.name, label.figures, label.below, round(label.x, 1), round(label.y, 1), label.anchor]
            for label in layout.labels
        ],
        "marks": cut_marks(layout),
        "routes": routes,
        "folded": {key: group for key, group in drawing.folded_into.items() if key in named},
    }
