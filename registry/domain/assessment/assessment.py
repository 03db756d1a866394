"""The states of an assessment and the moves between them: no path skips a step.

A move names who may make it in the way only the state can know (the reviewer is not the one who answered); whether a
person may act on this vendor at all is decided by permissions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from registry.domain.register.errors import IllegalMove

__all__ = ["ANSWERABLE", "FINAL", "OPEN", "State", "Step", "moves_from", "next_state"]


class State(StrEnum):
    """Where an assessment stands."""

    DRAFT = "draft"
    SENT = "sent"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_CONDITIONS = "accepted_with_conditions"
    CLOSED = "closed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What somebody does to an assessment."""

    SEND = "send"
    ANSWER = "answer"
    SUBMIT = "submit"
    START_REVIEW = "start_review"
    RETURN = "return"
    ACCEPT = "accept"
    ACCEPT_WITH_CONDITIONS = "accept_with_conditions"
    CLOSE = "close"
    EXPIRE = "expire"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class _Move:
    before: frozenset[State]
    after: State


def _move(after: State, *before: State) -> _Move:
    return _Move(frozenset(before), after)


_S = State
ANSWERABLE = frozenset({_S.DRAFT, _S.SENT, _S.IN_PROGRESS, _S.RETURNED})
"""States in which answers can be given; a draft is filled by our own people."""
FINAL = frozenset({_S.CLOSED, _S.EXPIRED, _S.CANCELLED})
OPEN = frozenset(State) - FINAL

_MOVES: Mapping[Step, _Move] = MappingProxyType({
    Step.SEND: _move(_S.SENT, _S.DRAFT),
    Step.ANSWER: _move(_S.IN_PROGRESS, *ANSWERABLE),
    Step.SUBMIT: _move(_S.SUBMITTED, _S.IN_PROGRESS),
    Step.START_REVIEW: _move(_S.IN_REVIEW, _S.SUBMITTED),
    Step.RETURN: _move(_S.RETURNED, _S.IN_REVIEW),
    Step.ACCEPT: _move(_S.ACCEPTED, _S.IN_REVIEW),
    Step.ACCEPT_WITH_CONDITIONS: _move(_S.ACCEPTED_WITH_CONDITIONS, _S.IN_REVIEW),
    Step.CLOSE: _move(_S.CLOSED, _S.ACCEPTED, _S.ACCEPTED_WITH_CONDITIONS),
    Step.EXPIRE: _move(_S.EXPIRED, *ANSWERABLE),
    Step.CANCEL: _move(_S.CANCELLED, *ANSWERABLE, _S.SUBMITTED, _S.IN_REVIEW),
})  # fmt: skip

_WORDS: Mapping[Step, str] = MappingProxyType({
    Step.SEND: "sent",
    Step.ANSWER: "answered",
    Step.SUBMIT: "submitted",
    Step.START_REVIEW: "taken into review",
    Step.RETURN: "returned",
    Step.ACCEPT: "accepted",
    Step.ACCEPT_WITH_CONDITIONS: "accepted with conditions",
    Step.CLOSE: "closed",
    Step.EXPIRE: "expired",
    Step.CANCEL: "cancelled",
})  # fmt: skip


def next_state(state: State, step: Step) -> State:
    """Return the state after a step.

    Raises
    ------
    IllegalMove
        When the step cannot be taken from this state; the text says what can.

    Examples
    --------
    >>> next_state(State.DRAFT, Step.SEND)
    <State.SENT: 'sent'>
    """
    move = _MOVES[step]
    if state not in move.before:
        said = state.value.replace("_", " ")
        raise IllegalMove(f"This assessment is {said}, so it cannot be {_WORDS[step]} now.")
    return move.after


def moves_from(state: State) -> tuple[Step, ...]:
    """Return the steps that can be taken from a state, in the order of `Step`."""
    return tuple(step for step, move in _MOVES.items() if state in move.before)
