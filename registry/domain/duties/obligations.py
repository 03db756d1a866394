"""Which duties to tell somebody a breach brings, on whom they fall, and whether they are certain.

The rules are data (`reference/notification_rules.csv`, editable in the app), prepared for counsel and
no legal advice. Only numbers are computed here; a condition in words is handed to a person. What is
not known never switches a duty off: it turns "applies" into "may apply", with the reason beside it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.domain.duties.deadlines import Period, Unit, hours_in
from registry.domain.register.vocabulary import Certainty

__all__ = [
    "Bearer",
    "Duty",
    "DutyRule",
    "Exposure",
    "Headcount",
    "Standing",
    "duties",
    "notice_margin_hours",
    "rule_from_row",
    "unplaced_people",
]

_EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)
_GROUPS = {"EU": _EU, "EEA": _EU | {"IS", "LI", "NO"}}
_ANY_BUSINESS = "any_business"
_PROCESSOR = "processor"
# Rules for "every other state": only residents of states that have no rule of their own count.
_OTHER_STATES = "US-OTHER-"
_LARGEST_STATE = "residents of one state"
# Kinds of data without which a rule cannot be meant, by the role or jurisdiction the rule names.
_DATA_OF_ROLE = {
    "card_data_holder": "card",
    "hipaa_covered_entity": "health",
    "hipaa_business_associate": "health",
    "health_app_vendor": "health",
}


class Standing(StrEnum):
    """Whether a duty binds, strongest first."""

    APPLIES = "applies"
    MAY_APPLY = "may_apply"
    NOT_REACHED = "not_reached"


class Bearer(StrEnum):
    """Who has to tell: we, or the vendor that has to tell us."""

    ORGANISATION = "organisation"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRule:
    """One row of the notification rules; `period` None when the law gives words (`wording`) and no number."""

    code: str
    jurisdiction: str
    law: str
    notify: str
    period: Period | None
    trigger: str
    threshold_people: int | None
    threshold_note: str
    applies_to: str
    safe_harbour: str
    effective_from: date | None
    effective_to: date | None
    previous: str
    wording: str
    note: str
    source: str
    year: int
    certainty: Certainty

    def is_in_force(self, day: date) -> bool:
        """Tell whether the rule binds on a day; a proposal (year 9999) never does."""
        started = self.effective_from is None or self.effective_from <= day
        return started and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Headcount:
    """People of one jurisdiction: what is expected and the high end of the range."""

    mean: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a scenario or an incident reaches, as far as duties depend on it.

    Parameters
    ----------
    people
        Headcount by ISO 3166 code; key None is "jurisdiction unknown".
    data_kinds
        Any of `card`, `health`, `state_law`: flags of the exposed categories.
    all_protected
        Everybody reached stays protected (tokens, or a key that is out of reach).
    counts_known
        False when a figure rests on an assumed number of people: then no threshold is "not reached".
    """

    people: Mapping[str | None, Headcount]
    data_kinds: Collection[str]
    all_protected: bool = False
    counts_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A rule measured against an exposure."""

    rule: DutyRule
    standing: Standing
    bearer: Bearer
    people: Headcount
    jurisdictions: tuple[str, ...]
    reasons: tuple[str, ...]


def rule_from_row(row: Mapping[str, str]) -> DutyRule:
    """Read one row of `notification_rules.csv` (or of the table that holds its edited copy).

    Raises
    ------
    ValueError
        Naming the rule, when a number, date or unit cannot be read.
    """
    try:
        value, unit = row["deadline_value"].strip(), row["deadline_unit"].strip()
        return DutyRule(
            code=row["code"],
            jurisdiction=row["jurisdiction"],
            law=row["law"],
            notify=row["notify"],
            period=Period(float(value), Unit(unit)) if value else None,
            trigger=row["trigger"],
            threshold_people=int(row["threshold_people"]) if row["threshold_people"] else None,
            threshold_note=row["threshold_note"],
            applies_to=row["applies_to"],
            safe_harbour=row["safe_harbour"],
            effective_from=_day(row["effective_from"]),
            effective_to=_day(row["effective_to"]),
            previous=row["previous"],
            wording=row["wording"],
            note=row["note"],
            source=row["source"],
            year=int(row["year"]),
            certainty=Certainty(row["certainty"]),
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"Notification rule {row.get('code', '?')}: {error}") from error


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def duties(rules: Iterable[DutyRule], exposure: Exposure, roles: Collection[str], on: date) -> list[Duty]:
    """Measure every rule in force against what is exposed.

    Parameters
    ----------
    roles
        Roles of the organisation (keys of `applies_to`); empty means "not set", so every rule may apply.
    on
        Day on which the rules must be in force.

    Returns
    -------
    list of Duty
        Only rules that touch somebody who is exposed and a role we have or may have; certain ones first,
        then the shortest time, then the code. Rules without a number of hours or days come last.

    Notes
    -----
    O(rules x jurisdictions).
    """
    in_force = [rule for rule in rules if rule.is_in_force(on)]
    own_states = {rule.jurisdiction for rule in in_force if "-" in rule.jurisdiction}
    found = [duty for rule in in_force if (duty := _measure(rule, exposure, roles, own_states)) is not None]
    order = list(Standing)
    return sorted(found, key=lambda duty: (order.index(duty.standing), _hours(duty.rule), duty.rule.code))


def _hours(rule: DutyRule) -> float:
    return hours_in(rule.period) if rule.period else float("inf")


def _measure(rule: DutyRule, exposure: Exposure, roles: Collection[str], own_states: set[str]) -> Duty | None:
    bearer, role_reason = _bearer(rule, roles)
    if bearer is None:
        return None
    places, place_reason = _places(rule, exposure.people, own_states)
    if not places:
        return None
    people = _headcount(rule, [exposure.people[place] for place in places])
    if people.high <= 0 and exposure.counts_known:
        return None
    standing, reasons = _standing(rule, exposure, people)
    doubts = [reason for reason in (role_reason, place_reason) if reason]
    if doubts and standing is Standing.APPLIES:
        standing = Standing.MAY_APPLY
    return Duty(
        rule=rule,
        standing=standing,
        bearer=bearer,
        people=people,
        jurisdictions=tuple(place for place in places if place is not None),
        reasons=(*doubts, *reasons),
    )


def _bearer(rule: DutyRule, roles: Collection[str]) -> tuple[Bearer | None, str]:
    """Say on whom a rule falls; a processor's duty to tell its customer falls on the vendor."""
    if rule.applies_to in ("", _ANY_BUSINESS) or rule.applies_to in roles:
        return Bearer.ORGANISATION, ""
    if rule.applies_to == _PROCESSOR:
        return Bearer.VENDOR, ""
    if not roles:
        return Bearer.ORGANISATION, f"the organisation's roles are not set; this binds a {_words(rule.applies_to)}"
    return None, ""


def _places(
    rule: DutyRule, people: Mapping[str | None, Headcount], own_states: set[str]
) -> tuple[list[str | None], str]:
    """Return the keys of `people` a rule covers, and a doubt when a state is not known exactly."""
    if rule.jurisdiction == "*":
        return list(people), ""
    known = sorted(place for place in people if place is not None)
    if rule.code.startswith(_OTHER_STATES):
        return [p for p in known if _country(p) == rule.jurisdiction and p not in own_states], ""
    members = _GROUPS.get(rule.jurisdiction, frozenset({rule.jurisdiction}))
    certain: list[str | None] = [p for p in known if p in members or _country(p) in members]
    if certain or "-" not in rule.jurisdiction:
        return certain, ""
    country = _country(rule.jurisdiction)
    if country in people:
        return [country], f"some people are registered in {country} without their state or province"
    return [], ""


def _country(place: str) -> str:
    return place.partition("-")[0]


def _headcount(rule: DutyRule, counts: list[Headcount]) -> Headcount:
    if rule.threshold_note == _LARGEST_STATE:
        return max(counts, key=lambda count: count.high)
    return Headcount(sum(count.mean for count in counts), sum(count.high for count in counts))


def _standing(rule: DutyRule, exposure: Exposure, people: Headcount) -> tuple[Standing, list[str]]:
    reasons = [_condition(rule.threshold_note)] if rule.threshold_note else []
    needed = _data_needed(rule)
    if needed and needed not in exposure.data_kinds:
        return Standing.NOT_REACHED, [f"no {_words(needed)} data is reached", *reasons]
    standing = Standing.APPLIES
    if rule.threshold_people is not None:
        standing, reason = _against_threshold(rule, exposure, people)
        reasons.insert(0, reason)
    if rule.safe_harbour:
        reasons.append(_safe_harbour(rule, exposure))
        if exposure.all_protected and rule.safe_harbour.startswith("encrypted") and standing is Standing.APPLIES:
            standing = Standing.MAY_APPLY
    return standing, reasons


def _against_threshold(rule: DutyRule, exposure: Exposure, people: Headcount) -> tuple[Standing, str]:
    threshold = rule.threshold_people or 0
    if people.mean >= threshold:
        return Standing.APPLIES, f"{threshold:,} people or more"
    if not exposure.counts_known:
        return Standing.MAY_APPLY, f"{threshold:,} people or more; the number here is assumed"
    if people.high >= threshold:
        return Standing.MAY_APPLY, f"{threshold:,} people or more; within the range"
    if rule.threshold_note.startswith("or "):
        return Standing.MAY_APPLY, f"fewer than {threshold:,} people, but there is another way into this duty"
    return Standing.NOT_REACHED, f"fewer than {threshold:,} people"


def _condition(note: str) -> str:
    return f"to be judged: {note}"


def _safe_harbour(rule: DutyRule, exposure: Exposure) -> str:
    if rule.safe_harbour == "low_risk":
        return "falls away when a person finds the risk low"
    suffix = " while the key is safe" if rule.safe_harbour == "encrypted_key_safe" else ""
    here = "; everybody reached here stays protected" if exposure.all_protected else ""
    return f"falls away for encrypted data{suffix}{here}"


def _data_needed(rule: DutyRule) -> str | None:
    is_state_law = rule.applies_to == _ANY_BUSINESS and (
        rule.jurisdiction.startswith("US-") or rule.code.startswith(_OTHER_STATES)
    )
    return "state_law" if is_state_law else _DATA_OF_ROLE.get(rule.applies_to)


def _words(key: str) -> str:
    return "breach-law" if key == "state_law" else key.replace("_", " ")


def unplaced_people(exposure: Exposure) -> float:
    """Return how many people have no known jurisdiction: any law may protect them."""
    count = exposure.people.get(None)
    return count.mean if count else 0.0


def notice_margin_hours(legal: Period, contract_notice_hours: float | None, own_triage_hours: float) -> float | None:
    """Return legal hours minus the vendor's contractual notice hours minus our own triage hours.

    Returns
    -------
    float or None
        Negative: the contract alone breaks the deadline. None: the contract names no notice hours, so
        there is no margin to speak of, which is worse than a small one.

    Examples
    --------
    >>> notice_margin_hours(Period(72, Unit.HOURS), 48, 24)
    0.0
    """
    if contract_notice_hours is None:
        return None
    return float(hours_in(legal) - contract_notice_hours - own_triage_hours)
