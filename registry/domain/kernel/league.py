"""The compiled league: every vendor as a start over the same worlds, one live graph per world.

A world is drawn once, as a list of live rows; all starts search that list. Two exact ways to do it:

*search*: each start searches the live rows by itself. Best when cascades die out.
*components*: hubs first (see `kernel_live`). What the strong component of a hub reaches is tallied once; a start that
leads there searches only up to what the hub reaches already, and adds what it finds to that tally. Best when a giant
component swallows most starts.

Starts that expose the same things in a world share one tally and one price, found by a key of those things. Cells of
a block are written in the order of worlds and booked start by start at its end, so that a histogram is brought into
the cache once per block and not once per world. Both ways, any split into blocks and any number of threads or machines
end in the same digits.

Imports numba with the kernel; import it late.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from registry.domain.kernel.draws import Array, Number, Word, inlined, lean, normal_quantile, stream, uniform
from registry.domain.kernel.live import HUBS_MAX, Edges, Live, clear_hubs, draw_rows, find_hub
from registry.domain.kernel.tally import (
    BIN_WIDTH,
    BINS,
    BY_PEOPLE,
    BY_RECORDS,
    COUNT_ONLY,
    PEOPLE_SCALE,
    STAMP_MAX,
    Ground,
    LeagueMemory,
    Price,
    Sets,
    Tally,
    World,
    tally_sets,
)

__all__ = [
    "BINS",
    "BIN_WIDTH",
    "BY_PEOPLE",
    "BY_RECORDS",
    "COUNT_ONLY",
    "FIRST_FREE",
    "HUBS_MAX",
    "Account",
    "Edges",
    "Ground",
    "LeagueMemory",
    "Live",
    "Price",
    "Sets",
    "Tally",
    "league_cells",
    "league_worlds",
]

_IS_COPY: Final = 1  # bits of kinds
_IS_PROCESS: Final = 2
_IS_HOME: Final = 4
FIRST_FREE: Final = 1 + HUBS_MAX  # number of the first set that is neither nothing nor a hub's


class Account(NamedTuple):
    """What is added up per start: whole numbers in any order, squares per block in block order.

    `reached` (starts, 2): nodes reached, weight reached. `sums` (starts, 4): people, protected (both in 1/256), cost,
    worlds with somebody exposed. `squares` (starts, 2): people and cost of this block. `people_counts` (starts, bins);
    `costs` (starts, bins, 2): worlds and cost side by side, for one touch of memory. `rates` (starts): events per
    year; `losses` (worlds of the block): expected loss of a year in which every event goes as in that world.
    """

    reached: Array
    sums: Array
    squares: Array
    people_counts: Array
    costs: Array
    rates: Array
    losses: Array


@lean
def _open_world(world: int, seed: Word, by_components: int, ground: Ground, memory: LeagueMemory) -> World:
    """Draw a world, and with components tally what its hubs reach."""
    chances, live, counters = ground.chances, memory.live, memory.counters
    world_stream = stream(seed, world)
    draw_rows(world_stream, ground.edges, live)
    z = normal_quantile(uniform(ground.price.z_key, world_stream))
    days = math.exp(chances.days_mu + chances.days_sigma * normal_quantile(uniform(chances.keys[0], world_stream)))
    opened = World(world_stream, z, days)
    counters[1] += 1
    counters[2] = FIRST_FREE
    if (
        counters[0] >= STAMP_MAX - memory.sets.of_start.shape[0] - 4 * ground.pivots.shape[0]
    ):  # once in two thousand million searches
        counters[0] = 0
        live.stamps[:] = 0
    if by_components:
        clear_hubs(live)
        _open_hubs(opened, ground, memory)
    return opened


@inlined
def _open_hubs(world: World, ground: Ground, memory: LeagueMemory) -> None:
    live, pivots, sets, counters = memory.live, ground.pivots, memory.sets, memory.counters
    hub = 1
    for place in range(pivots.shape[0]):
        node = pivots[place]
        above = np.int64(live.above[node])
        if hub > HUBS_MAX or (above and live.inside[node] & np.uint8(1 << (above - 1))):
            continue  # of the same component as its hub
        reached, likelier = find_hub(hub, node, counters[0] + 1, ground.scores, memory.base_reached, ground.edges, live)
        counters[0] += 2
        if reached == 0 and likelier >= 0:
            reached, _ = find_hub(
                hub, likelier, counters[0] + 1, ground.scores, memory.base_reached, ground.edges, live
            )
            counters[0] += 2
        if reached == 0:
            continue
        count: Number = 0
        weight = 0
        for position in range(reached):
            found = live.queue[position]
            memory.listed[count] = found
            count += np.int64(ground.kinds[found] != 0)
            if ground.weights.shape[0]:
                weight += ground.weights[found]
        memory.base_reached[hub, 1] = weight
        if ground.price.mode != COUNT_ONLY:
            kept, _ = _list_things(count, 0, counters[0] - 1, 0, ground, memory)
            sets.spans[hub] = 0
            sets.spans[hub + 1] = kept
            sets.bases[hub] = 0
            tally_sets(hub, hub + 1, world, ground, memory)
        hub += 1


@inlined
def _list_things(
    count: Number, first: int, stamp: int, base: Number, ground: Ground, memory: LeagueMemory
) -> tuple[Number, Word]:
    """Write what the nodes of `listed[:count]` expose behind `things[:first]`; return the new end, and a key to it.

    On top of a hub a home reached here opens the sealed copies that the hub reaches without it. Equal keys mean equal
    things, but for two sets in 2**64.
    """
    kinds, homes, sealed_copies, listed = ground.kinds, ground.homes, ground.sealed_copies, memory.listed
    copy_of_node, process_of_node = ground.bodies.copy_of_node, ground.bodies.process_of_node
    copy_sealed, copy_home = ground.bodies.copy_sealed, ground.bodies.copy_home
    stamps, inside, things = memory.live.stamps, memory.live.inside, memory.sets.things
    bit = np.uint8(1 << (base - 1)) if base else np.uint8(0)
    past = first
    key = np.uint64(base)
    for position in range(count):
        node = listed[position]
        kind = kinds[node]
        if kind & _IS_HOME and base:
            for place in range(homes[node], homes[node + 1]):
                sealed = sealed_copies[place]
                if inside[sealed] & bit:
                    thing = copy_of_node[sealed] * 4 + 2
                    things[past] = thing
                    past += 1
                    key += _scattered(thing)
        if kind & _IS_COPY:
            copy = copy_of_node[node]
            home = copy_home[copy]
            is_open = not copy_sealed[copy] or (home >= 0 and (stamps[home] == stamp or inside[home] & bit))
            thing = copy * 4 + (3 if is_open else 1)
            things[past] = thing
            past += 1
            key += _scattered(thing)
        if kind & _IS_PROCESS:
            thing = -1 - process_of_node[node]
            things[past] = thing
            past += 1
            key += _scattered(thing)
    return past, key


@inlined
def _scattered(thing: int) -> Word:
    value = (np.uint64(thing) + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(32))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(29))


@lean
def _settle(
    first: int, past: int, starts: Array, by_components: int, world: World, ground: Ground, memory: LeagueMemory,
    reached: Array,
) -> None:  # fmt: skip
    """Answer for the starts `first <= start < past` in this world; add what they reach, and note the set they expose.

    Rows of `reached` and of `sets.of_start` count from the first.
    """
    live, kinds, weights, listed = memory.live, ground.kinds, ground.weights, memory.listed
    offsets, targets, stamps, queue = live.offsets, live.targets, live.stamps, live.queue
    inside, above, base_reached = live.inside, live.above, memory.base_reached
    things, spans, bases, keys, marks, of_start = memory.sets
    counts_things = ground.price.mode != COUNT_ONLY
    room = things.shape[0] - listed.shape[0]
    is_weighted = weights.shape[0] > 0
    serial = memory.counters[1]
    stamp = memory.counters[0]
    number = memory.counters[2]  # of the next set
    waiting = number
    spans[number] = 0
    for start in range(first, past):
        node = starts[start]
        base = np.int64(above[node]) if by_components else 0
        skipped = np.uint8(1 << (base - 1)) if base else np.uint8(0)
        of_start[start - first] = base
        reached[start - first, 0] += base_reached[base, 0]
        reached[start - first, 1] += base_reached[base, 1]
        if base and inside[node] & skipped:
            continue
        stamp += 1
        stamps[node] = stamp
        queue[0] = node
        listed[0] = node
        count = np.int64(kinds[node] != 0)
        tail = 1
        head = 0
        while head < tail:
            node = queue[head]
            head += 1
            for place in range(offsets[node], offsets[node + 1]):
                target = targets[place]
                if stamps[target] != stamp and not inside[target] & skipped:
                    stamps[target] = stamp
                    queue[tail] = target
                    tail += 1
                    listed[count] = target
                    count += np.int64(kinds[target] != 0)
        reached[start - first, 0] += tail
        if is_weighted:
            weight = 0
            for position in range(tail):
                weight += weights[queue[position]]
            reached[start - first, 1] += weight
        if count == 0 or not counts_things:
            continue
        end, key = _list_things(count, spans[number], stamp, base, ground, memory)
        if end == spans[number]:
            continue
        place = np.int64(key >> np.uint64(40)) & (keys.shape[0] - 1)
        if keys[place] == key and marks[place] >> 32 == serial:
            of_start[start - first] = marks[place] & 0xFFFFFFFF
            continue
        keys[place] = key
        marks[place] = (serial << 32) | number
        of_start[start - first] = number
        bases[number] = base
        number += 1
        spans[number] = end
        if end > room:
            tally_sets(waiting, number, world, ground, memory)
            waiting = number
            spans[number] = 0
    tally_sets(waiting, number, world, ground, memory)
    memory.counters[0] = stamp
    memory.counters[2] = number


@lean
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
        1: hubs and their components; 0: one search per start. The account comes out the same.

    Notes
    -----
    Per world O(rows + what the starts reach outside the hubs) with components, O(rows + what the starts reach)
    without. Stamps are unique over worlds and starts, so no memory is cleared.
    """
    cells, figures, of_start = memory.cells, memory.figures, memory.sets.of_start
    for place in range(worlds.shape[0]):
        world = _open_world(worlds[place], seed, by_components, ground, memory)
        _settle(0, starts.shape[0], starts, by_components, world, ground, memory, account.reached)
        if ground.price.mode == COUNT_ONLY:
            continue
        total = 0.0
        for start in range(starts.shape[0]):
            slot = of_start[start]
            for column in range(4):
                cells[place, start, column] = figures[slot, column]
            total += account.rates[start] * figures[slot, 2]
        account.losses[place] = total
    if ground.price.mode != COUNT_ONLY:
        _book(worlds.shape[0], starts.shape[0], cells, account)


@inlined
def _book(worlds: int, starts: int, cells: Array, account: Account) -> None:
    """Add the cells of a block to the account, start by start.

    Worlds in which nothing happens touch no histogram: bin 0 is what is left of all worlds.
    """
    sums, squares, people_counts, costs = account.sums, account.squares, account.people_counts, account.costs
    for start in range(starts):
        for place in range(worlds):
            whole = cells[place, start, 0]
            cost = cells[place, start, 2]
            bins = cells[place, start, 3]
            if whole > 0:
                people = whole / PEOPLE_SCALE
                sums[start, 0] += whole
                sums[start, 1] += cells[place, start, 1]
                sums[start, 3] += 1
                squares[start, 0] += people * people
                if bins >= BINS:
                    people_counts[start, bins // BINS] += np.uint32(1)
            if cost > 0:
                sums[start, 2] += cost
                squares[start, 1] += np.float64(cost) * np.float64(cost)
                costs[start, bins % BINS, 0] += 1
                costs[start, bins % BINS, 1] += cost


@lean
def league_cells(
    worlds: Array, offsets: Array, starts: Array, seed: Word, by_components: int, ground: Ground, memory: LeagueMemory,
    costs: Array,
) -> None:  # fmt: skip
    """Work out single cells: `costs[offsets[w]:offsets[w + 1]]` of the starts listed there in world `worlds[w]`.

    A cell has the cost that `league_worlds` books for it. The memory must have room for the starts of one world.
    """
    figures, of_start = memory.figures, memory.sets.of_start
    for place in range(worlds.shape[0]):
        world = _open_world(worlds[place], seed, by_components, ground, memory)
        first, past = offsets[place], offsets[place + 1]
        _settle(first, past, starts, by_components, world, ground, memory, memory.spare)
        for cell in range(first, past):
            costs[cell] = figures[of_start[cell - first], 2]
