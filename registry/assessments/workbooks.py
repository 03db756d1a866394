"""A form as a workbook and back: what is downloaded is signed, and what comes back is compared before anything is kept."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response

from registry.assessments.queries import Asked, AssessmentPage
from registry.assessments.service.answering import COMMENT_MAX, AnswerQuestion
from registry.core import clock
from registry.core.secrets import keyring
from registry.domain.assessment.answers import BadAnswer, read_value, value_text
from registry.domain.assessment.offline_form import FORMAT, TICK, FormRow, identity_of, rows_of
from registry.domain.assessment.questionnaire import Question, QuestionType
from registry.domain.register.errors import DomainError
from registry.importing.sandbox import run_apart
from reports.offline_form import offline_workbook
from reports.workbook import MEDIA_TYPE

__all__ = ["Difference", "RefusedWorkbook", "as_download", "compare", "read_file", "workbook_of"]

_PURPOSE = "offline-form"
_AGAIN = "Download the workbook again and copy your answers over."


class RefusedWorkbook(DomainError):
    """A workbook that is not taken in; `problems` says why, all of it."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep every reason."""
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A question that is answered otherwise in the workbook; `problem` keeps it from being taken over."""

    asked: Asked
    answer: str
    remark: str
    problem: str | None = None
    meanwhile: str | None = None

    @property
    def command(self) -> AnswerQuestion:
        """What taking it over does; the version is that of today, so that one sees what is replaced."""
        return AnswerQuestion(
            question=self.asked.question.id, given=(self.answer,), comment=self.remark, version=self.asked.version
        )


def workbook_of(page: AssessmentPage, sections: Collection[str], *, whose: str) -> bytes:
    """Return the form, or some sections of it, as a workbook; `whose` says by which door it comes back."""
    rows: list[FormRow] = []
    heads: dict[int, str] = {}
    for section in page.value.sections:
        if section.id in sections:
            heads[len(rows)] = section.title
            for question in page.value.in_section(section.id):
                rows += _rows(page.asked[question.id])
    made = clock.now().replace(microsecond=0)
    title = f"{page.row.title} {page.row.period}, {page.vendor_name}"
    return offline_workbook(rows, title=title, head=_head(page, rows, whose, made), sections=heads, made_at=made)


def _rows(asked: Asked) -> Iterable[FormRow]:
    if asked.question.type is QuestionType.FILE:
        return ()
    return rows_of(
        asked.question, number=asked.number if asked.is_shown else "", answer=asked.text, remark=asked.answer.comment,
        seen=asked.version,
    )  # fmt: skip


def _head(page: AssessmentPage, rows: Iterable[FormRow], whose: str, made: datetime) -> dict[str, str]:
    keys = ";".join(f"{row.key}={row.seen}" for row in rows)
    head = {
        "format": FORMAT, "assessment": str(page.row.id), "questions": page.row.asked, "round": str(page.row.cycle),
        "made": made.isoformat(), "door": whose,
    }  # fmt: skip
    return head | {"mark": _mark(head, keys)}


def _mark(head: Mapping[str, str], keys: str) -> str:
    signed = (head.get(name, "") for name in ("format", "assessment", "questions", "round", "made", "door"))
    return keyring().mark(_PURPOSE, identity_of([*signed, keys]))


def read_file(content: bytes) -> Any:
    """Read an uploaded workbook apart.

    Raises
    ------
    RefusedWorkbook
        When it cannot be read, or holds formulas or failed cells.
    """
    found = run_apart("offline_form", {"source": content})
    if found.problems:
        raise RefusedWorkbook(found.problems[:20])
    return found


def compare(page: AssessmentPage, found: Any, *, whose: str) -> list[Difference]:
    """Return what a workbook would change.

    Raises
    ------
    RefusedWorkbook
        When it is another form's, of an older round, or was changed where nothing may be.
    """
    _require_ours(page, found, whose)
    answers: dict[str, list[Any]] = defaultdict(list)
    for row in found.rows:
        answers[row.key.partition("/")[0]].append(row)
    differences = (_difference(page.asked[key], rows) for key, rows in answers.items())
    return [each for each in differences if each is not None]


def _require_ours(page: AssessmentPage, found: Any, whose: str) -> None:
    head: Mapping[str, str] = found.head
    if head.get("format") != FORMAT:
        raise RefusedWorkbook(["This is no workbook of a form, or one of another release."])
    if (head.get("assessment"), head.get("door")) != (str(page.row.id), whose):
        raise RefusedWorkbook(["This workbook belongs to another assessment, or to somebody else."])
    if head.get("questions") != page.row.asked:
        raise RefusedWorkbook([f"This workbook holds other questions than are asked now. {_AGAIN}"])
    if head.get("round") != str(page.row.cycle):
        words = "This workbook is of an earlier round: the form was returned, or its due date moved, since."
        raise RefusedWorkbook([f"{words} {_AGAIN}"])
    keys = ";".join(f"{row.key}={row.seen}" for row in found.rows)
    is_signed = hmac.compare_digest(_mark(head, keys).encode(), head.get("mark", "").encode())
    if not is_signed or any(row.key.partition("/")[0] not in page.asked for row in found.rows):
        raise RefusedWorkbook([f"Keys, rows or the first sheet of this workbook were changed. {_AGAIN}"])


def _difference(asked: Asked, rows: list[Any]) -> Difference | None:
    head, problem = rows[0], None
    remark = head.remark
    try:
        answer = _read(asked.question, rows)
    except BadAnswer as wrong:
        answer, problem = head.answer, f"Row {head.line}: {wrong}"
    if len(remark) > COMMENT_MAX:
        problem = f"Row {head.line}: a remark has at most {COMMENT_MAX:,} characters."
    if problem is None and (answer, remark) == (asked.text, asked.answer.comment):
        return None
    meanwhile = asked.answered_by or "Somebody" if head.seen != str(asked.version) else None
    return Difference(asked=asked, answer=answer, remark=remark, problem=problem, meanwhile=meanwhile)


def _read(question: Question, rows: list[Any]) -> str:
    if question.type is not QuestionType.MULTI:
        return value_text(read_value(question, rows[0].answer))
    given = []
    for row in rows[1:]:
        place = row.key.partition("/")[2]
        if row.answer.casefold() == TICK and place.isdecimal() and 0 < int(place) <= len(question.choices):
            given.append(question.choices[int(place) - 1].value)
        elif row.answer:
            raise BadAnswer(f"row {row.line} takes {TICK}, or nothing.")
    return value_text(read_value(question, given))


def as_download(page: AssessmentPage, content: bytes) -> Response:
    """Return a workbook as a download."""
    answer = Response(content, mimetype=MEDIA_TYPE)
    name = f"{page.row.vendor} {page.row.title} {page.row.period}.xlsx"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
