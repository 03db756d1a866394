"""Drawings inside the page: the picture for readers without scripts, its legends, and the curve."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from registry.blast.drawing import Drawing
from registry.core.formats import THIN, percent, short
from reports.picture import picture_layers
from reports.picture_legend import legend_chance, legend_shapes, legend_sizes
from reports.picture_paint import element, group

__all__ = ["curve_svg", "legends_svg", "picture_svg"]


def _markup(drawn: ET.Element) -> Markup:
    # Built as elements, so every text in it is escaped.
    return Markup(ET.tostring(drawn, encoding="unicode", short_empty_elements=False))  # noqa: S704


def picture_svg(drawing: Drawing) -> Markup:
    """Return the whole picture; a script takes its layers apart, a reader without one sees it as it is."""
    layout = drawing.layout
    box = f"0 0 {layout.width:.0f} {layout.height:.0f}"
    svg = element("svg", {"class": "rp-static", "id": "picture-static", "viewBox": box, "aria-hidden": "true"})
    svg.extend(picture_layers(layout))
    return _markup(svg)


def legends_svg(drawing: Drawing) -> tuple[tuple[str, Markup], ...]:
    """Return the legends with the corner each stands in."""
    layout = drawing.layout
    kinds = {placed.node.kind for placed in layout.nodes}
    if any(placed.node.protected for placed in layout.nodes):
        kinds.add("protected")
    return (
        ("tl", _legend(legend_shapes(kinds=kinds), 112, 18 + 16 * len(kinds))),
        ("bl", _legend(legend_chance(), 232, 42)),
        ("tr", _legend(legend_sizes(most_people=layout.most_people), 168, 64)),
    )


def _legend(legend: ET.Element, width: int, height: int) -> Markup:
    attributes = {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}", "aria-hidden": "true"}
    return _markup(element("svg", attributes, legend))


_WIDE, _HIGH, _LEFT, _BOTTOM, _TOP = 720.0, 142.0, 38.0, 22.0, 10.0


def curve_svg(data: Mapping[str, Any]) -> Markup:
    """Return the exceedance curve drawn plainly, for readers without scripts and for print."""
    points: Sequence[Sequence[float]] = data["after"]
    if not points:
        return Markup("")
    low, high = (round(math.log10(end)) for end in data["range"])

    def x(loss: float) -> float:
        return _LEFT + (math.log10(loss) - low) / (high - low) * (_WIDE - _LEFT - 24)

    def y(chance: float) -> float:
        return _TOP + (1 - chance) * (_HIGH - _TOP - _BOTTOM)

    def line(curve: Sequence[Sequence[float]], style: str) -> ET.Element:
        within = [(loss, chance) for loss, chance in curve if 10.0**low <= loss <= 10.0**high]
        path = "L".join(f"{x(loss):.1f} {y(chance):.1f}" for loss, chance in within)
        return element("path", {"class": style, "d": f"M{path}"})

    svg = element("svg", {"class": "curve-static", "viewBox": f"0 0 {_WIDE:.0f} {_HIGH:.0f}", "aria-hidden": "true"})
    for chance in (0.0, 0.5, 1.0):
        at = f"{y(chance):.1f}"
        svg.append(element("line", {"class": "grid", "x1": f"{_LEFT:g}", "x2": f"{_WIDE:g}", "y1": at, "y2": at}))
        place = {"x": f"{_LEFT - 6:g}", "y": f"{y(chance) + 4:.1f}", "text-anchor": "end"}
        svg.append(element("text", place, text=percent(chance)))
    for power in range(low, high + 1):
        place = {"x": f"{x(10.0**power):.1f}", "y": f"{_HIGH - 4:g}", "text-anchor": "middle"}
        svg.append(element("text", place, text=_round_money(10.0**power, data["symbol"])))
    if data["before"]:
        svg.extend((line(data["before"], "today"), line(points, "what-if")))
    else:
        svg.append(line(points, "today"))
    if data["appetite"] and low <= math.log10(data["appetite"]) <= high:
        at = f"{x(data['appetite']):.1f}"
        mark = {"class": "appetite", "x1": at, "x2": at, "y1": f"{_TOP:g}", "y2": f"{_HIGH - _BOTTOM:g}"}
        words = element("text", {"class": "appetite-word", "x": f"{x(data['appetite']) + 6:.1f}", "y": "20"})
        words.text = f"appetite {_round_money(data['appetite'], data['symbol'])}"
        svg.append(group("", element("line", mark), words))
    return _markup(svg)


def _round_money(amount: float, symbol: str) -> str:
    """Write an amount on an axis, without needless digits."""
    text = short(amount).replace(".00", "").replace(".0", "")
    return f"{symbol}{THIN}{text}"
