"""What an import would do: which facts are new, which change field by field, which stay the same."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from importers.references import natural_key
from importers.register import ReadResult
from registry.domain.register.facts import FACT_TYPES, Fact, Organisation, Register

__all__ = ["Change", "Difference", "FieldChange", "compare", "key_of"]

# The store keeps shares in units of 1e-9 and money in hundredths; what differs by less is the same figure.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A registered fact that the file gives other values."""

    kind: str
    before: Fact
    after: Fact
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """An import in three parts, by kind of fact where the order of kinds is that of the file."""

    new: Mapping[str, tuple[Fact, ...]]
    changed: tuple[Change, ...]
    same: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not self.new and not self.changed


def key_of(kind: str, fact: Fact) -> Any:
    """Return what identifies a fact: its code, else what tells it apart."""
    return getattr(fact, "code") if fact.PREFIX else natural_key(kind, fact)  # noqa: B009, only with a prefix


def compare(result: ReadResult, base: Register, *, has_organisation: bool) -> Difference:
    """Compare the usable facts of a file with what is registered; linear.

    Parameters
    ----------
    result
        A file read with `base`.
    base
        What is registered.
    has_organisation
        Whether our organisation is registered, or only its placeholder stands in `base`.
    """
    new: dict[str, tuple[Fact, ...]] = {}
    changed: list[Change] = []
    same: dict[str, int] = {}
    for kind in FACT_TYPES:
        found = result.facts.get(kind, ())
        is_known = kind != "organisation" or has_organisation
        existing = {key_of(kind, fact): fact for fact in base.facts(kind)} if found and is_known else {}
        fresh = []
        for fact in found:
            before = existing.get(key_of(kind, fact))
            if before is None:
                fresh.append(fact)
            elif fields := _field_changes(before, fact, result.columns[kind]):
                changed.append(Change(kind, before, fact, fields))
            else:
                same[kind] = same.get(kind, 0) + 1
        if fresh:
            new[kind] = tuple(fresh)
    return Difference(new, tuple(changed), same)


def _field_changes(before: Fact, after: Fact, columns: frozenset[str]) -> tuple[FieldChange, ...]:
    names = columns if not isinstance(after, Organisation) else columns | {"name"}
    return tuple(
        FieldChange(name, getattr(before, name), getattr(after, name))
        for name in sorted(names)
        if not _is_same(getattr(before, name), getattr(after, name))
    )


def _is_same(before: Any, after: Any) -> bool:
    if before == after:
        return True
    if isinstance(before, float) and isinstance(after, float):
        return math.isclose(before, after, rel_tol=0, abs_tol=max(_TOLERANCE, 0.005 if max(before, after) > 1 else 0))
    return False
