"""The legends of the ring picture: shapes, colours of chance, sizes of people and widths of edges."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Collection

from reports.picture_paint import CLASSES, Paint, element, group, node_shape
from reports.ring_labels import Box

__all__ = ["compact_count", "legend_boxes", "legend_chance", "legend_shapes", "legend_sizes"]

_THIN = "\u202f"
_SHAPES = (
    ("vendor", "vendor"),
    ("system", "system of ours"),
    ("dataset", "dataset"),
    ("process", "process of ours"),
    ("group", "several, folded"),
    ("protected", "protected"),
)


def compact_count(value: float) -> str:
    """Return a count with at most three digits and its unit.

    Examples
    --------
    >>> [compact_count(v).replace(chr(0x202f), " ") for v in (0, 950, 1240, 19500, 2_100_000)]
    ['0', '950', '1.24 k', '20 k', '2.10 M']
    """
    if value >= 999_500_000:
        return f"{_three(value / 1e9)}{_THIN}bn"
    if value >= 999_500:
        return f"{_three(value / 1e6)}{_THIN}M"
    if value >= 10_000:
        return f"{value / 1e3:.0f}{_THIN}k"
    return f"{_three(value / 1e3)}{_THIN}k" if value >= 1_000 else f"{value:.0f}"


def _three(value: float) -> str:
    return f"{value:.{max(0, 2 - math.floor(math.log10(value + 1e-12)))}f}" if value < 1000 else f"{value:,.0f}"


def legend_boxes(width: float, height: float) -> tuple[Box, ...]:
    """Return the room the legends and the hop button take in the corners of a stage; none on a narrow one."""
    if width < 560:
        return ()
    return (
        Box(10, 4, 130, 100),
        Box(10, height - 66, 235, 66),
        Box(width - 206, 4, 206, 74),
        Box(width - 312, height - 50, 312, 50),
    )


def _title(words: str, paint: Paint, *, x: float = 0.0) -> ET.Element:
    return element("text", {"x": f"{x:g}", "y": "11", "font-size": "11", **paint("rp-key-title")}, text=words)


def _note(words: str, x: float, y: float, paint: Paint, *, anchor: str = "start") -> ET.Element:
    place = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "font-size": "10.5"}
    return element("text", {**place, **paint("rp-key-text")}, text=words)


def legend_shapes(paint: Paint = CLASSES, kinds: Collection[str] = ("vendor", "system", "dataset")) -> ET.Element:
    """Return the key to shapes, for the kinds that stand in the picture."""
    legend = group("rp-key", _title("Shape", paint))
    y = 25.0
    for kind, words in _SHAPES:
        if kind not in kinds:
            continue
        tag, place = node_shape("dataset" if kind == "protected" else kind, 6.5, y, 5.2)
        legend.append(element(tag, {**place, **paint("rp-key-dash" if kind == "protected" else "rp-key-shape")}))
        legend.append(_note(words, 20, y + 3.5, paint))
        y += 16
    return legend


def legend_chance(paint: Paint = CLASSES) -> ET.Element:
    """Return the key to the five classes of chance."""
    legend = group("rp-key", _title("Colour: chance of being reached", paint))
    for i in range(5):
        place = {"x": f"{i * 41}", "y": "17", "width": "40", "height": "9"}
        legend.append(element("rect", {**place, **paint(f"rp-key-c{i}")}))
    for i, words in enumerate(("0", "5", "15", "35", "70", f"100{_THIN}%")):
        legend.append(_note(words, i * 41, 39, paint, anchor="middle" if i else "start"))
    return legend


def legend_sizes(paint: Paint = CLASSES, most_people: float = 0.0) -> ET.Element:
    """Return the key to sizes and widths, with round figures that fit the picture's largest node."""
    legend = group("rp-key")
    legend.append(_title("Size: people · width: chance" if most_people > 0 else "Width: chance", paint))
    if most_people > 0:
        top = _round_down(most_people)
        for people, x in ((top / 20, 12.0), (top / 2, 44.0), (top, 86.0)):
            radius = (5 + 14 * math.sqrt(people / most_people)) * 0.8
            circle = {"cx": f"{x:g}", "cy": f"{48 - radius:.1f}", "r": f"{radius:.1f}"}
            legend.append(element("circle", {**circle, **paint("rp-key-shape")}))
            legend.append(_note(compact_count(people).replace(".00", ""), x, 61, paint, anchor="middle"))
    for chance, y in ((0.1, 23.0), (0.5, 37.0), (1.0, 51.0)):
        line = {"x1": "114", "x2": "132", "y1": f"{y:g}", "y2": f"{y:g}", "stroke-width": f"{0.8 + 3.6 * chance:g}"}
        legend.append(element("line", {**line, **paint("rp-key-edge")}))
        legend.append(_note(f"{chance * 100:.0f}{_THIN}%", 137, y + 3.5, paint))
    return legend


def _round_down(value: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above the value."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(step * power for step in (1, 2, 5) if step * power <= value * 1.0001)
