"""What a ring picture is made of: nodes and edges as given, and the same with their places."""

from dataclasses import dataclass

from reports.ring_labels import Box, PlacedLabel

__all__ = ["PlacedEdge", "PlacedNode", "RingEdge", "RingLayout", "RingName", "RingNode", "Stage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RingNode:
    """One thing to draw: hops and chance of being reached, people whose data it holds, what to write beside it.

    `lines` is the second and smaller part of the label, such as `31 % · 1.9 M`; `below` puts it on a line of its own.
    """

    key: str
    kind: str
    label: str
    hop: int
    chance: float
    people: float = 0.0
    figures: str = ""
    below: bool = False
    protected: bool = False
    struck: bool = False
    members: int = 1

    @property
    def is_start(self) -> bool:
        """Whether the breach is assumed to begin here."""
        return self.hop == 0

    @property
    def weight(self) -> float:
        """How much it matters in the picture: people expected, with datasets before what merely holds them."""
        return (2.0 if self.is_start else self.chance * (1.0 if self.kind == "dataset" else 0.45)) * (self.people + 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RingEdge:
    """One way compromise travels between two nodes of the picture, with the codes of the facts behind it."""

    source: str
    target: str
    chance: float
    facts: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The room there is, in pixels, and the corners already taken by legends."""

    width: float = 744.0
    height: float = 526.0
    blocks: tuple[Box, ...] = ()
    widest_label: float = 150.0


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node with its place: `radius` before the growth of its shape, `half` its half width with outline."""

    node: RingNode
    x: float
    y: float
    radius: float
    half: float
    angle: float


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge as a quadratic curve through one control point; `weight` and `distance` say the same relative to the chord."""

    edge: RingEdge
    control_x: float
    control_y: float
    weight: float
    distance: float


@dataclass(frozen=True, slots=True)
class RingName:
    """Where `2 hops` is written."""

    hop: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class RingLayout:
    """The picture in numbers; labels are missing where there was no room or none were asked for.

    `width` and `height` are at least those of the stage, larger when the rings need it; `scale` says by how much, and
    type is drawn that much larger so that it stays readable when the picture is fitted to the stage.
    """

    width: float
    height: float
    center_x: float
    center_y: float
    radii: tuple[float, ...]
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    labels: tuple[PlacedLabel, ...]
    ring_names: tuple[RingName, ...]
    crossings: int
    scale: float
    most_people: float

    parents: tuple[tuple[str, str], ...]

    def parent_of(self) -> dict[str, str]:
        """Return for each node the strongest predecessor on an inner ring: the likeliest way in, step by step."""
        return dict(self.parents)
