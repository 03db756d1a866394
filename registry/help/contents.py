"""The help pages: Markdown files of the package, in a fixed order, rendered once per process."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

__all__ = ["Entry", "Group", "HelpPage", "first_topic", "groups", "read", "topics"]

HERE = Path(__file__).resolve().parent
_GUIDE: Mapping[str, tuple[str, ...]] = {
    "User guide": (
        "getting-started",
        "my-work",
        "register-facts",
        "data-quality",
        "lists",
        "data-map",
        "blast-radius",
        "how-computed",
        "scenarios",
        "sector-breaches",
        "portfolio",
        "incidents",
        "reports",
        "importing",
        "questionnaires",
        "assessments",
        "campaigns",
        "access-reviews",
        "expiring",
        "intake",
        "risk",
        "findings",
        "vendor-portal",
        "jobs",
        "reminders",
        "mail",
        "audit-log",
        "parameters",
        "accounts",
    ),
    "Running it": ("backup-and-restore", "running-for-real"),
    "Reference": ("glossary", "library"),
}
_ID_BREAKS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    topic: str
    title: str
    folder: str


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the contents and its lines."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page, rendered."""

    title: str
    html: str


def first_topic() -> str:
    """Return the page the guide opens with."""
    return next(iter(_GUIDE.values()))[0]


@cache
def topics(folder: str) -> tuple[str, ...]:
    """Return the pages of a folder that exist; an address can name no other file."""
    return tuple(sorted(path.stem for path in (HERE / folder).glob("*.md")))


@cache
def groups() -> tuple[Group, ...]:
    """Return the contents: the guide in its order, then the decisions by number."""
    guide = [Group(title, _entries(names, "pages")) for title, names in _GUIDE.items()]
    return (*guide, Group("Decisions", _entries(topics("decisions"), "decisions")))


@cache
def read(topic: str, folder: str) -> HelpPage | None:
    """Return a page, or None when there is none of that name."""
    if topic not in topics(folder):
        return None
    text = (HERE / folder / f"{topic}.md").read_text(encoding="utf-8")
    # html=False: a page is text, whoever wrote it.
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _ID_BREAKS.sub("-", inline.content.casefold()).strip("-"))
    return HelpPage(_title_of(text), parser.renderer.render(tokens, parser.options, {}))


def _entries(names: tuple[str, ...], folder: str) -> tuple[Entry, ...]:
    pages = ((name, read(name, folder)) for name in names)
    return tuple(Entry(name, page.title, folder) for name, page in pages if page is not None)


def _title_of(text: str) -> str:
    return text.partition("\n")[0].lstrip("# ").strip()
