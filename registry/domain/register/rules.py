"""The rules that facts obey: `check_fact` inside one fact, `check` over a whole register.

Both collect every problem and never raise. Errors stop an import or a simulation; warnings travel with the answer.
Which rule applies to which field stands in tables, so a new fact brings a row and not a function.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date

from registry.domain.register.consistency import problems_between
from registry.domain.register.facts import (
    FACT_TYPES,
    Access,
    Certificate,
    Contract,
    Control,
    Coverage,
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
from registry.domain.register.problems import Problem, Severity
from registry.domain.register.quality import warnings_on
from registry.domain.register.rules_by_kind import OWN_RULES, Finding
from registry.domain.register.words import KnownWords

__all__ = ["check", "check_fact"]

NAME_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 4000
LIST_LENGTH_MAX = 300  # more than there are categories or countries
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

    >>> from registry.domain.register.facts import Segment
    >>> [problem.column for problem in check_fact(Segment(code="G-01", name="Everyone", people=-1))]
    ['people']
    """
    words = words or _shipped_words()
    kind = type(fact)
    found: list[Finding] = []
    for rule in _FIELD_RULES:
        found.extend(rule(fact, kind))
    own = OWN_RULES.get(kind)
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


_TEXT_FIELDS: dict[type[Fact], tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind) if item.type in {str, str | None}) for kind in FACT_TYPES.values()
}

_LIST_FIELDS = {
    kind: tuple(item.name for item in fields(kind) if item.type == tuple[str, ...]) for kind in FACT_TYPES.values()
}


def _lists(fact: Fact, kind: type[Fact]) -> Iterator[Finding]:
    for name in _LIST_FIELDS[kind]:
        given: tuple[str, ...] = getattr(fact, name)
        if len(given) > LIST_LENGTH_MAX:
            yield "too_long", name, f"{len(given):,} words are too many; keep {LIST_LENGTH_MAX} at most."
        for word in given:
            if len(word) > NAME_LENGTH_MAX:
                yield (
                    "too_long",
                    name,
                    f"A word of {len(word):,} characters is too long; {NAME_LENGTH_MAX} is the most.",
                )


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
    _lists,
    _required,
    _code,
    _shares,
    _numbers,
    _reasons,
    _periods,
    _different,
)
