"""Conditions as people write them: `ENC-01 is yes and not (DEV-03 is answered or ACC-02 is some, all)`.

`not` binds closest, then `and`, then `or`; words may be in any case. Reading what was written gives the same condition
back, up to needless parentheses.
"""

import re
from collections.abc import Callable, Sequence

from registry.domain.assessment.conditions import All, AnsweredIs, Condition, Is, Not, Some
from registry.domain.register.errors import DomainError

__all__ = ["BadCondition", "read_condition", "write_condition"]

_TOKEN = re.compile(r"\s*(?:([(),])|([^\s(),]+))")
_ANSWERED = "answered"
_WORDS = frozenset({"and", "or", "not", "is", "(", ")", ","})
_DEPTH_MAX = 8
_EXAMPLE = "such as: ENC-01 is yes and not DEV-03 is answered"


class BadCondition(DomainError):
    """A condition that cannot be read; the text says where."""


def write_condition(condition: Condition) -> str:
    """Return a condition in words.

    Examples
    --------
    >>> write_condition(All((Is("ENC-01", ("yes", "main")), Not(AnsweredIs("DEV-03", True)))))
    'ENC-01 is yes, main and not DEV-03 is answered'
    """
    match condition:
        case Is(question, values):
            return f"{question} is {', '.join(values)}"
        case AnsweredIs(question, answered):
            return f"{question} is answered" if answered else f"not {question} is answered"
        case All(parts):
            return " and ".join(_inner(part, Some) for part in parts)
        case Some(parts):
            return " or ".join(_inner(part, ()) for part in parts)
        case Not(part):
            return f"not {_inner(part, (All, Some, Not))}"


def _inner(part: Condition, looser: type | tuple[type, ...]) -> str:
    text = write_condition(part)
    return f"({text})" if isinstance(part, looser) else text


def read_condition(text: str) -> Condition | None:
    """Read a condition in words; None when there is nothing to read.

    Raises
    ------
    BadCondition
        When it cannot be read; whether its questions exist is checked with the questionnaire.

    Examples
    --------
    >>> read_condition("ENC-01 is yes or ACC-02 is answered")
    Some(parts=(Is(question='ENC-01', values=('yes',)), AnsweredIs(question='ACC-02', answered=True)))
    """
    tokens = [first or second for first, second in _TOKEN.findall(text)]
    if not tokens:
        return None
    reader = _Reader(tokens)
    found = reader.any_of(_DEPTH_MAX)
    if reader.rest:
        raise BadCondition(f"“{reader.rest[0]}” is not understood here; write it {_EXAMPLE}.")
    return found


class _Reader:
    """Reads tokens from the left; one method per level of binding."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.rest = list(tokens)

    def any_of(self, depth: int) -> Condition:
        if depth == 0:
            raise BadCondition(f"Parentheses and “not” are nested more than {_DEPTH_MAX} deep.")
        return self._joined("or", lambda: self._all_of(depth), Some)

    def _all_of(self, depth: int) -> Condition:
        return self._joined("and", lambda: self._single(depth), All)

    def _joined(
        self, word: str, part: Callable[[], Condition], make: Callable[[tuple[Condition, ...]], Condition]
    ) -> Condition:
        parts = [part()]
        while self._takes(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else make(tuple(parts))

    def _single(self, depth: int) -> Condition:
        if self._takes("not"):
            if depth <= 1:
                raise BadCondition(f"Parentheses and “not” are nested more than {_DEPTH_MAX} deep.")
            part = self._single(depth - 1)
            if isinstance(part, AnsweredIs) and part.answered:
                return AnsweredIs(part.question, answered=False)
            return Not(part)
        if self._takes("("):
            found = self.any_of(depth - 1)
            if not self._takes(")"):
                raise BadCondition("A parenthesis is not closed.")
            return found
        question = self._name().upper()
        if not self._takes("is"):
            raise BadCondition(f"After {question} the word “is” is missing, {_EXAMPLE}.")
        values = [self._name()]
        while self._takes(","):
            values.append(self._name())
        if values == [_ANSWERED]:
            return AnsweredIs(question, answered=True)
        return Is(question, tuple(values))

    def _takes(self, word: str) -> bool:
        if self.rest and self.rest[0].casefold() == word:
            self.rest.pop(0)
            return True
        return False

    def _name(self) -> str:
        if not self.rest or self.rest[0].casefold() in _WORDS:
            raise BadCondition(f"A question or an answer is missing; write it {_EXAMPLE}.")
        return self.rest.pop(0)
