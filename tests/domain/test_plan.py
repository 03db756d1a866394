"""The best set within a budget against every subset; controls before and after against new scenarios."""

import dataclasses
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.portfolio.budget import budget_plan_json, plan_scenario, plan_year
from registry.domain.portfolio.placed import PlacedArrays, planned_positions, register_with_placed
from registry.domain.portfolio.plan import best_plan, candidates_of, control_effects, scenario_loss, yearly_loss
from registry.domain.portfolio.portfolio import Question, portfolio
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Access, Placement
from registry.domain.register.vocabulary import AccessKind, ControlState, ScenarioKind
from registry.domain.scenario.blast import ask, prepare
from registry.domain.scenario.prepared import prepared_for
from registry.domain.scenario.run import run_worlds
from registry.domain.scenario.scenario import Scenario
from registry.reference.load import shipped_parameters
from tests.domain.registers import TODAY, flow, register_of, registers

PARAMETERS = shipped_parameters()


def subsets(count):
    return [frozenset(some) for size in range(count + 1) for some in combinations(range(count), size)]


@st.composite
def problems(draw):
    """Losses that fall when controls are placed: routes in parallel, each stopped by some controls in series or alone."""
    count = draw(st.integers(1, 7))
    costs = draw(st.lists(st.sampled_from((0.0, 1.0, 2.0, 3.0, 5.0)), min_size=count, max_size=count))
    routes = draw(
        st.lists(
            st.tuples(st.sampled_from((1.0, 4.0, 10.0)), st.sets(st.integers(0, count - 1), min_size=1, max_size=3), st.booleans()),
            min_size=1, max_size=6,
        )
    )  # fmt: skip

    def loss(chosen):
        return sum(
            worth for worth, needed, needs_all in routes if not (needed <= chosen if needs_all else needed & chosen)
        )

    return costs, loss, draw(st.sampled_from((0.0, 1.0, 3.0, 6.0, 100.0)))


@settings(max_examples=300, deadline=None)
@given(problems())
def test_no_subset_within_the_budget_is_better(problem):
    costs, loss, budget = problem
    plan = best_plan(costs, loss, budget)
    every = [some for some in subsets(len(costs)) if sum(costs[place] for place in some) <= budget]
    best = min(loss(some) for some in every)
    assert plan.best.loss == best
    assert plan.best.cost <= budget
    assert plan.best.cost == min(sum(costs[place] for place in some) for some in every if loss(some) == best)
    assert plan.is_proven
    assert plan.gap == 0.0
    for point in plan.curve:
        within = [some for some in every if sum(costs[place] for place in some) <= point.cost]
        assert point.loss == min(loss(some) for some in within)


def test_beyond_twelve_candidates_the_gap_to_the_bound_is_told():
    worth = [float(number + 1) for number in range(15)]
    plan = best_plan([1.0] * 15, lambda chosen: 200.0 - sum(worth[place] for place in chosen), 4.0)
    assert plan.best.chosen == (11, 12, 13, 14)
    assert not plan.is_proven
    assert plan.loss_all == 200.0 - sum(worth)
    assert plan.gap == pytest.approx(plan.best.loss - plan.loss_all)
    assert [point.cost for point in plan.curve] == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_a_budget_below_nothing_is_refused():
    with pytest.raises(InvalidScenario, match="at least 0"):
        best_plan([1.0], lambda _: 0.0, -1.0)


def planned(control, fact, **others):
    others.setdefault("state", ControlState.PLANNED_UNFUNDED)
    return Placement(control=control, fact=fact, **others)


def admin(code, vendor, system="S-1"):
    return Access(code=code, vendor=vendor, system=system, kind=AccessKind.ADMIN)


MAIL = register_of(
    flow("F-1", "S-1", "V-1"), flow("F-2", "V-1", "V-2"), flow("F-3", "S-1", "V-2", people_share=0.4),
    admin("A-1", "V-1"), admin("A-2", "V-2"),
    planned("MFA", "A-1", cost_once=100.0, cost_per_year=10.0),
    planned("MFA", "A-2", cost_per_year=50.0, coverage=0.5, state=ControlState.PLANNED_FUNDED),
    planned("TOKENISATION", "F-3", cost_once=500.0),
    planned("EDR", "F-2"),
)  # fmt: skip


def run_of(register, *start, iterations=600):
    prepared = prepare(register, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY, start=start)
    return run_worlds(prepared, Scenario(start=start, as_of=TODAY, iterations=iterations), threads=1)


def test_the_cost_of_a_plan_is_paid_once_and_for_three_years():
    costs = [(row.control, row.fact, row.is_funded, row.cost) for row in candidates_of(MAIL, PARAMETERS)]
    assert costs == [
        ("MFA", "A-1", False, 130.0), ("MFA", "A-2", True, 150.0), ("TOKENISATION", "F-3", False, 500.0),
        ("EDR", "F-2", False, None),
    ]  # fmt: skip


def test_a_planned_control_is_the_difference_to_the_register_with_it_in_place():
    run = run_of(MAIL, "V-2")
    before = ask(run.prepared, run.scenario, cuts=0)
    effects = control_effects(run)
    assert [row.saving for row in effects] == sorted((row.saving for row in effects), reverse=True)
    for effect in effects:
        changed = register_with_placed(MAIL, {effect.candidate.position})
        after = ask(prepare(changed, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY), run.scenario, cuts=0)
        assert effect.saving == pytest.approx(before.cost.mean - after.cost.mean)
        assert effect.people_saved == pytest.approx(before.people.headline.mean - after.people.headline.mean)
        assert effect.worlds == 600
    assert effects[0].saving > 0


@settings(max_examples=20, deadline=None)
@given(registers(), st.sampled_from([ScenarioKind.DATA_THEFT, ScenarioKind.RANSOMWARE_THEFT]))
def test_any_selection_has_the_graph_that_is_built_for_it(register, kind):
    rows = tuple(dataclasses.replace(row, state=ControlState.PLANNED_FUNDED) for row in register.placements[:4])
    register = dataclasses.replace(register, placements=(*rows, *register.placements[4:]))
    prepared = prepare(register, PARAMETERS, kind=kind, as_of=TODAY)
    positions = planned_positions(register)[:4]
    placed = PlacedArrays(prepared.arrays, register, positions, lambda each: prepared.with_register(each).arrays)
    for chosen in subsets(len(positions)):
        one = placed.with_placed(chosen)
        other = prepared.with_register(register_with_placed(register, {positions[place] for place in chosen})).arrays
        assert np.array_equal(one.keys, other.keys)
        assert np.array_equal(one.thresholds, other.thresholds)
        for name in ("share", "storage", "sealed", "weight"):
            assert np.array_equal(getattr(one.copies, name), getattr(other.copies, name))


def test_a_plan_for_a_scenario_is_the_best_of_all_subsets():
    run = run_of(MAIL, "V-2", iterations=400)
    candidates = [row for row in candidates_of(MAIL, PARAMETERS) if row.cost is not None]
    costs, loss = [row.cost for row in candidates], scenario_loss(run, candidates)
    plan = best_plan(costs, loss, 300.0)
    every = [some for some in subsets(3) if sum(costs[place] for place in some) <= 300.0]
    assert plan.best.loss == min(loss(some) for some in every)
    assert plan.best.loss < plan.loss_before


def test_the_loss_of_a_year_is_that_of_the_portfolio():
    candidates = candidates_of(MAIL, PARAMETERS)
    loss = yearly_loss(MAIL, PARAMETERS, candidates, as_of=TODAY, worlds=256)
    changed = register_with_placed(MAIL, {candidates[0].position})
    answers = [
        portfolio(register, PARAMETERS, Question(as_of=TODAY, years=256, has_band=False))
        for register in (MAIL, changed)
    ]
    assert loss(frozenset()) == pytest.approx(answers[0].figures.expected.value)
    assert loss(frozenset({0})) == pytest.approx(answers[1].figures.expected.value)
    assert loss(frozenset({0})) < loss(frozenset())


def test_the_best_use_of_a_budget_leaves_out_what_nobody_priced():
    answer = plan_year(MAIL, PARAMETERS, Question(as_of=TODAY), budget=300.0, worlds=256)
    assert [row.control for row in answer.unpriced] == ["EDR"]
    assert [row.cost for row in answer.candidates] == [130.0, 150.0, 500.0]
    loss = yearly_loss(MAIL, PARAMETERS, answer.candidates, as_of=TODAY, worlds=256)
    affordable = [frozenset(some) for some in ((), (0,), (1,), (0, 1))]
    assert answer.plan.best.loss == min(loss(some) for some in affordable)
    assert answer.alone[2] == pytest.approx(loss(frozenset()) - loss(frozenset({2})))
    told = budget_plan_json(answer)
    assert (told["is_proven"], told["gap"], told["unpriced"]) == (True, 0.0, [{"control": "EDR", "fact": "F-2"}])
    assert told["cost"] == sum(row.cost for row in answer.chosen)
    assert told["curve"][0] == {"cost": 0.0, "loss": told["loss_before"]}


def test_where_the_mean_cost_is_exact_so_is_the_best_use_of_a_budget():
    scenario = Scenario(
        start=("V-2",), as_of=TODAY, iterations=1, overrides=(("exposed_fraction", "1"), ("cost.sigma", "0"))
    )
    prepared = prepared_for(prepare(MAIL, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY), scenario)
    answer = plan_scenario(run_worlds(prepared, scenario), budget=1e6)
    before = ask(prepared, scenario, cuts=0)
    after = ask(prepared.with_register(register_with_placed(MAIL, {0, 1, 2})), scenario, cuts=0)
    assert before.method == after.method == "exact"
    assert answer.plan.loss_before == pytest.approx(before.cost.mean)
    assert answer.plan.best.loss == pytest.approx(after.cost.mean)
