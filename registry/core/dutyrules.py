"""The notification rules in force here: the shipped ones, each as it was changed, and those of our own contracts and policy.

Shipped values stay in the package; a changed rule stands beside the shipped one and says why, so that a new release can
bring a law up to date without anybody's change being lost.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select

from registry.core.db import session
from registry.domain.duties.deadlines import Period, Unit
from registry.domain.duties.obligations import DutyRule, rule_from_row
from registry.domain.register.vocabulary import Certainty
from registry.models.duties import DutyRuleRow, RuleKind
from registry.reference.load import read_rows

__all__ = ["RuleInForce", "data_kinds", "rules_in_force", "shipped_in_force", "shipped_rules"]

# Flag of a data category -> kind of data as the rules name it.
_FLAGS = {"pci": "card", "phi": "health", "state_breach_law_trigger": "state_law"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInForce:
    """A rule with where it comes from; `dataset` narrows it to incidents that reach that dataset."""

    rule: DutyRule
    kind: RuleKind
    is_shipped: bool
    is_active: bool = True
    dataset: str | None = None
    reviewed_on: date | None = None
    reviewed_by: str | None = None
    why: str | None = None
    version: int = 0


def rules_in_force() -> list[RuleInForce]:
    """Return every rule, changed ones as they were changed, also those switched off; one query."""
    rows = {row.code: row for row in session().scalars(select(DutyRuleRow).order_by(DutyRuleRow.code))}
    shipped = shipped_rules()
    found = [_changed(rows[each.rule.code]) if each.rule.code in rows else each for each in shipped_in_force()]
    return found + [_changed(row) for code, row in rows.items() if code not in shipped]


def shipped_in_force() -> list[RuleInForce]:
    """Return the rules of the package as they are in force where nobody changed one; asks no database."""
    return [RuleInForce(rule=rule, kind=RuleKind.LAW, is_shipped=True) for rule in shipped_rules().values()]


@cache
def shipped_rules() -> Mapping[str, DutyRule]:
    """Return the rules of the package by code."""
    return {rule.code: rule for rule in map(rule_from_row, read_rows("notification_rules"))}


def _changed(row: DutyRuleRow) -> RuleInForce:
    value, unit = row.deadline_value, row.deadline_unit
    rule = DutyRule(
        code=row.code, jurisdiction=row.jurisdiction, law=row.law, notify=row.notify,
        period=Period(value, Unit(unit)) if value is not None and unit else None, trigger=row.trigger,
        threshold_people=row.threshold_people, threshold_note=row.threshold_note or "", applies_to=row.applies_to or "",
        safe_harbour=row.safe_harbour or "", effective_from=row.effective_from, effective_to=row.effective_to,
        previous=row.previous or "", wording=row.wording or "", note=row.note or "", source=row.source,
        year=row.year, certainty=Certainty(row.certainty),
    )  # fmt: skip
    extra: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("kind", "dataset", "is_active", "reviewed_on", "reviewed_by", "why", "version")
    }
    return RuleInForce(rule=rule, is_shipped=row.code in shipped_rules(), **extra)


@cache
def _flags_of_category() -> Mapping[str, frozenset[str]]:
    return {
        row["key"]: frozenset(kind for flag, kind in _FLAGS.items() if row[flag] == "1")
        for row in read_rows("data_categories")
    }


def data_kinds(categories: Iterable[str]) -> Collection[str]:
    """Return the kinds of data the rules speak of among categories; one that is not listed counts as the one above it."""
    known = _flags_of_category()
    found: set[str] = set()
    for category in set(categories):
        key = category
        while key and key not in known:
            key = key.rpartition(".")[0]
        found |= known.get(key, frozenset())
    return found
