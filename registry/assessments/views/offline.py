"""Requests of the offline workbook, and of the form on paper."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.assessments import workbooks
from registry.assessments.asking import chosen_commands
from registry.assessments.queries import AssessmentPage, assessment_page
from registry.assessments.service import answering
from registry.core import throttle
from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound, StaleVersion
from registry.domain.assessment.answers import BadAnswer
from registry.domain.register.errors import IllegalMove

__all__ = ["apply", "ask", "compare", "download", "printed"]

OURS = "staff"


@needs(Permission.ASSESSMENTS_ANSWER)
def ask(key: int) -> ResponseReturnValue:
    return render_template("assessments/offline.html", page=_open_page(key), problems=(), differences=None)


def _open_page(key: int) -> AssessmentPage:
    page = assessment_page(key, current_actor())
    if not page.may_answer:
        raise NotFound("assessment", key)
    return page


@needs(Permission.ASSESSMENTS_ANSWER)
def download(key: int) -> Response:
    throttle.take("export.person", current_actor().person_id)
    page = _open_page(key)
    return workbooks.as_download(
        page, workbooks.workbook_of(page, {each.section.id for each in page.progress}, whose=OURS)
    )


@needs(Permission.ASSESSMENTS_ANSWER)
def compare(key: int) -> ResponseReturnValue:
    throttle.take("import.person", current_actor().person_id)
    page, file = _open_page(key), request.files.get("file")
    try:
        if file is None or not file.filename:
            raise workbooks.RefusedWorkbook(["Choose the workbook first."])  # noqa: TRY301 -- one way to say what is wrong
        found = workbooks.compare(page, workbooks.read_file(file.stream.read()), whose=OURS)
    except workbooks.RefusedWorkbook as wrong:
        shown = render_template("assessments/offline.html", page=page, problems=wrong.problems, differences=None)
        return shown, 422
    return render_template("assessments/offline.html", page=page, problems=(), differences=found)


@needs(Permission.ASSESSMENTS_ANSWER)
def apply(key: int) -> ResponseReturnValue:
    page = _open_page(key)
    commands = chosen_commands()
    try:
        answering.answer(current_actor(), key, [each for each in commands if each.question in page.asked])
    except (BadAnswer, IllegalMove) as wrong:
        flash(f"Nothing was taken over. {wrong}", "error")
    except StaleVersion:
        flash("Nothing was taken over: somebody answered meanwhile. Compare the workbook again.", "error")
    else:
        flash(f"Took over {len(commands)} answer{'s' if len(commands) != 1 else ''}.", "success")
        return redirect(url_for("assessments.show", key=key), 303)
    return redirect(url_for("assessments.offline", key=key), 303)


@needs(Permission.ASSESSMENTS_READ)
def printed(key: int) -> ResponseReturnValue:
    return render_template("assessments/print.html", page=assessment_page(key, current_actor()))
