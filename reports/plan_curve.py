"""Draws what money buys: the expected loss of a year that is left, in steps, against what is spent on controls."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from reports.picture_paint import element

__all__ = ["draw_plan_curve"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760.0, 220.0, 12.0, 12.0, 14.0, 14.0


def draw_plan_curve(points: Sequence[Sequence[float]], amount: float) -> ET.Element:
    """Return the drawing; classes as those of the curve of a year.

    Parameters
    ----------
    points : sequence of (cost, loss)
        In ascending order of cost; the first at no cost.
    amount : float
        The budget, marked by a line.
    """
    most = max(amount, points[-1][0], 1.0)
    highest = max(loss for _, loss in points) or 1.0

    def x(cost: float) -> float:
        return _LEFT + cost / most * (_WIDTH - _LEFT - _RIGHT)

    def y(loss: float) -> float:
        return _TOP + (1.0 - loss / highest) * (_HEIGHT - _TOP - _BOTTOM)

    svg = element(
        "svg", {"class": "year-curve plan-curve", "viewBox": f"0 0 {_WIDTH:g} {_HEIGHT:g}", "aria-hidden": "true"}
    )
    for part in range(5):
        at = f"{y(highest * part / 4):.1f}"
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
