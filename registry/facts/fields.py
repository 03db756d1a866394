"""Fields of facts in forms: shares as percentages, people as whole numbers, other facts by code or name, lists.

Each field reads what a person types into the value the fact holds, and shows that value again as a person would type
it. Rules between fields live in `registry.domain.register.rules`, not here.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from wtforms import DateField, Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import TextInput

from registry.core.db import session
from registry.core.formats import words
from registry.core.kinds import KINDS
from registry.core.people import address_of, people_offered
from registry.models.base import name_key

__all__ = [
    "ChoiceField",
    "CodesField",
    "CountField",
    "DayField",
    "FactField",
    "LongTextField",
    "NumberField",
    "PersonField",
    "ShareField",
    "TextField",
    "YesNoField",
]

UNKNOWN_WORDS = "not known"
MOST_PEOPLE = 100  # sent with the form; of more, those that hold what is typed are asked for


class Blankable:
    """What a page says where the value is missing: not always "not known", as for a flow without an end."""

    blank: str = UNKNOWN_WORDS


def _stripped(value: str | None) -> str | None:
    text = (value or "").strip()
    return text or None


class TextField(Blankable, StringField):
    """One line of text; empty is None."""

    def __init__(self, label: str, *, blank: str = UNKNOWN_WORDS, **options: Any) -> None:
        """Take surrounding blanks away."""
        self.blank = blank
        super().__init__(label, filters=[_stripped], **options)


class LongTextField(Blankable, TextAreaField):
    """Several lines of text; empty is None."""

    def __init__(self, label: str, *, blank: str = UNKNOWN_WORDS, **options: Any) -> None:
        """Take surrounding blanks away."""
        self.blank = blank
        super().__init__(label, filters=[_stripped], **options)


class DayField(Blankable, DateField):
    """A calendar day; empty is None."""

    def __init__(self, label: str, *, blank: str = UNKNOWN_WORDS, **options: Any) -> None:
        """Let it be empty."""
        self.blank = blank
        super().__init__(label, validators=[Optional(strip_whitespace=True)], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day, and say how to write one."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Write a day as year-month-day, such as 2026-11-23.") from None


class NumberField(Blankable, Field):
    """A number that may have thousands separators; empty is None."""

    widget = TextInput()
    example = "1,250 or 0.5"
    smallest: float | None = 0.0

    def __init__(self, label: str, *, smallest: float | None = 0.0, blank: str = UNKNOWN_WORDS, **options: Any) -> None:
        """Take the smallest number that makes sense; None for any."""
        self.blank = blank
        super().__init__(label, **options)
        self.smallest = smallest

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = self.read(text.replace(",", "").replace("\u202f", "").replace("\u00a0", "").replace(" ", ""))
        except (ValueError, OverflowError):
            raise ValueError(f"Type a number, such as {self.example}.") from None
        if self.smallest is not None and self.data < self.smallest:
            raise ValueError(f"Type {self.smallest:g} or more.")

    def read(self, text: str) -> float:
        """Turn cleaned text into the value."""
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number

    def written(self, value: float) -> str:
        """Write the value as a person would type it."""
        return f"{value:.10f}".rstrip("0").rstrip(".")


class CountField(NumberField):
    """A whole number of people or things; empty is None, 0 is nobody."""

    example = "120,000"

    def read(self, text: str) -> int:
        """Turn cleaned text into a whole number; `1.2M` and `40k` are understood."""
        scale = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
        number = super().read(text[:-1] if scale > 1 else text) * scale
        if number != round(number):
            raise ValueError(text)
        return round(number)

    def written(self, value: float) -> str:
        """Write all digits."""
        return f"{value:d}"


class ShareField(NumberField):
    """A share or chance, typed and shown as a percentage, kept from 0 to 1."""

    example = "40 or 2.5"

    def read(self, text: str) -> float:
        """Turn a percentage into a share; the sign may be there or not."""
        return round(super().read(text.removesuffix("%")) / 100, 11)

    def written(self, value: float) -> str:
        """Write as a percentage without its sign."""
        return super().written(round(value * 100, 9))


class ChoiceField(Blankable, SelectField):
    """One word of a closed list; with `empty` words for "none" the value may be None."""

    def __init__(self, label: str, kinds: type[StrEnum] | Sequence[tuple[str, str]], **options: Any) -> None:
        """Take the words from an enumeration, or (value, label) pairs."""
        empty = options.pop("empty", None)
        self.blank = options.pop("blank", UNKNOWN_WORDS)
        self._enumeration = kinds if isinstance(kinds, type) else None
        pairs = [(kind.value, words(kind).capitalize()) for kind in kinds] if isinstance(kinds, type) else list(kinds)
        choices = [SelectChoice(value, text) for value, text in ([("", empty)] if empty else []) + pairs]
        super().__init__(label, choices=choices, coerce=self._coerced, **options)

    def _coerced(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        return self._enumeration(value) if self._enumeration else str(value)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 -- the signature is WTForms'
        """Refuse what is not on the list."""
        offered = {choice.value for choice in self.choices or ()}
        if ("" if self.data is None else str(self.data)) not in offered:
            raise ValidationError("Choose one of the list.")


class YesNoField(ChoiceField):
    """Yes, no, or not known."""

    def __init__(self, label: str, **options: Any) -> None:
        """Offer the three."""
        super().__init__(label, [("yes", "Yes"), ("no", "No")], empty=UNKNOWN_WORDS, **options)

    def _coerced(self, value: Any) -> Any:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return super()._coerced(value)

    @property
    def truth(self) -> bool | None:
        """The answer as the fact holds it."""
        return None if self.data is None else self.data == "yes"


class CodesField(Blankable, Field):
    """Several words separated by semicolons or commas: categories, countries, tags."""

    widget = TextInput()

    def __init__(self, label: str, *, offers: str | None = None, upper: bool = False, **options: Any) -> None:
        """Take the name of the list whose words are offered while typing, and whether words are in capitals."""
        self.blank = options.pop("blank", UNKNOWN_WORDS)
        super().__init__(label, **options)
        self.offers = offers
        self._upper = upper
        if offers:
            self.render_kw = {**(self.render_kw or {}), "data-pick": offers, "data-pick-many": "yes"}

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "; ".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Split, trim, and drop what is there twice."""
        parts = [part.strip() for part in (valuelist[0] if valuelist else "").replace(",", ";").split(";")]
        found = [part.upper() if self._upper else part for part in parts if part]
        self.data = tuple(dict.fromkeys(found))


class FactField(Blankable, Field):
    """Another fact, typed as its code, its name, or both as the suggestions write them; the value is the code."""

    widget = TextInput()

    def __init__(self, label: str, kinds: Sequence[str], **options: Any) -> None:
        """Take the kinds of facts that may stand here, such as `("vendors", "systems")`."""
        self.blank = options.pop("blank", UNKNOWN_WORDS)
        super().__init__(label, **options)
        self.kinds = tuple(kinds)
        self.render_kw = {**(self.render_kw or {}), "data-pick": ",".join(kinds), "autocomplete": "off"}

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.described(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Find the fact a person means."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            self.data = self._found(text)

    def described(self, code: str) -> str:
        """Write a code with its name behind it; costs a query per kind until found."""
        for kind in self.kinds:
            model: Any = KINDS[kind].model
            row = session().get(model, code)
            if row is not None:
                return f"{code} {row.name}" if KINDS[kind].has_name else code
        return code

    def _found(self, text: str) -> str:
        head = text.split(maxsplit=1)[0].upper()
        for kind in self.kinds:
            model: Any = KINDS[kind].model
            wanted = [model.code == head]
            if KINDS[kind].has_name:
                wanted.append(model.name_key == name_key(text))
            for condition in wanted:
                code = session().scalar(select(model.code).where(condition, model.archived_at.is_(None)))
                if code is not None:
                    return str(code)
        many = " or ".join(KINDS[kind].word for kind in self.kinds)
        raise ValueError(f"There is no {many} {text!r} in the register; type its code or its exact name.")


class PersonField(Blankable, Field):
    """One of us, chosen by name or address from the people who may sign in; the value is the address.

    The people go with the form, so that typing finds them without JavaScript. An address that was there before is
    kept as it is: its owner may have left, and that must not stand in the way of another change.
    """

    widget = TextInput()

    def __init__(self, label: str, *, blank: str = UNKNOWN_WORDS, **options: Any) -> None:
        """Offer people while one types."""
        self.blank = blank
        super().__init__(label, **options)
        self.render_kw = {**(self.render_kw or {}), "data-pick": "people", "autocomplete": "off"}

    @property
    def offered(self) -> Sequence[tuple[str, str]]:
        """Return (address, name) of the people sent along; one query."""
        return people_offered("", most=MOST_PEOPLE)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Find the person who is meant."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        self.data = self.object_data if self.object_data == text else address_of(text)
        if self.data is None:
            raise ValueError(f"Nobody here is called or reached as {text[:80]!r}; choose somebody from the list.")
