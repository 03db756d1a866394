"""Draws, years and tails against closed forms and slow plain ways."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.exposure.arrays import key_of
from registry.domain.impact.cost import tail_mean
from registry.domain.portfolio.draws import Streams, gammas, poissons
from registry.domain.portfolio.year import (
    SECTIONS,
    Events,
    draw_events,
    loss_grid,
    quiet_chance,
    tail_contributions,
    year_factors,
    year_figures,
    year_losses,
)


def test_draws_are_those_of_the_kernel():
    from registry.domain.kernel import kernel

    for seed in (0, 1, 2**63 - 1):
        draws = Streams(seed, 50).uniforms("cost|z")
        key = np.uint64(key_of("cost|z"))
        assert draws.tolist() == [
            kernel.uniform(key, np.uint64(kernel.stream(np.uint64(seed), world))) for world in range(50)
        ]


def test_draws_of_some_worlds_are_those_of_all():
    streams = Streams(3, 100)
    some = np.array([5, 99, 0])
    assert streams.uniforms("a", some).tolist() == streams.uniforms("a")[some].tolist()


@pytest.mark.parametrize("shape", [0.3, 1.0, 4.0, 40.0])
def test_gamma_draws_have_mean_variance_and_skewness_of_their_shape(shape):
    draws = gammas(Streams(1, 400_000), 400_000, shape=shape, identity="g")
    assert draws.min() > 0
    assert draws.mean() == pytest.approx(shape, rel=0.01)
    assert draws.var() == pytest.approx(shape, rel=0.02)
    skewness = ((draws - draws.mean()) ** 3).mean() / draws.std() ** 3
    assert skewness == pytest.approx(2 / np.sqrt(shape), rel=0.06)


def test_an_exponential_is_a_gamma_of_shape_one_to_its_tail():
    draws = gammas(Streams(7, 400_000), 400_000, shape=1.0, identity="g")
    for level in (0.1, 1.0, 5.0, 9.0):
        chance = np.exp(-level)
        assert np.mean(draws > level) == pytest.approx(chance, abs=4.5 * np.sqrt(chance / 400_000))


@pytest.mark.parametrize("mean", [0.01, 0.5, 3.0, 40.0])
def test_counts_are_poisson(mean):
    counts = poissons(Streams(1, 200_000).uniforms("n"), np.full(200_000, mean))
    assert counts.mean() == pytest.approx(mean, rel=0.03)
    assert counts.var() == pytest.approx(mean, rel=0.03)


@given(st.floats(1e-9, 1 - 1e-9), st.floats(0, 50), st.floats(0, 5))
def test_a_larger_mean_never_gives_a_smaller_count(uniform, mean, more):
    u = np.array([uniform])
    assert poissons(u, np.array([mean]))[0] <= poissons(u, np.array([mean + more]))[0]


def test_the_most_extreme_draw_ends():
    assert poissons(np.array([1.0]), np.array([2.0]))[0] < 200


def test_without_variance_all_years_are_alike():
    assert year_factors(1, 5, 0.0).tolist() == [1.0] * 5


def test_quiet_years_by_hand():
    assert quiet_chance(2.0, 0.25) == pytest.approx(1.5**-4)
    assert quiet_chance(2.0, 0.0) == pytest.approx(np.exp(-2))
    assert quiet_chance(0.0, 0.25) == 1.0


def test_events_come_by_year_from_the_worlds_of_their_section():
    events = draw_events(["V-1", "V-2"], np.array([0.4, 1.5]), seed=1, years=5000, worlds=128, variance=0.25)
    assert (np.diff(events.year) >= 0).all()
    assert (events.world % SECTIONS == events.year % SECTIONS).all()
    assert set(events.world.tolist()) == set(range(128))
    for place, rate in enumerate((0.4, 1.5)):
        assert (events.vendor == place).sum() / 5000 == pytest.approx(rate, rel=0.08)


def test_a_vendors_events_do_not_depend_on_the_others():
    alone = draw_events(["V-2"], np.array([1.5]), seed=1, years=500, worlds=128, variance=0.25)
    both = draw_events(["V-1", "V-2"], np.array([0.4, 1.5]), seed=1, years=500, worlds=128, variance=0.25)
    mine = both.vendor == 1
    assert both.year[mine].tolist() == alone.year.tolist()
    assert both.world[mine].tolist() == alone.world.tolist()


def test_nobody_starts_nothing():
    events = draw_events([], np.zeros(0), seed=1, years=64, worlds=64, variance=0.25)
    losses = year_losses(events, np.zeros(0), 64)
    assert loss_grid(losses).tolist() == [0.0]
    assert year_figures(losses, events).expected.value == 0.0
    assert year_figures(losses, events).quiet.value == 1.0


def test_a_year_adds_up_its_events_and_keeps_the_dearest():
    events = Events(np.array([0, 0, 2]), np.array([0, 1, 0]), np.zeros(3, dtype=np.int64))
    losses = year_losses(events, np.array([5.0, 7.0, 1.0]), 3)
    assert losses.annual.tolist() == [12.0, 0.0, 1.0]
    assert losses.largest.tolist() == [7.0, 0.0, 1.0]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(20, 130), st.integers(1, 6), st.sampled_from((0.9, 0.95, 0.99)))
def test_tail_contributions_are_those_of_leaving_events_out(seed, years, vendors, level):
    rng = np.random.default_rng(seed)
    count = rng.integers(0, 3 * years)
    year = np.sort(rng.integers(0, years, count))
    events = Events(year, rng.integers(0, vendors, count), np.zeros(count, dtype=np.int64))
    costs = rng.integers(0, 50, count).astype(float)
    losses = year_losses(events, costs, years)
    found = tail_contributions(losses, events, costs, vendors, level=level)
    for vendor in range(vendors):
        kept = events.vendor != vendor
        without = np.bincount(year[kept], weights=costs[kept], minlength=years)
        expected = tail_mean(losses.annual, level) - tail_mean(without, level)
        assert found[vendor] == pytest.approx(expected, abs=1e-9)


def test_errors_of_figures_shrink_as_those_of_independent_years_do():
    rng = np.random.default_rng(1)
    none = Events(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    values = rng.exponential(1.0, 160_000)
    figures = year_figures(year_losses(none, np.zeros(0), 0)._replace(annual=values), none)
    assert figures.expected.stderr == pytest.approx(1 / 400, rel=0.6)
    assert figures.expected.value == pytest.approx(1.0, abs=5 / 400)
