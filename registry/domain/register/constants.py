"""What one parameter of the model is: its value, its range, where it comes from; and the kinds of shipped lists."""

import math
from dataclasses import dataclass

__all__ = ["Allowed", "Category", "Parameter", "Sector", "ShippedControl", "Value"]

Value = float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a parameter may be: a number within bounds, or one of some words."""

    lowest: float = -math.inf
    highest: float = math.inf
    words: tuple[str, ...] = ()
    is_number: bool = True
    is_whole: bool = False

    def __str__(self) -> str:
        """Say it in words.

        >>> str(Allowed(lowest=0, highest=1, words=("drawn", "mean")))
        'a number from 0 to 1, or drawn, mean'
        """
        parts = []
        if self.is_number:
            kind = "a whole number" if self.is_whole else "a number"
            if self.lowest > -math.inf and self.highest < math.inf:
                kind += f" from {self.lowest:g} to {self.highest:g}"
            elif self.lowest > -math.inf:
                kind += f" of {self.lowest:g} or more"
            parts.append(kind)
        if self.words:
            parts.append(", ".join(self.words))
        return ", or ".join(parts) if self.is_number else "one of " + parts[0]

    def read(self, given: Value) -> Value | None:
        """Return the value meant by what was given, None when it is not allowed.

        >>> Allowed(lowest=0, highest=1).read("0.25")
        0.25
        >>> Allowed(lowest=0, highest=1).read("2") is None
        True
        """
        text = str(given).strip()
        if text.lower() in self.words:
            return text.lower()
        if not self.is_number or "_" in text:
            return None
        try:
            number = float(text)
        except ValueError:
            return None
        if not math.isfinite(number) or not self.lowest <= number <= self.highest:
            return None
        if self.is_whole and number != int(number):
            return None
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One constant of the model: its value now, the shipped one, and where that comes from."""

    key: str
    value: Value
    unit: str
    source: str
    year: int
    certainty: str
    note: str
    allowed: Allowed
    shipped: Value

    @property
    def is_changed(self) -> bool:
        """Whether somebody set another value than the shipped one."""
        return self.value != self.shipped

    @property
    def text(self) -> str:
        """The value as stored and shown, without needless digits."""
        return _text_of(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedControl:
    """A control that comes with the product, with the efficacy in force; None for `protection:KIND`."""

    code: str
    name: str
    acts_on: tuple[str, ...]
    efficacy: float | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of data; a rule on a category covers its children."""

    key: str
    parent: str | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A sector of the economy with its two-digit NAICS codes."""

    key: str
    label: str
    naics: tuple[str, ...]


def _text_of(value: Value) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
