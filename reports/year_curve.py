"""Draws what a year may cost: the chance of losing more than an amount, with its band, its dearest event, net and appetite."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.picture_paint import element

__all__ = ["YearCurve", "draw_year_curve"]

Row = Sequence[float | None]
"""Loss, chance, and the low and high end of the chance's band (None without)."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 20.0, 14.0, 26.0
_FLOOR = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCurve:
    """What is drawn: rows of the year and of its dearest event, the year net of what is paid back, and the appetite."""

    annual: Sequence[Row]
    occurrence: Sequence[Row]
    net: Sequence[Row] = ()
    appetite: float | None = None
    labels: tuple[str, ...] = ()  # of the decades, from the lowest on
    appetite_label: str = ""


def decades(rows: Iterable[Row]) -> tuple[int, int]:
    """Return the powers of ten between which the curve lies.

    >>> decades([[0.0, 0.9], [2e5, 0.5], [3e8, 0.01]])
    (5, 9)
    """
    seen = [float(row[0] or 0.0) for row in rows if (row[0] or 0.0) > 0 and (row[1] or 0.0) >= _FLOOR]
    if not seen:
        return 3, 6
    low, high = math.floor(math.log10(min(seen))), math.ceil(math.log10(max(seen)))
    return max(low, high - 6), max(high, low + 1)


def draw_year_curve(curve: YearCurve, *, width: float = 760.0, height: float = 240.0) -> ET.Element:
    """Return the drawing; classes `annual`, `occurrence`, `net`, `band`, `grid` and `appetite` take their colours from a style sheet."""
    low, high = decades([*curve.annual, *curve.net])
    drawing = _Drawing(low, high, width, height)
    svg = element("svg", {"class": "year-curve", "viewBox": f"0 0 {width:g} {height:g}", "aria-hidden": "true"})
    svg.extend(drawing.frame(curve.labels))
    band = drawing.band(curve.annual)
    if band is not None:
        svg.append(band)
    for name, rows in (("occurrence", curve.occurrence), ("net", curve.net), ("annual", curve.annual)):
        if rows:
            svg.append(drawing.line(rows, name))
    if curve.appetite and 10.0**low <= curve.appetite <= 10.0**high:
        svg.extend(drawing.mark(curve.appetite, curve.appetite_label))
    return svg


class _Drawing:
    """Places of losses (logarithmic) and chances (even) in one frame."""

    def __init__(self, low: int, high: int, width: float, height: float) -> None:
        self._low, self._high, self._width, self._height = low, high, width, height

    def _x(self, loss: float) -> float:
        share = (math.log10(max(loss, 10.0**self._low)) - self._low) / (self._high - self._low)
        return _LEFT + min(1.0, share) * (self._width - _LEFT - _RIGHT)

    def _y(self, chance: float) -> float:
        return _TOP + (1.0 - chance) * (self._height - _TOP - _BOTTOM)

    def frame(self, labels: Sequence[str]) -> list[ET.Element]:
        found = []
        for tenth in range(0, 11, 2):
            at = f"{self._y(tenth / 10):.1f}"
            found.append(
                element(
                    "line", {"class": "grid", "x1": f"{_LEFT:g}", "x2": f"{self._width - _RIGHT:g}", "y1": at, "y2": at}
                )
            )
            place = {
                "class": "axis",
                "x": f"{_LEFT - 7:g}",
                "y": f"{self._y(tenth / 10) + 4:.1f}",
                "text-anchor": "end",
            }
            found.append(element("text", place, text=f"{tenth * 10}\u202f%"))
        for step, power in enumerate(range(self._low, self._high + 1)):
            x = f"{self._x(10.0**power):.1f}"
            found.append(
                element(
                    "line", {"class": "grid", "x1": x, "x2": x, "y1": f"{_TOP:g}", "y2": f"{self._height - _BOTTOM:g}"}
                )
            )
            if step < len(labels):
                under = {"class": "axis", "x": x, "y": f"{self._height - 8:g}", "text-anchor": "middle"}
                found.append(element("text", under, text=labels[step]))
        return found

    def line(self, rows: Sequence[Row], name: str) -> ET.Element:
        return element(
            "path", {"class": name, "d": f"M{'L'.join(self._point(row[0], row[1]) for row in self._within(rows))}"}
        )

    def band(self, rows: Sequence[Row]) -> ET.Element | None:
        within = [row for row in self._within(rows) if len(row) > 3 and row[2] is not None and row[3] is not None]
        if not within:
            return None
        there = [self._point(row[0], row[3]) for row in within]
        back = [self._point(row[0], row[2]) for row in reversed(within)]
        return element("path", {"class": "band", "d": f"M{'L'.join([*there, *back])}Z"})

    def mark(self, loss: float, label: str) -> list[ET.Element]:
        x = self._x(loss)
        at = {
            "class": "appetite",
            "x1": f"{x:.1f}",
            "x2": f"{x:.1f}",
            "y1": f"{_TOP:g}",
            "y2": f"{self._height - _BOTTOM:g}",
        }
        is_right = x > self._width * 0.7
        word = {"class": "appetite-word", "x": f"{x + (-6 if is_right else 6):.1f}", "y": f"{_TOP + 10:g}"}
        return [
            element("line", at),
            element("text", word | {"text-anchor": "end" if is_right else "start"}, text=label),
        ]

    def _within(self, rows: Sequence[Row]) -> list[Row]:
        """Rows inside the frame, with the one just below it, so that the line begins at the edge."""
        inside = [row for row in rows if 10.0**self._low <= (row[0] or 0.0) <= 10.0**self._high]
        below = [row for row in rows if (row[0] or 0.0) < 10.0**self._low]
        return [*below[-1:], *inside]

    def _point(self, loss: float | None, chance: float | None) -> str:
        return f"{self._x(loss or 0.0):.1f} {self._y(chance or 0.0):.1f}"
