"""Each shortcoming is found where it is, and a register without one is clean."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import registry.domain
from registry.domain.register.facts import Placement, Segment, Vendor
from registry.domain.register.problems import errors_of
from registry.domain.register.rules import check
from registry.domain.register.vocabulary import ControlState, Lifecycle, Posture, Relationship, Storage
from registry.quality.kinds import KINDS_OF_QUALITY
from registry.quality.survey import survey
from registry.reference.load import shipped_parameters
from tests.quality.registers import CLEAN, LONG_AGO, TODAY, spoiled, with_more, without

PROSPECT = Vendor(code="V-0009", name="Maybe Later", lifecycle=Lifecycle.PROSPECT)
# Kind of shortcoming -> a register with exactly that one, and the fact it is about.
SPOILED = {
    "unknown_people": (spoiled("datasets", people=None, as_of=None, source=None), "D-001"),
    "vendor_without_data": (with_more("vendors", replace(CLEAN.vendors[0], code="V-0004", name="Idle")), "V-0004"),
    "sender_without_dataset": (spoiled("flows", 0, recipient="V-0003"), "F-002"),
    "deletion_not_certified": (spoiled("flows", 1, ends=LONG_AGO), "F-002"),
    "access_left_open": (spoiled("vendors", 0, lifecycle=Lifecycle.TERMINATED), "A-001"),
    "no_jurisdictions": (without("jurisdictions"), "G-01"),
    "no_contract": (without("contracts"), "V-0001"),
    "no_dpa": (spoiled("contracts", dpa_signed=None), "K-001"),
    "no_owner": (spoiled("vendors", owner_email=None), "V-0001"),
    "no_legal_basis": (spoiled("flows", legal_basis=None), "F-001"),
    "no_transfer_safeguard": (spoiled("flows", countries_at_rest=("VN",)), "F-001"),
    "access_not_reviewed": (spoiled("access", last_review=LONG_AGO), "A-001"),
    "contract_without_notice_hours": (spoiled("contracts", breach_notice_hours=None), "K-001"),
    "no_incident_contact": (spoiled("contacts", 1, vendor="V-0001"), "V-0002"),
    "relationship_disagrees": (spoiled("vendors", 1, relationship=Relationship.DIRECT, introduced_by=None), "V-0002"),
    "unknown_margin": (spoiled("processes", margin_per_day=None), "Q-01"),
    "no_coverage": (without("coverage"), "D-001"),
    "no_countries": (spoiled("flows", countries_at_rest=()), "F-001"),
    "people_stale": (spoiled("segments", as_of=LONG_AGO), "G-01"),
    "people_unsourced": (spoiled("segments", source=None), "G-01"),
    "certificate_expired": (spoiled("certificates", expires=LONG_AGO), None),
    "share_above_sender": (spoiled("flows", 1, people_share=0.9), "F-002"),
    "category_not_in_dataset": (spoiled("flows", 1, categories=("user.health",)), "F-002"),
    "coverage_above_people": (spoiled("datasets", people=900), "D-001"),
    "nth_party_without_introducer": (spoiled("vendors", 1, introduced_by=None), "V-0002"),
    "not_a_platform": (spoiled("vendors", 2, relationship=Relationship.DIRECT), "P-001"),
    "unknown_posture": (spoiled("vendors", posture=Posture.UNKNOWN), "V-0001"),
    "no_revenue": (spoiled("organisation", annual_revenue=None), None),
    "no_risk_appetite": (spoiled("organisation", risk_appetite=None), None),
    "unknown_revenue_band": (spoiled("vendors", revenue_band=None), "V-0001"),
    "unknown_sector": (spoiled("vendors", sector=None), "V-0001"),
    "control_without_effect": (with_more("placements", Placement(control="MFA", fact="F-001")), None),
    "placement_twice": (with_more("placements", *[Placement(control="MFA", fact="A-001")] * 2), None),
    "cycle_of_flows": (
        with_more("flows", replace(CLEAN.flows[1], code="F-003", sender="V-0002", recipient="V-0001")),
        "F-002",
    ),
}


def found(register, day=TODAY):
    return survey(register, shipped_parameters(), day, unsafeguarded={"VN"}).lines


def test_a_register_in_which_nothing_is_missing_is_clean():
    assert found(CLEAN) == ()


@pytest.mark.parametrize("kind", SPOILED)
def test_each_shortcoming_is_found_at_its_fact(kind):
    register, code = SPOILED[kind]
    lines = [line for line in found(register) if line.kind.code == kind]
    assert [line.problem.subject for line in lines][:1] == [code]
    assert lines[0].problem.fact is not None
    assert lines[0].problem.message


def test_every_kind_of_shortcoming_has_an_example_here():
    assert set(SPOILED) == set(KINDS_OF_QUALITY)


def test_every_warning_the_model_can_give_has_its_kind():
    sources = Path(registry.domain.__file__).parent.rglob("*.py")
    given = {
        code for path in sources for code in re.findall(r'warning_at\(\s*[\w.]+(?:\[0\])?,\s*"(\w+)"', path.read_text())
    }
    assert len(given) > 30
    assert given == set(KINDS_OF_QUALITY)


def test_the_examples_break_no_rule_of_the_register():
    for kind, (register, _) in SPOILED.items():
        assert [problem.code for problem in errors_of(check(register))] == [], kind


@pytest.mark.parametrize(
    "register",
    [
        with_more("vendors", PROSPECT),
        with_more("vendors", replace(PROSPECT, lifecycle=Lifecycle.TERMINATED)),
        with_more("segments", Segment(code="G-02", name="Nobody yet", people=0, as_of=TODAY, source="count")),
        spoiled("flows", 1, storage=Storage.NONE, countries_at_rest=()),
        with_more("certificates", replace(CLEAN.certificates[0], expires=LONG_AGO)),
        with_more("contracts", replace(CLEAN.contracts[0], code="K-003", ends=LONG_AGO, breach_notice_hours=None)),
        with_more("placements", *[Placement(control="MFA", fact="A-001", state=ControlState.PLANNED_FUNDED)] * 2),
    ],
    ids=["prospect", "gone", "nobody in it", "keeps nothing", "renewed", "contract over", "planned twice"],
)
def test_what_is_fine_is_not_complained_about(register):
    assert found(register) == ()


def test_a_count_is_good_for_twelve_months_to_the_day():
    register = spoiled("segments", as_of=date(2025, 3, 2))
    assert found(register, date(2026, 3, 2)) == ()
    assert [line.kind.code for line in found(register, date(2026, 3, 3))] == ["people_stale"]


def test_a_line_knows_who_answers_for_it():
    assert found(spoiled("access", last_review=None))[0].owner == "mina.manager@example.org"
    assert found(spoiled("datasets", people=None, as_of=None, source=None))[0].owner == "it@example.org"
    assert found(spoiled("vendors", owner_email=None))[0].owner is None
    assert found(spoiled("flows", 1, legal_basis=None))[0].vendors == ("V-0002", "V-0001")


def test_facts_without_a_name_are_called_by_what_they_join():
    for kind, name in (("no_legal_basis", "CRM → Corvid Mail"), ("access_not_reviewed", "Corvid Mail → CRM")):
        made = survey(SPOILED[kind][0], shipped_parameters(), TODAY)
        assert made.about(made.lines[0]) == name


def test_the_worst_kind_comes_first():
    register = replace(CLEAN, jurisdictions=(), segments=(replace(CLEAN.segments[0], source=None),))
    register = replace(register, vendors=(replace(CLEAN.vendors[0], sector=None), *CLEAN.vendors[1:]))
    assert [line.kind.code for line in found(register)] == ["no_jurisdictions", "people_unsourced", "unknown_sector"]
