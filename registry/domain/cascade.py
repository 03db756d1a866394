"""Runs the cascade: exactly where few edges are uncertain, else over as many worlds as the answer needs.

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

from registry.domain.arrays import Arrays, Floats, Ints, key_of
from registry.domain.errors import Cancelled
from registry.domain.people import standard_error

if TYPE_CHECKING:
    from registry.domain.kernel import Bodies, Chances, Edges, PackedEdges, Scratch, World

__all__ = [
    "Enumeration",
    "Luck",
    "Progress",
    "Sample",
    "Sampling",
    "available_threads",
    "certain_nodes",
    "enumerate_worlds",
    "kernel_bodies",
    "kernel_chances",
    "kernel_edges",
    "kernel_scratch",
    "packed_edges",
    "simulate",
    "wilson_interval",
    "wilson_intervals",
]

Progress = Callable[[int, int], None]
Counts = NDArray[np.int64]

FIRST_STOP: Final = 1024  # worlds before the first look at the error; doubled after every look
_BLOCK: Final = 256
_BLOCK_MAX: Final = 4096
_AREAS: Final = ("operations", "finance", "brand", "retention")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Luck:
    """Everything drawn besides the cascade: fractions taken, days a service stands still, areas hit.

    `fractions` has shape (storages, 1024), `area_limits` (4,), `area_factor` (4, 4) lower triangular.
    """

    fractions: Floats
    area_limits: Floats
    area_factor: Floats
    days_mu: float
    days_sigma: float

    @property
    def is_fixed(self) -> bool:
        """Whether people follow from the reached nodes alone."""
        return bool(np.all(self.fractions == self.fractions[:, :1]))


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Enumeration:
    """Every world of the uncertain edges with its chance; people are meant only when fractions are fixed.

    `weights` (worlds,), `columns` (7, worlds); chances per node and dataset; mean people per dataset, segment and
    jurisdiction.
    """

    weights: Floats
    columns: Floats
    node_chances: Floats
    dataset_chances: Floats
    dataset_people: Floats
    segment_people: Floats
    jurisdiction_people: Floats


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
        from registry.domain import kernel

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


# -- inputs of the kernel ----------------------------------------------------------------------------------------


def kernel_edges(arrays: Arrays) -> "Edges":
    """Return the rows of a graph as the kernel takes them."""
    from registry.domain.kernel import Edges

    return Edges(arrays.offsets, arrays.targets, arrays.thresholds, arrays.keys)


def packed_edges(arrays: Arrays) -> "PackedEdges":
    """Return the rows of a graph as the search from one start takes them."""
    from registry.domain.kernel import PackedEdges

    words = np.empty((len(arrays.targets), 2), dtype=np.uint64)
    words[:, 0] = arrays.keys
    words[:, 1] = (arrays.thresholds.astype(np.uint64) << np.uint64(32)) | arrays.targets.astype(np.uint64)
    return PackedEdges(arrays.offsets, words.reshape(-1))


def kernel_bodies(arrays: Arrays) -> "Bodies":
    """Return copies, people and processes as the kernel takes them."""
    from registry.domain.kernel import Bodies

    copies, population, stoppable = arrays.copies, arrays.population, arrays.stoppable
    return Bodies(
        copy_of_node=arrays.copy_of_node,
        process_of_node=arrays.process_of_node,
        copy_dataset=copies.dataset,
        copy_share=copies.share,
        copy_storage=copies.storage,
        copy_sealed=copies.sealed,
        copy_home=copies.home,
        copy_weight=copies.weight,
        copy_key=copies.key,
        dataset_people=population.dataset_people,
        dataset_residual=population.residual,
        dataset_found=population.found,
        coverage_offsets=population.coverage_offsets,
        coverage_segments=population.coverage_segments,
        coverage_shares=population.coverage_shares,
        segment_people=population.segment_people,
        jurisdiction_offsets=population.jurisdiction_offsets,
        jurisdiction_columns=population.jurisdiction_columns,
        jurisdiction_shares=population.jurisdiction_shares,
        rto_days=stoppable.rto_days,
        margin_per_day=stoppable.margin_per_day,
    )


def kernel_scratch(arrays: Arrays) -> "Scratch":
    """Return fresh working memory for one thread."""
    from registry.domain.kernel import Scratch

    nodes, datasets, segments = (
        len(arrays.nodes), len(arrays.population.datasets), len(arrays.population.segments)
    )  # fmt: skip
    widest = int(np.diff(arrays.offsets).max(initial=0))
    return Scratch(
        node_stamps=np.zeros(nodes, dtype=np.int64),
        queue=np.zeros(nodes + 1, dtype=np.int32),
        live=np.zeros(widest + 1, dtype=np.int32),
        dataset_stamps=np.zeros(datasets, dtype=np.int64),
        datasets=np.zeros(datasets, dtype=np.int32),
        dataset_values=np.zeros((4, datasets)),
        segment_stamps=np.zeros(segments, dtype=np.int64),
        segments=np.zeros(segments, dtype=np.int32),
        segment_values=np.zeros((4, segments)),
    )


def kernel_chances(luck: Luck) -> "Chances":
    """Return what is drawn besides the cascade as the kernel takes it."""
    from registry.domain.kernel import Chances

    keys = [key_of("availability|days"), *(key_of(f"area|{area}") for area in _AREAS)]
    # a set of tables may be read-only; the compiled code is made for arrays that are not
    return Chances(
        np.array(luck.fractions),
        np.array(luck.area_limits),
        np.array(luck.area_factor),
        float(luck.days_mu),
        float(luck.days_sigma),
        np.array(keys, dtype=np.uint64),
    )


# -- enumeration -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reduced:
    """A graph without certainties: nodes reached for sure, and merged edges among the rest (bit -1: certain)."""

    certain: tuple[int, ...]
    edges: tuple[tuple[int, int, int], ...]  # tail, head, bit
    probabilities: tuple[float, ...]


def enumerate_worlds(arrays: Arrays, start: Ints, luck: Luck, *, uncertain_max: int) -> Enumeration | None:
    """Go through all worlds, when the uncertain edges that matter are few.

    Parameters
    ----------
    arrays, start, luck
        As for `simulate`; the days a service stands still are fixed at their median here.
    uncertain_max
        Most merged edges with `0 < p < 1`, reachable from the start and not into what is reached for sure.

    Returns
    -------
    Enumeration or None
        None when there are more. O(2 ** uncertain x reached).
    """
    reduced = _reduce(arrays, start, uncertain_max)
    if reduced is None:
        return None
    return _enumerate(arrays, reduced, luck)


def _reduce(arrays: Arrays, start: Ints, uncertain_max: int) -> _Reduced | None:
    certain = certain_nodes(arrays, start)
    bits = 0
    edges: list[tuple[int, int, int]] = []
    probabilities: list[float] = []
    queue = deque(sorted(certain))
    seen = set(certain)
    while queue:
        tail = queue.popleft()
        for head, probability in _merged(arrays, tail).items():
            if head in certain:
                continue
            if probability < 1.0:
                probabilities.append(probability)
                bits += 1
                if bits > uncertain_max:
                    return None
            edges.append((tail, head, bits - 1 if probability < 1.0 else -1))
            if head not in seen:
                seen.add(head)
                queue.append(head)
    return _Reduced(tuple(sorted(certain)), tuple(sorted(edges)), tuple(probabilities))


def certain_nodes(arrays: Arrays, start: Ints) -> set[int]:
    """Return the numbers of what is reached in every world: the start and all behind certain edges."""
    certain = {int(node) for node in start}
    stack = list(certain)
    while stack:
        node = stack.pop()
        rows = slice(arrays.offsets[node], arrays.offsets[node + 1])
        for head in arrays.targets[rows][arrays.probabilities[rows] >= 1.0].tolist():
            if head not in certain:
                certain.add(head)
                stack.append(head)
    return certain


def _merged(arrays: Arrays, tail: int) -> dict[int, float]:
    """Return head -> `1 - prod(1 - p)` over the parallel rows of a node."""
    rows = slice(arrays.offsets[tail], arrays.offsets[tail + 1])
    survival: dict[int, float] = {}
    single: dict[int, float] = {}
    for head, probability in zip(arrays.targets[rows].tolist(), arrays.probabilities[rows].tolist(), strict=True):
        single[head] = probability if head not in survival else -1.0
        survival[head] = survival.get(head, 1.0) * (1.0 - min(1.0, probability))
    # one fact alone keeps the digits it was given
    return {head: single[head] if single[head] >= 0.0 else 1.0 - left for head, left in survival.items()}


def _enumerate(arrays: Arrays, reduced: _Reduced, luck: Luck) -> Enumeration:
    from registry.domain import kernel

    population = arrays.population
    tails = np.array([edge[0] for edge in reduced.edges], dtype=np.int64)
    weights = np.zeros(1 << len(reduced.probabilities))
    world = kernel.World(
        np.zeros((len(kernel.COLUMNS), len(weights))),
        np.zeros(len(weights), dtype=np.uint8),
        np.zeros((1, len(population.segments))),
        np.zeros((1, len(population.jurisdictions))),
    )
    datasets = len(population.datasets)
    node_chances, dataset_chances, dataset_people = np.zeros(len(arrays.nodes)), np.zeros(datasets), np.zeros(datasets)
    segment_people, jurisdiction_people = np.zeros(len(population.segments)), np.zeros(len(population.jurisdictions))
    kernel.enumerate_worlds(
        np.array(reduced.probabilities, dtype=np.float64),
        np.array(reduced.certain, dtype=np.int32),
        np.searchsorted(tails, np.arange(len(arrays.nodes) + 1)).astype(np.int64),
        np.array([edge[1] for edge in reduced.edges], dtype=np.int32),
        np.array([edge[2] for edge in reduced.edges], dtype=np.int64),
        kernel_bodies(arrays), kernel_chances(luck), kernel_scratch(arrays), world,
        weights, node_chances, dataset_chances, dataset_people, segment_people, jurisdiction_people,
    )  # fmt: skip
    certain = np.array(reduced.certain, dtype=np.int64)
    node_chances[certain] = 1.0  # not the sum of all chances, which is 1 only up to rounding
    sure = arrays.copy_of_node[certain]
    dataset_chances[arrays.copies.dataset[sure[sure >= 0]]] = 1.0
    return Enumeration(
        weights=weights,
        columns=world.columns,
        node_chances=np.minimum(node_chances, 1.0),
        dataset_chances=np.minimum(dataset_chances, 1.0),
        dataset_people=dataset_people,
        segment_people=segment_people,
        jurisdiction_people=jurisdiction_people,
    )
