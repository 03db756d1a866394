"""The demo company is believable, large enough, and breaks no rule."""

from collections import Counter
from datetime import date, timedelta

import pytest

from registry.demo.company import build_company
from registry.demo.table import rows
from registry.domain.register.facts import Register
from registry.domain.register.problems import errors_of, warnings_of
from registry.domain.register.rules import check
from registry.domain.register.vocabulary import ControlState, Lifecycle, Relationship

TODAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def company() -> Register:
    return build_company(TODAY)


def test_it_has_the_size_of_a_real_register(company):
    assert len(company.vendors) >= 60
    assert len(company.systems) == 25
    assert len(company.datasets) == 30
    assert len(company.segments) == 8
    assert len(company.flows) >= 200
    for kind in (
        "access",
        "links",
        "platform_uses",
        "dependencies",
        "controls",
        "contracts",
        "certificates",
        "contacts",
    ):
        assert company.facts(kind), kind


def test_it_breaks_no_rule(company):
    assert errors_of(check(company)) == []


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2027, 1, 1), date(2031, 12, 31)])
def test_it_breaks_no_rule_on_any_day(today):
    assert errors_of(check(build_company(today))) == []


def test_it_gives_the_data_quality_page_something_to_say_but_little(company):
    warned = Counter(problem.code for problem in warnings_of(check(company)))
    assert {"unknown_people", "unknown_posture", "coverage_above_people"} <= warned.keys()
    assert sum(warned.values()) < 40
    assert any(vendor.owner_email is None for vendor in company.vendors)
    assert any(certificate.expires < TODAY for certificate in company.certificates)
    assert any(flow.legal_basis is None for flow in company.flows)
    assert any(contract.breach_notice_hours is None for contract in company.contracts)
    assert any(access.last_review is None for access in company.access)


def test_nth_parties_are_four_levels_deep(company):
    rank = {flow.recipient: 1 for flow in company.flows if flow.sender.startswith("S-")}
    for level in range(2, 8):
        for flow in company.flows:
            if rank.get(flow.sender) == level - 1:
                rank.setdefault(flow.recipient, level)
    assert max(rank.values()) >= 4


def test_every_nth_party_says_how_we_know_of_it(company):
    nth = [vendor for vendor in company.vendors if vendor.relationship is Relationship.NTH_PARTY]
    assert len(nth) >= 12
    assert all(vendor.introduced_by for vendor in nth)


def test_codes_and_names_are_unique(company):
    for kind in ("vendors", "systems", "datasets", "flows", "access", "contracts"):
        codes = [fact.code for fact in company.facts(kind)]
        assert len(codes) == len(set(codes)), kind
    assert len({vendor.name.casefold() for vendor in company.vendors}) == len(company.vendors)


def test_an_ended_flow_keeps_its_copy_until_deletion_is_certified(company):
    former = next(vendor for vendor in company.vendors if vendor.lifecycle is Lifecycle.TERMINATED)
    given = [flow for flow in company.flows if flow.recipient == former.code]
    assert all(flow.ends < TODAY for flow in given)
    assert {flow.deletion_certified is None for flow in given} == {True, False}


def test_controls_stand_are_funded_and_are_wished_for(company):
    assert {placement.state for placement in company.placements} == set(ControlState)
    assert all(
        placement.cost_once or placement.cost_per_year
        for placement in company.placements
        if placement.state is not ControlState.IN_PLACE
    )


def test_dates_move_with_the_day_and_nothing_else_does(company):
    later = build_company(TODAY + timedelta(days=1))
    assert later.flows[0].starts == company.flows[0].starts + timedelta(days=1)
    assert later.systems == company.systems
    assert build_company(TODAY) == company


def test_all_addresses_can_belong_to_nobody(company):
    addresses = [fact.email for fact in company.contacts] + [vendor.domain for vendor in company.vendors]
    addresses += [fact.owner_email for kind in ("vendors", "systems", "processes") for fact in company.facts(kind)]
    assert all(address.endswith(".example") for address in addresses if address)


def test_a_line_with_a_missing_column_is_refused():
    with pytest.raises(ValueError, match="2 columns instead of 3: a | b"):
        list(rows("a | b", 3))
