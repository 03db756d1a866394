"""Findings from their opening to their closure, and acceptances at frozen figures beside the present ones."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select

from registry.core.db import session
from registry.domain.assessment.finding import FindingState
from registry.models.findings import Acceptance, AcceptanceState, Finding, FindingDueMove, FindingEvidence
from registry.reporting.cut import Cut, Rows, joined, lines
from registry.risk.queries import Risk, risks_at

__all__ = ["finding_sheets"]

_CLOSED = frozenset({FindingState.VERIFIED, FindingState.ACCEPTED})


def finding_sheets(cut: Cut) -> dict[str, Rows]:
    """Return findings and acceptances."""
    return {
        "09 Findings": lines("09 Findings", _findings(cut)),
        "10 Acceptances": lines("10 Acceptances", _acceptances(cut)),
    }


def _findings(cut: Cut) -> Iterator[dict[str, object]]:
    moved = _counts()
    files: defaultdict[str, list[str]] = defaultdict(list)
    for finding, evidence in session().execute(select(FindingEvidence.finding, FindingEvidence.evidence_id)):
        files[finding].append(f"EV-{evidence:04d}")
    for row in session().scalars(select(Finding).order_by(Finding.code)):
        closed = _closed(row)
        yield {
            "code": row.code, "vendor": row.vendor, "assessment": f"AS-{row.assessment_id:04d}" if row.assessment_id else "raised by hand",
            "question": row.question, "title": row.title, "severity": str(row.severity), "opened": row.opened, "due": row.due,
            "due_first": row.due_first, "times_due_moved": moved.get(row.code, 0), "owner": row.owner_email, "vendor_contact": row.vendor_contact,
            "plan": row.plan, "status": str(row.state).replace("_", " "), "days_open": max(0, ((closed or cut.today) - row.opened).days),
            "days_overdue": max(0, ((closed or cut.today) - row.due).days), "closed": closed, "closure_evidence": joined(files[row.code]),
            "verified_by": row.verified_by, "reopened": row.reopened,
        }  # fmt: skip


def _closed(row: Finding) -> date | None:
    return row.verified_at.date() if row.state in _CLOSED and row.verified_at else None


def _counts() -> dict[str, int]:
    counted = select(FindingDueMove.finding, func.count()).group_by(FindingDueMove.finding)
    return {row[0]: row[1] for row in session().execute(counted)}


def _acceptances(cut: Cut) -> Iterator[dict[str, object]]:
    risks = risks_at(cut.register, cut.parameters, cut.today)
    for row in session().scalars(select(Acceptance).order_by(Acceptance.code)):
        risk = risks.get(row.vendor)
        approved = row.decided_at if row.state is not AcceptanceState.REFUSED else None
        yield {
            "code": row.code, "subject": f"finding {row.finding} of {row.vendor}" if row.finding else f"vendor {row.vendor}", "reason": row.reason,
            "approved_by": f"{row.decided_by} for {row.decided_for}" if row.decided_for else row.decided_by if approved else None,
            "approved_at": approved, "expires": row.expires, "residual_at_acceptance": row.residual,
            "people_at_acceptance": row.people, "residual_now": risk.residual if risk else None,
            "people_now": round(risk.reach.people) if risk else None, "stale": _is_stale(row, risk, cut.today),
            "conditions": row.conditions, "withdrawn_at": row.ended_at if row.state is AcceptanceState.WITHDRAWN else None,
        }  # fmt: skip


def _is_stale(row: Acceptance, risk: Risk | None, today: date) -> bool:
    """Expired, or the risk has grown since; one that cannot be compared counts as stale: unknown is never safe."""
    if row.expires < today or risk is None or row.residual is None:
        return True
    return risk.residual > row.residual + 1e-6 or risk.reach.people > (row.people or 0.0) + 0.5
