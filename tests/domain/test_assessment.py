"""The states of an assessment: a machine driven at random never skips a step."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry.domain.assessment.assessment import ANSWERABLE, FINAL, OPEN, State, Step, moves_from, next_state
from registry.domain.register.errors import IllegalMove


@pytest.mark.parametrize("state", FINAL)
def test_nothing_leads_out_of_an_end(state):
    assert moves_from(state) == ()


def test_open_states_are_all_others():
    assert frozenset(State) == OPEN | FINAL
    assert all(moves_from(state) for state in OPEN)


@pytest.mark.parametrize("state, step", [
    (State.DRAFT, Step.SUBMIT), (State.SENT, Step.SUBMIT), (State.SUBMITTED, Step.ACCEPT), (State.SUBMITTED, Step.ANSWER),
    (State.IN_REVIEW, Step.ANSWER), (State.RETURNED, Step.SUBMIT), (State.RETURNED, Step.ACCEPT), (State.ACCEPTED, Step.RETURN),
    (State.IN_REVIEW, Step.CLOSE), (State.ACCEPTED, Step.CANCEL), (State.IN_REVIEW, Step.EXPIRE), (State.SENT, Step.SEND),
])  # fmt: skip
def test_a_skipped_step_is_refused_in_words(state, step):
    with pytest.raises(IllegalMove, match=state.value.replace("_", " ")):
        next_state(state, step)


class Walk(RuleBasedStateMachine):
    """Takes steps at random and remembers which ones were taken."""

    def __init__(self):
        super().__init__()
        self.state = State.DRAFT
        self.taken: list[Step] = []

    @rule(step=st.sampled_from(Step))
    def take(self, step):
        try:
            self.state = next_state(self.state, step)
        except IllegalMove:
            assert step not in moves_from(self.state)
        else:
            self.taken.append(step)

    @invariant()
    def no_step_was_skipped(self):
        last = {step: len(self.taken) - self.taken[::-1].index(step) for step in set(self.taken)}
        accepted = max(last.get(Step.ACCEPT, 0), last.get(Step.ACCEPT_WITH_CONDITIONS, 0))
        if accepted:
            assert last[Step.ANSWER] < last[Step.SUBMIT] < last[Step.START_REVIEW] < accepted
        if self.state is State.CLOSED:
            assert accepted
            assert last[Step.CLOSE] > accepted
        if self.state is State.SUBMITTED:
            assert last[Step.SUBMIT] == last[Step.ANSWER] + 1
        if self.state in ANSWERABLE - {State.DRAFT} and Step.RETURN not in last:
            assert Step.SEND in last or Step.ANSWER in last


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=30)
