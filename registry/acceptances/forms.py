"""What is typed about an acceptance."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from registry.facts.fields import DayField, FactField, LongTextField, TextField

__all__ = ["ProposeForm", "WhyForm"]

LONGEST = 4_000


class ProposeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is accepted, why and until when."""

    vendor = FactField("Vendor", ("vendors",), description="Its code or name.")
    finding = TextField("Finding", description="Its code, such as FI-0001. Blank: the vendor’s risk as a whole.")
    reason = LongTextField("Reason", validators=[InputRequired("Say why it is accepted."), Length(max=LONGEST)])
    conditions = LongTextField("Conditions", validators=[Length(max=LONGEST)], description="What must hold meanwhile.")
    expires = DayField("Last day it holds")


class WhyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why."""

    version = HiddenField()
    why = LongTextField("Why", validators=[InputRequired("Say why."), Length(max=LONGEST)])
