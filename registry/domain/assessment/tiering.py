"""Inherent risk of a vendor, its tier, and what is left after its safeguards.

One scale from 0 to 100 serves inherent and residual risk alike, and one banding: from 75 critical, from 50 high, from
25 medium, below low. A rule of a tier lifts the inherent risk to the foot of that tier; the number of people then
places it within. So the tier is the band of the inherent risk, and the two can never disagree.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry.domain.assessment.reach import Reach
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import AccessKind, Severity, Tier

__all__ = ["Effectiveness", "Inherent", "effectiveness_of", "inherent_risk", "residual_risk", "tier_of_risk"]

_FOOT: Mapping[Tier, float] = {Tier.CRITICAL: 75.0, Tier.HIGH: 50.0, Tier.MEDIUM: 25.0, Tier.LOW: 0.0}
_STEP = 25.0
_WIDE_ACCESS = frozenset({AccessKind.ADMIN, AccessKind.API_READ_ALL})
_BEYOND = 100.0  # people at this many times the threshold of the highest tier stand at its top


@dataclass(frozen=True, slots=True)
class Inherent:
    """Inherent risk (0 to 100), its tier, and the rules that led there, strongest first, in words."""

    risk: float
    tier: Tier
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """Share of the inherent risk that safeguards take away, and how that was worked out."""

    share: float
    formula: str


def tier_of_risk(risk: float) -> Tier:
    """Return the band of a risk: the one banding of screens, workbooks and approvals.

    >>> tier_of_risk(50.0), tier_of_risk(49.9)
    (<Tier.HIGH: 'high'>, <Tier.MEDIUM: 'medium'>)
    """
    return next(tier for tier in Tier if risk >= _FOOT[tier])


def inherent_risk(reach: Reach, parameters: Parameters, *, expected_loss_share: float | None = None) -> Inherent:
    """Return the inherent risk of a vendor from what it could expose by itself.

    Parameters
    ----------
    expected_loss_share
        The vendor's share of the portfolio's expected loss, 0 to 1; None when no portfolio was run.

    Notes
    -----
    Within a tier the risk rises with the logarithm of people between the thresholds of this tier and the next one;
    any other rule counts as the foot of its tier.
    """
    found = sorted(_rules(reach, parameters, expected_loss_share), key=lambda rule: -rule[0])
    risk = found[0][0] if found else 0.0
    return Inherent(risk, tier_of_risk(risk), tuple(words for _, words in found))


def residual_risk(inherent: float, effectiveness: float) -> float:
    """Return `inherent x (1 - effectiveness)`.

    >>> residual_risk(80.0, 0.25)
    60.0
    """
    return inherent * (1.0 - effectiveness)


def effectiveness_of(
    score: float | None, open_findings: Mapping[Severity, int], expired_evidence: int, parameters: Parameters
) -> Effectiveness:
    """Return how much of the inherent risk the assessed safeguards take away.

    `score / 100 x most`, times `1 - share` for every open finding and every expired piece of evidence. Without a
    score nothing is taken away: unknown is never safe.
    """
    if score is None:
        return Effectiveness(0.0, "no accepted assessment: 0")
    most = parameters.number("effectiveness.most")
    share = score / 100.0 * most
    steps = [f"{score:.1f} / 100 × {most:g}"]
    for severity in Severity:
        count = open_findings.get(severity, 0)
        if count:
            taken = parameters.number(f"effectiveness.open_finding.{severity}")
            share *= (1.0 - taken) ** count
            steps.append(f"(1 − {taken:g}){_power(count)} for {count} open {severity} finding{'s' * (count > 1)}")
    if expired_evidence:
        taken = parameters.number("effectiveness.expired_evidence")
        share *= (1.0 - taken) ** expired_evidence
        steps.append(f"(1 − {taken:g}){_power(expired_evidence)} for {expired_evidence} expired")
    return Effectiveness(share, f"{' × '.join(steps)} = {share:.3f}")


def _power(count: int) -> str:
    return f"^{count}" if count > 1 else ""


def _rules(reach: Reach, parameters: Parameters, loss_share: float | None) -> Iterator[tuple[float, str]]:
    """Yield (risk, words) of every rule that a reach meets."""
    yield from _people_rules(reach, parameters)
    for tier in (Tier.CRITICAL, Tier.HIGH):
        level = int(parameters.number(f"tier.{tier}.sensitivity"))
        enough = parameters.number(f"tier.{tier}.sensitivity_people")
        people = reach.people_at.get(level, 0.0)
        if level and people and people >= enough:
            yield _FOOT[tier], f"data of sensitivity {level} about {people:,.0f} people (from {enough:,.0f}: {tier})"
    least = parameters.number("tier.critical.expected_loss_share")
    if loss_share is not None and loss_share >= least:
        yield _FOOT[Tier.CRITICAL], f"{loss_share:.0%} of the portfolio’s expected loss (from {least:.0%}: critical)"
    wide = sorted(reach.access & _WIDE_ACCESS)
    if wide:
        yield _FOOT[Tier.HIGH], f"access of kind {', '.join(wide)} (high)".replace("_", " ")
    hours = parameters.number("tier.high.dependency_rto_hours")
    if reach.recovery_hours is not None and reach.recovery_hours <= hours:
        yield _FOOT[Tier.HIGH], f"a process that must be back in {reach.recovery_hours:g} hours needs it (high)"
    if reach.is_assumed:
        yield _FOOT[Tier.HIGH], "the number of people is not known (never below high)"


def _people_rules(reach: Reach, parameters: Parameters) -> Iterator[tuple[float, str]]:
    steps = [(tier, parameters.number(f"tier.{tier}.people")) for tier in (Tier.MEDIUM, Tier.HIGH, Tier.CRITICAL)]
    met = [number for number, (_, least) in enumerate(steps) if reach.people > 0 and reach.people >= least]
    if not met:
        return
    tier, least = steps[met[-1]]
    after = steps[met[-1] + 1][1] if met[-1] + 1 < len(steps) else least * _BEYOND
    risk = _FOOT[tier] + _STEP * _way(reach.people, max(least, 1.0), after)
    yield risk, f"data about {reach.people:,.0f} people (from {least:,.0f}: {tier})"


def _way(people: float, low: float, high: float) -> float:
    """Return how far people are from one threshold to the next, 0 to just below 1, on a logarithmic scale."""
    if people <= low or high <= low:
        return 0.0
    return min(0.999, math.log(people / low) / math.log(high / low))
