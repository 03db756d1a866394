"""Generated registers have the asked size, follow a power law, and break no rule."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.demo.generator import generate
from registry.domain.register.problems import errors_of
from registry.domain.register.rules import check

TODAY = date(2026, 3, 31)


@settings(max_examples=25, deadline=None)
@given(vendors=st.integers(2, 300), flows=st.integers(0, 600), seed=st.integers(0, 1000))
def test_a_generated_register_has_the_asked_size_and_breaks_no_rule(vendors, flows, seed):
    register = generate(vendors=vendors, flows=flows, seed=seed, today=TODAY)
    assert (len(register.vendors), len(register.flows)) == (vendors, flows)
    assert errors_of(check(register)) == []


def test_the_same_seed_gives_the_same_register_and_another_seed_another():
    first, again, other = (generate(vendors=50, flows=200, seed=seed, today=TODAY) for seed in (1, 1, 2))
    assert first == again
    assert first.flows != other.flows


def test_few_vendors_receive_most_flows():
    register = generate(vendors=1000, flows=10_000, seed=1, today=TODAY)
    received = sorted(Counter(flow.recipient for flow in register.flows).values(), reverse=True)
    assert sum(received[:50]) > 0.25 * 10_000
    assert received[0] > 20 * received[len(received) // 2]


def test_flows_between_vendors_have_no_cycle():
    register = generate(vendors=200, flows=2000, seed=3, today=TODAY)
    assert all(flow.sender < flow.recipient for flow in register.flows if flow.sender.startswith("V"))


@pytest.mark.parametrize(("vendors", "flows"), [(1, 10), (10, -1)])
def test_an_impossible_size_is_refused(vendors, flows):
    with pytest.raises(ValueError, match="at least 2 vendors"):
        generate(vendors=vendors, flows=flows, seed=1, today=TODAY)
