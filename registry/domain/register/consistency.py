"""The errors that show only between facts: references, duplicates, sums, counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from registry.domain.register.facts import FACT_TYPES, Fact, Register
from registry.domain.register.problems import Problem, Severity
from registry.domain.register.words import KnownWords

__all__ = ["KEYED", "NAMED", "error_at", "problems_between"]

# Sums of shares typed with two or three decimals may exceed 1 by their rounding.
_SUM_TOLERANCE = 1e-6

# field of Register -> the columns that refer to other facts, and what they may refer to
_REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "systems": (("hosted_by", "vendor"),),
    "jurisdictions": (("segment", "segment"),),
    "datasets": (("system", "system"),),
    "coverage": (("dataset", "dataset"), ("segment", "segment")),
    "flows": (("sender", "system or vendor"), ("recipient", "vendor"), ("dataset", "dataset")),
    "access": (("vendor", "vendor"), ("system", "system")),
    "links": (("from_system", "system"), ("to_system", "system")),
    "platform_uses": (("platform", "vendor"), ("user", "system or vendor")),
    "dependencies": (("process", "process"), ("depends_on", "system or vendor")),
    "placements": (("control", "control"), ("fact", "flow, access, link, platform use, dependency or system")),
    "contracts": (("vendor", "vendor"),),
    "certificates": (("vendor", "vendor"),),
    "contacts": (("vendor", "vendor"),),
}
# sheets whose names tell one fact from another, and those without a code whose rows are told apart by some columns
NAMED = ("vendors", "systems", "segments", "datasets", "processes", "controls")
KEYED: dict[str, tuple[str, ...]] = {
    "organisation_roles": ("role",),
    "currencies": ("currency",),
    "parameters": ("key",),
    "jurisdictions": ("segment", "jurisdiction"),
    "coverage": ("dataset", "segment"),
}
_PLACEABLE = ("flows", "access", "links", "platform_uses", "dependencies", "systems")


def error_at(fact: Fact, code: str, column: str, message: str) -> Problem:
    """Return an error that points at one column of a fact."""
    return Problem(
        severity=Severity.ERROR,
        code=code,
        message=message,
        sheet=fact.SHEET,
        row=fact.row,
        column=column,
        subject=getattr(fact, "code", None),
    )


def problems_between(register: Register, words: KnownWords) -> Iterator[Problem]:
    """Yield every error that needs more than one fact to be seen; linear in the number of facts."""
    if not register.vendors:
        yield Problem(
            severity=Severity.ERROR,
            code="no_vendors",
            message="The register names no vendors; add at least one row.",
            sheet="Vendors",
        )
    yield from _unknown_references(register, _Targets(register, words))
    yield from _duplicates(register)
    yield from _currencies_without_rate(register)
    yield from _jurisdictions_above_one(register)
    yield from _flows_above_their_dataset(register)


@dataclass(frozen=True)
class _Targets:
    """The codes that a reference of each kind may name."""

    register: Register
    words: KnownWords

    @cached_property
    def codes(self) -> dict[str, frozenset[str]]:
        register = self.register
        vendors = frozenset(register.vendor_by_code)
        systems = frozenset(register.system_by_code)
        placeable = frozenset(_codes(fact for field in _PLACEABLE for fact in register.facts(field)))
        return {
            "vendor": vendors,
            "system": systems,
            "system or vendor": vendors | systems,
            "segment": frozenset(_codes(register.segments)),
            "dataset": frozenset(register.dataset_by_code),
            "process": frozenset(register.process_by_code),
            "control": frozenset(register.control_by_code) | frozenset(self.words.parameters.controls),
            "flow, access, link, platform use, dependency or system": placeable,
        }


def _codes(facts: Iterable[Fact]) -> Iterator[str]:
    return (fact.code for fact in facts)  # type: ignore[attr-defined]  # only asked of facts with a code


def _unknown_references(register: Register, targets: _Targets) -> Iterator[Problem]:
    for attribute, references in _REFERENCES.items():
        for column, target in references:
            known = targets.codes[target]
            for fact in register.facts(attribute):
                code = getattr(fact, column)
                if code is not None and code not in known and code.strip():
                    message = f"There is no {target} {code!r}; correct the reference or add the {target}."
                    yield error_at(fact, "unknown_reference", column, message)


def _duplicates(register: Register) -> Iterator[Problem]:
    for attribute, kind in FACT_TYPES.items():
        if kind.PREFIX is not None:
            yield from _repeated(register.facts(attribute), ("code",), "duplicate_code", "code")
    for attribute in NAMED:
        yield from _repeated(register.facts(attribute), ("name",), "duplicate_name", "name")
    for attribute, columns in KEYED.items():
        yield from _repeated(register.facts(attribute), columns, "duplicate_row", columns[-1])


def _repeated(facts: Iterable[Fact], columns: tuple[str, ...], code: str, column: str) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Fact] = {}
    for fact in facts:
        key = tuple(" ".join(getattr(fact, name).split()).casefold() for name in columns)
        earlier = first.setdefault(key, fact)
        if earlier is fact or not all(key):
            continue
        shown = " and ".join(repr(getattr(fact, name)) for name in columns)
        where = f" (row {earlier.row})" if earlier.row is not None else ""
        mend = "rename one of the two" if code == "duplicate_name" else "keep one of the two"
        yield error_at(fact, code, column, f"{shown} is there already{where}; {mend}.")


def _currencies_without_rate(register: Register) -> Iterator[Problem]:
    known = {row.currency for row in register.currencies} | {"USD"}
    used: list[tuple[Fact, str | None]] = [(register.organisation, register.organisation.currency)]
    used.extend((contract, contract.currency) for contract in register.contracts)
    for fact, currency in used:
        if currency is not None and currency not in known:
            message = f"There is no rate for {currency}; add it to the sheet Currencies as USD per unit."
            yield error_at(fact, "currency_without_rate", "currency", message)


def _jurisdictions_above_one(register: Register) -> Iterator[Problem]:
    sums: dict[str, float] = {}
    reported: set[str] = set()
    for row in register.jurisdictions:
        sums[row.segment] = sums.get(row.segment, 0.0) + row.share
        if sums[row.segment] > 1 + _SUM_TOLERANCE and row.segment not in reported:
            reported.add(row.segment)
            total = sum(other.share for other in register.jurisdictions if other.segment == row.segment)
            message = f"The shares of segment {row.segment} add up to {total:g}; lower them to 1 at most."
            yield error_at(row, "jurisdictions_above_one", "share", message)


def _flows_above_their_dataset(register: Register) -> Iterator[Problem]:
    people = {dataset.code: dataset.people for dataset in register.datasets}
    for flow in register.flows:
        known = people.get(flow.dataset)
        if flow.people is not None and known is not None and flow.people > known:
            message = f"{flow.people:,} people are more than the {known:,} of {flow.dataset}; lower it or correct the dataset."
            yield error_at(flow, "people_above_dataset", "people", message)
