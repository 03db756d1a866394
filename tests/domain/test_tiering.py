"""Reach, inherent risk, tier and residual against cases worked out by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.assessment.reach import Reach, reach_of_vendors
from registry.domain.assessment.tiering import effectiveness_of, inherent_risk, residual_risk, tier_of_risk
from registry.domain.register.facts import (
    Access,
    Coverage,
    Dataset,
    Dependency,
    Flow,
    Organisation,
    Process,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import AccessKind, AccessOutcome, Lifecycle, Severity, Storage, Tier
from registry.reference.load import shipped_parameters

PARAMETERS = shipped_parameters()
TODAY = date(2026, 11, 24)


def register(**facts: object) -> Register:
    base = {
        "organisation": Organisation(name="Us"),
        "vendors": tuple(Vendor(code=f"V-000{n}", name=f"Vendor {n}") for n in (1, 2, 3)),
        "systems": (System(code="S-001", name="CRM"),),
        "datasets": (
            Dataset(code="D-001", name="Orders", system="S-001", categories=("user.contact",), people=1000),
            Dataset(code="D-002", name="Claims", system="S-001", categories=("user.health",), people=500),
        ),
        "segments": (Segment(code="G-01", name="Buyers", people=800),),
        "coverage": (
            Coverage(dataset="D-001", segment="G-01", share=1.0),
            Coverage(dataset="D-002", segment="G-01", share=0.5),
        ),
    }
    return Register(**{**base, **facts})  # type: ignore[arg-type]


def flow(code: str, recipient: str, dataset: str, **fields: object) -> Flow:
    return Flow(**{"code": code, "sender": "S-001", "recipient": recipient, "dataset": dataset, **fields})  # type: ignore[arg-type]


def test_people_of_several_datasets_are_never_more_than_their_segment_and_what_lies_outside_adds():
    facts = register(flows=(flow("F-001", "V-0001", "D-001"), flow("F-002", "V-0001", "D-002", people_share=0.5)))
    reach = reach_of_vendors(facts, PARAMETERS, TODAY)["V-0001"]
    # segment: 800 x min(1, 1 + .5 x .5); outside it: 1000 - 800, and half of 500 - 400
    assert reach.people == pytest.approx(800 + 200 + 50)
    assert reach.people_at[4] == pytest.approx(800 * 0.25 + 50)
    assert reach.datasets == ("D-001", "D-002")


def test_of_several_flows_of_one_dataset_the_largest_counts():
    facts = register(
        flows=(flow("F-001", "V-0001", "D-001", people=100), flow("F-002", "V-0001", "D-001", people_share=0.5))
    )
    assert reach_of_vendors(facts, PARAMETERS, TODAY)["V-0001"].people == pytest.approx(500)


def test_what_a_vendor_can_enter_or_hosts_counts_whole_and_a_revoked_access_does_not():
    access = (
        Access(code="A-001", vendor="V-0001", system="S-001", kind=AccessKind.API_SCOPED),
        Access(code="A-002", vendor="V-0002", system="S-001", kind=AccessKind.ADMIN, outcome=AccessOutcome.REVOKED),
    )
    facts = register(access=access, systems=(System(code="S-001", name="CRM", hosted_by="V-0003"),))
    reaches = reach_of_vendors(facts, PARAMETERS, TODAY)
    assert set(reaches) == {"V-0001", "V-0003"}
    assert reaches["V-0001"].people == reaches["V-0003"].people == pytest.approx(800 + 200 + 100)
    assert reaches["V-0001"].access == {AccessKind.API_SCOPED}


def test_without_a_copy_nothing_is_held_and_passed_categories_decide_the_sensitivity():
    facts = register(
        flows=(
            flow("F-001", "V-0001", "D-002", storage=Storage.NONE),
            flow("F-002", "V-0002", "D-002", categories=("user.name",)),
        )
    )
    reaches = reach_of_vendors(facts, PARAMETERS, TODAY)
    assert "V-0001" not in reaches
    assert reaches["V-0002"].people_at == {1: 500, 2: 0, 3: 0, 4: 0}


def test_unknown_people_are_marked_and_counted_at_their_worst():
    unknown = Dataset(code="D-001", name="Orders", system="S-001", categories=("user",))
    facts = register(datasets=(unknown,), coverage=(), flows=(flow("F-001", "V-0001", "D-001"),))
    reach = reach_of_vendors(facts, PARAMETERS, TODAY)["V-0001"]
    assert reach.is_assumed
    assert reach.people == 360_000


def test_prospects_count_when_asked_about():
    prospect = Vendor(code="V-0001", name="New", lifecycle=Lifecycle.PROSPECT)
    facts = register(vendors=(prospect,), flows=(flow("F-001", "V-0001", "D-001"),))
    assert reach_of_vendors(facts, PARAMETERS, TODAY) == {}
    assert reach_of_vendors(facts, PARAMETERS, TODAY, start=["V-0001"])["V-0001"].people == 1000


def test_the_shortest_recovery_of_what_needs_the_vendor_counts():
    processes = (
        Process(code="Q-01", name="Pay", rto_hours=48),
        Process(code="Q-02", name="Ship", rto_hours=8),
        Process(code="Q-03", name="Plan"),
    )
    dependencies = tuple(Dependency(code=f"B-00{n}", process=f"Q-0{n}", depends_on="V-0001") for n in (1, 2, 3))
    reach = reach_of_vendors(register(processes=processes, dependencies=dependencies), PARAMETERS, TODAY)["V-0001"]
    assert reach.recovery_hours == 8


@pytest.mark.parametrize("reach, share, tier", [
    (Reach(), None, Tier.LOW),
    (Reach(people=1), None, Tier.MEDIUM),
    (Reach(people=99_999), None, Tier.MEDIUM), (Reach(people=100_000), None, Tier.HIGH),
    (Reach(people=999_999), None, Tier.HIGH), (Reach(people=1_000_000), None, Tier.CRITICAL),
    (Reach(people=1_000, people_at={3: 1_000}), None, Tier.HIGH), (Reach(people=1_000, people_at={3: 999}), None, Tier.MEDIUM),
    (Reach(people=10_000, people_at={3: 10_000, 4: 10_000}), None, Tier.CRITICAL), (Reach(people=10_000, people_at={3: 10_000, 4: 9_999}), None, Tier.HIGH),
    (Reach(access=frozenset({AccessKind.ADMIN})), None, Tier.HIGH), (Reach(access=frozenset({AccessKind.API_READ_ALL})), None, Tier.HIGH),
    (Reach(access=frozenset({AccessKind.SFTP_PUSH})), None, Tier.LOW),
    (Reach(recovery_hours=24), None, Tier.HIGH), (Reach(recovery_hours=25), None, Tier.LOW),
    (Reach(), 0.1, Tier.CRITICAL), (Reach(), 0.0999, Tier.LOW),
    (Reach(people=5, is_assumed=True), None, Tier.HIGH),
])  # fmt: skip
def test_every_rule_of_a_tier_at_its_threshold(reach, share, tier):
    found = inherent_risk(reach, PARAMETERS, expected_loss_share=share)
    assert found.tier is tier
    assert tier_of_risk(found.risk) is tier
    assert bool(found.reasons) is (tier is not Tier.LOW)


def test_within_a_tier_the_risk_rises_with_the_logarithm_of_people():
    assert inherent_risk(Reach(people=10**5.5), PARAMETERS).risk == pytest.approx(62.5)
    assert inherent_risk(Reach(people=10**7), PARAMETERS).risk == pytest.approx(87.5)


@given(st.floats(0, 1e10), st.floats(0, 1e10))
def test_more_people_never_lower_the_risk(one, other):
    low, high = sorted((one, other))
    assert inherent_risk(Reach(people=low), PARAMETERS).risk <= inherent_risk(Reach(people=high), PARAMETERS).risk


def test_rules_follow_the_parameters():
    stricter = PARAMETERS.with_changes({"tier.critical.people": "1000"})
    assert inherent_risk(Reach(people=1_000), stricter).tier is Tier.CRITICAL


def test_effectiveness_is_the_score_less_findings_and_expired_evidence():
    found = effectiveness_of(80, {Severity.HIGH: 2, Severity.LOW: 1}, 1, PARAMETERS)
    assert found.share == pytest.approx(0.8 * 0.9 * 0.75**2 * 0.97 * 0.9)
    assert found.formula == (
        "80.0 / 100 × 0.9 × (1 − 0.25)^2 for 2 open high findings × (1 − 0.03) for 1 open low finding × (1 − 0.1) for 1 expired = 0.354"
    )
    assert residual_risk(80, found.share) == pytest.approx(80 * (1 - found.share))


def test_without_an_assessment_nothing_is_taken_away():
    assert effectiveness_of(None, {}, 0, PARAMETERS).share == 0
    assert residual_risk(80, 0) == 80
