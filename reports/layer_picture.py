"""The data map drawn: an SVG for the page, where every thing and line leads to its page, and a whole SVG file.

Texts are built as elements, so every label is escaped whatever it holds; colours come from the style sheet in a page
and from the theme in a file, as in `reports.picture`.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from reports.layer_values import LayersLayout, PlacedLine, PlacedThing, Point
from reports.layers import LABEL_SIZE, MARK
from reports.picture_paint import CLASSES, Paint, element, group, node_shape, theme_paint
from reports.text_width import clip_text, plain_text

__all__ = ["draw_layers", "layers_svg", "line_path"]

_HALO = {"stroke": "bg", "stroke-width": "3", "stroke-linejoin": "round", "paint-order": "stroke"}
_STYLES: Mapping[str, Mapping[str, str]] = {
    "dm-page": {"fill": "bg"},
    "dm-title": {"fill": "ink", "font-weight": "600"},
    "dm-head": {"fill": "ink-3"},
    "dm-label": {"fill": "ink", "font-weight": "500", **_HALO},
    "dm-label dm-start": {"fill": "ink", "font-weight": "640", **_HALO},
    "dm-mark": {"fill": "ring", "stroke": "node-line", "stroke-width": "1"},
    "dm-mark dm-sensitive": {"fill": "r2", "stroke": "node-line", "stroke-width": "1"},
    "dm-mark dm-start": {"fill": "r4", "stroke": "node-line", "stroke-width": "1"},
    "dm-line": {"fill": "none", "stroke": "edge", "stroke-width": "1.1"},
    "dm-line dm-dashed": {"fill": "none", "stroke": "edge", "stroke-width": "1.1", "stroke-dasharray": "4 3"},
    "dm-tip": {"fill": "edge"},
}
_SHAPES = {"segments": "segment", "datasets": "dataset", "systems": "system", "vendors": "vendor"}
_TITLE_ROOM = 40.0


def layers_svg(
    layout: LayersLayout,
    headings: Mapping[int, str],
    *,
    links: Mapping[str, str] | None = None,
    paint: Paint = CLASSES,
) -> list[ET.Element]:
    """Return the layers of the picture from back to front: headings, lines, things.

    Parameters
    ----------
    headings : mapping of int to str
        What stands over each layer.
    links : mapping of str to str, optional
        Addresses by key of a thing and by code of a fact; a line of several facts leads nowhere.
    """
    leads = links or {}
    heads = group("dm-heads")
    for column in layout.columns:
        words = f"{headings.get(column.layer, '')} {column.count:,}".strip()
        place = {"x": f"{column.x:.1f}", "y": "18", "font-size": "11", **paint("dm-head")}
        heads.append(element("text", place, text=words))
    lines = group("dm-lines", *(_line(line, leads, paint) for line in layout.lines))
    things = group("dm-things", *(_thing(thing, leads, paint) for thing in layout.things))
    return [heads, lines, things]


def draw_layers(layout: LayersLayout, headings: Mapping[int, str], title: str, *, theme: str = "light") -> str:
    """Draw the picture as the text of an SVG file with a title, without scripts, style sheets or references."""
    paint = theme_paint(theme, _STYLES)
    width, height = max(layout.width, 320.0), layout.height + _TITLE_ROOM
    svg = element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "width": f"{width:.0f}",
            "height": f"{height:.0f}",
            "font-family": "Inter, system-ui, sans-serif",
            "role": "img",
        },
        element("title", {}, text=plain_text(title)),
        element("rect", {"width": f"{width:.0f}", "height": f"{height:.0f}", **paint("dm-page")}),
    )
    caption = {"x": "16", "y": "27", "font-size": "15", **paint("dm-title")}
    svg.append(element("text", caption, text=clip_text(title, 15, width - 32, strong=True)))
    stage = group("", *layers_svg(layout, headings, paint=paint))
    stage.set("transform", f"translate(0 {_TITLE_ROOM:g})")
    svg.append(stage)
    return ET.tostring(svg, encoding="unicode")


def line_path(points: Sequence[Point]) -> str:
    """Return the path of a line's two curves.

    Examples
    --------
    >>> line_path([(0, 0), (10, 0), (20, 8), (30, 8)])
    'M0 0Q10 0 15 4Q20 8 30 8'
    """
    start, first, second, end = points
    middle = (first[0] + second[0]) / 2, (first[1] + second[1]) / 2
    texts = [
        f"{x:.4g} {y:.4g}" if x < 1000 and y < 1000 else f"{x:.1f} {y:.1f}"
        for x, y in (start, first, middle, second, end)
    ]
    return f"M{texts[0]}Q{texts[1]} {texts[2]}Q{texts[3]} {texts[4]}"


def _line(line: PlacedLine, leads: Mapping[str, str], paint: Paint) -> ET.Element:
    edge = line.edge
    style = "dm-line dm-dashed" if edge.is_dashed else "dm-line"
    points = (line.start, line.first, line.second, line.end)
    url = leads.get(edge.facts[0]) if len(edge.facts) == 1 else None
    drawn = element("a", {"href": url, "tabindex": "-1"}) if url else group("")
    drawn.append(element("path", {"d": line_path(points), **paint(style)}))
    drawn.append(element("path", {"d": _tip(line.second, line.end), **paint("dm-tip")}))
    drawn.append(element("title", {}, text=plain_text(edge.words or ", ".join(edge.facts))))
    return drawn


def _tip(control: Point, end: Point) -> str:
    angle = math.atan2(end[1] - control[1], end[0] - control[0])
    cos, sin = math.cos(angle), math.sin(angle)
    corners = ((0.0, 0.0), (-6.0, 2.6), (-6.0, -2.6))
    spots = [(end[0] + cos * x - sin * y, end[1] + sin * x + cos * y) for x, y in corners]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots) + "Z"


def _thing(thing: PlacedThing, leads: Mapping[str, str], paint: Paint) -> ET.Element:
    node = thing.node
    kind = _SHAPES.get(node.kind, "vendor")
    half = MARK * {"dataset": 1.25, "segment": 1.15}.get(kind, 1.0)
    tag, place = node_shape(kind, thing.x, thing.y, half)
    mark = "dm-mark dm-start" if node.is_start else "dm-mark dm-sensitive" if node.is_sensitive else "dm-mark"
    url = leads.get(node.key)
    drawn = element("a", {"href": url, "tabindex": "-1"}) if url else group("")
    drawn.append(element(tag, {**place, **paint(mark)}))
    style = "dm-label dm-start" if node.is_start else "dm-label"
    words = {
        "x": f"{thing.x + MARK + 5:.1f}",
        "y": f"{thing.y + 4:.1f}",
        "font-size": f"{LABEL_SIZE:g}",
        **paint(style),
    }
    drawn.append(element("text", words, text=thing.label))
    drawn.append(element("title", {}, text=plain_text(f"{node.label} ({node.key})")))
    return drawn
