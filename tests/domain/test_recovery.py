"""What is paid back, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.impact.recovery import Insurance, insurance_in_force, liability_caps, net_losses, recoveries
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Contract, Currency, Organisation, Register
from registry.reference.load import shipped_parameters
from tests.domain.registers import TODAY

MONEY = st.integers(0, 10_000).map(float)


def register(*contracts, currency="EUR"):
    worths = (Currency(currency="EUR", usd_per_unit=1.2), Currency(currency="GBP", usd_per_unit=1.5))
    return Register(
        organisation=Organisation(name="Us", currency=currency), contracts=contracts, currencies=worths
    )  # fmt: skip


def contract(code, **fields):
    return Contract(**{"code": code, "vendor": "V-1", "reference": "MSA", **fields})


def test_caps_of_contracts_in_force_add_up_in_our_currency():
    found = register(
        contract("K-1", liability_cap=100.0),
        contract("K-2", liability_cap=100.0, currency="GBP"),
        contract("K-3", liability_cap=1e6, ends=TODAY.replace(year=2020)),
        contract("K-4", liability_cap=1e6, starts=TODAY.replace(year=2030)),
        contract("K-5"),
        contract("K-6", vendor="V-2", liability_cap=120.0, currency="USD"),
    )
    assert liability_caps(found, TODAY) == pytest.approx({"V-1": 225.0, "V-2": 100.0})


def test_a_currency_without_worth_is_told():
    with pytest.raises(InvalidScenario, match="JPY"):
        liability_caps(register(contract("K-1", liability_cap=1.0, currency="JPY")), TODAY)


def test_the_vendor_pays_first_then_the_insurer_above_the_retention():
    paid = recoveries(
        np.array([1000.0]), np.array([300.0]), Insurance(retention=200.0, limit=400.0), np.array([0])
    )  # fmt: skip
    assert (paid.by_vendors[0], paid.by_insurer[0]) == (300.0, 400.0)
    assert net_losses(
        np.array([1000.0]), np.array([300.0]), Insurance(retention=200.0, limit=400.0), np.array([0])
    ) == [300.0]


def test_the_yearly_limit_starts_anew_each_year():
    insurance = Insurance(limit=100.0, limit_per_year=150.0)
    paid = recoveries(np.full(5, 100.0), np.zeros(5), insurance, np.array([0, 0, 0, 3, 3]))
    assert paid.by_insurer.tolist() == [100.0, 50.0, 0.0, 100.0, 50.0]


def test_as_shipped_nobody_is_insured():
    assert insurance_in_force(shipped_parameters()) == Insurance()
    changed = shipped_parameters().with_changes({"insurance.limit": "5e6", "insurance.limit_per_year": "1e7"})
    assert insurance_in_force(changed) == Insurance(limit=5e6, limit_per_year=1e7)


@given(st.lists(st.tuples(MONEY, MONEY, st.integers(0, 3)), max_size=20), MONEY, MONEY, MONEY)
def test_nothing_is_paid_twice_and_limits_hold(rows, retention, limit, yearly):
    rows.sort(key=lambda row: row[2])
    losses, caps = (np.array([row[place] for row in rows]) for place in (0, 1))
    years = np.array([row[2] for row in rows], dtype=np.int64)
    insurance = Insurance(retention=retention, limit=limit, limit_per_year=yearly)
    paid = recoveries(losses, caps, insurance, years)
    net = net_losses(losses, caps, insurance, years)
    assert (net >= 0).all()
    assert np.allclose(net + paid.by_vendors + paid.by_insurer, losses)
    assert (paid.by_insurer <= limit).all()
    for year in range(4):
        assert paid.by_insurer[years == year].sum() <= yearly + 1e-6
