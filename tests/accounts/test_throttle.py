"""Counted limits: windows, locks that double, and counters that hold over several workers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registry.core import clock, throttle
from registry.core.db import writing
from registry.core.throttle import LIMITS, Limit, State, TooManyAttempts, advance

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACCOUNT = LIMITS["sign_in.account"]


def attempts(limit: Limit, moments: list[timedelta]) -> list[timedelta | None]:
    state, waits = State(window_started_at=NOON), []
    for moment in moments:
        state, wait = advance(state, limit, NOON + moment)
        waits.append(wait)
    return waits


def test_five_attempts_pass_and_the_sixth_is_locked_out():
    assert attempts(ACCOUNT, [timedelta()] * 6) == [None] * 5 + [MINUTE]


def test_the_lock_doubles_up_to_fifteen_minutes():
    moment, state, locks = NOON, State(window_started_at=NOON), []
    for _ in range(6):
        wait = None
        while wait is None:
            state, wait = advance(state, ACCOUNT, moment)
        locks.append(wait)
        moment += wait
    assert [lock / MINUTE for lock in locks] == [1, 2, 4, 8, 15, 15]


def test_a_quiet_hour_makes_the_next_lock_short_again():
    state, _ = advance(State(window_started_at=NOON, count=5, locks=4), ACCOUNT, NOON)
    assert state.locked_until == NOON + 15 * MINUTE
    later = NOON + timedelta(hours=2)
    for _ in range(6):
        state, wait = advance(state, ACCOUNT, later)
    assert wait == MINUTE


def test_a_window_that_has_passed_counts_no_more():
    assert attempts(LIMITS["sign_in.all"], [timedelta()] * 200 + [MINUTE]) == [None] * 201


@given(
    st.lists(st.timedeltas(timedelta(), timedelta(minutes=3)), max_size=60),
    st.builds(
        Limit,
        count=st.integers(1, 9),
        window=st.just(5 * MINUTE),
        first_lock=st.sampled_from([None, MINUTE]),
        longest_lock=st.just(15 * MINUTE),
    ),
)
def test_never_more_attempts_pass_in_a_window_than_allowed(pauses, limit):
    """Over any five minutes at most two windows meet: twice the count is the worst that can pass."""
    state, moment, passed = State(window_started_at=NOON), NOON, []
    for pause in pauses:
        moment += pause
        state, wait = advance(state, limit, moment)
        if wait is None:
            passed.append(moment)
        else:
            assert wait > timedelta()
    for start in passed:
        assert sum(start <= moment < start + limit.window for moment in passed) <= 2 * limit.count


def test_the_count_is_kept_in_the_database(db_app: Flask, writer):
    for _ in range(20):
        throttle.take("sign_in.address", "192.0.2.1")
    with pytest.raises(TooManyAttempts) as refused:
        throttle.take("sign_in.address", "192.0.2.1")
    assert refused.value.wait == 5 * MINUTE
    throttle.take("sign_in.address", "192.0.2.2")


def test_forgetting_and_forgiving(db_app: Flask, writer):
    for _ in range(5):
        throttle.take("second_factor.account", 1)
    throttle.forgive("second_factor.account", 1)
    throttle.take("second_factor.account", 1)
    throttle.forget("second_factor.account", 1)
    for _ in range(5):
        throttle.take("second_factor.account", 1)
    with pytest.raises(TooManyAttempts):
        throttle.take("second_factor.account", 1)


def test_attempts_at_the_same_moment_are_all_counted(db_app: Flask):
    def attempt(_: int) -> bool:
        with db_app.app_context(), writing():
            try:
                throttle.take("sign_in.address", "192.0.2.9")
            except TooManyAttempts:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 20


def test_old_rows_are_swept_and_locks_are_kept(db_app: Flask, writer, moment):
    throttle.take("sign_in.address", "192.0.2.1")
    assert throttle.forget_old() == 0
    clock.set_clock(db_app.extensions, lambda: moment + timedelta(days=1))
    assert throttle.forget_old() == 1
