"""The data map of the register as last committed, kept for as long as no fact changes."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from registry.core import clock
from registry.core.register import Snapshot, current
from registry.domain.datamap.datamap import DataMap, Layer, build, filtered
from registry.domain.register.facts import Register

__all__ = ["Choices", "choices_of", "code_named", "data_map", "find_things", "opening", "snapshot"]

_KEPT = 8  # filtered maps per revision; the map of a register with 100,000 flows takes some 30 MB

_Key = tuple[date, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: categories and countries that stand somewhere in the register."""

    categories: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(slots=True)
class _Maps:
    """The maps made of one revision of the register, the last ones used."""

    made: "OrderedDict[_Key, DataMap]" = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)


def snapshot() -> Snapshot:
    """Return the register as last committed; one short query when nothing changed."""
    return current()


def data_map(facts: Snapshot, category: str | None = None, country: str | None = None) -> DataMap:
    """Return the map of a snapshot today, whole or filtered."""
    maps = facts.derived("data_maps", lambda _register: _Maps())
    key = clock.now().date(), category, country
    with maps.lock:
        if key in maps.made:
            maps.made.move_to_end(key)
            return maps.made[key]
    if category is None and country is None:
        made = build(facts.register, key[0])
    else:
        made = filtered(data_map(facts), facts.register, category=category, country=country)
    with maps.lock:
        maps.made[key] = made
        while len(maps.made) > _KEPT:
            maps.made.popitem(last=False)
    return made


def choices_of(facts: Snapshot) -> Choices:
    """Return what the filters offer."""
    return facts.derived("data_map_choices", _choices)


def _choices(register: Register) -> Choices:
    keys = {key for row in register.datasets for key in row.categories}
    keys |= {key for row in register.flows for key in row.categories}
    parents = {key[:place] for key in keys for place, letter in enumerate(key) if letter == "."}
    countries = {row.country for row in register.vendors if row.country}
    for flow in register.flows:
        countries.update(flow.countries_at_rest, flow.countries_processing)
    return Choices(tuple(sorted(keys | parents)), tuple(sorted(countries)))


def code_named(found_on: DataMap, text: str) -> str | None:
    """Return the code of the one thing that a text names, by code or by name; None when none or several do."""
    if text.upper() in found_on.things:
        return text.upper()
    lower = text.casefold()
    matches = [thing.code for thing in found_on.things.values() if thing.name.casefold() == lower]
    return matches[0] if len(matches) == 1 else None


def find_things(found_on: DataMap, text: str, *, count: int) -> list[tuple[str, str]]:
    """Return code and name of things whose name or code holds a text, those that begin with it first."""
    wanted = text.casefold().strip()
    if not wanted:
        return []
    hits = [
        (not thing.name.casefold().startswith(wanted), thing.name, thing.code)
        for thing in found_on.things.values()
        if wanted in thing.name.casefold() or wanted in thing.code.casefold()
    ]
    return [(code, name) for _, name, code in sorted(hits)[:count]]


def opening(found_on: DataMap) -> str | None:
    """Return where a large map opens: the vendor of ours at which most lines meet."""
    ends = Counter(end for line in found_on.lines for end in (line.source, line.target))
    direct = [code for code, thing in found_on.things.items() if thing.layer is Layer.RANK_1]
    return max(direct or list(found_on.things), key=lambda code: (ends[code], code), default=None)
