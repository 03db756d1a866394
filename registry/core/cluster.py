"""Runs the worlds of a portfolio on a Dask cluster: the same digits as here, on more machines.

Each graph is sent once, and workers pass it on. A task is a run of worlds, a multiple of 64; back come whole numbers,
histograms and the sums of blocks, put together in the order of the blocks. A worker that dies costs time only: its
tasks run again elsewhere, and a task has one answer.

Workers need this very code: they are asked for its fingerprint before anything is sent.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

import registry.domain
from registry.domain.exposure.arrays import Arrays, Floats, Ints
from registry.domain.kernel.inputs import Luck
from registry.domain.portfolio.crew import Cells, Crew, Field, cell_chunks, faster_for_cells, run_cells
from registry.domain.portfolio.league import (
    BlockFloats,
    LeagueAccount,
    Method,
    faster_method,
    league_blocks,
    merged,
    run_blocks,
)
from registry.domain.register.errors import Cancelled, DomainError

__all__ = ["ClusterUnavailable", "connected", "fingerprint"]

_WAIT: Final = 15  # seconds for an answer of the scheduler, and for a first worker
_TASKS_PER_THREAD: Final = 2
_ATTEMPTS: Final = 4
_LOST: Final = "The workers of the cluster are lost again and again; see their logs."

Progress = Callable[[int, int], None]
Worlds = NDArray[np.int64]
Task = Callable[..., Any]


class ClusterUnavailable(DomainError):
    """A cluster that cannot be used, and what to do about it."""


class _Terms(NamedTuple):
    """What a field holds besides its graph."""

    starts: Ints
    rates: Floats
    luck: Luck
    price: Any
    probabilities: Floats | None


@contextmanager
def connected(address: str) -> Iterator[Crew]:
    """Give a crew of the workers of a cluster.

    Parameters
    ----------
    address
        Of its scheduler, such as `tcp://10.0.0.5:8786`.

    Raises
    ------
    ClusterUnavailable
        When the packages for it are missing, nobody answers, there is no worker, or a worker has other code.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise ClusterUnavailable(
            "--cluster needs the optional packages for clusters, which are not installed: "
            "run `.venv/bin/python -m pip install distributed` here and on every worker, or leave --cluster out."
        ) from error
    try:
        client = Client(address, timeout=_WAIT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClusterUnavailable(
            f"--cluster {address}: no Dask scheduler answers there ({error}). Start one, or correct the address."
        ) from error
    # a graph is large on purpose, and sent once
    with client, dask.config.set({"distributed.admin.large-graph-warning-threshold": "2GB"}):
        _check_workers(client, address)
        yield _Cluster(client)


def fingerprint() -> str:
    """Return a hash of the code of the model: workers with another would give other digits."""
    content = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(registry.domain.__file__).parent.rglob("*.py")):
        content.update(path.name.encode() + b"\0" + path.read_bytes())
    return content.hexdigest()


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_WAIT)
    except TimeoutError as error:
        raise ClusterUnavailable(f"--cluster {address}: the scheduler has no worker. Start one.") from error
    asked = {
        worker: client.submit(fingerprint, workers=[worker], allow_other_workers=False, pure=False)
        for worker in sorted(client.nthreads())
    }
    for worker, future in asked.items():
        try:
            found = future.result(timeout=_WAIT)
        except TimeoutError as error:
            raise ClusterUnavailable(f"--cluster {address}: the worker {worker} does not answer; stop it.") from error
        except ImportError:
            found = None
        if found != fingerprint():
            raise ClusterUnavailable(
                f"--cluster {address}: the worker {worker} has other code than this machine. "
                "Start every worker in a checkout of this version, with PYTHONPATH set to it."
            )


@dataclass(slots=True)
class _Sent:
    """A graph that the workers have."""

    arrays: Arrays
    future: Any


class _Cluster:
    """The workers of one scheduler."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._sent: dict[int, _Sent] = {}

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
        method = self._one(_choose_method, field, worlds[:64], seed)
        blocks = league_blocks(worlds)
        size = max(1, -(-len(blocks) // self._tasks()))
        runs = [blocks[first : first + size] for first in range(0, len(blocks), size)]
        total: LeagueAccount | None = None
        floats: list[list[BlockFloats]] = [[] for _ in runs]
        done = 0
        for place, (account, found) in self._all(_league_task, field, [(run, seed, method) for run in runs], cancelled):
            floats[place] = found
            total = account if total is None else merged([(total, []), (account, [])])
            done += sum(len(block) for block in runs[place])
            if progress is not None:
                progress(done, len(worlds))
        assert total is not None
        return merged([(total, [each for found in floats for each in found])])

    def cells(
        self, field: Field, cells: Cells, *, seed: int, cancelled: Callable[[], bool] | None = None
    ) -> NDArray[np.int64]:
        """Return the cost of single events."""
        chunks = cell_chunks(cells, self._tasks())
        method = self._one(_choose_for_cells, field, chunks[0], seed)
        found: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64) for _ in chunks]
        for place, costs in self._all(_cells_task, field, [(chunk, seed, method) for chunk in chunks], cancelled):
            found[place] = costs
        return np.concatenate(found)

    def _tasks(self) -> int:
        threads = sum(self._client.nthreads().values())
        return max(1, _TASKS_PER_THREAD * int(threads))

    def _one(self, task: Task, field: Field, *arguments: Any) -> Any:
        return next(iter(self._all(task, field, [arguments], None)))[1]

    def _all(
        self, task: Task, field: Field, calls: Sequence[tuple[Any, ...]], cancelled: Callable[[], bool] | None
    ) -> Iterator[tuple[int, Any]]:
        """Run a task per call on the graph of a field; yield (place of the call, answer) as they come.

        A graph that was only on workers that died is sent again.
        """
        waiting = list(range(len(calls)))
        for _ in range(_ATTEMPTS):
            futures = self._submitted(task, field, calls, waiting)
            waiting = []
            try:
                for future, place in self._completed(futures, cancelled):
                    try:
                        answer = future.result()
                    except CancelledError:  # what it needed, or its answer, died with a worker
                        waiting.append(place)
                    else:
                        yield place, answer
            finally:
                self._client.cancel(list(futures), force=True)
            if not waiting:
                return
            self._sent.pop(id(field.arrays), None)
        raise ClusterUnavailable(_LOST)

    def _submitted(
        self, task: Task, field: Field, calls: Sequence[tuple[Any, ...]], places: Sequence[int]
    ) -> dict[Any, int]:
        graph = self._graph(field.arrays)
        terms = _Terms(field.starts, field.rates, field.luck, field.price, field.probabilities)
        return {
            self._client.submit(task, graph, terms, calls[place], pure=False, retries=_ATTEMPTS): place
            for place in places
        }

    def _completed(self, futures: dict[Any, int], cancelled: Callable[[], bool] | None) -> Iterator[tuple[Any, int]]:
        from distributed import as_completed

        for future in as_completed(list(futures), loop=self._client.loop):  # type: ignore[no-untyped-call]
            if cancelled is not None and cancelled():
                raise Cancelled
            yield future, futures[future]

    def _graph(self, arrays: Arrays) -> Any:
        """Return the graph on the workers, sent on first use and without what only explanations need."""
        sent = self._sent.get(id(arrays))
        if sent is None:
            # the answer of a task, and not scattered: what dies with a worker is made again, nothing waits for it
            lean = replace(arrays, number={}, facts=())
            sent = _Sent(arrays, self._client.submit(_graph_task, lean, pure=False, retries=_ATTEMPTS))
            self._sent[id(arrays)] = sent
        return sent.future


def _graph_task(arrays: Arrays) -> Arrays:
    return arrays


def _field(arrays: Arrays, terms: _Terms) -> Field:
    return Field(arrays=arrays, **terms._asdict())


def _choose_method(arrays: Arrays, terms: _Terms, call: tuple[Worlds, int]) -> Method:
    field, (worlds, seed) = _field(arrays, terms), call
    return faster_method(field.ready(), field.starts, field.luck, field.price, worlds=worlds, seed=seed)


def _choose_for_cells(arrays: Arrays, terms: _Terms, call: tuple[Cells, int]) -> Method:
    cells, seed = call
    return faster_for_cells(_field(arrays, terms), cells, seed=seed)


def _league_task(
    arrays: Arrays, terms: _Terms, call: tuple[list[Worlds], int, Method]
) -> tuple[LeagueAccount, list[BlockFloats]]:
    field, (blocks, seed, method) = _field(arrays, terms), call
    return run_blocks(
        field.ready(), field.starts, field.luck, field.price, blocks=blocks, seed=seed, method=method,
        rates=field.rates,
    )  # fmt: skip


def _cells_task(arrays: Arrays, terms: _Terms, call: tuple[Cells, int, Method]) -> NDArray[np.int64]:
    cells, seed, method = call
    return run_cells(_field(arrays, terms), cells, seed=seed, method=method)
