"""What people type about a parameter."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

__all__ = ["ParameterForm"]


class ParameterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A value and why it differs from the shipped one."""

    value = StringField("Value", validators=[InputRequired("Type a value."), Length(max=200)])
    reason = TextAreaField(
        "Reason",
        validators=[InputRequired("Say why, with the source of the figure."), Length(max=4000)],
        description="Where the figure comes from. It is shown wherever the parameter is.",
    )
    version = HiddenField()
