"""What is typed about a finding."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Length

from registry.domain.register.vocabulary import Severity
from registry.facts.fields import ChoiceField, DayField, FactField, LongTextField, TextField
from registry.findings.service import RaiseFinding

__all__ = ["FindingForm", "FixForm", "MoveForm", "NewFindingForm", "TextForm"]

LONGEST = 4_000


class FindingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is wrong, how bad, whose it is."""

    version = HiddenField()
    title = TextField("Finding", validators=[InputRequired("Say in one line what is wrong."), Length(max=300)])
    detail = LongTextField("Detail", validators=[Length(max=LONGEST)])
    severity = ChoiceField("Severity", Severity, default=Severity.MEDIUM)
    is_vendors = BooleanField("The vendor must put it right (else we must)", default=True)
    owner_email = TextField(
        "Our owner’s e-mail", validators=[Length(max=254)], description="Who sees to it. Blank: the vendor’s owner."
    )
    vendor_contact = TextField("At the vendor", validators=[Length(max=254)], description="Who is in charge there.")

    def to_command(self, vendor: str) -> RaiseFinding:
        """Return what was typed."""
        return RaiseFinding(
            vendor=vendor,
            title=self.title.data,
            severity=Severity(self.severity.data),
            detail=self.detail.data,
            due=self.due.data if "due" in self else None,
            owner_email=self.owner_email.data,
            vendor_contact=self.vendor_contact.data,
            is_vendors=self.is_vendors.data,
        )


class NewFindingForm(FindingForm):
    """A finding that is raised by hand."""

    vendor = FactField("Vendor", ("vendors",), description="Its code or name.")
    due = DayField("To be fixed by", blank="by the severity", description="Blank: by the severity.")


class TextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A plan, or a reason."""

    version = HiddenField()
    text = LongTextField("Text", validators=[InputRequired("Write something first."), Length(max=LONGEST)])


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another due date and why."""

    version = HiddenField()
    due = DayField("New due date")
    why = TextField("Why", validators=[InputRequired("Say why it moves."), Length(max=LONGEST)])


class FixForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What was done; the file comes beside it."""

    version = HiddenField()
    closure = LongTextField("What was done", validators=[InputRequired("Say what was done."), Length(max=LONGEST)])
