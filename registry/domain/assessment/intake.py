"""A request for a new vendor: its states, and what must be true before it is decided or goes live."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Tier

__all__ = ["OPEN_REQUESTS", "RequestState", "RequestStep", "needs_assessment", "next_request_state"]


class RequestState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    TRIAGED = "triaged"
    APPROVED = "approved"
    REFUSED = "refused"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class RequestStep(StrEnum):
    """What somebody does to a request."""

    TRIAGE = "triage"
    APPROVE = "approve"
    REFUSE = "refuse"
    ACTIVATE = "activate"
    WITHDRAW = "withdraw"


_S = RequestState
OPEN_REQUESTS = frozenset({_S.REQUESTED, _S.TRIAGED, _S.APPROVED})
_MOVES: Mapping[RequestStep, tuple[frozenset[RequestState], RequestState, str]] = MappingProxyType({
    RequestStep.TRIAGE: (frozenset({_S.REQUESTED}), _S.TRIAGED, "triaged"),
    RequestStep.APPROVE: (frozenset({_S.TRIAGED}), _S.APPROVED, "approved"),
    RequestStep.REFUSE: (frozenset({_S.REQUESTED, _S.TRIAGED}), _S.REFUSED, "refused"),
    RequestStep.ACTIVATE: (frozenset({_S.APPROVED}), _S.ACTIVE, "made active"),
    RequestStep.WITHDRAW: (OPEN_REQUESTS, _S.WITHDRAWN, "withdrawn"),
})  # fmt: skip


def next_request_state(state: RequestState, step: RequestStep) -> RequestState:
    """Return the state after a step.

    Raises
    ------
    IllegalMove
        When the step cannot be taken from this state.

    Examples
    --------
    >>> next_request_state(RequestState.REQUESTED, RequestStep.TRIAGE)
    <RequestState.TRIAGED: 'triaged'>
    """
    before, after, words = _MOVES[step]
    if state not in before:
        raise IllegalMove(f"This request is {state.value}, so it cannot be {words} now.")
    return after


def needs_assessment(tier: Tier | None) -> bool:
    """Tell whether a vendor of a tier is approved only after an assessment was decided; an unknown tier counts as high.

    >>> needs_assessment(Tier.MEDIUM), needs_assessment(None)
    (False, True)
    """
    return tier is None or tier in {Tier.CRITICAL, Tier.HIGH}
