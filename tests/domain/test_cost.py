"""Cost models against their published tables, and the rules around them."""

import math

import numpy as np
import pytest

from registry.domain.impact.cost import (
    CostTerms,
    cost_curve,
    cost_figures,
    cost_models,
    cost_terms,
    model_figures,
    price,
    tail_mean,
)
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Currency, Organisation, Register
from registry.reference.load import shipped_parameters

PARAMETERS = shipped_parameters()
US = Register(organisation=Organisation(name="Us"))
NO_CAP = CostTerms(currency="USD", usd_per_unit=1.0, cap=None)


def worlds(people=0.0, protected=0.0, records=None, weight=1.0, stopped=0.0, count=1):
    columns = np.zeros((7, count))
    columns[0] = columns[1] = columns[2] = people
    columns[3], columns[4], columns[5], columns[6] = protected, people if records is None else records, weight, stopped
    return columns


def curve(model="calibrated", register=US, parameters=PARAMETERS, **options):
    return cost_curve(model, register, parameters, is_third_party=options.pop("is_third_party", False))


def table(model, name):
    prefix = f"cost.{model}.{name}."
    return {
        float(key.removeprefix(prefix)): PARAMETERS.number(key) for key in PARAMETERS.rows if key.startswith(prefix)
    }


def test_the_table_of_dbir_2015_is_reproduced_to_one_percent():
    rows = table("dbir_2015", "table.expected")
    assert len(rows) == 7
    for records, cost in rows.items():
        assert curve("dbir_2015").median(records) == pytest.approx(cost, rel=0.01)


def test_the_prediction_interval_of_dbir_2015_is_reproduced_by_simulation():
    total = price(worlds(100_000.0, count=200_000), curve("dbir_2015"), NO_CAP, seed=1).total
    low, high = np.quantile(total, (0.025, 0.975))
    assert low == pytest.approx(PARAMETERS.number("cost.dbir_2015.table.prediction_low.100000"), rel=0.04)
    assert high == pytest.approx(PARAMETERS.number("cost.dbir_2015.table.prediction_high.100000"), rel=0.04)


def test_the_calibrated_medians_are_those_it_was_checked_with():
    rows = table("calibrated", "check_median")
    assert len(rows) == 6
    for people, cost in rows.items():
        assert curve().median(people) == pytest.approx(cost, rel=0.03)


def test_the_mean_is_three_and_a_half_times_the_median():
    total = price(worlds(50_000.0, count=400_000), curve(), NO_CAP, seed=7).total
    assert np.median(total) == pytest.approx(curve().median(50_000), rel=0.02)
    assert math.exp(1.57**2 / 2) == pytest.approx(3.43, abs=0.005)
    assert total.mean() / np.median(total) == pytest.approx(3.43, rel=0.05)


@pytest.mark.parametrize("model", cost_models(PARAMETERS))
def test_where_nobody_is_exposed_nothing_is_paid(model):
    assert price(worlds(0.0), curve(model), NO_CAP, seed=1).total.tolist() == [0.0]


def test_protected_people_count_a_fifth():
    calm = PARAMETERS.with_changes({"cost.sigma": "0"})
    total = price(worlds(1000.0, protected=400.0), curve(parameters=calm), NO_CAP, seed=1).total
    assert total[0] == pytest.approx(math.exp(8.185 + 0.573 * math.log(600 + 0.2 * 400)))


def test_place_is_sector_or_country_and_never_both():
    register = Register(organisation=Organisation(name="Us", sector="healthcare", country="US"))
    by_country = PARAMETERS.with_changes({"cost.place": "country"})
    assert curve(register=register).factor == pytest.approx(1.331)
    assert curve(register=register, parameters=by_country).factor == pytest.approx(2.305)
    assert curve(register=register, parameters=PARAMETERS.with_changes({"cost.place": "none"})).factor == 1.0
    assert curve(register=US).factor == 1.0


def test_an_event_that_a_vendor_starts_costs_a_little_more():
    assert curve(is_third_party=True).factor == pytest.approx(1.046)


def test_the_weight_of_the_data_multiplies_the_calibrated_cost_only():
    heavy, light = worlds(1000.0, weight=1.2), worlds(1000.0, weight=1.0)
    for model in cost_models(PARAMETERS):
        ratio = price(heavy, curve(model), NO_CAP, seed=3).total / price(light, curve(model), NO_CAP, seed=3).total
        assert ratio[0] == pytest.approx(1.2 if model == "calibrated" else 1.0)


def test_published_models_count_records():
    assert price(worlds(10.0, records=5000.0), curve("flat_per_record"), NO_CAP, seed=1).total[0] == pytest.approx(
        192 * 5000
    )


def test_jacobs_2014_follows_its_line():
    assert curve("jacobs_2014").median(100_000) == pytest.approx(math.exp(7.68 + 0.76 * math.log(100_000)))


@pytest.mark.parametrize("choice, organisation, median", [
    ("overall", {}, 603_000), ("revenue_band", {}, 603_000), ("revenue_band", {"annual_revenue": 5e7}, 325_000),
    ("revenue_band", {"annual_revenue": 2e11}, 6_000_000), ("sector", {"sector": "retail"}, 746_000),
])  # fmt: skip
def test_iris_2025_is_chosen_by_revenue_or_sector(choice, organisation, median):
    register = Register(organisation=Organisation(name="Us", **organisation))
    chosen = curve("iris_2025", register, PARAMETERS.with_changes({"cost.iris_by": choice}))
    assert chosen.median(1.0) == pytest.approx(median, rel=0.002)
    few, many = (price(worlds(people), chosen, NO_CAP, seed=1).total[0] for people in (10.0, 1e6))
    assert few == many


def test_the_cap_holds_the_sum_and_shrinks_both_parts():
    terms = CostTerms(currency="USD", usd_per_unit=1.0, cap=1000.0)
    calm = curve(parameters=PARAMETERS.with_changes({"cost.sigma": "0"}))
    priced = price(worlds(1000.0, stopped=500_000.0), calm, terms, seed=1)
    assert priced.total.tolist() == [1000.0]
    assert priced.exposed[0] + priced.stopped[0] == pytest.approx(1000.0)
    assert cost_figures(priced, terms).capped_share == 1.0


@pytest.mark.parametrize("setting, cap", [("revenue", 5e6), ("none", None), ("123", 123.0)])
def test_the_cap_is_revenue_unless_set(setting, cap):
    register = Register(organisation=Organisation(name="Us", annual_revenue=5e6))
    assert cost_terms(register, PARAMETERS.with_changes({"cost.cap": setting})).cap == cap


def test_without_a_revenue_nothing_is_capped():
    assert cost_terms(US, PARAMETERS).cap is None


def test_the_currency_is_changed_once_and_stopped_services_are_in_it_already():
    register = Register(
        organisation=Organisation(name="Us", currency="EUR"), currencies=(Currency(currency="EUR", usd_per_unit=1.25),)
    )
    terms = cost_terms(register, PARAMETERS)
    in_euro = price(worlds(1000.0, stopped=10.0), curve(), terms, seed=1)
    in_dollars = price(worlds(1000.0, stopped=10.0), curve(), NO_CAP, seed=1)
    assert in_euro.exposed[0] == pytest.approx(in_dollars.exposed[0] / 1.25)
    assert in_euro.stopped[0] == in_dollars.stopped[0]
    assert terms.currency == "EUR"


def test_a_currency_nobody_knows_the_worth_of_is_refused():
    with pytest.raises(InvalidScenario, match="EUR.*Currencies"):
        cost_terms(Register(organisation=Organisation(name="Us", currency="EUR")), PARAMETERS)


def test_all_models_share_the_luck_of_an_event():
    ranks = [
        np.argsort(price(worlds(1000.0, count=50), curve(model), NO_CAP, seed=2).total).tolist()
        for model in ("calibrated", "dbir_2015", "iris_2025")
    ]
    assert ranks[0] == ranks[1] == ranks[2]


def test_worlds_can_be_priced_in_parts():
    whole = price(worlds(1000.0, count=10), curve(), NO_CAP, seed=2).total
    rest = price(worlds(1000.0, count=4), curve(), NO_CAP, seed=2, first_world=6).total
    assert whole[6:].tolist() == rest.tolist()


def test_a_flat_cost_per_record_warns_outside_the_range_it_was_measured_in():
    def warning(records):
        rows = model_figures(worlds(10.0, records=records, count=4), US, PARAMETERS, is_third_party=True, seed=1)
        return next(row.warning for row in rows if row.model == "flat_per_record")

    assert warning(50_000.0) is None
    assert "100%" in warning(1_000_000.0)
    assert "100%" in warning(2_599.0)


def test_the_tail_mean_weighs_a_part_of_a_world():
    assert tail_mean(np.array([1.0, 2.0, 3.0, 10.0]), 0.7) == pytest.approx((10 + 0.2 * 3) / 1.2)
