"""What is typed about mail: its rules, its words, webhooks."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from registry.core.given import whole_number
from registry.core.mailrules import MailPolicy
from registry.models.mail import WebhookFormat

__all__ = ["RulesForm", "WebhookForm", "WordsForm"]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class RulesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When mail may go out, and the brakes."""

    zone = StringField(
        "Time zone", [InputRequired("Type a zone."), Length(max=64)], description="Such as Europe/Dublin."
    )
    holidays_of = StringField(
        "Public holidays of",
        [Length(max=10)],
        description="A country such as IE, or a part of one such as DE-BY; or nothing.",
    )
    working_days = SelectMultipleField(
        "Working days",
        choices=[SelectChoice(str(number), day) for number, day in enumerate(DAYS, 1)],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    send_from = TimeField("Reminders from", [InputRequired("Type an hour.")])
    send_until = TimeField("until", [InputRequired("Type an hour.")], description="Other mail goes out at any hour.")
    per_tick = IntegerField("Most mails of one run", [InputRequired(), NumberRange(1, 10_000, "From 1 to 10,000.")])
    pause_above = IntegerField(
        "Pause when more are planned at once",
        [InputRequired(), NumberRange(1, 100_000, "From 1 to 100,000.")],
        description="A mistake in the register must not write to everybody; somebody looks first.",
    )
    is_paused = BooleanField("Pause the outbox: nothing is sent")
    is_dry = BooleanField("Dry run: everything is planned and shown, nothing is sent")
    why = TextAreaField("Reason", [InputRequired("Say why."), Length(max=2000)])
    version = HiddenField()

    def to_policy(self) -> MailPolicy:
        """Return the rules as typed."""
        return MailPolicy(
            zone=self.zone.data.strip(), holidays_of=(self.holidays_of.data or "").strip().upper(),
            working_days="".join(sorted(self.working_days.data or ())), send_from=self.send_from.data,
            send_until=self.send_until.data, per_tick=self.per_tick.data, pause_above=self.pause_above.data,
            is_paused=self.is_paused.data, is_dry=self.is_dry.data, why=self.why.data,
            version=whole_number(self.version.data),
        )  # fmt: skip


class WordsForm(FlaskForm):  # type: ignore[misc]  # as above
    """Subject and text of a mail."""

    subject = StringField("Subject", [InputRequired("Type a subject."), Length(max=300)])
    body = TextAreaField("Text", [InputRequired("Type a text."), Length(max=10_000)])
    why = TextAreaField("Reason", [InputRequired("Say why it differs."), Length(max=2000)])


class WebhookForm(FlaskForm):  # type: ignore[misc]  # as above
    """An address that is told of escalations."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=200)])
    url = StringField("Address", [InputRequired("Type an https:// address."), Length(max=2000)])
    form = SelectField("For", choices=[
        SelectChoice(WebhookFormat.GENERIC.value, "Another program (JSON)"), SelectChoice(WebhookFormat.SLACK.value, "Slack"),
        SelectChoice(WebhookFormat.TEAMS.value, "Microsoft Teams"),
    ])  # fmt: skip
