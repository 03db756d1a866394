"""Where rings, curves and marks lie once the angle of every node is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.ring_labels import Box, Scene
from reports.ring_values import RingEdge, RingNode, Stage

__all__ = ["Geometry", "make_geometry"]

_TAU = 2 * math.pi
_GROWTH = {"system": 0.9, "dataset": 1.2}  # so that shapes of one size look it
_SMALLEST, _LARGEST = 5.0, 19.0  # radius of a node for nobody and for the most people in the picture, pixels
_NODE_GAP, _LABEL_GAP = 14.0, 34.0  # least room between nodes on a ring, and for a label, pixels
_LABELLED_UP_TO = 45  # nodes; beyond, a label beside every node no longer fits anyway
_FULL_SIZE_UP_TO = 32  # nodes; beyond, all but the start shrink
_RING_STEP = 54.0  # least distance between rings
_MARGIN = 30.0  # from the outermost ring to the edge of the stage


@dataclass(frozen=True, slots=True)
class Geometry:
    """The stage with the rings on it, enlarged where they need it, and the graph in arrays."""

    stage: Stage
    radii: tuple[float, ...]
    scale: float
    sizes: list[float]
    needs: list[float]
    halves: np.ndarray
    hops: np.ndarray
    ends: np.ndarray
    cut: np.ndarray

    @property
    def width(self) -> float:
        """Width of the picture."""
        return self.stage.width * self.scale

    @property
    def height(self) -> float:
        """Height of the picture."""
        return self.stage.height * self.scale

    @property
    def center(self) -> tuple[float, float]:
        """Where the start stands."""
        return self.width / 2, self.height / 2

    @property
    def blocks(self) -> list[Box]:
        """The corners taken by legends."""
        return [Box(b.x * self.scale, b.y * self.scale, b.w * self.scale, b.h * self.scale) for b in self.stage.blocks]

    def place(self, angles: np.ndarray) -> np.ndarray:
        """Return the point of each node."""
        radius = np.asarray(self.radii)[self.hops]
        x, y = self.center
        return np.column_stack((x + radius * np.cos(angles), y + radius * np.sin(angles)))

    def controls(self, angles: np.ndarray, spots: np.ndarray) -> np.ndarray:
        """Return control points of curves that leave the inner node along its own radius."""
        if not len(self.ends):
            return np.zeros((0, 2))
        radii = np.asarray(self.radii)
        source, target = self.ends[:, 0], self.ends[:, 1]
        from_radius, to_radius = radii[self.hops[source]], radii[self.hops[target]]
        gap = (angles[target] - angles[source] + math.pi) % _TAU - math.pi
        same = from_radius == to_radius
        at = angles[source] + gap * np.where(same, 0.5, 0.22)
        beside, between = from_radius * np.cos(gap / 2) + 34.0, from_radius + (to_radius - from_radius) * 0.62
        out = np.where(same, beside, between)
        x, y = self.center
        bent = np.column_stack((x + out * np.cos(at), y + out * np.sin(at)))
        straight = (spots[source] + spots[target]) / 2
        at_center = (from_radius == 0) | (to_radius == 0)
        return np.asarray(np.where(at_center[:, None], straight, bent))

    def dots(self, spots: np.ndarray, controls: np.ndarray, count: int) -> np.ndarray:
        """Return points along every curve, for keeping texts off the edges."""
        if not len(self.ends):
            return np.zeros((0, 2))
        t = (np.arange(1, count + 1) / (count + 1))[None, :, None]
        a, b, c = spots[self.ends[:, 0]][:, None, :], spots[self.ends[:, 1]][:, None, :], controls[:, None, :]
        return np.asarray(((1 - t) ** 2 * a + 2 * t * (1 - t) * c + t**2 * b).reshape(-1, 2))

    def scene(self, angles: np.ndarray) -> Scene:
        """Return what labels must keep clear of at these angles."""
        spots = self.place(angles)
        controls = self.controls(angles, spots)
        return Scene(self.center, spots, self.dots(spots, controls, 22), self._cut_marks(spots, controls))

    def _cut_marks(self, spots: np.ndarray, controls: np.ndarray) -> np.ndarray:
        """Return the room taken by the mark and the words on each cut edge."""
        ends = self.ends[self.cut]
        if not len(ends):
            return np.zeros((0, 4))
        middle = 0.27 * spots[ends[:, 0]] + 0.5 * controls[self.cut] + 0.23 * spots[ends[:, 1]]
        corner, size = np.array((32.0, 24.0)) * self.scale, np.array((64.0, 34.0)) * self.scale
        return np.asarray(np.column_stack((middle - corner, np.broadcast_to(size, middle.shape))))


def make_geometry(nodes: Sequence[RingNode], edges: Sequence[RingEdge], stage: Stage) -> Geometry:
    """Size the nodes and the rings, and enlarge the stage when a ring cannot hold its nodes otherwise."""
    most = max(node.people for node in nodes)
    shrink = min(1.0, max(0.66, math.sqrt(_FULL_SIZE_UP_TO / len(nodes))))
    sizes = [_radius(node, most) * (1.0 if node.is_start else shrink) for node in nodes]
    room = [max(2 * s + _NODE_GAP, _LABEL_GAP if len(nodes) <= _LABELLED_UP_TO else 0.0) for s in sizes]
    radii, scale = _ring_radii(nodes, room, stage)
    index = {node.key: i for i, node in enumerate(nodes)}
    return Geometry(
        stage=stage,
        radii=radii,
        scale=scale,
        sizes=sizes,
        needs=[r / radii[node.hop] if radii[node.hop] else 0.0 for node, r in zip(nodes, room, strict=True)],
        halves=np.array([_half(node, size) for node, size in zip(nodes, sizes, strict=True)]),
        hops=np.array([node.hop for node in nodes]),
        ends=np.array([(index[e.source], index[e.target]) for e in edges], dtype=int).reshape(-1, 2),
        cut=np.array([edge.cut for edge in edges], dtype=bool),
    )


def _radius(node: RingNode, most: float) -> float:
    if node.is_start:
        return _LARGEST
    if most <= 0:
        return (_SMALLEST + _LARGEST) / 2
    return _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(node.people / most)


def _half(node: RingNode, radius: float) -> float:
    outline = 5.0 if node.is_start else 4.0 if node.protected else 0.0
    return radius * _GROWTH.get(node.kind, 1.0) + outline


def _ring_radii(nodes: Sequence[RingNode], room: Sequence[float], stage: Stage) -> tuple[tuple[float, ...], float]:
    """Return the radius of each ring, and how much larger than the stage the picture must be to hold them."""
    hops = max(node.hop for node in nodes)
    outer = max(60.0, min(stage.width, stage.height) / 2 - _MARGIN)
    demand = [0.0] * (hops + 1)
    for node, pixels in zip(nodes, room, strict=True):
        demand[node.hop] += pixels / _TAU
    starts = sum(1 for node in nodes if node.is_start)
    inner = 0.0 if starts == 1 else max(26.0, demand[0])
    reach = outer * (0.72 if hops == 1 else 1.0)
    even = [inner + (reach - inner) * (hop / hops) ** 0.85 if hop else inner for hop in range(hops + 1)]
    radii = [inner]
    for plain, roomy in zip(even[1:], _roomy_radii(inner, demand, reach)[1:], strict=True):
        radii.append(max((plain + roomy) / 2, demand[len(radii)], radii[-1] + _RING_STEP))
    return tuple(radii), max(1.0, (radii[-1] + _MARGIN) / (outer + _MARGIN))


def _roomy_radii(inner: float, demand: Sequence[float], reach: float) -> list[float]:
    """Return radii that give crowded rings more room, by halving: each as far out as its nodes ask, the last at `reach`."""

    def at(stretch: float) -> list[float]:
        radii = [inner]
        for wished in demand[1:]:
            radii.append(max(radii[-1] + _RING_STEP, stretch * wished))
        return radii

    low, high = 0.0, 50.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle)[-1] < reach else (low, middle)
    return at(low)
