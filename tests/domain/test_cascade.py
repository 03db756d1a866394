"""The cascade against answers that can be worked out by hand or by counting every world."""

import itertools
import math
import random
import sys
from pathlib import Path
from statistics import NormalDist

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from graphs import arrays_of, graph_of, luck_of, population_of, register_of

from registry.domain.exposure.arrays import compile_arrays, key_of
from registry.domain.kernel import kernel
from registry.domain.register.errors import Cancelled, UnknownCode
from registry.domain.scenario.cascade import Sampling, simulate, wilson_interval
from registry.domain.scenario.enumeration import enumerate_worlds

LIMIT = 18


def exact_chances(edges, start="vendor:s", **copies):
    arrays = arrays_of(graph_of(edges, **copies))
    found = enumerate_worlds(arrays, arrays.numbers([start]), luck_of(), uncertain_max=LIMIT)
    assert found is not None
    return dict(zip(arrays.nodes, found.node_chances.tolist(), strict=True))


def simulated_chances(edges, worlds=20_000, start="vendor:s", seed=1, **options):
    arrays = arrays_of(graph_of(edges))
    sample = simulate(arrays, arrays.numbers([start]), luck_of(), Sampling(seed=seed, iterations=worlds, **options))
    return {key: hits / worlds for key, hits in zip(arrays.nodes, sample.hits.tolist(), strict=True)}


CHAIN = [("vendor:s", "vendor:a", 0.5), ("vendor:a", "vendor:b", 0.4), ("vendor:b", "vendor:c", 0.3)]
DIAMOND = [
    ("vendor:s", "vendor:a", 0.5),
    ("vendor:s", "vendor:b", 0.4),
    ("vendor:a", "vendor:t", 0.7),
    ("vendor:b", "vendor:t", 0.9),
]
PARALLEL = [("vendor:s", "vendor:t", 0.2), ("vendor:s", "vendor:t", 0.3), ("vendor:s", "vendor:t", 0.4)]


def test_along_a_chain_chances_multiply():
    chances = exact_chances(CHAIN)
    assert chances["vendor:c"] == pytest.approx(0.5 * 0.4 * 0.3, rel=1e-12)
    assert chances["vendor:s"] == 1.0


def test_a_diamond_follows_inclusion_and_exclusion():
    chances = exact_chances(DIAMOND)
    assert chances["vendor:t"] == pytest.approx(1 - (1 - 0.5 * 0.7) * (1 - 0.4 * 0.9), rel=1e-12)


def test_parallel_facts_combine_as_survivals():
    assert exact_chances(PARALLEL)["vendor:t"] == pytest.approx(1 - 0.8 * 0.7 * 0.6, rel=1e-12)


@pytest.mark.parametrize("edges", [CHAIN, DIAMOND, PARALLEL], ids=["chain", "diamond", "parallel"])
def test_simulation_agrees_with_the_exact_chances(edges):
    exact, worlds = exact_chances(edges), 40_000
    for key, chance in simulated_chances(edges, worlds).items():
        error = math.sqrt(exact[key] * (1 - exact[key]) / worlds)
        assert abs(chance - exact[key]) <= 4 * error + 1e-12, key


def brute_force(edges, start="vendor:s"):
    """Every subset of the edges with its chance, counted by plain search: shares no code with the engine."""
    chances: dict[str, float] = {}
    for kept in itertools.product((False, True), repeat=len(edges)):
        weight = math.prod(p if keep else 1 - p for keep, (_, _, p) in zip(kept, edges, strict=True))
        live = nx.DiGraph()
        live.add_node(start)
        live.add_edges_from((tail, head) for keep, (tail, head, _) in zip(kept, edges, strict=True) if keep)
        for node in {start, *nx.descendants(live, start)}:
            chances[node] = chances.get(node, 0.0) + weight
    return chances


names = st.sampled_from(["vendor:s", "vendor:a", "vendor:b", "vendor:c", "system:d", "system:e"])
some_edges = st.lists(
    st.tuples(names, names, st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.9, 1.0])).filter(lambda edge: edge[0] != edge[1]),
    min_size=1,
    max_size=9,
).map(lambda edges: [("vendor:s", "vendor:a", 0.5), *edges])


@settings(deadline=None)
@given(some_edges)
def test_the_exact_method_equals_counting_every_world(edges):
    expected = brute_force(edges)
    for key, chance in exact_chances(edges).items():
        assert chance == pytest.approx(expected.get(key, 0.0), abs=1e-12)


@settings(deadline=None)
@given(some_edges)
def test_with_certain_edges_only_the_cascade_is_plain_reachability(edges):
    certain = [(tail, head, 1.0 if p > 0.4 else 0.0) for tail, head, p in edges]
    graph = nx.DiGraph((tail, head) for tail, head, p in certain if p == 1.0)
    graph.add_node("vendor:s")
    reached = {"vendor:s", *nx.descendants(graph, "vendor:s")}
    for chances in (exact_chances(certain), simulated_chances(certain, 16)):
        assert {key for key, chance in chances.items() if chance == 1.0} == reached
        assert {key for key, chance in chances.items() if chance not in {0.0, 1.0}} == set()


def tree_with_chances(size: int, seed: int) -> tuple[list[tuple[str, str, float]], dict[str, float]]:
    rng = random.Random(seed)
    chances = {"vendor:s": 1.0}
    edges = []
    for number in range(size):
        parent = rng.choice(list(chances))
        probability = rng.uniform(0.3, 1.0)
        child = f"vendor:{number:05d}"
        edges.append((parent, child, probability))
        chances[child] = chances[parent] * probability
    return edges, chances


def test_on_a_tree_every_chance_is_the_product_of_its_path():
    edges, expected = tree_with_chances(400, 3)
    worlds = 20_000
    largest = max(
        abs(chance - expected[key]) / math.sqrt(max(1e-12, expected[key] * (1 - expected[key]) / worlds))
        for key, chance in simulated_chances(edges, worlds).items()
        if 0 < expected[key] < 1
    )
    assert largest < 4.5


def series_parallel(depth: int, rng: random.Random, tail: str, head: str) -> tuple[list[tuple[str, str, float]], float]:
    """Edges between two ends, and the chance that they connect, from the rules of series and parallel alone."""
    if depth == 0:
        probability = rng.choice([0.2, 0.5, 0.8])
        return [(tail, head, probability)], probability
    middle = f"vendor:{rng.random()}"
    if rng.random() < 0.5:
        first, p = series_parallel(depth - 1, rng, tail, middle)
        second, q = series_parallel(depth - 1, rng, middle, head)
        return first + second, p * q
    first, p = series_parallel(depth - 1, rng, tail, head)
    second, q = series_parallel(depth - 1, rng, tail, head)
    return first + second, 1 - (1 - p) * (1 - q)


@pytest.mark.parametrize("seed", range(6))
def test_series_parallel_graphs_follow_their_closed_form(seed):
    edges, expected = series_parallel(4, random.Random(seed), "vendor:s", "vendor:t")
    assert exact_chances(edges)["vendor:t"] == pytest.approx(expected, rel=1e-12)


def test_more_uncertain_edges_than_the_limit_are_not_enumerated():
    arrays = arrays_of(graph_of([("vendor:s", f"vendor:{n}", 0.5) for n in range(LIMIT + 1)]))
    start = arrays.numbers(["vendor:s"])
    assert enumerate_worlds(arrays, start, luck_of(), uncertain_max=LIMIT) is None
    assert enumerate_worlds(arrays, start, luck_of(), uncertain_max=LIMIT + 1) is not None


def test_only_uncertain_edges_in_reach_are_counted():
    far = [("vendor:x", f"vendor:{n}", 0.5) for n in range(40)]
    sure = [("vendor:s", f"vendor:sure{n}", 1.0) for n in range(40)]
    back = [(f"vendor:sure{n}", "vendor:s", 0.5) for n in range(40)]
    assert exact_chances([*far, *sure, *back, *CHAIN])["vendor:c"] == pytest.approx(0.06)


BUSY = [
    (f"vendor:{a}", f"vendor:{b}", 0.02 + ((7 * a + 3 * b) % 10) / 12)
    for a in range(14)
    for b in range(14)
    if a != b and (a * b) % 3
]
BUSY += [("vendor:s", f"vendor:{a}", 0.4) for a in range(14)]
BUSY += [(f"vendor:{a}", f"copy:D-{a % 4:03d}@V-{a}", 0.7) for a in range(14)]


def digits(arrays, **options):
    luck = luck_of()
    drawn = type(luck)(
        fractions=np.linspace(0, 1, 1024)[None, :].repeat(4, axis=0),
        area_limits=luck.area_limits, area_factor=luck.area_factor, days_mu=luck.days_mu, days_sigma=luck.days_sigma,
    )  # fmt: skip
    sample = simulate(arrays, arrays.numbers(["vendor:s"]), drawn, Sampling(seed=5, iterations=700, **options))
    return [
        np.asarray(part).tobytes()
        for part in (
            sample.columns, sample.areas, sample.segments, sample.jurisdictions, sample.hits, sample.dataset_hits,
            sample.dataset_people,
        )
    ]  # fmt: skip


def busy_register():
    people = {f"D-{n:03d}": 1000 * (n + 1) for n in range(4)}
    coverage = [("D-000", "G-01", 0.2), ("D-001", "G-01", 0.9), ("D-001", "G-02", 0.3), ("D-002", "G-02", 1.0)]
    return register_of(
        people,
        {"G-01": 2000, "G-02": 900},
        coverage,
        [("G-01", "DE", 0.4), ("G-01", "FR", 0.3), ("G-02", "US-CA", 1.0)],
    )


def test_threads_and_blocks_do_not_change_a_digit():
    arrays = arrays_of(graph_of(BUSY), busy_register())
    expected = digits(arrays, threads=1)
    for threads, block in [(1, 1), (1, 7), (2, None), (3, 64), (5, 700)]:
        assert digits(arrays, threads=threads, block=block) == expected


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_change_a_digit(rng):
    straight = graph_of(BUSY)
    shuffled = nx.DiGraph()
    nodes, edges = list(straight.nodes(data=True)), list(straight.edges(data=True))
    rng.shuffle(nodes)
    rng.shuffle(edges)
    shuffled.add_nodes_from(nodes)
    shuffled.add_edges_from(edges)
    register = busy_register()
    mixed = type(register)(
        organisation=register.organisation,
        systems=register.systems,
        datasets=tuple(rng.sample(register.datasets, k=4)),
        segments=register.segments[::-1],
        coverage=tuple(rng.sample(register.coverage, k=4)),
        jurisdictions=register.jurisdictions[::-1],
    )
    one = digits(compile_arrays(straight, population_of(register)))
    assert digits(compile_arrays(shuffled, population_of(mixed))) == one


def test_other_seeds_give_other_worlds():
    edges = [("vendor:s", "vendor:a", 0.5)]
    assert simulated_chances(edges, 999, seed=1) != simulated_chances(edges, 999, seed=2)
    assert simulated_chances(edges, 999, seed=1) == simulated_chances(edges, 999, seed=1)


def test_cutting_one_fact_leaves_the_luck_of_the_others():
    whole, cut = arrays_of(graph_of(BUSY)), graph_of(BUSY)
    cut.remove_edge("vendor:s", "vendor:3")
    without = arrays_of(cut)
    start = ["vendor:s"]
    before = simulate(whole, whole.numbers(start), luck_of(), Sampling(seed=2, iterations=500))
    after = simulate(without, without.numbers(start), luck_of(), Sampling(seed=2, iterations=500))
    assert np.all(after.columns[0] <= before.columns[0])
    assert np.any(after.columns[0] == before.columns[0])


def test_a_positive_chance_is_never_rounded_to_never_nor_a_high_one_to_always():
    arrays = arrays_of(
        graph_of(
            [
                ("vendor:s", "vendor:a", 1e-12),
                ("vendor:s", "vendor:b", 1.0),
                ("vendor:s", "vendor:c", 0.0),
                ("vendor:s", "vendor:d", 0.5),
                ("vendor:s", "vendor:e", 1 - 1e-9),
            ]
        )
    )
    limits = {arrays.nodes[target]: int(limit) for target, limit in zip(arrays.targets, arrays.thresholds, strict=True)}
    assert limits == {"vendor:a": 0, "vendor:b": 2**32 - 1, "vendor:d": 2**31 - 1, "vendor:e": 2**32 - 5}


def test_draws_of_neighbouring_worlds_and_keys_look_uniform():
    keys = [np.uint64(key_of(f"pivot|A-{fact:03d}")) for fact in range(40)]
    streams = [kernel.stream(np.uint64(1), world) for world in range(500)]
    draws = np.array([kernel.uniform(key, np.uint64(word)) for key in keys for word in streams])
    counts, _ = np.histogram(draws, bins=64, range=(0, 1))
    expected = len(draws) / 64
    assert ((counts - expected) ** 2 / expected).sum() < 110  # 99.9 % point of chi-square with 63 degrees: 103
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.03


def test_normal_quantiles_equal_known_ones():
    assert kernel.normal_quantile(0.975) == pytest.approx(1.959963984540054, rel=1e-14)
    assert kernel.normal_quantile(1e-20) == pytest.approx(-9.262340089798408, rel=1e-13)
    for probability in (1e-300, 1e-17, 1e-10, 0.001, 0.07, 0.0751, 0.3, 0.5, 0.9, 0.999999, 1 - 1e-15):
        assert kernel.normal_quantile(probability) == pytest.approx(
            NormalDist().inv_cdf(probability), rel=1e-13, abs=1e-15
        )


def test_without_a_number_of_worlds_the_run_stops_at_the_first_look_that_is_good_enough():
    arrays = arrays_of(graph_of([("vendor:s", "copy:D-001@V-1", 0.5)]))
    start = arrays.numbers(["vendor:s"])
    loose = simulate(arrays, start, luck_of(), Sampling(seed=1, target_error=0.05))
    tight = simulate(arrays, start, luck_of(), Sampling(seed=1, target_error=0.01))
    capped = simulate(arrays, start, luck_of(), Sampling(seed=1, target_error=0.0001, cap=3000))
    assert (loose.worlds, tight.worlds, capped.worlds) == (1024, 16384, 3000)
    assert np.array_equal(loose.columns, tight.columns[:, :1024])


def test_where_nobody_can_be_reached_the_first_look_is_enough():
    arrays = arrays_of(graph_of([("vendor:s", "vendor:a", 0.5)]))
    assert simulate(arrays, arrays.numbers(["vendor:s"]), luck_of(), Sampling(seed=1)).worlds == 1024


def test_a_rare_thing_that_has_not_happened_yet_is_not_good_enough():
    arrays = arrays_of(graph_of([("vendor:s", "copy:D-001@V-1", 1e-7)]))
    assert simulate(arrays, arrays.numbers(["vendor:s"]), luck_of(), Sampling(seed=1, cap=5000)).worlds == 5000


def test_progress_counts_up_to_the_number_of_worlds():
    arrays = arrays_of(graph_of(BUSY))
    seen: list[tuple[int, int]] = []
    simulate(
        arrays, arrays.numbers(["vendor:s"]), luck_of(), Sampling(seed=1, iterations=3000),
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert seen[-1] == (3000, 3000)
    assert seen == sorted(seen)


def test_a_cancelled_run_stops():
    arrays = arrays_of(graph_of(BUSY))
    with pytest.raises(Cancelled):
        simulate(
            arrays, arrays.numbers(["vendor:s"]), luck_of(), Sampling(seed=1, iterations=10**6), cancelled=lambda: True
        )


def test_a_start_that_is_no_node_is_named():
    arrays = arrays_of(graph_of(CHAIN))
    with pytest.raises(UnknownCode, match="V-9"):
        arrays.numbers(["vendor:V-9"])


def test_wilson_intervals_equal_published_ones():
    # Newcombe 1998, table I: 81 of 263 and 0 of 20 at 95 %
    assert wilson_interval(81, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20, 0.95) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(20, 20, 0.95)[1] == 1.0
