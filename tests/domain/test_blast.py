"""The whole way from a register to its blast radius, against a second reading of the model and by hand."""

import dataclasses
import json
import math
import sys
from datetime import date
from itertools import product
from pathlib import Path
from statistics import NormalDist

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

import reference
from registers import TODAY, flow, register_of, registers, shuffled

from registry.domain.exposure import exposure
from registry.domain.impact.areas import AREAS, area_chances
from registry.domain.register.errors import Cancelled, InvalidScenario
from registry.domain.register.facts import (
    Access,
    Coverage,
    Dataset,
    Dependency,
    Jurisdiction,
    Organisation,
    ParameterChange,
    Segment,
    Vendor,
)
from registry.domain.register.vocabulary import AccessKind, Lifecycle, ScenarioKind, Storage
from registry.domain.scenario.blast import ask, best_cuts, blast, prepare, to_json
from registry.domain.scenario.scenario import Scenario
from registry.domain.scenario.whatif import parse_what_if
from registry.reference.load import shipped_parameters

PARAMETERS = shipped_parameters()
MEANS = {"bulk": 0.8, "cached": 0.4, "in_memory": 0.1, "home_system": 0.8}
FIXED = (("exposed_fraction", "mean"), ("cost.sigma", "0"), ("cost.availability.days_sigma", "0"))


def question(*start, **others):
    others.setdefault("iterations", 256)
    return Scenario(start=start, as_of=others.pop("as_of", TODAY), **others)


def answer_of(register, *start, threads=1, **others):
    return blast(register, PARAMETERS, question(*start, **others), threads=threads)


MAIL = register_of(
    flow("F-1", "S-1", "V-1", storage=Storage.BULK, people_share=0.5),
    flow("F-2", "V-1", "V-2", storage=Storage.CACHED, people_share=0.2),
    Access(code="A-1", vendor="V-2", system="S-1", kind=AccessKind.ADMIN),
    Segment(code="G-1", name="Buyers", people=1000),
    Coverage(dataset="D-1", segment="G-1", share=0.6),
    Jurisdiction(segment="G-1", jurisdiction="DE", share=0.75),
    Dataset(code="D-1", name="Orders", system="S-1", categories=("user.contact",), people=700),
    Dependency(code="B-1", process="Q-1", depends_on="V-1"),
    Vendor(code="V-1", name="Mail"),
)


# -- against the second reading ------------------------------------------------------------------------------------


def people_by_brute_force(world, start):
    """Mean people (three readings), protected, records and unknown place, over every combination of ways."""
    ways = world.ways()
    within = reference.reach(ways, start)
    ways = [way for way in ways if way[0] in within]
    uncertain = [way for way in ways if way[2] < 1]
    sure = [way for way in ways if way[2] == 1]
    totals = dict.fromkeys(("people", "nested", "disjoint", "protected", "records", "DE"), 0.0)
    for luck in product((True, False), repeat=len(uncertain)):
        weight = math.prod(way[2] if is_open else 1 - way[2] for way, is_open in zip(uncertain, luck, strict=True))
        reached = reference.reach(sure + [way for way, is_open in zip(uncertain, luck, strict=True) if is_open], start)
        for name, value in people_of_world(world, reached).items():
            totals[name] += weight * value
    return totals


def people_of_world(world, reached):
    register = world.register
    homes = {d.code: f"system:{d.system}" for d in register.datasets}
    taken = {}
    for (dataset, holder), copy in world.copies().items():
        if f"copy:{dataset}@{holder}" in reached:
            is_sealed = copy["protection"] in {"encrypted_our_key", "tokenised"} and homes[dataset] not in reached
            taken.setdefault(dataset, []).append((copy["share"] * MEANS[copy["storage"]], is_sealed))

    def union(shares):
        return 1 - math.prod(1 - share for share in shares)

    readings = {
        "people": ({d: union(e for e, _ in copies) for d, copies in taken.items()}, union),
        "nested": ({d: max(e for e, _ in copies) for d, copies in taken.items()}, lambda shares: max(shares, default=0)),
        "disjoint": ({d: min(1, sum(e for e, _ in copies)) for d, copies in taken.items()}, lambda shares: min(1, sum(shares))),
        "open": ({d: union(e for e, is_sealed in copies if not is_sealed) for d, copies in taken.items()}, union),
    }  # fmt: skip
    found = {name: count(world, shares, together) for name, (shares, together) in readings.items()}
    return {
        "people": found["people"][0],
        "nested": found["nested"][0],
        "disjoint": found["disjoint"][0],
        "protected": found["people"][0] - found["open"][0],
        "records": sum(world.people(d) * sum(e for e, _ in copies) for d, copies in taken.items()),
        "DE": found["people"][1],
    }


def count(world, shares, together):
    register = world.register
    cells = [(c.dataset, c.segment, c.share) for c in register.coverage]
    sizes = {s.code: s.people for s in register.segments}
    total = in_germany = 0.0
    for code, size in sizes.items():
        here = size * together([shares[d] * cover for d, s, cover in cells if s == code and d in shares])
        total += here
        in_germany += here * sum(j.share for j in register.jurisdictions if j.segment == code)
    for dataset, share in shares.items():
        found = sum(sizes[s] * cover for d, s, cover in cells if d == dataset)
        total += share * max(0, world.people(dataset) - found)
    return total, in_germany


some_questions = st.tuples(registers(), st.sampled_from(ScenarioKind), st.sampled_from(["V-1", "V-2", "S-1"]))


def small_world(register, kind, start):
    world = reference.World(register, kind, TODAY, {start})
    node = exposure.node_of(register, start)
    ways = world.ways()
    within = reference.reach(ways, {node})
    assume(sum(way[0] in within and way[2] < 1 for way in ways) <= 10)
    return world, node


@settings(deadline=None, max_examples=60)
@given(some_questions)
def test_exact_people_equal_those_of_every_combination(drawn):
    register, kind, start = drawn
    world, node = small_world(register, kind, start)
    expected = people_by_brute_force(world, {node})
    answer = answer_of(register, start, kind=kind, overrides=FIXED, iterations=1)
    assert answer.method == "exact"
    people = answer.people
    found = {
        "people": people.headline.mean, "nested": people.nested_mean, "disjoint": people.disjoint_mean,
        "protected": people.protected_mean, "records": people.records_mean,
        "DE": sum(row.mean for row in answer.jurisdictions if row.code == "DE"),
    }  # fmt: skip
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(some_questions)
def test_exact_chances_equal_those_of_every_combination(drawn):
    register, kind, start = drawn
    world, node = small_world(register, kind, start)
    expected = reference.chances(world.ways(), {node})
    answer = answer_of(register, start, kind=kind, iterations=1)
    rows = [*answer.vendors, *answer.systems, *answer.processes, *(c for d in answer.datasets for c in d.copies)]
    assert {row.node: row.probability for row in rows} == pytest.approx(expected, abs=1e-12)
    assert all(row.interval == (row.probability, row.probability) for row in rows)


@settings(deadline=None, max_examples=25)
@given(some_questions)
def test_simulation_agrees_with_the_exact_answer(drawn):
    register, kind, start = drawn
    small_world(register, kind, start)
    exact = answer_of(register, start, kind=kind, overrides=FIXED, iterations=1)
    only_simulated = (*FIXED, ("constant.exact_uncertain_edges_max", "0"))
    simulated = answer_of(register, start, kind=kind, overrides=only_simulated, iterations=4000)
    rows = {row.node: row.probability for row in (*exact.vendors, *exact.systems, *exact.processes)}
    for row in (*simulated.vendors, *simulated.systems, *simulated.processes):
        error = math.sqrt(rows[row.node] * (1 - rows[row.node]) / 4000)
        assert abs(row.probability - rows[row.node]) <= 4.5 * error + 1e-12
    difference = abs(simulated.people.headline.mean - exact.people.headline.mean)
    assert difference <= 4.5 * simulated.people.headline.stderr + 0.02 * exact.people.headline.p95 + 1e-6


@settings(deadline=None, max_examples=30)
@given(registers(has_certain_chances=True), st.sampled_from(["V-1", "S-1"]))
def test_with_every_edge_certain_the_scope_is_what_the_graph_reaches(register, start):
    answer = answer_of(register, start, overrides=(("probability", "1"), ("exposed_fraction", "1")), iterations=8)
    prepared = prepare(register, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY, start=(start,))
    node = exposure.node_of(register, start)
    reached = {node, *nx.descendants(prepared.graph, node)}
    rows = [*answer.vendors, *answer.systems, *answer.processes, *(c for d in answer.datasets for c in d.copies)]
    assert {row.node for row in rows} == reached
    assert {row.probability for row in rows} == {1.0}


@settings(deadline=None, max_examples=25)
@given(registers(), st.randoms(use_true_random=False))
def test_shuffled_rows_and_more_threads_give_the_same_digits(register, rng):
    one = to_json(answer_of(register, "V-1"))
    other = to_json(answer_of(shuffled(register, rng), "V-1", threads=3))
    for document in (one, other):
        document["warnings"].sort(key=lambda row: json.dumps(row, sort_keys=True))
    assert json.dumps(one) == json.dumps(other)


@settings(deadline=None, max_examples=25)
@given(registers(), st.sampled_from(["S-1", "V-2"]), st.sampled_from(list(AccessKind)))
def test_another_access_never_shrinks_a_scope(register, system, kind):
    assume(system in register.system_by_code)
    access = Access(code="A-99", vendor="V-1", system=system, kind=kind)
    before, after = (
        answer_of(changed, "V-1", overrides=FIXED)
        for changed in (register, dataclasses.replace(register, access=(*register.access, access)))
    )
    assert after.people.headline.mean >= before.people.headline.mean - 1e-6
    chances = {row.node: row.probability for row in (*after.vendors, *after.systems)}
    assert all(chances[row.node] >= row.probability - 1e-12 for row in (*before.vendors, *before.systems))


@settings(deadline=None, max_examples=25)
@given(registers())
def test_a_control_never_grows_a_scope(register):
    assume(register.flows)
    before = answer_of(register, "V-1", overrides=FIXED)
    after = answer_of(
        register, "V-1", overrides=FIXED, what_ifs=(parse_what_if(f"place:EDR:{register.flows[0].code}"),)
    )
    assert after.people.headline.mean <= before.people.headline.mean + 1e-6
    assert after.cost.mean <= before.cost.mean + 1e-6


# -- the answer itself ---------------------------------------------------------------------------------------------


def test_an_answer_tells_chance_hops_route_and_facts():
    answer = answer_of(MAIL, "V-2", overrides=FIXED)
    mail = next(row for row in answer.vendors if row.code == "V-1")
    assert (mail.hops, mail.route, mail.facts) == (1, ("V-2", "V-1"), ("F-2",))
    assert mail.probability == pytest.approx(0.05)
    assert [row.code for row in answer.vendors] == ["V-2", "V-1"]
    orders = answer.datasets[0]
    assert orders.copies[0].holder in {"V-2", "S-1"}
    assert orders.probability == pytest.approx(1 - (1 - 0.3) * (1 - 0.25 * 0.7) * (1 - 0.05 * 0.7))
    assert orders.route == ("V-2", "D-1@V-2")
    system = answer.systems[0]
    assert (system.code, system.facts) == ("S-1", ("A-1",))
    assert system.probability == pytest.approx(0.25)


def test_the_json_has_every_key_of_the_model_and_nothing_else():
    document = to_json(answer_of(MAIL, "V-1"), sha256="ab")
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert list(document) == [
        "register", "warnings", "scenario", "method", "iterations", "vendors", "systems", "datasets", "processes",
        "people", "jurisdictions", "cost", "impact_areas", "exceedance", "choke_points", "best_cuts",
    ]  # fmt: skip
    assert document["register"]["sha256"] == "ab"
    assert document["register"]["counts"]["flows"] == 2
    assert set(document["datasets"][0]) == {
        "code", "name", "probability", "interval", "hops", "route", "facts", "categories", "people_mean", "copies",
    }  # fmt: skip
    assert set(document["people"]) == {
        "mean", "stderr", "p05", "p50", "p95", "nested_mean", "disjoint_mean", "records_mean", "protected_mean",
    }  # fmt: skip
    assert set(document["cost"]) == {"currency", "mean", "stderr", "p05", "p50", "p90", "p95", "p99", "tail_mean_95"}
    assert set(document["impact_areas"]) == {"operations", "finance", "brand", "retention"}
    assert set(document["scenario"]) >= {"start", "kind", "as_of", "seed"}
    assert {row["code"] for row in document["jurisdictions"]} == {"DE", None}


def test_jurisdictions_add_up_to_the_people():
    answer = answer_of(MAIL, "V-1", iterations=3000)
    assert sum(row.mean for row in answer.jurisdictions) == pytest.approx(answer.people.headline.mean)
    assert sum(area.cost_mean for area in answer.impact.areas.values()) == pytest.approx(answer.cost.mean)


def test_services_stop_only_in_kinds_that_stop_services():
    assert answer_of(MAIL, "V-1").processes == ()
    outage = answer_of(MAIL, "V-1", kind=ScenarioKind.OUTAGE, iterations=4000)
    assert outage.processes[0].probability == pytest.approx(0.8)
    assert outage.people.headline.mean == 0
    # days ~ lognormal(1.95, 0.9): mean of what exceeds the one day the process can wait, times 1000 a day
    d = (1.95 - 0.0) / 0.9
    normal = NormalDist()
    expected = math.exp(1.95 + 0.9**2 / 2) * normal.cdf(d + 0.9) - normal.cdf(d)
    assert outage.cost.mean == pytest.approx(0.8 * 1000 * expected, abs=4.5 * outage.cost.stderr)
    assert outage.impact.areas["operations"].probability == pytest.approx(0.8 * 0.36, abs=0.03)


def test_the_first_worlds_of_a_longer_run_are_the_shorter_run():
    few, many = (answer_of(MAIL, "V-2", iterations=worlds) for worlds in (512, 1024))
    assert few.people.headline.mean != many.people.headline.mean
    assert answer_of(MAIL, "V-2", iterations=512).people == few.people


def test_without_a_number_of_worlds_the_run_stops_at_its_target_error():
    answer = answer_of(MAIL, "V-1", iterations=None, target_error=0.02)
    assert answer.iterations in {1024 * 2**n for n in range(8)}
    assert answer.error_reached <= 0.02


def test_a_prepared_register_answers_as_a_fresh_one():
    prepared = prepare(MAIL, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)
    for scenario in (
        question("V-1"),
        question("V-1", "V-2"),
        question("V-1", overrides=(("cost.model", "dbir_2015"),)),
        question("V-1", overrides=(("exposure.holds.bulk", "0.2"),)),
        question("V-1", what_ifs=(parse_what_if("cut:F-1"),)),
        question("V-1", kind=ScenarioKind.OUTAGE),
        question("V-1", as_of=date(2020, 1, 1)),
    ):
        assert to_json(ask(prepared, scenario)) == to_json(blast(MAIL, PARAMETERS, scenario))


def test_a_prospect_counts_only_where_the_scenario_starts():
    register = dataclasses.replace(
        MAIL,
        vendors=tuple(
            dataclasses.replace(v, lifecycle=Lifecycle.PROSPECT) if v.code == "V-1" else v for v in MAIL.vendors
        ),
    )
    prepared = prepare(register, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)
    assert [row.code for row in ask(prepared, question("V-2")).vendors] == ["V-2"]
    assert ask(prepared, question("V-1")).datasets


def test_the_sheet_of_changed_parameters_is_in_force():
    changed = dataclasses.replace(
        MAIL, parameters=(ParameterChange(key="exposure.holds.bulk", value="1", reason="test"),)
    )
    assert answer_of(changed, "V-1").datasets[0].probability == 1.0


def test_unknown_people_are_assumed_and_said_so():
    unknown = tuple(dataclasses.replace(row, people=None) for row in MAIL.datasets)
    answer = answer_of(dataclasses.replace(MAIL, datasets=unknown), "V-1")
    assert answer.people.is_assumed
    assert answer.datasets[0].is_assumed
    assert answer.datasets[0].people == 1000
    assert "unknown_people" in {warning.code for warning in answer.warnings}
    assert not answer_of(MAIL, "V-1").people.is_assumed


def test_models_stand_side_by_side_with_the_one_in_force_marked():
    answer = answer_of(MAIL, "V-1", overrides=(("cost.model", "flat_per_record"),))
    assert [row.model for row in answer.models if row.is_in_force] == ["flat_per_record"]
    assert len(answer.models) == 5
    assert "cost_model_out_of_range" in {warning.code for warning in answer.warnings}


def test_the_cost_is_exact_where_nothing_is_drawn():
    answer = answer_of(MAIL, "V-1", overrides=(*FIXED, ("cost.place", "none")), iterations=1)
    assert answer.cost.stderr == 0.0
    exposed = answer.people.headline.mean / answer.datasets[0].probability
    weight = PARAMETERS.category_weight("user.contact")
    cost = math.exp(8.185 + 0.573 * math.log(exposed)) * weight * 1.046
    assert answer.cost.mean == pytest.approx(answer.datasets[0].probability * cost)


def test_the_best_cut_is_the_difference_to_the_scenario_with_that_fact_cut():
    answer = answer_of(MAIL, "V-2", iterations=2000)
    assert [cut.fact for cut in answer.best_cuts][0] in {"F-2", "A-1"}
    for cut in answer.best_cuts:
        after = answer_of(MAIL, "V-2", iterations=2000, what_ifs=(parse_what_if(f"cut:{cut.fact}"),))
        assert cut.saving == pytest.approx(answer.cost.mean - after.cost.mean)
        assert cut.people_saved == pytest.approx(answer.people.headline.mean - after.people.headline.mean)


def test_a_fact_that_shares_a_copy_is_cut_by_merging_what_is_left():
    register = dataclasses.replace(
        MAIL, flows=(*MAIL.flows, flow("F-3", "S-1", "V-1", storage=Storage.BULK, people_share=0.1))
    )
    answer = answer_of(register, "V-1", iterations=1000)
    assert {cut.fact for cut in answer.best_cuts} == {"F-1"}
    after = answer_of(register, "V-1", iterations=1000, what_ifs=(parse_what_if("cut:F-1"),))
    assert answer.best_cuts[0].saving == pytest.approx(answer.cost.mean - after.cost.mean)


def test_cuts_can_be_left_out_and_asked_for_later():
    prepared = prepare(MAIL, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)
    assert ask(prepared, question("V-2"), cuts=0).best_cuts == ()
    assert best_cuts(prepared, question("V-2")) == ask(prepared, question("V-2")).best_cuts


def test_a_start_that_reaches_no_data_costs_nothing():
    answer = answer_of(register_of(Vendor(code="V-1", name="Lone")), "V-1", iterations=None)
    assert answer.people.headline.mean == 0
    assert answer.cost.mean == 0
    assert answer.exceedance == ((0.0, 0.0),)
    assert answer.best_cuts == ()
    assert (answer.method, answer.iterations) == ("exact", 1024)


@pytest.mark.parametrize("scenario, message", [
    (question("V-77"), "V-77"), (question(), "start"), (question("V-1", iterations=0), "iterations"),
    (question("V-1", iterations=90_000_000), "memory"), (question("V-1", what_ifs=(parse_what_if("cut:F-99"),)), "F-99"),
])  # fmt: skip
def test_a_question_that_cannot_be_asked_says_why(scenario, message):
    with pytest.raises(InvalidScenario, match=message):
        blast(MAIL, PARAMETERS, scenario)


def test_a_run_can_be_stopped_and_shows_its_progress():
    seen = []
    blast(MAIL, PARAMETERS, question("V-1", iterations=5000), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (5000, 5000)
    with pytest.raises(Cancelled):
        blast(MAIL, PARAMETERS, question("V-1", iterations=500_000), cancelled=lambda: True)


def test_an_organisation_that_is_the_start_itself_is_no_third_party():
    ours, theirs = answer_of(MAIL, "S-1", overrides=FIXED), answer_of(MAIL, "S-1", "V-1", overrides=FIXED)
    assert ours.systems[0].hops == 0
    assert theirs.cost.mean > ours.cost.mean


def test_costs_are_in_the_currency_of_the_organisation():
    assert answer_of(MAIL, "V-1").cost.currency == "USD"
    euro = dataclasses.replace(MAIL, organisation=Organisation(name="Us", currency="EUR"))
    with pytest.raises(InvalidScenario, match="Currencies"):
        answer_of(euro, "V-1")


def test_where_chances_are_exact_so_are_those_of_the_areas():
    # one copy that is exposed with 7 in 10, and an availability edge that only a stopping kind travels
    register = register_of(flow("F-1", "S-1", "V-1"), Dependency(code="B-1", process="Q-1", depends_on="V-1"))
    for kind, event in ((ScenarioKind.DATA_THEFT, 0.7), (ScenarioKind.RANSOMWARE_THEFT, 1 - 0.3 * 0.5)):
        answer = answer_of(register, "V-1", kind=kind, iterations=1)
        for area, chance in zip(AREAS, area_chances(PARAMETERS), strict=True):
            assert answer.impact.areas[area].probability == pytest.approx(event * chance)
