"""What people type about themselves and about each other; each form makes a frozen command, never a row."""

from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from registry.accounts.passwords import MAX_LENGTH
from registry.accounts.service import AddDeputy, PersonDetails, Profile, Refused
from registry.core.actor import Role
from registry.core.permissions import ROLE_WORDS, PersonFunction

__all__ = [
    "AgainForm",
    "ChangePasswordForm",
    "DeputyForm",
    "NewPasswordForm",
    "PersonForm",
    "ProfileForm",
    "SecondFactorForm",
    "SignInForm",
    "show_refusal",
]

LONGEST_NAME, LONGEST_EMAIL = 200, 254
LOCALES = ("en_GB", "en_US", "de_DE", "es_ES", "fr_FR", "it_IT", "nl_NL", "pl_PL", "pt_PT", "sv_SE")


@cache
def locale_choices() -> list[SelectChoice]:
    """Return the spellings of dates and numbers on offer; the texts stay English."""
    return [SelectChoice(name, Locale.parse(name).get_display_name("en") or name) for name in LOCALES]


@cache
def timezone_choices() -> list[SelectChoice]:
    """Return every zone of the time zone database that is a place, and UTC."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [SelectChoice(zone) for zone in ("UTC", *zones)]


def _people(people: list[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(key), name) for key, name in people]


def _strip(value: str | None) -> str | None:
    return value.strip() if value else value


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """E-mail and password."""

    email = EmailField(
        "E-mail", filters=[_strip], validators=[InputRequired("Type your e-mail address."), Length(max=LONGEST_EMAIL)]
    )
    password = PasswordField("Password", validators=[InputRequired("Type your password."), Length(max=MAX_LENGTH)])
    next = HiddenField()


class AgainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The password once more, and the code where a second factor is set up."""

    password = PasswordField("Password", validators=[InputRequired("Type your password."), Length(max=MAX_LENGTH)])
    code = StringField("Code", filters=[_strip], validators=[Optional(), Length(max=40)])
    next = HiddenField()


class SecondFactorForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A code from the authenticator app, or a recovery code."""

    code = StringField("Code", filters=[_strip], validators=[InputRequired("Type the code."), Length(max=40)])
    next = HiddenField()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new password, typed once: it can be shown, so that a second field is not needed."""

    password = PasswordField("New password", validators=[InputRequired("Choose a password.")])


class ChangePasswordForm(NewPasswordForm):
    """The present password and the new one."""

    current = PasswordField(
        "Present password", validators=[InputRequired("Type your present password."), Length(max=MAX_LENGTH)]
    )


class ProfileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How the product writes to me."""

    name = StringField(
        "Name", filters=[_strip], validators=[DataRequired("A name is needed."), Length(max=LONGEST_NAME)]
    )
    locale = SelectField("Dates and numbers", choices=locale_choices)
    timezone = SelectField("Time zone", choices=timezone_choices)
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("The form is incomplete; open it again.")])

    def to_command(self) -> Profile:
        """Return what was typed."""
        return Profile(name=self.name.data, locale=self.locale.data, timezone=self.timezone.data)


class TicksField(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several choices as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A person as the administrator sees them."""

    name = StringField(
        "Name", filters=[_strip], validators=[DataRequired("A name is needed."), Length(max=LONGEST_NAME)]
    )
    email = EmailField(
        "E-mail", filters=[_strip], validators=[DataRequired("An e-mail address is needed."), Length(max=LONGEST_EMAIL)]
    )
    roles = TicksField("Roles", choices=[SelectChoice(role.value, ROLE_WORDS[role][0]) for role in Role])
    functions = TicksField(
        "Functions", choices=[SelectChoice(f.value, f.value.replace("_", " ").capitalize()) for f in PersonFunction]
    )
    manager_id = SelectField("Manager", coerce=lambda value: int(value) if value else None, choices=[])
    locale = SelectField("Dates and numbers", choices=locale_choices)
    timezone = SelectField("Time zone", choices=timezone_choices)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def __init__(self, *args: Any, managers: list[tuple[int, str]], **kwargs: Any) -> None:
        """Offer these people as managers."""
        super().__init__(*args, **kwargs)
        self.manager_id.choices = [SelectChoice("", "Nobody"), *_people(managers)]

    def to_command(self) -> PersonDetails:
        """Return what was typed."""
        return PersonDetails(
            name=self.name.data,
            email=self.email.data,
            roles=frozenset(Role(role) for role in self.roles.data),
            functions=frozenset(PersonFunction(function) for function in self.functions.data),
            manager_id=self.manager_id.data,
            locale=self.locale.data,
            timezone=self.timezone.data,
        )


class DeputyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who stands in for a person, from when to when."""

    deputy_id = SelectField("Deputy", coerce=int, choices=[])
    starts = DateField("From", validators=[DataRequired("Say from which day.")])
    ends = DateField("Until", validators=[Optional()], description="The last day; empty: until it is ended.")

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        """Offer these people."""
        super().__init__(*args, **kwargs)
        self.deputy_id.choices = _people(people)

    def validate_ends(self, field: DateField) -> None:
        """Refuse an end before the start."""
        if field.data and self.starts.data and field.data < self.starts.data:
            raise ValidationError("The last day cannot be before the first.")

    def to_command(self, person_id: int) -> AddDeputy:
        """Return what was typed."""
        starts: date = self.starts.data
        return AddDeputy(person_id=person_id, deputy_id=self.deputy_id.data, starts=starts, ends=self.ends.data)


def show_refusal(form: FlaskForm, refusal: Refused) -> None:
    """Show what the service refused at the field it belongs to, or above the form."""
    field = form._fields.get(refusal.field) if refusal.field else None
    if field is None:
        form.form_errors.extend(refusal.problems)
    else:
        field.errors = [*field.errors, *refusal.problems]
