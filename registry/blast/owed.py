"""Whom the breach would oblige to tell whom by when, had it been confirmed today: the duties tab."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.blast.reached import ReachedThing
from registry.core.dutyrules import RuleInForce, data_kinds, rules_in_force
from registry.domain.duties.deadlines import hours_in
from registry.domain.duties.obligations import (
    Duty,
    DutyRule,
    Exposure,
    Headcount,
    Standing,
    duties,
    notice_margin_hours,
)
from registry.domain.register.facts import Register
from registry.domain.scenario.answer import BlastRadius

__all__ = ["OwedDuty", "binding_rules", "duties_to_people", "first_duty", "owed_duties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedDuty:
    """A duty measured against an answer, and the hours left after the vendor's own notice; None when not contracted."""

    duty: Duty
    hours: float | None
    margin_hours: float | None


def owed_duties(
    register: Register, things: Sequence[ReachedThing], radius: BlastRadius, *, on: date, triage_hours: float
) -> list[OwedDuty]:
    """Measure the notification rules against what an answer reaches; those that are not reached stay out.

    `triage_hours` is what we need ourselves between the vendor's notice and a duty being met.
    """
    people = {row.code: Headcount(row.mean, row.p95) for row in radius.jurisdictions}
    if not people:
        return []
    copies = [thing for thing in things if thing.kind == "dataset" and not thing.is_gone]
    exposure = Exposure(
        people=people,
        data_kinds=data_kinds(category for copy in copies for category in copy.categories),
        all_protected=bool(copies) and all(copy.is_protected for copy in copies),
        counts_known=not radius.people.is_assumed,
    )
    notice = _contract_notice_hours(register, {thing.code for thing in things if thing.is_start})
    reached = {copy.code for copy in copies}
    found = duties(
        binding_rules(rules_in_force(), reached), exposure, {row.role for row in register.organisation_roles}, on
    )
    return [_owed(duty, notice, triage_hours) for duty in found if duty.standing is not Standing.NOT_REACHED]


def first_duty(owed: Sequence[OwedDuty]) -> OwedDuty | None:
    """Return the duty with the shortest time among those that apply, else among those that may."""
    timed = [each for each in owed if each.hours is not None]
    certain = [each for each in timed if each.duty.standing is Standing.APPLIES]
    return min(certain or timed, key=lambda each: each.hours or 0.0, default=None)


def _owed(duty: Duty, notice: float | None, triage_hours: float) -> OwedDuty:
    period = duty.rule.period
    if period is None:
        return OwedDuty(duty=duty, hours=None, margin_hours=None)
    margin = notice_margin_hours(period, notice, triage_hours)
    return OwedDuty(duty=duty, hours=hours_in(period), margin_hours=margin)


def _contract_notice_hours(register: Register, start: Collection[str]) -> float | None:
    """Return the longest notice any starting vendor may take by contract; None when one has promised nothing."""
    promised: dict[str, float] = {}
    for contract in register.contracts:
        if contract.vendor in start and contract.breach_notice_hours is not None:
            promised[contract.vendor] = min(promised.get(contract.vendor, float("inf")), contract.breach_notice_hours)
    vendors = {code for code in start if code in register.vendor_by_code}
    return max(promised.values()) if vendors and vendors <= promised.keys() else None


def duties_to_people(
    register: Register,
    vendor: str,
    exposure: Exposure,
    *,
    rules: Sequence[RuleInForce],
    datasets: Collection[str],
    on: date,
    triage_hours: float,
) -> list[OwedDuty]:
    """Measure rules against what a vendor could expose by itself, with the margin that its notice leaves.

    The rules are read once by whoever asks about many vendors: `rules_in_force()`.
    """
    notice = _contract_notice_hours(register, {vendor})
    binding = binding_rules(rules, datasets)
    found = duties(binding, exposure, {row.role for row in register.organisation_roles}, on)
    return [_owed(duty, notice, triage_hours) for duty in found if duty.standing is not Standing.NOT_REACHED]


def binding_rules(rules: Iterable[RuleInForce], datasets: Collection[str]) -> list[DutyRule]:
    """Return the active rules that ask for no dataset, or for one of these."""
    return [each.rule for each in rules if each.is_active and (each.dataset is None or each.dataset in datasets)]
