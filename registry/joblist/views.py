"""Requests about long work."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import heartbeat, jobs
from registry.core.access import Permission, current_actor, needs

__all__ = ["again", "cancel", "index", "progress", "show"]


@needs(Permission.JOBS_READ)
def index() -> str:
    only_open = request.args.get("show") == "open"
    return render_template(
        "joblist/index.html",
        jobs=jobs.recent(current_actor(), only_open=only_open),
        only_open=only_open,
        pulses=heartbeat.pulses(),
    )


@needs(Permission.JOBS_READ)
def show(job_id: int) -> str:
    return render_template("joblist/show.html", job=jobs.view(current_actor(), job_id))


@needs(Permission.JOBS_READ)
def progress(job_id: int) -> ResponseReturnValue:
    """Answer the part that renews itself; once the job has ended, have the whole page loaded again."""
    job = jobs.view(current_actor(), job_id)
    answer = make_response(render_template("joblist/_progress.html", job=job))
    if not job.is_open and request.headers.get("HX-Request"):
        answer.headers["HX-Refresh"] = "true"
    return answer


@needs(Permission.JOBS_WRITE)
def cancel(job_id: int) -> ResponseReturnValue:
    jobs.cancel(current_actor(), job_id)
    flash("It will be stopped; nothing of it is kept.", "success")
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@needs(Permission.JOBS_WRITE)
def again(job_id: int) -> ResponseReturnValue:
    jobs.begin_again(current_actor(), job_id)
    flash("It waits again, with all its attempts before it.", "success")
    return redirect(url_for("jobs.show", job_id=job_id), 303)
