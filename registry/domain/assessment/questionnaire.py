"""A questionnaire as a value: sections and questions with their weights, evidence rules, conditions and scores.

The file format is `questionnaire/1`; `registry.domain.assessment.questionnaire_file` reads and writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from registry.domain.assessment.conditions import Condition
from registry.domain.register.vocabulary import Posture

__all__ = [
    "NOTHING",
    "Choice",
    "DateBand",
    "EvidenceRule",
    "NumberBand",
    "Question",
    "QuestionType",
    "Questionnaire",
    "ScoreBand",
    "ScoreRules",
    "Section",
]

NOTHING = "none"
"""The value of a choice that stands alone and says that there is nothing of the kind."""


class QuestionType(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    YES_NO_NA = "yes_no_na"
    CHOICE = "choice"
    MULTI = "multi"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    FILE = "file"

    @property
    def has_choices(self) -> bool:
        """Whether the answer is picked from a list."""
        return self in _WITH_CHOICES


_WITH_CHOICES = frozenset({QuestionType.YES_NO, QuestionType.YES_NO_NA, QuestionType.CHOICE, QuestionType.MULTI})


class EvidenceRule(StrEnum):
    """Whether a file belongs to an answer."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be picked; a score of None leaves it out of the score."""

    value: str
    label: str
    score: float | None


@dataclass(frozen=True, slots=True)
class NumberBand:
    """Points of a number up to `most`; None fits every number."""

    most: float | None
    score: float


@dataclass(frozen=True, slots=True)
class DateBand:
    """Points of a date at most so many months old; None fits every date."""

    months: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Section:
    """A heading under which questions stand."""

    id: str
    title: str
    intro: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; what a vendor never sees are `weight`, `non_negotiable`, scores and `affects`."""

    id: str
    section: str
    text: str
    type: QuestionType
    help: str = ""
    choices: tuple[Choice, ...] = ()
    number_bands: tuple[NumberBand, ...] = ()
    date_bands: tuple[DateBand, ...] = ()
    unit: str | None = None
    weight: int = 1
    required: bool = True
    non_negotiable: bool = False
    evidence: EvidenceRule = EvidenceRule.NONE
    show_if: Condition | None = None
    maps_to: tuple[str, ...] = ()
    affects: str | None = None

    @property
    def is_scored(self) -> bool:
        """Whether an answer can bring points without a reviewer: choices with a score, or bands."""
        return any(choice.score is not None for choice in self.choices) or bool(self.number_bands or self.date_bands)

    def label_of(self, value: str) -> str:
        """Return the label of a choice, else the value itself."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """A band of the whole score, from `least` points up; its key is a posture of the model."""

    key: Posture
    label: str
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRules:
    """How points become a score; `bands` stand from the highest down and the last starts at 0."""

    formula: str
    unanswered_points: float
    pass_points: float
    non_negotiable_cap: float
    control_evidence_points: float
    bands: tuple[ScoreBand, ...]

    def band_of(self, score: float) -> ScoreBand:
        """Return the band of a score: the one banding of screen, workbook and model."""
        return next((band for band in self.bands if score >= band.least), self.bands[-1])


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """A version of a questionnaire; `code` and `version` name it and it never changes once it was published."""

    code: str
    version: str
    language: str
    title: str
    description: str
    audience: str
    scoring: ScoreRules
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """The questions by their ids."""
        return MappingProxyType({question.id: question for question in self.questions})

    def in_section(self, section: str) -> tuple[Question, ...]:
        """Return the questions of a section, in order."""
        return tuple(question for question in self.questions if question.section == section)
