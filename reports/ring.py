"""The ring picture of a blast radius as numbers: where each node, edge and label stands.

One layout, computed here, serves the page, SVG, PNG and PDF. Rings are hops from the start, which stands in the
middle. Steps: sizes and radii (`ring_geometry`), order of the nodes on their rings (`ring_order`), places of the labels
(`ring_labels`). Everything is deterministic and does not depend on the order in which nodes and edges are given.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from reports.ring_geometry import Geometry, make_geometry
from reports.ring_labels import Box, LabelPlacer, PlacedLabel, find_ring_spot
from reports.ring_order import Order, arrange, spread
from reports.ring_values import PlacedEdge, PlacedNode, RingEdge, RingLayout, RingName, RingNode, Stage

__all__ = [
    "Box",
    "PlacedEdge",
    "PlacedLabel",
    "PlacedNode",
    "RingEdge",
    "RingLayout",
    "RingName",
    "RingNode",
    "Stage",
    "layout_rings",
    "restated",
]

_TAU = 2 * math.pi
_QUICK_TURNS, _FULL_TURNS = 36, 8  # rotations looked at, and rotations whose labels are worked out in full
_MANY_NODES = 34  # beyond it fewer rotations are looked at, to stay within half a second


def layout_rings(
    nodes: Iterable[RingNode], edges: Iterable[RingEdge], stage: Stage | None = None, *, labels: bool = True
) -> RingLayout:
    """Lay out a blast radius on rings of hops.

    Parameters
    ----------
    nodes : iterable of RingNode
        At least one with `hop` 0; keys are unique. More than about 60 should be folded first (`reports.ring_folding`).
    edges : iterable of RingEdge
        Edges whose ends are not both among the nodes are left out, as are loops.
    stage : Stage, optional
        The room there is.
    labels : bool
        False gives positions only, in a few milliseconds.

    Returns
    -------
    RingLayout
        No two label boxes overlap; every node stands on the ring of its hops and inside the picture.

    Raises
    ------
    ValueError
        When no node has hop 0.

    Notes
    -----
    Crossing reduction is quadratic in the number of edges with a bounded number of rounds; labels are
    O(rotations x nodes x (nodes + edges)), vectorised.
    """
    listed = sorted(nodes, key=lambda node: (node.hop, node.key))
    if not listed or not listed[0].is_start:
        message = "A ring picture needs at least one start with hop 0."
        raise ValueError(message)
    known = {node.key for node in listed}
    drawn = sorted(
        (edge for edge in edges if edge.source in known and edge.target in known and edge.source != edge.target),
        key=lambda edge: (edge.source, edge.target),
    )
    geometry = make_geometry(listed, drawn, stage or Stage())
    order = arrange(listed, drawn, needs=geometry.needs, radii=geometry.radii)
    angles = _spread_rings(geometry, order)
    placed: tuple[PlacedLabel, ...] = ()
    if labels:
        turn, placed = _best_turn(listed, geometry, angles)
        angles += turn
    return _compose((listed, drawn), geometry, (order, angles % _TAU), placed)


def restated(layout: RingLayout, nodes: Mapping[str, RingNode], cut: Collection[str]) -> RingLayout:
    """Return a layout with the same places for nodes that say something else by now, and marks on cut edges.

    Parameters
    ----------
    nodes : mapping
        Every node of the layout by its key, with its new chance and figures.
    cut : collection of str
        Codes of facts; an edge is cut when all its facts are.
    """
    facts = frozenset(cut)
    return replace(
        layout,
        nodes=tuple(replace(placed, node=nodes[placed.node.key]) for placed in layout.nodes),
        labels=tuple(replace(label, figures=nodes[label.key].figures) for label in layout.labels),
        edges=tuple(
            replace(
                placed, edge=replace(placed.edge, cut=bool(placed.edge.facts) and facts.issuperset(placed.edge.facts))
            )
            for placed in layout.edges
        ),
    )


def _spread_rings(geometry: Geometry, order: Order) -> np.ndarray:
    """Push the nodes of each ring to their least distance, moved as little as possible."""
    angles = np.array(order.angles)
    for hop, radius in enumerate(geometry.radii):
        on_ring = np.flatnonzero(geometry.hops == hop)
        if radius and len(on_ring) > 1:
            angles[on_ring] = spread(angles[on_ring].tolist(), [geometry.needs[i] for i in on_ring])
    return angles


def _best_turn(
    nodes: Sequence[RingNode], geometry: Geometry, angles: np.ndarray
) -> tuple[float, tuple[PlacedLabel, ...]]:
    """Find the rotation at which the labels fit best: a quick look at all, then the best few worked out in full."""
    placer = LabelPlacer(nodes, geometry.halves, geometry, geometry.stage.widest_label)
    count = _QUICK_TURNS if len(nodes) <= _MANY_NODES else _QUICK_TURNS // 4
    turns = [i * _TAU / count for i in range(count)]
    looked = sorted((round(placer.place(geometry.scene(angles + turn), rounds=1)[0], 6), turn) for turn in turns)
    best: tuple[float, float, tuple[PlacedLabel, ...]] | None = None
    for _, turn in looked[: _FULL_TURNS if len(nodes) <= _MANY_NODES else _FULL_TURNS // 4]:
        cost, placed = placer.place(geometry.scene(angles + turn), rounds=5)
        if best is None or round(cost, 6) < round(best[0], 6):
            best = cost, turn, placed
    return (best[1], best[2]) if best else (0.0, ())


def _compose(
    graph: tuple[Sequence[RingNode], Sequence[RingEdge]],
    geometry: Geometry,
    turned: tuple[Order, np.ndarray],
    labels: tuple[PlacedLabel, ...],
) -> RingLayout:
    (nodes, edges), (order, angles) = graph, turned
    spots = geometry.place(angles)
    controls = geometry.controls(angles, spots)
    placed = tuple(
        PlacedNode(node, float(spot[0]), float(spot[1]), size, float(half), float(angle))
        for node, spot, size, half, angle in zip(nodes, spots, geometry.sizes, geometry.halves, angles, strict=True)
    )
    curves = tuple(
        _placed_edge(edge, spots[source], spots[target], control)
        for edge, (source, target), control in zip(edges, geometry.ends, controls, strict=True)
    )
    return RingLayout(
        width=geometry.width,
        height=geometry.height,
        center_x=geometry.center[0],
        center_y=geometry.center[1],
        radii=geometry.radii,
        nodes=placed,
        edges=curves,
        labels=labels,
        ring_names=_name_rings(geometry, labels, placed, geometry.dots(spots, controls, 9)) if labels else (),
        crossings=order.crossings,
        scale=geometry.scale,
        most_people=max(node.people for node in nodes),
        parents=tuple((nodes[child].key, nodes[parent].key) for child, parent in sorted(order.parents.items())),
    )


def _placed_edge(edge: RingEdge, start: np.ndarray, end: np.ndarray, control: np.ndarray) -> PlacedEdge:
    chord, arm = end - start, control - start
    length = float(np.hypot(*chord)) or 1.0
    weight = float(arm @ chord) / length**2
    distance = float(arm[1] * chord[0] - arm[0] * chord[1]) / length
    return PlacedEdge(edge, float(control[0]), float(control[1]), weight, distance)


def _name_rings(
    geometry: Geometry, labels: tuple[PlacedLabel, ...], nodes: tuple[PlacedNode, ...], dots: np.ndarray
) -> tuple[RingName, ...]:
    """Put the name of each ring where the ring is emptiest."""
    busy = [
        *geometry.blocks,
        *(label.box for label in labels),
        *(Box(n.x - n.half - 3, n.y - n.half - 3, 2 * n.half + 6, 2 * n.half + 6) for n in nodes),
        *(Box(float(x) - 3, float(y) - 3, 6, 6) for x, y in dots),
    ]
    names: list[RingName] = []
    for hop in range(1, len(geometry.radii)):
        spot = find_ring_spot(geometry.radii[hop], 40 * geometry.scale, busy, geometry.center)
        if spot is not None:
            names.append(RingName(hop, *spot))
            busy.append(Box(spot[0] - 22, spot[1] - 8, 44, 16))
    return tuple(names)
