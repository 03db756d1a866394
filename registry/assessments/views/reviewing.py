"""Requests of the review: answers side by side with last time, points by hand, return or decide."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments.forms import DecideForm, PointsForm, ReasonForm
from registry.assessments.queries import AssessmentPage, assessment_page
from registry.assessments.service import reviewing as service
from registry.core.access import Permission, current_actor, needs
from registry.core.given import whole_number
from registry.domain.assessment.scoring import evidenced_controls
from registry.domain.register.errors import IllegalMove

__all__ = ["close", "decide", "give_back", "points", "review", "take_up"]


@needs(Permission.ASSESSMENTS_READ)
def review(key: int) -> ResponseReturnValue:
    return _review(assessment_page(key, current_actor()), DecideForm(formdata=None), ReasonForm(formdata=None))


def _review(page: AssessmentPage, decision: DecideForm, returning: ReasonForm) -> ResponseReturnValue:
    result = service.score_of(page.row)
    shown = render_template(
        "assessments/review.html",
        page=page,
        result=result,
        scored={each.question.id: each for each in result.questions},
        controls=evidenced_controls(page.value, result),
        decision=decision,
        returning=returning,
        only_flags=request.args.get("flags") == "yes",
    )
    return shown, 422 if decision.errors or returning.errors else 200


@needs(Permission.ASSESSMENTS_REVIEW)
def take_up(key: int) -> ResponseReturnValue:
    return _done(
        key,
        lambda: service.take_up(current_actor(), key, whole_number(request.form.get("version"))),
        "The review has begun.",
    )


@needs(Permission.ASSESSMENTS_REVIEW)
def points(key: int, question: str) -> ResponseReturnValue:
    form = PointsForm()
    if not form.validate():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "error")
        return redirect(url_for("assessments.review", key=key, _anchor=question), 303)
    given, why = form.points.data, form.why.data or ""
    return _done(
        key,
        lambda: service.give_points(current_actor(), key, question, points=given, why=why),
        "The points are set." if given is not None else "The points follow the answer again.",
        anchor=question,
    )


@needs(Permission.ASSESSMENTS_REVIEW)
def give_back(key: int) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return _review(assessment_page(key, current_actor()), DecideForm(formdata=None), form)
    return _done(
        key,
        lambda: service.give_back(current_actor(), key, whole_number(request.form.get("version")), form.why.data),
        "Returned.",
    )


@needs(Permission.ASSESSMENTS_REVIEW)
def decide(key: int) -> ResponseReturnValue:
    form = DecideForm()
    if not form.validate():
        return _review(assessment_page(key, current_actor()), form, ReasonForm(formdata=None))
    command = service.Decide(
        version=whole_number(request.form.get("version")),
        rationale=form.rationale.data,
        conditions=form.conditions.data or "",
    )
    return _done(key, lambda: service.decide(current_actor(), key, command), "Decided; the vendor’s posture follows.")


@needs(Permission.ASSESSMENTS_REVIEW)
def close(key: int) -> ResponseReturnValue:
    return _done(key, lambda: service.close(current_actor(), key, whole_number(request.form.get("version"))), "Closed.")


def _done(key: int, act: Callable[[], None], words: str, *, anchor: str | None = None) -> ResponseReturnValue:
    try:
        act()
    except IllegalMove as refused:
        flash(str(refused), "error")
    else:
        flash(words, "success")
    return redirect(url_for("assessments.review", key=key, _anchor=anchor), 303)
