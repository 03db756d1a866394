"""What is typed about a step of a ladder."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

__all__ = ["ROLE_WORDS", "StepForm"]

ROLE_WORDS = {
    "vendor_contact": "The vendor's contact",
    "vendor_manager": "The vendor's manager with us",
    "owner": "The owner of the matter",
    "manager_of_owner": "The manager of the vendor's manager",
    "ciso": "The CISO",
    "preparer": "The preparer of the pack",
    "signer": "The signer of the pack",
}
TIERS = ("critical", "high", "medium", "low")


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One step: when, to whom, for which tiers, and why it differs."""

    offset_days = IntegerField(
        "Days from the deadline",
        [InputRequired("Say how many days."), NumberRange(-365, 365, "At most a year before or after.")],
        description="Negative is before the deadline. On a day off it comes earlier before the deadline, later after it.",
    )
    role = SelectField("To whom", choices=[SelectChoice(key, words) for key, words in ROLE_WORDS.items()])
    tiers = SelectMultipleField(
        "For vendors of the tiers",
        choices=[SelectChoice(tier, tier.capitalize()) for tier in TIERS],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired("Tick at least one tier.")],
    )
    is_active = BooleanField("The step is used")
    why = TextAreaField("Reason", [InputRequired("Say why it differs from the shipped ladder."), Length(max=2000)])
    version = HiddenField()
