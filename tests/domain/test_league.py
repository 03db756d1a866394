"""The league of all starts: two exact methods, any threads, the same digits, and the single-start kernel's people."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.exposure.arrays import Arrays, compile_arrays
from registry.domain.exposure.exposure import build, people_by_dataset
from registry.domain.exposure.population import compile_population
from registry.domain.impact.people import fraction_tables
from registry.domain.kernel.inputs import Luck
from registry.domain.portfolio.league import LeagueAccount, Method, league_blocks, merged, run_blocks, run_league
from registry.domain.register.errors import Cancelled
from registry.domain.register.facts import Register
from registry.domain.scenario.cascade import Sampling, simulate
from registry.reference.load import shipped_parameters
from tests.benchmarks.graphs import Graph, arrays_with_people, erdos_renyi, power_law, tiers
from tests.domain.registers import TODAY, registers

SHIPPED = shipped_parameters()


def price(mode: int = 1, cap: float = 9e12):
    from registry.domain.kernel.league import Price

    return Price(
        mode=mode, intercept=8.185, slope=0.573, sigma=1.57, factor=1.046, is_weighted=1, protected_weight=0.2,
        cap=cap, z_key=99,
    )  # fmt: skip


def luck(**changes: str) -> Luck:
    return Luck(
        fractions=fraction_tables(SHIPPED.with_changes(changes)),
        area_limits=np.zeros(4),
        area_factor=np.eye(4),
        days_mu=1.95,
        days_sigma=0.9,
    )


def compiled(register: Register, kind: str = "ransomware_theft") -> tuple[Arrays, np.ndarray]:
    graph = build(register, SHIPPED, kind=kind, as_of=TODAY)
    arrays = compile_arrays(graph, compile_population(register, people_by_dataset(register, SHIPPED)))
    starts = [number for key, number in sorted(arrays.number.items()) if key.startswith("vendor:")]
    return arrays, np.array(starts, dtype=np.int32)


def same(one: LeagueAccount, other: LeagueAccount) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("sums", "squares", "people_counts", "costs", "losses")
    )


@settings(max_examples=25, deadline=None)
@given(registers(), st.integers(0, 2**64 - 1))
def test_both_methods_and_any_threads_give_the_same_digits(register: Register, seed: int):
    arrays, starts = compiled(register)
    worlds = np.arange(150, dtype=np.int64)
    runs = [
        run_league(arrays, starts, luck(), price(), worlds=worlds, seed=seed, threads=threads, method=method)
        for method in Method
        for threads in (1, 3)
    ]
    assert all(same(runs[0], run) for run in runs[1:])


@settings(max_examples=25, deadline=None)
@given(registers(), st.integers(0, 2**32))
def test_people_and_protected_people_are_those_of_the_single_start_kernel(register: Register, seed: int):
    arrays, starts = compiled(register)
    account = run_league(arrays, starts, luck(), price(), worlds=np.arange(96, dtype=np.int64), seed=seed)
    for row, start in enumerate(starts):
        sample = simulate(
            arrays, np.array([start], dtype=np.int32), luck(), Sampling(seed=seed, iterations=96, threads=1)
        )
        pieces = 96 * (len(arrays.copies.node) + len(arrays.population.segments) + 1)
        assert account.sums[row, 2] / 256 == pytest.approx(sample.columns[0].sum(), abs=pieces / 256, rel=1e-6)
        assert account.sums[row, 3] / 256 == pytest.approx(sample.columns[3].sum(), abs=2 * pieces / 256, rel=1e-6)
        assert account.sums[row, 0] == sample.hits.sum()
        assert account.sums[row, 5] == np.count_nonzero(np.rint(sample.columns[0] * 256))


@settings(max_examples=15, deadline=None)
@given(registers())
def test_worlds_split_over_runs_add_up_to_one_run(register: Register):
    arrays, starts = compiled(register)
    worlds = np.arange(200, dtype=np.int64)
    whole = run_league(arrays, starts, luck(), price(), worlds=worlds, seed=7, method=Method.SEARCH)
    blocks = league_blocks(worlds)
    parts = [
        run_blocks(arrays, starts, luck(), price(), blocks=some, seed=7, method=Method.COMPONENTS)
        for some in (blocks[:2], blocks[2:])
    ]
    assert same(merged(parts), whole)


@settings(max_examples=15, deadline=None)
@given(registers())
def test_with_every_edge_certain_and_everything_taken_people_are_whole_unions(register: Register):
    parameters = SHIPPED.with_changes({"probability": "1", "exposed_fraction": "1"})
    graph = build(register, parameters, kind="data_theft", as_of=TODAY)
    arrays = compile_arrays(graph, compile_population(register, people_by_dataset(register, SHIPPED)))
    starts = np.array(sorted(n for k, n in arrays.number.items() if k.startswith("vendor:")), dtype=np.int32)
    certain = luck(exposed_fraction="1")
    account = run_league(arrays, starts, certain, price(), worlds=np.arange(3, dtype=np.int64), seed=1)
    assert np.array_equal(account.sums % 3, np.zeros_like(account.sums)) or account.sums[:, 4].any()
    assert np.array_equal(account.sums[:, :4] % 3, np.zeros_like(account.sums[:, :4]))


@settings(max_examples=10, deadline=None)
@given(registers())
def test_counts_and_sums_of_the_histogram_are_those_of_the_account(register: Register):
    arrays, starts = compiled(register)
    account = run_league(arrays, starts, luck(), price(cap=5e5), worlds=np.arange(64, dtype=np.int64), seed=3)
    assert np.array_equal(account.costs[:, :, 0].sum(axis=1), np.full(len(starts), 64))
    assert np.array_equal(account.people_counts.sum(axis=1), np.full(len(starts), 64))
    assert np.array_equal(account.costs[:, :, 1].sum(axis=1), account.sums[:, 4])
    assert (account.sums[:, 4] <= 64 * 500_000).all()


@settings(max_examples=10, deadline=None)
@given(registers())
def test_counting_alone_adds_up_nodes_and_weights(register: Register):
    arrays, starts = compiled(register)
    weights = np.arange(len(arrays.nodes), dtype=np.int64)
    runs = [
        run_league(
            arrays, starts, luck(), price(mode=0), worlds=np.arange(70, dtype=np.int64), seed=5, method=method,
            weights=weights,
        )
        for method in Method
    ]  # fmt: skip
    assert same(*runs)
    for row, start in enumerate(starts):
        hits = simulate(
            arrays, np.array([start], dtype=np.int32), luck(), Sampling(seed=5, iterations=70, threads=1)
        ).hits
        assert runs[0].sums[row, 1] == int((hits * weights).sum())


def test_a_cancelled_run_says_so_and_keeps_nothing():
    from tests.domain.graphs import arrays_of, graph_of

    arrays = arrays_of(graph_of([("vendor:V-0001", "system:S-001", 0.5)]))
    starts = arrays.numbers(["vendor:V-0001"])
    with pytest.raises(Cancelled):
        run_league(
            arrays, starts, luck(), price(), worlds=np.arange(500, dtype=np.int64), seed=1, cancelled=lambda: True
        )


@pytest.mark.parametrize("shape", [power_law, erdos_renyi, tiers])
@pytest.mark.parametrize("is_dense", [True, False])
def test_hubs_change_no_digit_on_graphs_with_large_components(shape, is_dense):
    graph = Graph(shape, 1_200, 6_000, is_dense=is_dense, seed=11)
    leaves = np.sort(np.argsort(np.diff(graph.offsets), kind="stable")[:400]).astype(np.int32)
    arrays = arrays_with_people(graph, leaves, datasets=30, segments=8)
    starts = np.setdiff1d(np.arange(graph.nodes), leaves).astype(np.int32)
    weights = np.arange(graph.nodes, dtype=np.int64)
    for mode in (0, 1, 2):
        one, other = (
            run_league(
                arrays, starts, luck(), price(mode), worlds=np.arange(80, dtype=np.int64), seed=3, threads=2,
                method=method, weights=weights, rates=np.linspace(0.0, 1.0, len(starts)),
            )
            for method in Method
        )  # fmt: skip
        assert same(one, other)
    sample = simulate(arrays, starts[5:6], luck(), Sampling(seed=3, iterations=80, threads=1))
    assert one.sums[5, 0] == sample.hits.sum()
    assert one.sums[5, 2] / 256 == pytest.approx(sample.columns[0].sum(), rel=1e-6, abs=300)


def test_two_components_that_do_not_meet_both_serve_as_hubs():
    """Two dense halves and a start that leads to both, to one, to none."""
    rng = np.random.default_rng(8)
    halves = [(rng.integers(0, 200, 1500) + 200 * half, rng.integers(0, 200, 1500) + 200 * half) for half in (0, 1)]
    extra = np.array([[400, 400, 401, 402], [3, 203, 250, 403]])
    pairs = np.concatenate([np.concatenate([one[end] for one in halves]) for end in (0, 1)]).reshape(2, -1)

    def shape(_nodes, _edges, _rng):
        return np.concatenate([pairs[0], extra[0]]), np.concatenate([pairs[1], extra[1]])

    graph = Graph(shape, 404, 0, is_dense=True, seed=1)
    arrays = arrays_with_people(graph, np.arange(0, 400, 4).astype(np.int32), datasets=10, segments=4)
    starts = np.arange(404, dtype=np.int32)
    one, other = (
        run_league(
            arrays, starts, luck(), price(), worlds=np.arange(128, dtype=np.int64), seed=9, threads=1, method=method
        )
        for method in Method
    )
    assert same(one, other)
    assert one.sums[:, 2].max() > 0


@settings(max_examples=200, deadline=None)
@given(st.floats(0.0, 1.0, allow_subnormal=False))
def test_whole_logarithms_are_those_of_the_library(share: float):
    from registry.domain.kernel.whole import LOG_SCALE, log_two, power_of_two, survival_of, thinned

    steps = int(thinned(share))
    if 0.0 < share < 1.0:
        assert steps / LOG_SCALE == pytest.approx(-math.log2(1.0 - share), abs=1.1 / LOG_SCALE)
        assert float(log_two(share)) == pytest.approx(math.log2(share), abs=1e-12, rel=1e-12)
    else:
        assert steps == 0
    assert float(survival_of(steps)) == pytest.approx(2.0 ** (-steps / LOG_SCALE), rel=1e-13)
    for value in (share * 30.0, -share * 30.0):
        assert float(power_of_two(value)) == pytest.approx(2.0**value, rel=1e-12)
