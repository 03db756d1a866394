"""The form of one kind of fact: its fields are named as those of the fact, and hand over its values."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField

from registry.core.kinds import KINDS
from registry.domain.register.facts import Fact
from registry.domain.register.problems import Problem
from registry.facts.fields import FactField, YesNoField

__all__ = ["FactForm", "in_form"]

# Names that WTForms keeps for itself; the field of a fact of such a name carries an underscore in the form.
_TAKEN = frozenset({"process", "data", "errors", "validate", "meta"})


def in_form(name: str) -> str:
    """Return the name under which a form has a field of the fact.

    >>> in_form("process"), in_form("vendor")
    ('process_', 'vendor')
    """
    return f"{name}_" if name in _TAKEN else name


class FactForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Base of the forms of facts; a subclass names its kind and its fields.

    `GROUPS` orders the fields on the page under headings: (heading, field names).
    """

    KIND: ClassVar[str]
    GROUPS: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    version = HiddenField()

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the fields of the fact that this form has, in the order of the fact."""
        return tuple(name for name in KINDS[cls.KIND].field_names if hasattr(cls, in_form(name)))

    def named(self, name: str) -> Any:
        """Return the field of the form for a field of the fact."""
        return self[in_form(name)]

    def values(self) -> dict[str, Any]:
        """Return what was typed as values of the fact; empty fields take the fact's own default."""
        found: dict[str, Any] = {}
        for item in fields(KINDS[self.KIND].fact_type):
            if in_form(item.name) not in self:
                continue
            field = self.named(item.name)
            value = field.truth if isinstance(field, YesNoField) else field.data
            if value is None and item.default is not MISSING and item.default is not None:
                value = item.default
            found[item.name] = value
        return found

    def missing(self) -> bool:
        """Mark fields the fact cannot be without and that are empty; tell whether there was one."""
        required = [item.name for item in fields(KINDS[self.KIND].fact_type) if item.default is MISSING]
        found = False
        for name in required:
            if in_form(name) not in self:
                continue
            field = self.named(name)
            if field.data in (None, "", ()) and not field.errors:
                field.errors = [*field.errors, "This is needed."]
                found = True
        return found

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the field of its column, the rest on top of the form."""
        for problem in problems:
            if problem.column and in_form(problem.column) in self:
                field = self.named(problem.column)
                field.errors = [*field.errors, problem.message]
            else:
                self.form_errors.append(problem.message)

    @classmethod
    def of_fact(cls, fact: Fact, version: int) -> "FactForm":
        """Return the form filled with a fact; what a person posted stands over it."""
        return cls(data={**{in_form(name): value for name, value in fact.__dict__.items()}, "version": str(version)})

    @classmethod
    def shown(cls, fact: Fact) -> "FactForm":
        """Return the fields filled with a fact, whatever a person posted."""
        return cls(formdata=None, data={in_form(name): value for name, value in fact.__dict__.items()})

    @classmethod
    def of_arguments(cls, arguments: Mapping[str, str]) -> "FactForm":
        """Return an empty form, prefilled with what the address names: `?recipient=V-0031`.

        Only facts and words are taken: a number or a day in an address is text, which such a field cannot hold.
        """
        blank = cls(formdata=None)
        given = {
            in_form(name): value
            for name, value in arguments.items()
            if name in cls.field_names() and isinstance(blank.named(name), StringField | SelectField | FactField)
        }
        return cls(data=given)

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the fields under their headings; what no group names comes last."""
        named = [(heading, [self.named(name) for name in names]) for heading, names in self.GROUPS]
        placed = {name for _, names in self.GROUPS for name in names}
        rest = [self.named(name) for name in self.field_names() if name not in placed]
        return [group for group in (*named, ("" if not named else "More", rest)) if group[1]]
