"""The tables of the portfolio as sheets: the league, what hangs on few, the curve, the plan."""

import math
from collections.abc import Sequence

from registry.portfolio.budget import Planned
from registry.portfolio.queries import Run
from reports.workbook import CellKind, Sheet, SheetColumn

__all__ = ["sheets_of"]


def sheets_of(found: Run, plan: Planned | None) -> Sequence[Sheet]:
    """Return every table of the portfolio, the league first; the plan within a budget when one was worked out."""
    sheets = [_league(found), _concentration(found), _curve(found)]
    return [*sheets, _plan(plan)] if plan else sheets


def _curve(found: Run) -> Sheet:
    result = found.result
    columns = (SheetColumn("Curve"), SheetColumn("Losing more than", CellKind.MONEY), SheetColumn("Chance", CellKind.SHARE),
               SheetColumn("Low", CellKind.SHARE), SheetColumn("High", CellKind.SHARE))  # fmt: skip
    named = [("all events of a year", result["annual"]), ("dearest event of a year", result["occurrence"])]
    if result["net"]:
        named += [("net of what is paid back", result["net"]["annual"])]
    rows = [(name, *point[:4]) for name, points in named for point in points]
    return Sheet("Curve", columns, rows)


def _plan(plan: Planned) -> Sheet:
    columns = (SheetColumn("In the plan"), SheetColumn("Control"), SheetColumn("Name", width=50), SheetColumn("On"),
               SheetColumn("Funded"), SheetColumn("Cost", CellKind.MONEY), SheetColumn("Saves a year, alone", CellKind.MONEY))  # fmt: skip
    rows = [
        (row["is_chosen"], row["control"], row["name"], row["fact"], row["is_funded"], row["cost"], row["saves"])
        for row in plan.rows
    ]
    return Sheet("Plan within a budget", columns, rows)


def _league(found: Run) -> Sheet:
    number, share, amount = CellKind.COUNT, CellKind.SHARE, CellKind.MONEY
    columns = (
        SheetColumn("Code"), SheetColumn("Vendor"), SheetColumn("Chance a year", share), SheetColumn("Events a year", CellKind.NUMBER),
        SheetColumn("People p50", number), SheetColumn("People p95", number), SheetColumn("Mean cost of an event", amount),
        SheetColumn("Cost p95", amount), SheetColumn("Expected loss a year", amount), SheetColumn("Share of all", share),
        SheetColumn("In the tail mean", amount), SheetColumn("Datasets within reach", number),
        SheetColumn("First duty, hours", CellKind.NUMBER), SheetColumn("First duty, law", width=40), SheetColumn("Unknown, counted as worse or average"),
    )  # fmt: skip
    rows = [
        (
            row["code"], row["name"], row["probability"], round(row["events_per_year"], 6),
            *(_of(row["people"], name) for name in ("p50", "p95")), *(_of(row["cost"], name) for name in ("mean", "p95")),
            row["expected_loss"], row["expected_share"], row["tail_contribution"], row.get("datasets"),
            *((row["first_duty"]["hours"], row["first_duty"]["law"]) if row.get("first_duty") else (None, "")),
            ", ".join(row["unknown"]),
        )
        for row in found.vendors
    ]  # fmt: skip
    return Sheet("League", columns, rows)


def _of(figures: dict[str, float] | None, name: str) -> float | None:
    return None if figures is None or math.isinf(figures[name]) else figures[name]


def _concentration(found: Run) -> Sheet:
    columns = (
        SheetColumn("Code"), SheetColumn("Vendor"), SheetColumn("Platform"), SheetColumn("Rank", CellKind.COUNT),
        SheetColumn("Direct vendors behind it", CellKind.COUNT), SheetColumn("Datasets", CellKind.COUNT), SheetColumn("Records of people", CellKind.COUNT),
    )  # fmt: skip
    rows = [
        (
            row["code"],
            row["name"],
            row["is_platform"],
            row["rank"],
            row["direct_vendors"],
            row["datasets"],
            row["people"],
        )
        for row in found.result["concentration"]
    ]
    return Sheet("Concentration", columns, rows)
