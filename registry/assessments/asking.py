"""The fields of some questions as one form: what our people and vendors' contacts fill in alike."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from registry.assessments.queries import Asked
from registry.assessments.service.answering import COMMENT_MAX, AnswerQuestion
from registry.core.given import whole_number
from registry.domain.assessment.answers import TEXT_MAX
from registry.domain.assessment.questionnaire import QuestionType

__all__ = ["chosen_commands", "command_of", "section_form"]

ANSWER, COMMENT, VERSION = "a-", "c-", "v-"
_CLEARED = ""


def section_form(asked: list[Asked], **options: Any) -> FlaskForm:
    """Return one form with the fields of some questions: answer `a-ID`, comment `c-ID`, version `v-ID`."""
    fields: dict[str, Any] = {}
    for each in asked:
        key = each.question.id
        field = _field(each)
        if field is not None:
            fields[f"{ANSWER}{key}"] = field
        fields[f"{COMMENT}{key}"] = TextAreaField(
            "Comment", default=each.answer.comment, render_kw={"rows": "2", "maxlength": COMMENT_MAX}
        )
        fields[f"{VERSION}{key}"] = HiddenField(default=str(each.version))
    made: FlaskForm = type("SectionForm", (FlaskForm,), fields)(**options)
    return made


def command_of(form: FlaskForm, asked: Asked) -> AnswerQuestion:
    """Return what the form holds for a question; a field that was not sent leaves the answer as it is shown."""
    key = asked.question.id
    name = f"{ANSWER}{key}"
    data = form[name].data if name in form else None
    given = tuple(data) if isinstance(data, list) else (data or "",)
    return AnswerQuestion(
        question=key,
        given=tuple(str(each) for each in given),
        comment=form[f"{COMMENT}{key}"].data or "",
        version=whole_number(form[f"{VERSION}{key}"].data),
    )


def _field(asked: Asked) -> Any:
    question, text = asked.question, asked.text
    label = question.text
    choices = [SelectChoice(choice.value, choice.label) for choice in question.choices]
    if question.type is QuestionType.FILE:
        return None
    if question.type is QuestionType.MULTI:
        return SelectMultipleField(
            label,
            choices=choices,
            default=text.split(";") if text else [],
            validate_choice=False,
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )
    if question.type.has_choices:
        offered = [*choices, SelectChoice(_CLEARED, "no answer")] if text else choices
        return RadioField(label, choices=offered, default=text or None, validate_choice=False)
    if question.type is QuestionType.TEXT:
        return TextAreaField(label, default=text, render_kw={"rows": "3", "maxlength": TEXT_MAX})
    kind = {"type": "date"} if question.type is QuestionType.DATE else {"inputmode": "decimal"}
    return StringField(label, default=text, render_kw=kind)


def chosen_commands() -> list[AnswerQuestion]:
    """Return the answers that were ticked in the comparison, as the page carried them."""
    return [
        AnswerQuestion(
            question=question,
            given=(request.form.get(f"a-{question}", ""),),
            comment=request.form.get(f"c-{question}", ""),
            version=whole_number(request.form.get(f"v-{question}")),
        )
        for question in request.form.getlist("take")[:500]
    ]
