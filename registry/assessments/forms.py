"""Forms of assessments: beginning one, handing in, deciding."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import DataRequired, Length

from registry.assessments.service.answering import COMMENT_MAX
from registry.facts.fields import ChoiceField, DayField, FactField, LongTextField, NumberField, PersonField, TextField

__all__ = ["AttestForm", "DecideForm", "EvidenceForm", "PointsForm", "ReasonForm", "StartForm"]


class StartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is asked of whom, by when."""

    vendor = FactField("Vendor", ("vendors",), description="Its code or name.")
    questionnaire = ChoiceField("Questionnaire", [])
    period = TextField(
        "Period", validators=[DataRequired("Say for which time."), Length(max=40)], description="Such as 2026."
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
    name = TextField("Name", validators=[DataRequired("Who stands for the answers?"), Length(max=200)])
    role = TextField("Role", validators=[DataRequired("In which role?"), Length(max=200)])


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why, for an act that must say so."""

    version = HiddenField()
    why = LongTextField("Why", validators=[DataRequired("Say why."), Length(max=COMMENT_MAX)])


class DecideForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How a review ends."""

    version = HiddenField()
    rationale = LongTextField("Rationale", validators=[DataRequired("Say why."), Length(max=COMMENT_MAX)])
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
