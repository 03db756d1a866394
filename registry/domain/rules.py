"""The rules that facts obey: `check_fact` inside one fact, `check` over a whole register.

Both collect every problem and never raise. Errors stop an import or a simulation; warnings travel with the answer.
Which rule applies to which field stands in tables, so a new fact brings a row and not a function.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date

from registry.domain.consistency import problems_between
from registry.domain.facts import (
    FACT_TYPES,
    Access,
    Certificate,
    Contract,
    Control,
    Coverage,
    Currency,
    Dataset,
    Dependency,
    Fact,
    Flow,
    Jurisdiction,
    Link,
    Organisation,
    OrganisationRole,
    ParameterChange,
    Placement,
    PlatformUse,
    Process,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.problems import Problem, Severity
from registry.domain.quality import warnings_on
from registry.domain.vocabulary import EdgeKind, Protection
from registry.domain.words import KnownWords

__all__ = ["check", "check_fact"]

NAME_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 4000
PEOPLE_MAX = 10_000_000_000  # more than live on Earth: surely a slip, and larger counts overflow integer sums

_NAMES = frozenset({"name", "legal_name"})
_SHARES: dict[type[Fact], tuple[str, ...]] = {
    Vendor: ("annual_breach_probability",),
    Jurisdiction: ("share",),
    Coverage: ("share",),
    Flow: ("people_share", "probability"),
    Access: ("probability",),
    Link: ("probability",),
    PlatformUse: ("probability",),
    Dependency: ("probability",),
    Control: ("efficacy",),
    Placement: ("coverage",),
}
_COUNTS: dict[type[Fact], tuple[str, ...]] = {
    Organisation: ("customers",),
    Segment: ("people",),
    Dataset: ("people",),
    Flow: ("people",),
}
_NOT_NEGATIVE: dict[type[Fact], tuple[str, ...]] = {
    Organisation: ("annual_revenue", "revenue_per_customer", "risk_appetite"),
    System: ("rto_hours",),
    Dataset: ("retention_months",),
    Process: ("rto_hours", "margin_per_day"),
    Placement: ("cost_once", "cost_per_year"),
    Contract: ("notice_days", "value_per_year", "breach_notice_hours", "liability_cap", "insurance"),
}
_REASONS: dict[type[Fact], tuple[tuple[str, str], ...]] = {
    Vendor: (
        ("annual_breach_probability", "annual_breach_probability_reason"),
        ("tier_override", "tier_override_reason"),
    ),
    Flow: (("probability", "probability_reason"),),
    Access: (("probability", "probability_reason"),),
    Link: (("probability", "probability_reason"),),
    PlatformUse: (("probability", "probability_reason"),),
    Dependency: (("probability", "probability_reason"),),
}
_REQUIRED: dict[type[Fact], tuple[str, ...]] = {
    Organisation: ("name",),
    OrganisationRole: ("role",),
    ParameterChange: ("key", "value", "reason"),
    Vendor: ("name",),
    System: ("name",),
    Segment: ("name",),
    Dataset: ("name", "system"),
    Flow: ("sender", "recipient", "dataset"),
    Access: ("vendor", "system"),
    Link: ("from_system", "to_system"),
    PlatformUse: ("platform", "user"),
    Process: ("name",),
    Dependency: ("process", "depends_on"),
    Control: ("name",),
    Placement: ("control", "fact"),
    Contract: ("vendor", "reference"),
    Certificate: ("vendor", "certificate"),
}
_PERIODS: dict[type[Fact], tuple[str, str]] = {
    Flow: ("starts", "ends"),
    Contract: ("starts", "ends"),
    Certificate: ("issued", "expires"),
}
_DIFFERENT: dict[type[Fact], tuple[str, str, str]] = {
    Flow: ("sender", "recipient", "A flow cannot go to its own sender."),
    Link: ("from_system", "to_system", "A link cannot lead back into its own system."),
    PlatformUse: ("platform", "user", "A platform cannot be its own user."),
}
_COUNTRIES: dict[type[Fact], tuple[str, ...]] = {
    Organisation: ("country",),
    Vendor: ("country",),
    Flow: ("countries_at_rest", "countries_processing"),
}
_EMAILS = frozenset({"owner_email", "email"})
_CODE = re.compile(r"[A-Z]-[A-Za-z0-9]{1,20}")


def check(register: Register, words: KnownWords | None = None) -> list[Problem]:
    """Return every error and warning of a register, in the order of its sheets, errors first.

    Parameters
    ----------
    register
        As read from a file or from the database.
    words
        The closed lists; the shipped ones when left out.

    Notes
    -----
    Linear in the number of facts.
    """
    words = words or _shipped_words()
    errors: list[Problem] = []
    for attribute in FACT_TYPES:
        for fact in register.facts(attribute):
            errors.extend(check_fact(fact, words))
    errors.extend(problems_between(register, words))
    order = {kind.SHEET: position for position, kind in enumerate(FACT_TYPES.values())}
    found = [*errors, *warnings_on(register, words.parameters)]
    return sorted(
        found,
        key=lambda problem: (
            problem.severity is Severity.WARNING,
            order.get(problem.sheet or "", -1),
            problem.row or 0,
        ),
    )


def check_fact(fact: Fact, words: KnownWords | None = None) -> list[Problem]:
    """Return the problems that show in one fact alone; columns are named as on its sheet.

    >>> from registry.domain.facts import Segment
    >>> [problem.column for problem in check_fact(Segment(code="G-01", name="Everyone", people=-1))]
    ['people']
    """
    words = words or _shipped_words()
    kind = type(fact)
    found: list[tuple[str, str, str]] = []
    for rule in _FIELD_RULES:
        found.extend(rule(fact, kind))
    own = _OWN_RULES.get(kind)
    if own is not None:
        found.extend(own(fact, words))
    found.extend(_unknown_countries(fact, kind, words))
    return [
        Problem(
            severity=Severity.ERROR,
            code=code,
            message=message,
            sheet=kind.SHEET,
            row=fact.row,
            column=column,
            subject=getattr(fact, "code", None),
        )
        for code, column, message in found
    ]


def _shipped_words() -> KnownWords:
    # imported late: the reference tables are built from the domain, which stands alone without them
    from registry.reference.load import known_words

    return known_words()


Finding = tuple[str, str, str]  # code of the problem, column, message


_TEXT_FIELDS: dict[type[Fact], tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind) if item.type in {str, str | None}) for kind in FACT_TYPES.values()
}


def _texts(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    for name in _TEXT_FIELDS[kind]:
        value = getattr(fact, name)
        if value is None:
            continue
        longest = NAME_LENGTH_MAX if name in _NAMES else TEXT_LENGTH_MAX
        if len(value) > longest:
            yield "too_long", name, f"{len(value)} characters are too many; shorten it to {longest}."
        if name in _EMAILS and not _is_email(value):
            yield "not_an_email", name, f"{value!r} is no e-mail address; write it as name@example.org."


def _is_email(text: str) -> bool:
    name, _, domain = text.partition("@")
    return bool(name and domain) and "@" not in domain and not any(sign.isspace() for sign in text)


def _required(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    for name in _REQUIRED.get(kind, ()):
        if not getattr(fact, name).strip():
            yield "missing", name, f"{_words(name)} is missing; every row needs it."


def _code(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    if kind.PREFIX is None:
        return
    code: str = getattr(fact, "code")  # noqa: B009  only facts with a prefix have one
    if not _CODE.fullmatch(code) or not code.startswith(f"{kind.PREFIX}-"):
        message = (
            f"{code!r} is no code for this sheet; codes here look like {kind.PREFIX}-0001. Leave it blank to get one."
        )
        yield "wrong_code", "code", message


def _shares(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    for name in _SHARES.get(kind, ()):
        value = getattr(fact, name)
        if value is not None and not 0 <= value <= 1:
            message = f"{value:g} is outside 0 to 1; give it as a share, such as 0.25, or as a percentage."
            yield "share_out_of_range", name, message


def _numbers(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    for name in _COUNTS.get(kind, ()):
        value = getattr(fact, name)
        if value is not None and not 0 <= value <= PEOPLE_MAX:
            message = f"{value:,} cannot be a number of people; give a whole number from 0 to {PEOPLE_MAX:,}."
            yield "negative" if value < 0 else "too_many", name, message
    for name in _NOT_NEGATIVE.get(kind, ()):
        value = getattr(fact, name)
        if value is not None and not 0 <= value < math.inf:
            yield "negative", name, f"{value:g} is not possible; give 0 or more, or leave it blank when not known."


def _reasons(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    for name, reason in _REASONS.get(kind, ()):
        if getattr(fact, name) is not None and not (getattr(fact, reason) or "").strip():
            yield "reason_missing", reason, f"{_words(name)} is given without a reason; say why in {reason}."


def _periods(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    if kind not in _PERIODS:
        return
    first, last = _PERIODS[kind]
    begin: date | None = getattr(fact, first)
    end: date | None = getattr(fact, last)
    if begin is not None and end is not None and end < begin:
        yield "ends_before_start", last, f"{end} is before {first} ({begin}); exchange them or correct one."


def _different(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    if kind in _DIFFERENT:
        one, other, message = _DIFFERENT[kind]
        if getattr(fact, one) == getattr(fact, other) != "":
            yield "own_sender" if kind is Flow else "own_target", other, f"{message} Choose another {_words(other)}."


def _unknown_countries(fact: Fact, kind: type[Fact], words: KnownWords) -> Iterator[Finding]:
    for name in _COUNTRIES.get(kind, ()):
        value = getattr(fact, name)
        given = value if isinstance(value, tuple) else (value,)
        for country in given:
            if country is not None and country not in words.countries:
                yield "unknown_country", name, f"{country!r} is no country code of ISO 3166; write it as DE or US."


def _words(name: str) -> str:
    return name.replace("_", " ")


_FIELD_RULES: tuple[Callable[[Fact, type[Fact]], Iterator[Finding]], ...] = (
    _texts,
    _required,
    _code,
    _shares,
    _numbers,
    _reasons,
    _periods,
    _different,
)


# -- rules of one kind of fact -----------------------------------------------------------------------------------


def _organisation(fact: Organisation, words: KnownWords) -> Iterator[Finding]:
    yield from _sector(fact.sector, words)
    yield from _currency(fact.currency, words)


def _sector(sector: str | None, words: KnownWords) -> Iterator[Finding]:
    if sector is not None and sector not in words.parameters.sectors:
        known = ", ".join(words.parameters.sectors)
        yield "unknown_sector", "sector", f"{sector!r} is no sector of the list: {known}."


def _currency(currency: str | None, words: KnownWords) -> Iterator[Finding]:
    if currency is not None and currency not in words.currencies:
        yield "unknown_currency", "currency", f"{currency!r} is no currency code of ISO 4217; write it as EUR or USD."


def _vendor(fact: Vendor, words: KnownWords) -> Iterator[Finding]:
    yield from _sector(fact.sector, words)
    if fact.annual_breach_probability == 1:
        message = "A chance of 1 in a year is certainty and has no rate; give a value below 1."
        yield "share_out_of_range", "annual_breach_probability", message


def _role(fact: OrganisationRole, words: KnownWords) -> Iterator[Finding]:
    if fact.role not in words.roles:
        yield "unknown_role", "role", f"{fact.role!r} is no role of the list: {', '.join(sorted(words.roles))}."


def _rate(fact: Currency, words: KnownWords) -> Iterator[Finding]:
    yield from _currency(fact.currency, words)
    if not 0 < fact.usd_per_unit < math.inf:
        yield "bad_rate", "usd_per_unit", f"{fact.usd_per_unit:g} is no rate; give USD for one unit, above 0."
    elif fact.currency == "USD" and fact.usd_per_unit != 1:
        yield "bad_rate", "usd_per_unit", "One USD is worth 1 USD; correct the rate or remove the row."


def _parameter(fact: ParameterChange, words: KnownWords) -> Iterator[Finding]:
    message = words.parameters.why_not(fact.key, fact.value)
    if message is not None:
        is_known = message.startswith(f"{fact.key}: {fact.value!r}")
        yield "bad_parameter" if is_known else "unknown_parameter", "value" if is_known else "key", message


def _jurisdiction(fact: Jurisdiction, words: KnownWords) -> Iterator[Finding]:
    if fact.jurisdiction not in words.jurisdictions:
        message = f"{fact.jurisdiction!r} is no code of ISO 3166; write a country as DE, a state or province as US-CA."
        yield "unknown_jurisdiction", "jurisdiction", message


def _categories(given: tuple[str, ...], words: KnownWords) -> Iterator[Finding]:
    for key in given:
        if key not in words.parameters.categories:
            near = words.parameters.nearest_categories(key)
            hint = f" Nearest: {', '.join(near)}." if near else ""
            yield "unknown_category", "categories", f"{key!r} is no data category of the list.{hint}"


def _dataset(fact: Dataset, words: KnownWords) -> Iterator[Finding]:
    if not fact.categories:
        yield "missing", "categories", "categories are missing; name at least one, such as user.contact."
    yield from _categories(fact.categories, words)


def _flow(fact: Flow, words: KnownWords) -> Iterator[Finding]:
    yield from _categories(fact.categories, words)
    if fact.people is not None and fact.people_share is not None:
        yield "share_and_people", "people", "Give people_share or people, not both; leave one of the two blank."


def _control(fact: Control, words: KnownWords) -> Iterator[Finding]:  # noqa: ARG001  same form as the others
    targets = fact.acts_on
    kinds = set(EdgeKind)
    protections = {f"protection:{kind}" for kind in Protection if kind is not Protection.NONE}
    is_single = len(targets) == 1 and targets[0] in {"probability", "exposure", *protections}
    if not targets:
        yield "missing", "acts_on", "acts_on is missing; write probability, exposure, protection:KIND or edge kinds."
    elif not is_single and not kinds.issuperset(targets):
        message = (
            f"{';'.join(targets)!r} is not possible; write one of probability, exposure, {', '.join(sorted(protections))}, "
            f"or edge kinds separated by ; ({', '.join(kinds)})."
        )
        yield "bad_acts_on", "acts_on", message
    if fact.efficacy is None and not (targets and targets[0].startswith("protection:")):
        yield "missing", "efficacy", "efficacy is missing; give a share from 0 to 1."


def _contract(fact: Contract, words: KnownWords) -> Iterator[Finding]:
    yield from _currency(fact.currency, words)


_OWN_RULES: dict[type[Fact], Callable[..., Iterator[Finding]]] = {
    Organisation: _organisation,
    OrganisationRole: _role,
    Currency: _rate,
    ParameterChange: _parameter,
    Vendor: _vendor,
    Jurisdiction: _jurisdiction,
    Dataset: _dataset,
    Flow: _flow,
    Control: _control,
    Contract: _contract,
}
