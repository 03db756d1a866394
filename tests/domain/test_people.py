"""People of a breach: the share taken of a copy, overlaps, protection, jurisdictions."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from graphs import arrays_of, graph_of, luck_of, register_of

from registry.domain.impact.people import fraction_table, fraction_tables, people_figures, spread_of
from registry.domain.kernel import kernel
from registry.domain.scenario.cascade import Sampling, simulate
from registry.domain.scenario.enumeration import enumerate_worlds
from registry.reference.load import shipped_parameters


@pytest.mark.parametrize("mean, concentration", [(0.8, 10), (0.4, 10), (0.1, 10), (0.5, 2), (0.02, 5), (0.97, 3)])
def test_a_drawn_fraction_has_the_mean_it_is_given(mean, concentration):
    table = fraction_table(mean, concentration)
    assert np.all(np.diff(table) >= 0)
    assert 0 <= table[0] <= table[-1] <= 1
    assert float((table[1:] + table[:-1]).mean() / 2) == pytest.approx(mean, rel=1e-6)


def test_fraction_quantiles_equal_those_of_the_beta_distribution():
    levels = np.arange(1024) / 1023
    inner = slice(2, -2)
    bulk = fraction_table(0.8, 10)  # Beta(8, 2): F(x) = 9 x^8 - 8 x^9
    assert (9 * bulk**8 - 8 * bulk**9)[inner] == pytest.approx(levels[inner], abs=5e-5)
    memory = fraction_table(0.1, 10)  # Beta(1, 9): F(x) = 1 - (1 - x)^9
    assert (1 - (1 - memory) ** 9)[inner] == pytest.approx(levels[inner], abs=5e-5)
    assert fraction_table(0.5, 2)[inner] == pytest.approx(levels[inner], abs=5e-5)  # Beta(1, 1) is uniform


def test_drawn_fractions_spread_as_the_beta_distribution_does():
    table = fraction_table(0.4, 10)
    draws = np.array(
        [
            kernel.fraction(table, np.uint64(77), np.uint64(kernel.stream(np.uint64(3), world)))
            for world in range(20_000)
        ]
    )
    assert draws.mean() == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / 11 / 20_000))
    assert draws.var() == pytest.approx(0.24 / 11, rel=0.05)  # m (1 - m) / (k + 1)


def test_a_fraction_of_nothing_or_all_is_fixed():
    assert set(fraction_table(0.0, 10)) == {0.0}
    assert set(fraction_table(1.0, 10)) == {1.0}


@pytest.mark.parametrize("setting, expected", [("mean", [0.8, 0.4, 0.1, 0.8]), ("0.25", [0.25] * 4)])
def test_fractions_can_be_fixed(setting, expected):
    tables = fraction_tables(shipped_parameters().with_changes({"exposed_fraction": setting}))
    assert [set(row) for row in tables.tolist()] == [{value} for value in expected]


def figures(edges, register, fraction=1.0, worlds=4, **copies):
    """People of a graph whose edges are certain: one world tells all."""
    arrays = arrays_of(graph_of(edges, **copies), register)
    start = arrays.numbers(["vendor:s"])
    sample = simulate(arrays, start, luck_of(fraction), Sampling(seed=1, iterations=worlds))
    exact = enumerate_worlds(arrays, start, luck_of(fraction), uncertain_max=18)
    assert exact is not None
    simulated = people_figures(sample.columns, is_assumed=False)
    enumerated = people_figures(sample.columns, is_assumed=False, weights=exact.weights, exact=exact.columns)
    assert simulated.headline.mean == pytest.approx(enumerated.headline.mean)
    assert simulated.nested_mean == pytest.approx(enumerated.nested_mean)
    assert simulated.disjoint_mean == pytest.approx(enumerated.disjoint_mean)
    assert sample.jurisdictions.mean(axis=0) == pytest.approx(exact.jurisdiction_people)
    assert sample.segments.mean(axis=0) == pytest.approx(exact.segment_people)
    return simulated, dict(zip(arrays.population.jurisdictions, exact.jurisdiction_people.tolist(), strict=True)), exact


ALL = [("vendor:s", "copy:D-001@V-1", 1.0), ("vendor:s", "copy:D-001@V-2", 1.0), ("vendor:s", "copy:D-002@V-3", 1.0)]


def test_two_copies_of_a_dataset_overlap_as_if_independent_between_nested_and_disjoint():
    found, _, _ = figures(ALL[:2], register_of({"D-001": 1000}), V1={"share": 0.5}, V2={"share": 0.3})
    assert found.headline.mean == pytest.approx(1000 * (1 - 0.5 * 0.7))
    assert found.nested_mean == pytest.approx(500)
    assert found.disjoint_mean == pytest.approx(800)
    assert found.records_mean == pytest.approx(800)


def test_people_of_two_datasets_are_united_per_segment():
    register = register_of(
        {"D-001": 1000, "D-002": 600},
        {"G-01": 2000},
        [("D-001", "G-01", 0.4), ("D-002", "G-01", 0.3)],
        [("G-01", "DE", 0.25), ("G-01", "US-CA", 0.5)],
    )
    found, places, exact = figures(ALL, register, V1={"share": 0.5}, V2={"share": 0.3})
    share = 1 - 0.5 * 0.7
    in_segment = 2000 * (1 - (1 - share * 0.4) * (1 - 0.3))
    assert exact.segment_people.tolist() == pytest.approx([in_segment])
    # 800 of dataset 1 and all 600 of dataset 2 are found in the segment; 200 of dataset 1 are nowhere else
    assert found.headline.mean == pytest.approx(in_segment + 200 * share)
    assert found.nested_mean == pytest.approx(2000 * max(0.5 * 0.4, 0.3) + 200 * 0.5)
    assert found.disjoint_mean == pytest.approx(2000 * (0.8 * 0.4 + 0.3) + 200 * 0.8)
    assert places == pytest.approx(
        {"DE": 0.25 * in_segment, "US-CA": 0.5 * in_segment, None: 0.25 * in_segment + 200 * share}
    )
    assert sum(places.values()) == pytest.approx(found.headline.mean)


def test_disjoint_people_never_exceed_those_there_are():
    found, _, _ = figures(ALL[:2], register_of({"D-001": 1000}), V1={"share": 0.9}, V2={"share": 0.8})
    assert found.disjoint_mean == pytest.approx(1000)


def test_the_fraction_taken_scales_the_share():
    found, _, _ = figures(ALL[:1], register_of({"D-001": 1000}), fraction=0.4, V1={"share": 0.5})
    assert found.headline.mean == pytest.approx(200)


@pytest.mark.parametrize("protection, protected", [
    ("none", 0), ("encrypted_vendor_key", 0), ("pseudonymised", 0), ("encrypted_our_key", 1000), ("tokenised", 1000),
])  # fmt: skip
def test_only_what_we_alone_can_open_is_protected(protection, protected):
    found, _, _ = figures(ALL[:1], register_of({"D-001": 1000}), V1={"protection": protection})
    assert found.headline.mean == pytest.approx(1000)
    assert found.protected_mean == pytest.approx(protected)


def test_protection_ends_where_the_home_system_falls():
    edges = [*ALL[:1], ("vendor:s", "system:S-001", 0.25)]
    found, _, exact = figures(edges, register_of({"D-001": 1000}), worlds=20_000, V1={"protection": "tokenised"})
    assert float(exact.weights @ exact.columns[3]) == pytest.approx(750)
    assert found.protected_mean == pytest.approx(750, abs=4 * found.protected_stderr)


def test_people_seen_unprotected_elsewhere_are_not_protected():
    found, _, _ = figures(ALL[:2], register_of({"D-001": 1000}), V1={"protection": "tokenised"}, V2={"share": 0.4})
    assert found.protected_mean == pytest.approx(600)


def test_a_coverage_beyond_the_people_of_a_dataset_counts_as_typed():
    register = register_of({"D-001": 100}, {"G-01": 1000}, [("D-001", "G-01", 0.5)])
    found, _, _ = figures(ALL[:1], register)
    assert found.headline.mean == pytest.approx(500)


def test_a_dataset_of_nobody_counts_nobody():
    found, places, _ = figures(ALL[:1], register_of({"D-001": 0}))
    assert found.headline.mean == 0
    assert places == {None: 0}


def test_weights_are_averaged_over_records():
    register = register_of({"D-001": 1000, "D-002": 3000})
    edges = [ALL[0], ALL[2]]
    _, _, exact = figures(edges, register, V1={"weight": 1.2}, V3={"weight": 0.8})
    assert exact.columns[5].tolist() == pytest.approx([(1.2 * 1000 + 0.8 * 3000) / 4000])


def test_where_records_are_zero_weights_are_averaged_over_people():
    register = register_of({"D-001": 0, "D-002": 0}, {"G-01": 100}, [("D-001", "G-01", 0.1), ("D-002", "G-01", 0.3)])
    _, _, exact = figures([ALL[0], ALL[2]], register, V1={"weight": 1.2}, V3={"weight": 0.8})
    assert exact.columns[5].tolist() == pytest.approx([(1.2 * 0.1 + 0.8 * 0.3) / 0.4])


def test_a_stopped_process_loses_its_margin_after_what_it_can_wait():
    edges = [("vendor:s", "process:Q-01", 0.5)]
    arrays = arrays_of(graph_of(edges), register_of({}))
    exact = enumerate_worlds(arrays, arrays.numbers(["vendor:s"]), luck_of(), uncertain_max=18)
    assert exact is not None
    assert sorted(exact.columns[6].tolist()) == pytest.approx([0.0, (7.0 - 1.0) * 1000.0])


def test_bounds_enclose_the_headline_in_every_world():
    rng = np.random.default_rng(4)
    edges = [("vendor:s", f"copy:D-{n % 5:03d}@V-{n}", 0.6) for n in range(20)]
    copies = {f"V{n}": {"share": float(rng.random())} for n in range(20)}
    people = {f"D-{n:03d}": 500 * (n + 1) for n in range(5)}
    coverage = [(f"D-{n:03d}", f"G-{g:02d}", float(rng.random())) for n in range(5) for g in range(3)]
    arrays = arrays_of(graph_of(edges, **copies), register_of(people, {f"G-{g:02d}": 900 for g in range(3)}, coverage))
    sample = simulate(arrays, arrays.numbers(["vendor:s"]), luck_of(0.7), Sampling(seed=1, iterations=2000))
    assert np.all(sample.columns[1] <= sample.columns[0])
    assert np.all(sample.columns[0] <= sample.columns[2])
    assert np.all(sample.columns[3] <= sample.columns[0])
    assert sample.jurisdictions.sum(axis=1) == pytest.approx(sample.columns[0])


def test_percentiles_are_those_of_the_worlds():
    spread = spread_of(np.arange(101.0))
    assert (spread.p05, spread.p50, spread.p95, spread.mean) == (5.0, 50.0, 95.0, 50.0)
    assert spread.stderr == pytest.approx(29.3 / math.sqrt(101), rel=0.01)
