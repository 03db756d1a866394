"""What the compiled league takes: the ground that all worlds share, and working memory for a thread."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Arrays, Floats, Ints
from registry.domain.kernel.inputs import Luck, kernel_bodies, kernel_chances, kernel_edges

if TYPE_CHECKING:
    from registry.domain.kernel.league import Ground, LeagueMemory, Price

__all__ = ["BLOCK", "league_ground", "league_memory"]

BLOCK: Final = 64  # worlds whose squares are added up together, whatever the threads or machines
_PIVOTS: Final = 24  # nodes that may serve as hubs of a world


def league_ground(arrays: Arrays, luck: Luck, price: "Price", weights: NDArray[np.int64] | None = None) -> "Ground":
    """Return what all worlds and starts of a league share, as the kernel takes it."""
    from registry.domain.kernel.league import Ground

    homes, sealed = _sealed_by_home(arrays)
    scores = _hub_scores(arrays)
    kinds = np.zeros(len(arrays.nodes), dtype=np.uint8)
    kinds[arrays.copies.node] |= 1
    kinds[arrays.stoppable.node] |= 2
    kinds[np.flatnonzero(np.diff(homes))] |= 4
    return Ground(
        edges=kernel_edges(arrays),
        bodies=kernel_bodies(arrays),
        chances=kernel_chances(luck),
        price=price,
        kinds=kinds,
        homes=homes,
        sealed_copies=sealed,
        weights=np.zeros(0, dtype=np.int64) if weights is None else weights,
        pivots=np.argsort(-scores, kind="stable")[:_PIVOTS].astype(np.int32),
        scores=scores,
    )


def _hub_scores(arrays: Arrays) -> Floats:
    """Return how likely each node is to lie in a large component: live rows expected in, times those out."""
    nodes = len(arrays.nodes)
    out: Floats = np.bincount(arrays.sources, weights=arrays.probabilities, minlength=nodes).astype(np.float64)
    into: Floats = np.bincount(arrays.targets, weights=arrays.probabilities, minlength=nodes).astype(np.float64)
    scores: Floats = out * into
    return scores


def _sealed_by_home(arrays: Arrays) -> tuple[NDArray[np.int64], Ints]:
    """Return compressed rows: node -> nodes of the sealed copies whose home it is."""
    copies = arrays.copies
    sealed = np.flatnonzero((copies.sealed == 1) & (copies.home >= 0))
    order = sealed[np.argsort(copies.home[sealed], kind="stable")]
    offsets = np.searchsorted(copies.home[order], np.arange(len(arrays.nodes) + 1)).astype(np.int64)
    return offsets, copies.node[order]


def league_memory(arrays: Arrays, starts: int) -> "LeagueMemory":
    """Return fresh working memory for one thread; never to be used for two graphs or two seeds.

    Parameters
    ----------
    starts
        The most starts that are asked of one world.
    """
    from registry.domain.kernel.league import FIRST_FREE, HUBS_MAX, LeagueMemory, Live, Sets, Tally

    nodes, rows, copies = len(arrays.nodes), len(arrays.targets), len(arrays.copies.node)

    places = 1 << max(10, starts.bit_length())

    def whole(*shape: int) -> NDArray[np.int64]:
        return np.zeros(shape, dtype=np.int64)

    def small(size: int) -> Ints:
        return np.zeros(size, dtype=np.int32)

    def tally(things: int) -> Tally:
        return Tally(whole(things, 4), small(things), small(things), whole(1 + HUBS_MAX, things, 4))

    return LeagueMemory(
        live=Live(
            bits=np.zeros((rows + 63) // 64, dtype=np.uint64),
            offsets=small(nodes + 1),
            targets=small(rows + 1),
            inside=np.zeros(nodes, dtype=np.uint8),
            above=np.zeros(nodes, dtype=np.uint8),
            queue=small(nodes + 1),
            back_queue=small(nodes + 1),
            stamps=small(nodes),
        ),
        listed=whole(nodes + copies + 1),
        sets=Sets(
            things=whole(2 * (nodes + copies + 1)), spans=whole(FIRST_FREE + starts + 1), bases=small(FIRST_FREE + starts),
            keys=np.zeros(places, dtype=np.uint64), marks=whole(places), of_start=small(starts),
        ),
        copies=whole(copies, 2),
        taken=np.zeros(copies),
        datasets=tally(len(arrays.population.datasets)),
        segments=tally(len(arrays.population.segments)),
        totals=whole(7),
        base_totals=whole(1 + HUBS_MAX, 7),
        base_reached=whole(1 + HUBS_MAX, 2),
        figures=whole(FIRST_FREE + starts, 4),
        counters=whole(4),
        cells=whole(BLOCK, starts, 4),
        spare=whole(starts, 2),
    )  # fmt: skip
