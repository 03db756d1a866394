"""What people type about a questionnaire: choices, bands and conditions as short lines, everything else as fields."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectChoice
from wtforms.validators import InputRequired, Length

from registry.domain.assessment.condition_text import BadCondition, read_condition, write_condition
from registry.domain.assessment.conditions import condition_data
from registry.domain.assessment.questionnaire import EvidenceRule, Question, Questionnaire, QuestionType, Section
from registry.domain.register.checked import NAME_MAX, TEXT_MAX
from registry.facts.fields import ChoiceField, CodesField, LongTextField, NumberField, TextField
from registry.reference.load import shipped_parameters

__all__ = ["HeadForm", "NewForm", "QuestionForm", "SectionForm"]

_TYPES = [
    (QuestionType.YES_NO.value, "Yes or no"),
    (QuestionType.YES_NO_NA.value, "Yes, no, or does not apply"),
    (QuestionType.CHOICE.value, "One of several answers"),
    (QuestionType.MULTI.value, "Any of several answers"),
    (QuestionType.NUMBER.value, "A number"),
    (QuestionType.DATE.value, "A date"),
    (QuestionType.TEXT.value, "Text"),
    (QuestionType.FILE.value, "A file"),
]
_ELSE = "else"


class LinesField(LongTextField):
    """Several lines of parts separated by a bar; its data are the parts of each line that is not blank."""

    def rows(self) -> list[list[str]]:
        """Return the parts of each line."""
        lines = [line for line in (self.data or "").splitlines() if line.strip()]
        return [[part.strip() for part in line.split("|")] for line in lines]


class NewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How a questionnaire begins."""

    title = TextField("Title", validators=[InputRequired("It needs a title."), Length(max=NAME_MAX)])
    code = TextField(
        "Code",
        validators=[InputRequired("It needs a code."), Length(max=64)],
        description="Small letters, digits and underscores, such as cloud_hosting; its editions share it.",
    )


class HeadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What stands above the questions, and the limits of the scoring."""

    version = HiddenField()
    title = TextField("Title", validators=[InputRequired("It needs a title."), Length(max=NAME_MAX)])
    description = LongTextField(
        "Description", description="Shown to whoever answers.", validators=[Length(max=TEXT_MAX)]
    )
    audience = TextField("For", description="Which vendors: tier critical and high.", validators=[Length(max=NAME_MAX)])
    language = TextField("Language", description="Of all texts, such as en or de-CH.", validators=[Length(max=35)])
    pass_points = NumberField("A non-negotiable question passes from", description="Points, 0 to 100.")
    non_negotiable_cap = NumberField("Otherwise the whole score is at most", description="Points, 0 to 100.")
    control_evidence_points = NumberField("An answer is evidence of a control from", description="Points, 0 to 100.")

    @classmethod
    def of(cls, value: Questionnaire, version: int, **options: Any) -> "HeadForm":
        """Return the form filled with a questionnaire."""
        rules = value.scoring
        return cls(
            data={
                "version": str(version),
                "title": value.title,
                "description": value.description,
                "audience": value.audience,
                "language": value.language,
                "pass_points": rules.pass_points,
                "non_negotiable_cap": rules.non_negotiable_cap,
                "control_evidence_points": rules.control_evidence_points,
            },
            **options,
        )

    def head(self) -> dict[str, Any]:
        """Return the texts as the file holds them."""
        return {name: self[name].data or "" for name in ("title", "description", "audience", "language")}

    def scoring(self) -> dict[str, Any]:
        """Return the limits as the file holds them."""
        return {name: self[name].data for name in ("pass_points", "non_negotiable_cap", "control_evidence_points")}


class SectionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A section."""

    version = HiddenField()
    id = TextField("Key", description="Two to eight capitals or digits, such as ENC; questions are numbered under it.")
    title = TextField("Title", validators=[Length(max=NAME_MAX)])
    intro = LongTextField("Introduction", description="Shown above its questions.", validators=[Length(max=TEXT_MAX)])

    @classmethod
    def of(cls, section: Section, version: int, **options: Any) -> "SectionForm":
        """Return the form filled with a section."""
        filled = {"id": section.id, "title": section.title, "intro": section.intro, "version": str(version)}
        return cls(data=filled, **options)

    def content(self) -> dict[str, Any]:
        """Return the section as the file holds it."""
        return {"id": self.id.data or "", "title": self.title.data or "", "intro": self.intro.data or ""}


class QuestionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A question."""

    version = HiddenField()
    id = TextField("Id", description="Section, hyphen, two digits; never given to another question.")
    section = ChoiceField("Section", [])
    text = LongTextField("Question", validators=[Length(max=TEXT_MAX)])
    help = LongTextField("Help", description="Shown below the question.", validators=[Length(max=TEXT_MAX)])
    type = ChoiceField("Answered by", _TYPES, default=QuestionType.CHOICE.value)
    choices = LinesField(
        "Answers to choose from",
        description="One a line: value | what people read | points from 0 to 100. Without points it is left out of the score.",
    )
    bands = LinesField(
        "Points by size or age",
        description="For a number: at most | points. For a date: months old at most | points. The last line: else | points.",
    )
    unit = ChoiceField("Unit of a number", [("hours", "hours"), ("days", "days"), ("people", "people")], empty="none")
    weight = NumberField("Weight", description="1 to 5.")
    required = BooleanField("Must be answered before submission")
    non_negotiable = BooleanField("Non-negotiable: when it fails, the whole score is limited")
    evidence = ChoiceField("Evidence", EvidenceRule, default=EvidenceRule.NONE)
    show_if = TextField(
        "Shown when",
        description="Blank: always. Else for example: ENC-01 is yes, main and not DEV-03 is answered. Only earlier questions.",
    )
    maps_to = CodesField("Answers also", description="Requirements elsewhere: NIST CSF GV.SC-06; ISO 27001 A.5.20.")
    affects = ChoiceField("Evidence of the control", [], empty="none")

    def __init__(self, *args: Any, sections: tuple[Section, ...] = (), **options: Any) -> None:
        """Offer the sections of the questionnaire and the shipped controls."""
        super().__init__(*args, **options)
        self.section.choices = [SelectChoice(each.id, f"{each.id} {each.title}") for each in sections]
        controls = shipped_parameters().controls.values()
        self.affects.choices = [SelectChoice("", "none"), *(SelectChoice(each.code, each.name) for each in controls)]

    @classmethod
    def of(cls, question: Question, version: int, sections: tuple[Section, ...], **options: Any) -> "QuestionForm":
        """Return the form filled with a question."""
        condition = question.show_if
        filled = {
            **{
                name: getattr(question, name) for name in ("id", "section", "text", "help", "unit", "weight", "affects")
            },
            **{name: getattr(question, name) for name in ("required", "non_negotiable", "evidence", "maps_to")},
            "type": question.type.value,
            "version": str(version),
            "choices": "\n".join(f"{c.value} | {c.label} | {_points(c.score)}".rstrip() for c in question.choices),
            "bands": "\n".join(_band_lines(question)),
            "show_if": "" if condition is None else write_condition(condition),
        }
        return cls(data=filled, sections=sections, **options)

    def content(self) -> dict[str, Any]:
        """Return the question as the file holds it; what cannot be read stands as errors beside its field."""
        data = {
            "id": self.id.data or "",
            "section": self.section.data or "",
            "text": self.text.data or "",
            "help": self.help.data or "",
            "type": self.type.data or "",
            "weight": self.weight.data,
            "required": bool(self.required.data),
            "non_negotiable": bool(self.non_negotiable.data),
            "evidence": str(self.evidence.data or EvidenceRule.NONE),
            "show_if": self._condition(),
            "maps_to": list(self.maps_to.data or ()),
            "affects": self.affects.data,
        }
        kind = data["type"]
        if kind in {each.value for each in QuestionType if each.has_choices}:
            data["choices"] = self._read(self.choices, _choice)
        if kind in {QuestionType.NUMBER, QuestionType.DATE} and self.bands.rows():
            name = "max" if kind == QuestionType.NUMBER else "max_age_months"
            data["bands"] = self._read(self.bands, lambda parts: _band(name, parts))
        if kind == QuestionType.NUMBER and self.unit.data:
            data["unit"] = self.unit.data
        return data

    def _condition(self) -> dict[str, Any] | None:
        try:
            condition = read_condition(self.show_if.data or "")
        except BadCondition as wrong:
            self.show_if.errors = [*self.show_if.errors, str(wrong)]
            return None
        return None if condition is None else condition_data(condition)

    def _read(self, field: LinesField, read: Callable[[list[str]], dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for number, parts in enumerate(field.rows(), 1):
            try:
                found.append(read(parts))
            except ValueError:
                field.errors = [*field.errors, f"Line {number} is not of the form described below."]
        return found


def _choice(parts: list[str]) -> dict[str, Any]:
    if len(parts) not in {2, 3}:
        raise ValueError(parts)
    return {"value": parts[0], "label": parts[1], "score": float(parts[2]) if len(parts) == 3 and parts[2] else None}


def _band(name: str, parts: list[str]) -> dict[str, Any]:
    limit, score = parts
    return {name: None if limit.casefold() == _ELSE else float(limit), "score": float(score)}


def _band_lines(question: Question) -> list[str]:
    bands = [(band.most, band.score) for band in question.number_bands]
    bands += [(band.months, band.score) for band in question.date_bands]
    return [f"{_ELSE if limit is None else format(limit, 'g')} | {_points(score)}" for limit, score in bands]


def _points(score: float | None) -> str:
    return "" if score is None else f"{score:g}"
