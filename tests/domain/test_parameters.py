"""Parameters: every shipped row has a key, changes are checked, categories inherit."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.register.errors import InvalidParameter, UnknownCode
from registry.domain.register.vocabulary import (
    AccessKind,
    EdgeKind,
    LinkKind,
    PlatformUseKind,
    Posture,
    RevenueBand,
    ScenarioKind,
    Storage,
)
from registry.reference.load import known_words, read_rows, shipped_parameters

SHIPPED = shipped_parameters()


@pytest.mark.parametrize("row", read_rows("exposure_defaults"), ids=lambda row: f"{row['edge_kind']}-{row['variant']}")
def test_every_shipped_chance_has_a_key(row):
    assert SHIPPED.get(f"exposure.{row['edge_kind']}.{row['variant']}").value == float(row["p0"])


@pytest.mark.parametrize("row", read_rows("scenario_kinds"), ids=lambda row: f"{row['kind']}-{row['edge_kind']}")
def test_every_multiplier_of_a_scenario_has_a_key(row):
    assert SHIPPED.get(f"scenario.{row['kind']}.{row['edge_kind']}").value == float(row["multiplier"])


@pytest.mark.parametrize("row", read_rows("multipliers"), ids=lambda row: f"{row['kind']}-{row['key']}")
def test_every_multiplier_answers_to_its_own_table(row):
    assert SHIPPED.multiplier(row["kind"], row["key"]) == float(row["value"])


@pytest.mark.parametrize("row", read_rows("control_efficacy"), ids=lambda row: row["code"])
def test_every_shipped_control_has_name_target_and_efficacy(row):
    control = SHIPPED.control(row["code"])
    assert (control.name, ";".join(control.acts_on)) == (row["name"], row["acts_on"])
    assert control.efficacy == (float(row["efficacy"]) if row["efficacy"] else None)


@pytest.mark.parametrize("row", read_rows("cost_models"), ids=lambda row: f"{row['model']}-{row['parameter']}")
def test_every_figure_of_a_cost_model_has_a_key(row):
    assert SHIPPED.cost(row["model"], row["parameter"]) == float(row["value"])


@pytest.mark.parametrize("row", read_rows("impact_areas"), ids=str)
def test_every_figure_of_an_impact_area_has_a_key(row):
    key = f"impact.{row['preset']}.{row['area']}.{row['parameter']}"
    assert SHIPPED.get(key).value == float(row["probability"])


def test_every_word_of_the_vocabulary_has_its_figure():
    for storage in set(Storage) - {Storage.NONE}:
        assert 0 < SHIPPED.exposure_probability(EdgeKind.HOLDS, storage) <= 1
        assert SHIPPED.fraction_of(storage)[1] == 10
    for kind, variants in (
        (EdgeKind.PIVOT, AccessKind),
        (EdgeKind.LATERAL, LinkKind),
        (EdgeKind.COMMON_CAUSE, PlatformUseKind),
    ):
        for variant in variants:
            assert 0 < SHIPPED.exposure_probability(kind, variant) <= 1
    for scenario in ScenarioKind:
        assert all(SHIPPED.scenario_multiplier(scenario, edge) >= 0 for edge in EdgeKind)
    assert all(SHIPPED.multiplier("posture", posture, otherwise=-1) > 0 for posture in Posture)
    assert all(SHIPPED.frequency("revenue_band_multiplier", band) > 0 for band in RevenueBand)


def test_every_parameter_says_where_it_comes_from():
    for row in SHIPPED.rows.values():
        assert row.source, row.key
        assert 1990 < row.year < 2100, row.key
        assert row.certainty in {"verified", "secondary", "derived", "recalled", "judgement"}, row.key
        assert row.allowed.read(row.text) == row.value, row.key
        assert not row.is_changed


def test_the_row_of_a_variant_beats_the_row_of_its_edge():
    outage = ScenarioKind.OUTAGE
    assert SHIPPED.scenario_multiplier(outage, EdgeKind.COMMON_CAUSE, "hosting") == 5
    assert SHIPPED.scenario_multiplier(outage, EdgeKind.COMMON_CAUSE, "saas_mfa") == 1


def test_a_variant_without_its_own_row_can_be_given_one():
    changed = SHIPPED.with_changes({"scenario.data_theft.pivot.admin": "2"})
    assert changed.scenario_multiplier(ScenarioKind.DATA_THEFT, EdgeKind.PIVOT, "admin") == 2
    assert changed.scenario_multiplier(ScenarioKind.DATA_THEFT, EdgeKind.PIVOT, "network") == 1


def test_a_key_without_its_variant_changes_all_variants_and_a_longer_key_wins():
    changed = SHIPPED.with_changes({"exposure.pivot.admin": "0.9", "exposure.pivot": "0.5"})
    assert changed.exposure_probability(EdgeKind.PIVOT, "network") == 0.5
    assert changed.exposure_probability(EdgeKind.PIVOT, "admin") == 0.9


@pytest.mark.parametrize("key", ["exposure.hosting", "exposure.common_cause.hosting", "exposure.hosting.default"])
def test_hosting_is_one_figure_under_two_names(key):
    changed = SHIPPED.with_changes({key: 0.4})
    assert changed.exposure_probability(EdgeKind.HOSTING) == 0.4
    assert changed.exposure_probability(EdgeKind.COMMON_CAUSE, "hosting") == 0.4


def test_a_change_leaves_the_shipped_set_alone_and_is_listed_as_text():
    changed = SHIPPED.with_changes({"constant.control_floor": "0.10"})
    assert changed.changes() == {"constant.control_floor": "0.1"}
    assert changed.get("constant.control_floor").shipped == 0.05
    assert SHIPPED.changes() == {}
    assert SHIPPED.with_changes(changed.changes()).content_hash() == changed.content_hash() != SHIPPED.content_hash()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("exposure.pivt.admin", "0.5", "exposure.pivot.admin"),
        ("exposure.pivot.admin", "1.5", "from 0 to 1"),
        ("exposure.pivot.admin", "nan", "from 0 to 1"),
        ("exposure.pivot.admin", "much", "from 0 to 1"),
        ("cost.model", "guess", "calibrated"),
        ("exposed_fraction", "often", "drawn, mean"),
        ("control.TOKENISATION", "0.5", "no efficacy"),
        ("constant.exact_uncertain_edges_max", "2.5", "whole number"),
        ("", "1", "no parameter"),
    ],
)
def test_a_change_that_cannot_be_names_key_range_and_nearest(key, value, words):
    with pytest.raises(InvalidParameter, match=words) as caught:
        SHIPPED.with_changes({key: value})
    assert key in str(caught.value)


def test_every_wrong_change_is_told_at_once():
    with pytest.raises(InvalidParameter) as caught:
        SHIPPED.with_changes({"nonsense": 1, "cost.sigma": -1, "probability": 2})
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("exposed_fraction", "MEAN"),
        ("exposed_fraction", "0.3"),
        ("cost.cap", "none"),
        ("cost.cap", "1e6"),
        ("probability", "1"),
    ],
)
def test_choices_take_words_in_any_case_or_numbers(key, value):
    changed = SHIPPED.with_changes({key: value})
    assert changed.get(key).is_changed


def test_a_child_without_its_own_weight_takes_its_parents():
    rows = {key: row for key, row in SHIPPED.rows.items() if key != "category.user.financial.card.weight"}
    without = dataclasses.replace(SHIPPED, rows=rows).with_changes({"category.user.financial.weight": "3"})
    assert without.category_weight("user.financial.card") == 3
    assert without.get("category.user.financial.card.weight").value == 3
    assert without.with_changes({"category.user.financial.card.weight": 2}).category_weight("user.financial.card") == 2


def test_the_heaviest_category_weighs_a_copy_and_pseudonyms_lighten_it():
    assert SHIPPED.copy_weight(("user.contact", "user.health")) == 1.2
    assert SHIPPED.copy_weight(("user.health",), "pseudonymised") == pytest.approx(1.2 * 0.68)


def test_sensitivity_is_that_of_the_most_sensitive_category():
    assert SHIPPED.sensitivity(("user.contact", "user.health")) == 4
    assert SHIPPED.sensitivity(()) == 0


def test_words_that_do_not_exist_are_refused():
    with pytest.raises(UnknownCode):
        SHIPPED.category_weight("user.shoes")
    with pytest.raises(UnknownCode):
        SHIPPED.control("LOCK")


def test_places_are_those_of_iso():
    words = known_words()
    assert {"DE", "US", "GB"} <= words.countries
    assert {"US-CA", "CA-QC", "DE"} <= words.jurisdictions
    assert "US-CA" not in words.countries
    assert "XX" not in words.jurisdictions


@settings(deadline=None)
@given(st.sampled_from(sorted(SHIPPED.rows)), st.floats(allow_nan=True, allow_infinity=True) | st.text(max_size=8))
def test_a_change_is_either_kept_as_given_or_refused(key, value):
    message = SHIPPED.why_not(key, value)
    if message is None:
        changed = SHIPPED.with_changes({key: value})
        assert changed.get(key).allowed.read(changed.get(key).text) == changed.get(key).value
    else:
        with pytest.raises(InvalidParameter):
            SHIPPED.with_changes({key: value})
