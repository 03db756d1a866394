"""Walks over the data map: what is around a thing, where its data goes and comes from, how far a breach could travel.

Data is followed dataset by dataset: a vendor is found only when the very data of the start gets there. A breach
travels as in the exposure graph (model section 2), whatever its chance: against the flow between vendors, along
accesses, links, hosting and platforms, and at last to the data a holder keeps and the people it is about.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from registry.domain.datamap.datamap import DataMap, Line, LineKind
from registry.domain.register.errors import UnknownCode
from registry.domain.register.facts import Access, Flow, Link, PlatformUse
from registry.domain.register.vocabulary import Storage

__all__ = ["Arrow", "Walk", "Way", "walk", "whole"]


class Way(StrEnum):
    """Which way to walk from a thing."""

    AROUND = "around"
    GOES = "goes"
    COMES = "comes"
    REACHES = "reaches"
    REACHED = "reached"

    @property
    def is_breach(self) -> bool:
        """Whether it is a breach that travels, and not data."""
        return self in (Way.REACHES, Way.REACHED)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line as it is walked: data from source to target, or a breach."""

    source: str
    target: str
    line: Line


@dataclass(frozen=True, slots=True)
class Walk:
    """What was found: things with the fewest steps to them, nearest first, and the arrows between them."""

    steps: Mapping[str, int]
    arrows: tuple[Arrow, ...]


_Next = Callable[[str], Iterable[Arrow]]


def whole(data_map: DataMap) -> Walk:
    """Return everything on the map; linear."""
    return Walk(
        dict.fromkeys(data_map.things, 0), tuple(Arrow(line.source, line.target, line) for line in data_map.lines)
    )


def walk(data_map: DataMap, start: str, way: Way, *, steps: int | None = None) -> Walk:
    """Walk from a thing, at most so many steps, or as far as it goes; linear in the lines that are met.

    Raises
    ------
    UnknownCode
        When the start is not on the map.
    """
    if start not in data_map.things:
        raise UnknownCode(start, "thing on the map")
    if way is Way.AROUND:
        return _around(data_map, start, steps or 1)
    if way is Way.REACHES:
        return _follow(start, lambda code: breach_onward(data_map, code), steps)
    if way is Way.REACHED:
        return _follow(start, lambda code: breach_back(data_map, code), steps)
    return _DataWalk(data_map, start, steps).onward() if way is Way.GOES else _DataWalk(data_map, start, steps).back()


def _around(data_map: DataMap, start: str, steps: int) -> Walk:
    found = {start: 0}
    queue = deque([start])
    while queue:
        code = queue.popleft()
        if found[code] == steps:
            continue
        for line in data_map.at(code):
            for end in data_map.ends_of(line):
                if end not in found:
                    found[end] = found[code] + 1
                    queue.append(end)
    met = {id(line): line for code in found for line in data_map.at(code)}
    between = [line for line in met.values() if line.source in found and line.target in found]
    return Walk(found, tuple(Arrow(line.source, line.target, line) for line in between))


def _follow(start: str, onward: _Next, steps: int | None) -> Walk:
    """Walk breadth first; of an arrow, the end that is not known yet is the thing it leads to."""
    found = {start: 0}
    arrows: dict[tuple[str, str, str], Arrow] = {}
    queue = deque([start])
    while queue:
        code = queue.popleft()
        if steps is not None and found[code] >= steps:
            continue
        for arrow in onward(code):
            arrows[arrow.source, arrow.target, arrow.line.code] = arrow
            end = arrow.target if arrow.source == code else arrow.source
            if end not in found:
                found[end] = found[code] + 1
                queue.append(end)
    return Walk(found, tuple(arrows.values()))


# -- a breach ---------------------------------------------------------------------------------------------------------

_TYPED = (Access, Link, PlatformUse, Flow)


def _is_closed(line: Line) -> bool:
    """Whether somebody typed, with a reason, that nothing travels along this fact."""
    return isinstance(line.fact, _TYPED) and line.fact.probability == 0


def breach_onward(data_map: DataMap, code: str) -> Iterator[Arrow]:
    """Yield what is reached at once from a thing that is breached."""
    for line in data_map.at(code):
        yield from (arrow for arrow in _breach_arrows(data_map, line) if arrow.source == code)


def breach_back(data_map: DataMap, code: str) -> Iterator[Arrow]:
    """Yield from where a breach reaches a thing at once."""
    for line in data_map.at(code):
        yield from (arrow for arrow in _breach_arrows(data_map, line) if arrow.target == code)


def _breach_arrows(data_map: DataMap, line: Line) -> Iterator[Arrow]:
    if line.kind in (LineKind.COVERS, LineKind.LIVES_IN):
        yield Arrow(line.target, line.source, line)
    elif isinstance(line.fact, Flow):
        if line.source in data_map.things and data_map.things[line.source].kind == "vendors":
            yield Arrow(line.target, line.source, line)
        if line.fact.storage is not Storage.NONE:
            if not _is_closed(line):
                yield Arrow(line.target, line.fact.dataset, line)
            if line.fact.sender_reads_back:
                yield Arrow(line.source, line.fact.dataset, line)
    elif not _is_closed(line):
        yield Arrow(line.source, line.target, line)


# -- data -------------------------------------------------------------------------------------------------------------

_State = tuple[str, str]  # who holds it, and which dataset


class _DataWalk:
    """Follows each dataset of the start by itself."""

    def __init__(self, data_map: DataMap, start: str, steps: int | None) -> None:
        self._map, self._start, self._limit = data_map, start, steps
        self._kind = data_map.things[start].kind
        self._found: dict[str, int] = {start: 0}
        self._arrows: dict[tuple[str, str, str], Arrow] = {}
        self._queue: deque[tuple[_State, int]] = deque()
        self._seen: set[_State] = set()

    def onward(self) -> Walk:
        """Where the data goes."""
        for dataset, steps in self._datasets_of_start():
            for line in self._map.at(dataset):
                if line.kind is LineKind.LIVES_IN and self._step(line, line.target, steps + 1):
                    self._push((line.target, dataset), steps + 1)
        if self._kind in ("systems", "vendors"):
            for line in self._map.at(self._start):
                if line.dataset is not None and line.kind in (LineKind.FLOW, LineKind.LIVES_IN):
                    self._push((self._start, line.dataset), 0)
        self._run(self._map.sent, lambda line: line.target)
        for dataset, steps in self._datasets_of_start():  # sent by something that does not hold it, as registered
            for line in self._map.at(dataset):
                if line.kind is LineKind.FLOW and self._step(line, line.source, steps + 1):
                    self._push((line.source, dataset), steps + 1)
        self._run(self._map.sent, lambda line: line.target)
        return Walk(self._found, tuple(self._arrows.values()))

    def back(self) -> Walk:
        """Where the data comes from."""
        if self._kind == "vendors":
            for line in self._map.at(self._start):
                if line.kind is LineKind.FLOW and line.target == self._start and line.dataset is not None:
                    self._push((self._start, line.dataset), 0)
        self._run(self._map.received, lambda line: line.source)
        for code, steps in list(self._found.items()):
            self._origins(code, steps)
        return Walk(self._found, tuple(self._arrows.values()))

    def _origins(self, holder: str, steps: int) -> None:
        """Add the datasets that live in a system that was found, those that matter here, and whom they are about."""
        wanted = {dataset for _, dataset in self._seen} if self._kind == "vendors" else None
        for line in self._map.at(holder):
            if line.kind is LineKind.LIVES_IN and line.target == holder:
                if (wanted is None or line.source in wanted) and self._step(line, line.source, steps + 1):
                    self._origins(line.source, steps + 1)
            elif line.kind is LineKind.COVERS and line.target == holder:
                self._step(line, line.source, steps + 1)

    def _datasets_of_start(self) -> Iterator[tuple[str, int]]:
        if self._kind == "datasets":
            yield self._start, 0
        elif self._kind == "segments":
            for line in self._map.at(self._start):
                if self._step(line, line.target, 1):
                    yield line.target, 1

    def _step(self, line: Line, to: str, steps: int) -> bool:
        """Note an arrow and the thing it leads to; False when that is too far."""
        if self._limit is not None and steps > self._limit:
            return False
        self._arrows[line.source, line.target, line.code] = Arrow(line.source, line.target, line)
        self._found.setdefault(to, steps)
        return True

    def _push(self, state: _State, steps: int) -> None:
        if state not in self._seen:
            self._seen.add(state)
            self._queue.append((state, steps))

    def _run(self, flows: Mapping[_State, list[Line]], other_end: Callable[[Line], str]) -> None:
        while self._queue:
            (holder, dataset), steps = self._queue.popleft()
            for line in flows.get((holder, dataset), ()):
                end = other_end(line)
                if self._step(line, end, steps + 1):
                    self._push((end, dataset), steps + 1)
