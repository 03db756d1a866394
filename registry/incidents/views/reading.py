"""Requests that read: the list, one incident, the list as a file."""

from flask import Response, render_template, url_for

from registry.core import jobs
from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import NotFound
from registry.core.listviews import send_list, show_list
from registry.incidents import queries
from registry.incidents.board import board_of
from registry.incidents.show import tabs_of
from registry.scenarios.show import sentence

__all__ = ["export", "index", "show"]


@needs(Permission.INCIDENTS_READ)
def index() -> Response:
    may_declare = may(current_actor(), Permission.INCIDENTS_DECLARE)
    return show_list(
        queries.INCIDENTS,
        "incidents/index.html",
        may_declare=may_declare,
        export_url=url_for("incidents.export"),
        empty_sentence="When a vendor may have been breached, declare it here: the scope and the clocks follow at once.",
        empty_button="Declare an incident" if may_declare else None,
        empty_url=url_for("incidents.new") if may_declare else None,
    )


@needs(Permission.LISTS_EXPORT)
def export() -> Response:
    return send_list(queries.INCIDENTS)


@needs(Permission.INCIDENTS_READ)
def show(incident_id: int) -> str:
    page = queries.incident_page(incident_id, current_actor())
    return render_template(
        "incidents/show.html",
        page=page,
        tabs=tabs_of(page, "show"),
        said=sentence(page.result) if page.result else None,
        job=_job(page),
        board=board_of(page.row),
        people=queries.people_to_choose() if page.may_write else [],
        entries=queries.entries_of(incident_id, sees_legal=page.may_read_legal)[:8],
    )


def _job(page: queries.IncidentPage) -> jobs.JobView | None:
    """Return the long run, for whoever may see it, unless it ended well."""
    if page.job_id is None:
        return None
    try:
        job = jobs.view(current_actor(), page.job_id)
    except NotFound:
        return None
    return None if job.state is jobs.JobState.DONE else job
