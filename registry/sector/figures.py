"""What the public breaches say together, over a choice of lists, sectors and years; three queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from registry.core.db import session
from registry.domain.breaches.breach_figures import FEWEST_TO_PLACE, Placing, Sizes, counts_by_year, place, sizes_of
from registry.domain.breaches.public_breaches import BreachSource, Measure
from registry.models.organisation import Organisation
from registry.models.sector import PublicBreach
from registry.sector.lists import BEGAN_AT_VENDOR, sector_words

__all__ = ["Figures", "FiguresQuestion", "PlacedPeople", "figures", "known_sizes", "place_people"]

OTHERS, NOT_KNOWN = "all others", "not known"
SECTORS_SHOWN = 6
VENDOR_WORDS = {True: "at a vendor", False: "in the organisation", None: NOT_KNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresQuestion:
    """Which breaches the figures are of; None: all."""

    source: BreachSource | None = None
    sector: str | None = None
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class YearTable:
    """Counts by year and word: the words in their order, and one row a year with its total."""

    words: tuple[str, ...]
    rows: tuple[tuple[int, tuple[int, ...], int], ...]

    @property
    def most(self) -> int:
        """The largest total of a year."""
        return max((total for _, _, total in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class MeasureSizes:
    """Usual numbers of one measure, and how many say nothing or only a placeholder."""

    measure: Measure
    sizes: Sizes
    placeholders: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything the page of figures shows."""

    total: int
    left_out: int  # collections and the like
    without_year: int
    by_sector: YearTable
    by_vendor: YearTable
    vendor_share: float | None  # of those that say where it began
    vendor_said: int
    sizes: tuple[MeasureSizes, ...]
    days: Sizes


@dataclass(frozen=True, slots=True)
class PlacedPeople:
    """Where a number of people stands, and among which breaches."""

    placing: Placing
    among: str


def figures(asked: FiguresQuestion) -> Figures:
    """Return the figures of the breaches asked for; four queries whatever their number."""
    conditions = _conditions(asked)
    one = PublicBreach.is_one_breach.is_(True)
    counted = session().execute(
        select(PublicBreach.year, PublicBreach.sector, BEGAN_AT_VENDOR, func.count())
        .where(one, *conditions)
        .group_by(PublicBreach.year, PublicBreach.sector, BEGAN_AT_VENDOR)
    )
    rows = [(year, sector, vendor, count) for year, sector, vendor, count in counted]
    left_out = session().scalar(
        select(func.count()).select_from(PublicBreach).where(PublicBreach.is_one_breach.is_(False), *conditions)
    )
    days = session().scalars(
        select(PublicBreach.days_to_notice).where(one, PublicBreach.days_to_notice.is_not(None), *conditions)
    )
    total = sum(count for *_, count in rows)
    said = Counter[bool]()
    for _, _, vendor, count in rows:
        if vendor is not None:
            said[bool(vendor)] += count
    said_total = said[True] + said[False]
    return Figures(
        total=total,
        left_out=left_out or 0,
        without_year=sum(count for year, _, _, count in rows if year is None),
        by_sector=_by_sector(rows),
        by_vendor=_by_vendor(rows),
        vendor_share=said[True] / said_total if said_total else None,
        vendor_said=said_total,
        sizes=_sizes(conditions),
        days=sizes_of(days),
    )


def known_sizes(sector: str | None) -> tuple[list[int], str]:
    """Return the numbers of people of public breaches to compare with, and in words which they are; at most two queries.

    Those of one's own sector when there are enough of them, else of all. Placeholders, residents of one state, accounts
    and records are not numbers of people and are left out.
    """
    asked = [_IS_PEOPLE, PublicBreach.people.is_not(None)]
    if sector is not None:
        own = list(session().scalars(select(PublicBreach.people).where(PublicBreach.sector == sector, *asked)))
        if len(own) >= FEWEST_TO_PLACE:
            return own, sector_words().get(sector, sector)
    return list(session().scalars(select(PublicBreach.people).where(*asked))), "all sectors"


def place_people(people: float) -> PlacedPeople | None:
    """Say where a number of people stands among the public breaches of our sector; None when none is known."""
    sizes, among = known_sizes(session().scalar(select(Organisation.sector).limit(1)))
    placing = place(people, sizes)
    return PlacedPeople(placing, among) if placing else None


_IS_PEOPLE = (
    (PublicBreach.measure == Measure.PEOPLE)
    & PublicBreach.is_placeholder.is_(False)
    & PublicBreach.is_one_breach.is_(True)
)

_Row = tuple[int | None, str | None, bool | None, int]


def _conditions(asked: FiguresQuestion) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.source is not None:
        found.append(PublicBreach.source == asked.source)
    if asked.sector is not None:
        found.append(PublicBreach.sector == asked.sector)
    if asked.first_year is not None:
        found.append(PublicBreach.year >= asked.first_year)
    if asked.last_year is not None:
        found.append(PublicBreach.year <= asked.last_year)
    return found


def _by_sector(rows: Sequence[_Row]) -> YearTable:
    totals = Counter[str | None]()
    for _, sector, _, count in rows:
        totals[sector] += count
    labels = sector_words()
    named = [sector for sector, _ in totals.most_common() if sector is not None]
    shown = named[:SECTORS_SHOWN]
    order = [labels.get(sector, sector) for sector in shown]
    order += [OTHERS] if len(named) > SECTORS_SHOWN else []
    order += [NOT_KNOWN] if totals[None] else []

    def word(row: _Row) -> str:
        sector = row[1]
        return NOT_KNOWN if sector is None else labels.get(sector, sector) if sector in shown else OTHERS

    return _table(rows, order, {row: word(row) for row in rows})


def _by_vendor(rows: Sequence[_Row]) -> YearTable:
    words = {row: VENDOR_WORDS[None if row[2] is None else bool(row[2])] for row in rows}
    return _table(rows, [word for word in VENDOR_WORDS.values() if word in words.values()], words)


def _table(rows: Sequence[_Row], order: Sequence[str], words: Mapping[_Row, str]) -> YearTable:
    dated = [row for row in rows if row[0] is not None]
    spread = [row for row in dated for _ in range(row[3])]
    counts = counts_by_year(spread, lambda row: row[0] or 0, lambda row: words[row])
    return YearTable(
        tuple(order),
        tuple((year, tuple(found[word] for word in order), found.total()) for year, found in counts.items()),
    )


def _sizes(conditions: Sequence[ColumnElement[bool]]) -> tuple[MeasureSizes, ...]:
    query = select(PublicBreach.measure, PublicBreach.people, PublicBreach.is_placeholder)
    found: dict[Measure, list[int]] = {}
    placeholders, unknown = Counter[Measure](), Counter[Measure]()
    for measure, people, is_placeholder in session().execute(
        query.where(PublicBreach.is_one_breach.is_(True), *conditions)
    ):
        numbers = found.setdefault(measure, [])
        if people is None:
            unknown[measure] += 1
        elif is_placeholder:
            placeholders[measure] += 1
        else:
            numbers.append(people)
    return tuple(
        MeasureSizes(measure, sizes_of(found[measure]), placeholders[measure], unknown[measure])
        for measure in Measure
        if measure in found
    )
