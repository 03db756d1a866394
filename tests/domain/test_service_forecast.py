"""Erlang's formula against published tables and the formula written out; calls that add up; spreading that flattens."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.incidents.service_forecast import (
    Band,
    Channel,
    Plan,
    ServiceLevel,
    calls_by_day,
    erlang_c,
    forecast,
    people_needed,
    service_level,
)
from registry.reference.load import read_rows

BANDS = {
    row["parameter"]: Band(float(row["low"]), float(row["mid"]), float(row["high"]))
    for row in read_rows("customer_service")
}
PEOPLE = Band(400_000, 1_000_000, 2_000_000)


def written_out(agents: int, load: float) -> float:
    """The formula as textbooks print it, in whole factorials."""
    last = load**agents / math.factorial(agents) * agents / (agents - load)
    return last / (sum(load**k / math.factorial(k) for k in range(agents)) + last)


# chance to wait, from published tables of the M/M/c queue
@pytest.mark.parametrize(
    ("agents", "load", "chance"),
    [(1, 0.5, 0.5), (2, 1, 1 / 3), (3, 2, 4 / 9), (5, 4, 0.5541), (10, 8, 0.4092), (14, 10, 0.1741), (20, 16, 0.2561)],
)
def test_the_chance_to_wait_is_that_of_the_tables(agents: int, load: float, chance: float):
    assert erlang_c(agents, load) == pytest.approx(chance, abs=6e-5)


@given(agents=st.integers(1, 120), share=st.floats(0.01, 0.99))
def test_the_recursion_is_the_formula(agents: int, share: float):
    load = agents * share
    assert erlang_c(agents, load) == pytest.approx(written_out(agents, load), rel=1e-9)


def test_the_worked_case_of_planners():
    """200 calls an hour of 3 minutes, 80 % within 20 seconds: 14 people, who reach 88.8 %."""
    assert people_needed(200, 3, ServiceLevel()) == 14
    assert service_level(14, 10, 20, 180) == pytest.approx(0.888, abs=5e-4)
    assert service_level(13, 10, 20, 180) < 0.8
    assert service_level(10, 10, 20, 180) == 0


@given(calls=st.floats(0.5, 3_000), minutes=st.floats(1, 30), share=st.floats(0.5, 0.99))
@settings(max_examples=60)
def test_one_fewer_is_too_few(calls: float, minutes: float, share: float):
    level = ServiceLevel(share=share, seconds=20)
    needed, load = people_needed(calls, minutes, level), calls * minutes / 60
    assert service_level(needed, load, 20, minutes * 60) >= share - 1e-12
    assert needed == 1 or service_level(needed - 1, load, 20, minutes * 60) < share


def test_nobody_calls_and_nobody_is_needed():
    assert people_needed(0, 9, ServiceLevel()) == 0
    empty = forecast(Band(0, 0, 0), Plan(channel=Channel.QUIET_LETTER), BANDS, revenue_per_customer=None)
    assert empty.calls == Band(0, 0, 0)
    assert empty.peak.staff == (0, 0, 0)
    assert empty.revenue_lost is None


@given(waves=st.integers(1, 12), gap=st.integers(1, 20), first=st.floats(0.5, 0.9), peak=st.integers(1, 8))
def test_the_calls_of_all_days_are_the_calls(waves: int, gap: int, first: float, peak: int):
    days = calls_by_day(10_000, waves, gap, first_share=first, peak_day=peak)
    assert sum(days) == pytest.approx(10_000)
    assert min(days) >= 0


def test_one_wave_rises_to_its_peak_and_carries_two_thirds_in_eight_days():
    days = calls_by_day(1.0, 1, 5, first_share=0.65, peak_day=5)
    assert sum(days[:8]) == pytest.approx(0.65, abs=1e-6)
    assert days.index(max(days)) == 4
    assert days[:5] == sorted(days[:5])
    assert days[4:] == sorted(days[4:], reverse=True)


def test_spreading_the_mailing_flattens_the_peak_and_keeps_the_calls():
    def made(waves: int):
        plan = Plan(channel=Channel.LETTER_AND_NEWS, waves=waves)
        return forecast(PEOPLE, plan, BANDS, revenue_per_customer=100.0)

    once, four = made(1), made(4)
    assert four.peak.calls.mid < 0.6 * once.peak.calls.mid
    assert four.peak_at_once == once.peak.calls
    assert sum(day.calls.mid for day in four.days) == pytest.approx(once.calls.mid)
    assert sum(day.letters for day in four.days) == pytest.approx(four.letters, abs=4)
    assert four.peak.staff[1] < once.peak.staff[1]


def test_the_bands_are_those_of_the_sources():
    plan = Plan(channel=Channel.NEWS_FIRST_ENROL_BY_PHONE, share_by_mail=0.25)
    made = forecast(Band(3.6e6, 3.6e6, 3.6e6), plan, BANDS, revenue_per_customer=50.0, usd_per_unit=1.25)
    told = 3.6e6 * (1 - 0.044)
    assert made.people.mid == pytest.approx(told)
    assert made.calls.mid == pytest.approx(told * 0.15)
    assert made.enrolled.mid == pytest.approx(told * 0.10)
    assert made.leaving.high == pytest.approx(3.6e6 * 0.98 * 0.11)
    assert made.revenue_lost is not None
    assert made.revenue_lost.mid == pytest.approx(told * 0.05 * 50)
    assert made.letters + made.mails == round(told)
    assert made.notice_cost.mid == pytest.approx(told * 0.75 * 1.5 / 1.25)
