"""Where labels stand beside their nodes: 36 places each, scored, the most important first, and none on another.

A label that finds no place free of other labels is left out of the picture; its text is in the table beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from reports.text_width import clip_text, text_width

__all__ = ["Box", "LabelPlacer", "PlacedLabel", "Scene", "find_ring_spot"]

_FAR = (0.0, 12.0, 26.0)  # extra distance from the node, pixels
_WAYS = ((1, 0), (-1, 0), (0.8, -0.7), (0.8, 0.7), (-0.8, -0.7), (-0.8, 0.7), (0, -1), (0, 1),
    (1, -0.4), (1, 0.4), (-1, -0.4), (-1, 0.4))  # fmt: skip
_PLACES = [(ux, uy, far) for far in _FAR for ux, uy in _WAYS]
_OUTSIDE, _NEARER_ANOTHER, _ON_LABEL, _ON_NODE, _ON_EDGE = 4000.0, 240.0, 400.0, 200.0, 60.0
_CORNER = {"system": 0.95, "dataset": 0.5}  # how far a shape reaches into its corners; 0.72 for circles
NAME_SIZE, START_SIZE, FIGURES_SIZE = 11.5, 13.0, 10.5  # type, pixels
_START_MATTERS = 3.0  # times; the name of the start may be covered least of all
_NAME_COVERED = 40.0  # square pixels; the name of a ring that would cover more is left out


class _Node(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def figures(self) -> str: ...
    @property
    def below(self) -> bool: ...
    @property
    def is_start(self) -> bool: ...
    @property
    def weight(self) -> float: ...


class _Room(Protocol):
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def scale(self) -> float: ...
    @property
    def blocks(self) -> Sequence["Box"]: ...


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner, width and height."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label in its place: clipped name, figures, the point its text hangs on, and the room it takes."""

    key: str
    name: str
    figures: str
    below: bool
    x: float
    y: float
    anchor: str
    box: Box


@dataclass(frozen=True, slots=True)
class Scene:
    """What the labels must keep clear of at one rotation: nodes, points along edges, marks on edges (x, y, w, h)."""

    center: tuple[float, float]
    spots: np.ndarray
    dots: np.ndarray
    marks: np.ndarray


def _overlap(a: np.ndarray, b: np.ndarray, margin: float) -> np.ndarray:
    """Area two sets of boxes (last axis x, y, w, h) share, each pair grown by a margin."""
    wide = np.minimum(a[..., 0] + a[..., 2], b[..., 0] + b[..., 2]) - np.maximum(a[..., 0], b[..., 0]) + margin
    high = np.minimum(a[..., 1] + a[..., 3], b[..., 1] + b[..., 3]) - np.maximum(a[..., 1], b[..., 1]) + margin
    return np.asarray(np.maximum(wide, 0) * np.maximum(high, 0))


_NOWHERE = -1e7  # where a label stands that has no place yet
_COSTLY = 120.0  # a label that costs more is worth another try
_COVERED = 90.0  # square pixels of another node; a label that covers more of it is left out
_RETRIES, _ALTERNATIVES = 6, 8


class _Choice:
    """Which place each label has at present, and what that costs."""

    def __init__(self, boxes: np.ndarray, fixed: np.ndarray) -> None:
        self.boxes, self.fixed = boxes, fixed
        self.place = np.zeros(len(boxes), dtype=int)
        self.chosen = np.full((len(boxes), 4), _NOWHERE)

    def _shared(self, i: int, boxes: np.ndarray) -> np.ndarray:
        """Return what each of these places of a label costs beside the other labels."""
        others = self.chosen.copy()
        others[i] = _NOWHERE
        shared = _overlap(boxes[:, None, :], others[None, :, :], 3.0)
        return np.asarray(np.where(shared > 0, _ON_LABEL + 9 * shared, 0.0).sum(axis=1))

    def put(self, i: int, place: int) -> None:
        self.place[i], self.chosen[i] = place, self.boxes[i, place]

    def settle(self, i: int) -> None:
        """Move one label to the place that is best as the others stand."""
        self.put(i, int(np.argmin(self.fixed[i] + self._shared(i, self.boxes[i]))))

    def each_cost(self) -> np.ndarray:
        alone = self.fixed[np.arange(len(self.place)), self.place]
        shared = _overlap(self.chosen[:, None, :], self.chosen[None, :, :], 3.0)
        np.fill_diagonal(shared, 0.0)
        return np.asarray(alone + np.where(shared > 0, _ON_LABEL + 9 * shared, 0.0).sum(axis=1))

    def cost(self) -> float:
        return float(self.each_cost().sum())

    def resettle_costliest(self) -> None:
        """Give the costliest labels another place and let those they push aside move; kept only when all in all it helps."""
        costs = self.each_cost()
        for i in sorted(range(len(costs)), key=lambda i: (-round(float(costs[i]), 6), i))[:_RETRIES]:
            if costs[i] < _COSTLY:
                return
            for place in np.argsort(self.fixed[i], kind="stable")[:_ALTERNATIVES]:
                before, place_before, chosen_before = self.cost(), self.place.copy(), self.chosen.copy()
                self.put(i, int(place))
                on = _overlap(self.chosen[i][None, :], self.chosen, 3.0) > 0
                on[i] = False
                for j in np.flatnonzero(on):
                    self.settle(int(j))
                if self.cost() >= before - 1e-6:
                    self.place, self.chosen = place_before, chosen_before


class LabelPlacer:
    """Finds places for the labels of one set of nodes, at any rotation of the picture.

    Keeps what does not turn with the picture: the texts and their sizes, the stage and the corners taken by legends.
    """

    def __init__(self, nodes: Sequence[_Node], halves: np.ndarray, room: _Room, widest: float) -> None:
        """Clip and measure the texts."""
        self.nodes, self.halves = nodes, halves
        self.width, self.height, self.scale = room.width, room.height, room.scale
        scale = self.scale
        self.blocks = np.array([(b.x, b.y, b.w, b.h) for b in room.blocks]).reshape(-1, 4)
        self.names = [
            clip_text(n.label, self._size(n), widest * (1.4 if n.is_start else 1.0) * scale, strong=True) for n in nodes
        ]
        self.sizes = np.array([self._measure(node, name) for node, name in zip(nodes, self.names, strict=True)])
        self.by_weight = sorted(range(len(nodes)), key=lambda i: (-nodes[i].weight, nodes[i].key))

    def _size(self, node: _Node) -> float:
        return (START_SIZE if node.is_start else NAME_SIZE) * self.scale

    def _measure(self, node: _Node, name: str) -> tuple[float, float]:
        wide = text_width(name, self._size(node), strong=True)
        figures = text_width(node.figures, FIGURES_SIZE * self.scale)
        if node.below and node.figures:
            return max(wide, figures) + 2, 26 * self.scale
        return wide + (figures + 7 * self.scale if figures else 2), (16 if node.is_start else 14) * self.scale

    def place(self, scene: Scene, *, rounds: int) -> tuple[float, tuple[PlacedLabel, ...]]:
        """Place the labels around these spots; returns what is left of the cost, and the labels that found a place."""
        boxes, points, fixed = self._candidates(scene)
        state = _Choice(boxes, fixed)
        for _ in range(rounds):
            for i in self.by_weight:
                state.settle(i)
        if rounds == 1:
            return state.cost(), ()
        state.resettle_costliest()
        shown = self._without_overlaps(state.chosen, self._nodes_as_boxes(scene.spots))
        labels = tuple(self._placed(i, int(state.place[i]), state.chosen[i], points[i, state.place[i]]) for i in shown)
        return state.cost() + (len(self.nodes) - len(shown)) * 2 * _OUTSIDE, labels

    def _candidates(self, scene: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All places of all labels: boxes (n, 36, 4), text points (n, 36, 2), and what each costs by itself (n, 36)."""
        ways, spots = np.array(_PLACES), scene.spots
        ux, uy, far = ways[:, 0], ways[:, 1], ways[:, 2] * self.scale
        half, wide, high = self.halves[:, None], self.sizes[:, :1], self.sizes[:, 1:]
        corner = np.array([_CORNER.get(node.kind, 0.72) for node in self.nodes])[:, None]
        slanted = np.abs(ux) == 0.8  # beyond the corner of the shape; the rest stand beside, above or below it
        along, across = half + 5 + far, half * corner
        x = spots[:, :1] + np.where(slanted, np.sign(ux) * (across + 3 + far * 0.7), np.sign(ux) * along)
        beside = np.where(ux == 0, uy * (along + high / 2 - 1), uy * high)
        down = np.where(slanted, np.sign(uy) * (across + high / 2 - 1 + far * 0.6), beside)
        y = spots[:, 1:] + down
        left = np.where(ux > 0.1, x, np.where(ux < -0.1, x - wide, x - wide / 2))
        boxes = np.stack((left, y - high / 2, np.broadcast_to(wide, x.shape), np.broadcast_to(high, x.shape)), axis=-1)
        outward = spots - np.asarray(scene.center)
        length = np.maximum(np.hypot(outward[:, 0], outward[:, 1]), 1.0)[:, None]
        facing = (ux * outward[:, :1] + uy * outward[:, 1:]) / length / np.hypot(ux, uy)
        bias = 26 * (1 - facing) + ways[:, 2] * 2.2 + np.where(ux == 0, 9.0, 0.0)
        starts = np.array([node.is_start for node in self.nodes])[:, None]
        bias = np.where(starts, np.where((ux == 0) & (uy < 0), 0.0, 30.0) + ways[:, 2] * 2.2, bias)
        alone = np.where(starts, _START_MATTERS, 1.0) * self._cost_alone(boxes, scene)
        return boxes, np.stack((x, y), axis=-1), bias + alone

    def _cost_alone(self, boxes: np.ndarray, scene: Scene) -> np.ndarray:
        """Return what a place costs whatever the other labels do: stage, nodes, legends, edges, nearness to another node."""
        spots = scene.spots
        x0, y0 = boxes[..., 0], boxes[..., 1]
        x1, y1 = x0 + boxes[..., 2], y0 + boxes[..., 3]
        outside = (x0 < 4) | (y0 < 4) | (x1 > self.width - 4) | (y1 > self.height - 4)
        cost = np.where(outside, _OUTSIDE, 0.0)
        solid = self._nodes_as_boxes(spots)
        on_node = _overlap(boxes[:, :, None, :], solid[None, None], 2.0)
        own = np.arange(len(spots))
        on_node[own, :, own] = 0.0
        cost += np.where(on_node > 0, _ON_NODE + 8 * on_node, 0.0).sum(axis=2)
        px, py = spots[:, 0], spots[:, 1]
        gap_x = np.maximum(np.maximum(x0[..., None] - px, px - x1[..., None]), 0.0)
        gap_y = np.maximum(np.maximum(y0[..., None] - py, py - y1[..., None]), 0.0)
        reach = np.hypot(gap_x, gap_y) - self.halves
        mine = reach[own, :, own][..., None]
        nearer = np.clip(mine + 7 - reach, 0.0, 30.0)
        nearer[own, :, own] = 0.0
        cost += np.where(nearer > 0, _NEARER_ANOTHER + 12 * nearer, 0.0).sum(axis=2)
        taken = np.concatenate((self.blocks, scene.marks))
        if len(taken):
            cost += 5 * _overlap(boxes[:, :, None, :], taken[None, None], 2.0).sum(axis=2)
        return np.asarray(cost + _ON_EDGE * self._dots_inside(boxes, scene.dots))

    def _nodes_as_boxes(self, spots: np.ndarray) -> np.ndarray:
        pad = self.halves + 2
        return np.column_stack((spots - pad[:, None], 2 * pad, 2 * pad))

    @staticmethod
    def _dots_inside(boxes: np.ndarray, dots: np.ndarray) -> np.ndarray:
        """How many points of edges lie under each box."""
        if not len(dots):
            return np.zeros(boxes.shape[:2])
        small, points = boxes.astype(np.float32), dots.astype(np.float32)
        found = np.zeros(boxes.shape[:2])
        for i in range(len(boxes)):  # by node: keeps the arrays in the processor's cache
            low_x, low_y = small[i, :, 0].min() - 1, small[i, :, 1].min()
            high_x = (small[i, :, 0] + small[i, :, 2]).max() + 1
            high_y = (small[i, :, 1] + small[i, :, 3]).max()
            near = points[
                (points[:, 0] > low_x) & (points[:, 0] < high_x) & (points[:, 1] > low_y) & (points[:, 1] < high_y)
            ]
            x, y, w, h = (small[i, :, k, None] for k in range(4))
            inside = (near[:, 0] > x - 1) & (near[:, 0] < x + w + 1) & (near[:, 1] > y + 1) & (near[:, 1] < y + h - 1)
            found[i] = inside.sum(axis=1)
        return found

    def _without_overlaps(self, chosen: np.ndarray, solid: np.ndarray) -> list[int]:
        """Choose the labels to show: the most important first, each only inside the stage and on nothing else."""
        shown: list[int] = []
        for i in self.by_weight:
            x, y, w, h = chosen[i]
            if x < 0 or y < 0 or x + w > self.width or y + h > self.height:
                continue
            if shown and (_overlap(chosen[i][None, :], chosen[shown], 0.0) > 0).any():
                continue
            if len(self.blocks) and (_overlap(chosen[i][None, :], self.blocks, 0.0) > 60.0).any():
                continue
            on_node = _overlap(chosen[i][None, :], solid, 0.0)
            on_node[i] = 0.0
            if on_node.max() > _COVERED and not self.nodes[i].is_start:
                continue
            shown.append(i)
        return sorted(shown)

    def _placed(self, i: int, place: int, box: np.ndarray, point: np.ndarray) -> PlacedLabel:
        ux = _PLACES[place][0]
        node = self.nodes[i]
        return PlacedLabel(
            key=node.key,
            name=self.names[i],
            figures=node.figures,
            below=node.below and bool(node.figures),
            x=float(point[0]),
            y=float(point[1]),
            anchor="start" if ux > 0 else "end" if ux < 0 else "middle",
            box=Box(*(float(value) for value in box)),
        )


def find_ring_spot(
    radius: float, width: float, busy: Sequence[Box], center: tuple[float, float]
) -> tuple[float, float] | None:
    """Return the place on a ring where a name of this width covers least, near the top; None when it covers too much."""
    steps = np.arange(120) * 2 * math.pi / 120
    x, y = center[0] + radius * np.cos(steps - math.pi / 2), center[1] + radius * np.sin(steps - math.pi / 2)
    boxes = np.column_stack((x - width / 2, y - 7, np.full(120, width), np.full(120, 14.0)))
    taken = np.array([(b.x, b.y, b.w, b.h) for b in busy]).reshape(-1, 4)
    covered = _overlap(boxes[:, None, :], taken[None], 7.0).sum(axis=1)
    best = int(np.argmin(np.round(6 * np.minimum(steps, 2 * math.pi - steps) + covered, 6)))
    really = float(_overlap(boxes[best][None, :], taken, 0.0).sum())
    return (float(x[best]), float(y[best])) if really <= _NAME_COVERED else None
