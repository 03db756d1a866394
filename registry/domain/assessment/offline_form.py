"""The offline workbook of a form, as values: what its writer and its reader both know of the layout.

One row is one answer: of a question, or of one choice where several can be picked. Answers and remarks are the only
cells that are open; the ids beside them, and the sheet that says whose form it is, must come back as they went.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.domain.assessment.questionnaire import Question, QuestionType

__all__ = ["COLUMNS", "FORMAT", "FORM_SHEET", "HEAD_SHEET", "TICK", "FormRow", "identity_of", "rows_of"]

FORMAT = "assessment-form/1"
FORM_SHEET, HEAD_SHEET, LIST_SHEET = "Form", "About this form", "Answers to choose from"
COLUMNS = ("Key", "No.", "Question", "Answer", "Remark", "Seen")
TICK = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One row: `key` is the question, or the question and the place of a choice."""

    key: str
    number: str
    text: str
    answer: str
    remark: str
    seen: int
    choices: tuple[str, ...] = ()
    takes_remark: bool = True
    is_head: bool = False


def rows_of(question: Question, *, number: str, answer: str, remark: str, seen: int) -> Iterator[FormRow]:
    """Yield the rows of one question, filled with what is answered."""
    text = question.text + (f"\n{question.help}" if question.help else "")
    if question.type is not QuestionType.MULTI:
        unit = f"\nIn {question.unit}." if question.unit else ""
        labels = tuple(choice.label for choice in question.choices)
        shown = question.label_of(answer) if labels else answer
        yield FormRow(
            key=question.id, number=number, text=text + unit, answer=shown, remark=remark, seen=seen, choices=labels,
        )  # fmt: skip
        return
    yield FormRow(
        key=question.id, number=number, text=f"{text}\nSay yes to each that holds.", answer="", remark=remark, seen=seen,
        is_head=True,
    )  # fmt: skip
    given = set(answer.split(";"))
    for place, choice in enumerate(question.choices, 1):
        ticked = TICK if choice.value in given else ""
        key = f"{question.id}/{place}"
        yield FormRow(
            key=key,
            number="",
            text=choice.label,
            answer=ticked,
            remark="",
            seen=seen,
            choices=(TICK,),
            takes_remark=False,
        )


def identity_of(parts: Iterable[object]) -> str:
    """Return what is signed of a workbook: everything in it that must come back unchanged."""
    return "\x1f".join(str(part) for part in parts)
