"""Everything that is missing, doubtful or old in a register on one day, with who owns it; pure, and made once per revision."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock

from registry.domain.register.collector import collector_paused
from registry.domain.register.facts import (
    Access,
    Certificate,
    Contract,
    Dataset,
    Fact,
    Flow,
    Link,
    Placement,
    PlatformUse,
    Process,
    Register,
    System,
    Vendor,
)
from registry.domain.register.flow_quality import flow_warnings
from registry.domain.register.parameters import Parameters
from registry.domain.register.presence import presence_at
from registry.domain.register.problems import Problem
from registry.domain.register.quality import people_by_dataset, warnings_on
from registry.domain.register.quality_gaps import gaps_in
from registry.quality.kinds import KINDS_OF_QUALITY, QualityKind

__all__ = ["Line", "Survey", "SurveyKeeper", "survey"]


# Facts without a name are called by what they join: what stands between, and the fields.
_JOINED: Mapping[type[Fact] | type[None], tuple[str, ...]] = {
    Flow: (" → ", "sender", "recipient"),
    Access: (" → ", "vendor", "system"),
    Link: (" → ", "from_system", "to_system"),
    PlatformUse: (" used by ", "platform", "user"),
    Contract: ("", "vendor"),
    Certificate: ("", "vendor"),
}

# Fields that name vendors; the vendor of the first one answers for the fact.
_VENDORS: Mapping[type[Fact] | type[None], tuple[str, ...]] = {
    Vendor: ("code",),
    Flow: ("recipient", "sender"),
    Access: ("vendor",),
    Contract: ("vendor",),
    Certificate: ("vendor",),
    PlatformUse: ("platform", "user"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One shortcoming: what it is, the fact it is about, the vendors that fact names, and who owns it."""

    kind: QualityKind
    problem: Problem
    vendors: tuple[str, ...]
    owner: str | None


@dataclass(frozen=True)
class Survey:
    """All lines of one day, worst kind first; `about` names the fact of a line, asked for the lines that are shown."""

    day: date
    lines: tuple[Line, ...]
    about: Callable[[Line], str]
    names: Mapping[str, str]  # of the vendors

    @cached_property
    def owners(self) -> tuple[tuple[str, int], ...]:
        """Who owns how many lines, most first."""
        return tuple(Counter(line.owner for line in self.lines if line.owner).most_common())


class SurveyKeeper:
    """Keeps the survey of the last day that was asked about, beside the register it belongs to."""

    def __init__(self, register: Register, parameters: Parameters, unsafeguarded: Collection[str]) -> None:
        self._make: Callable[[date], Survey] = lambda day: survey(
            register, parameters, day, unsafeguarded=unsafeguarded
        )
        self._kept: Survey | None = None
        self._lock = Lock()

    def at(self, day: date) -> Survey:
        """Return the survey of a day."""
        with self._lock:
            if self._kept is None or self._kept.day != day:
                self._kept = self._make(day)
            return self._kept


def survey(register: Register, parameters: Parameters, day: date, *, unsafeguarded: Collection[str] = ()) -> Survey:
    """Return every warning of the model and every gap of a register on a day; linear in the number of facts."""
    with collector_paused():  # a large register has a hundred thousand lines, none of them garbage
        behind = _Behind(register)
        return Survey(
            day,
            _lines(register, parameters, day, behind, unsafeguarded=unsafeguarded),
            lambda line: behind.name(line.problem.fact),
            {vendor.code: vendor.name for vendor in register.vendors},
        )


def _lines(
    register: Register, parameters: Parameters, day: date, behind: "_Behind", *, unsafeguarded: Collection[str]
) -> tuple[Line, ...]:
    presence = presence_at(register, day)
    people = people_by_dataset(register, parameters)
    lines = [
        Line(kind, problem, behind.vendors(problem.fact), behind.owner(problem.fact))
        for problem in _problems(
            warnings_on(register, parameters),
            flow_warnings(register, presence, people),
            gaps_in(register, presence, day, unsafeguarded=unsafeguarded),
        )
        if (kind := KINDS_OF_QUALITY.get(problem.code)) and not _is_out(problem.fact, presence.gone)
    ]
    places = {code: place for place, code in enumerate(KINDS_OF_QUALITY)}
    lines.sort(key=lambda line: (places[line.kind.code], line.problem.subject or ""))
    return tuple(lines)


def _problems(*sources: Iterator[Problem]) -> Iterator[Problem]:
    for source in sources:
        yield from source


def _is_out(fact: Fact | None, gone: Collection[str]) -> bool:
    """Whether a vendor does not count on the day: a prospect, or one that is really gone."""
    return isinstance(fact, Vendor) and fact.code in gone


class _Behind:
    """Finds the vendors a fact names and the person who answers for it."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._vendors = register.vendor_by_code
        self._systems = register.system_by_code

    @cached_property
    def _placeable(self) -> dict[str, Fact]:
        found: dict[str, Fact] = dict(self._systems)
        for name in ("flows", "access", "links", "platform_uses", "dependencies"):
            found.update((fact.code, fact) for fact in self._register.facts(name))  # type: ignore[attr-defined]  # each has one
        return found

    def name(self, fact: Fact | None) -> str:
        """Return what people call a fact: its name, or the names of what it joins."""
        if isinstance(fact, Placement):
            return self.name(self._placeable.get(fact.fact))
        joined = _JOINED.get(type(fact))
        if joined is None:
            return str(getattr(fact, "name", ""))
        between, *columns = joined
        return between.join(self._named(getattr(fact, column)) for column in columns)

    def _named(self, code: str) -> str:
        found = self._vendors.get(code) or self._systems.get(code)
        return found.name if found else code

    def vendors(self, fact: Fact | None) -> tuple[str, ...]:
        """Return the codes of the vendors a fact names, the one that answers for it first."""
        if isinstance(fact, Placement):
            return self.vendors(self._placeable.get(fact.fact))
        columns = _VENDORS.get(type(fact), ())
        return tuple([code for column in columns if (code := getattr(fact, column)) in self._vendors])

    def owner(self, fact: Fact | None) -> str | None:
        """Return the address of who answers for a fact, in lower case."""
        if isinstance(fact, Placement):
            return _folded(fact.owner_email) or self.owner(self._placeable.get(fact.fact))
        if isinstance(fact, System | Process):
            return _folded(fact.owner_email)
        if isinstance(fact, Dataset):
            return self._owners.get(fact.system)
        columns = _VENDORS.get(type(fact))
        return self._owners.get(getattr(fact, columns[0])) if columns else None

    @cached_property
    def _owners(self) -> dict[str, str | None]:
        holders: list[Vendor | System] = [*self._vendors.values(), *self._systems.values()]
        return {holder.code: _folded(holder.owner_email) for holder in holders}


def _folded(address: str | None) -> str | None:
    return address.casefold() if address else None
