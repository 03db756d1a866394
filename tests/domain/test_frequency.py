"""Yearly chances against figures worked out by hand."""

from datetime import date
from math import exp, log

import pytest

from registry.domain.portfolio.frequency import breach_rate, breach_rates, rate_of
from registry.domain.register.facts import Access, Flow, Organisation, Register, System, Vendor
from registry.domain.register.vocabulary import (
    AccessKind,
    AccessOutcome,
    Lifecycle,
    Posture,
    Relationship,
    RevenueBand,
    Storage,
)
from registry.reference.load import shipped_parameters

PARAMETERS = shipped_parameters()


def vendor(**fields: object) -> Vendor:
    return Vendor(**{"code": "V-0001", "name": "Corvid Mail", **fields})  # type: ignore[arg-type]


def test_the_chance_is_base_times_band_times_sector_times_posture():
    rate = breach_rate(vendor(revenue_band=RevenueBand.FROM_1B, sector="information", posture=Posture.WEAK), PARAMETERS)
    assert rate.probability == pytest.approx(0.093 * 1.2 * 1.55 * 1.5)
    assert rate.unknown == ()


def test_what_is_unknown_counts_one_and_is_named_but_posture_counts_worse_than_fair():
    rate = breach_rate(vendor(), PARAMETERS)
    assert rate.probability == pytest.approx(0.093 * 1.5)
    assert rate.unknown == ("revenue band", "sector", "posture")


def test_the_chance_is_capped():
    worst = vendor(revenue_band=RevenueBand.OVER_100B, sector="education", posture=Posture.VERY_WEAK)
    assert breach_rate(worst, PARAMETERS).probability == pytest.approx(0.6)
    assert breach_rate(worst, PARAMETERS).per_year == pytest.approx(-log(0.4))


def test_a_typed_chance_replaces_the_computed_one():
    rate = breach_rate(vendor(annual_breach_probability=0.9, annual_breach_probability_reason="told"), PARAMETERS)
    assert rate.probability == pytest.approx(0.9)
    assert rate.is_typed


def test_a_platform_that_only_is_used_has_the_platform_rate_alone():
    platform = vendor(relationship=Relationship.PLATFORM)
    assert breach_rate(platform, PARAMETERS, is_holder=False).per_year == pytest.approx(0.02)


def test_a_platform_that_holds_data_has_both_rates():
    platform = vendor(relationship=Relationship.PLATFORM)
    rate = breach_rate(platform, PARAMETERS, is_holder=True)
    assert rate.per_year == pytest.approx(0.02 - log(1 - 0.093 * 1.5))
    assert rate.probability == pytest.approx(1 - exp(-rate.per_year))


def test_prospects_are_listed_and_not_added():
    assert not breach_rate(vendor(lifecycle=Lifecycle.PROSPECT), PARAMETERS).counts


def test_a_register_tells_holders_by_flows_and_accesses():
    platforms = [Vendor(code=f"V-000{n}", name=f"Platform {n}", relationship=Relationship.PLATFORM) for n in (1, 2, 3)]
    register = Register(
        organisation=Organisation(name="Us"),
        vendors=tuple(platforms),
        systems=(System(code="S-001", name="CRM"),),
        flows=(Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001"),),
        access=(Access(code="A-001", vendor="V-0002", system="S-001", kind=AccessKind.ADMIN),),
    )
    rates = breach_rates(register, PARAMETERS, as_of=date(2026, 6, 1))
    assert rates["V-0001"].per_year == rates["V-0002"].per_year > rates["V-0003"].per_year


@pytest.mark.parametrize(
    "flow",
    [
        Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001", storage=Storage.NONE),
        Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001", starts=date(2026, 7, 1)),
        Flow(
            code="F-001", sender="S-001", recipient="V-0001", dataset="D-001",
            ends=date(2026, 1, 1), deletion_certified=date(2026, 2, 1),
        ),
    ],
    ids=["stores nothing", "not yet begun", "certified deleted"],
)  # fmt: skip
def test_what_a_platform_no_longer_or_never_held_brings_no_rate_of_its_own(flow):
    platform = Vendor(code="V-0001", name="Platform", relationship=Relationship.PLATFORM)
    revoked = Access(
        code="A-001", vendor="V-0001", system="S-001", kind=AccessKind.ADMIN, outcome=AccessOutcome.REVOKED
    )
    register = Register(organisation=Organisation(name="Us"), vendors=(platform,), flows=(flow,), access=(revoked,))
    assert breach_rates(register, PARAMETERS, as_of=date(2026, 6, 1))["V-0001"].per_year == pytest.approx(0.02)


@pytest.mark.parametrize("probability", [-0.1, 1.0, float("nan")])
def test_a_chance_outside_its_range_is_refused(probability: float):
    with pytest.raises(ValueError, match="yearly chance"):
        rate_of(probability)
