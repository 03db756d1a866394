"""The data map as numbers: things in columns by layer, lines as curves between them.

One layout, computed here, serves the page, its script and the picture file. Every layer is a column; one with many
things is broken into several side by side, filled row by row, so that the picture keeps a shape that fits a screen.
Everything is deterministic and does not depend on the order in which things and lines are given.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from reports.layer_order import order_layers
from reports.layer_values import (
    LayerEdge,
    LayerNode,
    LayersLayout,
    PlacedColumn,
    PlacedLine,
    PlacedThing,
    Point,
)
from reports.ring_order import pool
from reports.text_width import clip_text, text_width

__all__ = ["LABEL_SIZE", "MARK", "LayerEdge", "LayerNode", "LayersLayout", "layout_layers"]

MARK = 5.5  # half the size of a thing's mark, pixels
LABEL_SIZE = 11.5
_LABEL_GAP, _WIDEST = 5.0, 138.0  # from mark to label, and the widest label
_ROW, _HEAD, _MARGIN = 21.0, 34.0, 16.0
_BETWEEN_LAYERS, _BETWEEN_PARTS = 60.0, 24.0
_FEWEST_ROWS, _ROWS_PER_ROOT = 32, 1.7  # a layer is broken when longer than either
_SWEEPS = 4

_Spots = dict[int, float]


def layout_layers(nodes: Iterable[LayerNode], edges: Iterable[LayerEdge]) -> LayersLayout:
    """Lay out things in layers.

    Parameters
    ----------
    nodes : iterable of LayerNode
        Keys are unique.
    edges : iterable of LayerEdge
        Those whose ends are not both among the nodes are left out, as are loops.

    Returns
    -------
    LayersLayout
        No two things share a spot; within a column they stand at least a row apart.

    Notes
    -----
    Near linear: a fixed number of sweeps over things and lines; 1,000 things and 3,000 lines take some 0.2 s.
    """
    listed = sorted(nodes, key=lambda node: (node.layer, node.label.casefold(), node.key))
    index = {node.key: place for place, node in enumerate(listed)}
    drawn = sorted(
        (edge for edge in edges if edge.source in index and edge.target in index and edge.source != edge.target),
        key=lambda edge: (edge.source, edge.target, edge.is_dashed, edge.facts),
    )
    ends = [(index[edge.source], index[edge.target]) for edge in drawn]
    numbers = sorted({node.layer for node in listed})
    layers, crossings = order_layers(
        [[place for place, node in enumerate(listed) if node.layer == number] for number in numbers], ends
    )
    parts = _parts(layers)
    heights = _heights(layers, parts, ends)
    labels = [clip_text(node.label, LABEL_SIZE, _WIDEST, strong=True) for node in listed]
    columns, across, width = _columns(numbers, layers, parts, labels)
    things = {
        place: PlacedThing(
            listed[place],
            across[place],
            heights[place],
            labels[place],
            across[place] + MARK + _LABEL_GAP + text_width(labels[place], LABEL_SIZE, strong=True),
        )
        for place in index.values()
    }
    lines = tuple(
        _line(edge, things[source], things[target]) for edge, (source, target) in zip(drawn, ends, strict=True)
    )
    lowest = max(heights.values(), default=0.0)
    ordered = tuple(things[place] for layer in layers for place in layer)
    return LayersLayout(width, lowest + _ROW / 2 + _MARGIN, columns, ordered, lines, crossings)


def _parts(layers: Sequence[Sequence[int]]) -> list[int]:
    """Into how many columns each layer is broken."""
    total = sum(len(layer) for layer in layers)
    rows = max(_FEWEST_ROWS, math.ceil(_ROWS_PER_ROOT * math.sqrt(total)))
    return [math.ceil(len(layer) / rows) for layer in layers]


def _heights(layers: Sequence[Sequence[int]], parts: Sequence[int], ends: Sequence[tuple[int, int]]) -> _Spots:
    """Give every thing its height: near the middle of what it is joined to, rows in order and a row apart."""
    neighbours: dict[int, list[int]] = {thing: [] for layer in layers for thing in layer}
    for source, target in ends:
        neighbours[source].append(target)
        neighbours[target].append(source)
    rows = [
        [layer[start : start + count] for start in range(0, len(layer), count)]
        for layer, count in zip(layers, parts, strict=True)
    ]
    longest = max((len(of_layer) for of_layer in rows), default=0)
    spots: _Spots = {}
    for of_layer in rows:
        for place, row in enumerate(of_layer):
            spots |= dict.fromkeys(row, (place + (longest - len(of_layer)) / 2) * _ROW)
    for sweep in range(_SWEEPS):
        for of_layer in rows if sweep % 2 == 0 else reversed(rows):
            if len(of_layer) == longest:
                continue  # the longest column stays; all others find their place beside it
            _settle(of_layer, neighbours, spots, room=longest)
    top = min(spots.values(), default=0.0) - _HEAD - _ROW / 2
    return {thing: round(spot - top, 1) for thing, spot in spots.items()}


def _settle(rows: Sequence[Sequence[int]], neighbours: Mapping[int, list[int]], spots: _Spots, *, room: int) -> None:
    wished = []
    for place, row in enumerate(rows):
        near = [spots[other] for thing in row for other in neighbours[thing]]
        wished.append((sum(near) / len(near) if near else spots[row[0]]) - place * _ROW)
    slack = (room - len(rows)) * _ROW
    for place, (row, spot) in enumerate(zip(rows, pool(wished), strict=True)):
        spots.update(dict.fromkeys(row, min(max(spot, 0.0), slack) + place * _ROW))


def _columns(
    numbers: Sequence[int], layers: Sequence[Sequence[int]], parts: Sequence[int], labels: Sequence[str]
) -> tuple[tuple[PlacedColumn, ...], _Spots, float]:
    """Give every thing its place across, and every layer its heading."""
    across: _Spots = {}
    columns = []
    x = _MARGIN + MARK
    for number, layer, count in zip(numbers, layers, parts, strict=True):
        columns.append(PlacedColumn(number, round(x - MARK, 1), len(layer)))
        for part in range(count):
            standing = layer[part::count]
            across |= dict.fromkeys(standing, round(x, 1))
            widest = max(text_width(labels[thing], LABEL_SIZE, strong=True) for thing in standing)
            x += MARK + _LABEL_GAP + widest + _BETWEEN_PARTS
        x += _BETWEEN_LAYERS - _BETWEEN_PARTS
    return tuple(columns), across, round(max(x - _BETWEEN_LAYERS, 0.0) + _MARGIN, 1)


def _line(edge: LayerEdge, source: PlacedThing, target: PlacedThing) -> PlacedLine:
    """Leave by the right end of the left thing's label and arrive at the right thing's mark, whichever way it runs."""
    if source.x == target.x:
        bulge = max(source.right, target.right) + 16 + min(26.0, abs(source.y - target.y) / 8)
        start, end = (source.right + 3, source.y), (target.right + 3, target.y)
        return PlacedLine(edge, start, (bulge, source.y), (bulge, target.y), end)
    left, right = (source, target) if source.x < target.x else (target, source)
    out, into = (left.right + 3, left.y), (right.x - MARK - 3, right.y)
    bend = min(110.0, max(18.0, (into[0] - out[0]) * 0.45))
    first: Point = (round(out[0] + bend, 1), out[1])
    second: Point = (round(into[0] - bend, 1), into[1])
    if left is source:
        return PlacedLine(edge, out, first, second, into)
    return PlacedLine(edge, into, second, first, out)
