"""The engine's chances against every combination of ways, tried one by one by the slow second reading."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.blast import blast
from registry.domain.scenario.scenario import Scenario
from registry.reference.load import shipped_parameters
from tests.domain import reference
from tests.domain.registers import TODAY, registers

UNCERTAIN_MAX = 11  # 2,048 combinations: a few hundredths of a second each


@settings(max_examples=60, deadline=None)
@given(registers(vendors_max=4, flows_max=4), st.sampled_from(list(ScenarioKind)), st.data())
def test_exact_chances_are_those_of_trying_everything(register, kind, data):
    holders = [vendor.code for vendor in register.vendors] + [system.code for system in register.systems]
    start = tuple(data.draw(st.lists(st.sampled_from(holders), min_size=1, max_size=2, unique=True)))
    world = reference.World(register, kind, TODAY, start)
    nodes = [world.key(code) for code in start]
    ways = world.ways()
    reached = reference.reach(ways, nodes)
    assume(sum(1 for way in ways if way[0] in reached and way[2] < 1) <= UNCERTAIN_MAX)
    answer = blast(register, shipped_parameters(), Scenario(start=start, kind=kind, as_of=TODAY, iterations=8))
    assert answer.method == "exact"
    found = {f"vendor:{row.code}": row.probability for row in answer.vendors}
    found |= {f"system:{row.code}": row.probability for row in answer.systems}
    found |= {f"process:{row.code}": row.probability for row in answer.processes}
    found |= {f"copy:{row.code}@{copy.holder}": copy.probability for row in answer.datasets for copy in row.copies}
    assert found == pytest.approx(reference.chances(ways, nodes))
