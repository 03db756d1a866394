"""The data categories of fideslang in our words: by a table, a child that it does not name by its nearest parent."""

from collections.abc import Iterable
from functools import cache

from importers.base import shown
from importers.lines import Found
from importers.yaml_tree import Tree
from registry.domain.register.problems import Severity
from registry.reference.load import read_rows

__all__ = ["our_categories", "our_category"]

# The first taxonomy wrote how data was got into the key: user.provided.identifiable.contact.email.
_OLD_PARTS = ("provided", "derived", "identifiable", "nonidentifiable")


def our_category(key: str) -> str | None:
    """Return our key for one of fideslang; None when not even its root is known.

    >>> our_category("user.contact.phone_number"), our_category("user.provided.identifiable.contact.email.work")
    ('user.contact.phone', 'user.contact.email')
    """
    parts = [part for part in key.strip().casefold().split(".") if part not in _OLD_PARTS]
    while parts:
        if found := _table().get(".".join(parts)):
            return found
        parts.pop()
    return None


def our_categories(keys: Iterable[str], entry: Tree | None, found: Found) -> list[str]:
    """Return our keys for those of fideslang, each once; what is not known is said at the entry."""
    ours: dict[str, None] = {}
    for key in dict.fromkeys(keys):
        category = our_category(key)
        if category is not None:
            ours[category] = None
        elif entry is not None:
            message = (
                f'"{shown(key)}" is no category of fideslang that we know; it counts as data about users in general.'
            )
            found.add(Severity.WARNING, "unknown_category", message, sheet=entry.file, row=entry.line)
            ours["user"] = None
    return list(ours)


@cache
def _table() -> dict[str, str]:
    return {row["fides"]: row["category"] for row in read_rows("fides_categories")}
