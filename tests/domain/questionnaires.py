"""Small questionnaires for tests, as their files hold them."""

from copy import deepcopy
from typing import Any

from registry.domain.assessment.questionnaire import Questionnaire
from registry.domain.assessment.questionnaire_file import read_questionnaire

SCORING = {
    "formula": "sum(weight * points) / sum(weight)",
    "unanswered_points": 0,
    "pass_points": 50,
    "non_negotiable_cap": 49,
    "control_evidence_points": 80,
    "bands": [
        {"key": "strong", "label": "Strong", "min": 70},
        {"key": "fair", "label": "Fair", "min": 50},
        {"key": "very_weak", "label": "Very weak", "min": 0},
    ],
}
YES_NO = [{"value": "yes", "label": "Yes", "score": 100}, {"value": "no", "label": "No", "score": 0}]


def question(key: str, **fields: Any) -> dict[str, Any]:
    """Return a yes-no question with some fields of its own."""
    base = {
        "id": key,
        "section": key.partition("-")[0],
        "text": f"{key}?",
        "type": "yes_no",
        "choices": YES_NO,
        "weight": 1,
    }
    made = deepcopy({**base, **fields})
    if made["type"] not in {"yes_no", "yes_no_na", "choice", "multi"}:
        del made["choices"]
    return made


def data_of(*questions: dict[str, Any], **scoring: Any) -> dict[str, Any]:
    """Return the content of a questionnaire file with these questions."""
    sections = dict.fromkeys(each["section"] for each in questions)
    return {
        "format": "questionnaire/1",
        "code": "sample",
        "version": "1.0",
        "language": "en",
        "title": "Sample",
        "scoring": {**SCORING, **scoring},
        "sections": [{"id": each, "title": each.title()} for each in sections],
        "questions": list(questions),
    }


def questionnaire(*questions: dict[str, Any], **scoring: Any) -> Questionnaire:
    """Return a questionnaire with these questions."""
    return read_questionnaire(data_of(*questions, **scoring))
