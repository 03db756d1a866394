"""What a layered picture is made of: things and lines as given, and the same with their places."""

from dataclasses import dataclass

__all__ = ["LayerEdge", "LayerNode", "LayersLayout", "PlacedColumn", "PlacedLine", "PlacedThing", "Point"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNode:
    """A thing; `layer` counts from the left, gaps between layers are closed."""

    key: str
    layer: int
    kind: str
    label: str
    is_start: bool = False
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerEdge:
    """A line between two things, of one or more facts; a dashed one carries no data."""

    source: str
    target: str
    facts: tuple[str, ...] = ()
    words: str = ""
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class PlacedThing:
    """A thing, the centre of its mark, its label as drawn, and where the label ends."""

    node: LayerNode
    x: float
    y: float
    label: str
    right: float


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line as two curves in a row: from `start` by `first` to the middle of `first` and `second`, by `second` to `end`."""

    edge: LayerEdge
    start: Point
    first: Point
    second: Point
    end: Point


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """The heading of a layer."""

    layer: int
    x: float
    count: int


@dataclass(frozen=True, slots=True)
class LayersLayout:
    """Everything with its place; things layer by layer, top to bottom, which is the order of the table too."""

    width: float
    height: float
    columns: tuple[PlacedColumn, ...]
    things: tuple[PlacedThing, ...]
    lines: tuple[PlacedLine, ...]
    crossings: int
