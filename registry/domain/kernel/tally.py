"""What the nodes reached by one start of the league expose: people, records, stopped services, and their price.

Who survives is kept per dataset and segment as whole logarithms (see `kernel_whole`), so a start adds what it finds
to the tally of a hub and needs no undoing. Two rows throughout: everybody, and the unprotected.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from registry.domain.kernel.draws import Array, Number, Word, inlined, lean, uniform
from registry.domain.kernel.kernel import Bodies, Chances
from registry.domain.kernel.live import HUBS_MAX, Edges, Live
from registry.domain.kernel.whole import log_two, power_of_two, survival_of, thinned

__all__ = [
    "BINS",
    "BIN_WIDTH",
    "BY_PEOPLE",
    "BY_RECORDS",
    "COUNT_ONLY",
    "PEOPLE_SCALE",
    "STAMP_MAX",
    "Ground",
    "LeagueMemory",
    "Price",
    "Sets",
    "Tally",
    "World",
    "tally_sets",
]

# Logarithmic bins of cost and people, from 1 upwards, bin 0 for nothing: a step of 5.2 % covers 1 to 1.6e11.
BINS: Final = 512
BIN_WIDTH: Final = 0.0506
COUNT_ONLY: Final = 0  # Price.mode: reach and weights alone
BY_PEOPLE: Final = 1
BY_RECORDS: Final = 2
PEOPLE_SCALE: Final = 256.0

_COST_MAX: Final = 9.0e12
_BINS_PER_DOUBLING: Final = math.log(2.0) / BIN_WIDTH
_LN_2: Final = math.log(2.0)
STAMP_MAX: Final = 2**31 - 2


class Price(NamedTuple):
    """What people and records cost: `exp(intercept + slope ln(amount) + sigma z + ln(weight)) * factor`.

    `mode` 0 counts reach only, 1 prices protected-weighted people, 2 prices records. `is_weighted` multiplies by the
    records-weighted weight of the copies. `cap` bounds the sum with stopped processes. `z_key` draws z.
    """

    mode: int
    intercept: float
    slope: float
    sigma: float
    factor: float
    is_weighted: int
    protected_weight: float
    cap: float
    z_key: int


class Ground(NamedTuple):
    """What all worlds and starts share.

    `kinds` (nodes, uint8) is 0 where a node exposes nothing; bit 1 for a copy, 2 for a process, 4 for the home of sealed
    copies. `homes` and `sealed_copies` are compressed rows: node -> node numbers of the sealed copies whose home it is.
    `weights` (nodes, int64; empty for none) is what reaching a node adds. `pivots` are nodes that may serve as hubs,
    `scores` (nodes) how likely each is to lie in a large component.
    """

    edges: Edges
    bodies: Bodies
    chances: Chances
    price: Price
    kinds: Array
    homes: Array
    sealed_copies: Array
    weights: Array
    pivots: Array
    scores: Array


class Tally(NamedTuple):
    """Who survives, in rows of four: logarithms of everybody and of the unprotected, copies that leave nobody of each.

    `own` (things, 4) is that of the start at work, `stamps` (things, int32) say whether for this one, `touched` lists
    them; `bases` (1 + hubs, things, 4) are those of nothing and of the hubs.
    """

    own: Array
    stamps: Array
    touched: Array
    bases: Array


class Sets(NamedTuple):
    """The different sets of things exposed in this world, to be tallied and priced once each.

    `things[spans[s]:spans[s + 1]]` are those of set `s`, `bases[s]` is what they come on top of: a copy is written
    `copy * 4 + rows`, where `rows` has bit 1 for everybody and bit 2 for the unprotected, a process `-1 - process`.
    The first set is nothing, then come those of the hubs. `keys` and `marks` (a power of two of places) find a set
    again: the sum of the draws of its things, and serial number of the world << 32 | set. `of_start` (starts, int32).
    """

    things: Array
    spans: Array
    bases: Array
    keys: Array
    marks: Array
    of_start: Array


class LeagueMemory(NamedTuple):
    """Working memory of one thread.

    `listed` holds node numbers that expose something. `copies` (copies, 2) are logarithm and serial number of the world
    of the share taken of a copy, `taken` that share. `totals`: people, unprotected people, records, weighted records,
    found, weighted found (all in 1/256), stopped loss (in 1/100 of the currency); `base_totals` those of nothing and of
    the hubs. `figures` (sets, 4) are the answers: people and protected (in 1/256), cost, bin of people * `BINS` + bin of
    cost; `cells` (worlds of a block, starts, 4) those of a block, `spare` (starts, 2) takes reach that nobody reads.
    `counters`: last stamp of nodes, serial number of the world, sets in use, last stamp of datasets.
    """

    live: Live
    listed: Array
    sets: Sets
    copies: Array
    taken: Array
    datasets: Tally
    segments: Tally
    totals: Array
    base_totals: Array
    base_reached: Array
    figures: Array
    counters: Array
    cells: Array
    spare: Array


class World(NamedTuple):
    """The world at work: its stream, z, and days that services stop."""

    stream: Word
    z: float
    days: float


@inlined
def _whole(people: float) -> Number:
    return np.int64(people * PEOPLE_SCALE + 0.5)


@inlined
def _share(logs: int, ones: int) -> float:
    if ones > 0:
        return 1.0
    return 1.0 - survival_of(logs) if logs else 0.0


@lean
def tally_sets(first: int, past: int, world: World, ground: Ground, memory: LeagueMemory) -> None:
    """Tally and price some of the sets of things that wait in memory; their answers go into `figures`.

    One function over many sets, since handing arrays to a function costs more than the work on one set.
    """
    bodies, price, fractions = ground.bodies, ground.price, ground.chances.fractions
    copy_dataset, copy_storage, copy_share = bodies.copy_dataset, bodies.copy_storage, bodies.copy_share
    copy_key, copy_weight = bodies.copy_key, bodies.copy_weight
    dataset_people, dataset_found, dataset_residual = (
        bodies.dataset_people,
        bodies.dataset_found,
        bodies.dataset_residual,
    )
    coverage_offsets, coverage_segments = bodies.coverage_offsets, bodies.coverage_segments
    coverage_shares, segment_people = bodies.coverage_shares, bodies.segment_people
    things, spans, bases_of = memory.sets.things, memory.sets.spans, memory.sets.bases
    copies, taken_of, serial = memory.copies, memory.taken, memory.counters[1]
    datasets, dataset_stamps, dataset_list, dataset_bases = memory.datasets
    segments, segment_stamps, segment_list, segment_bases = memory.segments
    totals, base_totals, figures = memory.totals, memory.base_totals, memory.figures
    for number in range(first, past):
        base = bases_of[number]
        stamp = memory.counters[3] + 1
        if stamp >= STAMP_MAX:
            dataset_stamps[:] = 0
            segment_stamps[:] = 0
            stamp = 1
        memory.counters[3] = stamp
        for column in range(7):
            totals[column] = base_totals[base, column]
        touched: Number = 0
        for place in range(spans[number], spans[number + 1]):
            thing = things[place]
            if thing < 0:
                process = -1 - thing
                lost = max(0.0, world.days - bodies.rto_days[process]) * bodies.margin_per_day[process]
                totals[6] += np.int64(lost * 100.0 + 0.5)
                continue
            copy = thing >> 2
            if copies[copy, 1] != serial:
                storage = copy_storage[copy]
                at = uniform(copy_key[copy], world.stream) * (fractions.shape[1] - 1)
                cell = np.int64(at)
                low = fractions[storage, cell]
                share = copy_share[copy] * (low + (fractions[storage, cell + 1] - low) * (at - cell))
                copies[copy, 1] = serial
                copies[copy, 0] = thinned(share)
                taken_of[copy] = share
            taken = taken_of[copy]
            logs: Number = copies[copy, 0]
            dataset = copy_dataset[copy]
            if dataset_stamps[dataset] != stamp:
                dataset_stamps[dataset] = stamp
                dataset_list[touched] = dataset
                touched += 1
                for column in range(4):
                    datasets[dataset, column] = dataset_bases[base, dataset, column]
            ones: Number = np.int64(taken >= 1.0)
            if thing & 2:
                datasets[dataset, 1] += logs
                datasets[dataset, 3] += ones
            if thing & 1:
                datasets[dataset, 0] += logs
                datasets[dataset, 2] += ones
                records = taken * dataset_people[dataset]
                found = taken * dataset_found[dataset]
                totals[2] += _whole(records)
                totals[3] += _whole(records * copy_weight[copy])
                totals[4] += _whole(found)
                totals[5] += _whole(found * copy_weight[copy])
        # what the touched datasets take of their segments is replaced by what they take now
        met: Number = 0
        for position in range(touched):
            dataset = dataset_list[position]
            before_all = _share(dataset_bases[base, dataset, 0], dataset_bases[base, dataset, 2])
            before_open = _share(dataset_bases[base, dataset, 1], dataset_bases[base, dataset, 3])
            after_all = _share(datasets[dataset, 0], datasets[dataset, 2])
            after_open = _share(datasets[dataset, 1], datasets[dataset, 3])
            is_alike = before_all == before_open and after_all == after_open  # nothing protected: half the work
            residual = dataset_residual[dataset]
            if residual > 0.0:
                totals[0] += _whole(residual * after_all) - _whole(residual * before_all)
                totals[1] += _whole(residual * after_open) - _whole(residual * before_open)
            for pair in range(coverage_offsets[dataset], coverage_offsets[dataset + 1]):
                segment = coverage_segments[pair]
                cover = coverage_shares[pair]
                if segment_stamps[segment] != stamp:
                    segment_stamps[segment] = stamp
                    segment_list[met] = segment
                    met += 1
                    for column in range(4):
                        segments[segment, column] = segment_bases[base, segment, column]
                before, after = before_all * cover, after_all * cover
                logs = thinned(after) - thinned(before)
                ones = np.int64(after >= 1.0) - np.int64(before >= 1.0)
                segments[segment, 0] += logs
                segments[segment, 2] += ones
                if not is_alike:
                    before, after = before_open * cover, after_open * cover
                    logs = thinned(after) - thinned(before)
                    ones = np.int64(after >= 1.0) - np.int64(before >= 1.0)
                segments[segment, 1] += logs
                segments[segment, 3] += ones
        for position in range(met):
            segment = segment_list[position]
            size = segment_people[segment]
            for row in range(2):
                after = _share(segments[segment, row], segments[segment, row + 2])
                before = _share(segment_bases[base, segment, row], segment_bases[base, segment, row + 2])
                totals[row] += _whole(size * after) - _whole(size * before)
        cost = _cost(world.z, price, totals)
        figures[number, 0] = totals[0]
        figures[number, 1] = totals[0] - totals[1]
        figures[number, 2] = np.int64(cost + 0.5)
        figures[number, 3] = _bin(totals[0] / PEOPLE_SCALE) * BINS + _bin(cost)
        if number <= HUBS_MAX:  # the set of a hub: what is exposed on top of it begins here
            _keep_as_base(number, touched, met, memory)


@inlined
def _keep_as_base(base: int, touched: int, met: int, memory: LeagueMemory) -> None:
    for kept, count in ((memory.datasets, touched), (memory.segments, met)):
        kept.bases[base, :, :] = 0
        for position in range(count):
            thing = kept.touched[position]
            for column in range(4):
                kept.bases[base, thing, column] = kept.own[thing, column]
    for column in range(memory.totals.shape[0]):
        memory.base_totals[base, column] = memory.totals[column]


@inlined
def _cost(z: float, price: Price, totals: Array) -> Number:
    """Price the totals of a start, in the organisation's currency."""
    people = totals[0] / PEOPLE_SCALE
    protected = (totals[0] - totals[1]) / PEOPLE_SCALE
    records = totals[2] / PEOPLE_SCALE
    amount = people - protected + price.protected_weight * protected
    if price.mode == BY_RECORDS:  # a dataset empty by its own count may name people: one record each
        amount = records if records > 0.0 else people
    cost = 0.0
    if people > 0.0 and amount > 0.0:
        weight = 1.0
        if price.is_weighted:
            if totals[2] > 0:
                weight = totals[3] / totals[2]
            elif totals[4] > 0:
                weight = totals[5] / totals[4]
        log_cost = price.intercept / _LN_2 + price.slope * log_two(amount) + price.sigma * z / _LN_2
        if log_cost > -1000.0:
            cost = power_of_two(min(log_cost, 1000.0)) * weight * price.factor
    return min(cost + totals[6] / 100.0, price.cap, _COST_MAX)


@inlined
def _bin(value: float) -> Number:
    if value < 1.0:
        return 0
    return min(BINS - 1, 1 + np.int64(log_two(value) * _BINS_PER_DOUBLING))
