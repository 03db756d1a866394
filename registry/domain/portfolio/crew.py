"""Who runs worlds: the threads of this process, or machines that answer to the same two calls.

A `Field` is all that a worker needs to know of a kind of event. Both calls give whole numbers and sums in the order
of blocks, so it never matters who ran them.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Arrays, Floats, Ints, with_probabilities
from registry.domain.kernel.inputs import Luck
from registry.domain.portfolio.league import LeagueAccount, Method, run_league
from registry.domain.portfolio.league_inputs import BLOCK, league_ground, league_memory
from registry.domain.register.errors import Cancelled
from registry.domain.scenario.cascade import available_threads

if TYPE_CHECKING:
    from registry.domain.kernel.league import Price

__all__ = ["Cells", "Crew", "Field", "Threads", "cell_chunks", "faster_for_cells", "run_cells"]

_PILOT_WORLDS: Final = 4

Progress = Callable[[int, int], None]
Worlds = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One kind of event: its graph, who may start it and how often, and what it costs.

    `starts` are node numbers and `rates` events per year, one per start. `probabilities`, where given, take the place
    of those of `arrays`, row by row.
    """

    arrays: Arrays
    starts: Ints
    rates: Floats
    luck: Luck
    price: "Price"
    probabilities: Floats | None = None

    def ready(self) -> Arrays:
        """Return the arrays to run."""
        if self.probabilities is None:
            return self.arrays
        return with_probabilities(self.arrays, self.probabilities)


class Cells(NamedTuple):
    """Single events to work out: in world `worlds[w]` those of the starts `starts[offsets[w]:offsets[w + 1]]`.

    `worlds` ascend and come once; `starts` are places among the starts of a field, once per world.
    """

    worlds: Worlds
    offsets: Worlds
    starts: NDArray[np.int64]


class Crew(Protocol):
    """Whoever runs worlds."""

    def league(
        self,
        field: Field,
        worlds: Worlds,
        *,
        seed: int,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> LeagueAccount:
        """Run all starts of a field over some worlds, given in ascending order."""

    def cells(
        self, field: Field, cells: Cells, *, seed: int, cancelled: Callable[[], bool] | None = None
    ) -> NDArray[np.int64]:
        """Return the cost of single events in whole currency units, in the order of the cells."""


@dataclass(frozen=True, slots=True)
class Threads:
    """The threads of this process; None: every processor it may use."""

    count: int | None = None

    def league(
        self,
        field: Field,
        worlds: Worlds,
        *,
        seed: int,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> LeagueAccount:
        """Run all starts of a field over some worlds."""
        return run_league(
            field.ready(), field.starts, field.luck, field.price, worlds=worlds, seed=seed, rates=field.rates,
            threads=self.count, progress=progress, cancelled=cancelled,
        )  # fmt: skip

    def cells(
        self, field: Field, cells: Cells, *, seed: int, cancelled: Callable[[], bool] | None = None
    ) -> NDArray[np.int64]:
        """Return the cost of single events."""
        threads = self.count or available_threads()
        method = faster_for_cells(field, cells, seed=seed)

        def work(chunk: Cells) -> NDArray[np.int64]:
            if cancelled is not None and cancelled():
                raise Cancelled
            return run_cells(field, chunk, seed=seed, method=method)

        with ThreadPoolExecutor(threads, thread_name_prefix="cells") as pool:
            found = list(pool.map(work, cell_chunks(cells, 8 * threads)))
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def run_cells(field: Field, cells: Cells, *, seed: int, method: Method) -> NDArray[np.int64]:
    """Work out single events on one thread; what they cost does not depend on the method.

    This is the task of a machine in a cluster. Per world O(rows), plus what the starts reach.
    """
    from registry.domain.kernel import league as kernel_league

    arrays = field.ready()
    costs = np.zeros(len(cells.starts), dtype=np.int64)
    memory = league_memory(arrays, int(np.diff(cells.offsets).max(initial=0)))
    kernel_league.league_cells(
        cells.worlds, cells.offsets, field.starts[cells.starts], np.uint64(seed & 0xFFFFFFFFFFFFFFFF),
        int(method is Method.COMPONENTS), league_ground(arrays, field.luck, field.price), memory, costs,
    )  # fmt: skip
    return costs


def cell_chunks(cells: Cells, count: int) -> list[Cells]:
    """Split cells into at most about `count` runs of whole worlds, a multiple of 64 worlds each."""
    worlds = len(cells.worlds)
    size = BLOCK * max(1, -(-worlds // (BLOCK * max(1, count))))
    edges = [*range(0, worlds, size), worlds]
    return [
        Cells(
            cells.worlds[first:past],
            cells.offsets[first : past + 1] - cells.offsets[first],
            cells.starts[cells.offsets[first] : cells.offsets[past]],
        )
        for first, past in pairwise(edges)
        if past > first
    ]


def faster_for_cells(field: Field, cells: Cells, *, seed: int) -> Method:
    """Time both methods on the first few worlds; the choice moves the time a run takes, never its digits."""
    past = min(_PILOT_WORLDS, len(cells.worlds))
    pilot = Cells(cells.worlds[:past], cells.offsets[: past + 1], cells.starts[: cells.offsets[past]])
    times: dict[Method, float] = {}
    for method in Method:
        run_cells(field, pilot, seed=seed, method=method)  # compiles or loads
        begun = time.perf_counter()
        run_cells(field, pilot, seed=seed, method=method)
        times[method] = time.perf_counter() - begun
    return min(times, key=lambda method: times[method])
