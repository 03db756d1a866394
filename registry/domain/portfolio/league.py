"""Every vendor as a start over the same worlds: runs the compiled league on threads and adds up its accounts.

Blocks are always 64 worlds, whatever the threads or machines; whole numbers add up the same in any order and the
squares of blocks are added in block order, so the digits depend on worlds and seed alone. Which of the two exact
methods is faster is found out on a few worlds; both give the same account.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Arrays, Floats, Ints, key_of
from registry.domain.impact.cost import Z_IDENTITY, Basis, cost_curve, cost_terms
from registry.domain.kernel.inputs import Luck
from registry.domain.portfolio.league_inputs import BLOCK, league_ground, league_memory
from registry.domain.register.errors import Cancelled
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.scenario.cascade import available_threads

if TYPE_CHECKING:
    from registry.domain.kernel.league import Account, Ground, Price

__all__ = [
    "BlockFloats",
    "LeagueAccount",
    "Method",
    "faster_method",
    "league_blocks",
    "merged",
    "price_in_force",
    "run_blocks",
    "run_league",
]

_PILOT_WORLDS: Final = 4

Progress = Callable[[int, int], None]
Worlds = NDArray[np.int64]


class Method(StrEnum):
    """How a world is searched for all starts; both are exact and agree to the last digit."""

    SEARCH = "search"
    COMPONENTS = "components"


@dataclass(frozen=True, slots=True, eq=False)
class LeagueAccount:
    """What the starts exposed, added up over worlds; one row per start.

    `sums` (starts, 6) int64: nodes reached, weight reached, people and protected people in 1/256, cost in whole
    currency units, worlds in which somebody is exposed. `squares` (starts, 2): people, cost. `people_counts`
    (starts, bins): worlds per logarithmic bin; `costs` (starts, bins, 2): worlds and whole currency units per bin.
    `losses` (worlds,): what a year would cost if every event of every start went as in that world.
    """

    worlds: int
    sums: NDArray[np.int64]
    squares: Floats
    people_counts: NDArray[np.uint32]
    costs: NDArray[np.int64]
    losses: Floats

    def __add__(self, later: "LeagueAccount") -> "LeagueAccount":
        """Return the account of these worlds and of later ones."""
        return LeagueAccount(
            self.worlds + later.worlds,
            self.sums + later.sums,
            self.squares + later.squares,
            self.people_counts + later.people_counts,
            self.costs + later.costs,
            np.concatenate((self.losses, later.losses)),
        )


class BlockFloats(NamedTuple):
    """The figures of one block that are no whole numbers, to be added up in the order of blocks."""

    squares: Floats
    losses: Floats


def price_in_force(register: Register, parameters: Parameters) -> "Price":
    """Return how the organisation prices what a vendor's event exposes, under the cost model in force.

    Every selectable model fits one form: per event is per person with a slope of 0.

    Raises
    ------
    InvalidScenario
        When the worth of the organisation's currency is not registered.
    """
    from registry.domain.kernel import league as kernel_league

    curve = cost_curve(parameters.cost_model, register, parameters, is_third_party=True)
    terms = cost_terms(register, parameters)
    return kernel_league.Price(
        mode=kernel_league.BY_RECORDS if curve.basis is Basis.RECORDS else kernel_league.BY_PEOPLE,
        intercept=float(curve.intercept),
        slope=float(curve.slope),
        sigma=float(curve.sigma),
        factor=float(curve.factor / terms.usd_per_unit),
        is_weighted=int(curve.is_weighted),
        protected_weight=float(curve.protected_weight),
        cap=math.inf if terms.cap is None else float(terms.cap),
        z_key=_signed(key_of(Z_IDENTITY)),
    )


def _signed(key: int) -> int:
    """Return the same 64 bits as a signed number: compiled code must not meet two kinds of whole numbers here."""
    return key - (1 << 64) if key >> 63 else key


def league_blocks(worlds: Worlds) -> list[Worlds]:
    """Split the numbers of worlds, in ascending order, into the blocks every run uses."""
    return [worlds[first : first + BLOCK] for first in range(0, len(worlds), BLOCK)]


def run_league(  # noqa: PLR0913 -- options of one run, all but four by name
    arrays: Arrays,
    starts: Ints,
    luck: Luck,
    price: "Price",
    *,
    worlds: Worlds,
    seed: int,
    threads: int | None = None,
    method: Method | None = None,
    weights: NDArray[np.int64] | None = None,
    rates: Floats | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LeagueAccount:
    """Run all starts over the given worlds.

    Parameters
    ----------
    starts
        Node numbers.
    price
        How people are turned into money; mode 0 counts nodes and weights only.
    worlds
        Numbers of the worlds, ascending.
    method
        None: the faster on the first few worlds.
    weights
        What reaching a node adds, per node; all 0 when not given.
    rates
        Events per year, per start, for the losses per world; all 0 when not given.
    progress
        Called with (worlds done, worlds to do).
    cancelled
        Asked between blocks.

    Returns
    -------
    LeagueAccount
        The same digits for any threads and either method.

    Raises
    ------
    Cancelled
        When `cancelled` said so.

    Notes
    -----
    About 10 kB of memory per start and thread, most of it histograms.
    """
    ground = league_ground(arrays, luck, price, weights)
    chosen = method or faster_method(arrays, starts, luck, price, worlds=worlds, seed=seed)
    runner = _Runner(ground, arrays, starts, rates, seed=seed, method=chosen, threads=threads or available_threads())
    floats = []
    done = 0
    for block, found in runner.blocks_in_order(league_blocks(worlds), cancelled):
        floats.append(found)
        done += len(block)
        if progress is not None:
            progress(done, len(worlds))
    return runner.account(done, floats)


def run_blocks(
    arrays: Arrays,
    starts: Ints,
    luck: Luck,
    price: "Price",
    *,
    blocks: Sequence[Worlds],
    seed: int,
    method: Method,
    rates: Floats | None = None,
) -> tuple[LeagueAccount, list[BlockFloats]]:
    """Run some blocks on one thread and return their floats block by block, for a caller that adds them in order.

    This is the task of a machine in a cluster; `merged` puts the answers of all tasks together.
    """
    runner = _Runner(league_ground(arrays, luck, price), arrays, starts, rates, seed=seed, method=method, threads=1)
    floats = [found for _, found in runner.blocks_in_order(list(blocks), None)]
    return runner.account(sum(len(block) for block in blocks), []), floats


def merged(parts: Sequence[tuple[LeagueAccount, list[BlockFloats]]]) -> LeagueAccount:
    """Put the answers of `run_blocks` together, in the order of their blocks: the digits of one run."""
    first = parts[0][0]
    sums, people_counts, costs = first.sums.copy(), first.people_counts.copy(), first.costs.copy()
    for account, _ in parts[1:]:
        sums += account.sums
        people_counts += account.people_counts
        costs += account.costs
    squares, losses = _in_order([found for _, floats in parts for found in floats], len(sums))
    return LeagueAccount(sum(account.worlds for account, _ in parts), sums, squares, people_counts, costs, losses)


def _in_order(floats: Sequence[BlockFloats], starts: int) -> tuple[Floats, Floats]:
    squares = np.zeros((starts, 2))
    for found in floats:
        squares += found.squares
    return squares, np.concatenate([np.zeros(0), *(found.losses for found in floats)])


class _Runner:
    """Working memory and accounts of the threads of one run."""

    def __init__(
        self,
        ground: "Ground",
        arrays: Arrays,
        starts: Ints,
        rates: Floats | None,
        *,
        seed: int,
        method: Method,
        threads: int,
    ) -> None:
        from registry.domain.kernel import league as kernel_league

        self._kernel = kernel_league
        self._ground = ground
        self._starts = starts
        self._rates = np.zeros(len(starts)) if rates is None else rates
        self._seed = np.uint64(seed & 0xFFFFFFFFFFFFFFFF)
        self._by_components = int(method is Method.COMPONENTS)
        self._threads = threads
        self._free = [(league_memory(arrays, len(starts)), self._new_account()) for _ in range(threads)]
        self._accounts = [account for _, account in self._free]
        self._lock = Lock()

    def _new_account(self) -> "Account":
        bins, starts = self._kernel.BINS, len(self._starts)
        return self._kernel.Account(
            reached=np.zeros((starts, 2), dtype=np.int64),
            sums=np.zeros((starts, 4), dtype=np.int64),
            squares=np.zeros((starts, 2)),
            people_counts=np.zeros((starts, bins), dtype=np.uint32),
            costs=np.zeros((starts, bins, 2), dtype=np.int64),
            rates=self._rates,
            losses=np.zeros(BLOCK),
        )

    def blocks_in_order(
        self, blocks: list[Worlds], cancelled: Callable[[], bool] | None
    ) -> Iterator[tuple[Worlds, BlockFloats]]:
        """Run the blocks on the threads and yield (block, its floats) in the order of the blocks."""
        with ThreadPoolExecutor(self._threads, thread_name_prefix="league") as pool:
            ahead = 2 * self._threads
            waiting = [pool.submit(self._block, block) for block in blocks[:ahead]]
            for position, block in enumerate(blocks):
                found = waiting.pop(0).result()
                if position + ahead < len(blocks):
                    waiting.append(pool.submit(self._block, blocks[position + ahead]))
                if cancelled is not None and cancelled():
                    pool.shutdown(cancel_futures=True)
                    raise Cancelled
                yield block, found

    def _block(self, block: Worlds) -> BlockFloats:
        with self._lock:
            memory, account = self._free.pop()
        account.squares[:] = 0.0
        self._kernel.league_worlds(block, self._seed, self._starts, self._by_components, self._ground, memory, account)
        found = BlockFloats(account.squares.copy(), account.losses[: len(block)].copy())
        with self._lock:
            self._free.append((memory, account))
        return found

    def account(self, worlds: int, floats: Sequence[BlockFloats]) -> LeagueAccount:
        """Add up the threads; worlds that touched no bin are in bin 0."""
        first, *others = self._accounts
        for other in others:
            first.reached[:] += other.reached
            first.sums[:] += other.sums
            first.people_counts[:] += other.people_counts
            first.costs[:] += other.costs
        first.people_counts[:, 0] = worlds - first.people_counts[:, 1:].sum(axis=1)
        first.costs[:, 0, 0] = worlds - first.costs[:, 1:, 0].sum(axis=1)
        squares, losses = _in_order(floats, len(self._starts))
        sums = np.concatenate((first.reached, first.sums), axis=1)
        return LeagueAccount(worlds, sums, squares, first.people_counts, first.costs, losses)


def faster_method(arrays: Arrays, starts: Ints, luck: Luck, price: "Price", *, worlds: Worlds, seed: int) -> Method:
    """Time both methods on the first few worlds; the choice moves the time a run takes, never its digits."""
    ground = league_ground(arrays, luck, price)
    pilot = [worlds[:_PILOT_WORLDS]]
    times: dict[Method, float] = {}
    for method in Method:
        runner = _Runner(ground, arrays, starts, None, seed=seed, method=method, threads=1)
        list(runner.blocks_in_order([worlds[:1]], None))  # compiles or loads, and warms the memory
        begun = time.perf_counter()
        list(runner.blocks_in_order(pilot, None))
        times[method] = time.perf_counter() - begun
    return min(times, key=lambda method: times[method])
