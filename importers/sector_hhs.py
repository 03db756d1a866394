"""The breach portal of the US Department of Health and Human Services, in every shape its export has had.

The export names two columns after objects of its own program, and copies name them in their own ways, so columns are
known by the names that remain and the two others by where they stand. 500 and 501 are what is reported while nobody
has counted yet.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from importers.base import Cell, Table, is_blank, plain_name
from importers.lines import Line, find_columns
from importers.sector_chains import chains_in_name
from importers.sector_words import folded, region_of
from registry.domain.breaches.public_breaches import BreachSource, Chain, Measure, PublicBreach

__all__ = ["PLACEHOLDERS", "columns_of", "record_of"]

PLACEHOLDERS: Final = frozenset({500, 501})
NAME, STATE, TYPE, PEOPLE = "Name of Covered Entity", "State", "Covered Entity Type", "Individuals Affected"
SUBMITTED, CAUSE, PLACE = "Breach Submission Date", "Type of Breach", "Location of Breached Information"
ASSOCIATE, DESCRIPTION, ASSOCIATE_NAME = "Business Associate Present", "Web Description", "Business Associate Involved"
_NAMES: Mapping[str, tuple[str, ...]] = {
    NAME: ("name of covered entity", "covered entity", "entity name"),
    STATE: ("state",),
    TYPE: ("entity type",),
    PEOPLE: ("individuals affected", "number of individuals affected"),
    SUBMITTED: ("submission date", "date posted or updated"),
    CAUSE: ("breach type",),
    PLACE: ("location of information", "breach location"),
    ASSOCIATE: ("ba present", "business associate"),
    DESCRIPTION: ("summary", "description"),
    ASSOCIATE_NAME: (),
}
_NEEDED = (PEOPLE, SUBMITTED, CAUSE, PLACE)


def columns_of(table: Table) -> tuple[int, dict[str, int]] | None:
    """Return header row and columns when a table is an export of the portal, else None."""
    header, places = find_columns(table, _NAMES)
    if not header or not all(name in places for name in _NEEDED):
        return None
    cells = table.rows[header - 1]
    if NAME not in places and (found := _unnamed(cells, range(places[PEOPLE]))) is not None:
        places[NAME] = found
    if ASSOCIATE not in places and (found := _unnamed(cells, range(places[PLACE] + 1, len(cells)))) is not None:
        places[ASSOCIATE] = found
    return (header, places) if NAME in places else None


def _unnamed(cells: Sequence[Cell], places: range) -> int | None:
    """Return the first place whose head is an object of the portal's program, or nothing."""
    heads = ((index, cells[index]) for index in places if index < len(cells))
    return next((index for index, cell in heads if _is_object(cell)), None)


def _is_object(cell: Cell) -> bool:
    return is_blank(cell) or (isinstance(cell, str) and plain_name(cell).startswith("javaxfaces"))


def record_of(line: Line) -> PublicBreach | None:
    """Return the record of a row, None when it cannot be used; the key still lacks its order among equals."""
    name = line.require(NAME, "A breach needs the name of who reported it.", 400)
    reported = line.day(SUBMITTED, "month_first")
    if reported is None and line.is_usable:
        line.refuse("missing", f"{SUBMITTED} is blank; it tells reports of one organisation apart.", SUBMITTED)
    people = line.count(PEOPLE)
    country, region = _place(line)
    entity_type = line.text(TYPE, 100)
    associate = line.text(ASSOCIATE_NAME, 200)
    if not line.is_usable or reported is None:
        return None
    return PublicBreach(
        source=BreachSource.HHS_OCR,
        key=f"{folded(name)}|{(region or country or '').removeprefix('US-')}|{reported.isoformat()}",
        name=name,
        entity_type=entity_type,
        sector="healthcare",  # the portal takes reports under the law on health data only
        country=country or "US",
        region=region,
        people=people,
        measure=Measure.PEOPLE,
        is_placeholder=people in PLACEHOLDERS,
        reported=reported,
        began_at_vendor=_began_at_vendor(line, entity_type, associate),
        cause=line.text(CAUSE, 200),
        places=_several(line.text(PLACE, 300)),
        description=line.text(DESCRIPTION, 20_000),
        chains=_chains(name, associate),
        row=line.row,
    )


def _place(line: Line) -> tuple[str | None, str | None]:
    state = line.text(STATE, 60)
    country, region = region_of(state)
    if state and country is None:
        line.warn("unknown_state", f'"{state}" is no state; where it happened is left open.', STATE)
    return country, region


def _began_at_vendor(line: Line, entity_type: str | None, associate: str | None) -> bool | None:
    is_present = line.flag(ASSOCIATE)
    if is_present or associate or (entity_type and plain_name(entity_type) == "businessassociate"):
        return True
    return is_present


def _chains(name: str, associate: str | None) -> tuple[Chain, ...]:
    if associate and folded(associate) != folded(name):
        return (Chain(vendor=associate, client=name, wording="named as business associate", confidence=0.95),)
    return chains_in_name(name)


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").replace(";", ",").split(",") if part.strip()))
