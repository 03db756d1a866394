"""The live rows of a world for the league, and its hubs: what many starts reach alike.

All rows of a world are hashed in one pass over bits, which a processor does several at a time: 1 ns a row, where
hashing node by node takes 6. The bits then give the live rows by node, and backwards too.

A *hub* is a node with a strong component worth sharing. Whatever leads to it reaches all it reaches: two searches, from
the hub onwards and backwards, find both sets without taking the whole world apart into components (Tarjan's way costs
seven times as much). A node may serve as hub or not without changing any figure.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from registry.domain.kernel.draws import Array, Number, Word, inlined, lean, mix

__all__ = ["HUBS_MAX", "Edges", "Live", "clear_hubs", "draw_rows", "find_hub"]

HUBS_MAX: Final = 8  # a bit each
LEAST: Final = 32  # nodes, to be worth a tally

_S32: Final = np.uint64(32)
_WORD: Final = 64
_ONE: Final = np.uint64(1)
_NONE: Final = np.uint64(0)


class Edges(NamedTuple):
    """Compressed rows: `offsets` (nodes + 1), then per row `targets`, `thresholds` (uint32), `keys` (uint64).

    `back_offsets` (nodes + 1) and per place `back_sources`, `back_rows`: the same rows by target.
    """

    offsets: Array
    targets: Array
    thresholds: Array
    keys: Array
    back_offsets: Array
    back_sources: Array
    back_rows: Array


class Live(NamedTuple):
    """A world: a bit per row, and the live rows by node.

    `inside` (nodes) has a bit for every hub that reaches the node, `above` (nodes) the number of the largest
    hub that the node leads to, from 1, or 0. `queue`, `back_queue` (nodes + 1) and `stamps` (nodes, int32) serve searches.
    """

    bits: Array
    offsets: Array
    targets: Array
    inside: Array
    above: Array
    queue: Array
    back_queue: Array
    stamps: Array


def _lowest_code(typing_context: Any, word: Any) -> Any:  # noqa: ARG001  numba's protocol
    """Find the number of the lowest bit set in a word, which is not 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


_lowest: Any = intrinsic(_lowest_code)


@lean
def draw_rows(world_stream: Word, edges: Edges, live: Live) -> None:
    """Find the live rows of a world; O(rows)."""
    thresholds, keys, bits = edges.thresholds, edges.keys, live.bits
    rows = thresholds.shape[0]
    for place in range(bits.shape[0]):
        first = place * _WORD
        word = _NONE
        for row in range(first, min(first + _WORD, rows)):
            is_live = (mix(keys[row] + np.uint64(world_stream)) >> _S32) <= np.uint64(thresholds[row])
            word |= np.uint64(is_live) << np.uint64(row - first)
        bits[place] = word
    _list_rows(edges.offsets, edges.targets, live)


@inlined
def _list_rows(offsets: Array, targets: Array, live: Live) -> None:
    live_offsets, live_targets, bits = live.offsets, live.targets, live.bits
    found = 0
    node = 0
    past = offsets[1]
    live_offsets[0] = 0
    for place in range(bits.shape[0]):
        word = bits[place]
        while word != _NONE:
            row = place * _WORD + np.int64(_lowest(word))
            while row >= past:
                node += 1
                live_offsets[node] = found
                past = offsets[node + 1]
            live_targets[found] = targets[row]
            found += 1
            word &= word - _ONE
    for rest in range(node + 1, live_offsets.shape[0]):
        live_offsets[rest] = found


@inlined
def clear_hubs(live: Live) -> None:
    """Forget the hubs of the last world."""
    live.inside[:] = 0
    live.above[:] = 0


@inlined
def find_hub(
    hub: int, pivot: int, stamp: int, scores: Array, base_reached: Array, edges: Edges, live: Live
) -> tuple[Number, Number]:
    """Make a node the hub of a number from 1, if that is worth it; return how many nodes it reaches, or 0.

    Uses stamps up to `stamp + 2`. It is worth it when it reaches `LEAST` nodes, and twice what the hub reaches that the
    node leads to already, and when as many lead to it. When too few do, the likeliest of what it reaches outside all
    hubs is returned as well, to be tried in its place; else -1. `base_reached[h, 0]` says what hub `h` reaches. What the
    new hub reaches stands in `queue[:returned]` and is marked `inside`; what leads to it, and to no hub that reaches as
    much, is marked `above`.
    """
    queue, inside = live.queue, live.inside
    tail = _search(pivot, stamp, live)
    if tail < LEAST or tail < 2 * base_reached[live.above[pivot], 0]:
        return 0, -1
    if not _is_led_to(pivot, stamp + 1, edges, live):
        likeliest = -1
        for position in range(tail):
            node = queue[position]
            if inside[node] == 0 and node != pivot and (likeliest < 0 or scores[node] > scores[likeliest]):
                likeliest = node
        return 0, likeliest
    base_reached[hub, 0] = tail
    for position in range(tail):
        inside[queue[position]] |= np.uint8(1 << (hub - 1))
        live.stamps[queue[position]] = stamp  # again: the search backwards wrote its own
    _mark_above(hub, pivot, base_reached, edges, live)
    return tail, -1


@inlined
def _search(start: int, stamp: int, live: Live) -> Number:
    offsets, targets, queue, stamps = live.offsets, live.targets, live.queue, live.stamps
    stamps[start] = stamp
    queue[0] = start
    tail = 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for place in range(offsets[node], offsets[node + 1]):
            target = targets[place]
            if stamps[target] != stamp:
                stamps[target] = stamp
                queue[tail] = target
                tail += 1
    return tail


@inlined
def _is_led_to(node: int, stamp: int, edges: Edges, live: Live) -> bool:
    """Whether at least `LEAST` nodes lead to one."""
    queue, stamps, bits = live.back_queue, live.stamps, live.bits
    stamps[node] = stamp
    queue[0] = node
    tail = 1
    head = 0
    while head < tail < LEAST:
        target = queue[head]
        head += 1
        for place in range(edges.back_offsets[target], edges.back_offsets[target + 1]):
            source = edges.back_sources[place]
            row = edges.back_rows[place]
            if (bits[row >> 6] >> np.uint64(row & 63)) & _ONE and stamps[source] != stamp:
                stamps[source] = stamp
                queue[tail] = source
                tail += 1
    return tail >= LEAST


@inlined
def _mark_above(hub: int, node: int, base_reached: Array, edges: Edges, live: Live) -> None:
    """Search backwards from a hub over live rows, as far as nothing leads to a larger hub."""
    queue, above, bits = live.back_queue, live.above, live.bits
    above[node] = hub
    queue[0] = node
    tail = 1
    head = 0
    while head < tail:
        target = queue[head]
        head += 1
        for place in range(edges.back_offsets[target], edges.back_offsets[target + 1]):
            source = edges.back_sources[place]
            row = edges.back_rows[place]
            is_live = (bits[row >> 6] >> np.uint64(row & 63)) & _ONE
            if is_live and base_reached[above[source], 0] < base_reached[hub, 0]:  # not so for the hub's own
                above[source] = hub
                queue[tail] = source
                tail += 1
