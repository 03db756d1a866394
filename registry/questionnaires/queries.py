"""Which questionnaires there are: those that ship with the product and those written here, each as a checked value."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sqlalchemy import select

from registry.core.db import session
from registry.core.errors import NotFound
from registry.domain.assessment.questionnaire import Questionnaire
from registry.domain.assessment.questionnaire_file import read_questionnaire
from registry.models import questionnaires as tables
from registry.models.questionnaires import QuestionnaireState

__all__ = ["Draft", "Edition", "draft", "edition", "editions", "sendable", "shipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a questionnaire in the list; `id` is None for a shipped one."""

    id: int | None
    code: str
    number: str
    title: str
    audience: str
    questions: int
    state: QuestionnaireState
    is_shipped: bool

    @property
    def sort_key(self) -> tuple[str, tuple[int, ...]]:
        """Titles in order, the latest edition first."""
        return self.title.casefold(), tuple(-int(part) for part in self.number.split("."))


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as the editor works on it."""

    id: int
    version: int
    questionnaire: Questionnaire


@cache
def shipped() -> Mapping[tuple[str, str], Questionnaire]:
    """Return the questionnaires of the package by (code, edition)."""
    folder = files("registry.reference").joinpath("questionnaires")
    found = [
        read_questionnaire(json.loads(file.read_text(encoding="utf-8")))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json")
    ]
    return {(each.code, each.version): each for each in found}


def editions() -> list[Edition]:
    """Return every edition, by title and the latest first; one query."""
    ours = [_of_row(row) for row in session().scalars(select(tables.Questionnaire))]
    return sorted([*(_of_value(each) for each in shipped().values()), *ours], key=lambda each: each.sort_key)


def sendable() -> list[Edition]:
    """Return the editions that may be sent to vendors."""
    return [each for each in editions() if each.state is QuestionnaireState.PUBLISHED]


def edition(code: str, number: str) -> tuple[Edition, Questionnaire]:
    """Return one edition with its content; raises NotFound."""
    value = shipped().get((code, number))
    if value is not None:
        return _of_value(value), value
    row = session().scalar(
        select(tables.Questionnaire).where(tables.Questionnaire.code == code, tables.Questionnaire.edition == number)
    )
    if row is None:
        raise NotFound("questionnaire", f"{code} {number}")
    return _of_row(row), _content(row)


def draft(draft_id: int) -> Draft:
    """Return a draft; raises NotFound for what is none."""
    row = session().get(tables.Questionnaire, draft_id)
    if row is None or row.state is not QuestionnaireState.DRAFT:
        raise NotFound("draft of a questionnaire", draft_id)
    return Draft(row.id, row.version, _content(row))


def _content(row: tables.Questionnaire) -> Questionnaire:
    return read_questionnaire(json.loads(row.content))


def _of_row(row: tables.Questionnaire) -> Edition:
    data = json.loads(row.content)
    return Edition(
        id=row.id,
        code=row.code,
        number=row.edition,
        title=row.title,
        audience=data["audience"],
        questions=len(data["questions"]),
        state=row.state,
        is_shipped=False,
    )


def _of_value(value: Questionnaire) -> Edition:
    return Edition(
        id=None,
        code=value.code,
        number=value.version,
        title=value.title,
        audience=value.audience,
        questions=len(value.questions),
        state=QuestionnaireState.PUBLISHED,
        is_shipped=True,
    )
