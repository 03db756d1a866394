"""Writing one fact, or the same fields of many: one act each, through the one store of facts."""

from collections.abc import Mapping
from typing import Any

from registry.core import factstore
from registry.core.actor import Actor
from registry.core.kinds import KINDS
from registry.core.work import retried, work

__all__ = ["archive_fact", "change_fact", "change_many", "create_fact", "restore_fact"]

Key = str | int


@retried
def create_fact(actor: Actor, kind: str, values: Mapping[str, Any]) -> Key:
    """Register a fact."""
    with work(actor, f"{_subject(kind)}.create") as w:
        key = factstore.create(w, kind, values)
        w.about(f"{_subject(kind)}:{key}")
        return key


@retried
def change_fact(actor: Actor, kind: str, key: Key, *, version: int, values: Mapping[str, Any]) -> None:
    """Change a fact, unless somebody else did since `version`."""
    with work(actor, f"{_subject(kind)}.change", subject=f"{_subject(kind)}:{key}") as w:
        factstore.change(w, kind, key, version, values)


@retried
def archive_fact(actor: Actor, kind: str, key: Key, *, version: int | None) -> None:
    """Take a fact out of the register with what is part of it."""
    with work(actor, f"{_subject(kind)}.archive", subject=f"{_subject(kind)}:{key}") as w:
        factstore.archive(w, kind, key, version)


@retried
def restore_fact(actor: Actor, kind: str, key: Key) -> None:
    """Bring an archived fact back."""
    with work(actor, f"{_subject(kind)}.restore", subject=f"{_subject(kind)}:{key}") as w:
        factstore.restore(w, kind, key)


@retried
def change_many(actor: Actor, kind: str, keys: list[Key], values: Mapping[str, Any]) -> int:
    """Change the same fields of many facts in one act, all or nothing."""
    with work(actor, f"{_subject(kind)}.change_many") as w:
        for key in keys:
            factstore.change(w, kind, key, None, values)
        w.note(rows=len(keys), fields=sorted(values))
    return len(keys)


def _subject(kind: str) -> str:
    return KINDS[kind].word.replace(" ", "_")
