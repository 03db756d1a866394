"""Rules: every slip is told once, at its sheet, row and column, with the way to mend it."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings

from registry.domain.register.facts import (
    Access,
    Certificate,
    Contact,
    Contract,
    Control,
    Coverage,
    Currency,
    Dataset,
    Dependency,
    Jurisdiction,
    Link,
    Organisation,
    OrganisationRole,
    ParameterChange,
    Placement,
    PlatformUse,
    Process,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.problems import Severity, errors_of, warnings_of
from registry.domain.register.rules import check, check_fact
from registry.domain.register.vocabulary import (
    AccessKind,
    LinkKind,
    PlatformUseKind,
    Posture,
    Relationship,
    RevenueBand,
    Storage,
    Tier,
)
from tests.domain.registers import flow, register_of, registers


def places(problems, severity=Severity.ERROR):
    return {(p.code, p.sheet, p.row, p.column) for p in problems if p.severity is severity}


def vendor(code="V-1", **others):
    return Vendor(code=code, name=others.pop("name", f"Vendor {code}"), row=2, **others)


ACCESS = Access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.ADMIN, row=2)
LINK = Link(code="L-1", from_system="S-1", to_system="S-2", kind=LinkKind.SEGMENTED, row=2)
USE = PlatformUse(code="P-1", platform="V-1", user="S-1", kind=PlatformUseKind.HOSTING, row=2)
NEED = Dependency(code="B-1", process="Q-1", depends_on="V-1", row=2)
FLOW = flow("F-1", "S-1", "V-1", row=2)
DATASET = Dataset(code="D-1", name="d", system="S-1", categories=("user",), people=10, row=2)


@pytest.mark.parametrize(
    ("fact", "code", "column"),
    [
        (vendor(name=" "), "missing", "name"),
        (vendor(name="x" * 201), "too_long", "name"),
        (vendor(service="x" * 4001), "too_long", "service"),
        (vendor(code="S-1"), "wrong_code", "code"),
        (vendor(code="V-"), "wrong_code", "code"),
        (vendor(code="v-1"), "wrong_code", "code"),
        (vendor(sector="shoes"), "unknown_sector", "sector"),
        (vendor(country="XX"), "unknown_country", "country"),
        (vendor(owner_email="nobody"), "not_an_email", "owner_email"),
        (vendor(annual_breach_probability=0.1), "reason_missing", "annual_breach_probability_reason"),
        (
            vendor(annual_breach_probability=1.0, annual_breach_probability_reason="sure"),
            "share_out_of_range",
            "annual_breach_probability",
        ),
        (vendor(tier_override=Tier.LOW), "reason_missing", "tier_override_reason"),
        (Organisation(name="", row=2), "missing", "name"),
        (Organisation(name="x", customers=-1, row=2), "negative", "customers"),
        (Organisation(name="x", annual_revenue=float("inf"), row=2), "negative", "annual_revenue"),
        (Organisation(name="x", currency="EURO", row=2), "unknown_currency", "currency"),
        (OrganisationRole(role="wizard", row=2), "unknown_role", "role"),
        (Currency(currency="EUR", usd_per_unit=0, row=2), "bad_rate", "usd_per_unit"),
        (Currency(currency="USD", usd_per_unit=2, row=2), "bad_rate", "usd_per_unit"),
        (ParameterChange(key="exposure.x", value="1", reason="r", row=2), "unknown_parameter", "key"),
        (ParameterChange(key="exposure.upstream", value="7", reason="r", row=2), "bad_parameter", "value"),
        (ParameterChange(key="exposure.upstream", value="1", reason="", row=2), "missing", "reason"),
        (System(code="S-1", name="s", rto_hours=-1, row=2), "negative", "rto_hours"),
        (Segment(code="G-1", name="g", people=-1, row=2), "negative", "people"),
        (Segment(code="G-1", name="g", people=10**11, row=2), "too_many", "people"),
        (Jurisdiction(segment="G-1", jurisdiction="US-XX", share=0.1, row=2), "unknown_jurisdiction", "jurisdiction"),
        (Jurisdiction(segment="G-1", jurisdiction="DE", share=1.1, row=2), "share_out_of_range", "share"),
        (dataclasses.replace(DATASET, categories=()), "missing", "categories"),
        (dataclasses.replace(DATASET, categories=("user.shoes",)), "unknown_category", "categories"),
        (dataclasses.replace(DATASET, people=-5), "negative", "people"),
        (Coverage(dataset="D-1", segment="G-1", share=float("nan"), row=2), "share_out_of_range", "share"),
        (dataclasses.replace(FLOW, people_share=1.2), "share_out_of_range", "people_share"),
        (dataclasses.replace(FLOW, people=-1), "negative", "people"),
        (dataclasses.replace(FLOW, people=1, people_share=0.1), "share_and_people", "people"),
        (dataclasses.replace(FLOW, sender="V-1"), "own_sender", "recipient"),
        (dataclasses.replace(FLOW, probability=0.1), "reason_missing", "probability_reason"),
        (
            dataclasses.replace(FLOW, starts=date(2026, 2, 1), ends=date(2026, 1, 1)),
            "ends_before_start",
            "ends",
        ),
        (dataclasses.replace(FLOW, countries_at_rest=("DE", "ZZ")), "unknown_country", "countries_at_rest"),
        (dataclasses.replace(FLOW, categories=("user.shoes",)), "unknown_category", "categories"),
        (dataclasses.replace(ACCESS, probability=-0.1, probability_reason="r"), "share_out_of_range", "probability"),
        (dataclasses.replace(ACCESS, probability=0.1), "reason_missing", "probability_reason"),
        (dataclasses.replace(LINK, to_system="S-1"), "own_target", "to_system"),
        (dataclasses.replace(LINK, probability=0.1), "reason_missing", "probability_reason"),
        (dataclasses.replace(USE, user="V-1"), "own_target", "user"),
        (dataclasses.replace(USE, probability=0.1), "reason_missing", "probability_reason"),
        (dataclasses.replace(NEED, probability=0.1), "reason_missing", "probability_reason"),
        (Process(code="Q-1", name="q", margin_per_day=-1, row=2), "negative", "margin_per_day"),
        (Control(code="C-1", name="c", acts_on=("holds",), row=2), "missing", "efficacy"),
        (Control(code="C-1", name="c", acts_on=("doors",), efficacy=0.5, row=2), "bad_acts_on", "acts_on"),
        (Control(code="C-1", name="c", acts_on=("holds", "exposure"), efficacy=0.5, row=2), "bad_acts_on", "acts_on"),
        (Control(code="C-1", name="c", acts_on=("protection:none",), row=2), "bad_acts_on", "acts_on"),
        (Control(code="C-1", name="c", acts_on=("holds",), efficacy=2, row=2), "share_out_of_range", "efficacy"),
        (Placement(control="MFA", fact="A-1", coverage=1.5, row=2), "share_out_of_range", "coverage"),
        (Placement(control="MFA", fact="A-1", cost_once=-1, row=2), "negative", "cost_once"),
        (Contract(code="K-1", vendor="V-1", reference=" ", row=2), "missing", "reference"),
        (Certificate(vendor="V-1", certificate="x", issued=date(2026, 2, 1), expires=date(2026, 1, 1), row=2),
         "ends_before_start", "expires"),
        (Contact(vendor="V-1", email="a@b@c", row=2), "not_an_email", "email"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_a_slip_inside_one_fact_is_told_at_its_column(fact, code, column):
    found = [problem for problem in check_fact(fact) if problem.column == column]
    assert [(problem.code, problem.sheet, problem.row) for problem in found][:1] == [(code, fact.SHEET, 2)]
    assert all(problem.message.endswith((".", ")")) for problem in found)


@pytest.mark.parametrize("fact", [vendor(), ACCESS, LINK, USE, NEED, FLOW, DATASET], ids=lambda fact: fact.code)
def test_a_plain_fact_has_no_problem(fact):
    assert check_fact(fact) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([flow("F-1", "S-9", "V-1", row=7), vendor(), DATASET, System(code="S-1", name="s")],
         ("unknown_reference", "Flows", 7, "sender")),
        ([flow("F-1", "S-1", "V-9", row=7), vendor(), DATASET, System(code="S-1", name="s")],
         ("unknown_reference", "Flows", 7, "recipient")),
        ([vendor(), System(code="S-1", name="s", hosted_by="V-9", row=3)],
         ("unknown_reference", "Systems", 3, "hosted_by")),
        ([vendor(), Placement(control="MFA", fact="A-9", row=4)], ("unknown_reference", "Placements", 4, "fact")),
        ([ACCESS, Placement(control="LOCK", fact="A-1", row=4)], ("unknown_reference", "Placements", 4, "control")),
        ([vendor(), vendor(name="Other")], ("duplicate_code", "Vendors", 2, "code")),
        ([vendor(), vendor(code="V-2", name="  VENDOR  v-1 ")], ("duplicate_name", "Vendors", 2, "name")),
        ([vendor(), Segment(code="G-1", name="g", people=1),
          Jurisdiction(segment="G-1", jurisdiction="DE", share=0.6),
          Jurisdiction(segment="G-1", jurisdiction="FR", share=0.6, row=9)],
         ("jurisdictions_above_one", "Jurisdictions", 9, "share")),
        ([FLOW, dataclasses.replace(DATASET, people=10), flow("F-2", "S-1", "V-1", people=11, row=5)],
         ("people_above_dataset", "Flows", 5, "people")),
        ([DATASET, vendor(), Coverage(dataset="D-1", segment="G-1", share=0.1),
          Coverage(dataset="D-1", segment="G-1", share=0.2, row=5)],
         ("duplicate_row", "Coverage", 5, "segment")),
    ],
    ids=lambda value: f"{value[0]}-{value[3]}" if isinstance(value, tuple) else None,
)  # fmt: skip
def test_a_slip_between_facts_is_told_at_its_place(facts, expected):
    have = {getattr(fact, "code", None) for fact in facts}
    register = register_of(*facts)
    made_up = [v for v in register.vendors if v.code not in have]
    if expected[0] == "unknown_reference":
        register = dataclasses.replace(
            register,
            vendors=tuple(v for v in register.vendors if v not in made_up or v.code == "V-1"),
            systems=tuple(s for s in register.systems if s.code != "S-9"),
        )
    assert expected in places(check(register))


def test_a_register_without_vendors_is_an_error():
    assert ("no_vendors", "Vendors", None, None) in places(check(register_of()))


def test_a_currency_without_a_rate_is_an_error_and_with_one_is_none():
    register = register_of(vendor(), organisation=Organisation(name="x", currency="EUR", row=2))
    assert ("currency_without_rate", "Organisation", 2, "currency") in places(check(register))
    rate = Currency(currency="EUR", usd_per_unit=1.1)
    assert not errors_of(check(dataclasses.replace(register, currencies=(rate,))))


def test_every_problem_is_told_not_the_first():
    register = register_of(
        dataclasses.replace(FLOW, people_share=2.0, sender="V-1"),
        vendor(sector="shoes"),
        vendor(code="V-1", name="Again"),
        Placement(control="LOCK", fact="F-9"),
    )
    codes = {problem.code for problem in errors_of(check(register))}
    assert codes >= {"share_out_of_range", "own_sender", "unknown_sector", "duplicate_code", "unknown_reference"}


def test_errors_come_before_warnings_in_the_order_of_sheets():
    found = check(register_of(dataclasses.replace(FLOW, people_share=2.0), vendor(sector="shoes")))
    severities = [problem.severity for problem in found]
    assert severities == sorted(severities, key=lambda severity: severity is Severity.WARNING)
    assert [problem.sheet for problem in errors_of(found)] == ["Vendors", "Flows"]


def test_what_is_unknown_is_a_warning_at_its_cell():
    known = vendor(
        sector="retail", revenue_band=RevenueBand.FROM_10M, posture=Posture.FAIR, relationship=Relationship.PLATFORM
    )
    assert warnings_of(check(register_of(known))) == []
    register = register_of(vendor(), dataclasses.replace(DATASET, people=None, row=4))
    assert places(check(register), Severity.WARNING) >= {
        ("unknown_sector", "Vendors", 2, "sector"),
        ("unknown_revenue_band", "Vendors", 2, "revenue_band"),
        ("unknown_posture", "Vendors", 2, "posture"),
        ("unknown_people", "Datasets", 4, "people"),
    }


def test_a_typed_nobody_is_no_unknown():
    register = register_of(vendor(), dataclasses.replace(DATASET, people=0))
    assert "unknown_people" not in {problem.code for problem in check(register)}


def test_coverage_above_the_people_of_the_dataset_is_a_warning():
    facts = [vendor(), dataclasses.replace(DATASET, people=10), Segment(code="G-1", name="g", people=100)]
    enough = register_of(*facts, Coverage(dataset="D-1", segment="G-1", share=0.1))
    above = register_of(*facts, Coverage(dataset="D-1", segment="G-1", share=0.2))
    assert "coverage_above_people" not in {problem.code for problem in check(enough)}
    assert ("coverage_above_people", "Datasets", 2, "people") in places(check(above), Severity.WARNING)


def test_a_platform_that_is_registered_as_something_else_is_a_warning():
    assert ("not_a_platform", "Platform use", 2, "platform") in places(check(register_of(USE)), Severity.WARNING)
    fine = register_of(USE, vendor(relationship=Relationship.PLATFORM))
    assert "not_a_platform" not in {problem.code for problem in check(fine)}


@pytest.mark.parametrize(
    ("control", "facts", "has_effect"),
    [
        ("MFA", [ACCESS], True),
        ("EDR", [ACCESS], False),
        ("SEGMENTATION", [LINK], True),
        ("ALT_SUPPLIER", [NEED], True),
        ("EDR", [FLOW], True),
        ("WRITE_ONLY", [FLOW], False),
        ("WRITE_ONLY", [dataclasses.replace(FLOW, sender_reads_back=True)], True),
        ("SUBPROCESSOR_CONTROL", [FLOW], False),
        ("SUBPROCESSOR_CONTROL", [dataclasses.replace(FLOW, sender="V-2")], True),
        ("DLP", [FLOW], True),
        ("DLP", [dataclasses.replace(FLOW, storage=Storage.NONE)], False),
        ("TOKENISATION", [ACCESS], False),
        ("MFA", [USE], True),
        ("PATCHING", [System(code="S-3", name="s", hosted_by="V-1")], True),
        ("PATCHING", [System(code="S-3", name="s")], False),
    ],
)
def test_a_control_that_acts_on_nothing_of_its_fact_is_a_warning(control, facts, has_effect):
    register = register_of(*facts, vendor(), Placement(control=control, fact=facts[0].code, row=3))
    warned = ("control_without_effect", "Placements", 3, "fact") in places(check(register), Severity.WARNING)
    assert warned is not has_effect


def test_the_same_placement_twice_is_a_warning():
    twice = register_of(ACCESS, Placement(control="MFA", fact="A-1"), Placement(control="MFA", fact="A-1", row=3))
    assert ("placement_twice", "Placements", 3, "fact") in places(check(twice), Severity.WARNING)


def test_a_flow_that_passes_what_its_dataset_does_not_hold_is_a_warning():
    register = register_of(dataclasses.replace(FLOW, categories=("user.health", "user.contact.email")))
    found = [problem for problem in check(register) if problem.code == "category_not_in_dataset"]
    assert len(found) == 1
    assert "user.health" in found[0].message


@settings(max_examples=60, deadline=None)
@given(registers())
def test_drawn_registers_are_valid(register):
    assert errors_of(check(register)) == []


@pytest.mark.parametrize("tags", [("x" * 201,), tuple(f"tag {n}" for n in range(301))])
def test_lists_of_words_have_an_end(tags):
    found = check_fact(Vendor(code="V-0001", name="Corvid", tags=tags))
    assert [(problem.code, problem.column) for problem in found] == [("too_long", "tags")]
