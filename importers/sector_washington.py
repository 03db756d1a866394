"""The breach notifications of the Attorney General of Washington: counts are of residents of that state only."""

from collections.abc import Mapping

from importers.base import Table, is_blank, plain_name
from importers.lines import Line, find_columns
from importers.misfit import Misfit
from importers.numbers_in_text import read_number
from importers.sector_chains import chains_in_name
from importers.sector_words import folded, region_of, sector_by_word
from registry.domain.breaches.public_breaches import BreachSource, Measure, PublicBreach

__all__ = ["columns_of", "record_of"]

AWARE, SUBMITTED, START, END = "DateAware", "DateSubmitted", "DateStart", "DateEnd"
NAME, ID, PEOPLE, DAYS = "Name", "Id", "WashingtoniansAffected", "DaysElapsedBeforeNotification"
CAUSE, ATTACK, INDUSTRY, BUSINESS, STATE = (
    "DataBreachCause",
    "CyberattackType",
    "IndustryType",
    "BusinessType",
    "EntityState",
)
DATA = "InformationType"
_NAMES: Mapping[str, tuple[str, ...]] = {
    AWARE: (), SUBMITTED: (), START: (), END: (), NAME: (), ID: (), PEOPLE: (), DAYS: (), CAUSE: (), ATTACK: (), INDUSTRY: (),
    BUSINESS: (), STATE: (), DATA: ("Information Type",),
}  # fmt: skip
_NEEDED = (NAME, PEOPLE, SUBMITTED)
_DAYS_MAX = 36_500
_NO_WORD = frozenset({"unclearunknown", "unknown", "unclear"})


def columns_of(table: Table) -> tuple[int, dict[str, int]] | None:
    """Return header row and columns when a table is an export of this list, else None."""
    header, places = find_columns(table, _NAMES)
    return (header, places) if header and all(name in places for name in _NEEDED) else None


def record_of(line: Line) -> PublicBreach | None:
    """Return the record of a row, None when it cannot be used."""
    name = line.require(NAME, "A breach needs the name of who reported it.", 400)
    reported, discovered = line.day(SUBMITTED, "month_first"), line.day(AWARE, "month_first")
    began, ended = line.day(START, "month_first"), line.day(END, "month_first")
    people, number = line.count(PEOPLE), line.count(ID)
    country, region = region_of(line.text(STATE, 60))
    days = _days(line)
    if not line.is_usable:
        return None
    if days is None and discovered and reported and reported >= discovered:
        days = (reported - discovered).days
    return PublicBreach(
        source=BreachSource.WA_AG,
        key=str(number) if number is not None else f"{folded(name)}|{reported.isoformat() if reported else ''}",
        name=name,
        entity_type=line.text(BUSINESS, 100) or line.text(INDUSTRY, 100),
        sector=sector_by_word("wa_ag", line.text(BUSINESS, 100), line.text(INDUSTRY, 100)),
        country=country or "US",
        region=region,
        people=people,
        measure=Measure.RESIDENTS,
        began=began,
        ended=ended,
        discovered=discovered,
        reported=reported,
        days_to_notice=days,
        cause=_cause(line),
        data=_several(line.text(DATA, 2_000)),
        chains=chains_in_name(name),
        row=line.row,
    )


def _days(line: Line) -> int | None:
    """Return the days the list counts itself; negative ones (a notice before the discovery) are said and not used."""
    cell = line.cell(DAYS)
    if is_blank(cell):
        return None
    try:
        days = read_number(cell)
    except Misfit as misfit:
        line.warn(misfit.code, f"{misfit} It is counted from the dates instead.", DAYS)
        return None
    if days > _DAYS_MAX:
        line.warn("too_many_days", f"{days:,g} days to notice cannot be; it is counted from the dates instead.", DAYS)
        return None
    if days < 0:
        line.warn("negative_days", f"{days:g} days from discovery to notice cannot be; it is left open.", DAYS)
        return None
    return int(days)


def _cause(line: Line) -> str | None:
    words = [line.text(CAUSE, 100), line.text(ATTACK, 100)]
    known = [word for word in words if word and plain_name(word) not in _NO_WORD]
    return ": ".join(known) or None


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(";") if part.strip()))
