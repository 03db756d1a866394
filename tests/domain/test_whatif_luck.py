"""Every kind of what-if on one small register: what it changes by hand, and that all else keeps its luck."""

import pytest

from registry.domain.register.facts import Access, Dataset, Dependency, Placement, Vendor
from registry.domain.register.vocabulary import AccessKind, ControlState, ScenarioKind, Storage
from registry.domain.scenario.blast import ask, prepare
from registry.domain.scenario.scenario import Scenario
from registry.domain.scenario.whatif import WhatIfKind, apply_what_if, parse_what_if
from registry.reference.load import shipped_parameters
from tests.domain.registers import TODAY, flow, register_of

PARAMETERS = shipped_parameters()
MFA = PARAMETERS.control("MFA").efficacy
BULK, CACHED = (PARAMETERS.exposure_probability("holds", storage) for storage in ("bulk", "cached"))
ADMIN = PARAMETERS.exposure_probability("pivot", "admin")
HOME = PARAMETERS.exposure_probability("holds", "home_system")

REGISTER = register_of(
    Vendor(code="V-1", name="Mail"), Vendor(code="V-2", name="Sub"), Vendor(code="V-3", name="Other"),
    Dataset(code="D-1", name="Orders", system="S-1", categories=("user.contact", "user.financial"), people=1000),
    flow("F-1", "S-1", "V-1"), flow("F-2", "V-1", "V-2", storage=Storage.CACHED),
    Access(code="A-1", vendor="V-1", system="S-1", kind=AccessKind.ADMIN),
    Access(code="A-2", vendor="V-1", system="S-2", kind=AccessKind.ADMIN),
    Dependency(code="B-1", process="Q-1", depends_on="V-1"),
    Placement(control="MFA", fact="A-1", coverage=0.5),
    Placement(control="MFA", fact="A-2", state=ControlState.PLANNED_FUNDED, coverage=0.5),
)  # fmt: skip
# what-if -> chance of a system or of a copy that it changes
EXPECTED = {
    "cut:A-1": ("S-1", None),
    "place:MFA:A-2": ("S-2", ADMIN * (1 - MFA)),
    "remove:MFA:A-1": ("S-1", ADMIN),
    "upgrade:MFA:A-1": ("S-1", ADMIN * (1 - MFA)),
    "drop:F-1:user.financial": ("D-1@V-1", BULK),
    "storage:F-1:cached": ("D-1@V-1", CACHED),
    "protect:F-1:tokenised": ("D-1@V-1", BULK),
    "replace:V-1:V-3": ("D-1@V-1", None),
    "end:V-1": ("D-1@V-1", None),
}


def arrays_of(register):
    return prepare(register, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY).arrays


def chances(*what_ifs):
    prepared = prepare(REGISTER, PARAMETERS, kind=ScenarioKind.DATA_THEFT, as_of=TODAY)
    scenario = Scenario(
        start=("V-1",), as_of=TODAY, iterations=500, what_ifs=tuple(parse_what_if(text) for text in what_ifs)
    )
    answer = ask(prepared, scenario, cuts=0)
    found = {row.code: row.probability for row in answer.systems}
    found.update((f"{row.code}@{copy.holder}", copy.probability) for row in answer.datasets for copy in row.copies)
    return found, answer


def test_every_kind_is_tried_here():
    assert {text.partition(":")[0] for text in EXPECTED} == set(WhatIfKind)


@pytest.mark.parametrize("text", EXPECTED)
def test_a_what_if_has_the_effect_worked_out_by_hand(text):
    code, expected = EXPECTED[text]
    found, _ = chances(text)
    assert found.get(code) == (None if expected is None else pytest.approx(expected))
    before, _ = chances()
    assert before["S-1"] == pytest.approx(ADMIN * (1 - MFA * 0.5))
    assert before["S-2"] == pytest.approx(ADMIN)
    assert before["D-1@V-1"] == pytest.approx(BULK)


@pytest.mark.parametrize("text", EXPECTED)
def test_facts_that_are_not_meant_keep_their_luck(text):
    before = arrays_of(REGISTER)
    after = arrays_of(apply_what_if(REGISTER, PARAMETERS, parse_what_if(text)))
    meant = set(text.split(":")[1:])
    then = dict(zip(after.keys.tolist(), zip(after.thresholds.tolist(), after.facts, strict=True), strict=True))
    gone = []
    for key, limit, facts in zip(before.keys.tolist(), before.thresholds.tolist(), before.facts, strict=True):
        if not meant & set(facts) and key in then:
            assert then[key] == (limit, facts)
        elif not meant & set(facts):
            gone.append(facts)
    if "V-1" in meant:  # facts named otherwise go with their vendor
        assert all(code[0] in "FAB" for facts in gone for code in facts)
    else:
        assert gone == []


def test_dropping_and_protecting_change_what_a_copy_weighs_and_not_how_often_it_is_reached():
    _, before = chances()
    _, dropped = chances("drop:F-1:user.financial")
    _, protected = chances("protect:F-1:tokenised")
    for answer in (dropped, protected):
        assert answer.people == before.people or answer.people.headline == before.people.headline
        assert answer.cost.mean < before.cost.mean
    assert protected.people.protected_mean > before.people.protected_mean
