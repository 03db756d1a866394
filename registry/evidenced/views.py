"""Requests about controls from answers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from registry.core.access import Permission, current_actor, needs
from registry.evidenced import service
from registry.evidenced.queries import evidenced_page
from registry.facts.fields import ShareField

__all__ = ["controls"]


class CoverageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How much of each fact the controls cover."""

    coverage = ShareField("Coverage of each", description="Share of the fact that the control covers, such as 100 %.")


@needs(Permission.ASSESSMENTS_REVIEW)
def controls(key: int) -> ResponseReturnValue:
    """Show what would be placed; place what is ticked."""
    page, form = evidenced_page(key, current_actor()), CoverageForm(data={"coverage": 1.0})
    if form.validate_on_submit():
        if form.coverage.data is None or form.coverage.data <= 0:
            form.coverage.errors = [*form.coverage.errors, "Type a share above 0 %."]
        else:
            ticked = set(request.form.getlist("place"))
            chosen = [each for each in page.proposed if f"{each.control} {each.fact}" in ticked]
            count = service.place(current_actor(), key, chosen, coverage=form.coverage.data)
            flash(f"Placed {count} control{'' if count == 1 else 's'}.", "success" if count else "error")
            return redirect(url_for("evidenced.controls", key=key), 303)
    return render_template("evidenced/controls.html", page=page, form=form), 422 if form.errors else 200
