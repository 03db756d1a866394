"""The compiled league: every vendor as a start over the same worlds, one live graph per world.

A world is drawn once, as a list of live rows; all starts search that list. Two exact ways to do it:

*search*: each start searches the live rows by itself. Best when cascades die out.
*components*: strong components first (Tarjan 1972). What the largest one reaches is tallied once; the starts of
one component share one answer; a start outside searches only up to what the largest one reaches already, and
adds what it finds to that tally. Best when a giant component swallows most starts.

People do not add up, so a tally keeps, per dataset and segment, the logarithm of who survives, as a *whole
number* of 2**-36. Whole numbers add up the same in any order: both ways, any split into blocks and any number of
threads or machines end in the same digits, and a start's additions to the giant tally need no undoing.

Imports numba with the kernel; import it late.
"""

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from registry.domain.kernel import Bodies, Chances, Edges, Number, Word, mix, normal_quantile, stream, uniform

__all__ = [
    "BINS",
    "BIN_WIDTH",
    "BY_PEOPLE",
    "BY_RECORDS",
    "COUNT_ONLY",
    "Account",
    "Ground",
    "LeagueMemory",
    "Price",
    "Tally",
    "league_cells",
    "league_worlds",
]

P = ParamSpec("P")
T = TypeVar("T")
Array = NDArray[Any]

# Logarithmic bins of cost and people, from 1 upwards, bin 0 for nothing: a step of 5.2 % covers 1 to 1.6e11.
BINS: Final = 512
BIN_WIDTH: Final = 0.0506
COUNT_ONLY: Final = 0  # Price.mode: reach and weights alone
BY_PEOPLE: Final = 1
BY_RECORDS: Final = 2

_LOG_SCALE: Final = 2.0**36
_PEOPLE_SCALE: Final = 256.0
_COST_MAX: Final = 9.0e12
_S32: Final = np.uint64(32)
_njit: Any = njit  # numba's types do not know the option `_nrt`


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

    `homes` and `sealed_copies` are compressed rows: node -> node numbers of the sealed copies whose home it is.
    `weights` (nodes, int64) is what reaching a node adds in mode 0.
    """

    edges: Edges
    bodies: Bodies
    chances: Chances
    price: Price
    homes: Array
    sealed_copies: Array
    weights: Array


class Tally(NamedTuple):
    """Who survives: per dataset and segment, row 0 for everybody, row 1 for the unprotected.

    `logs` are whole numbers of 2**-36 of -ln(survival), `ones` count copies that leave nobody. Stamps say for
    which start (or world) a slot holds.
    """

    dataset_stamps: Array
    dataset_logs: Array
    dataset_ones: Array
    datasets: Array
    segment_stamps: Array
    segment_logs: Array
    segment_ones: Array
    segments: Array


class LeagueMemory(NamedTuple):
    """Working memory of one thread."""

    live_offsets: Array
    live_targets: Array
    found_at: Array
    low: Array
    component: Array
    stack: Array
    calls: Array
    places: Array
    leads_to_giant: Array
    answer_stamps: Array
    answers: Array
    touched: Array
    shares: Array
    node_stamps: Array
    giant_stamps: Array
    queue: Array
    listed: Array
    copy_stamps: Array
    copy_taken: Array
    copy_logs: Array
    giant: Tally
    own: Tally
    totals: Array
    giant_totals: Array
    streams: Array


class Account(NamedTuple):
    """What is added up per start: whole numbers in any order, squares per block in block order.

    `sums` (starts, 6): nodes reached, weight reached, people, protected (both in 1/256), cost, worlds with somebody
    exposed. `squares` (starts, 2): people and cost of this block. `people_counts` (starts, bins); `costs` (starts,
    bins, 2): worlds and cost side by side, for one touch of memory. `rates` (starts): events per year; `losses`
    (worlds of the block): expected loss of a year in which every event goes as in that world.
    """

    sums: Array
    squares: Array
    people_counts: Array
    costs: Array
    rates: Array
    losses: Array


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile as the kernel does, but without counting references: nothing in here allocates.

    Handing a tuple of arrays to a function, or taking one out of another, counts a reference to every array in it,
    atomically and on lines that all threads share; per start that cost three times the work itself.
    """
    return cast("Callable[P, T]", _njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function))


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """Compile into the caller, as it is called once per start."""
    return cast("Callable[P, T]", _njit(inline="always", nogil=True, error_model="numpy", _nrt=False)(function))


class World(NamedTuple):
    """The world at work: its number, first stamp, largest component (-1 without), z and days that services stop."""

    number: int
    base: int
    largest: int
    z: float
    days: float


@compiled
def _draw_live(world_stream: Word, edges: Edges, memory: LeagueMemory) -> None:
    """List the live rows of a world: hash in sequence, keep without a branch."""
    offsets, targets, thresholds, keys = edges
    live_offsets, live_targets = memory.live_offsets, memory.live_targets
    found: Number = 0
    for node in range(offsets.shape[0] - 1):
        live_offsets[node] = found
        for row in range(offsets[node], offsets[node + 1]):
            live_targets[found] = targets[row]
            found += np.int64(np.uint32(mix(keys[row] + np.uint64(world_stream)) >> _S32) <= thresholds[row])
    live_offsets[offsets.shape[0] - 1] = found


@compiled
def _components(memory: LeagueMemory) -> int:
    """Find the strong components of the live rows, numbered sinks first, and return the largest one.

    Tarjan's algorithm without recursion. A node without live rows is a component of its own and never entered.
    """
    live_offsets, live_targets = memory.live_offsets, memory.live_targets
    found_at, low, component = memory.found_at, memory.low, memory.component
    stack, calls, places = memory.stack, memory.calls, memory.places
    nodes = found_at.shape[0]
    found_at[:] = -1
    counter = 0
    top = 0
    number = 0
    largest = -1
    largest_size = 0
    for root in range(nodes):
        if found_at[root] >= 0:
            continue
        depth = 0
        calls[0] = root
        places[0] = live_offsets[root]
        found_at[root] = counter
        low[root] = counter
        counter += 1
        component[root] = -1
        stack[top] = root
        top += 1
        while depth >= 0:
            node = calls[depth]
            place = places[depth]
            if place < live_offsets[node + 1]:
                places[depth] = place + 1
                target = live_targets[place]
                if found_at[target] < 0:
                    found_at[target] = counter
                    low[target] = counter
                    counter += 1
                    if live_offsets[target] == live_offsets[target + 1]:
                        component[target] = number
                        number += 1
                        continue
                    component[target] = -1
                    stack[top] = target
                    top += 1
                    depth += 1
                    calls[depth] = target
                    places[depth] = live_offsets[target]
                elif component[target] < 0 and found_at[target] < low[node]:
                    low[node] = found_at[target]
                continue
            if low[node] == found_at[node]:
                size = 0
                while True:
                    top -= 1
                    member = stack[top]
                    component[member] = number
                    size += 1
                    if member == node:
                        break
                if size > largest_size:
                    largest_size = size
                    largest = number
                number += 1
            depth -= 1
            if depth >= 0 and low[node] < low[calls[depth]]:
                low[calls[depth]] = low[node]
    return largest


@compiled
def _mark_leading(largest: int, memory: LeagueMemory) -> None:
    """Mark the components from which the largest is reached: numbers grow from sinks upwards, so one pass does."""
    component, leads = memory.component, memory.leads_to_giant
    leads[: component.shape[0]] = 0
    leads[largest] = 1
    # nodes in order of their component: a counting sort over the numbers, reusing the memory of the search
    order, starts = memory.stack, memory.low
    nodes = component.shape[0]
    starts[:nodes] = 0
    for node in range(nodes):
        starts[component[node]] += 1
    total = 0
    for number in range(nodes):
        size = starts[number]
        starts[number] = total
        total += size
    for node in range(nodes):
        number = component[node]
        order[starts[number]] = node
        starts[number] += 1
    for position in range(nodes):
        node = order[position]
        number = component[node]
        if leads[number]:
            continue
        for place in range(memory.live_offsets[node], memory.live_offsets[node + 1]):
            if leads[component[memory.live_targets[place]]]:
                leads[number] = 1
                break


@inlined
def _search(start: int, stamp: int, skip_stamp: int, memory: LeagueMemory) -> int:
    """Search the live rows from one node, leaving out what carries the stamp of the giant; return the count."""
    stamps, giant_stamps, queue = memory.node_stamps, memory.giant_stamps, memory.queue
    live_offsets, live_targets = memory.live_offsets, memory.live_targets
    stamps[start] = stamp
    queue[0] = start
    tail = 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for place in range(live_offsets[node], live_offsets[node + 1]):
            target = live_targets[place]
            if stamps[target] != stamp and giant_stamps[target] != skip_stamp:
                stamps[target] = stamp
                queue[tail] = target
                tail += 1
    return tail


@inlined
def _whole(people: float) -> Number:
    return np.int64(people * _PEOPLE_SCALE + 0.5)


@inlined
def _log(share: float) -> Number:
    """Return -ln(1 - share) in whole 2**-36; a share of 1 has none and is counted in `ones`."""
    return np.int64(-math.log1p(-share) * _LOG_SCALE + 0.5) if 0.0 < share < 1.0 else 0


@inlined
def _share(logs: int, ones: int) -> float:
    if ones > 0:
        return 1.0
    return -math.expm1(-logs / _LOG_SCALE) if logs else 0.0


@inlined
def _list_copies(tail: int, stamp: int, base: int, days: float, ground: Ground, memory: LeagueMemory) -> int:
    """List the copies that the nodes of `queue[:tail]` expose as `copy * 4 + rows`; add up what stops.

    `rows` has bit 1 for everybody and bit 2 for the unprotected. On top of the giant's tally (`base` is its stamp,
    0: on top of nothing) a home reached here opens the sealed copies that the giant reaches without it.
    """
    bodies, totals, queue, listed = ground.bodies, memory.totals, memory.queue, memory.listed
    node_stamps, giant_stamps = memory.node_stamps, memory.giant_stamps
    for column in range(totals.shape[0]):
        totals[column] = memory.giant_totals[column] if base else 0
    count = 0
    for position in range(tail):
        node = queue[position]
        if base:
            for place in range(ground.homes[node], ground.homes[node + 1]):
                sealed = ground.sealed_copies[place]
                if giant_stamps[sealed] == base:
                    listed[count] = bodies.copy_of_node[sealed] * 4 + 2
                    count += 1
        copy = bodies.copy_of_node[node]
        if copy >= 0:
            home = bodies.copy_home[copy]
            is_open = not bodies.copy_sealed[copy] or (
                home >= 0 and (node_stamps[home] == stamp or (base != 0 and giant_stamps[home] == base))
            )
            listed[count] = copy * 4 + (3 if is_open else 1)
            count += 1
            continue
        process = bodies.process_of_node[node]
        if process >= 0:
            lost = max(0.0, days - bodies.rto_days[process]) * bodies.margin_per_day[process]
            totals[6] += np.int64(lost * 100.0 + 0.5)
    return count


@inlined
def _thin_datasets(count: int, stamp: int, world: int, ground: Ground, memory: LeagueMemory) -> int:
    """Take the listed copies out of who survives per dataset, and count their records; return datasets touched.

    `totals`: people, unprotected people, records, weighted records, found, weighted found (all in 1/256), stopped
    loss (in 1/100 of the currency). No function is called with arrays in here: passing them costs more than the work.
    """
    bodies, own, totals, listed = ground.bodies, memory.own, memory.totals, memory.listed
    dataset_stamps, dataset_logs, dataset_ones = own.dataset_stamps, own.dataset_logs, own.dataset_ones
    fractions, copy_taken, copy_logs = ground.chances.fractions, memory.copy_taken, memory.copy_logs
    world_stream = memory.streams[0]
    touched = 0
    for position in range(count):
        copy = listed[position] >> 2
        rows = listed[position] & 3
        if memory.copy_stamps[copy] != world + 1:
            memory.copy_stamps[copy] = world + 1
            storage = bodies.copy_storage[copy]
            at = uniform(bodies.copy_key[copy], world_stream) * (fractions.shape[1] - 1)
            cell = np.int64(at)
            low = fractions[storage, cell]
            taken = bodies.copy_share[copy] * (low + (fractions[storage, cell + 1] - low) * (at - cell))
            copy_taken[copy] = taken
            copy_logs[copy] = _log(taken)
        dataset = bodies.copy_dataset[copy]
        if dataset_stamps[dataset] != stamp:
            dataset_stamps[dataset] = stamp
            own.datasets[touched] = dataset
            touched += 1
            for row in range(2):
                dataset_logs[row, dataset] = 0
                dataset_ones[row, dataset] = 0
        taken = copy_taken[copy]
        for row in range(2):
            if (rows >> row) & 1:
                dataset_logs[row, dataset] += copy_logs[copy]
                dataset_ones[row, dataset] += np.int32(taken >= 1.0)
        if rows & 1:
            records = taken * bodies.dataset_people[dataset]
            found = taken * bodies.dataset_found[dataset]
            totals[2] += _whole(records)
            totals[3] += _whole(records * bodies.copy_weight[copy])
            totals[4] += _whole(found)
            totals[5] += _whole(found * bodies.copy_weight[copy])
    return touched


@inlined
def _thin_segments(touched: int, stamp: int, base: int, ground: Ground, memory: LeagueMemory) -> int:
    """Replace what the touched datasets take of their segments by what they take now; return segments touched."""
    bodies, own, giant, totals = ground.bodies, memory.own, memory.giant, memory.totals
    segment_stamps, segment_logs, segment_ones = own.segment_stamps, own.segment_logs, own.segment_ones
    segments = 0
    shares = memory.shares
    for position in range(touched):
        dataset = own.datasets[position]
        is_based = base != 0 and giant.dataset_stamps[dataset] == base
        residual = bodies.dataset_residual[dataset]
        is_alike = True  # nothing protected: half the work
        for row in range(2):
            logs = giant.dataset_logs[row, dataset] if is_based else 0
            ones = giant.dataset_ones[row, dataset] if is_based else 0
            own.dataset_logs[row, dataset] += logs
            own.dataset_ones[row, dataset] += ones
            if row:
                is_alike = (
                    own.dataset_logs[0, dataset] == own.dataset_logs[1, dataset]
                    and own.dataset_ones[0, dataset] == own.dataset_ones[1, dataset]
                    and (
                        not is_based
                        or (giant.dataset_logs[0, dataset] == logs and giant.dataset_ones[0, dataset] == ones)
                    )
                )
            if row and is_alike:
                shares[1, 0] = shares[0, 0]
                shares[1, 1] = shares[0, 1]
            else:
                shares[row, 0] = _share(logs, ones)
                shares[row, 1] = _share(own.dataset_logs[row, dataset], own.dataset_ones[row, dataset])
            if residual > 0.0:
                totals[row] += _whole(residual * shares[row, 1]) - _whole(residual * shares[row, 0])
        for cell in range(bodies.coverage_offsets[dataset], bodies.coverage_offsets[dataset + 1]):
            segment = bodies.coverage_segments[cell]
            if segment_stamps[segment] != stamp:
                segment_stamps[segment] = stamp
                own.segments[segments] = segment
                segments += 1
                for row in range(2):
                    segment_logs[row, segment] = 0
                    segment_ones[row, segment] = 0
            cover = bodies.coverage_shares[cell]
            logs = 0
            ones = 0
            for row in range(2):
                if row == 0 or not is_alike:
                    before, after = shares[row, 0] * cover, shares[row, 1] * cover
                    logs = _log(after) - _log(before)
                    ones = np.int64(after >= 1.0) - np.int64(before >= 1.0)
                segment_logs[row, segment] += logs
                segment_ones[row, segment] += ones
    return segments


@inlined
def _count_people(segments: int, base: int, ground: Ground, memory: LeagueMemory) -> None:
    """Turn who survives per touched segment into people, in whole 1/256."""
    own, giant, totals = memory.own, memory.giant, memory.totals
    for position in range(segments):
        segment = own.segments[position]
        is_based = base != 0 and giant.segment_stamps[segment] == base
        size = ground.bodies.segment_people[segment]
        gained = 0
        for row in range(2):
            logs = giant.segment_logs[row, segment] if is_based else 0
            ones = giant.segment_ones[row, segment] if is_based else 0
            own.segment_logs[row, segment] += logs
            own.segment_ones[row, segment] += ones
            is_alike = (
                row == 1
                and own.segment_logs[0, segment] == own.segment_logs[1, segment]
                and own.segment_ones[0, segment] == own.segment_ones[1, segment]
                and (
                    not is_based or (giant.segment_logs[0, segment] == logs and giant.segment_ones[0, segment] == ones)
                )
            )
            if not is_alike:
                after = _share(own.segment_logs[row, segment], own.segment_ones[row, segment])
                gained = _whole(size * after) - _whole(size * _share(logs, ones))
            totals[row] += gained


@inlined
def _tally(tail: int, stamp: int, base: int, world: int, days: float, ground: Ground, memory: LeagueMemory) -> None:
    """Tally the nodes of `queue[:tail]` on top of the giant's tally, or of nothing."""
    count = _list_copies(tail, stamp, base, days, ground, memory)
    touched = 0
    segments = 0
    if count:
        touched = _thin_datasets(count, stamp, world, ground, memory)
        segments = _thin_segments(touched, stamp, base, ground, memory)
        _count_people(segments, base, ground, memory)
    memory.touched[0] = touched
    memory.touched[1] = segments


@compiled
def _keep_as_giant(base: int, memory: LeagueMemory) -> None:
    """Copy the tally of a start to where the others build on it."""
    own, giant = memory.own, memory.giant
    for position in range(memory.touched[0]):
        dataset = own.datasets[position]
        giant.dataset_stamps[dataset] = base
        for row in range(2):
            giant.dataset_logs[row, dataset] = own.dataset_logs[row, dataset]
            giant.dataset_ones[row, dataset] = own.dataset_ones[row, dataset]
    for position in range(memory.touched[1]):
        segment = own.segments[position]
        giant.segment_stamps[segment] = base
        for row in range(2):
            giant.segment_logs[row, segment] = own.segment_logs[row, segment]
            giant.segment_ones[row, segment] = own.segment_ones[row, segment]
    for column in range(memory.totals.shape[0]):
        memory.giant_totals[column] = memory.totals[column]


@inlined
def _cost(z: float, price: Price, totals: Array) -> Number:
    """Price the totals of a start in one world."""
    stopped = totals[6] / 100.0
    people = totals[0] / _PEOPLE_SCALE
    protected = (totals[0] - totals[1]) / _PEOPLE_SCALE
    records = totals[2] / _PEOPLE_SCALE
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
        cost = math.exp(price.intercept + price.slope * math.log(amount) + price.sigma * z) * weight * price.factor
    return min(cost + stopped, price.cap, _COST_MAX)


@inlined
def _bin(value: float) -> Number:
    if value < 1.0:
        return 0
    return min(BINS - 1, 1 + np.int64(math.log(value) / BIN_WIDTH))


@inlined
def _weigh(tail: int, ground: Ground, memory: LeagueMemory) -> int:
    total = 0
    for position in range(tail):
        total += ground.weights[memory.queue[position]]
    return total


@inlined
def _answer(slot: int, reached: int, weight: int, z: float, ground: Ground, memory: LeagueMemory) -> None:
    """Write the answer of a start (or a component) in this world: what `_book` adds up, and its bins."""
    answers, totals = memory.answers, memory.totals
    answers[slot, 0] = reached
    answers[slot, 1] = weight
    if ground.price.mode == COUNT_ONLY:
        for column in range(2, answers.shape[1]):
            answers[slot, column] = 0
        return
    cost = _cost(z, ground.price, totals)
    answers[slot, 2] = totals[0]
    answers[slot, 3] = totals[0] - totals[1]
    answers[slot, 4] = np.int64(cost + 0.5)
    answers[slot, 5] = _bin(totals[0] / _PEOPLE_SCALE)
    answers[slot, 6] = _bin(cost)


@inlined
def _book(start: int, slot: int, passed: int, passed_weight: int, memory: LeagueMemory, account: Account) -> None:
    """Add one answer to the account of one start, and the nodes passed on the way to what it answers for.

    Worlds in which nothing happens touch no histogram: bin 0 is what is left of all worlds.
    """
    answers, sums = memory.answers, account.sums
    sums[start, 0] += answers[slot, 0] + passed
    sums[start, 1] += answers[slot, 1] + passed_weight
    people_bin, cost_bin = answers[slot, 5], answers[slot, 6]
    cost = answers[slot, 4]
    if answers[slot, 2] > 0:
        people = answers[slot, 2] / _PEOPLE_SCALE
        sums[start, 2] += answers[slot, 2]
        sums[start, 3] += answers[slot, 3]
        sums[start, 5] += 1
        account.squares[start, 0] += people * people
        if people_bin > 0:
            account.people_counts[start, people_bin] += np.uint32(1)
    if cost > 0:
        sums[start, 4] += cost
        account.squares[start, 1] += np.float64(cost) * np.float64(cost)
        account.costs[start, cost_bin, 0] += 1
        account.costs[start, cost_bin, 1] += cost


@compiled
def _open_giant(
    largest: int, world: int, base: int, days: float, z: float, ground: Ground, memory: LeagueMemory
) -> None:
    """Search and tally from the largest component; its answer goes into the slot of that component."""
    member = 0
    while memory.component[member] != largest:
        member += 1
    tail = _search(member, base, -1, memory)
    for position in range(tail):
        memory.giant_stamps[memory.queue[position]] = base
    weight = _weigh(tail, ground, memory)
    if ground.price.mode != COUNT_ONLY:
        _tally(tail, base, 0, world, days, ground, memory)
        _keep_as_giant(base, memory)
    _answer(largest, tail, weight, z, ground, memory)
    memory.answer_stamps[largest] = base


@inlined
def _open_world(world: int, seed: Word, by_components: int, ground: Ground, memory: LeagueMemory) -> World:
    """Draw a world, and with components tally what its largest one reaches."""
    chances = ground.chances
    world_stream = stream(seed, world)
    memory.streams[0] = world_stream
    _draw_live(world_stream, ground.edges, memory)
    z = normal_quantile(uniform(ground.price.z_key, world_stream))
    days = math.exp(chances.days_mu + chances.days_sigma * normal_quantile(uniform(chances.keys[0], world_stream)))
    base = world * (memory.component.shape[0] + 1) + 1
    largest = -1
    if by_components:
        largest = _components(memory)
        _mark_leading(largest, memory)
        _open_giant(largest, world, base, days, z, ground, memory)
    return World(world, base, largest, z, days)


@inlined
def _pass_on(start: int, ground: Ground, memory: LeagueMemory, by_components: int) -> tuple[Number, Number, Number]:
    """Go along a lone way, into what does not lead back: the answer of the end is that of the start.

    Returns the end, -1 where there is nothing to answer for, and the count and weight of the nodes passed.
    """
    copy_of_node, process_of_node, homes = ground.bodies.copy_of_node, ground.bodies.process_of_node, ground.homes
    node = start
    passed = 0
    passed_weight = 0
    first = memory.live_offsets[node]
    live = memory.live_offsets[node + 1] - first
    while live <= 1 and copy_of_node[node] < 0 and process_of_node[node] < 0:
        if live == 1 and (
            not by_components
            or homes[node] != homes[node + 1]
            or memory.component[node] == memory.component[memory.live_targets[first]]
        ):
            break
        passed += 1
        passed_weight += ground.weights[node]
        if live == 0:
            node = -1
            break
        node = memory.live_targets[first]
        first = memory.live_offsets[node]
        live = memory.live_offsets[node + 1] - first
    return node, passed, passed_weight


@inlined
def _settle(node: int, stamp: int, by_components: int, world: World, ground: Ground, memory: LeagueMemory) -> Number:
    """Answer for a node, unless its component has its answer in this world; return the slot of the answer."""
    slot = memory.component[node] if by_components else node
    if memory.answer_stamps[slot] != world.base:
        below = world.base if by_components and memory.leads_to_giant[slot] else 0
        tail = _search(node, stamp, below or -1, memory)
        reached, weight = tail, _weigh(tail, ground, memory)
        if below:
            reached += memory.answers[world.largest, 0]
            weight += memory.answers[world.largest, 1]
        if ground.price.mode != COUNT_ONLY:
            _tally(tail, stamp, below, world.number, world.days, ground, memory)
        _answer(slot, reached, weight, world.z, ground, memory)
        memory.answer_stamps[slot] = world.base
    return slot


@compiled
def league_worlds(
    worlds: Array, seed: Word, starts: Array, by_components: int, ground: Ground, memory: LeagueMemory, account: Account
) -> None:
    """Run all starts over some worlds and add what they expose to the account.

    Parameters
    ----------
    worlds
        Numbers of the worlds, int64: one block, whose squares are added up here.
    starts
        Node numbers, one per start.
    by_components
        1: strong components; 0: one search per start. The account comes out the same.

    Notes
    -----
    Per world O(rows + what the starts reach outside the giant) with components, O(rows + what the starts reach)
    without. Stamps are unique over worlds and starts, so no memory is cleared.
    """
    for place in range(worlds.shape[0]):
        world = _open_world(worlds[place], seed, by_components, ground, memory)
        total = 0.0
        for start in range(starts.shape[0]):
            node, passed, passed_weight = _pass_on(starts[start], ground, memory, by_components)
            if node < 0:
                account.sums[start, 0] += passed
                account.sums[start, 1] += passed_weight
                continue
            slot = _settle(node, world.base + 1 + start, by_components, world, ground, memory)
            _book(start, slot, passed, passed_weight, memory, account)
            total += account.rates[start] * memory.answers[slot, 4]
        account.losses[place] = total


@compiled
def league_cells(
    worlds: Array, offsets: Array, starts: Array, seed: Word, by_components: int, ground: Ground, memory: LeagueMemory,
    costs: Array,
) -> None:  # fmt: skip
    """Work out single cells: `costs[offsets[w]:offsets[w + 1]]` of the starts listed there in world `worlds[w]`.

    A cell has the cost that `league_worlds` books for it.
    """
    for place in range(worlds.shape[0]):
        world = _open_world(worlds[place], seed, by_components, ground, memory)
        for cell in range(offsets[place], offsets[place + 1]):
            node, _, _ = _pass_on(starts[cell], ground, memory, by_components)
            if node < 0:
                costs[cell] = 0
                continue
            stamp = world.base + 1 + cell - offsets[place]
            costs[cell] = memory.answers[_settle(node, stamp, by_components, world, ground, memory), 4]
