"""The data map: things (segments, datasets, systems, vendors), the layer each stands in, and the facts that join them.

It says what *can* happen, never how likely it is: chances belong to the exposure graph. Facts that do not count on
the day asked about (prospects, revoked accesses, flows that ended and are certified deleted) are not on the map.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from registry.domain.register.collector import collector_paused
from registry.domain.register.facts import Dataset, Fact, Flow, Register, Vendor
from registry.domain.register.presence import presence_at

__all__ = ["DataMap", "Layer", "Line", "LineKind", "Thing", "build", "filtered"]


class Layer(StrEnum):
    """Where a thing stands on the map, from our customers outward; vendors by their rank."""

    SEGMENTS = "segments"
    DATASETS = "datasets"
    SYSTEMS = "systems"
    RANK_1 = "rank_1"
    RANK_2 = "rank_2"
    RANK_3 = "rank_3"
    RANK_4 = "rank_4"
    FURTHER = "further"
    UNRANKED = "unranked"  # vendors without a flow or an access: platforms, hosts, new ones


_RANKS = (Layer.RANK_1, Layer.RANK_2, Layer.RANK_3, Layer.RANK_4)


class LineKind(StrEnum):
    """What joins two things; each line comes from one fact."""

    COVERS = "covers"  # segment to dataset
    LIVES_IN = "lives_in"  # dataset to its home system
    FLOW = "flow"  # sender to recipient
    ACCESS = "access"  # vendor to system
    LINK = "link"  # system to system
    HOSTING = "hosting"  # vendor to system
    PLATFORM = "platform"  # platform to user


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the map; `kind` is the field of the register it comes from."""

    code: str
    name: str
    kind: str
    layer: Layer
    country: str | None = None


class Line(NamedTuple):
    """A fact that joins two things; `code` names the fact whose page shows it."""

    kind: LineKind
    source: str
    target: str
    code: str
    fact: Fact

    @property
    def dataset(self) -> str | None:
        """The dataset that goes along it."""
        if isinstance(self.fact, Flow):
            return self.fact.dataset
        return {LineKind.COVERS: self.target, LineKind.LIVES_IN: self.source}.get(self.kind)


@dataclass(frozen=True)
class DataMap:
    """Things by code in the order of layers, and the lines between them in the order of the register."""

    things: Mapping[str, Thing]
    lines: tuple[Line, ...]

    @cached_property
    def touching(self) -> Mapping[str, list[Line]]:
        """The lines at each thing; a flow touches its dataset as well."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            found[line.source].append(line)
            found[line.target].append(line)
            if line.kind is LineKind.FLOW:
                found[line.fact.dataset].append(line)  # type: ignore[attr-defined]  # the fact of a flow
        return found

    @cached_property
    def sent(self) -> Mapping[tuple[str, str], list[Line]]:
        """The flows by sender and dataset."""
        return self._flows_by("sender")

    @cached_property
    def received(self) -> Mapping[tuple[str, str], list[Line]]:
        """The flows by recipient and dataset."""
        return self._flows_by("recipient")

    def _flows_by(self, end: str) -> Mapping[tuple[str, str], list[Line]]:
        found: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.kind is LineKind.FLOW:
                found[getattr(line.fact, end), line.fact.dataset].append(line)  # type: ignore[attr-defined]
        return found

    def at(self, code: str) -> list[Line]:
        """Return the lines at a thing; none for what is not on the map."""
        return self.touching.get(code, [])

    def ends_of(self, line: Line) -> Iterator[str]:
        """Yield the things a line belongs to: its two ends and, for a flow, its dataset."""
        yield line.source
        yield line.target
        if line.kind is LineKind.FLOW and line.dataset is not None:
            yield line.dataset


def build(register: Register, as_of: date) -> DataMap:
    """Return the map of a register on a day; linear in the number of facts.

    Parameters
    ----------
    register : Register
        Facts that refer to each other correctly (`registry.domain.register.rules`).
    as_of : date
        The day asked about.

    Returns
    -------
    DataMap
        Every vendor that counts that day stands in the layer of its rank; vendors without one in the last layer.
    """
    with collector_paused():
        presence = presence_at(register, as_of)
        vendors = [row for row in register.vendors if row.code in presence.vendors]
        things = [Thing(row.code, row.name, "segments", Layer.SEGMENTS) for row in register.segments]
        things += [Thing(row.code, row.name, "datasets", Layer.DATASETS) for row in register.datasets]
        things += [Thing(row.code, row.name, "systems", Layer.SYSTEMS) for row in register.systems]
        things += [
            Thing(row.code, row.name, "vendors", _layer(presence.ranks.get(row.code)), row.country) for row in vendors
        ]
        flow, access, link, platform = LineKind.FLOW, LineKind.ACCESS, LineKind.LINK, LineKind.PLATFORM
        lines = [Line(LineKind.COVERS, row.segment, row.dataset, row.dataset, row) for row in register.coverage]
        lines += [Line(LineKind.LIVES_IN, row.code, row.system, row.code, row) for row in register.datasets]
        lines += [Line(flow, row.sender, row.recipient, row.code, row) for row in presence.flows]
        lines += [Line(access, row.vendor, row.system, row.code, row) for row in presence.access]
        lines += [Line(link, row.from_system, row.to_system, row.code, row) for row in register.links]
        lines += [
            Line(LineKind.HOSTING, row.hosted_by, row.code, row.code, row)
            for row in register.systems
            if row.hosted_by is not None and row.hosted_by not in presence.gone
        ]
        lines += [Line(platform, row.platform, row.user, row.code, row) for row in presence.platform_uses]
    order = {layer: place for place, layer in enumerate(Layer)}
    things.sort(key=lambda thing: order[thing.layer])
    return DataMap({thing.code: thing for thing in things}, tuple(lines))


def _layer(rank: int | None) -> Layer:
    if rank is None:
        return Layer.UNRANKED
    return _RANKS[rank - 1] if rank <= len(_RANKS) else Layer.FURTHER


def filtered(whole: DataMap, register: Register, *, category: str | None, country: str | None) -> DataMap:
    """Return the part of a map that has to do with a data category, a country, or both.

    Parameters
    ----------
    category : str, optional
        A key such as `user.financial`; it covers its children. Kept: flows that carry it, datasets that hold it.
    country : str, optional
        A country, with its parts. Kept: flows to vendors there, or kept or processed there; and what those vendors open.

    Returns
    -------
    DataMap
        The lines that pass and the things at their ends. Other lines stay when both their ends do. Linear.
    """
    if category is None and country is None:
        return whole
    chosen = _Filter(register, category, country)
    flows = {line.code for line in whole.lines if line.kind is LineKind.FLOW and chosen.passes(line.fact)}
    carried = {line.dataset for line in whole.lines if line.kind is LineKind.FLOW and line.code in flows}
    datasets = carried | ({row.code for row in register.datasets if chosen.holds(row)} if country is None else set())
    passing = {
        LineKind.COVERS: lambda line: line.target in datasets,
        LineKind.LIVES_IN: lambda line: line.source in datasets,
        LineKind.FLOW: lambda line: line.code in flows,
    }
    if category is None:
        beyond = (LineKind.ACCESS, LineKind.HOSTING, LineKind.PLATFORM)
        passing |= dict.fromkeys(beyond, lambda line: chosen.is_there(line.source))
    kept_lines = {id(line) for line in whole.lines if line.kind in passing and passing[line.kind](line)}
    kept = {end for line in whole.lines if id(line) in kept_lines for end in whole.ends_of(line)}
    if category is None:
        kept |= {code for code in whole.things if chosen.is_there(code)}
    lines = [
        line
        for line in whole.lines
        if id(line) in kept_lines or (line.kind not in passing and line.source in kept and line.target in kept)
    ]
    return DataMap({code: thing for code, thing in whole.things.items() if code in kept}, tuple(lines))


class _Filter:
    """What is asked of a flow, a dataset and a vendor."""

    def __init__(self, register: Register, category: str | None, country: str | None) -> None:
        self._datasets: Mapping[str, Dataset] = register.dataset_by_code
        self._vendors: Mapping[str, Vendor] = register.vendor_by_code
        self._category, self._country = category, country

    def passes(self, fact: Fact) -> bool:
        """Whether a flow carries the category, and goes to the country."""
        if not isinstance(fact, Flow):
            return False
        carried = fact.categories or self._datasets[fact.dataset].categories
        if self._category is not None and not _under(carried, self._category, "."):
            return False
        there = (*fact.countries_at_rest, *fact.countries_processing)
        return self._country is None or _under(there, self._country, "-") or self.is_there(fact.recipient)

    def holds(self, dataset: Dataset) -> bool:
        """Whether a dataset has the category."""
        return self._category is not None and _under(dataset.categories, self._category, ".")

    def is_there(self, code: str) -> bool:
        """Whether a code is that of a vendor in the country."""
        vendor = self._vendors.get(code)
        found = vendor is not None and vendor.country is not None
        return found and self._country is not None and _under((vendor.country,), self._country, "-")  # type: ignore[union-attr,arg-type]


def _under(keys: Iterable[str], wanted: str, joint: str) -> bool:
    return any(key == wanted or key.startswith(wanted + joint) for key in keys)
