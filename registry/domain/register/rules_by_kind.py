"""The rules that only one kind of fact has: closed lists, rates, what a control may act on."""

import math
from collections.abc import Callable, Iterator

from registry.domain.register.facts import (
    Contract,
    Control,
    Currency,
    Dataset,
    Fact,
    Flow,
    Jurisdiction,
    Organisation,
    OrganisationRole,
    ParameterChange,
    Vendor,
)
from registry.domain.register.vocabulary import EdgeKind, Protection
from registry.domain.register.words import KnownWords

__all__ = ["OWN_RULES", "Finding"]

Finding = tuple[str, str, str]  # code of the problem, column, message


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


OWN_RULES: dict[type[Fact], Callable[..., Iterator[Finding]]] = {
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
