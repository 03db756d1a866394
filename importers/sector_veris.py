"""Incidents in the VERIS schema, as the VERIS Community Database publishes them.

Read of an incident: who, where, the industry, the actors, the kinds of action, how many records, when, and the sources
named. A partner among the actors, a partner as the way in, or assets that a partner owned say that it began at a
vendor; a victim with further victims behind it is itself the vendor.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from importers.base import shown
from importers.entries import Entry
from importers.lines import Found, Line
from importers.sector_words import folded, region_of, sector_by_naics
from importers.values import read_text
from registry.domain.breaches.public_breaches import BreachSource, Chain, Measure, Precision, PublicBreach

__all__ = ["is_entry", "line_of", "record_of"]

ID, NAME, SUMMARY, TOTAL = "incident_id", "victim.victim_id", "summary", "attribute.confidentiality.data_total"
_UNKNOWN = frozenset({"", "unknown", "other", "na", "000", "000000"})
_NOT_NAMED = "Not named"
_DAYS = {"days": 1, "weeks": 7, "months": 30, "years": 365, "hours": 0, "minutes": 0, "seconds": 0}
_WORDS_MAX = 30


def is_entry(value: Any) -> bool:
    """Tell whether an entry is an incident of this schema."""
    return isinstance(value, Mapping) and "victim" in value and ("action" in value or "actor" in value)


def line_of(entry: Entry, found: Found, mended: Mapping[str, str]) -> Line:
    """Return the single values that are read as cells, named by their path."""
    paths = (
        ID,
        SUMMARY,
        TOTAL,
        "security_incident",
        "plus.master_id",
        *(_dated("timeline.incident")),
        *_dated("plus.timeline.notification"),
    )
    cells = {path: value for path in paths if isinstance(value := _at(entry.value, path), str | int | float)}
    names = _words(_at(entry.value, NAME))
    cells |= {NAME: names[0]} if names else {}
    return Line(entry.sheet, entry.row, cells | dict(mended), found)


def record_of(line: Line, entry: Entry) -> PublicBreach | None:
    """Return the record of an entry, None when it is no breach or cannot be used."""
    incident = entry.value
    said = line.text("security_incident", 60)
    if said is not None and folded(said) in {"false positive", "near miss"}:
        line.warn("no_incident", f"The entry is marked as {said.casefold()}; it is left out.", "security_incident")
        return None
    key = line.text(ID, 200) or line.text("plus.master_id", 200)
    if key is None:
        line.refuse("missing", f"{ID} is blank; an incident is known by it.", ID)
    people = line.count(TOTAL)
    began, precision = _date(line, "timeline.incident")
    reported, _ = _date(line, "plus.timeline.notification")
    if not line.is_usable or key is None:
        return None
    name = line.text(NAME, 400)
    country, region = _place(incident)
    return PublicBreach(
        source=BreachSource.VERIS,
        key=folded(key),
        name=name or _NOT_NAMED,
        sector=sector_by_naics(_word(_at(incident, "victim.industry"))),
        country=country,
        region=region,
        people=people if people is not None else _largest(incident),
        measure=Measure.RECORDS,
        began=began,
        began_precision=precision,
        reported=reported,
        began_at_vendor=_began_at_vendor(incident),
        cause=", ".join(_causes(incident)) or None,
        places=_words(*(asset.get("variety") for asset in _list(_at(incident, "asset.assets")))),
        data=_words(*(each.get("variety") for each in _list(_at(incident, "attribute.confidentiality.data")))),
        is_verified=folded(said) == "confirmed" if said else None,
        description=line.text(SUMMARY, 20_000),
        url=_first_url(_at(incident, "reference")),
        chains=tuple(_chains(incident, name)),
        row=line.row,
    )


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)][:_WORDS_MAX] if isinstance(value, list) else []


def _word(value: Any) -> str:
    """Return a single word; the schema has lists in one version where another has one value."""
    value = value[0] if isinstance(value, list) and value else value
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _words(*values: Any) -> tuple[str, ...]:
    """Return the known words of values and lists of values."""
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    texts = [" ".join(read_text(each[:1_000], 1_000).split())[:200] for each in flat if isinstance(each, str)]
    known = (text.replace(";", ",") for text in texts if folded(text) not in _UNKNOWN)
    return tuple(dict.fromkeys(known))[:_WORDS_MAX]


def _dated(path: str) -> tuple[str, str, str]:
    return f"{path}.year", f"{path}.month", f"{path}.day"


def _date(line: Line, path: str) -> tuple[date | None, Precision]:
    """Return a date given as year and perhaps month and day, on the first where those are not told."""
    year, month, day = (line.count(part) for part in _dated(path))
    if year is None:
        return None, Precision.DAY
    precision = Precision.YEAR if not month else Precision.DAY if day else Precision.MONTH
    try:
        found = date(year, month or 1, (day or 1) if month else 1)
    except (ValueError, OverflowError):
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        line.refuse(
            "not_a_date", f"{path} holds no day that exists. Write year, month and day as numbers.", f"{path}.year"
        )
        return None, precision
    return found, precision


def _place(incident: Mapping[str, Any]) -> tuple[str | None, str | None]:
    country, _ = region_of(_word(_at(incident, "victim.country")))
    state = _word(_at(incident, "victim.state"))
    if country == "US" and folded(state) not in _UNKNOWN:
        return country, region_of(state)[1]
    return country, None


def _largest(incident: Mapping[str, Any]) -> int | None:
    """Return the largest amount of one kind of data: kinds of one person are not added up."""
    found = [each.get("amount") for each in _list(_at(incident, "attribute.confidentiality.data"))]
    amounts = [
        amount for amount in found if isinstance(amount, int) and not isinstance(amount, bool) and 0 <= amount <= 10**10
    ]
    return max(amounts, default=None)


def _causes(incident: Mapping[str, Any]) -> Iterator[str]:
    actions = _at(incident, "action")
    for kind, action in list(actions.items())[:10] if isinstance(actions, Mapping) else ():
        if kind == "unknown" or not isinstance(action, Mapping):
            continue
        varieties = _words(action.get("variety"))
        yield f"{shown(str(kind), 30)} ({', '.join(varieties[:3])})" if varieties else shown(str(kind), 30)


def _began_at_vendor(incident: Mapping[str, Any]) -> bool | None:
    actors = _at(incident, "actor")
    if not isinstance(actors, Mapping):
        return None
    actions = _at(incident, "action")
    vectors = (
        [action.get("vector") for action in actions.values() if isinstance(action, Mapping)]
        if isinstance(actions, Mapping)
        else []
    )
    ways = [folded(word) for word in _words(*vectors)]
    owners = [folded(word) for word in _words(_at(incident, "asset.ownership"), _at(incident, "asset.management"))]
    if "partner" in actors or any("partner" in word for word in (*ways, *owners)) or _clients(incident):
        return True
    return False if actors.keys() & {"external", "internal"} else None


def _clients(incident: Mapping[str, Any]) -> tuple[str, ...]:
    return _words(_at(incident, "victim.secondary.victim_id"))


def _chains(incident: Mapping[str, Any], name: str | None) -> Iterator[Chain]:
    for client in _clients(incident) if name else ():
        yield Chain(vendor=name or "", client=client, wording="victim behind the victim", confidence=0.8)
    partner = _at(incident, "actor.partner")
    if isinstance(partner, Mapping):
        for vendor in _words(partner.get("name"), partner.get("notes"))[:3]:
            if len(vendor) <= 80:
                yield Chain(vendor=vendor, client=name, wording="partner among the actors", confidence=0.6)


def _first_url(value: Any) -> str | None:
    found = re.search(r"https?://[!-:=?-~]{4,900}", value) if isinstance(value, str) else None
    return found[0].rstrip(".,)") if found else None
