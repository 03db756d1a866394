"""What the data-quality page and Home ask: the survey of the register, narrowed to a person, a severity or a kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.lately import lately
from registry.core.ownership import owned_vendor_clause
from registry.core.paging import Page, page_of
from registry.core.register import Snapshot, current
from registry.domain.register.facts import Register
from registry.models.vendors import Vendor
from registry.quality.kinds import KINDS_OF_QUALITY, Level, QualityKind
from registry.quality.survey import Line, Survey, SurveyKeeper
from registry.reference.load import read_rows, shipped_parameters

__all__ = [
    "MINE",
    "NOBODY",
    "KindCount",
    "Narrowed",
    "QualityQuestion",
    "SurveySeen",
    "VendorLack",
    "found_by_kind",
    "lines_of",
    "narrow",
    "prepare",
    "survey_of",
    "survey_seen",
    "unsafeguarded_countries",
    "vendors_lacking_most",
]

MINE, NOBODY = "mine", "nobody"
LONGEST = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityQuestion:
    """What the page is narrowed to; None does not narrow."""

    kind: QualityKind | None = None
    level: Level | None = None
    owner: str | None = None
    vendor: str | None = None

    @classmethod
    def of_arguments(cls, arguments: Mapping[str, str]) -> "QualityQuestion":
        """Read the address; a word that is not known does not narrow."""
        level = arguments.get("severity", "")
        return cls(
            kind=KINDS_OF_QUALITY.get(arguments.get("kind", "")),
            level=Level(level) if level in set(Level) else None,
            owner=arguments.get("owner", "").strip().casefold()[:LONGEST] or None,
            vendor=arguments.get("vendor", "").strip()[:LONGEST] or None,
        )

    def arguments(self, **changed: str | None) -> dict[str, str]:
        """Return the question as the arguments of an address, some of them changed."""
        given = {
            "kind": self.kind and self.kind.code,
            "severity": self.level,
            "owner": self.owner,
            "vendor": self.vendor,
            **changed,
        }
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many shortcomings there are of one kind."""

    kind: QualityKind
    count: int


@dataclass(frozen=True, slots=True)
class VendorLack:
    """One vendor and how much about it is missing, doubtful or old: high ones, and all but the low ones."""

    code: str
    name: str
    service: str | None
    high: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What is left of a survey: counts of every kind, and one page of lines."""

    kinds: tuple[KindCount, ...]
    levels: Mapping[Level, int]
    total: int
    page: Page
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SurveySeen:
    """A survey as a page shows it: of which register, made when, and whether the register has changed since."""

    survey: Survey
    register: Register
    made_at: datetime
    is_behind: bool


def survey_of(today: date) -> Survey:
    """Return the survey of the register as it is now; made once per revision and day."""
    return _survey_in(current(), today)


def survey_seen(today: date) -> SurveySeen:
    """Return the last survey; of a large register that just changed it may be behind, and says so."""
    look = lately()
    return SurveySeen(_survey_in(look.snapshot, today), look.snapshot.register, look.made_at, look.is_behind)


def prepare(snapshot: Snapshot) -> None:
    """Survey a register before somebody asks."""
    _survey_in(snapshot, clock.today())


def _survey_in(snapshot: Snapshot, today: date) -> Survey:
    def keeper(register: Register) -> SurveyKeeper:
        home = register.organisation.country
        return SurveyKeeper(register, shipped_parameters(), unsafeguarded_countries(home))

    return snapshot.derived("quality", keeper).at(today)


def narrow(survey: Survey, question: QualityQuestion, actor: Actor, *, page: str | None) -> Narrowed:
    """Return what a person asked for; the counts of the kinds leave the chosen kind out of the question."""
    lines = lines_of(survey, replace(question, kind=None), actor)
    counts = Counter(line.kind.code for line in lines)
    kinds = tuple(KindCount(kind, counts[code]) for code, kind in KINDS_OF_QUALITY.items() if counts[code])
    shown = lines if question.kind is None else [line for line in lines if line.kind is question.kind]
    place = page_of(page, total=len(shown))
    return Narrowed(
        kinds=kinds,
        levels={each: sum(item.count for item in kinds if item.kind.level is each) for each in Level},
        total=len(lines),
        page=place,
        lines=tuple(shown[place.offset : place.offset + place.size]),
    )


def lines_of(survey: Survey, question: QualityQuestion, actor: Actor) -> list[Line]:
    """Return every line a person asked for, over all pages."""
    is_asked = _owner_test(question.owner, actor)
    level, kind, vendor = question.level, question.kind, question.vendor
    return [
        line
        for line in survey.lines
        if (level is None or line.kind.level is level)
        and (kind is None or line.kind is kind)
        and (vendor is None or vendor in line.vendors)
        and is_asked(line)
    ]


def found_by_kind(survey: Survey, actor: Actor, *, owner: str | None = None) -> tuple[KindCount, ...]:
    """Return how many shortcomings there are of each kind, worst first."""
    return narrow(survey, QualityQuestion(owner=owner), actor, page=None).kinds


def vendors_lacking_most(
    seen: SurveySeen, actor: Actor, *, owner: str | None = None, most: int
) -> tuple[VendorLack, ...]:
    """Return the vendors with the most high and medium shortcomings, the most first; those of one person if asked."""
    lines = lines_of(seen.survey, QualityQuestion(owner=owner), actor)
    all_of, high_of = Counter[str](), Counter[str]()
    for line in lines:
        if line.vendors and line.kind.level is not Level.LOW:
            all_of[line.vendors[0]] += 1
            high_of[line.vendors[0]] += line.kind.level is Level.HIGH
    worst = sorted(all_of, key=lambda code: (-high_of[code], -all_of[code], code))[:most]
    vendors = seen.register.vendor_by_code
    return tuple(
        VendorLack(code, vendors[code].name, vendors[code].service, high_of[code], all_of[code])
        for code in worst
        if code in vendors
    )


def _owner_test(owner: str | None, actor: Actor) -> Callable[[Line], bool]:
    if owner is None:
        return lambda _line: True
    if owner == NOBODY:
        return lambda line: line.owner is None
    if owner != MINE:
        return lambda line: line.owner == owner
    mine = frozenset(session().scalars(select(Vendor.code).where(owned_vendor_clause(actor))))
    address = (actor.email or "").casefold()
    return lambda line: (line.owner == address != "") or not mine.isdisjoint(line.vendors)


@cache
def unsafeguarded_countries(home: str | None) -> frozenset[str]:
    """Return where personal data may not go without a safeguard: outside the EEA and the adequate countries.

    Only of an organisation in the EEA can that be said; of others, none.
    """
    adequate = {row["code"]: row["basis"] for row in read_rows("adequate_countries")}
    if adequate.get(home or "") != "EEA":
        return frozenset()
    return frozenset(_countries()) - adequate.keys()


def _countries() -> Iterable[str]:
    return (row["code"] for row in read_rows("iso_3166") if not row["country"])
