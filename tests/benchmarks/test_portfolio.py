"""How long the league of 10,000 vendors takes on 20,000 nodes and 100,000 edges, per world; and its memory.

Worlds are alike, so a few hundred of them give the time of ten thousand; accounts are allocated once per run, so a
longer run is faster per world. Processor time is printed beside the clock: on a busy machine believe the former.

Tried on the dense power-law graph and lost (processor time per world with people and cost; as it is now: 10 to 11 ms on
a quiet machine, 4 for reach and weights, most of it the searches of starts outside the hub; on two processors 5.4 and 2.1):

===========================================================================  =============
strong components by Tarjan, a tally per component, histograms per world        20 ms
the same loops with everything compiled into one function                       38 ms
the first pivot as hub, whatever leads to it                                    a few worlds at 200 ms
rows hashed node by node instead of over bits                                   + 0.4 ms
8 to 192 pivots instead of 24                                                no difference
logarithms of the C library instead of whole ones by table                      + 3 to 6 ms
===========================================================================  =============
"""

import os
import resource
import time

import numpy as np
import pytest

from registry.domain.kernel.league import Price
from registry.domain.portfolio.league import Method, run_league
from registry.domain.scenario.blast import draw_luck
from registry.reference.load import shipped_parameters
from tests.benchmarks.graphs import Graph, arrays_with_people, erdos_renyi, power_law

pytestmark = pytest.mark.bench

STARTS = 10_000
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
SETS = {
    "tuned: power law, dense": (power_law, True, 3, 256),
    "tuned: power law, sparse": (power_law, False, 3, 256),
    "untouched: other seed, dense": (power_law, True, 91, 256),
    "untouched: Erdos-Renyi, dense": (erdos_renyi, True, 92, 256),
}


@pytest.mark.parametrize("name", SETS)
def test_all_vendors_over_the_same_worlds(name, benchmark, capsys):
    shape, is_dense, seed, worlds = SETS[name]
    graph = Graph(shape, 20_000, 100_000, is_dense=is_dense, seed=seed)
    leaves = np.sort(np.argsort(np.diff(graph.offsets), kind="stable")[:6000]).astype(np.int32)
    arrays = arrays_with_people(graph, leaves)
    others = np.random.default_rng(4).permutation(np.setdiff1d(np.arange(graph.nodes), leaves))
    starts, luck = np.sort(others[:STARTS]).astype(np.int32), draw_luck(shipped_parameters())
    numbers = np.arange(worlds, dtype=np.int64)
    lines = []

    def run(mode, method, threads):
        price = Price(mode, 8.185, 0.573, 1.57, 1.0, 1, 0.2, 1e9, 99)
        began, worked = time.perf_counter(), time.process_time()
        account = run_league(
            arrays, starts, luck, price, worlds=numbers, seed=1, threads=threads, method=method,
            weights=np.arange(graph.nodes, dtype=np.int64) if mode == 0 else None,
        )  # fmt: skip
        return account, (time.perf_counter() - began) / worlds * 1e3, (time.process_time() - worked) / worlds * 1e3

    def one_round():
        for mode, what in ((0, "reach and weights"), (1, "people, cost, distributions")):
            for method in Method if not is_dense else (Method.COMPONENTS,):
                times = [run(mode, method, THREADS)[1:] for _ in range(3)]
                clock, effort = (min(values) for values in zip(*times, strict=True))
                lines.append(f"  {what:<28} {method:<11} {clock:7.2f} ms a world, {effort:7.2f} ms of processor time")

    run(1, Method.SEARCH, 1)  # compiles
    benchmark.pedantic(one_round, rounds=1)
    with capsys.disabled():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{name}: {STARTS:,} starts, {len(graph.sources):,} edges, {THREADS} threads; peak {peak:,.0f} MB")
        print("\n".join(lines))
