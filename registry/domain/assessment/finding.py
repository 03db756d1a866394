"""Findings: their states and moves, which of them still count, and which ones answers suggest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from registry.domain.assessment.questionnaire import Questionnaire
from registry.domain.assessment.scoring import Reason, Score
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Severity

__all__ = [
    "COUNTED",
    "WORKABLE",
    "FindingState",
    "FindingStep",
    "Suggestion",
    "next_finding_state",
    "suggested_findings",
]


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    IN_WORK = "in_work"
    FIXED = "fixed"
    VERIFIED = "verified"
    ACCEPTED = "accepted"
    REOPENED = "reopened"


class FindingStep(StrEnum):
    """What somebody does to a finding."""

    PLAN = "plan"
    FIX = "fix"
    VERIFY = "verify"
    ACCEPT = "accept"
    REOPEN = "reopen"


_S = FindingState
WORKABLE = frozenset({_S.OPEN, _S.IN_WORK, _S.REOPENED})
"""States in which somebody owes a remedy."""
COUNTED = frozenset(FindingState) - {_S.VERIFIED}
"""States that lower what safeguards are worth: also an accepted one, since accepting a risk does not remove it."""

_MOVES: Mapping[FindingStep, tuple[frozenset[FindingState], FindingState]] = MappingProxyType({
    FindingStep.PLAN: (WORKABLE, _S.IN_WORK),
    FindingStep.FIX: (WORKABLE, _S.FIXED),
    FindingStep.VERIFY: (frozenset({_S.FIXED}), _S.VERIFIED),
    FindingStep.ACCEPT: (WORKABLE, _S.ACCEPTED),
    FindingStep.REOPEN: (frozenset({_S.FIXED, _S.VERIFIED, _S.ACCEPTED}), _S.REOPENED),
})  # fmt: skip
_WORDS: Mapping[FindingStep, str] = MappingProxyType({
    FindingStep.PLAN: "planned",
    FindingStep.FIX: "called fixed",
    FindingStep.VERIFY: "verified",
    FindingStep.ACCEPT: "accepted",
    FindingStep.REOPEN: "re-opened",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A finding that an answer suggests; nothing is raised until somebody says so."""

    question: str
    severity: Severity
    title: str
    why: str


def next_finding_state(state: FindingState, step: FindingStep) -> FindingState:
    """Return the state after a step.

    Raises
    ------
    IllegalMove
        When the step cannot be taken from this state.

    Examples
    --------
    >>> next_finding_state(FindingState.OPEN, FindingStep.FIX)
    <FindingState.FIXED: 'fixed'>
    """
    before, after = _MOVES[step]
    if state not in before:
        raise IllegalMove(f"This finding is {state.value.replace('_', ' ')}, so it cannot be {_WORDS[step]} now.")
    return after


def suggested_findings(value: Questionnaire, result: Score) -> tuple[Suggestion, ...]:
    """Return the findings that the answers of an assessment suggest, in the order of the questions.

    Notes
    -----
    A failed non-negotiable question: critical. Otherwise an answer (or its absence) below the points that pass:
    by the weight of the question 5 or 4 high, 3 medium, less low. Linear in the number of questions.
    """
    return tuple(_suggested(value, result))


def _suggested(value: Questionnaire, result: Score) -> Iterator[Suggestion]:
    failed = {question.id for question in result.failed}
    for each in result.questions:
        if each.points is None or each.points >= value.scoring.pass_points:
            continue
        weight = each.question.weight
        severity = Severity.HIGH if weight >= 4 else Severity.MEDIUM if weight == 3 else Severity.LOW
        why = "no answer" if each.reason is Reason.UNANSWERED else f"{each.points:g} of 100 points, weight {weight}"
        if each.question.id in failed:
            severity, why = Severity.CRITICAL, f"non-negotiable and failed; {why}"
        yield Suggestion(each.question.id, severity, each.question.text, why)
