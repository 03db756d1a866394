"""Requests about the portfolio."""

import json
from contextlib import suppress
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.administration.queries import parameters_in_force
from registry.core import clock, jobs
from registry.core.access import Permission, current_actor, may, needs
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.paging import page_of
from registry.core.register import current
from registry.domain.impact.recovery import insurance_in_force
from registry.domain.scenario.scenario import with_changed_parameters
from registry.portfolio import queries
from registry.portfolio.budget import latest_plan
from registry.portfolio.curve import curve_in_figures, curve_of
from registry.portfolio.heat import heat_of
from registry.portfolio.sheets import sheets_of
from registry.portfolio.work import ask
from reports.listing import CSV_MEDIA_TYPE, listing_csv
from reports.workbook import MEDIA_TYPE, write_workbook

__all__ = ["export", "index", "job_shown", "run"]

WORD_MAX = 100


@needs(Permission.PORTFOLIO_READ)
def index() -> str:
    actor = current_actor()
    found = queries.latest()
    job_id = queries.open_job()
    context: dict[str, Any] = {
        "run": found,
        "job": job_shown(actor, job_id),
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
        curve=curve_of(found),
        heat=heat_of(found, clock.today()),
        insured=insurance_in_force(with_changed_parameters(current().register, parameters_in_force())),
        in_figures=curve_in_figures(found),
        highest=max((row["expected_loss"] for row in found.vendors), default=0.0),
    )


def job_shown(actor: Actor, job_id: int | None) -> jobs.JobView | None:
    """Return an open job for a person who may see it; whoever sees only their own sees none of somebody else's."""
    if job_id is None or not may(actor, Permission.JOBS_READ):
        return None
    with suppress(NotFound):
        return jobs.view(actor, job_id)
    return None


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
    sheets = sheets_of(found, latest_plan())
    if form == "csv":
        return _file(listing_csv(sheets[0]), CSV_MEDIA_TYPE, name)
    return _file(write_workbook(sheets, title="Portfolio", made_at=found.made_at), MEDIA_TYPE, name)


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
