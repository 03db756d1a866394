"""Any other list of breaches as a table: columns by the names in common use."""

from collections.abc import Mapping

from importers.base import Table, plain_name
from importers.lines import Line, find_columns
from importers.sector_chains import chains_in_name
from importers.sector_words import folded, region_of, sector_by_naics, sector_by_word
from registry.domain.breaches.public_breaches import BreachSource, Chain, Measure, PublicBreach

__all__ = ["COLUMNS", "columns_of", "record_of"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("organisation", "organization", "company", "entity", "victim", "organisation name", "organization name", "name of organisation", "name of organization", "company name", "entity name", "business name"),
    "id": ("number", "no", "reference number", "case number", "breach id", "report id", "incident id"),
    "people": ("people affected", "individuals affected", "affected", "number affected", "total affected", "records affected", "persons affected", "number of people affected", "individuals", "victims", "count"),
    "sector": ("industry", "industry type", "organisation type", "organization type", "entity type", "business type"),
    "country": ("nation",),
    "state": ("region", "jurisdiction", "province"),
    "began": ("breach date", "date of breach", "dates of breach", "incident date", "date of incident", "start", "breach start", "date started"),
    "discovered": ("date discovered", "discovery date", "date of discovery", "date aware"),
    "reported": ("date reported", "reported date", "report date", "date notified", "notification date", "notified", "disclosed", "disclosure date", "date of notice", "published", "date made public", "date submitted", "date"),
    "vendor": ("third party", "began at vendor", "vendor name", "supplier", "service provider", "processor", "business associate", "third party name", "via vendor"),
    "cause": ("breach type", "type of breach", "method", "incident type", "type", "attack"),
    "data": ("data types", "information type", "data exposed", "types of data", "information breached", "data categories", "compromised data"),
    "domain": ("website", "internet domain"),
    "description": ("summary", "details", "notes", "story"),
    "url": ("link", "source", "source url", "reference", "notice"),
}  # fmt: skip


def columns_of(table: Table) -> tuple[int, dict[str, int]] | None:
    """Return header row and columns when a table names organisations, and people or a date."""
    header, places = find_columns(table, COLUMNS)
    has_something = places.keys() & {"people", "began", "discovered", "reported"}
    return (header, places) if header and "name" in places and has_something else None


def record_of(line: Line) -> PublicBreach | None:
    """Return the record of a row, None when it cannot be used; the key still lacks its order among equals."""
    name = line.require("name", "A breach needs the name of the organisation.", 400)
    people = line.count("people")
    began, discovered, reported = (line.day(column) for column in ("began", "discovered", "reported"))
    vendor = line.text("vendor", 200)
    sector = _sector(line)
    country, region = _place(line)
    if not line.is_usable:
        return None
    first_day = reported or began or discovered
    number = line.text("id", 100)
    days = (reported - discovered).days if reported and discovered else None
    if days is not None and days < 0:
        line.warn(
            "negative_days", "It was reported before it was discovered; days to notice are left open.", "reported"
        )
    key = (
        number or "",
        folded(name),
        region or country or "",
        first_day.isoformat() if first_day and not number else "",
    )
    url = line.text("url", 1_000)
    return PublicBreach(
        source=BreachSource.PLAIN,
        key="|".join(key),
        name=name,
        entity_type=line.text("sector", 100),
        sector=sector,
        country=country,
        region=region,
        domain=(line.text("domain", 253) or "").casefold() or None,
        people=people,
        measure=Measure.PEOPLE,
        is_placeholder=False,
        began=began,
        discovered=discovered,
        reported=reported,
        days_to_notice=days if days is not None and days >= 0 else None,
        began_at_vendor=_began_at_vendor(vendor),
        cause=line.text("cause", 200),
        data=_several(line.text("data", 2_000)),
        description=line.text("description", 20_000),
        url=url if url and url.startswith(("http://", "https://")) else None,
        chains=_chains(name, vendor),
        row=line.row,
    )


def _sector(line: Line) -> str | None:
    word = line.text("sector", 100)
    if word is None:
        return None
    found = sector_by_word("plain", word) or (sector_by_naics(word) if word.isdecimal() else None)
    if found is None:
        line.warn(
            "unknown_sector", f'"{word}" is no sector we know; the sector is left open, the word is kept.', "sector"
        )
    return found


def _place(line: Line) -> tuple[str | None, str | None]:
    country, region = None, None
    for column in ("country", "state"):
        text = line.text(column, 100)
        found_country, found_region = region_of(text)
        if text and found_country is None:
            line.warn("unknown_place", f'"{text}" is no country or state we know; the place is left open.', column)
        country, region = country or found_country, region or found_region
    return country, region


_YES, _NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})


def _began_at_vendor(vendor: str | None) -> bool | None:
    word = plain_name(vendor or "")
    if not word:
        return None
    return word not in _NO


def _chains(name: str, vendor: str | None) -> tuple[Chain, ...]:
    if vendor and plain_name(vendor) not in _YES | _NO and folded(vendor) != folded(name):
        return (Chain(vendor=vendor, client=name, wording="named as vendor", confidence=0.95),)
    return chains_in_name(name)


def _several(text: str | None) -> tuple[str, ...]:
    separator = ";" if text and ";" in text else ","
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(separator) if part.strip()))
