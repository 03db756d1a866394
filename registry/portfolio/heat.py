"""Public breaches by sector and year, beside what hangs on our vendors of the same sector."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from registry.core.db import session
from registry.core.register import current
from registry.models.sector import PublicBreach
from registry.portfolio.queries import Run
from registry.sector.lists import sector_words

__all__ = ["Heat", "HeatRow", "heat_of"]

YEARS_SHOWN, SECTORS_SHOWN, LEVELS = 5, 12, 4


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A sector: public breaches by year with how hot each is (0 to 4), our vendors in it and what they may cost."""

    words: str
    cells: tuple[tuple[int, int], ...]
    vendors: int
    expected: float


@dataclass(frozen=True, slots=True)
class Heat:
    """Sectors by year; `total` public breaches are counted, none of unknown year or sector."""

    years: tuple[int, ...]
    rows: tuple[HeatRow, ...]
    total: int


def heat_of(run: Run, today: date) -> Heat:
    """Return the heat of public breaches beside ours: sectors of our vendors first, by what they may cost; one query."""
    years = tuple(range(today.year - YEARS_SHOWN + 1, today.year + 1))
    counted = session().execute(
        select(PublicBreach.sector, PublicBreach.year, func.count())
        .where(PublicBreach.is_one_breach.is_(True), PublicBreach.sector.is_not(None), PublicBreach.year >= years[0])
        .group_by(PublicBreach.sector, PublicBreach.year)
    )
    counts: dict[str, Counter[int]] = {}
    for sector, year, count in counted:
        counts.setdefault(str(sector), Counter())[int(year)] += count
    ours, expected = _ours(run.vendors)
    highest = max((count for by_year in counts.values() for count in by_year.values()), default=0)
    order = sorted(
        counts.keys() | ours.keys(),
        key=lambda sector: (-expected[sector], -ours[sector], -counts.get(sector, Counter()).total(), sector),
    )
    labels = sector_words()
    rows = tuple(
        HeatRow(
            labels.get(sector, sector),
            tuple(_cell(counts.get(sector, Counter())[year], highest) for year in years),
            ours[sector],
            expected[sector],
        )
        for sector in order[:SECTORS_SHOWN]
    )
    return Heat(years, rows, sum(by_year.total() for by_year in counts.values()))


def _cell(count: int, highest: int) -> tuple[int, int]:
    return count, 0 if not count else 1 + min(LEVELS - 1, LEVELS * count // (highest + 1))


def _ours(vendors: Sequence[Mapping[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    known = current().register.vendor_by_code
    count, expected = Counter[str](), Counter[str]()
    for row in vendors:
        vendor = known.get(row["code"])
        if vendor is not None and vendor.sector and row["counts"]:
            count[vendor.sector] += 1
            expected[vendor.sector] += row["expected_loss"]
    return count, expected
