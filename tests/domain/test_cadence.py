"""What is due: once, in order, whenever somebody looks; days off, changes of clocks, leap days and ends of months."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.reminding.cadence import (
    Due,
    Key,
    Matter,
    Recipient,
    Rules,
    Step,
    due,
    gaps_of,
    is_open_hour,
    moment_of,
    next_opening,
    recipients_of,
    upcoming,
)

WEEKDAYS = frozenset({1, 2, 3, 4, 5})
DUBLIN = Rules(zone="Europe/Dublin", working_days=WEEKDAYS, send_from=time(8), send_until=time(18))
EVERY_DAY = Rules(zone="UTC", working_days=frozenset(range(1, 8)), send_from=time(8), send_until=time(18))
ANN, BEN, SAM = (Recipient(address=f"{name}@example.org", name=name) for name in ("ann", "ben", "sam"))
PEOPLE = {"vendor_contact": (SAM,), "vendor_manager": (ANN,), "ciso": (BEN,)}


def step(number: int, offset: int, role: str = "vendor_contact", **more: object) -> Step:
    return Step(subject="assessment", number=number, offset_days=offset, role=role, **more)


def matter(deadline: date, key: str = "X-1", **more: object) -> Matter:
    return Matter(subject="assessment", key=key, due=deadline, title=key, people=PEOPLE, **more)


LADDER = [step(1, -14), step(2, -7), step(3, 1), step(4, 3, "vendor_manager"), step(5, 14, "ciso")]


def sent(found: list[Due]) -> set[tuple[int, str]]:
    return {(each.step.number, each.recipient.address) for each in found if each.superseded_by is None}


def test_a_step_is_due_from_its_moment_on_and_stays_so():
    open_matter = matter(date(2026, 6, 22))
    first = datetime(2026, 6, 8, 7, 0, tzinfo=UTC)  # 8 o'clock in Dublin, in summer
    assert due([open_matter], LADDER, DUBLIN, first - timedelta(seconds=1)) == []
    for later in (timedelta(), timedelta(hours=5), timedelta(days=3)):
        assert sent(due([open_matter], LADDER, DUBLIN, first + later)) == {(1, SAM.address)}


def test_after_an_outage_only_the_furthest_step_of_each_recipient_is_sent():
    found = due([matter(date(2026, 6, 1))], LADDER, DUBLIN, datetime(2026, 6, 30, tzinfo=UTC))
    assert sent(found) == {(3, SAM.address), (4, ANN.address), (5, BEN.address)}
    assert {each.step.number: each.superseded_by for each in found if each.superseded_by} == {1: 3, 2: 3}


def test_an_escalation_is_never_swallowed_by_a_reminder_to_somebody_else():
    late = [step(1, 1), step(2, 1, "ciso"), step(3, 2)]
    found = due([matter(date(2026, 6, 1))], late, DUBLIN, datetime(2026, 6, 30, tzinfo=UTC))
    assert sent(found) == {(3, SAM.address), (2, BEN.address)}


def test_a_step_without_its_recipient_falls_to_the_next_and_never_to_nobody_while_anybody_is_left():
    alone = Matter(subject="assessment", key="X", due=date(2026, 6, 1), title="X", people={"ciso": (BEN,)})
    for role in ("vendor_contact", "vendor_manager", "owner", "manager_of_owner", "preparer", "signer"):
        assert recipients_of(alone, role) == ("ciso", (BEN,))
    nobody = Matter(subject="assessment", key="X", due=date(2026, 6, 1), title="X")
    (found,) = due([nobody], [step(1, 0)], DUBLIN, datetime(2026, 7, 1, tzinfo=UTC))
    assert found.recipient is None


def test_steps_of_other_tiers_are_left_out_and_unknown_counts_as_high():
    steps = [step(1, 0, tiers=frozenset({"critical", "high"})), step(2, 0, tiers=frozenset({"low"}))]
    now = datetime(2026, 7, 1, tzinfo=UTC)
    for tier, number in (("critical", 1), ("low", 2), (None, 1), ("unscored", 1)):
        assert [each.step.number for each in due([matter(date(2026, 6, 1), tier=tier)], steps, DUBLIN, now)] == [number]


def test_a_new_deadline_is_a_new_round():
    before, after = matter(date(2026, 6, 22)), matter(date(2026, 7, 22))
    assert before.round != after.round
    assert matter(date(2026, 6, 22), cycle=4).round == 4


@pytest.mark.parametrize(
    ("deadline", "offset", "expected"),
    [
        (date(2026, 6, 22), 0, "2026-06-22T07:00:00+00:00"),  # a Monday
        (date(2026, 6, 21), 0, "2026-06-22T07:00:00+00:00"),  # a Sunday: the Monday after
        (date(2026, 6, 22), -1, "2026-06-19T07:00:00+00:00"),  # before the deadline: the Friday before
        (date(2028, 3, 1), -1, "2028-02-29T08:00:00+00:00"),  # a leap day
        (date(2026, 3, 31), 30, "2026-04-30T07:00:00+00:00"),  # the end of a month
        (date(2026, 12, 31), 1, "2027-01-01T08:00:00+00:00"),
    ],
)
def test_moments_of_steps(deadline, offset, expected):
    assert moment_of(step(1, offset), deadline, DUBLIN).isoformat() == expected


def test_holidays_are_days_off():
    rules = Rules(
        zone="Europe/Dublin", working_days=WEEKDAYS, send_from=time(8), send_until=time(18),
        is_holiday={date(2026, 12, 25), date(2026, 12, 28)}.__contains__,
    )  # fmt: skip
    assert moment_of(step(1, 0), date(2026, 12, 25), rules).date() == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (date(2026, 3, 29), time(1, 30), "2026-03-29T01:30:00+00:00"),  # left out in spring: the hour after
        (date(2026, 10, 25), time(1, 30), "2026-10-25T00:30:00+00:00"),  # repeated in autumn: the first
    ],
)
def test_both_days_on_which_the_clocks_change(day, hour, expected):
    rules = Rules(zone="Europe/Dublin", working_days=frozenset(range(1, 8)), send_from=hour, send_until=time(18))
    assert moment_of(step(1, 0), day, rules).isoformat() == expected


def test_quiet_hours_and_days_off():
    assert is_open_hour(datetime(2026, 6, 22, 7, 0, tzinfo=UTC), DUBLIN)
    assert not is_open_hour(datetime(2026, 6, 22, 6, 59, tzinfo=UTC), DUBLIN)
    assert not is_open_hour(datetime(2026, 6, 22, 17, 0, tzinfo=UTC), DUBLIN)
    assert not is_open_hour(datetime(2026, 6, 21, 12, 0, tzinfo=UTC), DUBLIN)
    opening = datetime(2026, 6, 22, 7, 0, tzinfo=UTC)
    assert next_opening(datetime(2026, 6, 19, 20, 0, tzinfo=UTC), DUBLIN) == opening
    assert next_opening(datetime(2026, 6, 22, 3, 0, tzinfo=UTC), DUBLIN) == opening
    assert next_opening(opening, DUBLIN) == opening


def test_a_preview_shows_what_would_come_in_order():
    now = datetime(2026, 6, 1, tzinfo=UTC)
    found = upcoming([matter(date(2026, 6, 22))], LADDER, DUBLIN, now, until=now + timedelta(days=22))
    assert [each.step.number for each in found] == [1, 2]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], "critical, high, medium and low"),
        ([step(1, 0), step(1, 3)], "same number"),
        ([step(1, 3), step(2, 0)], "Step 2 comes before step 1"),
        ([step(1, 0, "butler")], "'butler' is no role"),
        ([step(1, 0, tiers=frozenset({"critical", "high", "low"}))], "the tier medium"),
    ],
)
def test_a_ladder_with_a_gap_is_named(steps, problem):
    assert any(problem in sentence for sentence in gaps_of(steps))


def ticking(matters: list[Matter], ladder: list[Step], start: datetime, every: timedelta) -> set[Key]:
    """Plan at every tick of a year, as the planner does."""
    planned: set[Key] = set()
    now, end = start, start + timedelta(days=366)
    while now <= end:
        planned |= {each.key for each in due(matters, ladder, EVERY_DAY, now, planned=planned)}
        now += every
    return planned | {each.key for each in due(matters, ladder, EVERY_DAY, end, planned=planned)}


START = datetime(2027, 12, 20, 0, 30, tzinfo=UTC)
steps = st.lists(st.integers(-90, 60), min_size=1, max_size=4, unique=True).map(
    lambda offsets: [
        step(number, offset, ("vendor_contact", "vendor_manager", "ciso")[number % 3])
        for number, offset in enumerate(sorted(offsets), 1)
    ]
)
deadlines = st.lists(st.dates(date(2027, 11, 1), date(2029, 3, 1)), min_size=1, max_size=3)


@settings(max_examples=8, deadline=None)
@given(deadlines, steps)
def test_a_year_of_hourly_ticks_plans_the_same_as_one_of_daily_ticks(days, ladder):
    matters = [matter(day, key=f"X-{number}") for number, day in enumerate(days)]
    daily = ticking(matters, ladder, START, timedelta(days=1))
    assert ticking(matters, ladder, START, timedelta(hours=1)) == daily
    end = START + timedelta(days=366)
    assert {each.key for each in due(matters, ladder, EVERY_DAY, end)} == daily  # one late tick


@settings(max_examples=60, deadline=None)
@given(deadlines, steps, st.integers(0, 366 * 24))
def test_planning_twice_plans_nothing_new(days, ladder, hours):
    matters = [matter(day, key=f"X-{number}") for number, day in enumerate(days)]
    now = START + timedelta(hours=hours)
    first = due(matters, ladder, EVERY_DAY, now)
    keys = {each.key for each in first}
    assert len(keys) == len(first)
    assert due(matters, ladder, EVERY_DAY, now, planned=keys) == []
    assert due(matters, ladder, EVERY_DAY, now - timedelta(days=40), planned=keys) == []  # the clock was set back


@settings(max_examples=40, deadline=None)
@given(deadlines, steps, st.integers(0, 366))
def test_exactly_one_late_step_of_each_recipient_is_sent(days, ladder, day):
    matters = [matter(each, key=f"X-{number}") for number, each in enumerate(days)]
    found = due(matters, ladder, EVERY_DAY, START + timedelta(days=day))
    by_person: dict[tuple[str, str], list[Due]] = {}
    for each in found:
        by_person.setdefault((each.matter.key, each.recipient.address), []).append(each)
    for late in by_person.values():
        (furthest,) = [each for each in late if each.superseded_by is None]
        assert furthest.at == max(each.at for each in late)
