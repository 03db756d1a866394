"""Requests about the portfolio."""

import json
import math
from typing import Any
from xml.etree.ElementTree import tostring

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from registry.core import jobs
from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import NotFound
from registry.core.formats import money
from registry.core.paging import page_of
from registry.portfolio import queries
from registry.portfolio.work import ask
from reports.listing import CSV_MEDIA_TYPE, listing_csv
from reports.workbook import MEDIA_TYPE, CellKind, Sheet, SheetColumn, write_workbook
from reports.year_curve import YearCurve, decades, draw_year_curve

__all__ = ["export", "index", "run"]

WORD_MAX = 100


@needs(Permission.PORTFOLIO_READ)
def index() -> str:
    actor = current_actor()
    found = queries.latest()
    job_id = queries.open_job()
    context: dict[str, Any] = {
        "run": found,
        "job": jobs.view(actor, job_id) if job_id and may(actor, Permission.JOBS_READ) else None,
        "may_run": may(actor, Permission.PORTFOLIO_RUN),
    }
    if found is None:
        return render_template("portfolio/empty.html", **context)
    sort, word = request.args.get("sort", "expected"), request.args.get("q", "").strip()[:WORD_MAX]
    rows = queries.sorted_rows(found, sort, word)
    place = page_of(request.args.get("page"), total=len(rows))
    since = request.args.get("since", "week")
    before = queries.compared_with(found, since)
    return render_template(
        "portfolio/index.html",
        **context,
        rows=rows[place.offset : place.offset + place.size],
        place=place,
        sort=sort,
        word=word,
        since=since,
        before=before,
        moved=queries.moved(before, found) if before else [],
        changed=queries.facts_changed(before, found) if before else [],
        curve=_curve(found),
        in_figures=_in_figures(found),
        highest=max((row["expected_loss"] for row in found.vendors), default=0.0),
    )


@needs(Permission.PORTFOLIO_RUN)
def run() -> ResponseReturnValue:
    try:
        ask(current_actor())
    except jobs.TooManyWaiting as refused:
        flash(str(refused), "error")
    else:
        flash("The portfolio is being worked out; you can leave this page.", "success")
    return redirect(url_for("portfolio.index"), 303)


@needs(Permission.PORTFOLIO_READ)
def export(form: str) -> Response:
    found = queries.latest()
    if found is None:
        raise NotFound("portfolio", "latest")
    name = f"portfolio-{found.as_of}.{form}"
    if form == "json":
        return _file(json.dumps(found.result, indent=1).encode(), "application/json", name)
    sheets = (_league(found), _concentration(found))
    if form == "csv":
        return _file(listing_csv(sheets[0]), CSV_MEDIA_TYPE, name)
    return _file(write_workbook(sheets, title="Portfolio", made_at=found.made_at), MEDIA_TYPE, name)


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _curve(found: queries.Run) -> Markup:
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


def _in_figures(found: queries.Run) -> list[tuple[Any, float]]:
    """Return every sixth point of the curve, with the chance of its dearest event."""
    pairs = zip(found.result["annual"], found.result["occurrence"], strict=True)
    return [(row, single[1]) for row, single in list(pairs)[::6]]


def _league(found: queries.Run) -> Sheet:
    number, share, amount = CellKind.COUNT, CellKind.SHARE, CellKind.MONEY
    columns = (
        SheetColumn("Code"), SheetColumn("Vendor"), SheetColumn("Chance a year", share), SheetColumn("Events a year", CellKind.NUMBER),
        SheetColumn("People p50", number), SheetColumn("People p95", number), SheetColumn("Mean cost of an event", amount),
        SheetColumn("Cost p95", amount), SheetColumn("Expected loss a year", amount), SheetColumn("Share of all", share),
        SheetColumn("In the tail mean", amount), SheetColumn("Unknown, counted as worse or average"),
    )  # fmt: skip
    rows = [
        (
            row["code"], row["name"], row["probability"], round(row["events_per_year"], 6),
            *(_of(row["people"], name) for name in ("p50", "p95")), *(_of(row["cost"], name) for name in ("mean", "p95")),
            row["expected_loss"], row["expected_share"], row["tail_contribution"], ", ".join(row["unknown"]),
        )
        for row in found.vendors
    ]  # fmt: skip
    return Sheet("League", columns, rows)


def _of(figures: dict[str, float] | None, name: str) -> float | None:
    return None if figures is None or math.isinf(figures[name]) else figures[name]


def _concentration(found: queries.Run) -> Sheet:
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
