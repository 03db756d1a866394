"""The ring picture drawn: SVG layers for the page, and whole SVG files in a light and a dark theme for everything else.

Shapes and texts are built as elements, so every label is escaped whatever it holds. Inside the page the parts carry
classes and take their colours from the style sheet; in a file they carry the colours themselves, because a file
has no style sheet and a strict policy allows no inline one.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.picture_legend import legend_chance, legend_shapes, legend_sizes
from reports.picture_paint import CLASSES, Paint, chance_class, element, group, node_shape, theme_paint
from reports.ring import PlacedEdge, PlacedLabel, PlacedNode, RingLayout, RingNode
from reports.ring_labels import FIGURES_SIZE, NAME_SIZE, START_SIZE
from reports.text_width import clip_text, plain_text

__all__ = ["Caption", "cut_marks", "draw_picture", "edge_width", "picture_layers"]

_HEADER, _FOOTER, _SIDE = 62.0, 30.0, 24.0  # of a picture file, pixels
_FACTS_NAMED = 6
_CUT_AT = 0.48  # where along a curve its cut mark sits


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a picture file says in words: the answer, one line under it, and where the figures come from."""

    title: str
    subtitle: str = ""
    source: str = ""


def edge_width(chance: float) -> float:
    """Return the width of an edge, pixels.

    Examples
    --------
    >>> edge_width(0.5)
    2.6
    """
    return round(0.8 + 3.6 * chance, 2)


def picture_layers(layout: RingLayout, paint: Paint = CLASSES) -> list[ET.Element]:
    """Return the layers of a picture from back to front: rings, edges, nodes, labels; each a group with its class."""
    halves = {placed.node.key: placed.half for placed in layout.nodes}
    spots = {placed.node.key: (placed.x, placed.y) for placed in layout.nodes}
    edges = group("rp-edges", *(_edge(curve, spots, halves, paint) for curve in layout.edges))
    nodes = group("rp-nodes", *(_node(placed, paint) for placed in layout.nodes))
    kinds = {placed.node.key: placed.node for placed in layout.nodes}
    labels = group("rp-labels", *(_label(label, kinds[label.key], layout.scale, paint) for label in layout.labels))
    labels.extend(_cut_mark(mark, layout.scale, paint) for mark in cut_marks(layout))
    return [_rings(layout, paint), edges, nodes, labels]


def draw_picture(layout: RingLayout, caption: Caption, *, theme: str = "light") -> str:
    """Draw a whole picture with caption and legend as the text of an SVG file.

    Parameters
    ----------
    layout : RingLayout
        From `reports.ring.layout_rings`.
    caption : Caption
        The words around it.
    theme : {"light", "dark"}
        Colours.

    Returns
    -------
    str
        An SVG document without scripts, style sheets or references.
    """
    paint = theme_paint(theme)
    zoom = 1 / layout.scale
    width, height = layout.width * zoom, layout.height * zoom
    whole = height + _HEADER + _FOOTER
    svg = element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:.0f} {whole:.0f}",
            "width": f"{width:.0f}",
            "height": f"{whole:.0f}",
            "font-family": "Inter, system-ui, sans-serif",
            "role": "img",
        },
        element("title", {}, text=plain_text(caption.title)),
        element("rect", {"width": f"{width:.0f}", "height": f"{whole:.0f}", **paint("rp-page")}),
    )
    svg.extend(_words(caption, width, whole, paint))
    stage = group("", *picture_layers(layout, paint))
    stage.set("transform", f"translate(0 {_HEADER:g}) scale({zoom:.4f})")
    svg.append(stage)
    for legend, x, y in (
        (legend_shapes(paint, _kinds(layout)), _SIDE, _HEADER + 10),
        (legend_chance(paint), _SIDE, _HEADER + height - 52),
        (legend_sizes(paint, layout.most_people), width - 190, _HEADER + 10),
    ):
        legend.set("transform", f"translate({x:.0f} {y:.0f})")
        svg.append(legend)
    return ET.tostring(svg, encoding="unicode")


def _kinds(layout: RingLayout) -> set[str]:
    kinds = {placed.node.kind for placed in layout.nodes}
    return kinds | {"protected"} if any(placed.node.protected for placed in layout.nodes) else kinds


def _words(caption: Caption, width: float, height: float, paint: Paint) -> list[ET.Element]:
    room = width - 2 * _SIDE
    lines = [
        (caption.title, 17.0, 27.0, "rp-title", True),
        (caption.subtitle, 12.0, 46.0, "rp-words", False),
        (caption.source, 10.5, height - 11, "rp-words", False),
    ]
    return [
        element(
            "text",
            {"x": f"{_SIDE:g}", "y": f"{y:g}", "font-size": f"{size:g}", **paint(style)},
            text=clip_text(text, size, room, strong=strong),
        )
        for text, size, y, style, strong in lines
        if text
    ]


def _rings(layout: RingLayout, paint: Paint) -> ET.Element:
    rings = group("rp-rings")
    for hop in range(len(layout.radii) - 1, 0, -1):
        place = {"cx": f"{layout.center_x:.1f}", "cy": f"{layout.center_y:.1f}", "r": f"{layout.radii[hop]:.1f}"}
        rings.append(element("circle", {**place, **paint("rp-area")}))
        rings.append(element("circle", {**place, **paint("rp-ring")}))
    for name in layout.ring_names:
        place = {"x": f"{name.x:.1f}", "y": f"{name.y + 3.5:.1f}", "text-anchor": "middle"}
        size = {"font-size": f"{FIGURES_SIZE * layout.scale:.2f}"}
        word = "1 hop" if name.hop == 1 else f"{name.hop} hops"
        rings.append(element("text", {**place, **size, **paint("rp-ringname")}, text=word))
    return rings


_Point = tuple[float, float]


def _between(a: _Point, b: _Point, t: float) -> _Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _at(curve: Sequence[_Point], t: float) -> _Point:
    a, c, b = curve
    return _between(_between(a, c, t), _between(c, b, t), t)


def _trim(curve: Sequence[_Point], leave: float, arrive: float) -> tuple[_Point, _Point, _Point]:
    """Return the part of a curve outside both nodes, by de Casteljau's split."""
    a, c, b = curve
    steps = [i / 80 for i in range(81)]
    first = next((t for t in steps if math.dist(_at(curve, t), a) >= leave), 0.0)
    last = next((t for t in reversed(steps) if math.dist(_at(curve, t), b) >= arrive), 1.0)
    if last <= first:
        return a, c, b
    start, end = _at(curve, first), _at(curve, last)
    control = _between(_between(a, c, first), _between(c, b, first), last)
    return start, control, end


def _edge(placed: PlacedEdge, spots: Mapping[str, _Point], halves: Mapping[str, float], paint: Paint) -> ET.Element:
    edge = placed.edge
    wide = edge_width(edge.chance)
    head = 0.0 if edge.cut else 4.5 + 1.3 * wide
    whole = (spots[edge.source], (placed.control_x, placed.control_y), spots[edge.target])
    start, control, end = _trim(whole, halves[edge.source] + 1, halves[edge.target] + 3 + head * 0.8)
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{control[0]:.1f} {control[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    drawn = group("rp-link" + (" rp-cut" if edge.cut else ""))
    drawn.set("data-edge", f"{edge.source}>{edge.target}")
    line = "rp-edge-cut" if edge.cut else "rp-edge"
    drawn.append(element("path", {"d": path, "stroke-width": f"{1.4 if edge.cut else wide:g}", **paint(line)}))
    if head:
        drawn.append(element("path", {"d": _arrow(control, end, head, wide), **paint("rp-head")}))
    drawn.append(element("title", {}, text=plain_text(f"{_few(edge.facts)}{edge.chance:.0%}")))
    return drawn


def _few(facts: Sequence[str]) -> str:
    """Name a few facts; an edge between folded nodes may stand for thousands."""
    if not facts:
        return ""
    left_out = len(facts) - _FACTS_NAMED
    return ", ".join(facts[:_FACTS_NAMED]) + (f" and {left_out:,} more" if left_out > 0 else "") + ": "


def _arrow(control: _Point, end: _Point, length: float, wide: float) -> str:
    angle = math.atan2(end[1] - control[1], end[0] - control[0])
    cos, sin, side = math.cos(angle), math.sin(angle), 2.0 + wide * 0.75
    tip = end[0] + cos * length * 0.8, end[1] + sin * length * 0.8
    back = end[0] - cos * length * 0.2, end[1] - sin * length * 0.2
    left = back[0] - sin * side, back[1] + cos * side
    right = back[0] + sin * side, back[1] - cos * side
    return f"M{tip[0]:.1f} {tip[1]:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}Z"


def _node(placed: PlacedNode, paint: Paint) -> ET.Element:
    node = placed.node
    drawn = group("rp-node")
    drawn.set("data-node", node.key)
    outline = 5.0 if node.is_start else 4.0 if node.protected else 0.0
    half = placed.half - outline
    if node.is_start:
        halo = {"cx": f"{placed.x:.1f}", "cy": f"{placed.y:.1f}", "r": f"{half + 3.5:.1f}"}
        drawn.append(element("circle", {**halo, **paint("rp-start")}))
    tag, place = node_shape(node.kind, placed.x, placed.y, half)
    style = "rp-struck" if node.struck else f"rp-c{chance_class(node.chance)}"
    drawn.append(element(tag, {**place, **paint(style)}))
    if node.protected:
        tag, place = node_shape(node.kind, placed.x, placed.y, half + 3.5)
        drawn.append(element(tag, {**place, **paint("rp-protected")}))
    words = " · ".join(part for part in (plain_text(node.label), node.figures) if part)
    drawn.append(element("title", {}, text=words))
    return drawn


def _label(label: PlacedLabel, node: RingNode, scale: float, paint: Paint) -> ET.Element:
    size = START_SIZE if node.is_start else NAME_SIZE
    style = "rp-lab-start" if node.is_start else "rp-lab-off" if node.struck else "rp-lab"
    x, y = f"{label.x:.1f}", label.y + (-2 if label.below else 4) * scale
    drawn = element(
        "text",
        {"x": x, "y": f"{y:.1f}", "text-anchor": label.anchor, "font-size": f"{size * scale:.2f}", **paint(style)},
        text=label.name,
    )
    drawn.set("data-label", label.key)
    if label.figures:
        offset = {"x": x, "dy": f"{13 * scale:.1f}"} if label.below else {"dx": f"{5 * scale:.1f}"}
        smaller = {"font-size": f"{FIGURES_SIZE * scale:.2f}", **offset, **paint("rp-lab2")}
        drawn.append(element("tspan", smaller, text=label.figures))
    return drawn


def cut_marks(layout: RingLayout) -> list[tuple[str, float, float]]:
    """Return the words and the place of the mark on every cut edge."""
    spots = {placed.node.key: (placed.x, placed.y) for placed in layout.nodes}
    found = []
    for placed in layout.edges:
        if placed.edge.cut:
            whole = (spots[placed.edge.source], (placed.control_x, placed.control_y), spots[placed.edge.target])
            x, y = _at(whole, _CUT_AT)
            found.append((plain_text(f"{', '.join(placed.edge.facts[:2])} cut"), round(x, 1), round(y, 1)))
    return found


def _cut_mark(mark: tuple[str, float, float], scale: float, paint: Paint) -> ET.Element:
    words, x, y = mark
    drawn = group(
        "rp-cutmark",
        element("circle", {"r": "7.5", **paint("rp-cutdisc")}),
        element("path", {"d": "M-3 -3L3 3M3 -3L-3 3", **paint("rp-cutcross")}),
        element(
            "text",
            {"y": "-12", "text-anchor": "middle", "font-size": f"{FIGURES_SIZE:g}", **paint("rp-lab")},
            text=words,
        ),
    )
    drawn.set("transform", f"translate({x:.1f} {y:.1f}) scale({scale:.3f})")
    return drawn
