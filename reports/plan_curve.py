"""Draws what money buys: the expected loss of a year that is left, in steps, against what is spent on controls."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

from reports.picture_paint import element

__all__ = ["draw_plan_curve"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760.0, 200.0, 84.0, 20.0, 14.0, 26.0
_LINES = 4


def draw_plan_curve(
    points: Sequence[Sequence[float]], amount: float, *, least: float, write: Callable[[float], str]
) -> ET.Element:
    """Return the drawing; classes as those of the curve of a year.

    Parameters
    ----------
    points : sequence of (cost, loss)
        In ascending order of cost; the first at no cost.
    amount : float
        The budget, marked by a line.
    least : float
        The loss left with everything in place: the lowest line, so that the steps can be seen.
    write : callable
        Puts an amount of money into words, for the axes.
    """
    most = max(amount, points[-1][0], 1.0)
    highest = max(loss for _, loss in points) or 1.0
    lowest = min(least, *(loss for _, loss in points))
    span = (highest - lowest) or 1.0

    def x(cost: float) -> float:
        return _LEFT + cost / most * (_WIDTH - _LEFT - _RIGHT)

    def y(loss: float) -> float:
        return _TOP + (highest - loss) / span * (_HEIGHT - _TOP - _BOTTOM)

    svg = element(
        "svg", {"class": "year-curve plan-curve", "viewBox": f"0 0 {_WIDTH:g} {_HEIGHT:g}", "aria-hidden": "true"}
    )
    for part in range(_LINES + 1):
        level = lowest + span * part / _LINES
        at = f"{y(level):.1f}"
        svg.append(
            element(
                "text",
                {"class": "axis", "x": f"{_LEFT - 7:g}", "y": f"{y(level) + 4:.1f}", "text-anchor": "end"},
                text=write(level),
            )
        )
        under = {
            "class": "axis",
            "x": f"{x(most * part / _LINES):.1f}",
            "y": f"{_HEIGHT - 8:g}",
            "text-anchor": "middle",
        }
        svg.append(element("text", under, text=write(most * part / _LINES)))
        svg.append(
            element("line", {"class": "grid", "x1": f"{_LEFT:g}", "x2": f"{_WIDTH - _RIGHT:g}", "y1": at, "y2": at})
        )
    path = f"M{x(points[0][0]):.1f} {y(points[0][1]):.1f}"
    for cost, loss in points[1:]:
        path += f"H{x(cost):.1f}V{y(loss):.1f}"
    svg.append(element("path", {"class": "annual", "d": f"{path}H{x(most):.1f}"}))
    for cost, loss in points:
        svg.append(element("circle", {"class": "dot", "cx": f"{x(cost):.1f}", "cy": f"{y(loss):.1f}", "r": "3"}))
    mark = f"{x(amount):.1f}"
    svg.append(
        element(
            "line", {"class": "appetite", "x1": mark, "x2": mark, "y1": f"{_TOP:g}", "y2": f"{_HEIGHT - _BOTTOM:g}"}
        )
    )
    return svg
