"""Requests that move an assessment on: sending, due date, cancelling, handing in."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments.forms import AttestForm, ReasonForm
from registry.assessments.queries import assessment_page
from registry.assessments.service import handing_in, opening
from registry.core.access import Permission, current_actor, needs
from registry.core.given import whole_number
from registry.domain.register.errors import IllegalMove

__all__ = ["cancel", "due", "send", "submit"]


@needs(Permission.ASSESSMENTS_LAUNCH)
def send(key: int) -> ResponseReturnValue:
    try:
        opening.send(current_actor(), key, whole_number(request.form.get("version")))
    except IllegalMove as refused:
        flash(str(refused), "error")
    else:
        flash("Opened to the vendor.", "success")
    return redirect(url_for("assessments.show", key=key), 303)


@needs(Permission.ASSESSMENTS_LAUNCH)
def due(key: int) -> ResponseReturnValue:
    try:
        day = date.fromisoformat(request.form.get("due", ""))
    except ValueError:
        flash("Write the day as year-month-day, such as 2026-11-24.", "error")
    else:
        opening.move_due(current_actor(), key, whole_number(request.form.get("version")), day)
        flash("Moved the due date.", "success")
    return redirect(url_for("assessments.show", key=key), 303)


@needs(Permission.ASSESSMENTS_LAUNCH)
def cancel(key: int) -> ResponseReturnValue:
    page = assessment_page(key, current_actor())
    form = ReasonForm(data={"version": str(page.row.version)})
    if form.validate_on_submit():
        try:
            opening.cancel(current_actor(), key, whole_number(request.form.get("version")), form.why.data)
        except IllegalMove as refused:
            form.form_errors.append(str(refused))
        else:
            flash("Cancelled. What was answered stays readable.", "success")
            return redirect(url_for("assessments.show", key=key), 303)
    return render_template("assessments/cancel.html", page=page, form=form), 422 if form.errors else 200


@needs(Permission.ASSESSMENTS_ANSWER)
def submit(key: int) -> ResponseReturnValue:
    actor = current_actor()
    page = assessment_page(key, actor)
    form = AttestForm(data={"version": str(page.row.version), "name": actor.name})
    if form.validate_on_submit():
        try:
            handing_in.submit(
                actor, key, whole_number(request.form.get("version")), name=form.name.data, role=form.role.data
            )
        except (handing_in.Incomplete, IllegalMove) as refused:
            form.form_errors.append(str(refused))
        else:
            flash("Handed in. The reviewer takes it from here.", "success")
            return redirect(url_for("assessments.show", key=key), 303)
    return render_template("assessments/submit.html", page=page, form=form), 422 if form.errors else 200
