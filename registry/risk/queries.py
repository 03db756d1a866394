"""Risk as it stands now: reach from the register, safeguards from the last decided assessment; and as last worked out.

Pages of one vendor ask for the present figures; lists, ladders and approvals of many read `vendor_risk`, which a tick
keeps at most a minute behind.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, func, select

from registry.administration.queries import parameters_in_force
from registry.assessments.reading import DECIDED
from registry.core import clock
from registry.core.db import session
from registry.core.register import Snapshot, current
from registry.domain.assessment.finding import COUNTED
from registry.domain.assessment.reach import Reach, reach_of_vendors
from registry.domain.assessment.tiering import (
    Effectiveness,
    Inherent,
    effectiveness_of,
    inherent_risk,
    residual_risk,
    tier_of_risk,
)
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import Lifecycle, Severity, Tier
from registry.models.assessments import AnswerEvidence, Assessment, Evidence
from registry.models.findings import Finding
from registry.models.portfolio import PortfolioRun
from registry.models.risk import VendorRisk
from registry.models.vendors import Vendor

__all__ = ["TIER_IN_FORCE", "Basis", "Risk", "risk_of", "risks", "risks_at", "tiers_in_force"]

TIER_IN_FORCE: ColumnElement[Tier | None] = func.coalesce(
    Vendor.tier_override, select(VendorRisk.tier).where(VendorRisk.vendor == Vendor.code).scalar_subquery()
)
"""The tier that counts: the one set by hand, else the computed one; NULL when nothing is registered to compute it from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the effectiveness of a vendor's safeguards rests on."""

    assessment: int
    period: str
    score: float
    decided_at: datetime
    expired_evidence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The risk of one vendor. `expected_loss` is that of a year, from the last portfolio."""

    reach: Reach
    inherent: Inherent
    effectiveness: Effectiveness
    basis: Basis | None
    findings: Mapping[Severity, int]
    expected_loss: float | None

    @property
    def residual(self) -> float:
        """What the safeguards leave."""
        return residual_risk(self.inherent.risk, self.effectiveness.share)

    @property
    def band(self) -> Tier:
        """The band of what is left."""
        return tier_of_risk(self.residual)


def risk_of(vendor: str) -> Risk | None:
    """Return the present risk of a vendor; None when nothing is registered about what it holds, enters or carries."""
    return risks(vendor).get(vendor)


def risks(only: str | None = None) -> dict[str, Risk]:
    """Return the present risk of every vendor, or of one; five queries whatever their number."""
    return _risks(parameters_in_force(), reaches_now(), only)


def risks_at(register: Register, parameters: Parameters, day: date) -> dict[str, Risk]:
    """Return the risk of every vendor of a register that was read at one instant; four queries in the same session."""
    prospects = [row.code for row in register.vendors if row.lifecycle is Lifecycle.PROSPECT]
    return _risks(parameters, reach_of_vendors(register, parameters, day, start=prospects), None)


def _risks(parameters: Parameters, reaches: Mapping[str, Reach], only: str | None) -> dict[str, Risk]:
    losses, bases, findings = losses_of_last_run(), _bases(only), open_findings(only)
    found = {}
    for vendor in reaches if only is None else {only} & reaches.keys():
        loss = losses.get(vendor)
        basis, open_ones = bases.get(vendor), findings.get(vendor, {})
        score, expired = (basis.score, basis.expired_evidence) if basis else (None, 0)
        found[vendor] = Risk(
            reach=reaches[vendor],
            inherent=inherent_risk(reaches[vendor], parameters, expected_loss_share=loss[1] if loss else None),
            effectiveness=effectiveness_of(score, open_ones, expired, parameters),
            basis=basis,
            findings=open_ones,
            expected_loss=loss[0] if loss else None,
        )
    return found


def tiers_in_force() -> dict[str, str]:
    """Return the tier that counts by vendor, for those that have one; one query."""
    rows = session().execute(select(Vendor.code, TIER_IN_FORCE).where(TIER_IN_FORCE.is_not(None)))
    return {row[0]: str(row[1]) for row in rows}


def reaches_now() -> Mapping[str, Reach]:
    """Return what every vendor could expose by itself today, prospects as if they were active; kept per revision."""
    return _reaches(current(), parameters_in_force(), clock.today())


def _reaches(snapshot: Snapshot, parameters: Parameters, today: date) -> Mapping[str, Reach]:
    kept: dict[date, Mapping[str, Reach]] = snapshot.derived("reach_of_vendors", lambda _register: {})
    if today not in kept:
        register = snapshot.register
        prospects = [row.code for row in register.vendors if row.lifecycle is Lifecycle.PROSPECT]
        found = reach_of_vendors(register, parameters, today, start=prospects)
        kept.clear()  # yesterday's is asked no more
        kept[today] = found
        return found
    return kept[today]


def losses_of_last_run() -> Mapping[str, tuple[float, float]]:
    """Return expected loss of a year and its share of the whole, by vendor; empty when no portfolio was run."""
    latest = session().scalar(select(PortfolioRun.id).order_by(PortfolioRun.made_at.desc(), PortfolioRun.id.desc()))
    return {} if latest is None else _losses(latest)


@lru_cache(maxsize=2)
def _losses(run_id: int) -> Mapping[str, tuple[float, float]]:
    """Read a run once: it never changes."""
    text = session().scalar(select(PortfolioRun.result).where(PortfolioRun.id == run_id)) or "{}"
    rows = json.loads(text).get("vendors", ())
    return {row["code"]: (row["expected_loss"], row["expected_share"]) for row in rows}


def open_findings(only: str | None = None) -> Mapping[str, Mapping[Severity, int]]:
    """Return how many findings of each severity lower a vendor's safeguards, by vendor; one query."""
    asked = (
        select(Finding.vendor, Finding.severity, func.count())
        .where(Finding.state.in_(COUNTED))
        .group_by(Finding.vendor, Finding.severity)
    )
    found: dict[str, dict[Severity, int]] = {}
    for vendor, severity, count in session().execute(asked if only is None else asked.where(Finding.vendor == only)):
        found.setdefault(vendor, {})[severity] = count
    return found


def _bases(only: str | None) -> dict[str, Basis]:
    """Return by vendor the last decided assessment that has a score, with its evidence that has expired; two queries."""
    asked = (
        select(Assessment.id, Assessment.vendor, Assessment.period, Assessment.score, Assessment.decided_at)
        .where(Assessment.state.in_(DECIDED), Assessment.score.is_not(None), Assessment.decided_at.is_not(None))
        .order_by(Assessment.decided_at, Assessment.id)
    )
    rows = session().execute(asked if only is None else asked.where(Assessment.vendor == only)).all()
    last = {row.vendor: row for row in rows}
    expired = _expired([row.id for row in last.values()] if only is not None else None)
    return {
        vendor: Basis(
            assessment=row.id,
            period=row.period,
            score=row.score,
            decided_at=row.decided_at,
            expired_evidence=expired.get(row.id, 0),
        )
        for vendor, row in last.items()
    }


def _expired(assessments: list[int] | None) -> dict[int, int]:
    """Count the files behind answers of an assessment that prove nothing any more; of all assessments for None."""
    asked = (
        select(AnswerEvidence.assessment_id, func.count(Evidence.id.distinct()))
        .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
        .where(Evidence.expires < clock.today())
        .group_by(AnswerEvidence.assessment_id)
    )
    if assessments is not None:
        asked = asked.where(AnswerEvidence.assessment_id.in_(assessments))
    return {row[0]: row[1] for row in session().execute(asked)}
