"""What is reminded: the seam by which a feature has people chased about its open matters.

How a feature adds a subject
----------------------------
1. Give it a ladder: rows of `registry/reference/reminder_ladder.csv` under a name of its own (`finding`).
2. Write, in the feature, a function that returns its open matters with their deadlines, and of given keys only when it
   is asked so (the mailer asks about one just before it is sent, so that what is done is never reminded)::

       def open_findings(today: date, only: Collection[str] | None) -> list[OpenMatter]:
           rows = ...  # findings that are not closed; `only` narrows them to these keys
           return [OpenMatter(key=row.code, due=row.due, title=f"{row.code}: {row.title}",
                          vendor=row.vendor, cycle=row.cycle, roles={"owner": (row.owner_email,)}) for row in rows]

   A matter that is submitted, closed or withdrawn is simply not returned: its reminders that were not sent are
   cancelled. When a deadline moves, the cycle does (by default it is made of the deadline), and new reminders come.
   The vendor's manager, their manager, the CISO and the vendor's contacts are found by themselves.
3. Describe it: `Subject(name="finding", words="Finding", matters=open_findings, page=...)` and name it in `SUBJECTS` of
   `registry.app`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import Flask, current_app

from registry.domain.reminding.cadence import Recipient

__all__ = ["OpenMatter", "Subject", "init_app", "subject", "subjects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatter:
    """Something open, as a feature knows it: addresses instead of people, and only the roles it adds itself.

    `contacts` are those at the vendor who were really asked, each with the personal link their mail carries; empty is
    whoever the register names.
    """

    key: str
    due: date
    title: str
    vendor: str | None = None
    cycle: int | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contacts: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One kind of matter.

    Parameters
    ----------
    name
        As in the ladder.
    words
        What people call it.
    matters
        What is open on a day; of some keys only, when they are given.
    page
        Path of the page of one matter by its key, inside a request or not; None when it has none.
    """

    name: str
    words: str
    matters: Callable[[date, Collection[str] | None], Iterable[OpenMatter]]
    page: Callable[[str], str | None] | None = None


def init_app(app: Flask, known: Iterable[Subject]) -> None:
    """Make the subjects of all features known."""
    app.extensions["reminder_subjects"] = {each.name: each for each in known}


def subjects() -> tuple[Subject, ...]:
    """Return every subject, in the order of the features."""
    return tuple(current_app.extensions["reminder_subjects"].values())


def subject(name: str) -> Subject | None:
    """Return a subject; None for one that this release does not have."""
    known: dict[str, Subject] = current_app.extensions["reminder_subjects"]
    return known.get(name)
