"""What is typed about vendors that come and go."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from registry.domain.register.vocabulary import AccessKind, Storage
from registry.facts.fields import ChoiceField, CountField, DayField, FactField, LongTextField, ShareField, TextField
from registry.facts.picking import country_choices
from registry.intake.service.requests import Ask

__all__ = ["AskForm", "DecideForm", "NoticeForm", "TriageForm", "WhyForm"]

LONGEST = 4_000


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A short form for anybody in the business."""

    name = TextField("Vendor", validators=[InputRequired("Who is wanted?"), Length(max=200)])
    service = TextField("What it would do", validators=[InputRequired("In a few words."), Length(max=300)])
    why = LongTextField("What you need it for", validators=[InputRequired("Say why."), Length(max=LONGEST)])
    data = LongTextField(
        "Which data it would get",
        validators=[InputRequired("Say which data, or “none”."), Length(max=LONGEST)],
        description="In your own words: names and addresses of customers, card numbers, none.",
    )
    people = CountField("How many people, about", description="Blank if you do not know.")
    business_unit = TextField("Who would use it", validators=[Length(max=200)])
    wanted_by = DayField("Needed by")

    def to_command(self) -> Ask:
        """Return what was typed."""
        return Ask(
            name=self.name.data,
            service=self.service.data,
            why=self.why.data,
            data=self.data.data,
            people=self.people.data,
            business_unit=self.business_unit.data,
            wanted_by=self.wanted_by.data,
        )


class TriageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the vendor would get; the datasets are ticked beside it."""

    version = HiddenField()
    name = TextField("Name of the vendor", validators=[InputRequired("Give it a name."), Length(max=200)])
    share = ShareField("Share of their people", description="Blank: all of them.")
    storage = ChoiceField("How it would keep them", Storage, default=Storage.BULK)
    system = ChoiceField("A way into a system", [], empty="none")
    access = ChoiceField("Of kind", AccessKind, empty="none")


class DecideForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Yes or no, and why."""

    version = HiddenField()
    rationale = LongTextField("Why", validators=[InputRequired("Say why."), Length(max=LONGEST)])
    conditions = LongTextField("Conditions", validators=[Length(max=LONGEST)])


class NoticeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A vendor's notice of a new sub-processor."""

    vendor = FactField("Vendor that tells us", ("vendors",), description="Its code or name.")
    newcomer = TextField(
        "New sub-processor", validators=[InputRequired("Who would get our data?"), Length(max=200)],
        description="Its name; one that is not registered becomes a prospect.",
    )  # fmt: skip
    country = ChoiceField("Its country", country_choices(), empty="not known")
    received = DayField("Received")
    object_by = DayField("Last day to object")
    said = LongTextField("What the notice says", validators=[InputRequired("Say what it says."), Length(max=LONGEST)])


class WhyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why, or how it is known."""

    version = HiddenField()
    why = LongTextField("Why", validators=[InputRequired("Say why."), Length(max=LONGEST)])
