"""Requests about assessments as a whole: the queue, beginning one."""

from datetime import timedelta

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from registry.assessments.forms import StartForm
from registry.assessments.queries import ASSESSMENTS
from registry.assessments.service.opening import StartAssessment, start
from registry.core import clock
from registry.core.access import Permission, current_actor, may, needs
from registry.core.listviews import send_list, show_list
from registry.questionnaires import queries as questionnaires

__all__ = ["export", "index", "new"]

DAYS_TO_ANSWER = 30


@needs(Permission.ASSESSMENTS_READ)
def index() -> Response:
    may_start = may(current_actor(), Permission.ASSESSMENTS_LAUNCH)
    return show_list(
        ASSESSMENTS,
        "assessments/index.html",
        may_start=may_start,
        export_url=url_for("assessments.export"),
        empty_sentence="Send a vendor a questionnaire, or fill one with what you know; its score becomes the posture.",
        empty_button="Begin an assessment" if may_start else None,
        empty_url=url_for("assessments.new") if may_start else None,
    )


@needs(Permission.LISTS_EXPORT)
def export() -> Response:
    return send_list(ASSESSMENTS)


@needs(Permission.ASSESSMENTS_LAUNCH)
def new() -> ResponseReturnValue:
    today = clock.today()
    form = StartForm(
        data={
            "vendor": request.args.get("vendor"),
            "period": str(today.year),
            "due": today + timedelta(days=DAYS_TO_ANSWER),
        }
    )
    form.questionnaire.choices = [
        SelectChoice(f"{each.code} {each.number}", f"{each.title}, edition {each.number}")
        for each in questionnaires.sendable()
    ]
    if form.validate_on_submit() and _is_whole(form):
        code, _, edition = str(form.questionnaire.data).partition(" ")
        command = StartAssessment(
            vendor=form.vendor.data,
            code=code,
            edition=edition,
            period=form.period.data,
            due=form.due.data,
            owner_email=form.owner_email.data,
            reviewer_email=form.reviewer_email.data,
        )
        return redirect(url_for("assessments.show", key=start(current_actor(), command)), 303)
    return render_template("assessments/new.html", form=form), 422 if form.errors else 200


def _is_whole(form: StartForm) -> bool:
    for field in (form.vendor, form.due):
        if field.data is None:
            field.errors = [*field.errors, "This is needed."]
    if form.due.data is not None and form.due.data < clock.today():
        form.due.errors = [*form.due.errors, "This day is over."]
    return not form.errors
