"""What stands around an answer: the form with its choices, what is wrong with a question, what to do when there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.blast import words
from registry.blast.asking import CannotAsk
from registry.blast.page import AnsweredPage, Link
from registry.blast.question import Question, kind_choices
from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import Lifecycle, Relationship

__all__ = ["MOST_CHOICES", "ChoiceGroup", "EmptyReason", "Page", "choices", "product_choices"]

MOST_CHOICES = 400  # in a menu; beyond, one types


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Starts of one sort in the menu."""

    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EmptyReason:
    """Why there is no answer to show, and what to do about it."""

    title: str
    sentence: str
    button: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The form and, when the question could be asked, the answer."""

    question: Question
    register: Register
    choices: tuple[ChoiceGroup, ...]
    products: tuple[tuple[str, str], ...] = ()
    refusal: CannotAsk | None = None
    suggestions: tuple[Link, ...] = ()
    empty_reason: EmptyReason | None = None
    answered: AnsweredPage | None = None
    save_url: str | None = None

    kinds = tuple(kind_choices())

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the question cannot be answered."""
        return self.refusal.problems if self.refusal else ()

    @property
    def names(self) -> str:
        """The names of the start."""
        return words.question_names(self.register, self.question)

    @property
    def kind_words(self) -> str:
        """The kind of scenario as the menu names it."""
        return words.kind_words(self.question.kind)

    def name_of(self, code: str) -> str:
        """Return the name of a start code."""
        return words.start_names(self.register, (code,))


def choices(register: Register) -> tuple[ChoiceGroup, ...]:
    """Return the starts of the menu in groups; none when they are too many for one."""
    if len(register.vendors) + len(register.systems) > MOST_CHOICES:
        return ()
    live = [row for row in register.vendors if row.lifecycle is not Lifecycle.TERMINATED]
    ended = [row for row in register.vendors if row.lifecycle is Lifecycle.TERMINATED]
    groups: Mapping[str, Sequence[Any]] = {
        "Vendors": [row for row in live if row.relationship is Relationship.DIRECT],
        "Platforms": [row for row in live if row.relationship is Relationship.PLATFORM],
        "Nth parties": [row for row in live if row.relationship is Relationship.NTH_PARTY],
        "Our systems": register.systems,
        "Ended relations": ended,
    }
    return tuple(ChoiceGroup(label, _named(rows)) for label, rows in groups.items() if rows)


def product_choices(register: Register) -> tuple[tuple[str, str], ...]:
    """Return the platforms somebody uses, the one with most users first: (code, name and number of users)."""
    users: dict[str, set[str]] = {}
    for use in register.platform_uses:
        users.setdefault(use.platform, set()).add(use.user)
    most = sorted(users, key=lambda code: (-len(users[code]), code))[:MOST_CHOICES]
    vendors = register.vendor_by_code
    return tuple((code, f"{vendors[code].name} ({len(users[code])})") for code in most if code in vendors)


def _named(rows: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((row.code, row.name) for row in sorted(rows, key=lambda row: row.name.casefold()))
