"""Requests of the tour: to the page of a step, on to another one, and out."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from registry.core.access import Permission, current_actor, needs, safe_next
from registry.tour import queries, service

__all__ = ["end", "go", "start", "step"]


@needs(Permission.HELP_READ)
def go() -> Response:
    shown = queries.shown_step(current_actor())
    if shown is None:
        return redirect(url_for("help.index"), 303)
    example = queries.example_vendor() if shown.step.shows else None
    if shown.step.shows == "code" and example is None:
        return redirect(url_for("vendors.index"), 303)  # nothing is registered that could be shown
    values = {shown.step.shows: example} if shown.step.shows else {}
    return redirect(url_for(shown.step.endpoint, **values), 303)


@needs(Permission.HELP_READ)
def start() -> Response:
    service.begin(current_actor())
    return redirect(url_for("tour.go"), 303)


@needs(Permission.HELP_READ)
def step() -> Response:
    service.go_to(current_actor(), request.form.get("step", ""))
    return redirect(url_for("tour.go"), 303)


@needs(Permission.HELP_READ)
def end() -> Response:
    service.end(current_actor())
    return redirect(safe_next(request.form.get("back")) or "/", 303)
