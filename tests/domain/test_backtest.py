"""Public breaches as registers: with every edge certain, exactly those are hit who were, and as many people."""

import json
from pathlib import Path

import pytest

from registry.domain.register.problems import errors_of
from registry.domain.register.rules import check
from registry.domain.scenario.blast import blast, to_json
from registry.domain.scenario.scenario import Scenario
from registry.reference.load import shipped_parameters
from tests.domain.backtest import register_of_case, without_blocks
from tests.domain.registers import TODAY

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "backtest_cases_sample.json"
CASES = {case["id"]: case for case in json.loads(PUBLIC.read_text())["cases"]} if PUBLIC.exists() else {}
needs_cases = pytest.mark.skipif(not CASES, reason="the file of public cases is not beside this checkout")

SMALL = {
    "id": "small",
    "totals": {},
    "nodes": [
        {"id": "vendor", "type": "vendor"},
        {"id": "portal", "type": "system"},
        {"id": "reached", "type": "organisation"},
        {"id": "isolated", "type": "organisation"},
    ],
    "edges": [
        {"from": "vendor", "to": "portal", "relation": "operates", "people": None},
        {"from": "portal", "to": "reached", "relation": "support_access", "people": 1000},
        {"from": "portal", "to": "isolated", "relation": "support_access_blocked", "people": 0},
    ],
}


def answer(case):
    assert errors_of(check(case.register)) == []
    scenario = Scenario(
        start=(case.start,), kind=case.kind, as_of=TODAY, iterations=8,
        overrides=(("probability", "1"), ("exposed_fraction", "1")),
    )  # fmt: skip
    return to_json(blast(case.register, shipped_parameters(), scenario))


def affected(case, found):
    rows = [*found["vendors"], *found["systems"], *found["datasets"], *found["processes"]]
    assert all(row["probability"] == 1 for row in rows)
    return {case.nodes[row["code"]] for row in rows if row["code"] in case.nodes}


def nodes_of(case):
    return {node["id"] for node in case["nodes"]}


def test_a_blocked_edge_stays_shut_when_all_others_are_certain():
    case = register_of_case(SMALL)
    found = answer(case)
    assert affected(case, found) == {"vendor", "portal", "reached"}
    assert found["people"]["mean"] == 1000
    assert affected(case, answer(without_blocks(case))) == nodes_of(SMALL)


@needs_cases
@pytest.mark.parametrize("name", sorted(CASES))
def test_exactly_those_are_hit_who_were(name):
    case = register_of_case(CASES[name])
    blocked = {edge["to"] for edge in CASES[name]["edges"] if "blocked" in edge["relation"]}
    assert affected(case, answer(case)) == nodes_of(CASES[name]) - blocked


@needs_cases
@pytest.mark.parametrize(
    ("name", "disclosed"),
    [
        ("amca_2019", [25_952_097]),
        ("powerschool_2024", [1_490_000 + 970_000 + 35_000]),
        ("target_2013", [70_000_000, 110_000_000]),
        ("pja_2023", [12_950_375]),
        ("kaseya_2021", [0]),
    ],
)
def test_the_disclosed_people_lie_between_the_bounds(name, disclosed):
    people = answer(register_of_case(CASES[name]))["people"]
    for total in disclosed:
        assert people["nested_mean"] - 1 <= total <= people["disjoint_mean"] + 1
    assert people["nested_mean"] <= people["mean"] + 1e-6
    assert people["mean"] <= people["disjoint_mean"] + 1e-6
