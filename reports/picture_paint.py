"""Shapes, colours and strokes of the ring picture: one table of styles, painted as classes in the page or as attributes in a file."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping

__all__ = ["CLASSES", "THEMES", "Paint", "chance_class", "element", "group", "node_shape", "theme_paint"]

Paint = Callable[[str], dict[str, str]]

# The tokens of the style sheet, spelled again because a picture file cannot refer to it.
THEMES: Mapping[str, Mapping[str, str]] = {
    "light": {
        "bg": "#ffffff",
        "ink": "#16181d",
        "ink-2": "#525a66",
        "ink-3": "#68707d",
        "accent": "#2b57c8",
        "r0": "#f2dbb6",
        "r1": "#ed9e67",
        "r2": "#d95c4d",
        "r3": "#a72a50",
        "r4": "#631c49",
        "node-line": "#4a3440",
        "edge": "#8c939e",
        "ring": "#e3e4e8",
        "ring-fill": "#fbfbfb",
    },
    "dark": {
        "bg": "#121417",
        "ink": "#e9ebee",
        "ink-2": "#a9b0ba",
        "ink-3": "#8b939e",
        "accent": "#8fb0ff",
        "r0": "#512f4f",
        "r1": "#9c3a60",
        "r2": "#dd5b55",
        "r3": "#f59c57",
        "r4": "#f9dfa0",
        "node-line": "#c9b3bd",
        "edge": "#66707c",
        "ring": "#2a2f36",
        "ring-fill": "#14171a",
    },
}

_HALO = {"stroke": "bg", "stroke-width": "3.5", "stroke-linejoin": "round", "paint-order": "stroke"}
_STROKED = {"fill": "none", "stroke": "node-line", "stroke-width": "1.2"}
_NODE = {"stroke": "node-line", "stroke-width": "1", "stroke-opacity": "0.75"}
# Class -> attributes; values that name a token become its colour.
_STYLES: Mapping[str, Mapping[str, str]] = {
    "rp-page": {"fill": "bg"},
    "rp-title": {"fill": "ink", "font-weight": "600"},
    "rp-words": {"fill": "ink-2"},
    "rp-area": {"fill": "ring-fill"},
    "rp-ring": {"fill": "none", "stroke": "ring", "stroke-width": "1"},
    "rp-ringname": {"fill": "ink-3", **_HALO, "stroke-width": "6"},
    "rp-edge": {"fill": "none", "stroke": "edge"},
    "rp-edge-cut": {"fill": "none", "stroke": "edge", "stroke-dasharray": "3 4"},
    "rp-head": {"fill": "edge"},
    **{f"rp-c{i}": {"fill": f"r{i}", **_NODE} for i in range(5)},
    "rp-struck": {"fill": "r4", "fill-opacity": "0.12", "stroke": "ink-3", "stroke-width": "1"},
    "rp-start": {"fill": "none", "stroke": "r4", "stroke-width": "1.5"},
    "rp-protected": {"fill": "none", "stroke": "node-line", "stroke-width": "1.3", "stroke-dasharray": "3 2.4"},
    "rp-lab": {"fill": "ink", "font-weight": "600", **_HALO},
    "rp-lab-start": {"fill": "ink", "font-weight": "600", **_HALO},
    "rp-lab-off": {"fill": "ink-3", "font-weight": "600", **_HALO},
    "rp-lab2": {"fill": "ink-2", "font-weight": "400"},
    "rp-cutdisc": {"fill": "bg", "stroke": "ink", "stroke-width": "1.4"},
    "rp-cutcross": {"fill": "none", "stroke": "ink", "stroke-width": "1.8", "stroke-linecap": "round"},
    "rp-key-title": {"fill": "ink", "font-weight": "600"},
    "rp-key-text": {"fill": "ink-2"},
    "rp-key-shape": _STROKED,
    "rp-key-dash": {**_STROKED, "stroke-dasharray": "2.6 2.2"},
    "rp-key-edge": {"stroke": "edge"},
    **{f"rp-key-c{i}": {"fill": f"r{i}"} for i in range(5)},
}


def CLASSES(style: str) -> dict[str, str]:  # noqa: N802 - stands beside `theme_paint` as a ready-made paint
    """Paint by class, for pictures inside the page."""
    return {"class": style}


def theme_paint(theme: str, styles: Mapping[str, Mapping[str, str]] = _STYLES) -> Paint:
    """Return a paint that writes the colours of a theme as attributes; other pictures bring styles of their own.

    Raises
    ------
    ValueError
        When there is no such theme.
    """
    if theme not in THEMES:
        message = f"There is no theme {theme!r}; choose from {', '.join(THEMES)}."
        raise ValueError(message)
    colours = THEMES[theme]

    def paint(style: str) -> dict[str, str]:
        return {name: colours.get(value, value) for name, value in styles[style].items()}

    return paint


def chance_class(chance: float) -> int:
    """Return the colour class of a chance: under 5, 15, 35, 70 percent, or more.

    Examples
    --------
    >>> [chance_class(chance) for chance in (0.04, 0.05, 0.34, 0.69, 0.7)]
    [0, 1, 2, 3, 4]
    """
    return sum(chance >= bound for bound in (0.05, 0.15, 0.35, 0.70))


def element(tag: str, attributes: Mapping[str, str], *children: ET.Element, text: str | None = None) -> ET.Element:
    """Return an element with children or text."""
    made = ET.Element(tag, dict(attributes))
    made.text = text
    made.extend(children)
    return made


def group(style: str, *children: ET.Element) -> ET.Element:
    """Return a group; its class only names it for scripts."""
    return element("g", {"class": style} if style else {}, *children)


def node_shape(kind: str, x: float, y: float, half: float) -> tuple[str, dict[str, str]]:
    """Return the SVG tag and geometry of a kind's shape: circle vendor, square system, diamond dataset, hexagon process, triangle segment."""
    if kind == "system":
        return "rect", {
            "x": f"{x - half:.1f}",
            "y": f"{y - half:.1f}",
            "width": f"{2 * half:.1f}",
            "height": f"{2 * half:.1f}",
            "rx": f"{half * 0.26:.1f}",
        }
    corners = {"segment": 3, "dataset": 4, "process": 6, "group": 8}.get(kind)
    if corners is None:
        return "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{half:.1f}"}
    turn = {"group": math.pi / 8, "segment": -math.pi / 2}.get(kind, 0.0)
    points = [
        (x + half * math.cos(turn + 2 * math.pi * i / corners), y + half * math.sin(turn + 2 * math.pi * i / corners))
        for i in range(corners)
    ]
    return "path", {"d": "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "Z"}
