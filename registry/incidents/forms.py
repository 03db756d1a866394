"""Forms of incidents: declaring, moving on, moments, entries of the timeline."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectChoice, SelectMultipleField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from registry.blast.question import kind_choices
from registry.core.mailrules import policy
from registry.domain.incidents.incident import TRIGGER_WORDS, BadMoment, Trigger, read_local
from registry.domain.incidents.telling import ROLE_LABELS
from registry.domain.register.vocabulary import ScenarioKind
from registry.facts.fields import ChoiceField, FactField, LongTextField, TextField
from registry.incidents.service.declaring import Declare
from registry.incidents.service.timeline import GivenFile

__all__ = [
    "ConfirmForm",
    "ContactForm",
    "DeclareForm",
    "EntryForm",
    "MomentField",
    "MomentForm",
    "ScopeForm",
    "TellForm",
    "WhyForm",
    "given_file",
    "zone",
]

TEXT_MAX = 20_000
# What is often the same moment as the confirmation; never ticked by itself.
_ALSO = (
    Trigger.DISCOVERY,
    Trigger.REASONABLE_BELIEF,
    Trigger.AWARENESS,
    Trigger.DETERMINATION,
    Trigger.CLASSIFICATION,
    Trigger.MATERIALITY,
)


def zone() -> ZoneInfo:
    """Return the zone in which the organisation's clocks are read; one query."""
    return ZoneInfo(policy().zone)


def given_file(name: str = "file") -> GivenFile | None:
    """Return the file a form came with, None without one."""
    upload = request.files.get(name)
    if upload is None or not upload.filename:
        return None
    return GivenFile(upload.filename, upload.read())


class MomentField(Field):  # type: ignore[misc]  # WTForms ships no types
    """A day and time in the organisation's zone; `note` says what a change of clocks made of it."""

    widget = DateTimeLocalInput()

    def __init__(self, label: str, **options: Any) -> None:
        """Begin without a note."""
        super().__init__(label, **options)
        self.note: str | None = None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.astimezone(zone()):%Y-%m-%dT%H:%M}" if isinstance(self.data, datetime) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            reading = read_local(text[:60], zone())
        except BadMoment as error:
            raise ValueError(str(error)) from None
        self.data, self.note = reading.at, reading.note


class DeclareForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Where it began and whether it is certain; the rest can be said later."""

    vendor = FactField("Vendor or platform", ("vendors",), description="Its code or name.")
    also = FactField("And at", ("vendors",), description="A second one, when it began at both. Usually blank.")
    standing = ChoiceField("It is", [("suspected", "Suspected"), ("confirmed", "Confirmed")])
    since = MomentField("Since")
    kind = ChoiceField("Kind", kind_choices())
    learned = LongTextField(
        "How we learned of it",
        validators=[Length(max=TEXT_MAX)],
        description="A call, a mail, the news; who said what.",
    )
    title = TextField("Title", validators=[Length(max=200)], description="Blank: the vendor and the kind.")
    is_drill = BooleanField("This is a drill: nothing of it happened")
    is_another = BooleanField("This is another incident than the one that runs already")

    def to_command(self) -> Declare:
        """Return what is declared."""
        vendors = dict.fromkeys(code for code in (self.vendor.data, self.also.data) if code)
        return Declare(
            vendors=tuple(vendors),
            is_confirmed=self.standing.data == "confirmed",
            since=self.since.data,
            kind=ScenarioKind(self.kind.data),
            learned=self.learned.data,
            title=self.title.data,
            is_drill=bool(self.is_drill.data),
            is_another=bool(self.is_another.data),
        )


class WhyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A step that says why."""

    version = HiddenField()
    why = LongTextField("Why", validators=[InputRequired("Say why."), Length(max=TEXT_MAX)])
    waives_open = BooleanField("I waive every duty that is open, with this reason and in my name")


class ConfirmForm(WhyForm):
    """A step that happened at a moment."""

    why = LongTextField("What shows it", validators=[InputRequired("Say what shows it."), Length(max=TEXT_MAX)])
    at = MomentField("When")
    also = SelectMultipleField(
        "The same moment is also",
        choices=[SelectChoice(each.value, TRIGGER_WORDS[each]) for each in _ALSO],
        coerce=Trigger,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description="Tick only what is so. What is not ticked starts no clock and can be recorded later.",
    )


class MomentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When something happened, and what shows it."""

    at = MomentField("When", description="Blank takes a moment back that was recorded in error.")
    evidence = LongTextField("What shows it", validators=[InputRequired("Say what shows it."), Length(max=TEXT_MAX)])


class EntryForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A line of the timeline."""

    kind = ChoiceField("Kind", [("note", "Note"), ("decision", "Decision"), ("handover", "Hand-over")])
    text = LongTextField("What", validators=[InputRequired("Write something first."), Length(max=TEXT_MAX)])
    why = LongTextField("Why", validators=[Length(max=TEXT_MAX)], description="A decision needs its reason.")


_OUTSIDE = ("insurer", "counsel", "partner")


class TellForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Somebody more who is told, by mail or by telephone."""

    role = ChoiceField("As", [(key, label) for key, label in ROLE_LABELS.items() if key != "escalated"])
    name = TextField("Name", validators=[InputRequired("Whom?"), Length(max=200)])
    address = TextField(
        "Mail address", validators=[InputRequired("Where?"), Length(max=254)], description="Or the number called."
    )
    at = MomentField("Called at", description="Only when they were told by telephone.")


class ContactForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Somebody outside who is told of every incident."""

    role = ChoiceField("As", [(key, ROLE_LABELS[key]) for key in _OUTSIDE])
    name = TextField("Name", validators=[InputRequired("Who?"), Length(max=200)])
    email = TextField("Mail address", validators=[Length(max=254)])
    phone = TextField("Telephone", validators=[Length(max=100)])


class ScopeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who said what is known, and when; the counts are lines beside it."""

    source = TextField("Source", validators=[InputRequired("Who said so?"), Length(max=TEXT_MAX)])
    told_at = MomentField("Said at", validators=[InputRequired("When was it said?")])
    is_final = BooleanField("The source says that this is final")
