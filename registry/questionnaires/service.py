"""Writing questionnaires: begin a draft, change it piece by piece, publish it for good, retire it, take one in from a file."""

import hashlib
import json
from collections.abc import Callable

from sqlalchemy import select

from registry.core.actor import Actor
from registry.core.db import session
from registry.core.work import Work, retried, work
from registry.domain.assessment.questionnaire import Questionnaire
from registry.domain.assessment.questionnaire_file import questionnaire_data, read_questionnaire
from registry.domain.register.errors import IllegalMove
from registry.models import questionnaires as tables
from registry.models.questionnaires import QuestionnaireState
from registry.questionnaires import queries
from registry.questionnaires.editing import Data, next_edition
from registry.reference.load import shipped_parameters

__all__ = ["add_draft", "change_draft", "checked", "copy_as_draft", "discard_draft", "publish", "retire", "take_in"]


def checked(data: object) -> Questionnaire:
    """Read content against the rules and the controls there are; raises InvalidQuestionnaire with every problem."""
    return read_questionnaire(data, controls=frozenset(shipped_parameters().controls))


@retried
def add_draft(actor: Actor, data: Data) -> int:
    """Begin a draft; its edition follows the latest one of its code."""
    with work(actor, "questionnaire.draft") as w:
        return _add(w, actor, checked({**data, "version": _free_edition(data["code"])}))


@retried
def copy_as_draft(actor: Actor, code: str, number: str) -> int:
    """Begin a draft from an edition, which itself never changes."""
    _, value = queries.edition(code, number)
    return add_draft(actor, questionnaire_data(value))


@retried
def take_in(actor: Actor, data: object) -> tuple[int | None, str]:
    """Keep a questionnaire from a file as a draft; one that is here already, word for word, is not kept twice.

    Returns
    -------
    tuple
        Number of the draft (None when the same one is here), and the edition it has here.

    Raises
    ------
    InvalidQuestionnaire
        With every problem of the file.
    """
    value = checked(data)
    content = questionnaire_data(value)
    for each in queries.editions():
        if each.code == value.code:
            _, known = queries.edition(each.code, each.number)
            if {**questionnaire_data(known), "version": ""} == {**content, "version": ""}:
                return None, each.number
    with work(actor, "questionnaire.take_in") as w:
        taken = (value.code, value.version) in {(each.code, each.number) for each in queries.editions()}
        if taken:
            value = checked({**content, "version": _free_edition(value.code)})
        return _add(w, actor, value), value.version


@retried
def change_draft(actor: Actor, draft_id: int, version: int, change: Callable[[Data], Data]) -> None:
    """Change the content of a draft.

    Raises
    ------
    InvalidQuestionnaire
        When what comes out breaks rules; nothing is kept then.
    StaleVersion
        When somebody else changed the draft meanwhile.
    """
    with work(actor, "questionnaire.change") as w:
        row = _draft(w, draft_id, version)
        value = checked(change(json.loads(row.content)))
        row.title = value.title
        _fill(row, value)


@retried
def publish(actor: Actor, draft_id: int, version: int) -> None:
    """Publish a draft: from now on it can be sent, and never changes."""
    with work(actor, "questionnaire.publish") as w:
        row = _draft(w, draft_id, version)
        checked(json.loads(row.content))
        row.state = QuestionnaireState.PUBLISHED
        row.published_at = w.now


@retried
def discard_draft(actor: Actor, draft_id: int, version: int) -> None:
    """Delete a draft; the log keeps what it held."""
    with work(actor, "questionnaire.discard") as w:
        w.delete(_draft(w, draft_id, version))


@retried
def retire(actor: Actor, row_id: int, *, again: bool = False) -> None:
    """Offer a published edition no longer, or again; assessments that ask it go on."""
    before, after = QuestionnaireState.PUBLISHED, QuestionnaireState.RETIRED
    if again:
        before, after = after, before
    with work(actor, "questionnaire.restore" if again else "questionnaire.retire") as w:
        row = w.get(tables.Questionnaire, row_id)
        if row.state is not before:
            raise IllegalMove(f"This questionnaire is {row.state}; that step is not open to it.")
        row.state = after


def _draft(w: Work, draft_id: int, version: int) -> tables.Questionnaire:
    row = w.get(tables.Questionnaire, draft_id, version)
    if row.state is not QuestionnaireState.DRAFT:
        raise IllegalMove("This edition was published, so it never changes. Copy it to make the next one.")
    return row


def _free_edition(code: str) -> str:
    known = [key[1] for key in queries.shipped() if key[0] == code]
    known += session().scalars(select(tables.Questionnaire.edition).where(tables.Questionnaire.code == code))
    return next_edition(known)


def _add(w: Work, actor: Actor, value: Questionnaire) -> int:
    row = tables.Questionnaire(
        code=value.code,
        edition=value.version,
        title=value.title,
        state=QuestionnaireState.DRAFT,
        created_at=w.now,
        person_name=actor.name,
    )
    _fill(row, value)
    return w.add(row).id


def _fill(row: tables.Questionnaire, value: Questionnaire) -> None:
    row.content = json.dumps(questionnaire_data(value), ensure_ascii=False)
    row.sha256 = hashlib.sha256(row.content.encode()).hexdigest()
