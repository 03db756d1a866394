"""Forms of duties: settling one, and writing the rules."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Length, Regexp

from registry.core.dutyrules import RuleInForce
from registry.core.given import whole_number
from registry.domain.duties.deadlines import Unit
from registry.domain.incidents.incident import TRIGGER_WORDS, Trigger
from registry.facts.fields import ChoiceField, CountField, DayField, FactField, LongTextField, NumberField, TextField
from registry.incidents.forms import TEXT_MAX, MomentField
from registry.incidents.service.rules import SaveRule
from registry.models.duties import RuleKind

__all__ = ["RuleForm", "SettleForm", "typed_rule"]

NOTIFIED = (
    "authority", "people", "attorney_general", "credit_bureaus", "csirt", "customers", "customer_controller",
    "card_brands", "insurer", "exchange", "media", "third_parties", "own_register", "own_assessment", "partner",
)  # fmt: skip
_TRIGGERS = [(each.value, TRIGGER_WORDS[each]) for each in Trigger] + [
    ("submission_of_previous", "The notice before it was sent"),
    ("year_end", "The year of the discovery ends"),
]


class SettleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Told, with what shows it; or waived, with the reason."""

    at = MomentField("Told at")
    words = LongTextField("What shows it, or why", validators=[InputRequired("Say so."), Length(max=TEXT_MAX)])


class RuleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A rule about whom to tell by when."""

    version = HiddenField()
    code = TextField(
        "Code",
        validators=[
            InputRequired("Give it a code."),
            Length(max=64),
            Regexp(r"^[A-Z0-9][A-Z0-9.-]*$", message="Capitals, digits, hyphens and dots, such as CONTRACT-ACME-1."),
        ],
    )
    kind = ChoiceField("It comes from", RuleKind)
    law = TextField("Law, contract or policy", validators=[InputRequired("Name it."), Length(max=200)])
    notify = ChoiceField("Whom to tell", [(each, each.replace("_", " ").capitalize()) for each in NOTIFIED])
    jurisdiction = TextField(
        "People in",
        validators=[InputRequired("Say where."), Length(max=10)],
        description="ISO 3166 code such as DE or US-CA, EU, EEA, or * for people anywhere.",
    )
    deadline_value = NumberField("Time", description="Blank when there are only words for it.")
    deadline_unit = ChoiceField("Unit", Unit, empty="none")
    wording = TextField("Time in words", validators=[Length(max=TEXT_MAX)], description="Such as: without undue delay.")
    trigger = ChoiceField("The clock starts with", _TRIGGERS)
    previous = TextField("Notice before it", validators=[Length(max=64)], description="Code of the rule it follows.")
    threshold_people = CountField("From so many people on")
    threshold_note = TextField("Condition in words", validators=[Length(max=TEXT_MAX)])
    applies_to = TextField(
        "Binds", validators=[Length(max=60)], description="Role of the organisation, such as controller. Blank: always."
    )
    safe_harbour = ChoiceField(
        "Falls away",
        [
            ("encrypted", "For encrypted data"),
            ("encrypted_key_safe", "For encrypted data while the key is safe"),
            ("low_risk", "When a person finds the risk low"),
        ],
        empty="never",
    )
    dataset = FactField("Only when this dataset is reached", ("datasets",))
    effective_from = DayField("Binds from")
    effective_to = DayField("Binds until")
    note = LongTextField("What must be in it", validators=[Length(max=TEXT_MAX)])
    source = TextField("Source", validators=[InputRequired("Say where it can be read."), Length(max=TEXT_MAX)])
    reviewed_on = DayField("Reviewed by counsel on")
    reviewed_by = TextField("Reviewed by", validators=[Length(max=200)])
    is_active = BooleanField("In force; without the tick it is left out everywhere", default=True)
    why = LongTextField(
        "Why it differs, or why it is here", validators=[InputRequired("Say why."), Length(max=TEXT_MAX)]
    )

    def to_command(self) -> SaveRule:
        """Return what is to be saved."""
        names = [name for name in SaveRule.__slots__ if name != "version"]
        given: dict[str, Any] = {name: self[name].data for name in names}
        given["deadline_unit"] = str(given["deadline_unit"].value) if given["deadline_unit"] else None
        given["jurisdiction"] = str(given["jurisdiction"]).upper()
        return SaveRule(**given, version=whole_number(self.version.data))


def typed_rule(found: RuleInForce) -> dict[str, Any]:
    """Return a rule as the form shows it."""
    rule = found.rule
    names = ("code", "law", "notify", "jurisdiction", "wording", "trigger", "previous", "threshold_people")
    names += ("threshold_note", "applies_to", "safe_harbour", "effective_from", "effective_to", "note", "source")
    own = ("kind", "dataset", "reviewed_on", "reviewed_by", "is_active", "why")
    return {
        **{name: getattr(rule, name) or None for name in names},
        **{name: getattr(found, name) for name in own},
        "deadline_value": rule.period.value if rule.period else None,
        "deadline_unit": rule.period.unit if rule.period else None,
        "version": str(found.version),
    }
