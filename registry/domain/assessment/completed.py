"""Answers of a vendor to a questionnaire that is not ours, as its file tells them."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CompletedAnswer", "CompletedSource"]


class CompletedSource(StrEnum):
    """Which questionnaire was answered."""

    CAIQ = "caiq"
    HECVAT = "hecvat"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedAnswer:
    """One answered question; `answer` None: the vendor left it blank."""

    sheet: str
    row: int
    question_id: str
    question: str | None
    answer: str | None
    comment: str | None
