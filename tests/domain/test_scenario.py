"""Scenarios and what-ifs: what they change, what they leave alone, what they refuse."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.exposure.exposure import build
from registry.domain.register.errors import InvalidParameter, InvalidScenario
from registry.domain.register.facts import (
    Access,
    Control,
    Dataset,
    Dependency,
    Link,
    ParameterChange,
    Placement,
    PlatformUse,
    System,
)
from registry.domain.register.problems import errors_of
from registry.domain.register.rules import check
from registry.domain.register.vocabulary import (
    AccessKind,
    ControlState,
    EdgeKind,
    LinkKind,
    PlatformUseKind,
    Protection,
    ScenarioKind,
    Storage,
)
from registry.domain.scenario.scenario import Scenario, prepare, start_nodes
from registry.domain.scenario.whatif import WhatIf, WhatIfKind, apply_what_if, is_cuttable, parse_what_if
from registry.reference.load import shipped_parameters
from tests.domain.registers import TODAY, flow, register_of, registers

SHIPPED = shipped_parameters()


def everything():
    return register_of(
        flow("F-1", "S-1", "V-1", sender_reads_back=True),
        flow("F-2", "V-1", "V-2"),
        flow("F-3", "V-2", "V-1", dataset="D-2"),
        Access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.ADMIN),
        Access(code="A-2", vendor="V-1", system="S-1", kind=AccessKind.NETWORK),
        Link(code="L-1", from_system="S-1", to_system="S-2", kind=LinkKind.FLAT_NETWORK),
        PlatformUse(code="P-1", platform="V-1", user="V-2", kind=PlatformUseKind.SAAS_MFA),
        Dependency(code="B-1", process="Q-1", depends_on="V-1"),
        System(code="S-1", name="s", hosted_by="V-1"),
        Dataset(code="D-1", name="d", system="S-1", categories=("user.contact", "user.financial.card"), people=100),
        Placement(control="MFA", fact="A-1", coverage=0.5, state=ControlState.PLANNED_FUNDED),
        Placement(control="EDR", fact="F-1"),
    )


def after(text, register=None):
    return apply_what_if(register or everything(), SHIPPED, parse_what_if(text))


def parts(register, kind=ScenarioKind.RANSOMWARE_THEFT):
    graph = build(register, SHIPPED, kind=kind, as_of=TODAY)
    return {part.identity: part.probability for _, _, parts in graph.edges(data="parts") for part in parts}


@pytest.mark.parametrize("code", ["F-1", "F-2", "A-1", "A-2", "L-1", "P-1", "B-1", "S-1"])
def test_a_cut_takes_one_fact_away_and_leaves_the_luck_of_all_others(code):
    before, left = parts(everything()), parts(after(f"cut:{code}"))
    assert left.items() <= before.items()
    gone = set(before) - set(left)
    expected = {
        "F-1": {"holds|D-1@V-1", "reads_back|F-1"},
        "F-2": {"holds|D-1@V-2", "upstream|V-2>V-1"},
        "S-1": {"hosting|V-1>S-1"},
    }
    assert gone == expected.get(code, {identity for identity in before if identity.endswith(f"|{code}")})


def test_cutting_one_of_two_flows_keeps_the_copy_and_its_identity():
    register = register_of(flow("F-1", "S-1", "V-1", storage=Storage.CACHED), flow("F-2", "S-1", "V-1"))
    assert parts(register)["holds|D-1@V-1"] == 0.7
    assert parts(after("cut:F-2", register))["holds|D-1@V-1"] == 0.3


def test_a_cut_takes_the_controls_of_the_fact_along():
    assert errors_of(check(after("cut:F-1"))) == []
    assert [row.fact for row in after("cut:F-1").placements] == ["A-1"]


def test_data_at_home_cannot_be_cut():
    assert not is_cuttable("D-1")
    with pytest.raises(InvalidScenario, match="nothing to cut"):
        after("cut:D-1")
    with pytest.raises(InvalidScenario, match="nothing to cut"):
        after("cut:S-2")


def test_a_control_can_be_placed_removed_and_upgraded():
    assert parts(after("place:TOKEN_BINDING:A-1"))["pivot|A-1"] == pytest.approx(0.025)
    assert parts(after("upgrade:MFA:A-1"))["pivot|A-1"] == pytest.approx(0.075)
    assert parts(after("remove:EDR:F-1"))["holds|D-1@V-1"] == 0.7
    assert parts(everything())["holds|D-1@V-1"] == pytest.approx(0.42)


def test_a_category_can_be_dropped_with_its_children():
    dropped = after("drop:F-1:user.financial")
    assert next(row for row in dropped.flows if row.code == "F-1").categories == ("user.contact",)
    assert next(row for row in dropped.datasets if row.code == "D-1").categories[1] == "user.financial.card"
    everywhere = after("drop:D-1:user.financial")
    assert {row.categories for row in everywhere.flows if row.dataset == "D-1"} == {("user.contact",)}
    assert everywhere.dataset_by_code["D-1"].categories == ("user.contact",)


def test_storage_and_protection_can_be_changed():
    assert parts(after("storage:F-2:in_memory"))["holds|D-1@V-2"] == pytest.approx(0.1)
    changed = after("protect:F-2:tokenised")
    assert next(row for row in changed.flows if row.code == "F-2").protection is Protection.TOKENISED


def test_a_vendor_can_be_replaced_by_another():
    found = after("replace:V-1:V-2")
    assert errors_of(check(found)) == []
    assert {(row.code, row.sender, row.recipient) for row in found.flows} == {("F-1", "S-1", "V-2")}
    assert {row.vendor for row in found.access} == {"V-2"}
    assert found.system_by_code["S-1"].hosted_by == "V-2"
    assert found.dependencies[0].depends_on == "V-2"
    assert found.platform_uses == ()


def test_ending_a_relation_leaves_nothing_of_the_vendor():
    found = after("end:V-1")
    assert errors_of(check(found)) == []
    assert (found.flows, found.access, found.platform_uses, found.dependencies) == ((), (), (), ())
    assert found.system_by_code["S-1"].hosted_by is None
    assert found.placements == ()
    assert "V-1" in found.vendor_by_code


@pytest.mark.parametrize(
    "text",
    [
        "cut:F-9", "place:LOCK:A-1", "place:MFA:A-9", "remove:MFA:F-1", "upgrade:EDR:A-1", "drop:F-1:user.health",
        "drop:F-3:user.contact", "drop:D-1:user", "drop:X-1:user", "storage:F-1:shoebox", "storage:F-9:bulk",
        "protect:F-1:hope", "replace:V-1:V-9", "replace:V-1:V-1", "end:V-9",
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused_by_its_own_text(text):
    with pytest.raises(InvalidScenario) as caught:
        after(text)
    assert str(caught.value).startswith(f"{text}: ")


@pytest.mark.parametrize("text", ["", "cut", "cut:F-1:x", "place:MFA", "explode:V-1", "end:", "drop:F-1:", ":"])
def test_a_text_that_is_no_what_if_is_refused(text):
    with pytest.raises(InvalidScenario):
        parse_what_if(text)


_CODES = st.from_regex(r"[A-Z]-[0-9]{1,4}", fullmatch=True)


@given(st.sampled_from(WhatIfKind), _CODES, _CODES)
def test_a_what_if_survives_its_text(kind, subject, argument):
    is_alone = kind in {WhatIfKind.CUT, WhatIfKind.END}
    what_if = WhatIf(kind=kind, subject=subject, argument="" if is_alone else argument)
    assert parse_what_if(str(what_if)) == what_if


@settings(max_examples=60, deadline=None)
@given(registers(), st.data())
def test_cutting_any_fact_never_adds_a_way(register, data):
    facts = [
        row.code
        for field in ("flows", "access", "links", "platform_uses", "dependencies")
        for row in getattr(register, field)
    ]
    if not facts:
        return
    before = parts(register)
    left = parts(after(f"cut:{data.draw(st.sampled_from(facts))}", register))
    assert set(left) <= set(before)
    assert all(chance <= before[identity] for identity, chance in left.items())


# -- the whole question ------------------------------------------------------------------------------------------------


def test_the_sheet_of_parameters_the_overrides_and_the_what_ifs_are_applied():
    register = dataclasses.replace(
        everything(),
        parameters=(
            ParameterChange(key="exposure.upstream", value="0.2", reason="r"),
            ParameterChange(key="exposure.reads_back", value="0.2", reason="r"),
        ),
    )
    scenario = Scenario(
        start=("V-1",), as_of=TODAY, overrides=(("exposure.upstream", "0.3"),), what_ifs=(parse_what_if("cut:A-1"),)
    )
    changed, parameters = prepare(register, SHIPPED, scenario)
    assert parameters.exposure_probability(EdgeKind.UPSTREAM) == 0.3
    assert parameters.exposure_probability(EdgeKind.READS_BACK) == 0.2
    assert {row.code for row in changed.access} == {"A-2"}
    assert prepare(register, parameters, scenario)[1].content_hash() == parameters.content_hash()


def test_everything_wrong_with_a_question_is_told_at_once():
    scenario = Scenario(
        start=("V-8", "V-9"), as_of=TODAY, iterations=0, target_error=2, seed=-1, what_ifs=(parse_what_if("cut:F-9"),)
    )
    with pytest.raises(InvalidScenario) as caught:
        prepare(everything(), SHIPPED, scenario)
    assert len(str(caught.value).splitlines()) == 6


def test_a_question_without_a_start_is_refused():
    with pytest.raises(InvalidScenario, match="at least one"):
        prepare(everything(), SHIPPED, Scenario(start=(), as_of=TODAY))


def test_an_efficacy_for_a_control_nobody_has_is_refused():
    scenario = Scenario(start=("V-1",), as_of=TODAY, overrides=(("control.C-7", "0.5"),))
    with pytest.raises(InvalidScenario, match="C-7"):
        prepare(everything(), SHIPPED, scenario)
    own = Control(code="C-7", name="own", acts_on=("pivot",), efficacy=0.1)
    prepare(dataclasses.replace(everything(), controls=(own,)), SHIPPED, scenario)


def test_an_override_that_cannot_be_is_refused():
    with pytest.raises(InvalidParameter):
        prepare(everything(), SHIPPED, Scenario(start=("V-1",), as_of=TODAY, overrides=(("nonsense", "1"),)))


@pytest.mark.parametrize(
    "change",
    [
        {"start": ("V-2",)}, {"as_of": date(2026, 1, 1)}, {"kind": ScenarioKind.OUTAGE}, {"seed": 2}, {"iterations": 9},
        {"target_error": 0.5}, {"what_ifs": (parse_what_if("cut:F-1"),)}, {"overrides": (("probability", "1"),)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_every_part_of_a_question_is_in_its_hash(change):
    scenario = Scenario(start=("V-1",), as_of=TODAY)
    assert dataclasses.replace(scenario, **change).content_hash() != scenario.content_hash()


def test_start_nodes_are_named_once_and_in_order():
    scenario = Scenario(start=("V-1", "S-1", "V-1"), as_of=TODAY)
    assert start_nodes(everything(), scenario) == ("system:S-1", "vendor:V-1")
