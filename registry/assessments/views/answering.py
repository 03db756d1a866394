"""Requests of the form: a section at a time without scripts, a question at a time with them."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments.asking import command_of, section_form
from registry.assessments.queries import Asked, AssessmentPage, assessment_page
from registry.assessments.service import answering
from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound, StaleVersion
from registry.domain.assessment.answers import BadAnswer
from registry.domain.register.errors import IllegalMove

__all__ = ["answer_one", "note", "same", "show"]


@needs(Permission.ASSESSMENTS_READ)
def show(key: int) -> ResponseReturnValue:
    page = assessment_page(key, current_actor())
    section = page.section(request.args.get("section")).id
    if request.method == "POST":
        return _save_section(page, section)
    return _render(page, section)


def _render(page: AssessmentPage, section: str, problems: dict[str, str] | None = None, *, form: Any = None) -> Any:
    shown = page.shown(section)
    return render_template(
        "assessments/form.html",
        page=page,
        section=page.section(section),
        shown=shown,
        form=form or section_form(shown, formdata=None),
        problems=problems or {},
    )


def _save_section(page: AssessmentPage, section: str) -> ResponseReturnValue:
    """Keep every answer of a section that can be kept; what cannot is said beside its question, as it was typed."""
    shown = page.shown(section)
    form = section_form(shown)
    problems: dict[str, str] = {}
    for asked in shown:
        try:
            answering.answer(current_actor(), page.row.id, [command_of(form, asked)])
        except (BadAnswer, IllegalMove) as wrong:
            problems[asked.question.id] = str(wrong)
        except StaleVersion:
            problems[asked.question.id] = _stale(page.row.id, asked)
    after = assessment_page(page.row.id, current_actor())
    if problems:
        return _render(after, section, problems, form=_with_versions(form, after)), 422
    flash("Saved.", "success")
    onward = after.next_missing(section) if request.form.get("go") == "on" else None
    wanted = onward.question.section if onward else section
    return redirect(url_for("assessments.show", key=page.row.id, section=wanted), 303)


def _with_versions(form: Any, page: AssessmentPage) -> Any:
    """Let the form carry the versions stored now: sending it again is then a decision and not an accident."""
    for name in [field.name for field in form if field.name.startswith("v-")]:
        form[name].data = str(page.asked[name.removeprefix("v-")].version)
    return form


def _stale(assessment_id: int, asked: Asked) -> str:
    stored = assessment_page(assessment_id, current_actor()).asked[asked.question.id]
    theirs = stored.label(stored.text) if stored.text else "nothing"
    who = stored.answered_by or "Somebody"
    return f"Not saved: {who} answered “{theirs}” meanwhile. Save yours again to replace it, or reload to keep theirs."


@needs(Permission.ASSESSMENTS_ANSWER)
def answer_one(key: int, question: str) -> ResponseReturnValue:
    """Keep one answer as it is given, and send back only what changed on the page."""
    actor = current_actor()
    before = assessment_page(key, actor)
    asked = before.asked.get(question)
    if asked is None:
        raise NotFound("question", question)
    problem = None
    try:
        answering.answer(actor, key, [command_of(section_form([asked]), asked)])
    except (BadAnswer, IllegalMove) as wrong:
        problem = str(wrong)
    except StaleVersion:
        problem = _stale(key, asked)
    page = assessment_page(key, actor)
    section = asked.question.section
    if [each.question.id for each in page.shown(section)] != [each.question.id for each in before.shown(section)]:
        return _whole_section(page, section)
    return render_template(
        "assessments/_saved.html", page=page, section=page.section(section), asked=page.asked[question], problem=problem
    )


def _whole_section(page: AssessmentPage, section: str) -> Response:
    """Other questions appear or go: send the section whole, with the rail and the foot."""
    shown = page.shown(section)
    body = render_template(
        "assessments/_section.html",
        page=page,
        section=page.section(section),
        shown=shown,
        form=section_form(shown, formdata=None),
        problems={},
        is_part=True,
    )
    response = make_response(body)
    response.headers["HX-Retarget"] = "#qs"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@needs(Permission.ASSESSMENTS_ANSWER)
def same(key: int) -> ResponseReturnValue:
    """Take over what was answered last time, for a question or a whole section."""
    page = assessment_page(key, current_actor())
    section = page.section(request.form.get("section")).id
    one = request.form.get("question")
    wanted = [one] if one else [each.question.id for each in page.shown(section)]
    count = answering.same_as_last(current_actor(), key, [each for each in wanted if each in page.asked])
    flash(f"Took over {count} answer{'s' if count != 1 else ''} of last time.", "success")
    return redirect(url_for("assessments.show", key=key, section=section, _anchor=one), 303)


@needs(Permission.ASSESSMENTS_ANSWER)
def note(key: int, question: str) -> ResponseReturnValue:
    try:
        answering.add_note(current_actor(), key, question, request.form.get("body", ""))
    except BadAnswer as wrong:
        flash(str(wrong), "error")
    section = question.partition("-")[0]
    return redirect(url_for("assessments.show", key=key, section=section, _anchor=question), 303)
