"""The risk of a vendor as its page shows it: the tier that counts in the head, and all that led there on its tab."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from registry.acceptances.queries import acceptances_of
from registry.administration.queries import parameters_in_force
from registry.assessments.queries import of_vendor
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.ownership import can_write_vendor
from registry.domain.assessment.assessment import OPEN
from registry.domain.register.facts import Vendor
from registry.domain.register.vocabulary import Tier
from registry.findings.queries import findings_of
from registry.models.assessments import Assessment
from registry.models.findings import Acceptance, Finding
from registry.models.risk import VendorRisk
from registry.risk.queries import Risk, risk_of

__all__ = ["VendorRiskPart", "risk_part"]

_MONTH = timedelta(days=365.25 / 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorRiskPart:
    """`tier` is the one that counts; `now` everything behind it, on the tab only."""

    tier: Tier | None
    computed: Tier | None
    override: Tier | None
    override_reason: str | None
    now: Risk | None
    assessments: tuple[Assessment, ...]
    next_due: date | None
    cadence_months: int
    findings: tuple[Finding, ...]
    acceptances: tuple[Acceptance, ...]
    may_begin: bool
    may_raise: bool
    may_propose: bool
    may_read: bool


def risk_part(vendor: Vendor, actor: Actor, *, whole: bool) -> VendorRiskPart:
    """Return what the page shows; two queries, and on the tab what the present figures cost."""
    may_read = may(actor, Permission.ASSESSMENTS_READ)
    may_see = whole and may(actor, Permission.FINDINGS_READ)
    assessments = tuple(of_vendor(vendor.code)) if may_read else ()
    now = risk_of(vendor.code) if whole else None
    computed = now.inherent.tier if now else _last_worked_out(vendor.code)
    tier = vendor.tier_override or computed
    months = int(parameters_in_force().number(f"cadence.{tier or 'unscored'}.reassess_months"))
    return VendorRiskPart(
        tier=tier,
        computed=computed,
        override=vendor.tier_override,
        override_reason=vendor.tier_override_reason,
        now=now,
        assessments=assessments,
        next_due=_next_due(assessments, months),
        cadence_months=months,
        findings=tuple(findings_of(vendor.code)) if may_see else (),
        acceptances=tuple(acceptances_of(vendor.code)) if may_see else (),
        may_raise=can_write_vendor(actor, vendor.code, Permission.FINDINGS_WRITE),
        may_propose=can_write_vendor(actor, vendor.code, Permission.ACCEPTANCES_PROPOSE),
        may_begin=can_write_vendor(actor, vendor.code, Permission.ASSESSMENTS_LAUNCH),
        may_read=may_read,
    )


def _last_worked_out(vendor: str) -> Tier | None:
    return session().scalar(select(VendorRisk.tier).where(VendorRisk.vendor == vendor))


def _next_due(assessments: tuple[Assessment, ...], months: int) -> date | None:
    """Return when the next decision is due: that of an open assessment, else the cadence after the last; None: at once."""
    waiting = [row.due for row in assessments if row.state in OPEN and row.decided_at is None]
    if waiting:
        return min(waiting)
    last = max((row.decided_at.date() for row in assessments if row.decided_at and row.score is not None), default=None)
    return None if last is None else min(last + months * _MONTH, date.max)
