"""The offline workbook in the portal."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments import workbooks
from registry.assessments.asking import chosen_commands
from registry.core import throttle
from registry.core.errors import NotFound, StaleVersion
from registry.domain.assessment.answers import BadAnswer
from registry.domain.register.errors import IllegalMove
from registry.portal.queries import portal_page
from registry.portal.respondent import Respondent
from registry.portal.service import answering
from registry.portal.visit import contact_only

__all__ = ["apply", "ask", "compare", "download"]


def _door(who: Respondent) -> str:
    return f"portal:{who.link_id}"


@contact_only
def ask(who: Respondent) -> ResponseReturnValue:
    return render_template("portal/offline.html", page=portal_page(who), problems=(), differences=None)


@contact_only
def download(who: Respondent) -> ResponseReturnValue:
    throttle.take("portal.files", who.link_id)
    page = portal_page(who)
    sections = {each.section.id for each in page.progress}
    return workbooks.as_download(page.page, workbooks.workbook_of(page.page, sections, whose=_door(who)))


@contact_only
def compare(who: Respondent) -> ResponseReturnValue:
    throttle.take("portal.files", who.link_id)
    page, file = portal_page(who), request.files.get("file")
    try:
        if file is None or not file.filename:
            raise workbooks.RefusedWorkbook(["Choose the workbook first."])  # noqa: TRY301 -- one way to say what is wrong
        found = workbooks.compare(page.page, workbooks.read_file(file.stream.read()), whose=_door(who))
    except workbooks.RefusedWorkbook as wrong:
        return render_template("portal/offline.html", page=page, problems=wrong.problems, differences=None), 422
    return render_template("portal/offline.html", page=page, problems=(), differences=found)


@contact_only
def apply(who: Respondent) -> ResponseReturnValue:
    throttle.take("portal.save", who.link_id)
    commands = chosen_commands()
    try:
        answering.answer_all(who, commands)
    except (BadAnswer, IllegalMove, NotFound) as wrong:
        flash(f"Nothing was taken over. {wrong}", "error")
    except StaleVersion:
        flash("Nothing was taken over: somebody answered meanwhile. Compare the workbook again.", "error")
    else:
        flash(f"Took over {len(commands)} answer{'s' if len(commands) != 1 else ''}.", "success")
        return redirect(url_for("portal.form"), 303)
    return redirect(url_for("portal.offline"), 303)
