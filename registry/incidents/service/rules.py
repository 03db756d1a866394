"""The rules about whom to tell by when: changed beside the shipped ones, added for contracts and policy, reset."""

from dataclasses import dataclass
from datetime import date

import pycountry

from registry.core import clock
from registry.core.actor import Actor
from registry.core.dutyrules import rules_in_force, shipped_rules
from registry.core.errors import NotFound, StaleVersion
from registry.core.work import retried, work
from registry.domain.register.errors import DomainError
from registry.domain.register.vocabulary import Certainty
from registry.models.duties import DutyRuleRow, RuleKind

__all__ = ["BadRule", "SaveRule", "reset_rule", "save_rule"]

_REGIONS = frozenset({"*", "EU", "EEA"})


class BadRule(DomainError):
    """A rule that cannot be; `field` is where it is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep the field."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRule:
    """A rule as it was typed; version 0 is one that was not changed here yet."""

    code: str
    kind: RuleKind
    law: str
    notify: str
    jurisdiction: str
    deadline_value: float | None
    deadline_unit: str | None
    wording: str | None
    trigger: str
    previous: str | None
    threshold_people: int | None
    threshold_note: str | None
    applies_to: str | None
    safe_harbour: str | None
    dataset: str | None
    effective_from: date | None
    effective_to: date | None
    note: str | None
    source: str
    reviewed_on: date | None
    reviewed_by: str | None
    is_active: bool
    why: str
    version: int


@retried
def save_rule(actor: Actor, command: SaveRule, *, code: str | None) -> None:
    """Save a rule that is there under a code, or a new one; a shipped one is kept beside its change.

    Raises
    ------
    BadRule
        With the field that is wrong.
    """
    if code is not None and command.code != code:
        raise BadRule("code", "A rule keeps its code.")
    if code is None and any(each.rule.code == command.code for each in rules_in_force()):
        raise BadRule("code", "There is a rule with this code. Open it in the list to change it.")
    _require_sound(command)
    with work(actor, "duty_rule.save", subject=f"duty_rule:{command.code}") as w:
        row = w.session.get(DutyRuleRow, command.code, with_for_update=True)
        current = row.version if row else 0
        if current != command.version:
            raise StaleVersion("rule", command.code, yours=command.version, current=current)
        values = {name: getattr(command, name) for name in SaveRule.__slots__ if name not in {"version", "code"}}
        shipped = shipped_rules().get(command.code)
        values["certainty"] = (shipped.certainty if shipped else Certainty.JUDGEMENT).value
        values["year"] = (command.reviewed_on or clock.today()).year
        if row is None:
            w.add(DutyRuleRow(code=command.code, **values))
            return
        for name, value in values.items():
            setattr(row, name, value)


def _require_sound(command: SaveRule) -> None:
    place = command.jurisdiction
    if place not in _REGIONS and not (
        pycountry.subdivisions.get(code=place) if "-" in place else pycountry.countries.get(alpha_2=place)
    ):
        raise BadRule("jurisdiction", f"{place!r} is no code of ISO 3166, nor EU, EEA or *.")
    if (command.deadline_value is None) != (command.deadline_unit is None):
        raise BadRule("deadline_unit", "Give a time and its unit, or neither and the words.")
    if command.deadline_value is not None and not 0 < command.deadline_value <= 10_000:
        raise BadRule("deadline_value", "A time is more than 0 and at most 10,000.")
    if command.deadline_value is None and not command.wording:
        raise BadRule("wording", "Without a time, say in words how fast: at once, without undue delay.")
    if command.effective_from and command.effective_to and command.effective_to < command.effective_from:
        raise BadRule("effective_to", "It would end before it begins.")
    if command.reviewed_on and command.reviewed_on > clock.today():
        raise BadRule("reviewed_on", "This day is still ahead.")
    if command.trigger == "submission_of_previous":
        known = {each.rule.code for each in rules_in_force()} - {command.code}
        if command.previous not in known:
            raise BadRule("previous", "Name the code of the rule whose notice starts this clock.")


@retried
def reset_rule(actor: Actor, code: str, version: int) -> None:
    """Take back what was changed; an own rule is switched off instead, so that incidents still know its words."""
    with work(actor, "duty_rule.reset", subject=f"duty_rule:{code}") as w:
        row = w.get(DutyRuleRow, code, version)
        if code not in shipped_rules():
            raise NotFound("shipped rule", code)
        w.delete(row)
