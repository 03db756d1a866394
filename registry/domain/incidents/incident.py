"""The states of an incident and the moments that start its clocks.

A moment that nobody recorded does not exist: it is never taken from another one, because a clock that starts on a guess
is worse than one that is seen not to run. What is refused here is only what cannot be: the future, and an end before
its beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from registry.domain.register.errors import DomainError, IllegalMove

__all__ = [
    "LIVE",
    "REACHED_BY",
    "TRIGGER_WORDS",
    "BadMoment",
    "IncidentState",
    "IncidentStep",
    "LocalReading",
    "Trigger",
    "check_moment",
    "moves_of",
    "next_incident_state",
    "read_local",
]

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class BadMoment(DomainError):
    """A moment that cannot be; the text says why and what to do."""


class IncidentState(StrEnum):
    """Where an incident stands."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    CONTAINED = "contained"
    CLOSED = "closed"
    REFUTED = "refuted"


class IncidentStep(StrEnum):
    """What moves an incident on."""

    CONFIRM = "confirm"
    CONTAIN = "contain"
    CLOSE = "close"
    REFUTE = "refute"
    REOPEN = "reopen"


class Trigger(StrEnum):
    """A moment of an incident; most start clocks, as the rules name them."""

    SUSPICION = "suspicion"
    DISCOVERY = "discovery"
    REASONABLE_BELIEF = "reasonable_belief"
    CONFIRMATION = "confirmation"
    AWARENESS = "awareness"
    DETERMINATION = "determination"
    CLASSIFICATION = "classification"
    MATERIALITY = "materiality"
    ASSESSMENT_COMPLETE = "assessment_complete"
    NEW_INFORMATION = "new_information"
    RANSOM_PAYMENT = "ransom_payment"
    FIX_AVAILABLE = "fix_available"
    PER_CONTRACT = "per_contract"
    CONTAINMENT = "containment"


TRIGGER_WORDS: Mapping[Trigger, str] = MappingProxyType({
    Trigger.SUSPICION: "First suspicion that something happened",
    Trigger.DISCOVERY: "First day on which the breach was known, or would have been with due care",
    Trigger.REASONABLE_BELIEF: "Reason to believe that data was taken",
    Trigger.CONFIRMATION: "Confirmed, by the vendor or by us",
    Trigger.AWARENESS: "Reasonable certainty that personal data is affected",
    Trigger.DETERMINATION: "Decided that it is a breach one must tell of",
    Trigger.CLASSIFICATION: "Classified as a major incident",
    Trigger.MATERIALITY: "Decided that it is material to investors",
    Trigger.ASSESSMENT_COMPLETE: "Assessment of the risk finished",
    Trigger.NEW_INFORMATION: "Something new that changes what was told",
    Trigger.RANSOM_PAYMENT: "A ransom was paid",
    Trigger.FIX_AVAILABLE: "A fix became available",
    Trigger.PER_CONTRACT: "The moment that a contract or policy names",
    Trigger.CONTAINMENT: "Contained: nothing more can be taken",
})  # fmt: skip

_S = IncidentState
LIVE = frozenset({_S.SUSPECTED, _S.CONFIRMED, _S.CONTAINED})
_MOVES: Mapping[IncidentStep, Mapping[IncidentState, IncidentState]] = MappingProxyType({
    IncidentStep.CONFIRM: {_S.SUSPECTED: _S.CONFIRMED},
    IncidentStep.CONTAIN: {_S.CONFIRMED: _S.CONTAINED},
    IncidentStep.CLOSE: {_S.CONTAINED: _S.CLOSED},
    IncidentStep.REFUTE: dict.fromkeys(LIVE, _S.REFUTED),
    IncidentStep.REOPEN: {_S.CLOSED: _S.CONTAINED, _S.REFUTED: _S.SUSPECTED},
})  # fmt: skip
_DONE = {
    IncidentStep.CONFIRM: "confirmed",
    IncidentStep.CONTAIN: "contained",
    IncidentStep.CLOSE: "closed",
    IncidentStep.REFUTE: "refuted",
    IncidentStep.REOPEN: "opened again",
}
REACHED_BY: Mapping[IncidentStep, Trigger] = MappingProxyType(
    {IncidentStep.CONFIRM: Trigger.CONFIRMATION, IncidentStep.CONTAIN: Trigger.CONTAINMENT}
)
"""The moment each move records."""


def next_incident_state(state: IncidentState, step: IncidentStep) -> IncidentState:
    """Return the state after a step.

    Raises
    ------
    IllegalMove
        When the step cannot be taken from this state.

    Examples
    --------
    >>> next_incident_state(IncidentState.SUSPECTED, IncidentStep.CONFIRM)
    <IncidentState.CONFIRMED: 'confirmed'>
    """
    after = _MOVES[step].get(state)
    if after is None:
        raise IllegalMove(f"This incident is {state}, so it cannot be {_DONE[step]} now.")
    return after


def moves_of(state: IncidentState) -> tuple[IncidentStep, ...]:
    """Return the steps that can be taken from a state."""
    return tuple(step for step, moves in _MOVES.items() if state in moves)


def check_moment(trigger: Trigger, at: datetime, now: datetime, known: Mapping[str, datetime]) -> None:
    """Refuse a moment that cannot be.

    Parameters
    ----------
    trigger, at
        What is said to have happened, and when; aware of its zone.
    now
        The time.
    known
        Moments recorded so far, by trigger.

    Raises
    ------
    BadMoment
        In the future, long before any computer held the data, or confirmed or contained before it was suspected.
    """
    if at > now:
        raise BadMoment("This moment lies in the future. Record it when it has come.")
    if at < _EARLIEST:
        raise BadMoment(f"The year {at.year} is surely a slip. Write the day as year-month-day.")
    order = (Trigger.SUSPICION, Trigger.CONFIRMATION, Trigger.CONTAINMENT)
    if trigger not in order:
        return
    place = order.index(trigger)
    for other_place, other in enumerate(order):
        if other not in known or other_place == place:
            continue
        first, second = (other, trigger) if other_place < place else (trigger, other)
        before, after = (known[other], at) if other_place < place else (at, known[other])
        if after < before:
            raise BadMoment(
                f"The {second} ({_written(after)}) would come before the {first} ({_written(before)}). "
                "Correct one of the two; nothing was recorded."
            )


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class LocalReading:
    """A moment read from what a person typed; `note` says what a change of clocks made of it."""

    at: datetime
    note: str | None = None


def read_local(text: str, zone: ZoneInfo) -> LocalReading:
    """Read a day and time as typed in a zone, or with an offset of its own.

    An hour that a change of clocks repeats is read as the first one: the stricter of the two. One that it leaves out
    is refused, since nothing happened then.

    Raises
    ------
    BadMoment
        When it cannot be read, or does not exist.

    Examples
    --------
    >>> read_local("2026-06-01 14:30", ZoneInfo("Europe/Dublin")).at.isoformat()
    '2026-06-01T13:30:00+00:00'
    """
    cleaned = text.strip().removesuffix("UTC").strip()
    try:
        typed = datetime.fromisoformat(cleaned)
    except ValueError:
        raise BadMoment("Write day and time as 2026-11-24 14:30.") from None
    if text.strip().endswith("UTC"):
        typed = typed.replace(tzinfo=UTC)
    if typed.year < _EARLIEST.year:
        raise BadMoment(f"The year {typed.year} is surely a slip. Write the day as year-month-day.")
    if typed.tzinfo is not None:
        return LocalReading(typed.astimezone(UTC))
    first = typed.replace(tzinfo=zone, fold=0)
    at = first.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != typed:
        later = (typed + timedelta(hours=1)).strftime("%H:%M")
        raise BadMoment(
            f"{typed:%H:%M} did not exist on {typed:%Y-%m-%d} in {zone.key}: clocks went forward. Write {later} or so."
        )
    if typed.replace(tzinfo=zone, fold=1).utcoffset() != first.utcoffset():
        note = f"{typed:%H:%M} came twice on {typed:%Y-%m-%d} in {zone.key}; the first of the two was taken."
        return LocalReading(at, note)
    return LocalReading(at)
