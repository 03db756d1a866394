"""Impact areas: chances, correlations, parts of the cost, customers who leave."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from graphs import arrays_of, graph_of, luck_of, register_of

from registry.domain.impact.areas import AREAS, area_factor, area_limits, impact
from registry.domain.impact.cost import CostTerms, Priced, cost_figures
from registry.domain.register.errors import InvalidParameter
from registry.domain.register.facts import Organisation, Register
from registry.domain.scenario.cascade import Sampling, simulate
from registry.reference.load import shipped_parameters

PARAMETERS = shipped_parameters()
FOUNDING = PARAMETERS.with_changes({"impact.preset": "founding_article"})


def flags_of(parameters, probability=1.0, worlds=100_000, target="copy:D-001@V-1"):
    arrays = arrays_of(graph_of([("vendor:s", target, probability)]), register_of({"D-001": 100}))
    luck = replace(luck_of(), area_limits=area_limits(parameters), area_factor=area_factor(parameters))
    return simulate(arrays, arrays.numbers(["vendor:s"]), luck, Sampling(seed=1, iterations=worlds)).areas


def share(flags, *areas):
    return float(np.mean(np.all([flags >> AREAS.index(area) & 1 for area in areas], axis=0)))


@pytest.mark.parametrize(
    "parameters, chances", [(PARAMETERS, (0.36, 0.30, 0.26, 0.26)), (FOUNDING, (0.36, 0.36, 0.36, 0.30))]
)
def test_both_readings_give_their_published_chances(parameters, chances):
    flags = flags_of(parameters)
    assert [share(flags, area) for area in AREAS] == pytest.approx(chances, abs=0.006)


def test_the_founding_article_has_brand_and_retention_together_in_26_percent():
    assert share(flags_of(FOUNDING), "brand", "retention") == pytest.approx(0.26, abs=0.006)


def test_areas_are_hit_together_more_often_than_by_chance():
    flags = flags_of(PARAMETERS)
    assert share(flags, "operations", "finance") > 0.36 * 0.30 + 0.05


@pytest.mark.parametrize("target", ["copy:D-001@V-1", "process:Q-01"])
def test_areas_are_hit_only_where_people_are_exposed_or_a_process_stops(target):
    flags = flags_of(PARAMETERS, probability=0.25, target=target)
    assert share(flags, "operations") == pytest.approx(0.25 * 0.36, abs=0.004)


def test_reaching_a_vendor_that_holds_nothing_hits_no_area():
    assert not flags_of(PARAMETERS, target="vendor:a").any()


def test_the_factor_reproduces_the_correlations():
    factor = area_factor(FOUNDING)
    assert (factor @ factor.T)[2, 3] == pytest.approx(0.9)
    assert (factor @ factor.T)[0, 1] == pytest.approx(0.6)
    assert np.allclose(np.triu(factor, 1), 0)


def test_full_correlation_is_possible_and_a_contradiction_is_refused():
    one = PARAMETERS.with_changes({"impact.cisco_2017.all.correlation": "1"})
    assert np.allclose(area_factor(one)[:, 0], 1.0)
    absurd = {
        "impact.founding_article.all.correlation": "1",
        "impact.founding_article.brand_and_retention.correlation": "0",
    }
    with pytest.raises(InvalidParameter, match="contradict"):
        area_factor(FOUNDING.with_changes(absurd))


def impact_of(parameters=PARAMETERS, organisation=None, exposed=1000.0, stopped=0.0, people=0.0, protected=0.0):
    columns = np.zeros((7, 2))
    columns[0], columns[3] = people, protected
    parts = np.full(2, exposed), np.full(2, stopped)
    priced = Priced(total=parts[0] + parts[1], exposed=parts[0], stopped=parts[1])
    register = Register(organisation=organisation or Organisation(name="Us"))
    cost = cost_figures(priced, CostTerms(currency="USD", usd_per_unit=1.0, cap=None))
    return impact(cost, np.zeros(2, dtype=np.uint8), columns, register=register, parameters=parameters)


def test_the_areas_share_the_whole_cost():
    found = impact_of(stopped=500.0)
    assert sum(area.cost_mean for area in found.areas.values()) == pytest.approx(1500.0)
    assert found.areas["operations"].cost_mean == pytest.approx(328.7 + 500.0)
    assert found.areas["finance"].cost_mean == pytest.approx(362.7)
    assert found.areas["brand"].cost_mean == pytest.approx(308.6 / 2)


def test_lost_business_is_split_by_the_chances_of_brand_and_retention():
    found = impact_of(FOUNDING)
    assert found.areas["brand"].cost_mean == pytest.approx(308.6 * 0.36 / 0.66)
    assert found.severities == {
        "retention.severity_over_20_percent_customers": 0.4,
        "finance.severity_over_20_percent_revenue": 0.38,
        "finance.severity_over_20_percent_opportunities": 0.42,
    }


def test_unprotected_people_leave_and_never_more_than_the_customers():
    few = impact_of(people=1000.0, protected=200.0).churn
    assert few.customers == pytest.approx((16.0, 40.0, 88.0))
    assert few.revenue is None
    us = Organisation(name="Us", customers=30, revenue_per_customer=2.0)
    capped = impact_of(organisation=us, people=1000.0, protected=200.0).churn
    assert capped.customers == pytest.approx((16.0, 30.0, 30.0))
    assert capped.revenue == pytest.approx((32.0, 60.0, 60.0))
