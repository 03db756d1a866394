"""Single cuts by dominators against cutting each row, and trials against whole new runs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.exposure.arrays import with_probabilities, without_rows
from registry.domain.register.facts import Access, Dataset, Vendor
from registry.domain.register.vocabulary import AccessKind, Lifecycle, ScenarioKind, Storage
from registry.domain.scenario import cascade
from registry.domain.scenario.blast import ask, prepare
from registry.domain.scenario.cascade import Sampling
from registry.domain.scenario.cuts import arrays_without, savings_of_rows, try_cuts
from registry.domain.scenario.prepared import prepared_for
from registry.domain.scenario.run import run_worlds
from registry.domain.scenario.scenario import Scenario
from registry.domain.scenario.trials import Trials, changes_between
from registry.domain.scenario.whatif import parse_what_if
from registry.reference.load import shipped_parameters
from tests.domain.registers import TODAY, flow, register_of, registers

PARAMETERS = shipped_parameters()
KINDS = st.sampled_from([ScenarioKind.DATA_THEFT, ScenarioKind.RANSOMWARE_THEFT])


def run_of(register, *start, kind=ScenarioKind.DATA_THEFT, iterations=200, **others):
    prepared = prepare(register, PARAMETERS, kind=kind, as_of=TODAY, start=start)
    scenario = Scenario(start=start, as_of=TODAY, kind=kind, iterations=iterations, **others)
    return run_worlds(prepared_for(prepared, scenario), scenario, threads=1)


def weight_reached(run, arrays, weights, worlds):
    sampling = Sampling(seed=run.scenario.seed, iterations=worlds, threads=1)
    hits = cascade.simulate(arrays, run.numbers, run.luck, sampling).hits
    return float((hits * weights).sum()) / worlds


@settings(max_examples=40, deadline=None)
@given(registers(), st.sampled_from([("V-1",), ("V-2", "V-1"), ("S-1",)]), KINDS)
def test_dominators_give_what_cutting_each_row_saves(register, start, kind):
    run = run_of(register, *start, kind=kind)
    arrays = run.prepared.arrays
    weights = 1.0 + np.arange(len(arrays.nodes)) % 7
    savings = savings_of_rows(run, weights, worlds=200)
    before = weight_reached(run, arrays, weights, 200)
    for row in range(len(arrays.targets)):
        after = weight_reached(run, without_rows(arrays, [row]), weights, 200)
        assert savings[row] == pytest.approx(before - after, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(registers(), st.sampled_from(["V-1", "V-2", "S-1"]), KINDS)
def test_a_trial_gives_the_digits_of_the_scenario_asked_anew(register, start, kind):
    run = run_of(register, start, kind=kind, iterations=150)
    scenario = run.scenario
    for cut in try_cuts(run, count=50):
        what_ifs = (parse_what_if(f"cut:{cut.fact}"),)
        after = ask(
            run.prepared, Scenario(start=(start,), as_of=TODAY, kind=kind, iterations=150, what_ifs=what_ifs), cuts=0
        )
        before = ask(run.prepared, scenario, cuts=0)
        assert cut.worlds == 150
        assert cut.people_saved == pytest.approx(before.people.headline.mean - after.people.headline.mean, abs=1e-6)


def test_only_worlds_that_feel_a_change_are_run_again():
    register = register_of(
        flow("F-1", "S-1", "V-1"), flow("F-2", "V-1", "V-2", probability=0.1),
        Access(code="A-1", vendor="V-2", system="S-1", kind=AccessKind.ADMIN, probability=0.2, probability_reason="x"),
    )  # fmt: skip
    run = run_of(register, "V-2", iterations=1000)
    arrays = run.prepared.arrays
    rows = arrays.rows_of_fact["A-1"]
    trials = Trials(run, threads=2)
    after = without_rows(arrays, rows)
    (felt,) = trials._felt([changes_between(arrays, after)])
    assert 120 < len(felt) < 280
    ((cost, people),) = trials.with_each([after])
    whole = cascade.simulate(after, run.numbers, run.luck, Sampling(seed=1, iterations=1000, threads=1))
    assert np.array_equal(people, whole.columns[0])
    assert (cost <= trials.cost).all()
    assert (np.flatnonzero(people != trials.people)[:, None] == felt).any(axis=1).all()


def test_a_change_that_adds_something_is_felt_everywhere():
    run = run_of(register_of(flow("F-1", "S-1", "V-1", probability=0.5)), "V-1")
    arrays = run.prepared.arrays
    likelier = with_probabilities(arrays, np.minimum(1.0, arrays.probabilities * 1.5))
    assert changes_between(arrays, likelier) is None
    assert changes_between(without_rows(arrays, [0]), arrays) is None
    assert len(changes_between(arrays, arrays).rows) == 0


def test_the_share_of_a_cut_times_the_headline_is_its_saving():
    register = register_of(flow("F-1", "S-1", "V-1"), flow("F-2", "V-1", "V-2"))
    prepared = prepare(register, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)
    answer = ask(prepared, Scenario(start=("V-2",), as_of=TODAY, iterations=5000))
    assert answer.best_cuts
    for cut in answer.best_cuts:
        assert cut.saving_share * answer.cost.mean == pytest.approx(cut.saving)


FIXED = (("exposed_fraction", "mean"), ("cost.sigma", "0"), ("cost.availability.days_sigma", "0"))


@settings(max_examples=15, deadline=None)
@given(registers(vendors_max=3, flows_max=4), st.sampled_from(["V-1", "S-1"]), KINDS)
def test_where_the_mean_cost_is_exact_so_is_what_a_cut_saves(register, start, kind):
    run = run_of(register, start, kind=kind, iterations=1, overrides=FIXED)
    before = ask(run.prepared, run.scenario, cuts=0)
    for cut in try_cuts(run, count=50):
        after = ask(run.prepared, replace(run.scenario, what_ifs=(parse_what_if(f"cut:{cut.fact}"),)), cuts=0)
        assert cut.saving == pytest.approx(before.cost.mean - after.cost.mean, rel=1e-9)
        assert cut.people_saved == pytest.approx(before.people.headline.mean - after.people.headline.mean, abs=1e-6)


def test_an_exact_cut_by_hand():
    register = register_of(flow("F-1", "S-1", "V-1"), flow("F-2", "V-1", "V-2", probability=0.25))
    run = run_of(
        register, "V-2", iterations=1, overrides=(*FIXED, ("exposed_fraction", "1"), ("cost.model", "flat_per_record"))
    )
    answer = ask(run.prepared, run.scenario)
    each = PARAMETERS.cost("flat_per_record", "per_record_type.customer_pii.2026")
    # 100 people: the copy at V-2 by itself (1/4), the one at V-1 over the relationship (1/20 x 0.7)
    assert answer.cost.mean == pytest.approx(each * 100 * (0.25 + 0.05 * 0.7))
    saved = {cut.fact: cut.saving for cut in answer.best_cuts}
    assert saved == {"F-2": pytest.approx(answer.cost.mean), "F-1": pytest.approx(each * 100 * 0.05 * 0.7)}


def test_a_cut_takes_along_the_count_that_rested_on_it():
    unknown = Dataset(code="D-1", name="D", system="S-1", categories=("user.contact",))
    register = register_of(flow("F-1", "S-1", "V-1", people=5000), flow("F-2", "S-1", "V-2"), unknown)
    run = run_of(register, "V-2", "V-1", iterations=1, overrides=FIXED)
    for cut in try_cuts(run, count=9):
        after = ask(run.prepared, replace(run.scenario, what_ifs=(parse_what_if(f"cut:{cut.fact}"),)), cuts=0)
        assert cut.people_saved == pytest.approx(
            ask(run.prepared, run.scenario, cuts=0).people.headline.mean - after.people.headline.mean
        )


def test_a_shut_flow_still_shapes_the_copy_it_shares_until_it_is_cut():
    register = register_of(
        flow("F-1", "S-1", "V-1", probability=0.0),
        flow("F-2", "S-1", "V-1", people_share=0.1, probability=0.0, storage=Storage.CACHED, sender_reads_back=True),
    )
    prepared = prepare(register, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)
    assert arrays_without(prepared, "F-1").copies.share.tolist() == [1.0, 0.1]


def test_a_cut_beside_a_prospect_that_starts_it_leaves_the_prospects_flow():
    register = register_of(
        flow("F-1", "V-2", "V-1", people_share=0.2), flow("F-2", "S-1", "V-1"),
        Vendor(code="V-2", name="Prospect", lifecycle=Lifecycle.PROSPECT),
    )  # fmt: skip
    prepared = prepare(register, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY, start=("V-2",))
    assert arrays_without(prepared, "F-2").copies.share.tolist() == [1.0, 0.2]
