"""One fact as its page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.kinds import KINDS, FactKind, Reference
from registry.core.ownership import can_write_fact

__all__ = ["FactPage", "live_parts", "part_kinds", "read_fact", "title_of"]

Key = str | int


@dataclass(frozen=True, slots=True)
class FactPage:
    """One fact as its page shows it: the row's values, their labels, who depends on it, what happened to it."""

    key: Key
    title: str
    fact: Any
    version: int
    is_archived: bool
    can_write: bool


def read_fact(of: FactKind, code: Key, actor: Actor) -> FactPage:
    """Read one fact; raises NotFound."""
    row = session().get(of.model, code)
    if row is None:
        raise NotFound(of.word, code)
    fact = of.fact_of(row)
    return FactPage(
        key=code,
        title=title_of(of, fact, code),
        fact=fact,
        version=row.version,
        is_archived=row.archived_at is not None,
        can_write=can_write_fact(actor, of.name, {**fact.__dict__, **({"code": code} if of.prefix else {})}),
    )


def title_of(of: FactKind, fact: Any, code: Key) -> str:
    """Return what people call a fact: its name, else its kind and code."""
    if of.has_name:
        return str(fact.name)
    return f"{of.word.capitalize()} {code}"


def part_kinds(kind: str) -> Iterator[tuple[FactKind, Reference]]:
    """Yield the kinds that are part of this one, with the field that says of which."""
    for of in KINDS.values():
        for reference in of.references:
            if reference.is_part and kind in reference.to:
                yield of, reference


def live_parts(of: FactKind, reference: Reference, code: Key) -> tuple[tuple[Key, Any], ...]:
    """Return (key, fact) of the parts of one fact; one query."""
    model: Any = of.model
    own = getattr(model, of.key_field)
    rows = session().scalars(
        select(model).where(getattr(model, reference.field) == code, model.archived_at.is_(None)).order_by(own)
    )
    return tuple((getattr(row, of.key_field), of.fact_of(row)) for row in rows)
