"""Requests about saved views; both lead back to the list."""

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from registry.core.access import current_actor, needs, safe_next
from registry.core.permissions import Permission
from registry.savedviews import service

__all__ = ["remove", "save"]


@needs(Permission.VIEWS_SAVE)
def save() -> Response:
    """Keep a view."""
    command = service.SaveView(
        list_name=request.form.get("list_name", ""),
        name=request.form.get("name", ""),
        query=request.form.get("query", ""),
        shared=request.form.get("shared") == "yes",
    )
    problem = service.problem_with(command)
    if problem:
        flash(problem, "error")
    else:
        service.save_view(current_actor(), command)
        flash(f"Saved the view “{command.name.strip()}”.", "success")
    back = safe_next(request.form.get("back")) or "/"
    return redirect(f"{back}?{command.query}" if not problem else back, 303)


@needs(Permission.VIEWS_SAVE)
def remove(view_id: int) -> Response:
    """Take a view of one's own away."""
    name = service.remove_view(current_actor(), view_id)
    flash(f"Removed the view “{name}”.", "success")
    return redirect(safe_next(request.form.get("back")) or "/", 303)
