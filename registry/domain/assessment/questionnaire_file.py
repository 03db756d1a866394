"""Reads and writes questionnaires in the format `questionnaire/1`, and says everything that is wrong with one.

The same reader serves files, the editor and what ships with the product, so a questionnaire that exists obeys the
rules: ids are unique, conditions name earlier questions (so they form no cycle), bands end with one that always fits.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, starmap
from typing import Any

from registry.domain.assessment.conditions import All, AnsweredIs, Condition, Is, Not, Some, condition_data, named_in
from registry.domain.assessment.questionnaire import (
    Choice,
    DateBand,
    EvidenceRule,
    NumberBand,
    Question,
    Questionnaire,
    QuestionType,
    ScoreBand,
    ScoreRules,
    Section,
)
from registry.domain.register.checked import NAME_MAX, Checked
from registry.domain.register.errors import DomainError
from registry.domain.register.vocabulary import Posture

__all__ = ["FORMAT", "InvalidQuestionnaire", "questionnaire_data", "read_questionnaire"]

FORMAT = "questionnaire/1"
_ALWAYS = All(())
_DEPTH_MAX = 8
_MOST_QUESTIONS = 500
_QUESTION_ID = re.compile(r"[A-Z][A-Z0-9]{1,7}-\d{2,3}")
_SECTION_ID = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,63}")
_VERSION = re.compile(r"\d{1,4}\.\d{1,4}")
_VALUE = re.compile(r"(?!(?:and|or|not|is|answered)$)[A-Za-z0-9_.\-]+")  # as conditions are written in words
_YES_NO = {QuestionType.YES_NO: ("yes", "no"), QuestionType.YES_NO_NA: ("yes", "no", "na")}
_UNITS = ("hours", "days", "people")
_BAND_LIMITS = {QuestionType.NUMBER: ("max", 1e15), QuestionType.DATE: ("max_age_months", 1200)}


class InvalidQuestionnaire(DomainError):
    """A questionnaire that breaks rules; `problems` has every one, with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep all problems; the message quotes the first."""
        super().__init__(f"{len(problems)} problem(s) in the questionnaire. {problems[0]}")
        self.problems = tuple(problems)


def read_questionnaire(data: object, *, controls: Collection[str] | None = None) -> Questionnaire:
    """Turn the content of a questionnaire file into a value.

    Parameters
    ----------
    data
        What the JSON text holds.
    controls
        Codes of controls that `affects` may name; None does not check.

    Raises
    ------
    InvalidQuestionnaire
        With every problem found.
    """
    top = Checked(data, "", [])
    if top.data.get("format") != FORMAT:
        top.say(f"must be {FORMAT}", "format")
    sections = tuple(_sections(top))
    questions = tuple(_questions(top, {section.id for section in sections}, controls))
    _check_order(top, sections, questions)
    _check_conditions(top, questions)
    found = Questionnaire(
        code=top.matching("code", _CODE, "small letters, digits and underscores"),
        version=top.matching("version", _VERSION, "two numbers with a point, such as 1.0"),
        language=top.text("language", most=35),
        title=top.text("title", most=NAME_MAX),
        description=top.text("description", is_needed=False),
        audience=top.text("audience", is_needed=False, most=NAME_MAX),
        scoring=_score_rules(top.inside("scoring")),
        sections=sections,
        questions=questions,
    )
    if top.problems:
        raise InvalidQuestionnaire(top.problems)
    return found


def questionnaire_data(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return a questionnaire as its file holds it; `read_questionnaire` gives the same value back."""
    rules = questionnaire.scoring
    return {
        "format": FORMAT,
        "code": questionnaire.code,
        "version": questionnaire.version,
        "language": questionnaire.language,
        "title": questionnaire.title,
        "description": questionnaire.description,
        "audience": questionnaire.audience,
        "scoring": {
            "formula": rules.formula,
            "unanswered_points": rules.unanswered_points,
            "not_applicable": "left out",
            "hidden": "left out",
            "multi": "highest chosen score",
            "pass_points": rules.pass_points,
            "non_negotiable_cap": rules.non_negotiable_cap,
            "control_evidence_points": rules.control_evidence_points,
            "bands": [{"key": band.key.value, "label": band.label, "min": band.least} for band in rules.bands],
        },
        "sections": [{"id": each.id, "title": each.title, "intro": each.intro} for each in questionnaire.sections],
        "questions": [_question_data(question) for question in questionnaire.questions],
    }


def _question_data(question: Question) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": question.id,
        "section": question.section,
        "text": question.text,
        "help": question.help,
        "type": question.type.value,
    }
    if question.choices:
        data["choices"] = [{"value": c.value, "label": c.label, "score": c.score} for c in question.choices]
    if question.number_bands:
        data["bands"] = [{"max": band.most, "score": band.score} for band in question.number_bands]
    if question.date_bands:
        data["bands"] = [{"max_age_months": band.months, "score": band.score} for band in question.date_bands]
    if question.unit:
        data["unit"] = question.unit
    return data | {
        "weight": question.weight,
        "required": question.required,
        "non_negotiable": question.non_negotiable,
        "evidence": question.evidence.value,
        "show_if": None if question.show_if is None else condition_data(question.show_if),
        "maps_to": list(question.maps_to),
        "affects": question.affects,
    }


def _sections(top: Checked) -> Iterator[Section]:
    seen: set[str] = set()
    for row in top.rows("sections"):
        key = row.matching("id", _SECTION_ID, "two to eight capitals or digits, such as ENC")
        if key in seen:
            row.say(f"the section {key} exists twice")
        seen.add(key)
        yield Section(key, row.text("title", most=NAME_MAX), row.text("intro", is_needed=False))


def _questions(top: Checked, sections: Collection[str], controls: Collection[str] | None) -> Iterator[Question]:
    rows = top.rows("questions")
    if not 1 <= len(rows) <= _MOST_QUESTIONS:
        top.say(f"there are {len(rows):,}; at least one, at most {_MOST_QUESTIONS}", "questions")
        return
    seen: set[str] = set()
    for row in rows:
        row.place = str(row.data.get("id") or row.place)[:40]
        question = _question(row)
        if question.id in seen:
            row.say("this id exists twice")
        seen.add(question.id)
        if question.section not in sections:
            row.say(f"there is no section {question.section!r}", "section")
        if question.affects and controls is not None and question.affects not in controls:
            row.say(f"there is no control {question.affects!r}", "affects")
        yield question


def _question(row: Checked) -> Question:
    kind = row.word("type", QuestionType, QuestionType.TEXT)
    bands = _bands(row, kind) if row.has("bands") else []
    evidence = row.word("evidence", EvidenceRule, EvidenceRule.NONE)
    if kind is QuestionType.FILE and evidence is not EvidenceRule.NONE:
        row.say("a file question is its own evidence and has none here", "evidence")
    weight = row.number("weight", 1, 5)
    if weight != int(weight):
        row.say("must be a whole number from 1 to 5", "weight")
    return Question(
        id=row.matching("id", _QUESTION_ID, "section, hyphen, two digits, such as ENC-01"),
        section=row.text("section", most=8),
        text=row.text("text"),
        help=row.text("help", is_needed=False),
        type=kind,
        choices=_choices(row, kind),
        number_bands=tuple(starmap(NumberBand, bands)) if kind is QuestionType.NUMBER else (),
        date_bands=_date_bands(bands) if kind is QuestionType.DATE else (),
        unit=_unit(row, kind),
        weight=int(weight),
        required=row.flag("required", usual=True),
        non_negotiable=row.flag("non_negotiable", usual=False),
        evidence=evidence,
        show_if=_condition(row.inside("show_if"), _DEPTH_MAX) if row.has("show_if") else None,
        maps_to=tuple(row.texts("maps_to")),
        affects=row.text("affects", most=64) if row.has("affects") else None,
    )


def _unit(row: Checked, kind: QuestionType) -> str | None:
    if not row.has("unit"):
        return None
    unit = row.text("unit", most=20)
    if kind is not QuestionType.NUMBER or unit not in _UNITS:
        row.say(f"only a number has one, and it is one of {', '.join(_UNITS)}", "unit")
    return unit


def _choices(row: Checked, kind: QuestionType) -> tuple[Choice, ...]:
    if not kind.has_choices:
        if row.data.get("choices"):
            row.say(f"a question of type {kind} has none", "choices")
        return ()
    choices = []
    for each in row.rows("choices"):
        score = each.number("score", 0, 100) if each.has("score") else None
        choices.append(Choice(each.text("value", most=64), each.text("label", most=NAME_MAX), score))
        if choices[-1].value and not _VALUE.fullmatch(choices[-1].value):
            each.say("must be of letters, digits, points, hyphens and underscores", "value")
    values = [choice.value for choice in choices]
    if len(choices) < 2:
        row.say("there must be at least two", "choices")
    if len(set(values)) < len(values):
        row.say("a value exists twice", "choices")
    if kind in _YES_NO and sorted(values) != sorted(_YES_NO[kind]):
        row.say(f"the values must be {', '.join(_YES_NO[kind])}", "choices")
    return tuple(choices)


def _bands(row: Checked, kind: QuestionType) -> list[tuple[float | None, float]]:
    if kind not in _BAND_LIMITS:
        row.say("only a number or a date has them", "bands")
        return []
    name, highest = _BAND_LIMITS[kind]
    bands = [
        (each.number(name, 0, highest) if each.has(name) else None, each.number("score", 0, 100))
        for each in row.rows("bands")
    ]
    limits = [limit for limit, _ in bands]
    if not bands or limits[-1] is not None or None in limits[:-1]:
        row.say(f"the last, and only the last, has {name} null, so that it always fits", "bands")
    rising = [limit for limit in limits if limit is not None]
    if any(later <= earlier for earlier, later in pairwise(rising)):
        row.say(f"{name} must rise from row to row", "bands")
    return bands


def _date_bands(bands: Sequence[tuple[float | None, float]]) -> tuple[DateBand, ...]:
    return tuple(DateBand(None if limit is None else int(limit), score) for limit, score in bands)


def _condition(node: Checked, depth: int) -> Condition:
    """Read a condition; a broken one is said, and replaced by one that always holds."""
    names = set(node.data)
    if depth == 0:
        node.say(f"is nested more than {_DEPTH_MAX} deep")
        return _ALWAYS
    if names == {"not"}:
        return Not(_condition(node.inside("not"), depth - 1))
    if names in ({"all"}, {"any"}):
        make = All if "all" in names else Some
        parts = node.rows(names.pop())
        if not parts:
            node.say("needs at least one part")
        return make(tuple(_condition(part, depth - 1) for part in parts))
    return _single(node)


def _single(node: Checked) -> Condition:
    match node.data:
        case {"question": str(key), "is": str(value), **rest} if not rest:
            return Is(key, (value,))
        case {"question": str(key), "in": [str(), *_] as values, **rest} if not rest and _all_texts(values):
            return Is(key, tuple(values))
        case {"question": str(key), "answered": bool(answered), **rest} if not rest:
            return AnsweredIs(key, answered)
    node.say("is not a condition: question with is, in or answered; or all, any, not")
    return _ALWAYS


def _all_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _check_order(top: Checked, sections: Sequence[Section], questions: Sequence[Question]) -> None:
    order = {section.id: number for number, section in enumerate(sections)}
    places = [order[question.section] for question in questions if question.section in order]
    if places != sorted(places):
        top.say("those of a section must stand together, in the order of the sections", "questions")


def _check_conditions(top: Checked, questions: Sequence[Question]) -> None:
    earlier: dict[str, Question] = {}
    for question in questions:
        for part in named_in(question.show_if) if question.show_if is not None else ():
            named = earlier.get(part.question)
            if named is None:
                top.say(f"{part.question!r} is not an earlier question", f"{question.id}.show_if")
                continue
            unknown = set(part.values if isinstance(part, Is) else ()) - {choice.value for choice in named.choices}
            if unknown:
                top.say(f"{named.id} has no answer {', '.join(sorted(unknown))}", f"{question.id}.show_if")
        earlier[question.id] = question


def _score_rules(node: Checked) -> ScoreRules:
    bands = []
    for row in node.rows("bands"):
        key = row.word("key", Posture, Posture.UNKNOWN)
        if key is Posture.UNKNOWN:
            row.say("names no posture of the model", "key")
        bands.append(ScoreBand(key, row.text("label", most=NAME_MAX), row.number("min", 0, 100)))
    least = [band.least for band in bands]
    if not bands or least[-1] != 0 or any(later >= earlier for earlier, later in pairwise(least)):
        node.say("must stand from the highest down, and the last must start at 0", "bands")
    return ScoreRules(
        formula=node.text("formula", most=NAME_MAX),
        unanswered_points=node.number("unanswered_points", 0, 100),
        pass_points=node.number("pass_points", 0, 100),
        non_negotiable_cap=node.number("non_negotiable_cap", 0, 100),
        control_evidence_points=node.number("control_evidence_points", 0, 100),
        bands=tuple(bands),
    )
