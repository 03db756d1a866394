"""The list of scenarios, one of them, and several side by side."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.auditlog.queries import history_of
from registry.core import jobs
from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound
from registry.scenarios import queries
from registry.scenarios.compare import COMPARED_MAX, compare_runs
from registry.scenarios.forms import CommentForm
from registry.scenarios.show import asked_url, picture_of, question_words, run_page

__all__ = ["compare", "index", "show"]


@needs(Permission.SCENARIOS_READ)
def index() -> ResponseReturnValue:
    archived = request.args.get("archived") == "yes"
    return render_template("scenarios/index.html", lines=queries.scenarios(archived=archived), archived=archived)


@needs(Permission.SCENARIOS_READ)
def show(scenario_id: int) -> ResponseReturnValue:
    wanted = request.args.get("run", "")
    view = queries.scenario(scenario_id, int(wanted) if wanted.isdecimal() and len(wanted) < 10 else None)
    return render_template(
        "scenarios/show.html",
        view=view,
        page=run_page(view.run) if view.run else None,
        asked=question_words(view.question),
        ask_url=asked_url(view.question),
        waits=view.waits_for(current_actor()),
        job=_job(view),
        comment_form=CommentForm(formdata=None),
        entries=history_of("scenario", scenario_id),
    )


def _job(view: queries.ScenarioView) -> jobs.JobView | None:
    """Return the long run asked for last, for whoever may see it, unless it ended well."""
    if view.job_id is None:
        return None
    try:
        job = jobs.view(current_actor(), view.job_id)
    except NotFound:
        return None
    return None if job.state is jobs.JobState.DONE else job


@needs(Permission.SCENARIOS_READ)
def compare() -> ResponseReturnValue:
    wanted = dict.fromkeys(int(text) for text in request.args.getlist("s") if text.isdecimal() and len(text) < 10)
    views = [queries.scenario(scenario_id) for scenario_id in list(wanted)[:COMPARED_MAX]]
    chosen = [view for view in views if view.run is not None]
    if len(chosen) < 2:
        return render_template("scenarios/compare.html", comparison=None, index_url=url_for("scenarios.index")), 422
    comparison = compare_runs(chosen)
    pictures = [picture_of(view.run.result) for view in chosen if view.run]
    left_out = len(wanted) - len(chosen)
    return render_template("scenarios/compare.html", comparison=comparison, pictures=pictures, left_out=left_out)
