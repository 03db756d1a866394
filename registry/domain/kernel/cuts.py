"""Compiled work for what-ifs on common draws: all single cuts of a world at once, and worlds run again.

Every live edge that is the only way to something owns a subtree of the dominator tree (Cooper, Harvey, Kennedy 2001)
of the live rows: what it would save in this world if it were cut. One pass gives that for all rows.
"""

from typing import Final, NamedTuple

import numpy as np

from registry.domain.kernel.draws import Array, Number, Word, compiled, mix, stream
from registry.domain.kernel.people import Bodies, Chances, World, tally_world
from registry.domain.kernel.search import PackedEdges, Scratch, spread

__all__ = ["LiveGraph", "add_savings", "find_changed_worlds", "run_worlds_again"]

_S32: Final = np.uint64(32)
_LOWER_HALF: Final = np.uint64(0xFFFFFFFF)


class LiveGraph(NamedTuple):
    """Working memory for the live rows among the reached nodes, which are numbered as they were reached.

    `place_of` (nodes) numbers them; `offsets`, `targets`, `rows` are the live rows by source, `back_offsets`,
    `back_sources`, `back_rows` by target; `rank`, `by_rank`, `stack`, `cursors`, `idom` (nodes + 1) serve the search
    for dominators, `worth` (nodes + 1) adds up along their tree.
    """

    place_of: Array
    offsets: Array
    targets: Array
    rows: Array
    back_offsets: Array
    back_sources: Array
    back_rows: Array
    rank: Array
    by_rank: Array
    stack: Array
    cursors: Array
    idom: Array
    worth: Array


@compiled
def _list_live(world_stream: Word, tail: int, edges: PackedEdges, scratch: Scratch, live: LiveGraph) -> None:
    """List the live rows of the reached nodes, forwards and backwards; all their targets are reached too."""
    offsets, words = edges
    for place in range(tail):
        live.place_of[scratch.queue[place]] = place
        live.back_offsets[place] = 0
    live.back_offsets[tail] = 0
    live.back_offsets[tail + 1] = 0
    found: Number = 0
    for place in range(tail):
        node = scratch.queue[place]
        live.offsets[place] = found
        for row in range(offsets[node], offsets[node + 1]):
            word = words[2 * row + 1]
            if (mix(words[2 * row] + np.uint64(world_stream)) >> _S32) <= (word >> _S32):
                target = live.place_of[np.int64(word & _LOWER_HALF)]
                live.targets[found] = target
                live.rows[found] = row
                live.back_offsets[target + 2] += 1
                found += 1
    live.offsets[tail] = found
    for place in range(tail):
        live.back_offsets[place + 2] += live.back_offsets[place + 1]
    for place in range(tail):
        for edge in range(live.offsets[place], live.offsets[place + 1]):
            at = live.back_offsets[live.targets[edge] + 1]
            live.back_offsets[live.targets[edge] + 1] = at + 1
            live.back_sources[at] = place
            live.back_rows[at] = live.rows[edge]


@compiled
def _find_dominators(tail: int, starts: int, live: LiveGraph) -> None:
    """Fill `rank` (after all it leads to), `by_rank` and `idom`; the virtual root before all starts is `tail`."""
    rank, by_rank, idom, stack, cursors = live.rank, live.by_rank, live.idom, live.stack, live.cursors
    for place in range(tail):
        rank[place] = -2  # not met
        idom[place] = -1
    done = 0
    for root in range(starts):
        if rank[root] != -2:
            continue
        rank[root] = -1
        depth = 0
        stack[0] = root
        cursors[0] = live.offsets[root]
        while depth >= 0:
            node = stack[depth]
            if cursors[depth] == live.offsets[node + 1]:
                rank[node] = done
                by_rank[done] = node
                done += 1
                depth -= 1
                continue
            target = live.targets[cursors[depth]]
            cursors[depth] += 1
            if rank[target] == -2:
                rank[target] = -1
                depth += 1
                stack[depth] = target
                cursors[depth] = live.offsets[target]
    rank[tail] = tail
    idom[tail] = tail
    is_changed = True
    while is_changed:
        is_changed = False
        for position in range(tail - 1, -1, -1):
            node = by_rank[position]
            found = np.int64(tail) if node < starts else np.int64(-1)
            for at in range(live.back_offsets[node], live.back_offsets[node + 1]):
                other = np.int64(live.back_sources[at])
                if idom[other] < 0:
                    continue
                if found < 0:
                    found = other
                while other != found:
                    while rank[other] < rank[found]:
                        other = idom[other]
                    while rank[found] < rank[other]:
                        found = idom[found]
            if idom[node] != found:
                idom[node] = found
                is_changed = True


@compiled
def add_savings(
    worlds: Array, seed: Word, start: Array, edges: PackedEdges, scratch: Scratch, live: LiveGraph, weights: Array,
    savings: Array,
) -> None:  # fmt: skip
    """Add to `savings` (rows) the weight that would not be reached without each row, over `worlds[0] <= w < worlds[1]`.

    Exact for one row and additive `weights` (nodes). O(live rows of reached nodes) a world, a few passes.
    """
    starts = start.shape[0]
    for world in range(worlds[0], worlds[1]):
        world_stream = stream(seed, world)
        tail = spread(world_stream, world + 1, start, edges, scratch)
        _list_live(world_stream, tail, edges, scratch, live)
        _find_dominators(tail, starts, live)
        for place in range(tail):
            live.worth[place] = weights[scratch.queue[place]]
        for position in range(tail):  # what is dominated ranks below what dominates it
            node = live.by_rank[position]
            if live.idom[node] != tail:
                live.worth[live.idom[node]] += live.worth[node]
        for node in range(starts, tail):
            if live.worth[node] <= 0.0:
                continue
            ways = 0
            only = -1
            for at in range(live.back_offsets[node], live.back_offsets[node + 1]):
                other = live.back_sources[at]
                while live.rank[other] < live.rank[node]:
                    other = live.idom[other]
                if other != node:  # not a way back from behind it
                    ways += 1
                    only = live.back_rows[at]
            if ways == 1:
                savings[only] += live.worth[node]


@compiled
def find_changed_worlds(
    worlds: Array, seed: Word, start: Array, edges: PackedEdges, scratch: Scratch, row_offsets: Array, rows: Array,
    sources: Array, node_offsets: Array, nodes: Array, changed: Array,
) -> None:  # fmt: skip
    """Mark the worlds in which a change can be felt: one of its rows is used, or one of its nodes is reached.

    Change `c` watches `rows[row_offsets[c]:row_offsets[c + 1]]` (with their `sources`) and `nodes` likewise;
    `changed` (changes, worlds) is set to 1.
    """
    words = edges.words
    for world in range(worlds[0], worlds[1]):
        world_stream = stream(seed, world)
        stamp = world + 1
        spread(world_stream, stamp, start, edges, scratch)
        for change in range(changed.shape[0]):
            for at in range(row_offsets[change], row_offsets[change + 1]):
                if scratch.node_stamps[sources[at]] == stamp:
                    row = rows[at]
                    if (mix(words[2 * row] + np.uint64(world_stream)) >> _S32) <= (words[2 * row + 1] >> _S32):
                        changed[change, world] = 1
            for at in range(node_offsets[change], node_offsets[change + 1]):
                if scratch.node_stamps[nodes[at]] == stamp:
                    changed[change, world] = 1


@compiled
def run_worlds_again(
    numbers: Array, seed: Word, start: Array, edges: PackedEdges, bodies: Bodies, chances: Chances, scratch: Scratch,
    world_out: World,
) -> None:  # fmt: skip
    """Run single worlds into the columns of the output; its two tables of people have one row, used again."""
    for column in range(numbers.shape[0]):
        world_stream = stream(seed, numbers[column])
        stamp = numbers[column] + 1
        tail = spread(world_stream, stamp, start, edges, scratch)
        world_out.segments[0, :] = 0.0
        world_out.jurisdictions[0, :] = 0.0
        tally_world(world_stream, stamp, tail, column, 0, bodies, chances, scratch, world_out)
