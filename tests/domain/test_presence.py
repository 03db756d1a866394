"""Which facts count at a date, who is how far from us, and what the dates leave doubtful."""

from datetime import date

import pytest

from registry.domain.exposure.exposure import build
from registry.domain.register.facts import Access, Dependency, PlatformUse, System, Vendor
from registry.domain.register.presence import presence_at
from registry.domain.register.vocabulary import (
    AccessKind,
    AccessOutcome,
    Lifecycle,
    PlatformUseKind,
    Relationship,
    ScenarioKind,
)
from registry.reference.load import shipped_parameters
from tests.domain.registers import flow, register_of

JUNE = date(2026, 6, 1)
BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 2)


def codes(facts):
    return {fact.code for fact in facts}


@pytest.mark.parametrize(
    ("dates", "counts"),
    [
        ({}, True),
        ({"starts": JUNE}, True),
        ({"starts": AFTER}, False),
        ({"ends": BEFORE}, True),
        ({"ends": BEFORE, "deletion_certified": BEFORE}, False),
        ({"ends": JUNE, "deletion_certified": JUNE}, False),
        ({"ends": BEFORE, "deletion_certified": AFTER}, True),
        ({"ends": AFTER, "deletion_certified": BEFORE}, True),
        ({"deletion_certified": BEFORE}, True),
    ],
)
def test_a_flow_counts_from_its_start_until_ended_and_certified_deleted(dates, counts):
    register = register_of(flow("F-1", "S-1", "V-1", **dates))
    assert (codes(presence_at(register, JUNE).flows) == {"F-1"}) is counts


@pytest.mark.parametrize("outcome", [None, *AccessOutcome])
def test_a_revoked_access_does_not_count(outcome):
    register = register_of(Access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.ADMIN, outcome=outcome))
    counts = codes(presence_at(register, JUNE).access) == {"A-1"}
    assert counts is (outcome is not AccessOutcome.REVOKED)


def everything_of(code, lifecycle):
    return register_of(
        Vendor(code=code, name="It", lifecycle=lifecycle),
        flow("F-1", "S-1", code),
        flow("F-2", code, "V-2"),
        Access(code="A-1", vendor=code, system="S-1", kind=AccessKind.ADMIN),
        PlatformUse(code="P-1", platform=code, user="V-2", kind=PlatformUseKind.SAAS_MFA),
        Dependency(code="B-1", process="Q-1", depends_on=code),
        System(code="S-1", name="s", hosted_by=code),
    )


def edges(register, start=()):
    kind = ScenarioKind.RANSOMWARE_THEFT
    graph = build(register, shipped_parameters(), kind=kind, as_of=JUNE, start=start)
    return {fact for _, _, facts in graph.edges(data="facts") for fact in facts}, set(graph)


def test_a_prospect_counts_only_when_the_scenario_starts_there():
    facts, nodes = edges(everything_of("V-1", Lifecycle.PROSPECT))
    assert facts == {"D-1"}
    assert "vendor:V-1" not in nodes
    facts, nodes = edges(everything_of("V-1", Lifecycle.PROSPECT), start=("V-1",))
    assert facts == {"D-1", "F-1", "F-2", "A-1", "P-1", "B-1", "S-1"}


def test_starting_at_one_prospect_does_not_let_another_count():
    register = register_of(
        Vendor(code="V-1", name="One", lifecycle=Lifecycle.PROSPECT),
        Vendor(code="V-2", name="Other", lifecycle=Lifecycle.PROSPECT),
        flow("F-1", "V-2", "V-1"),
    )
    assert edges(register, start=("V-1",))[0] == {"D-1"}


@pytest.mark.parametrize(
    "lifecycle", [Lifecycle.ONBOARDING, Lifecycle.ACTIVE, Lifecycle.OFFBOARDING, Lifecycle.TERMINATED]
)
def test_a_vendor_that_is_or_was_there_counts(lifecycle):
    assert edges(everything_of("V-1", lifecycle))[0] == {"D-1", "F-1", "F-2", "A-1", "P-1", "B-1", "S-1"}


def test_a_terminated_vendor_is_gone_when_all_is_deleted_and_revoked():
    past = {"ends": BEFORE, "deletion_certified": BEFORE}
    register = register_of(
        Vendor(code="V-1", name="It", lifecycle=Lifecycle.TERMINATED),
        flow("F-1", "S-1", "V-1", **past),
        Access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.ADMIN, outcome=AccessOutcome.REVOKED),
        PlatformUse(code="P-1", platform="V-1", user="V-2", kind=PlatformUseKind.SAAS_MFA),
        System(code="S-1", name="s", hosted_by="V-1"),
    )
    facts, nodes = edges(register)
    assert facts == {"D-1"}
    assert "vendor:V-1" not in nodes
    facts, nodes = edges(register, start=("V-1",))
    assert facts == {"D-1"}
    assert "vendor:V-1" in nodes


def test_deletion_at_a_terminated_vendor_needs_no_end_date():
    register = register_of(
        Vendor(code="V-1", name="It", lifecycle=Lifecycle.TERMINATED),
        flow("F-1", "S-1", "V-1", deletion_certified=BEFORE),
    )
    assert presence_at(register, JUNE).flows == ()


def test_rank_is_the_fewest_flow_or_access_steps_from_our_systems():
    register = register_of(
        flow("F-1", "S-1", "V-1"),
        flow("F-2", "V-1", "V-2"),
        flow("F-3", "V-2", "V-3"),
        flow("F-4", "V-1", "V-3"),
        Access(code="A-1", vendor="V-4", system="S-1", kind=AccessKind.ADMIN),
        flow("F-5", "V-3", "V-4"),
        Vendor(code="V-5", name="Nobody's"),
        flow("F-6", "V-6", "V-7"),
    )
    assert presence_at(register, JUNE).ranks == {"V-1": 1, "V-2": 2, "V-3": 2, "V-4": 1}


def warnings(*facts):
    graph = build(register_of(*facts), shipped_parameters(), kind=ScenarioKind.DATA_THEFT, as_of=JUNE)
    return {(problem.code, problem.subject) for problem in graph.graph["warnings"]}


def test_flows_that_go_round_are_told_once_and_simulated():
    round_trip = (
        flow("F-1", "S-1", "V-1"),
        flow("F-2", "V-1", "V-2"),
        flow("F-3", "V-2", "V-3"),
        flow("F-4", "V-3", "V-1"),
    )
    assert {row for row in warnings(*round_trip) if row[0] == "cycle_of_flows"} == {("cycle_of_flows", "F-2")}
    assert not any(code == "cycle_of_flows" for code, _ in warnings(*round_trip[:3]))


def test_a_sender_that_does_not_hold_the_dataset_is_told():
    assert ("sender_without_dataset", "F-1") in warnings(flow("F-1", "V-1", "V-2"))
    assert ("sender_without_dataset", "F-1") in warnings(flow("F-1", "S-2", "V-2"))
    held = warnings(flow("F-1", "S-1", "V-1"), flow("F-2", "V-1", "V-2"))
    assert not any(code == "sender_without_dataset" for code, _ in held)


@pytest.mark.parametrize(("share", "is_told"), [(0.5, False), (0.6, True), (None, True)])
def test_a_share_above_the_senders_is_told(share, is_told):
    found = warnings(flow("F-1", "S-1", "V-1", people=50), flow("F-2", "V-1", "V-2", people_share=share))
    assert (("share_above_sender", "F-2") in found) is is_told


def test_a_relationship_that_disagrees_with_the_rank_is_told():
    chain = (flow("F-1", "S-1", "V-1"), flow("F-2", "V-1", "V-2"))
    nth = Vendor(code="V-2", name="v", relationship=Relationship.NTH_PARTY)
    assert ("relationship_disagrees", "V-2") in warnings(*chain)
    assert ("relationship_disagrees", "V-2") not in warnings(*chain, nth)
    wrong = Vendor(code="V-1", name="w", relationship=Relationship.NTH_PARTY)
    assert ("relationship_disagrees", "V-1") in warnings(*chain, nth, wrong)


def test_what_is_unknown_travels_with_the_graph():
    assert ("unknown_posture", "V-1") in warnings(flow("F-1", "S-1", "V-1"))
