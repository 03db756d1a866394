"""What moved between two runs of a scenario: the facts that differ, and which way the figures went."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from registry.core.formats import words
from registry.core.kinds import KINDS
from registry.domain.register.facts import Fact, Register

__all__ = ["FigureChange", "MovedFact", "figures_moved", "moved_facts"]

_SHOWN = 200
_VALUE_MAX = 120


@dataclass(frozen=True, slots=True)
class MovedFact:
    """A fact that is new, gone or different; `touches`: it is one the answer rests on."""

    code: str
    kind: str
    what: str
    changes: tuple[str, ...]
    touches: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {name: getattr(self, name) for name in ("code", "kind", "what", "changes", "touches")}


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure in two runs, and by how much of the first it moved; None when the first was zero."""

    label: str
    before: float
    after: float
    is_money: bool

    @property
    def share(self) -> float | None:
        """How much it moved, as a share of what it was."""
        return self.after / self.before - 1 if self.before else None


def moved_facts(before: Register, after: Register, touched: Collection[str]) -> tuple[list[MovedFact], int]:
    """Return the facts that differ, those the answers rest on first, and how many there are in all.

    Parameters
    ----------
    touched
        Codes of what either answer reaches, and of the facts on the way.
    """
    found: list[MovedFact] = []
    for name, kind in KINDS.items():
        old, new = _keyed(name, before), _keyed(name, after)
        if old == new:
            continue
        for key in {**old, **new}:
            changes = _difference(old.get(key), new.get(key))
            if changes is not None:
                fact = new.get(key) or old[key]
                found.append(MovedFact(key, kind.word, *changes, touches=_touches(fact, key, touched)))
    found.sort(key=lambda fact: not fact.touches)
    return found[:_SHOWN], len(found)


def _keyed(name: str, register: Register) -> Mapping[str, Fact]:
    kind = KINDS[name]
    if kind.prefix:
        return {str(getattr(fact, "code")): fact for fact in register.facts(name)}  # noqa: B009 -- kinds with a prefix have one
    keyed: dict[str, Fact] = {}
    for fact in register.facts(name):
        base = " ".join(str(getattr(fact, each)) for each in _naming(name)) or kind.word
        key, count = base, 2
        while key in keyed:
            key, count = f"{base} ({count})", count + 1
        keyed[key] = fact
    return keyed


def _naming(name: str) -> tuple[str, ...]:
    """Return the fields that tell facts without a code apart."""
    known = {
        "organisation": (),
        "parameters": ("key",),
        "placements": ("control", "fact"),
        "coverage": ("dataset", "segment"),
        "jurisdictions": ("segment", "jurisdiction"),
        "currencies": ("currency",),
        "organisation_roles": ("role",),
        "certificates": ("vendor", "kind"),
        "contacts": ("vendor", "role"),
    }
    return tuple(each for each in known.get(name, ()) if each in KINDS[name].field_names)


def _difference(old: Fact | None, new: Fact | None) -> tuple[str, tuple[str, ...]] | None:
    if old is None or new is None:
        return ("new" if old is None else "gone"), ()
    changes = tuple(
        f"{words(each.name)}: {_text(getattr(old, each.name))} → {_text(getattr(new, each.name))}"
        for each in fields(old)
        if each.name != "row" and getattr(old, each.name) != getattr(new, each.name)
    )
    return ("changed", changes) if changes else None


def _text(value: object) -> str:
    if value is None or value == () or not str(value):
        return "not known"
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text if len(text) <= _VALUE_MAX else f"{text[:_VALUE_MAX]}…"


def _touches(fact: Fact, key: str, touched: Collection[str]) -> bool:
    named = {str(getattr(fact, each.name)) for each in fields(fact) if each.name in _POINTING}
    return key in touched or bool(named & set(touched)) or type(fact).__name__ in {"Organisation", "ParameterChange"}


_POINTING = frozenset({"code", "fact", "dataset", "segment", "vendor"})

_FIGURES = (
    ("People, median", "people", "p50"),
    ("People, on average", "people", "mean"),
    ("People, 1 in 20 more than", "people", "p95"),
    ("Cost, median", "cost", "p50"),
    ("Cost, on average", "cost", "mean"),
    ("Cost, 1 in 20 more than", "cost", "p95"),
)


def figures_moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FigureChange]:
    """Return the figures of two results side by side."""
    return [
        FigureChange(label, before[group][name], after[group][name], is_money=group == "cost")
        for label, group, name in _FIGURES
    ]
