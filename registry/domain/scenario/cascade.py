"""Simulates the cascade, over as many worlds as the answer needs.

Independent cascade (Kempe, Kleinberg, Tardos 2003): keep each edge with its probability and take what is
reachable. Worlds are numbered; a world's draws hang on (seed, number, identity of the fact) alone, so blocks may
run on any thread in any order. Sums are whole numbers or are taken over finished columns, never over blocks.
"""

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Arrays, Floats, Ints
from registry.domain.impact.people import standard_error
from registry.domain.kernel.inputs import Luck, kernel_bodies, kernel_chances, kernel_scratch, packed_edges
from registry.domain.register.errors import Cancelled

if TYPE_CHECKING:
    from registry.domain.kernel.kernel import Scratch, World

__all__ = [
    "Progress",
    "Sample",
    "Sampling",
    "available_threads",
    "simulate",
    "wilson_interval",
    "wilson_intervals",
]

Progress = Callable[[int, int], None]
Counts = NDArray[np.int64]

FIRST_STOP: Final = 1024  # worlds before the first look at the error; doubled after every look
_BLOCK: Final = 256
_BLOCK_MAX: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How many worlds: `iterations` exactly, else until the error of mean people is within the target.

    `threads` and `block` (worlds per task) change the time a run takes, never its digits.
    """

    seed: int
    iterations: int | None = None
    target_error: float = 0.01
    cap: int = 100_000
    threads: int | None = None
    block: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """What many worlds gave.

    `columns` (7, worlds) as named by `kernel.COLUMNS`; `areas` (worlds,) bit sets; `segments` and
    `jurisdictions` (worlds, n) people; `hits` per node, `dataset_hits` and `dataset_people` (sum) per dataset.
    """

    worlds: int
    columns: Floats
    areas: NDArray[np.uint8]
    segments: Floats
    jurisdictions: Floats
    hits: Counts
    dataset_hits: Counts
    dataset_people: Floats


def wilson_interval(hits: int, worlds: int, level: float) -> tuple[float, float]:
    """Return the Wilson score interval of a chance (Wilson 1927).

    >>> low, high = wilson_interval(5, 10, 0.9)
    >>> round(low, 4), round(high, 4)
    (0.2693, 0.7307)
    """
    low, high = wilson_intervals(np.array([hits]), worlds, level)
    return float(low[0]), float(high[0])


def wilson_intervals(hits: Counts, worlds: int, level: float) -> tuple[Floats, Floats]:
    """Return the lower and upper ends of `wilson_interval` for many chances at once."""
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    share = hits / worlds
    middle = share + z * z / (2 * worlds)
    half = z * np.sqrt(share * (1 - share) / worlds + z * z / (4 * worlds * worlds))
    scale = 1 + z * z / worlds
    low = np.where(hits == 0, 0.0, np.maximum(0.0, (middle - half) / scale))
    high = np.where(hits == worlds, 1.0, np.minimum(1.0, (middle + half) / scale))
    return low, high


# -- simulation --------------------------------------------------------------------------------------------------


def simulate(
    arrays: Arrays,
    start: Ints,
    luck: Luck,
    sampling: Sampling,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Sample:
    """Simulate worlds until there are enough of them.

    Parameters
    ----------
    arrays, start
        The graph and the numbers of the nodes compromised at hop 0.
    luck, sampling
        What is drawn besides the cascade; how many worlds, from which seed, on how many threads.
    progress
        Called with (worlds done, worlds to do as far as known) from the calling thread.
    cancelled
        Asked between blocks from the calling thread.

    Returns
    -------
    Sample
        The same digits for any number of threads and any size of block.

    Raises
    ------
    Cancelled
        When `cancelled` said so; nothing is kept.

    Notes
    -----
    O(worlds x out-rows of reached nodes); 57 B + 8 B per segment and jurisdiction of memory per world.
    """
    run = _Run(arrays, start, luck, sampling)
    parts: list[World] = []
    done = 0
    for goal in _goals(sampling):
        part = run.new_world(goal - done)
        run.do(part, first=done, past=goal, report=(progress, _likely_total(sampling, goal)), cancelled=cancelled)
        parts.append(part)
        done = goal
        if sampling.iterations is None and _is_settled(parts, sampling.target_error, arrays, start):
            break
    return run.finish(parts, done)


def _goals(sampling: Sampling) -> Iterator[int]:
    if sampling.iterations is not None:
        yield sampling.iterations
        return
    goal = FIRST_STOP
    while goal < sampling.cap:
        yield goal
        goal *= 2
    yield sampling.cap


def _likely_total(sampling: Sampling, goal: int) -> int:
    return sampling.iterations or min(goal, sampling.cap)


def _is_settled(parts: list["World"], target: float, arrays: Arrays, start: Ints) -> bool:
    """Whether mean people is known well enough; where nobody can be reached, the loss from stopped services."""
    reachable = _reachable(arrays, start)
    reaches_people = bool(np.any(reachable[arrays.copies.node]))
    column = 0 if reaches_people else 6
    values = np.concatenate([part.columns[column] for part in parts])
    mean = float(values.mean())
    if mean == 0.0:  # no bodies in reach: settled; else a rare thing that has not happened yet
        return not (reaches_people or bool(np.any(reachable[arrays.stoppable.node])))
    return standard_error(values) <= target * mean


def _reachable(arrays: Arrays, start: Ints) -> NDArray[np.bool_]:
    """Return which nodes any world can reach; O(rows)."""
    seen = np.zeros(len(arrays.nodes), dtype=np.bool_)
    seen[start] = True
    frontier = start
    while len(frontier):
        spans = [arrays.targets[arrays.offsets[node] : arrays.offsets[node + 1]] for node in frontier]
        heads = np.unique(np.concatenate(spans))
        frontier = heads[~seen[heads]]
        seen[frontier] = True
    return seen


class _Run:
    """State of one simulation: kernel inputs, and per thread its working memory and whole-number sums."""

    def __init__(self, arrays: Arrays, start: Ints, luck: Luck, sampling: Sampling) -> None:
        from registry.domain.kernel import kernel

        self._kernel = kernel
        self._arrays = arrays
        self._start = start
        self._seed = np.uint64(sampling.seed & 0xFFFFFFFFFFFFFFFF)
        self._block = sampling.block
        self._edges = packed_edges(arrays)
        self._bodies = kernel_bodies(arrays)
        self._chances = kernel_chances(luck)
        self._threads = max(1, sampling.threads or available_threads())
        self._memory = [self._new_memory() for _ in range(self._threads)]

    def _new_memory(self) -> tuple["Scratch", Counts, Counts, Counts]:
        datasets = len(self._arrays.population.datasets)
        nodes, per_dataset = len(self._arrays.nodes), np.zeros((2, datasets), dtype=np.int64)
        return kernel_scratch(self._arrays), np.zeros(nodes, dtype=np.int64), per_dataset[0], per_dataset[1]

    def new_world(self, worlds: int) -> "World":
        """Make room for the output of some worlds."""
        population = self._arrays.population
        return self._kernel.World(
            np.zeros((len(self._kernel.COLUMNS), worlds)),
            np.zeros(worlds, dtype=np.uint8),
            np.zeros((worlds, len(population.segments))),
            np.zeros((worlds, len(population.jurisdictions))),
        )

    def do(
        self,
        part: "World",
        *,
        first: int,
        past: int,
        report: tuple[Progress | None, int],
        cancelled: Callable[[], bool] | None,
    ) -> None:
        """Simulate worlds `first <= w < past` into `part`, block by block on all threads."""
        blocks = deque(self._blocks(first, past))
        halt = threading.Event()
        finished = [0] * self._threads
        with ThreadPoolExecutor(self._threads, thread_name_prefix="cascade") as pool:
            busy = {
                pool.submit(self._work, thread, part, first, (blocks, finished, halt))
                for thread in range(self._threads)
            }
            try:
                while busy:
                    ready, busy = wait(busy, timeout=0.05, return_when=FIRST_COMPLETED)
                    for task in ready:
                        task.result()
                    if cancelled is not None and cancelled():
                        raise Cancelled
                    if report[0] is not None:
                        report[0](first + sum(finished), report[1])
            finally:
                halt.set()

    def _blocks(self, first: int, past: int) -> Iterator[tuple[int, int]]:
        even = math.ceil((past - first) / (4 * self._threads))
        size = self._block or min(_BLOCK_MAX, max(_BLOCK, even))
        for begin in range(first, past, size):
            yield begin, min(begin + size, past)

    def _work(
        self, thread: int, part: "World", base: int, shared: tuple[deque[tuple[int, int]], list[int], threading.Event]
    ) -> None:
        blocks, finished, halt = shared
        scratch, hits, dataset_hits, dataset_people = self._memory[thread]
        while not halt.is_set():
            try:
                block = blocks.popleft()  # atomic: every block has one taker
            except IndexError:
                return
            self._kernel.simulate_worlds(
                np.array(block), base, self._seed, self._start, self._edges, self._bodies, self._chances, scratch,
                part, hits, dataset_hits, dataset_people,
            )  # fmt: skip
            finished[thread] += block[1] - block[0]

    def finish(self, parts: list["World"], worlds: int) -> Sample:
        """Put the parts together; whole-number sums of threads add up the same in any order."""
        hits, dataset_hits, dataset_people = (
            np.sum([memory[1:][position] for memory in self._memory], axis=0) for position in range(3)
        )
        return Sample(
            worlds=worlds,
            columns=np.concatenate([part.columns for part in parts], axis=1),
            areas=np.concatenate([part.areas for part in parts]),
            segments=np.concatenate([part.segments for part in parts]),
            jurisdictions=np.concatenate([part.jurisdictions for part in parts]),
            hits=hits,
            dataset_hits=dataset_hits,
            dataset_people=dataset_people / self._kernel.PEOPLE_SCALE,
        )


def available_threads() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
