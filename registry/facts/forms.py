"""The form of one kind of fact: its fields are named as those of the fact, and hand over its values."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import HiddenField

from registry.core.kinds import KINDS
from registry.domain.facts import Fact
from registry.domain.problems import Problem
from registry.facts.fields import YesNoField

__all__ = ["FactForm"]

_NOT_VALUES = frozenset({"csrf_token", "version"})


class FactForm(FlaskForm):  # type: ignore[misc] -- Flask-WTF ships no types
    """Base of the forms of facts; a subclass names its kind and its fields.

    `GROUPS` orders the fields on the page under headings: (heading, field names).
    """

    KIND: ClassVar[str]
    GROUPS: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    version = HiddenField()

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the fields of the fact that this form has, in the order of the fact."""
        return tuple(name for name in KINDS[cls.KIND].field_names if hasattr(cls, name))

    def values(self) -> dict[str, Any]:
        """Return what was typed as values of the fact; empty fields take the fact's own default."""
        found: dict[str, Any] = {}
        for item in fields(KINDS[self.KIND].fact_type):
            if item.name not in self or item.name in _NOT_VALUES:
                continue
            field = self[item.name]
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
            if name in self and self[name].data in (None, "", ()) and not self[name].errors:
                self[name].errors = [*self[name].errors, "This is needed."]
                found = True
        return found

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the field of its column, the rest on top of the form."""
        for problem in problems:
            if problem.column and problem.column in self:
                field = self[problem.column]
                field.errors = [*field.errors, problem.message]
            else:
                self.form_errors.append(problem.message)

    @classmethod
    def of_fact(cls, fact: Fact, version: int) -> "FactForm":
        """Return the form filled with a fact; what a person posted stands over it."""
        return cls(data={**fact.__dict__, "version": str(version)})

    @classmethod
    def of_arguments(cls, arguments: Mapping[str, str]) -> "FactForm":
        """Return an empty form, prefilled with what the address names: `?recipient=V-0031`."""
        given = {name: value for name, value in arguments.items() if name in cls.field_names()}
        return cls(data=given)

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the fields under their headings; what no group names comes last."""
        named = [(heading, [self[name] for name in names if name in self]) for heading, names in self.GROUPS]
        placed = {field.name for _, group in named for field in group}
        rest = [self[name] for name in self.field_names() if name not in placed]
        return [group for group in (*named, ("" if not named else "More", rest)) if group[1]]
