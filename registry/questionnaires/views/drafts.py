"""Requests of the editor: one draft, its head, its sections and questions, publishing and discarding it."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound, StaleVersion
from registry.core.given import whole_number
from registry.core.stalepage import StaleField, stale_page
from registry.domain.assessment.condition_text import write_condition
from registry.domain.assessment.questionnaire_file import InvalidQuestionnaire, questionnaire_data
from registry.questionnaires import editing, queries, service
from registry.questionnaires.editing import Data
from registry.questionnaires.forms import HeadForm, QuestionForm, SectionForm
from registry.questionnaires.queries import Draft

__all__ = ["arrange", "discard", "draft", "head", "publish", "question", "section"]

NEW = "new"


@needs(Permission.QUESTIONNAIRES_WRITE)
def draft(draft_id: int) -> ResponseReturnValue:
    return render_template(
        "questionnaires/draft.html", draft=queries.draft(draft_id), written=write_condition, active="draft"
    )


@needs(Permission.QUESTIONNAIRES_WRITE)
def head(draft_id: int) -> ResponseReturnValue:
    form = _head(queries.draft(draft_id))
    return _edit(
        draft_id,
        form,
        "Texts and scoring",
        change=lambda data: editing.with_head(data, form.head(), form.scoring()),
        stored=lambda page: _head(page, formdata=None),
    )


def _head(page: Draft, **options: Any) -> HeadForm:
    return HeadForm.of(page.questionnaire, page.version, **options)


@needs(Permission.QUESTIONNAIRES_WRITE)
def section(draft_id: int, section: str) -> ResponseReturnValue:
    form = _section(queries.draft(draft_id), section)
    replaces = None if section == NEW else section
    return _edit(
        draft_id,
        form,
        f"Section {section}" if replaces else "New section",
        change=lambda data: _with_section(data, form.content(), replaces),
        stored=lambda page: _section(page, section, formdata=None),
    )


def _section(page: Draft, key: str, **options: Any) -> SectionForm:
    if key == NEW:
        return SectionForm(data={"version": str(page.version)}, **options)
    found = next((each for each in page.questionnaire.sections if each.id == key), None)
    if found is None:
        raise NotFound("section", key)
    return SectionForm.of(found, page.version, **options)


def _with_section(data: Data, content: Data, replaces: str | None) -> Data:
    """Put a section; a new one begins with one question, since an empty one asks nothing."""
    changed = editing.put_section(data, content, replaces=replaces)
    if replaces is not None:
        return changed
    return editing.put_question(changed, editing.first_question(content["id"]), replaces=None)


@needs(Permission.QUESTIONNAIRES_WRITE)
def question(draft_id: int, question: str) -> ResponseReturnValue:
    form = _question(queries.draft(draft_id), question)
    replaces = None if question == NEW else question
    return _edit(
        draft_id,
        form,
        f"Question {question}" if replaces else "New question",
        change=lambda data: editing.put_question(data, form.content(), replaces=replaces),
        stored=lambda page: _question(page, question, formdata=None),
    )


def _question(page: Draft, key: str, **options: Any) -> QuestionForm:
    value = page.questionnaire
    if key != NEW:
        found = value.by_id.get(key)
        if found is None:
            raise NotFound("question", key)
        return QuestionForm.of(found, page.version, value.sections, **options)
    keys = [each.id for each in value.sections]
    wanted = request.args.get("section", "")
    chosen = wanted if wanted in keys else keys[0]
    first = {
        "id": editing.next_question_id(questionnaire_data(value), chosen),
        "section": chosen,
        "weight": 1,
        "required": True,
        "version": str(page.version),
        "choices": "yes | Yes | 100\nno | No | 0",
    }
    return QuestionForm(data=first, sections=value.sections, **options)


def _edit(
    draft_id: int,
    form: Any,
    title: str,
    *,
    change: Callable[[Data], Data],
    stored: Callable[[Draft], Any],
) -> ResponseReturnValue:
    """Show the form, or keep what it holds; `stored` fills it anew from the draft when somebody else was faster."""
    if form.validate_on_submit():
        try:
            _keep(draft_id, form, change)
        except InvalidQuestionnaire as wrong:
            if not form.errors:
                form.form_errors.extend(wrong.problems)
        except StaleVersion:
            page = queries.draft(draft_id)
            return _stale(page, form, stored(page), title)
        else:
            return redirect(url_for("questionnaires.draft", draft_id=draft_id), 303)
    page = queries.draft(draft_id)
    shown = render_template("questionnaires/edit.html", draft=page, form=form, title=title)
    return shown, 422 if form.errors else 200


def _keep(draft_id: int, form: Any, change: Callable[[Data], Data]) -> None:
    def read_and_change(data: Data) -> Data:
        changed = change(data)
        if form.errors:  # found while the lines of the form were read
            raise InvalidQuestionnaire(["The form has errors."])
        return changed

    service.change_draft(current_actor(), draft_id, whole_number(form.version.data), read_and_change)


def _stale(page: Draft, mine: Any, theirs: Any, title: str) -> ResponseReturnValue:
    names = [field.name for field in mine if field.name not in {"version", "csrf_token"}]
    both = [StaleField(mine[name].label.text, _said(theirs[name].data), _said(mine[name].data)) for name in names]
    url = url_for("questionnaires.draft", draft_id=page.id)
    return stale_page(f"{title} of {page.questionnaire.title}", both, version=page.version, keep_theirs_url=url)


def _said(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "yes" if value else "no" if value is False else ""
    return "; ".join(value) if isinstance(value, tuple) else str(value)


@needs(Permission.QUESTIONNAIRES_WRITE)
def arrange(draft_id: int) -> ResponseReturnValue:
    key = request.form.get("key", "")
    change = _ARRANGEMENTS.get(request.form.get("act", ""))
    if change is None:
        raise NotFound("act", "arrange")
    try:
        service.change_draft(
            current_actor(), draft_id, whole_number(request.form.get("version")), lambda data: change(data, key)
        )
    except InvalidQuestionnaire as wrong:
        flash(f"Not done: {' '.join(wrong.problems[:3])}", "error")
    return redirect(url_for("questionnaires.draft", draft_id=draft_id, _anchor=key), 303)


_ARRANGEMENTS: dict[str, Callable[[Data, str], Data]] = {
    "question-up": lambda data, key: editing.move_question(data, key, up=True),
    "question-down": lambda data, key: editing.move_question(data, key, up=False),
    "question-remove": editing.remove_question,
    "section-up": lambda data, key: editing.move_section(data, key, up=True),
    "section-down": lambda data, key: editing.move_section(data, key, up=False),
    "section-remove": editing.remove_section,
}


@needs(Permission.QUESTIONNAIRES_WRITE)
def publish(draft_id: int) -> ResponseReturnValue:
    value = queries.draft(draft_id).questionnaire
    service.publish(current_actor(), draft_id, whole_number(request.form.get("version")))
    flash(f"Published “{value.title}”, edition {value.version}. It can be sent now and never changes.", "success")
    return redirect(url_for("questionnaires.show", code=value.code, number=value.version), 303)


@needs(Permission.QUESTIONNAIRES_WRITE)
def discard(draft_id: int) -> ResponseReturnValue:
    page = queries.draft(draft_id)
    if request.method == "GET":
        return render_template("questionnaires/discard.html", draft=page)
    service.discard_draft(current_actor(), draft_id, whole_number(request.form.get("version")))
    flash(f"Discarded the draft of “{page.questionnaire.title}”.", "success")
    return redirect(url_for("questionnaires.index"), 303)
