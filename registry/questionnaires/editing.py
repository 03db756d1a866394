"""Changes to the content of a draft, as pure functions on the data of its file; what comes out may still be invalid.

The caller reads the result with `read_questionnaire`, which names everything wrong with it, before it is kept.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from registry.core.errors import NotFound

__all__ = [
    "Data",
    "blank_questionnaire",
    "first_question",
    "move_question",
    "move_section",
    "next_edition",
    "next_question_id",
    "put_question",
    "put_section",
    "remove_question",
    "remove_section",
    "with_head",
]

Data = dict[str, Any]
_STANDARD_SCORING: Data = {
    "formula": "sum(weight * points) / sum(weight) over shown, scored questions",
    "unanswered_points": 0,
    "not_applicable": "left out",
    "hidden": "left out",
    "multi": "highest chosen score",
    "pass_points": 50,
    "non_negotiable_cap": 49,
    "control_evidence_points": 80,
    "bands": [
        {"key": "very_strong", "label": "Very strong", "min": 90},
        {"key": "strong", "label": "Strong", "min": 70},
        {"key": "fair", "label": "Fair", "min": 50},
        {"key": "weak", "label": "Weak", "min": 30},
        {"key": "very_weak", "label": "Very weak", "min": 0},
    ],
}


def first_question(section: str, text: str = "New question") -> Data:
    """Return the question a section begins with, to be rewritten."""
    return {
        "id": f"{section}-01", "section": section, "text": text, "help": "", "type": "text", "weight": 1,
        "required": True, "non_negotiable": False, "evidence": "none", "show_if": None, "maps_to": [], "affects": None,
    }  # fmt: skip


def blank_questionnaire(code: str, title: str) -> Data:
    """Return the smallest questionnaire that is valid: one section with one question."""
    return {
        "format": "questionnaire/1",
        "code": code,
        "version": "1.0",
        "language": "en",
        "title": title,
        "description": "",
        "audience": "",
        "scoring": deepcopy(_STANDARD_SCORING),
        "sections": [{"id": "GEN", "title": "General", "intro": ""}],
        "questions": [first_question("GEN", "What do you do for us?")],
    }


def next_edition(editions: list[str]) -> str:
    """Return the edition after the latest one.

    >>> next_edition(["1.9", "1.10", "0.3"])
    '1.11'
    """
    numbers = [tuple(int(part) for part in edition.split(".")) for edition in editions]
    major, minor = max(numbers, default=(1, -1))
    return f"{major}.{minor + 1}"


def with_head(data: Data, head: Mapping[str, Any], scoring: Mapping[str, Any]) -> Data:
    """Return the questionnaire with other texts on top and other limits of its scoring."""
    return {**data, **head, "scoring": {**data["scoring"], **scoring}}


def put_question(data: Data, question: Data, *, replaces: str | None) -> Data:
    """Return the questionnaire with a question in place of another, or added at the end of its section."""
    questions = list(data["questions"])
    if replaces is not None:
        place = _place(questions, "id", replaces, "question")
        if questions[place]["section"] == question["section"]:
            questions[place] = question
            return {**data, "questions": questions}
        del questions[place]
    ends = [number for number, each in enumerate(questions) if each["section"] == question["section"]]
    order = [section["id"] for section in data["sections"]]
    if ends:
        at = ends[-1] + 1
    else:
        before = order[: order.index(question["section"])] if question["section"] in order else order
        at = sum(each["section"] in before for each in questions)
    questions.insert(at, question)
    return {**data, "questions": questions}


def remove_question(data: Data, question: str) -> Data:
    """Return the questionnaire without a question."""
    questions = list(data["questions"])
    del questions[_place(questions, "id", question, "question")]
    return {**data, "questions": questions}


def move_question(data: Data, question: str, *, up: bool) -> Data:
    """Return the questionnaire with a question one place up or down within its section."""
    questions = list(data["questions"])
    place = _place(questions, "id", question, "question")
    other = place - 1 if up else place + 1
    if 0 <= other < len(questions) and questions[other]["section"] == questions[place]["section"]:
        questions[place], questions[other] = questions[other], questions[place]
    return {**data, "questions": questions}


def put_section(data: Data, section: Data, *, replaces: str | None) -> Data:
    """Return the questionnaire with a section changed (its id stays), or added at the end."""
    sections = list(data["sections"])
    if replaces is None:
        return {**data, "sections": [*sections, section]}
    sections[_place(sections, "id", replaces, "section")] = {**section, "id": replaces}
    return {**data, "sections": sections}


def remove_section(data: Data, section: str) -> Data:
    """Return the questionnaire without a section and its questions."""
    sections = list(data["sections"])
    del sections[_place(sections, "id", section, "section")]
    questions = [question for question in data["questions"] if question["section"] != section]
    return {**data, "sections": sections, "questions": questions}


def move_section(data: Data, section: str, *, up: bool) -> Data:
    """Return the questionnaire with a section, and its questions, one place up or down."""
    sections = list(data["sections"])
    place = _place(sections, "id", section, "section")
    other = place - 1 if up else place + 1
    if 0 <= other < len(sections):
        sections[place], sections[other] = sections[other], sections[place]
    order = {each["id"]: number for number, each in enumerate(sections)}
    questions = sorted(data["questions"], key=lambda question: order[question["section"]])
    return {**data, "sections": sections, "questions": questions}


def next_question_id(data: Data, section: str) -> str:
    """Return a free id for a question of a section; ids of removed questions below the highest are not used again."""
    numbers = [int(each["id"].rpartition("-")[2]) for each in data["questions"] if each["section"] == section]
    return f"{section}-{max(numbers, default=0) + 1:02}"


def _place(rows: list[Data], name: str, key: str, kind: str) -> int:
    for number, row in enumerate(rows):
        if row[name] == key:
            return number
    raise NotFound(kind, key)
