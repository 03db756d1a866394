"""Requests about questionnaires as a whole: the list, one edition, files in and out."""

import json

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import clock
from registry.core.access import Permission, current_actor, may, needs
from registry.domain.assessment.condition_text import write_condition
from registry.domain.assessment.questionnaire_file import InvalidQuestionnaire, questionnaire_data
from registry.models.questionnaires import QuestionnaireState
from registry.questionnaires import queries, service
from registry.questionnaires.editing import blank_questionnaire
from registry.questionnaires.files import Unreadable, read_file
from registry.questionnaires.forms import NewForm
from reports.questionnaire_file import questionnaire_workbook
from reports.workbook import MEDIA_TYPE

__all__ = ["copy", "export", "index", "new", "retire", "show", "take_in"]


@needs(Permission.QUESTIONNAIRES_READ)
def index() -> ResponseReturnValue:
    return _index()


def _index(problems: tuple[str, ...] = ()) -> ResponseReturnValue:
    may_write = may(current_actor(), Permission.QUESTIONNAIRES_WRITE)
    page = render_template(
        "questionnaires/index.html", editions=queries.editions(), may_write=may_write, problems=problems
    )
    return page, 422 if problems else 200


@needs(Permission.QUESTIONNAIRES_WRITE)
def new() -> ResponseReturnValue:
    form = NewForm()
    if form.validate_on_submit():
        try:
            draft_id = service.add_draft(current_actor(), blank_questionnaire(form.code.data, form.title.data))
        except InvalidQuestionnaire as wrong:
            form.code.errors = [*form.code.errors, *wrong.problems]
        else:
            return redirect(url_for("questionnaires.draft", draft_id=draft_id), 303)
    return render_template("questionnaires/new.html", form=form), 422 if form.errors else 200


@needs(Permission.QUESTIONNAIRES_WRITE)
def take_in() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        return _index(("Choose a file first: the JSON or the workbook of a questionnaire.",))
    try:
        draft_id, number = service.take_in(current_actor(), read_file(file.stream.read()))
    except InvalidQuestionnaire as wrong:
        return _index(wrong.problems)
    except Unreadable as wrong:
        return _index((str(wrong),))
    if draft_id is None:
        flash(f"This questionnaire is here already, word for word, as edition {number}.", "success")
        return redirect(url_for("questionnaires.index"), 303)
    flash(f"Read as a draft, edition {number}. Look through it, then publish it.", "success")
    return redirect(url_for("questionnaires.draft", draft_id=draft_id), 303)


@needs(Permission.QUESTIONNAIRES_READ)
def show(code: str, number: str) -> ResponseReturnValue:
    edition, value = queries.edition(code, number)
    if edition.state is QuestionnaireState.DRAFT:
        return redirect(url_for("questionnaires.draft", draft_id=edition.id))
    may_write = may(current_actor(), Permission.QUESTIONNAIRES_WRITE)
    return render_template(
        "questionnaires/show.html", edition=edition, q=value, may_write=may_write, written=write_condition
    )


@needs(Permission.QUESTIONNAIRES_READ)
def export(code: str, number: str, form: str) -> Response:
    _, value = queries.edition(code, number)
    if form == "json":
        content = json.dumps(questionnaire_data(value), ensure_ascii=False, indent=1).encode()
        response = Response(content, mimetype="application/json")
    else:
        response = Response(questionnaire_workbook(value, made_at=clock.now()), mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{value.code}-{value.version}.{form}"'
    return response


@needs(Permission.QUESTIONNAIRES_WRITE)
def copy(code: str, number: str) -> ResponseReturnValue:
    draft_id = service.copy_as_draft(current_actor(), code, number)
    flash("A draft of the next edition. What was sent before stays as it was asked.", "success")
    return redirect(url_for("questionnaires.draft", draft_id=draft_id), 303)


@needs(Permission.QUESTIONNAIRES_WRITE)
def retire(code: str, number: str) -> ResponseReturnValue:
    edition, _ = queries.edition(code, number)
    again = request.form.get("again") == "yes"
    if edition.id is not None:
        service.retire(current_actor(), edition.id, again=again)
        flash("It can be sent again." if again else "It is no longer offered; what was sent goes on.", "success")
    return redirect(url_for("questionnaires.show", code=code, number=number), 303)
