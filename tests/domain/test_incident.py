"""The states of an incident and its moments: no path skips a step, and nothing is recorded that cannot be."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry.domain.incidents.incident import (
    LIVE,
    TRIGGER_WORDS,
    BadMoment,
    IncidentState,
    IncidentStep,
    Trigger,
    check_moment,
    moves_of,
    next_incident_state,
    read_local,
)
from registry.domain.register.errors import IllegalMove
from registry.reference.load import read_rows

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DUBLIN = ZoneInfo("Europe/Dublin")
S, D = IncidentState, IncidentStep
# Written down apart from the module under test: from -> step -> to.
ALLOWED = {
    S.SUSPECTED: {D.CONFIRM: S.CONFIRMED, D.REFUTE: S.REFUTED},
    S.CONFIRMED: {D.CONTAIN: S.CONTAINED, D.REFUTE: S.REFUTED},
    S.CONTAINED: {D.CLOSE: S.CLOSED, D.REFUTE: S.REFUTED},
    S.CLOSED: {D.REOPEN: S.CONTAINED},
    S.REFUTED: {D.REOPEN: S.SUSPECTED},
}


class Incidents(RuleBasedStateMachine):
    """Any steps in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = S.SUSPECTED
        self.was_confirmed = False

    @rule(step=st.sampled_from(D))
    def step(self, step: IncidentStep) -> None:
        wanted = ALLOWED[self.state].get(step)
        if wanted is None:
            with pytest.raises(IllegalMove, match="cannot be"):
                next_incident_state(self.state, step)
        else:
            self.state = next_incident_state(self.state, step)
            self.was_confirmed |= step is D.CONFIRM
            assert self.state is wanted

    @invariant()
    def closed_only_after_confirmed(self) -> None:
        assert self.was_confirmed or self.state in {S.SUSPECTED, S.REFUTED}

    @invariant()
    def moves_are_those_that_work(self) -> None:
        assert set(moves_of(self.state)) == set(ALLOWED[self.state])
        assert moves_of(self.state)  # no state is a dead end


TestIncidents = Incidents.TestCase


def test_every_trigger_of_the_rules_can_be_recorded():
    derived = {"submission_of_previous", "year_end"}
    triggers = {row["trigger"] for row in read_rows("notification_rules")} - derived
    assert triggers <= set(Trigger)
    assert set(TRIGGER_WORDS) == set(Trigger)
    assert {S.CLOSED, S.REFUTED} == set(S) - LIVE


def test_the_future_and_slips_are_refused():
    with pytest.raises(BadMoment, match="future"):
        check_moment(Trigger.AWARENESS, NOW + timedelta(seconds=1), NOW, {})
    with pytest.raises(BadMoment, match="slip"):
        check_moment(Trigger.AWARENESS, NOW.replace(year=1926), NOW, {})
    check_moment(Trigger.AWARENESS, NOW, NOW, {})


@given(hours=st.tuples(*[st.integers(0, 200)] * 3), order=st.permutations([0, 1, 2]))
def test_suspected_confirmed_contained_come_in_this_order(hours: tuple[int, int, int], order: list[int]):
    chain = (Trigger.SUSPICION, Trigger.CONFIRMATION, Trigger.CONTAINMENT)
    known: dict[str, datetime] = {}
    for place in order:
        at = NOW - timedelta(hours=hours[place])
        try:
            check_moment(chain[place], at, NOW, known)
        except BadMoment:
            continue
        known[chain[place]] = at
    kept = [known[trigger] for trigger in chain if trigger in known]
    assert kept == sorted(kept)


def test_a_confirmation_before_the_suspicion_names_both():
    with pytest.raises(BadMoment, match=r"confirmation \(2026-11-24 10:00 UTC\).*suspicion \(2026-11-24 11:00 UTC\)"):
        check_moment(Trigger.CONFIRMATION, NOW - timedelta(hours=2), NOW, {"suspicion": NOW - timedelta(hours=1)})


@pytest.mark.parametrize(
    ("text", "utc", "has_note"),
    [
        ("2026-06-01T14:30", "2026-06-01T13:30", False),
        ("2026-10-25T01:30", "2026-10-25T00:30", True),  # comes twice; the first
        ("2026-10-25T02:30", "2026-10-25T02:30", False),
        ("2026-10-25T01:30+00:00", "2026-10-25T01:30", False),  # the second, said with its offset
        ("2026-11-24 14:30 UTC", "2026-11-24T14:30", False),
    ],
)
def test_times_are_read_in_the_zone(text: str, utc: str, *, has_note: bool):
    reading = read_local(text, DUBLIN)
    assert reading.at == datetime.fromisoformat(f"{utc}+00:00")
    assert (reading.note is not None) is has_note


@pytest.mark.parametrize("text", ["2026-03-29T01:30", "tomorrow", "0026-01-01T10:00", "2026-13-01T10:00", "0001-01-01"])
def test_what_did_not_exist_or_cannot_be_read_is_refused(text: str):
    with pytest.raises(BadMoment):
        read_local(text, DUBLIN)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2060, 1, 1)))
def test_whatever_is_read_comes_back_as_typed(typed: datetime):
    try:
        reading = read_local(typed.isoformat(), DUBLIN)
    except BadMoment:
        return
    assert reading.at.astimezone(DUBLIN).replace(tzinfo=None) == typed
