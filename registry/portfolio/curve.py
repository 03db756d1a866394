"""The curve of a year for the pages that show it: drawn, and in figures."""

from typing import Any
from xml.etree.ElementTree import tostring

from markupsafe import Markup

from registry.core.formats import money
from registry.portfolio.budget import Planned
from registry.portfolio.queries import Run
from reports.plan_curve import draw_plan_curve
from reports.year_curve import YearCurve, decades, draw_year_curve

__all__ = ["curve_in_figures", "curve_of", "plan_curve_of"]


def curve_of(found: Run) -> Markup:
    """Return the curve of a run as a drawing."""
    result, currency = found.result, found.result["currency"]
    net = result["net"]["annual"] if result["net"] else ()
    low, high = decades([*result["annual"], *net])
    curve = YearCurve(
        annual=result["annual"],
        occurrence=result["occurrence"],
        net=net,
        appetite=result["appetite"],
        labels=tuple(
            money(10.0**power, currency).replace(".00", "").replace(".0", "") for power in range(low, high + 1)
        ),
        appetite_label=f"appetite {money(result['appetite'], currency)}" if result["appetite"] else "",
    )
    # Built as elements, so every text in it is escaped.
    return Markup(tostring(draw_year_curve(curve), encoding="unicode", short_empty_elements=False))  # noqa: S704


def plan_curve_of(plan: Planned) -> Markup:
    """Return the curve of loss against money as a drawing."""
    result = plan.result
    drawn = draw_plan_curve(
        result["curve"],
        result["amount"],
        least=result["all"],
        write=lambda amount: money(amount, result["currency"]),
    )
    return Markup(tostring(drawn, encoding="unicode", short_empty_elements=False))  # noqa: S704


def curve_in_figures(found: Run) -> list[tuple[Any, float, float | None]]:
    """Return every sixth point of the curve, with the chance of its dearest event and that of the year's net loss."""
    net = found.result["net"]["annual"] if found.result["net"] else ()
    pairs = zip(found.result["annual"], found.result["occurrence"], strict=True)
    return [(row, single[1], _chance_above(net, row[0])) for row, single in list(pairs)[::6]]


def _chance_above(curve: Any, loss: float) -> float | None:
    """Read a falling curve at a loss: the chance of its next point at or above; None without a curve."""
    if not curve:
        return None
    return next((float(point[1]) for point in curve if point[0] >= loss), 0.0)
