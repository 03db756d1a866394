"""What a vendor holds or can enter by itself, before any scenario: the ground of its inherent risk and tier.

Counted are the copies that flows give it and the data at home in systems it can enter or hosts: one step, because a
tier says how much care a vendor itself deserves; what lies further is the blast radius. Chances and protections play
no part: inherent risk is what would be at stake if nothing held.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from registry.domain.register.facts import Dependency, Flow, Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.presence import presence_at
from registry.domain.register.quality import people_by_dataset
from registry.domain.register.vocabulary import AccessKind, Storage

__all__ = ["SENSITIVITIES", "Reach", "reach_of_vendors"]

SENSITIVITIES = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What one vendor could expose by itself.

    `people` is an upper bound: nobody is counted twice within a segment's people, overlaps of datasets count for
    nothing. `people_at` has the same bound for data of at least a sensitivity. `is_assumed`: some count behind it is
    unknown and stands at its worst. `recovery_hours` is the shortest time within which a process that needs the
    vendor must be back; None when none has one.
    """

    people: float = 0.0
    people_at: Mapping[int, float] = field(default_factory=dict)
    datasets: tuple[str, ...] = ()
    access: frozenset[AccessKind] = frozenset()
    recovery_hours: float | None = None
    is_assumed: bool = False


@dataclass(slots=True)
class _Held:
    """What is found about one vendor while facts are read: per dataset the largest share and highest sensitivity."""

    shares: dict[str, float] = field(default_factory=dict)
    sensitivity: dict[str, int] = field(default_factory=dict)
    access: set[AccessKind] = field(default_factory=set)
    recovery: list[float] = field(default_factory=list)

    def add(self, dataset: str, share: float, sensitivity: int) -> None:
        self.shares[dataset] = max(share, self.shares.get(dataset, 0.0))
        self.sensitivity[dataset] = max(sensitivity, self.sensitivity.get(dataset, 0))


def reach_of_vendors(
    register: Register, parameters: Parameters, as_of: date, *, start: Collection[str] = ()
) -> dict[str, Reach]:
    """Return what every vendor could expose by itself at a date; vendors nothing is registered about are left out.

    Parameters
    ----------
    start
        Prospects to be counted as if they were active.

    Notes
    -----
    O(flows + accesses + datasets x coverage).
    """
    presence = presence_at(register, as_of, start)
    people = people_by_dataset(register, parameters)
    held: defaultdict[str, _Held] = defaultdict(_Held)
    sensitivity = {row.code: parameters.sensitivity(row.categories) for row in register.datasets}
    at_home: defaultdict[str, list[str]] = defaultdict(list)
    for dataset in register.datasets:
        at_home[dataset.system].append(dataset.code)
    for flow in presence.flows:
        if flow.storage is not Storage.NONE:
            given = parameters.sensitivity(flow.categories) if flow.categories else sensitivity[flow.dataset]
            held[flow.recipient].add(flow.dataset, _share(flow, people[flow.dataset]), given)
    entered = [(row.vendor, row.system) for row in presence.access]
    entered += [(row.hosted_by, row.code) for row in register.systems if row.hosted_by in presence.vendors]
    for vendor, system in entered:
        for code in at_home[system]:
            held[vendor].add(code, 1.0, sensitivity[code])
    for row in presence.access:
        held[row.vendor].access.add(row.kind)
    hours = {row.code: row.rto_hours for row in register.processes}
    _add_recovery(presence.dependencies, hours, held)
    for use in presence.platform_uses:
        held[use.platform]
    counting = _Counting(register, people)
    return {code: counting.reach(found) for code, found in held.items() if code in presence.vendors}


def _share(flow: Flow, people: int) -> float:
    if flow.people_share is not None:
        return flow.people_share
    if flow.people is not None:
        return min(1.0, flow.people / people) if people else 0.0
    return 1.0


def _add_recovery(
    dependencies: Iterable[Dependency], hours: Mapping[str, float | None], held: dict[str, _Held]
) -> None:
    for row in dependencies:
        time = hours[row.process]
        if time is not None:
            held[row.depends_on].recovery.append(time)


class _Counting:
    """Counts people of several datasets: within a segment at most all of it."""

    def __init__(self, register: Register, people: Mapping[str, int]) -> None:
        self._segments = {row.code: row.people for row in register.segments}
        self._coverage: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for row in register.coverage:
            self._coverage[row.dataset].append((row.segment, row.share))
        self._people = people
        self._unknown = {row.code for row in register.datasets if row.people is None}

    def reach(self, found: _Held) -> Reach:
        return Reach(
            people=self._count(found, 0),
            people_at={level: self._count(found, level) for level in SENSITIVITIES},
            datasets=tuple(sorted(found.shares)),
            access=frozenset(found.access),
            recovery_hours=min(found.recovery, default=None),
            is_assumed=not self._unknown.isdisjoint(found.shares),
        )

    def _count(self, found: _Held, level: int) -> float:
        by_segment: defaultdict[str, float] = defaultdict(float)
        rest = 0.0
        for dataset, share in found.shares.items():
            if found.sensitivity[dataset] < level:
                continue
            covered = 0.0
            for segment, part in self._coverage[dataset]:
                by_segment[segment] += share * part
                covered += self._segments[segment] * part
            rest += share * max(0.0, self._people[dataset] - covered)
        return rest + sum(self._segments[code] * min(1.0, part) for code, part in by_segment.items())
