"""The compiled search of one world from its start, and the working memory it shares with all that follows.

In every world the out-rows of a node are hashed in sequence and without a branch; only live ones touch the stamps
(random access). Stamps carry the number of the world, so nothing is cleared between worlds and a world costs what it
reaches. Measured designs, and those that lost, stand in the tests under `benchmarks`.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic

from registry.domain.kernel.draws import Array, Number, Word, compiled, mix, stream

__all__ = ["PackedEdges", "Scratch", "count_reached", "spread", "spread_listed"]

_S32: Final = np.uint64(32)
_LOWER_HALF: Final = np.uint64(0xFFFFFFFF)


def _prefetch_code(typing_context: Any, array: Any, position: Any) -> Any:  # noqa: ARG001  numba's protocol
    """Ask for one element of an array to be brought into the cache; it need not exist."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        instruction = get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, ir.FunctionType(ir.VoidType(), [byte, number, number, number]), "llvm.prefetch.p0i8"
        )
        address = builder.bitcast(builder.gep(held.data, [arguments[1]]), byte)
        builder.call(instruction, [address, number(0), number(3), number(1)])  # to read, keep close, data
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


_prefetch: Any = intrinsic(_prefetch_code)


class PackedEdges(NamedTuple):
    """Rows of a graph in pairs of words: key, then threshold (upper half) and target (lower half).

    `offsets` has nodes + 1 elements, `words` two per row. A row touches one cache line instead of three: 5-12 % faster at 10,000 nodes, 10-20 % at 100,000.
    """

    offsets: Array
    words: Array


class Scratch(NamedTuple):
    """Working memory of one thread; stamps hold the number of the last world + 1 that touched a slot."""

    node_stamps: Array
    queue: Array
    live: Array
    dataset_stamps: Array
    datasets: Array
    dataset_values: Array
    segment_stamps: Array
    segments: Array
    segment_values: Array


@compiled
def spread(world_stream: Word, stamp: int, start: Array, edges: PackedEdges, scratch: Scratch) -> Number:
    """Search one world from its start; the reached nodes stand in `scratch.queue[:returned]`.

    O(out-rows of reached nodes). `stamp` differs from every stamp used before on this scratch.
    """
    offsets, words = edges
    stamps, queue, live = scratch.node_stamps, scratch.queue, scratch.live
    tail: Number = 0
    for node in start:
        stamps[node] = stamp
        queue[tail] = node
        tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        found: Number = 0
        for row in range(offsets[node], offsets[node + 1]):
            word = words[2 * row + 1]
            live[found] = np.int32(word & _LOWER_HALF)
            found += np.int64((mix(words[2 * row] + np.uint64(world_stream)) >> _S32) <= (word >> _S32))
        for position in range(found):
            target = live[position]
            queue[tail] = target  # the queue has one slot to spare, so a target met before is overwritten
            # its rows are read some nodes later: asked for now, they are there by then (1.5-2 x at 100,000 nodes)
            _prefetch(words, 2 * offsets[target])
            tail += np.int64(stamps[target] != stamp)
            stamps[target] = stamp
    return tail


@compiled
def spread_listed(
    world: int, stamp: int, start: Array, offsets: Array, targets: Array, bits: Array, scratch: Scratch
) -> Number:
    """Search as `spread`, with the bits of the world number for draws; bit -1 is an edge that always holds."""
    stamps, queue = scratch.node_stamps, scratch.queue
    tail: Number = 0
    for node in start:
        stamps[node] = stamp
        queue[tail] = node
        tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for row in range(offsets[node], offsets[node + 1]):
            if bits[row] >= 0 and not (world >> bits[row]) & 1:
                continue
            target = targets[row]
            queue[tail] = target
            tail += np.int64(stamps[target] != stamp)
            stamps[target] = stamp
    return tail


@compiled
def count_reached(
    worlds: Array,
    seed: Word,
    start: Array,
    edges: PackedEdges,
    scratch: Scratch,
    weights: Array,
    hits: Array,
    sums: Array,
) -> None:
    """Count how often each node is reached, and the weight reached in each world: the cascade and nothing else.

    `worlds` = (first, past the last); `hits` (nodes, int64) is added to; `sums` (worlds, float64) is filled.
    """
    for world in range(worlds[0], worlds[1]):
        tail = spread(stream(seed, world), world + 1, start, edges, scratch)
        total = 0.0
        for position in range(tail):
            node = scratch.queue[position]
            hits[node] += 1
            total += weights[node]
        sums[world - worlds[0]] = total
