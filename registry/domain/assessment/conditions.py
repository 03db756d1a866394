"""When a question is shown: expressions over earlier answers, as values that can be judged, read and written.

A condition sees only answers that are shown and given. So an answer that was given before its question was hidden
neither shows nor hides another one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["All", "AnsweredIs", "Condition", "Given", "Is", "Not", "Some", "condition_data", "holds", "named_in"]

Given = Mapping[str, Collection[str]]
"""Per shown and answered question the chosen values; empty for a kind of question that has no choices."""


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of these values; for several choices: contains one of them."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnsweredIs:
    """The question has an answer, or has none."""

    question: str
    answered: bool


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = Is | AnsweredIs | All | Some | Not


def holds(condition: Condition, given: Given) -> bool:
    """Say whether a condition is true of the shown answers.

    Examples
    --------
    >>> holds(Not(Is("ENC-01", ("no",))), {"ENC-01": ["yes"]})
    True
    >>> holds(Is("ENC-01", ("yes",)), {})
    False
    """
    match condition:
        case Is(question, values):
            return not set(values).isdisjoint(given.get(question, ()))
        case AnsweredIs(question, answered):
            return (question in given) is answered
        case All(parts):
            return all(holds(part, given) for part in parts)
        case Some(parts):
            return any(holds(part, given) for part in parts)
        case Not(part):
            return not holds(part, given)


def named_in(condition: Condition) -> Iterator[Is | AnsweredIs]:
    """Yield the parts that name a question."""
    match condition:
        case Is() | AnsweredIs():
            yield condition
        case All(parts) | Some(parts):
            for part in parts:
                yield from named_in(part)
        case Not(part):
            yield from named_in(part)


def condition_data(condition: Condition) -> dict[str, Any]:
    """Return a condition as it stands in a questionnaire file."""
    match condition:
        case Is(question, (value,)):
            return {"question": question, "is": value}
        case Is(question, values):
            return {"question": question, "in": list(values)}
        case AnsweredIs(question, answered):
            return {"question": question, "answered": answered}
        case All(parts):
            return {"all": [condition_data(part) for part in parts]}
        case Some(parts):
            return {"any": [condition_data(part) for part in parts]}
        case Not(part):
            return {"not": condition_data(part)}
