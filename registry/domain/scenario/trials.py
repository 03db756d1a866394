"""Changes to a scenario tried on its own worlds: only those worlds are run again in which the change can be felt.

A change that takes rows away, lowers their chance or touches copies leaves a world as it was unless one of those rows
was used or one of those copies reached. So a trial costs what it changes, and all worlds of the run can be kept:
savings stand on the same worlds as the figures they are taken from.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Arrays, Floats
from registry.domain.impact.cost import price
from registry.domain.kernel.inputs import kernel_bodies, kernel_chances, kernel_scratch, packed_edges
from registry.domain.register.errors import Cancelled
from registry.domain.scenario.cascade import available_threads
from registry.domain.scenario.run import Run

if TYPE_CHECKING:
    from registry.domain.kernel.kernel import Scratch

__all__ = ["WORLDS_MAX", "Trials", "Watch", "changes_between"]

WORLDS_MAX: Final = 16_384  # of the run that are tried on: all of them where the run had no more


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """Rows and nodes of the graph before, by number, that a change touches."""

    rows: NDArray[np.int64]
    nodes: NDArray[np.int32]


def changes_between(before: Arrays, after: Arrays) -> Watch | None:
    """Return what to watch for a change to be felt; None when it may be felt in any world.

    O(rows log rows).
    """
    if before.nodes != after.nodes or before.population is not after.population:
        return None
    order = np.argsort(after.keys, kind="stable")
    known = after.keys[order]
    places = np.minimum(np.searchsorted(known, before.keys), max(0, len(known) - 1))
    if len(known):
        is_kept = known[places] == before.keys
        then = np.where(is_kept, after.thresholds[order[places]].astype(np.int64), -1)
    else:
        is_kept, then = np.zeros(len(before.keys), dtype=np.bool_), np.full(len(before.keys), -1)
    if int(is_kept.sum()) != len(known) or bool(np.any(then > before.thresholds)):
        return None  # something was added or made likelier
    copies, others = before.copies, after.copies
    if len(copies.node) != len(others.node) or not np.array_equal(before.stoppable.node, after.stoppable.node):
        return None
    touched = (
        (copies.share != others.share) | (copies.storage != others.storage) | (copies.sealed != others.sealed)
        | (copies.weight != others.weight) | (copies.home != others.home)
    )  # fmt: skip
    return Watch(np.flatnonzero(then < before.thresholds), copies.node[touched])


class Trials:
    """The worlds of a run, and what changes would make of them.

    `worlds` of the run are kept, the first `WORLDS_MAX`; `cost` and `people` (worlds,) are theirs before any change.
    """

    def __init__(self, run: Run, *, threads: int | None = None, cancelled: Callable[[], bool] | None = None) -> None:
        from registry.domain.kernel import cuts as kernel_cuts
        from registry.domain.kernel import kernel

        self._kernel, self._cuts = kernel, kernel_cuts
        self._run = run
        self._threads = threads or available_threads()
        self._cancelled = cancelled
        self._seed = np.uint64(run.scenario.seed & 0xFFFFFFFFFFFFFFFF)
        self.worlds = min(run.sample.worlds, WORLDS_MAX)
        self._columns = run.sample.columns[:, : self.worlds]
        self.cost = self._priced(self._columns)
        self.people = self._columns[0]

    def _priced(self, columns: Floats) -> Floats:
        return price(columns, self._run.curve, self._run.terms, seed=self._run.scenario.seed).total

    def with_each(self, changed: Sequence[Arrays]) -> list[tuple[Floats, Floats]]:
        """Return cost and people per world, shape (worlds,) each, for each of some changed graphs.

        Raises
        ------
        Cancelled
            When `cancelled` said so.
        """
        numbers = self._felt([changes_between(self._run.prepared.arrays, arrays) for arrays in changed])
        with ThreadPoolExecutor(self._threads, thread_name_prefix="trial") as pool:
            return list(pool.map(self._again, changed, numbers))

    def _felt(self, watches: Sequence[Watch | None]) -> list[NDArray[np.int64]]:
        """Return for each change the numbers of the worlds in which it can be felt."""
        arrays = self._run.prepared.arrays
        felt = np.zeros((len(watches), self.worlds), dtype=np.uint8)
        none = Watch(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32))
        known = [none if watch is None else watch for watch in watches]
        rows, nodes = (
            np.concatenate([getattr(none, name), *(getattr(watch, name) for watch in known)])
            for name in ("rows", "nodes")
        )
        offsets = [
            np.cumsum([0, *(len(getattr(watch, name)) for watch in known)]).astype(np.int64)
            for name in ("rows", "nodes")
        ]
        self._cuts.find_changed_worlds(
            np.array([0, self.worlds]), self._seed, self._run.numbers, packed_edges(arrays), kernel_scratch(arrays),
            offsets[0], rows, arrays.sources[rows], offsets[1], nodes, felt,
        )  # fmt: skip
        for number, watch in enumerate(watches):
            if watch is None:
                felt[number] = 1
        return [np.flatnonzero(row) for row in felt]

    def _again(self, arrays: Arrays, numbers: NDArray[np.int64]) -> tuple[Floats, Floats]:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        population = arrays.population
        out = self._kernel.World(
            np.zeros((len(self._kernel.COLUMNS), len(numbers))),
            np.zeros(len(numbers), dtype=np.uint8),
            np.zeros((1, len(population.segments))),
            np.zeros((1, len(population.jurisdictions))),
        )
        self._cuts.run_worlds_again(
            numbers, self._seed, arrays.numbers(self._run.start), packed_edges(arrays), kernel_bodies(arrays),
            kernel_chances(self._run.luck), self._scratch(arrays), out,
        )  # fmt: skip
        columns = self._columns.copy()
        columns[:, numbers] = out.columns
        return self._priced(columns), columns[0]

    @staticmethod
    def _scratch(arrays: Arrays) -> "Scratch":
        return kernel_scratch(arrays)
