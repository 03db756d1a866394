"""What was answered, and what follows from it alone: which questions are shown, and what is missing to submit.

An answer is what a person gave to one question. Files are counted here; they are kept elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from registry.domain.assessment.conditions import holds
from registry.domain.assessment.questionnaire import NOTHING, EvidenceRule, Question, Questionnaire, QuestionType
from registry.domain.register.errors import DomainError

__all__ = [
    "TEXT_MAX",
    "Answer",
    "Answers",
    "BadAnswer",
    "Missing",
    "MissingReason",
    "Value",
    "missing_for_submission",
    "read_value",
    "shown_questions",
    "value_text",
    "without_hidden",
]

TEXT_MAX = 10_000
_NUMBER_MAX = Decimal(10) ** 15
_EVIDENCE_FREE = frozenset({"no", NOTHING, "na"})

Value = str | tuple[str, ...] | Decimal | date
"""A choice's value; several values in the order of the choices; a number; a date; text. Files have none."""


class BadAnswer(DomainError):
    """An answer that its question does not take; the text says what it takes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands beside one question; `value` is None when only files or a comment were given."""

    value: Value | None = None
    files: int = 0
    comment: str = ""

    def is_given(self, question: Question) -> bool:
        """Whether this answers the question: a file for a file question, a value for every other."""
        return self.files > 0 if question.type is QuestionType.FILE else self.value is not None


Answers = Mapping[str, Answer]
_NO_ANSWER = Answer()


class MissingReason(StrEnum):
    """What keeps an assessment from being submitted."""

    ANSWER = "answer"
    EVIDENCE = "evidence"
    DATE_AHEAD = "date_ahead"


@dataclass(frozen=True, slots=True)
class Missing:
    """A shown question that needs something before submission."""

    question: Question
    reason: MissingReason


def shown_questions(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """Return the questions that are shown, in order; one pass, since conditions name earlier questions only."""
    given: dict[str, tuple[str, ...]] = {}
    shown = []
    for question in questionnaire.questions:
        if question.show_if is not None and not holds(question.show_if, given):
            continue
        shown.append(question)
        answer = answers.get(question.id, _NO_ANSWER)
        if answer.is_given(question):
            given[question.id] = _chosen(answer.value)
    return tuple(shown)


def _chosen(value: Value | None) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


def missing_for_submission(questionnaire: Questionnaire, answers: Answers, on: date) -> tuple[Missing, ...]:
    """Return what has to be added before an assessment can be submitted on a day, in the order of the questions."""
    missing = []
    for question in shown_questions(questionnaire, answers):
        answer = answers.get(question.id, _NO_ANSWER)
        if not answer.is_given(question):
            if question.required:
                missing.append(Missing(question, MissingReason.ANSWER))
            continue
        if question.evidence is EvidenceRule.REQUIRED and not answer.files and not _is_evidence_free(answer):
            missing.append(Missing(question, MissingReason.EVIDENCE))
        if question.date_bands and isinstance(answer.value, date) and answer.value > on:
            missing.append(Missing(question, MissingReason.DATE_AHEAD))
    return tuple(missing)


def _is_evidence_free(answer: Answer) -> bool:
    """Say whether an answer says that there is nothing: no proof is needed of that."""
    return not _EVIDENCE_FREE.isdisjoint(_chosen(answer.value))


def read_value(question: Question, given: str | list[str]) -> Value | None:
    """Turn what a person typed or picked into a value; None when nothing was given.

    Parameters
    ----------
    given
        The text of one field, or the texts of several choices. Numbers with a point, dates as `2026-11-24`.

    Raises
    ------
    BadAnswer
        When the question does not take it; the text says what it takes.

    Examples
    --------
    >>> days = Question(id="INC-02", section="INC", text="?", type=QuestionType.NUMBER, unit="hours")
    >>> read_value(days, " 24 ")
    Decimal('24')
    """
    texts = [given] if isinstance(given, str) else list(given)
    texts = [text.strip() for text in texts if text.strip()]
    if not texts or question.type is QuestionType.FILE:
        return None
    if question.type is QuestionType.MULTI:
        return _several(question, texts)
    if len(texts) > 1:
        raise BadAnswer("This question takes one answer.")
    if question.type.has_choices:
        return _one_of(question, texts[0])
    if question.type is QuestionType.NUMBER:
        return _number(texts[0], question.unit)
    if question.type is QuestionType.DATE:
        return _date(texts[0])
    if len(texts[0]) > TEXT_MAX:
        raise BadAnswer(f"At most {TEXT_MAX:,} characters; these are {len(texts[0]):,}.")
    return texts[0]


def value_text(value: Value | None) -> str:
    """Write a value as `read_value` reads it; several choices with semicolons."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def without_hidden(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """Return the answers that count: those of shown questions."""
    return {
        question.id: answers[question.id]
        for question in shown_questions(questionnaire, answers)
        if question.id in answers
    }


def _one_of(question: Question, text: str) -> str:
    for choice in question.choices:
        if text == choice.value:
            return choice.value
    for choice in question.choices:  # an offline form holds labels
        if text.casefold() == choice.label.casefold():
            return choice.value
    raise BadAnswer(f"Not one of the answers to choose from: {', '.join(choice.label for choice in question.choices)}.")


def _several(question: Question, texts: list[str]) -> tuple[str, ...]:
    picked = {_one_of(question, part.strip()) for text in texts for part in text.split(";") if part.strip()}
    if NOTHING in picked and len(picked) > 1:
        raise BadAnswer(f"“{question.label_of(NOTHING)}” cannot be chosen together with others.")
    return tuple(choice.value for choice in question.choices if choice.value in picked)


def _number(text: str, unit: str | None) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadAnswer(f"A number{f' of {unit}' if unit else ''}, such as 24 or 1.5; without thousands separators.")
    if number < 0:
        raise BadAnswer("A number below 0 makes no sense here.")
    if number > _NUMBER_MAX:
        raise BadAnswer("This number is too large to be true.")
    exact = number.normalize()
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadAnswer("A date as year-month-day, such as 2026-11-24.") from None
