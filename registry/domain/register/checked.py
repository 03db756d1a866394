"""Takes values out of data read from a file, and collects everything that is wrong with them, each with its place.

A bad value is replaced by a harmless one, so that reading goes on and one pass names all problems; whoever reads must
refuse the result when there are problems.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

__all__ = ["NAME_MAX", "TEXT_MAX", "Checked"]

NAME_MAX = 200
TEXT_MAX = 4_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Word = TypeVar("Word", bound=StrEnum)


class Checked:
    """One object of the data with its place; objects inside share the list of problems."""

    def __init__(self, data: object, place: str, problems: list[str]) -> None:
        self.place = place
        self.problems = problems
        self.data: Mapping[str, Any] = {}
        if isinstance(data, Mapping):
            self.data = data
        else:
            self.say("must be an object with named values")

    def say(self, message: str, name: str = "") -> None:
        """Note a problem with this object, or with one of its values."""
        place = ".".join(part for part in (self.place, name) if part)
        self.problems.append(f"{place}: {message}." if place else f"{message[:1].upper()}{message[1:]}.")

    def has(self, name: str) -> bool:
        """Whether a value is there and not null."""
        return self.data.get(name) is not None

    def inside(self, name: str) -> "Checked":
        """Return the object under a name."""
        return Checked(self.data.get(name), f"{self.place}.{name}" if self.place else name, self.problems)

    def rows(self, name: str) -> list["Checked"]:
        """Return the objects of a list."""
        value = self.data.get(name)
        if not isinstance(value, list):
            self.say("must be a list", name)
            return []
        place = f"{self.place}.{name}" if self.place else name
        return [Checked(row, f"{place}[{number}]", self.problems) for number, row in enumerate(value, 1)]

    def text(self, name: str, *, is_needed: bool = True, most: int = TEXT_MAX) -> str:
        """Return a text without blanks around it."""
        value: object = self.data.get(name, "")
        if not isinstance(value, str):
            self.say("must be text", name)
            return ""
        text = value.strip()
        if _UNSTORABLE.search(text):
            self.say("holds characters that cannot be kept (NUL or half a character)", name)
            text = _UNSTORABLE.sub("", text)
        if is_needed and not text:
            self.say("is missing", name)
        if len(text) > most:
            self.say(f"has {len(text):,} characters; at most {most:,} are kept", name)
        return text

    def texts(self, name: str) -> Iterator[str]:
        """Return a list of short texts."""
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.say("must be a list of texts", name)
        elif any(_UNSTORABLE.search(each) or len(each) > NAME_MAX for each in value):
            self.say(f"holds a text of more than {NAME_MAX} characters, or one that cannot be kept", name)
        else:
            yield from (each.strip() for each in value if each.strip())

    def matching(self, name: str, pattern: re.Pattern[str], form: str) -> str:
        """Return a text of a given form."""
        value = self.text(name)
        if value and not pattern.fullmatch(value):
            self.say(f"{value[:40]!r} is not of the form: {form}", name)
        return value

    def number(self, name: str, lowest: float, highest: float) -> float:
        """Return a number within bounds."""
        value = self.data.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            self.say(f"must be a number from {lowest:g} to {highest:g}", name)
            return lowest
        return value

    def flag(self, name: str, *, usual: bool) -> bool:
        """Return true or false."""
        value = self.data.get(name, usual)
        if not isinstance(value, bool):
            self.say("must be true or false", name)
            return usual
        return value

    def word(self, name: str, words: type[Word], usual: Word) -> Word:
        """Return one of a closed list of words."""
        value = self.data.get(name, usual.value)
        try:
            return words(value)
        except ValueError:
            self.say(f"{str(value)[:40]!r} is not one of {', '.join(words)}", name)
            return usual
