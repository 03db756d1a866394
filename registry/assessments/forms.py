"""Forms of assessments: beginning one, a section of questions, handing in, deciding."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from registry.assessments.queries import Asked
from registry.assessments.service.answering import COMMENT_MAX, AnswerQuestion
from registry.domain.answers import TEXT_MAX
from registry.domain.questionnaire import QuestionType
from registry.facts.fields import ChoiceField, DayField, FactField, LongTextField, NumberField, PersonField, TextField

__all__ = ["AttestForm", "DecideForm", "EvidenceForm", "ReasonForm", "StartForm", "command_of", "section_form"]

ANSWER, COMMENT, VERSION = "a-", "c-", "v-"
_CLEARED = ""


class StartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is asked of whom, by when."""

    vendor = FactField("Vendor", ("vendors",), description="Its code or name.")
    questionnaire = ChoiceField("Questionnaire", [])
    period = TextField(
        "Period", validators=[InputRequired("Say for which time."), Length(max=40)], description="Such as 2026."
    )
    due = DayField("To be handed in by")
    owner_email = PersonField(
        "Owner", validators=[Length(max=254)], description="Who sees to it. Blank: the vendor’s owner."
    )
    reviewer_email = PersonField(
        "Reviewer",
        validators=[Length(max=254)],
        description="Never the one who answers. Blank: whoever takes it up.",
    )


class AttestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who stands for the answers."""

    version = HiddenField()
    name = TextField("Name", validators=[InputRequired("Who stands for the answers?"), Length(max=200)])
    role = TextField("Role", validators=[InputRequired("In which role?"), Length(max=200)])


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why, for an act that must say so."""

    version = HiddenField()
    why = LongTextField("Why", validators=[InputRequired("Say why."), Length(max=COMMENT_MAX)])


class DecideForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How a review ends."""

    version = HiddenField()
    rationale = LongTextField("Rationale", validators=[InputRequired("Say why."), Length(max=COMMENT_MAX)])
    conditions = LongTextField(
        "Conditions", validators=[Length(max=COMMENT_MAX)], description="What the vendor must still do. Blank: none."
    )


class EvidenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a file is and how long it proves something."""

    kind = ChoiceField("Kind", [])
    issued = DayField("Issued")
    expires = DayField("Expires", blank="no end stated")


class PointsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Points by hand."""

    points = NumberField("Points")
    why = TextField("Why", validators=[Length(max=COMMENT_MAX)])


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
    version = form[f"{VERSION}{key}"].data or "0"
    return AnswerQuestion(
        question=key,
        given=tuple(str(each) for each in given),
        comment=form[f"{COMMENT}{key}"].data or "",
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
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
