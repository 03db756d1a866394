"""What rests on a fact, in words, and what is part of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.db import session as current_session
from registry.core.kinds import KINDS, FactKind, Reference
from registry.models.base import FactRow

__all__ = ["Dependent", "dependents", "is_live", "parts_of"]


@dataclass(frozen=True, slots=True)
class Dependent:
    """A live fact that names another; `words` reads "flow F-001 gives data to it"."""

    kind: str
    key: str | int
    words: str


def dependents(kind: str, key: str | int) -> list[Dependent]:
    """Return the live facts that rest on one, without its own parts; one query per kind that may name it."""
    session = current_session()
    found = []
    for other, reference in _naming(kind):
        if reference.is_part:
            continue
        for row in _rows(session, other, reference, key):
            own_key = getattr(row, other.key_field)
            found.append(Dependent(other.name, own_key, f"{other.word} {_shown(other, row)} {reference.phrase}"))
    return found


def parts_of(session: Session, kind: FactKind, key: str | int) -> Iterator[tuple[FactKind, FactRow]]:
    """Yield what means nothing without this fact, archived or not."""
    for other, reference in _naming(kind.name):
        if reference.is_part:
            for row in _rows(session, other, reference, key, live_only=False):
                yield other, row


def is_live(row: FactRow) -> bool:
    """Whether a row is part of the register."""
    return row.archived_at is None


def _naming(kind: str) -> Iterator[tuple[FactKind, Reference]]:
    for other in KINDS.values():
        for reference in other.references:
            if kind in reference.to:
                yield other, reference


def _rows(
    session: Session, kind: FactKind, reference: Reference, key: str | int, *, live_only: bool = True
) -> list[FactRow]:
    question = select(kind.model).where(getattr(kind.model, reference.field) == key)
    if live_only:
        question = question.where(kind.model.archived_at.is_(None))
    order = getattr(kind.model, kind.key_field)
    return list(session.scalars(question.order_by(order)))


def _shown(kind: FactKind, row: FactRow) -> str:
    """Name a fact for a sentence: by its code, or by what it names when it has none."""
    if kind.prefix:
        return str(getattr(row, "code"))  # noqa: B009 -- the attribute depends on the kind
    return " / ".join(str(getattr(row, reference.field)) for reference in kind.references)
