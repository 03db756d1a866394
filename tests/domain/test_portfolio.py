"""A year of all vendors against an independent brute force, closed forms, and itself under other threads and orders."""

import dataclasses
import random
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.domain.portfolio.crew import Threads
from registry.domain.portfolio.portfolio import Portfolio, Question, portfolio
from registry.domain.portfolio.year import quiet_chance
from registry.domain.register.errors import Cancelled, InvalidScenario
from registry.domain.register.facts import Contract, Currency, Dataset, Organisation, Vendor
from registry.domain.register.vocabulary import Lifecycle
from registry.domain.scenario.blast import blast
from registry.domain.scenario.scenario import Scenario
from registry.reference.load import shipped_parameters
from tests.domain import brute_year, reference
from tests.domain.registers import TODAY, flow, register_of, registers, shuffled

SHIPPED = shipped_parameters()
UNCERTAIN_MAX = 9


def ask(register, *, crew=None, years=640, has_band=False, seed=1, **overrides: str) -> Portfolio:
    named = {key.replace("__", "."): value for key, value in overrides.items()}
    question = Question(as_of=TODAY, years=years, seed=seed, has_band=has_band, overrides=tuple(named.items()))
    return portfolio(register, SHIPPED, question, crew=crew)


def counts_somebody(register):
    """Whether any vendor counts: a portfolio of none is refused."""
    return bool(reference.World(register, "data_theft", TODAY, ()).vendors)


def certain(register, **others):
    question = Question(as_of=TODAY, has_band=False, overrides=tuple(brute_year.CERTAIN.items()), **others)
    return portfolio(register, SHIPPED, question)


def two_vendors(**organisation):
    return register_of(
        flow("F-1", "S-1", "V-1", people_share=0.5),
        flow("F-2", "V-1", "V-2", people_share=0.5, protection="tokenised"),
        flow("F-3", "S-1", "V-2", dataset="D-2"),
        Dataset(code="D-2", name="More", system="S-2", categories=("user.health",), people=40_000),
        organisation=Organisation(name="Us", sector="retail", **organisation),
    )


@settings(max_examples=25, deadline=None)
@given(registers(vendors_max=3, flows_max=3), st.integers(0, 2**32))
def test_every_vendors_mean_is_that_of_trying_everything(register, seed):
    assume(counts_somebody(register) and brute_year.uncertain(register, TODAY) <= UNCERTAIN_MAX)
    answer = certain(register, years=1024, seed=seed)
    for row in answer.vendors:
        outcomes = brute_year.outcomes(register, row.code, TODAY)
        if row.event is None:
            assert not outcomes
            continue
        # the chance in a million that one of hundreds of comparisons misses, not one in a thousand
        for at, mean in ((1, row.event.people_mean), (2, row.event.cost_mean)):
            expected = sum(each[0] * each[at] for each in outcomes)
            variance = sum(each[0] * (each[at] - expected) ** 2 for each in outcomes)
            assert abs(mean - expected) <= 5 * sqrt(variance / answer.worlds) + 1 + 0.002 * expected
        assert row.expected_loss == pytest.approx(
            brute_year.rate(register, register.vendor_by_code[row.code], TODAY) * row.event.cost_mean
        )


@settings(max_examples=10, deadline=None)
@given(registers(vendors_max=3, flows_max=3), st.integers(0, 2**32))
def test_years_that_cost_nothing_are_as_many_as_thinning_says(register, seed):
    assume(counts_somebody(register) and brute_year.uncertain(register, TODAY) <= UNCERTAIN_MAX)
    answer = certain(register, years=2048, seed=seed)
    costly = sum(
        brute_year.rate(register, register.vendor_by_code[row.code], TODAY)
        * sum(chance for chance, _, cost in brute_year.outcomes(register, row.code, TODAY) if cost >= 0.5)
        for row in answer.vendors
        if row.event is not None
    )
    expected = 1 - quiet_chance(costly, 0.25)
    assert answer.annual[0].probability == pytest.approx(expected, abs=5 * sqrt(0.25 / 2048))


def test_a_vendors_figures_are_those_of_its_blast_radius_on_the_same_worlds():
    register = two_vendors()
    others = {f"frequency__scenario_kind_share__{kind}": "0" for kind in brute_year.KINDS if kind != "data_theft"}
    answer = ask(register, **others)
    for row in answer.vendors:
        alone = blast(register, SHIPPED, Scenario(start=(row.code,), as_of=TODAY, iterations=640, seed=1))
        assert row.event.people_mean == pytest.approx(alone.people.headline.mean, rel=1e-3)
        assert row.event.cost_mean == pytest.approx(alone.cost.mean, rel=1e-3)
        assert row.event.cost_stderr == pytest.approx(alone.cost.stderr, rel=1e-3)
        assert row.event.cost_tail_mean_95 == pytest.approx(alone.cost.tail_mean_95, rel=0.01)
        # bins are 5 % wide, and percentiles of a few hundred worlds have gaps
        assert row.event.cost_p95 == pytest.approx(alone.cost.p95, rel=0.1)
        assert row.event.cost_p50 == pytest.approx(alone.cost.p50, rel=0.1, abs=1)


def test_curves_and_tails_are_those_of_years_made_another_way():
    register = two_vendors()
    answer = certain(register, years=40_000)
    rng = np.random.default_rng(5)
    years = 400_000
    factors = rng.gamma(4.0, 0.25, years)
    annual, largest = np.zeros(years), np.zeros(years)
    for vendor in register.vendors:
        outcomes = brute_year.outcomes(register, vendor.code, TODAY)
        costs, chances = np.array([o[2] for o in outcomes]), np.array([o[0] for o in outcomes])
        counts = rng.poisson(factors * brute_year.rate(register, vendor, TODAY))
        year = np.repeat(np.arange(years), counts)
        drawn = rng.choice(costs, len(year), p=chances / chances.sum())
        np.add.at(annual, year, drawn)
        np.maximum.at(largest, year, drawn)
    figures = answer.figures
    doubt = 5 * (figures.expected.stderr + annual.std() / sqrt(years))
    assert figures.expected.value == pytest.approx(annual.mean(), abs=doubt)
    assert doubt < 0.1 * annual.mean()
    ordered = np.sort(annual)[::-1]
    assert figures.tail_mean_95.value == pytest.approx(ordered[: years // 20].mean(), rel=0.02)
    assert figures.var_99.value == pytest.approx(np.quantile(annual, 0.99), rel=0.03)
    for points, values in ((answer.annual, annual), (answer.occurrence, largest)):
        # a cost is rounded to whole units, so its own value lies on either side of a point
        for point in points:
            above = np.mean(values > point.loss * 1.001), np.mean(values > point.loss * 0.999 - 1)
            assert above[0] - 0.012 <= point.probability <= above[1] + 0.012


def test_the_share_of_years_without_an_event_is_the_closed_form():
    answer = ask(two_vendors(), years=20_000)
    rate = sum(row.rate.per_year for row in answer.vendors)
    assert answer.quiet_chance == pytest.approx((1 + 0.25 * rate) ** (-1 / 0.25))
    assert answer.figures.quiet.value == pytest.approx(answer.quiet_chance, abs=4 * sqrt(0.25 / 20_000))


def test_without_a_year_factor_it_is_that_of_a_poisson_process():
    answer = ask(two_vendors(), years=20_000, frequency__year_factor_variance="0")
    assert answer.quiet_chance == pytest.approx(np.exp(-answer.events_per_year))
    assert answer.figures.quiet.value == pytest.approx(answer.quiet_chance, abs=4 * sqrt(0.25 / 20_000))


@settings(max_examples=10, deadline=None)
@given(registers(), st.integers(0, 2**63 - 1), st.randoms(use_true_random=False))
def test_threads_and_the_order_of_rows_change_no_digit(register, seed, luck):
    assume(counts_somebody(register))
    one = ask(register, seed=seed, crew=Threads(1))
    assert ask(register, seed=seed, crew=Threads(3)) == one
    other = ask(shuffled(register, luck), seed=seed)
    assert set(other.warnings) == set(one.warnings)  # they stand in the order of the rows
    assert dataclasses.replace(other, warnings=one.warnings) == one


def test_a_portfolio_of_nobody_is_refused():
    with pytest.raises(InvalidScenario, match="No vendor counts"):
        ask(register_of(Vendor(code="V-1", name="Perhaps", lifecycle=Lifecycle.PROSPECT)))


def test_the_band_is_the_same_whoever_runs_it_and_holds_the_figures():
    register = two_vendors(risk_appetite=1e6)
    sets = {"constant__parameter_sets": "6", "constant__worlds_per_parameter_set": "128"}
    one = ask(register, has_band=True, crew=Threads(1), **sets)
    assert ask(register, has_band=True, crew=Threads(2), **sets) == one
    figures = dataclasses.asdict(one.figures)
    assert all(figure["low"] <= figure["value"] <= figure["high"] for figure in figures.values())
    assert one.figures.expected.low < one.figures.expected.value < one.figures.expected.high
    for points in (one.annual, one.occurrence):
        assert all(point.low <= point.probability <= point.high for point in points)
        for name in ("low", "probability", "high"):
            chances = [getattr(point, name) for point in points]
            assert chances == sorted(chances, reverse=True)


def test_a_certain_world_has_a_band_from_rates_alone():
    sets = {"constant__parameter_sets": "6", "constant__worlds_per_parameter_set": "128"}
    answer = ask(two_vendors(), has_band=True, probability="1", **sets)
    assert answer.figures.expected.low < answer.figures.expected.high


def test_contributions_to_the_mean_add_up_and_those_to_the_tail_are_told():
    answer = ask(two_vendors(), years=4000)
    assert sum(row.expected_loss for row in answer.vendors) == pytest.approx(answer.figures.expected.value)
    assert sum(row.expected_share for row in answer.vendors) == pytest.approx(1.0)
    assert answer.tail_contributions_sum == pytest.approx(sum(row.tail_contribution for row in answer.vendors))
    assert 0 < answer.tail_contributions_sum < 3 * answer.figures.tail_mean_95.value


def test_with_one_vendor_the_tail_is_its_own():
    answer = ask(register_of(flow("F-1", "S-1", "V-1")), years=4000)
    assert answer.tail_contributions_sum == pytest.approx(answer.figures.tail_mean_95.value)


def test_prospects_are_listed_and_add_nothing():
    register = two_vendors()
    prospect = Vendor(code="V-9", name="Perhaps", lifecycle=Lifecycle.PROSPECT)
    more = dataclasses.replace(
        register, vendors=(*register.vendors, prospect), flows=(*register.flows, flow("F-9", "S-1", "V-9"))
    )
    one, other = ask(register), ask(more)
    assert other.figures == one.figures
    assert other.vendors[:-1] == one.vendors
    assert (other.vendors[-1].code, other.vendors[-1].event) == ("V-9", None)


def test_a_vendor_more_moves_nobody_elses_luck():
    register = two_vendors()
    more = dataclasses.replace(register, vendors=(*register.vendors, Vendor(code="V-3", name="Idle")))
    assert [row.event for row in ask(more).vendors[:2]] == [row.event for row in ask(register).vendors]


def test_a_larger_rate_never_makes_a_year_cheaper():
    register = two_vendors()
    low = ask(register, years=4000, frequency__base_probability="0.05")
    high = ask(register, years=4000, frequency__base_probability="0.2")
    for name in ("median", "var_90", "var_95", "var_99", "tail_mean_95"):
        assert getattr(low.figures, name).value <= getattr(high.figures, name).value


def test_the_appetite_is_held_against_the_years():
    assert ask(two_vendors()).figures.appetite_exceeded is None
    assert (
        ask(two_vendors(risk_appetite=0.0)).figures.appetite_exceeded.value == ask(two_vendors()).annual[0].probability
    )


def test_what_vendors_and_the_insurer_pay_back_makes_the_year_cheaper():
    register = two_vendors()
    assert ask(register).net is None
    capped = dataclasses.replace(
        register,
        contracts=(
            Contract(code="K-1", vendor="V-1", reference="MSA", liability_cap=100_000.0, currency="EUR"),
            Contract(code="K-2", vendor="V-2", reference="old", liability_cap=9e9, ends=TODAY.replace(year=2020)),
        ),
        currencies=(Currency(currency="EUR", usd_per_unit=1.1),),
    )
    answer = ask(capped, years=4000)
    assert answer.net.vendors_with_cap == 1
    assert 0 < answer.net.figures.expected.value < answer.figures.expected.value
    insured = ask(capped, years=4000, insurance__retention="50000", insurance__limit="1e7")
    assert insured.net.figures.expected.value < answer.net.figures.expected.value
    assert insured.figures == answer.figures


@pytest.mark.parametrize(("years", "seed"), [(1, 1), (10**9, 1), (640, -1)])
def test_questions_that_cannot_be_asked_are_refused(years, seed):
    with pytest.raises(InvalidScenario, match="not possible"):
        ask(two_vendors(), years=years, seed=seed)


def test_a_stopped_run_says_so():
    with pytest.raises(Cancelled):
        portfolio(two_vendors(), SHIPPED, Question(as_of=TODAY, years=640), cancelled=lambda: True)


def test_progress_grows_to_the_end():
    seen = []
    question = Question(as_of=TODAY, years=640, overrides=(("constant.parameter_sets", "2"),))
    portfolio(two_vendors(), SHIPPED, question, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def test_chances_typed_on_vendors_are_the_rates():
    register = two_vendors()
    typed = dataclasses.replace(
        register,
        vendors=tuple(
            dataclasses.replace(v, annual_breach_probability=0.5, annual_breach_probability_reason="told")
            for v in register.vendors
        ),
    )
    assert ask(typed).events_per_year == pytest.approx(-2 * log(0.5))


def test_random_registers_of_every_kind_are_answered():
    rng = random.Random(1)
    register = shuffled(two_vendors(), rng)
    assert ask(register).vendors
