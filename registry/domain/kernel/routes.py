"""Compiled searches over a whole graph: fewest hops, likeliest routes, dominators.

`registry.domain.scenario.explain` does the same on a networkx graph, node by node, for single questions. These run on the
arrays of a hundred thousand nodes within the answer to every scenario. Imports numba with the kernel; import it late.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.domain.kernel.draws import compiled

__all__ = ["add_upwards", "climb", "count_hops", "find_dominators", "grow_tree"]

Array = NDArray[Any]


@compiled
def count_hops(offsets: Array, targets: Array, start: Array, hops: Array) -> None:
    """Fill `hops` (nodes; -1 before) with the fewest edges from the start: breadth first, O(edges)."""
    queue = np.empty(hops.shape[0], dtype=np.int32)
    tail = 0
    for node in start:
        hops[node] = 0
        queue[tail] = node
        tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for edge in range(offsets[node], offsets[node + 1]):
            target = targets[edge]
            if hops[target] < 0:
                hops[target] = hops[node] + 1
                queue[tail] = target
                tail += 1


@compiled
def _comes_before(one: int, other: int, costs: Array, ranks: Array) -> bool:
    if costs[one] != costs[other]:
        return bool(costs[one] < costs[other])
    for column in range(3):
        if ranks[one, column] != ranks[other, column]:
            return bool(ranks[one, column] < ranks[other, column])
    return False


@compiled
def _swap(one: int, other: int, costs: Array, ranks: Array) -> None:
    costs[one], costs[other] = costs[other], costs[one]
    for column in range(4):
        ranks[one, column], ranks[other, column] = ranks[other, column], ranks[one, column]


@compiled
def _push(size: int, costs: Array, ranks: Array) -> None:
    child = size
    while child > 0:
        parent = (child - 1) // 2
        if not _comes_before(child, parent, costs, ranks):
            return
        _swap(child, parent, costs, ranks)
        child = parent


@compiled
def _pop(size: int, costs: Array, ranks: Array) -> None:
    """Move the first of `size` entries behind the others and mend the heap."""
    last = size - 1
    _swap(0, last, costs, ranks)
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= last:
            return
        if child + 1 < last and _comes_before(child + 1, child, costs, ranks):
            child += 1
        if not _comes_before(child, parent, costs, ranks):
            return
        _swap(child, parent, costs, ranks)
        parent = child


@compiled
def grow_tree(
    offsets: Array, targets: Array, lengths: Array, start: Array, cost: Array, parent_edge: Array, order: Array
) -> int:
    """Grow the tree of shortest ways (Dijkstra) over edges of non-negative length; return how many it reaches.

    Fills `cost` (nodes; infinity before), `parent_edge` (nodes; the edge taken into a node, -1 for the start) and
    `order` (the nodes as they were settled). Ties go to fewer hops, then to the smaller number. O(edges x log edges).
    """
    room = targets.shape[0] + start.shape[0] + 1
    costs = np.empty(room)
    ranks = np.empty((room, 4), dtype=np.int64)  # hops, node, tail of the edge; the edge itself
    size = 0
    for node in start:
        costs[size] = 0.0
        ranks[size, 0] = 0
        ranks[size, 1] = node
        ranks[size, 2] = -1
        ranks[size, 3] = -1
        size += 1
        _push(size - 1, costs, ranks)
    settled = 0
    while size > 0:
        _pop(size, costs, ranks)
        size -= 1
        node = ranks[size, 1]
        if cost[node] != np.inf:
            continue
        cost[node] = costs[size]
        parent_edge[node] = ranks[size, 3]
        hops = ranks[size, 0]
        order[settled] = node
        settled += 1
        for edge in range(offsets[node], offsets[node + 1]):
            if cost[targets[edge]] == np.inf:
                costs[size] = cost[node] + lengths[edge]
                ranks[size, 0] = hops + 1
                ranks[size, 1] = targets[edge]
                ranks[size, 2] = node
                ranks[size, 3] = edge
                size += 1
                _push(size - 1, costs, ranks)
    return settled


@compiled
def add_upwards(order: Array, settled: int, parents: Array, worth: Array) -> None:
    """Add the worth of every node to the one before it on its route, from the far end inwards."""
    for position in range(settled - 1, -1, -1):
        node = order[position]
        if parents[node] >= 0:
            worth[parents[node]] += worth[node]


@compiled
def _post_order(offsets: Array, targets: Array, start: Array, rank: Array) -> int:
    """Give each reached node a `rank` above all it leads to, -1 elsewhere; return how many there are."""
    nodes = rank.shape[0]
    stack = np.empty(nodes, dtype=np.int32)
    places = np.empty(nodes, dtype=np.int64)
    seen = np.zeros(nodes, dtype=np.uint8)
    done = 0
    for root in start:
        if seen[root]:
            continue
        seen[root] = 1
        stack[0] = root
        places[0] = offsets[root]
        depth = 0
        while depth >= 0:
            node = stack[depth]
            if places[depth] == offsets[node + 1]:
                rank[node] = done
                done += 1
                depth -= 1
                continue
            target = targets[places[depth]]
            places[depth] += 1
            if not seen[target]:
                seen[target] = 1
                depth += 1
                stack[depth] = target
                places[depth] = offsets[target]
    return done


@compiled
def find_dominators(
    offsets: Array, targets: Array, back_offsets: Array, back_sources: Array, start: Array, above: Array
) -> None:
    """Fill `above` (nodes) with the immediate dominator of every reached node, -1 for none, -2 for not reached.

    Cooper, Harvey, Kennedy (2001), from a virtual root before all starts; O(edges) per pass, few passes.
    """
    nodes = above.shape[0]
    rank = np.full(nodes + 1, -1, dtype=np.int64)
    count = _post_order(offsets, targets, start, rank[:nodes])
    rank[nodes] = count  # the virtual root comes last
    by_rank = np.empty(count, dtype=np.int64)
    idom = np.full(nodes + 1, -1, dtype=np.int64)
    idom[nodes] = nodes
    for node in range(nodes):
        if rank[node] >= 0:
            by_rank[rank[node]] = node
    is_start = np.zeros(nodes, dtype=np.uint8)
    for node in start:
        is_start[node] = 1
    is_changed = True
    while is_changed:
        is_changed = False
        for position in range(count - 1, -1, -1):
            node = by_rank[position]
            found = nodes if is_start[node] else -1
            for place in range(back_offsets[node], back_offsets[node + 1]):
                other = np.int64(back_sources[place])
                if rank[other] < 0 or idom[other] < 0:
                    continue
                if found < 0:
                    found = other
                    continue
                while other != found:
                    while rank[other] < rank[found]:
                        other = idom[other]
                    while rank[found] < rank[other]:
                        found = idom[found]
            if idom[node] != found:
                idom[node] = found
                is_changed = True
    for node in range(nodes):
        if rank[node] < 0:
            above[node] = -2
        else:
            above[node] = -1 if idom[node] == nodes else idom[node]


@compiled
def climb(above: Array, copies: Array, over: Array, under: Array) -> int:
    """List (dominator, position in `copies`) for every copy and every node it stands behind; return how many.

    Fills `over` and `under` as far as there is room; a first call with empty arrays counts.
    """
    found = 0
    for position in range(copies.shape[0]):
        node = above[copies[position]]
        while node >= 0:
            if found < over.shape[0]:
                over[found] = node
                under[found] = position
            found += 1
            node = above[node]
    return found
