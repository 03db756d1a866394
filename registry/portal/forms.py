"""Forms of the portal, and of our page that says whom a form goes to."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from registry.facts.fields import ChoiceField, DayField, LongTextField, TextField

__all__ = ["AttestForm", "CodeForm", "FileForm", "HandOnForm", "SendForm"]

MESSAGE_MAX = 2_000


class _Ticks(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several choices as tick boxes."""

    def __init__(self, label: str, **options: Any) -> None:
        ticks = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
        super().__init__(label, **{**ticks, "validate_choice": False, **options})


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The code that was mailed."""

    code = StringField(
        "Code",
        [DataRequired("Type the six digits of the mail."), Length(max=40)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class FileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a file is and how long it proves something."""

    kind = ChoiceField("What it is", [])
    issued = DayField("Issued", blank="not stated")
    expires = DayField("Valid until", blank="no end stated")


class HandOnForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which colleague answers which sections."""

    name = TextField("Your colleague’s name", validators=[DataRequired("Who is it?"), Length(max=200)])
    email = TextField("Their e-mail", validators=[DataRequired("Where is the link sent to?"), Length(max=254)])
    sections = _Ticks("Sections")
    message = LongTextField("A word for the mail", blank="none", validators=[Length(max=MESSAGE_MAX)])


class AttestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who stands for the answers."""

    version = HiddenField()
    name = TextField("Your name", validators=[DataRequired("Who stands for the answers?"), Length(max=200)])
    role = TextField("Your role", validators=[DataRequired("In which role?"), Length(max=200)])


class SendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whom a form is sent to."""

    version = HiddenField()
    contacts = _Ticks("Contacts of the register")
    name = TextField("Or somebody else: name", blank="nobody", validators=[Length(max=200)])
    email = TextField("Their e-mail", blank="nobody", validators=[Length(max=254)])
    sections = _Ticks("Only these sections", description="None ticked: the whole form.")
    message = LongTextField("A word for the mail", blank="none", validators=[Length(max=MESSAGE_MAX)])
    needs_code = BooleanField("Ask for a code by mail when the link is opened", default=True)
