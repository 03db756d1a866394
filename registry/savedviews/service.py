"""Keeping and removing saved views; a view belongs to one person, who may let everybody see it."""

import re
from dataclasses import dataclass

from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.work import retried, work
from registry.models.saved_views import SavedView

__all__ = ["SaveView", "problem_with", "remove_view", "save_view"]

LONGEST_NAME = 200
LONGEST_QUERY = 4_000
_LIST_NAME = re.compile(r"[a-z_]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView:
    """A list, a name for how it is shown, and whether others see it."""

    list_name: str
    name: str
    query: str
    shared: bool


def problem_with(command: SaveView) -> str | None:
    """Say what keeps a view from being saved; None when nothing does."""
    if not command.name.strip():
        return "The view needs a name."
    if len(command.name.strip()) > LONGEST_NAME:
        return f"The name of a view has at most {LONGEST_NAME} characters."
    if not _LIST_NAME.fullmatch(command.list_name) or len(command.query) > LONGEST_QUERY:
        return "This view cannot be saved; open the list again and try once more."
    if not command.query.isprintable():
        return "This view holds characters that cannot stand in an address."
    return None


@retried
def save_view(actor: Actor, command: SaveView) -> int:
    """Keep a view for a person."""
    with work(actor, "saved_view.save") as w:
        row = w.add(
            SavedView(
                person_id=actor.person_id,
                list_name=command.list_name,
                name=command.name.strip(),
                query=command.query,
                shared=command.shared,
            )
        )
        return row.id


@retried
def remove_view(actor: Actor, view_id: int) -> str:
    """Remove a view of one's own; the view of somebody else is not found."""
    with work(actor, "saved_view.remove") as w:
        view = w.get(SavedView, view_id)
        if view.person_id != actor.person_id:
            raise NotFound("saved view", view_id)
        name = view.name
        w.delete(view)
        return name
