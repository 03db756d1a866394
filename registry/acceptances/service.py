"""The write verbs of acceptances: proposed with frozen figures, approved by somebody else with the right, ended."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.acceptances.approvers import right_of
from registry.administration.queries import parameters_in_force
from registry.core import clock
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.codes import next_number
from registry.core.db import session, writing
from registry.core.errors import NotFound
from registry.core.ownership import can_write_vendor
from registry.core.work import Work, retried, work
from registry.domain.assessment.acceptance import least_approver
from registry.domain.assessment.finding import WORKABLE, FindingState, FindingStep, next_finding_state
from registry.domain.register.errors import IllegalMove
from registry.findings.service import reopen_row
from registry.models.findings import Acceptance, AcceptanceState, Finding
from registry.models.vendors import Vendor
from registry.risk.queries import risk_of

__all__ = ["Propose", "approve", "expire", "propose", "refuse", "withdraw"]

PREFIX = "AC"
SYSTEM = Actor.system("acceptances")
LIVE = frozenset({AcceptanceState.PROPOSED, AcceptanceState.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    """What is to be accepted, why and how long; `finding` None: the vendor's risk as a whole."""

    vendor: str
    finding: str | None
    reason: str
    conditions: str | None
    expires: date


@retried
def propose(actor: Actor, command: Propose) -> str:
    """Propose an acceptance; today's residual risk, people and expected loss are frozen into it. Return its code."""
    if not can_write_vendor(actor, command.vendor, Permission.ACCEPTANCES_PROPOSE):
        raise NotFound("vendor", command.vendor)
    if command.expires <= clock.today():
        raise IllegalMove("An acceptance ends on a day to come.")
    risk = risk_of(command.vendor)
    band, loss = (risk.band, risk.expected_loss) if risk else (None, None)
    with work(actor, "acceptance.propose") as w:
        _require_subject(w, command)
        row = w.add(
            Acceptance(
                code=f"{PREFIX}-{next_number(w, PREFIX):04}",
                vendor=command.vendor,
                finding=command.finding,
                reason=command.reason,
                conditions=command.conditions,
                expires=command.expires,
                residual=risk.residual if risk else None,
                band=band,
                people=risk.reach.people if risk else None,
                expected_loss=loss,
                needs=least_approver(band, loss, parameters_in_force()),
                state=AcceptanceState.PROPOSED,
                proposed_by=actor.email or actor.name,
                proposed_at=w.now,
            )
        )
        w.about(f"acceptance:{row.code}")
        return row.code


def _require_subject(w: Work, command: Propose) -> None:
    if w.session.get(Vendor, command.vendor) is None:
        raise NotFound("vendor", command.vendor)
    live = select(Acceptance.code).where(Acceptance.vendor == command.vendor, Acceptance.state.in_(LIVE))
    if command.finding is None:
        there = w.session.scalar(live.where(Acceptance.finding.is_(None)))
    else:
        finding = w.get(Finding, command.finding)
        if finding.vendor != command.vendor:
            raise NotFound("finding", command.finding)
        if finding.state not in WORKABLE:
            raise IllegalMove(f"This finding is {finding.state.value.replace('_', ' ')}; there is nothing to accept.")
        there = w.session.scalar(live.where(Acceptance.finding == command.finding))
    if there is not None:
        raise IllegalMove(f"{there} is proposed or in force already; withdraw it first.")


@retried
def approve(actor: Actor, code: str, version: int) -> None:
    """Approve an acceptance; by somebody of the rank its amount needs, who did not propose it."""
    with work(actor, "acceptance.approve", subject=f"acceptance:{code}") as w:
        row, right = _decidable(w, actor, code, version)
        if row.expires < clock.today():
            raise IllegalMove("Its last day is over; propose it anew.")
        row.state, row.decided_by, row.decided_for, row.decided_at = AcceptanceState.APPROVED, actor.email, right, w.now
        if row.finding is not None:
            finding = w.get(Finding, row.finding)
            finding.state = next_finding_state(finding.state, FindingStep.ACCEPT)


@retried
def refuse(actor: Actor, code: str, version: int, why: str) -> None:
    """Refuse an acceptance, with the reason."""
    with work(actor, "acceptance.refuse", subject=f"acceptance:{code}") as w:
        row, right = _decidable(w, actor, code, version)
        row.state, row.decided_by, row.decided_for, row.decided_at = AcceptanceState.REFUSED, actor.email, right, w.now
        row.decided_why = why


@retried
def withdraw(actor: Actor, code: str, version: int, why: str) -> None:
    """Take back an acceptance, proposed or in force; its finding is open again."""
    with work(actor, "acceptance.withdraw", subject=f"acceptance:{code}") as w:
        row = w.get(Acceptance, code, version)
        if not can_write_vendor(actor, row.vendor, Permission.ACCEPTANCES_PROPOSE) and right_of(actor, row) is None:
            raise NotFound("acceptance", code)
        if row.state not in LIVE:
            raise IllegalMove(f"This acceptance is {row.state.value} already.")
        _end(w, actor, row, state=AcceptanceState.WITHDRAWN, why=why)


@retried
def expire() -> int:
    """End what has passed its last day; findings are open again. Costs no write when nothing has."""
    over = select(Acceptance.code).where(Acceptance.state.in_(LIVE), Acceptance.expires < clock.today())
    codes = list(session().scalars(over))
    session().commit()
    for code in codes:
        with writing(), work(SYSTEM, "acceptance.expire", subject=f"acceptance:{code}") as w:
            row = w.get(Acceptance, code)
            if row.state in LIVE and row.expires < clock.today():
                _end(w, SYSTEM, row, state=AcceptanceState.EXPIRED, why=f"its last day was {row.expires.isoformat()}")
    return len(codes)


def _end(w: Work, actor: Actor, row: Acceptance, *, state: AcceptanceState, why: str) -> None:
    row.state, row.ended_at, row.ended_by, row.ended_why = state, w.now, actor.email or actor.name, why
    if row.finding is not None:
        finding = w.get(Finding, row.finding)
        if finding.state is FindingState.ACCEPTED:
            reopen_row(w, actor, finding, f"acceptance {row.code} ended: {why}")


def _decidable(w: Work, actor: Actor, code: str, version: int) -> tuple[Acceptance, str | None]:
    row = w.get(Acceptance, code, version)
    if row.state is not AcceptanceState.PROPOSED:
        raise IllegalMove(f"This acceptance is {row.state.value} already.")
    right = right_of(actor, row)
    if right is None:
        raise IllegalMove("It needs somebody else: of the rank its amount asks for, and not who proposed it.")
    return row, right or None
