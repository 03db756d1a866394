"""How long whole answers take: one vendor on a prepared register, people and money of a dense hub."""

import os
import statistics
import time
from datetime import date

import numpy as np
import pytest

from registry.domain.impact.cost import CostTerms, cost_curve, price
from registry.domain.register.facts import Organisation, Register
from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.blast import ask, draw_luck, prepare
from registry.domain.scenario.cascade import Sampling, simulate
from registry.domain.scenario.scenario import Scenario
from registry.reference.load import shipped_parameters
from tests.benchmarks.graphs import Graph, arrays_with_people, large_register, power_law

pytestmark = pytest.mark.bench

ROUNDS = 5
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.mark.parametrize(
    "vendors, flows, worlds", [(1_000, 10_000, 2_000), (1_000, 10_000, 10_000), (10_000, 100_000, 2_000)]
)
def test_a_whole_answer_on_a_prepared_register(vendors, flows, worlds, benchmark, capsys):
    register = large_register(vendors, flows)
    began = time.perf_counter()
    prepared = prepare(register, shipped_parameters(), kind=ScenarioKind.DATA_THEFT, as_of=date(2026, 6, 1))
    preparing = time.perf_counter() - began
    scenario = Scenario(start=("V-00000",), as_of=date(2026, 6, 1), iterations=worlds)
    ask(prepared, scenario, cuts=0)  # warm
    answer = benchmark.pedantic(lambda: ask(prepared, scenario, cuts=0), rounds=ROUNDS)
    with capsys.disabled():
        print(
            f"\n{vendors:,} vendors, {flows:,} flows ({len(prepared.arrays.nodes):,} nodes, {len(prepared.arrays.targets):,} rows): "
            f"prepared in {preparing:.2f} s; {worlds:,} worlds answered in {benchmark.stats['median']:.3f} s, "
            f"mean people {answer.people.headline.mean:,.0f}"
        )


@pytest.mark.parametrize("is_dense", [False, True], ids=["sparse", "dense"])
def test_ten_thousand_worlds_with_people_cost_and_areas(is_dense, benchmark, capsys):
    """The target of the design: a hub of 10,000 nodes and 50,000 edges, 400 datasets, 60 segments, 60 jurisdictions."""
    graph = Graph(power_law, 10_000, 50_000, is_dense=is_dense, seed=1)
    arrays = arrays_with_people(graph, np.flatnonzero(np.diff(graph.offsets) <= 2).astype(np.int32)[:3000])
    parameters = shipped_parameters()
    curve = cost_curve("calibrated", Register(organisation=Organisation(name="Us")), parameters, is_third_party=True)
    terms = CostTerms(currency="USD", usd_per_unit=1.0, cap=1e9)
    start, luck = np.array([graph.start], dtype=np.int32), draw_luck(parameters)

    def run(threads):
        sample = simulate(arrays, start, luck, Sampling(seed=1, iterations=10_000, threads=threads))
        return price(sample.columns, curve, terms, seed=1).total.mean(), sample

    run(1)
    single = []
    for _ in range(ROUNDS):
        worked = time.process_time()
        run(1)
        single.append(time.process_time() - worked)
    _, sample = benchmark.pedantic(lambda: run(THREADS), rounds=ROUNDS)
    with capsys.disabled():
        reached = sample.hits.sum() / sample.worlds
        print(
            f"\n10,000 worlds with people, cost and areas, {'dense' if is_dense else 'sparse'} (reach {reached:,.0f}): "
            f"{statistics.median(single):.3f} s of processor time on one thread, {benchmark.stats['median']:.3f} s on {THREADS}"
        )
