"""The form in the portal: a section at a time without scripts, a question at a time with them."""

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments.asking import command_of, section_form
from registry.assessments.queries import Asked
from registry.assessments.service.answering import AnswerQuestion
from registry.core import throttle
from registry.core.errors import StaleVersion
from registry.domain.assessment.answers import BadAnswer
from registry.domain.register.errors import IllegalMove
from registry.portal.queries import PortalPage, portal_page
from registry.portal.respondent import Respondent
from registry.portal.service import answering
from registry.portal.visit import contact_only

__all__ = ["answer_one", "form", "printed", "save"]


@contact_only
def form(who: Respondent) -> ResponseReturnValue:
    page = portal_page(who)
    return _render(page, page.section_id(request.args.get("section")))


def _render(page: PortalPage, section: str, problems: dict[str, str] | None = None, *, form: Any = None) -> str:
    shown = page.page.shown(section)
    return render_template(
        "portal/form.html",
        page=page,
        section=page.page.section(section),
        shown=shown,
        form=form or section_form(shown, formdata=None),
        problems=problems or {},
    )


@contact_only
def save(who: Respondent) -> ResponseReturnValue:
    """Keep every answer of a section that can be kept, then do what the button says."""
    throttle.take("portal.save", who.link_id)
    page = portal_page(who)
    section = page.section_id(request.args.get("section"))
    form = section_form(page.page.shown(section))
    problems = _keep(who, page, section, form)
    after = portal_page(who)
    if problems:
        return _render(after, section, problems, form=_with_versions(form, after)), 422
    return _onward(who, after, section)


def _keep(who: Respondent, page: PortalPage, section: str, form: Any) -> dict[str, str]:
    problems: dict[str, str] = {}
    for asked in page.page.shown(section):
        command = command_of(form, asked)
        if _is_as_stored(command, asked):
            continue
        try:
            answering.answer(who, command)
        except (BadAnswer, IllegalMove) as wrong:
            problems[asked.question.id] = str(wrong)
        except StaleVersion:
            problems[asked.question.id] = _stale(who, asked)
    return problems


def _is_as_stored(command: AnswerQuestion, asked: Asked) -> bool:
    is_same_text = ";".join(each for each in command.given if each) == asked.text
    return is_same_text and command.comment.strip() == asked.answer.comment


def _onward(who: Respondent, page: PortalPage, section: str) -> ResponseReturnValue:
    """Go where the button leads: on, to the files of a question, or stay."""
    go, _, question = request.form.get("go", "").partition(":")
    if go == "file":
        return redirect(url_for("portal.files", question=question), 303)
    if go == "on":
        after = page.next_section(section)
        return redirect(url_for("portal.form", section=after.section.id if after else section), 303)
    try:
        flash(_done(who, page, go, question), "success")
    except (BadAnswer, IllegalMove) as wrong:
        flash(str(wrong), "error")
    return redirect(url_for("portal.form", section=section, _anchor=question or None), 303)


def _done(who: Respondent, page: PortalPage, go: str, question: str) -> str:
    asked = page.asked(question)
    if go == "note":
        answering.ask(who, question, request.form.get(f"n-{question}", ""))
        return "Sent. The answer will stand beside the question."
    if go == "same" and asked is not None:
        command = AnswerQuestion(question=question, given=(), comment=asked.answer.comment, version=asked.version)
        answering.same_as_last(who, command)
        return "Took over the answer of last time."
    return "Saved."


def _with_versions(form: Any, page: PortalPage) -> Any:
    """Let the form carry the versions stored now: sending it again is then a decision and not an accident."""
    for name in [field.name for field in form if field.name.startswith("v-")]:
        form[name].data = str(page.page.asked[name.removeprefix("v-")].version)
    return form


def _stale(who: Respondent, asked: Asked) -> str:
    stored = portal_page(who).page.asked[asked.question.id]
    theirs = stored.label(stored.text) if stored.text else "nothing"
    by = stored.answered_by or "Somebody"
    return f"Not saved: {by} answered “{theirs}” meanwhile. Save yours again to replace it, or reload to keep theirs."


@contact_only
def answer_one(who: Respondent, question: str) -> ResponseReturnValue:
    """Keep one answer as it is given, and send back only what changed on the page."""
    throttle.take("portal.save", who.link_id)
    before = portal_page(who)
    asked = before.asked(question)
    if asked is None:
        abort(404)
    problem = None
    try:
        answering.answer(who, command_of(section_form([asked]), asked))
    except (BadAnswer, IllegalMove) as wrong:
        problem = str(wrong)
    except StaleVersion:
        problem = _stale(who, asked)
    page = portal_page(who)
    section = asked.question.section
    is_same = [each.question.id for each in page.page.shown(section)] == [
        each.question.id for each in before.page.shown(section)
    ]
    if not is_same:
        return _whole_section(page, section)
    return render_template(
        "portal/_saved.html", page=page, section=page.page.section(section), asked=page.page.asked[question], problem=problem
    )  # fmt: skip


def _whole_section(page: PortalPage, section: str) -> ResponseReturnValue:
    """Other questions appear or go: send the section whole, with its progress and foot."""
    shown = page.page.shown(section)
    body = render_template(
        "portal/_section.html",
        page=page,
        section=page.page.section(section),
        shown=shown,
        form=section_form(shown, formdata=None),
        problems={},
        is_part=True,
    )
    response = make_response(body)
    response.headers["HX-Retarget"] = "#qs"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@contact_only
def printed(who: Respondent) -> ResponseReturnValue:
    return render_template("portal/print.html", page=portal_page(who))
