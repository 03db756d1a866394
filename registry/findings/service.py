"""The write verbs of findings. Who fixed one, or owns it, never verifies it; a moved due date keeps the first one beside it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from registry.administration.queries import parameters_in_force
from registry.assessments.service.evidence import CheckedFile, keep_file
from registry.core import clock
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.codes import next_number
from registry.core.errors import NotFound
from registry.core.ownership import can_write_vendor
from registry.core.work import Work, retried, work
from registry.domain.assessment.finding import WORKABLE, FindingStep, Suggestion, next_finding_state
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Severity
from registry.models.assessments import Assessment
from registry.models.findings import Finding, FindingDueMove, FindingEvidence
from registry.models.vendors import Vendor

__all__ = [
    "RaiseFinding",
    "change",
    "default_due",
    "fix",
    "move_due",
    "plan",
    "raise_by_hand",
    "raise_suggested",
    "reopen",
    "verify",
]

PREFIX = "FI"


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseFinding:
    """What is to be put right, by whom; `due` None: by the severity."""

    vendor: str
    title: str
    severity: Severity
    detail: str | None = None
    due: date | None = None
    owner_email: str | None = None
    vendor_contact: str | None = None
    is_vendors: bool = True
    assessment_id: int | None = None
    question: str | None = None
    rule: str | None = None


def default_due(severity: Severity, opened: date) -> date:
    """Return by when a finding of a severity is to be fixed."""
    return opened + timedelta(days=parameters_in_force().number(f"finding_due.{severity}"))


@retried
def raise_by_hand(actor: Actor, command: RaiseFinding) -> str:
    """Raise one finding; return its code."""
    _require(actor, command.vendor)
    with work(actor, "finding.raise") as w:
        code = _raise(w, actor, command)
        w.about(f"finding:{code}")
        return code


@retried
def raise_suggested(actor: Actor, assessment_id: int, suggested: Sequence[Suggestion], wanted: Collection[str]) -> int:
    """Raise what the answers of an assessment suggest, of the wanted questions; what was raised before is left alone."""
    with work(actor, "finding.raise_suggested", subject=f"assessment:{assessment_id}") as w:
        row = w.get(Assessment, assessment_id)
        _require(actor, row.vendor)
        there = select(Finding.question).where(Finding.assessment_id == assessment_id, Finding.rule == "answer")
        known = set(w.session.scalars(there))
        chosen = [each for each in suggested if each.question in wanted and each.question not in known]
        for each in chosen:
            _raise(w, actor, _command_of(row, each))
        if not chosen:
            w.forget()
        return len(chosen)


def _command_of(row: Assessment, each: Suggestion) -> RaiseFinding:
    return RaiseFinding(
        vendor=row.vendor,
        title=each.title[:300],
        severity=each.severity,
        detail=f"From the answer to {each.question} of {row.title}, {row.period}: {each.why}.",
        assessment_id=row.id,
        question=each.question,
        rule="answer",
    )


def _raise(w: Work, actor: Actor, command: RaiseFinding) -> str:
    vendor = w.session.get(Vendor, command.vendor)
    if vendor is None:
        raise NotFound("vendor", command.vendor)
    opened = clock.today()
    due = command.due or default_due(command.severity, opened)
    code = f"{PREFIX}-{next_number(w, PREFIX):04}"
    w.add(
        Finding(
            code=code,
            vendor=command.vendor,
            assessment_id=command.assessment_id,
            question=command.question,
            rule=command.rule,
            title=command.title,
            detail=command.detail,
            severity=command.severity,
            state="open",
            opened=opened,
            opened_by=actor.email or actor.name,
            due=due,
            due_first=due,
            owner_email=(command.owner_email or vendor.owner_email or actor.email or "").casefold() or None,
            vendor_contact=command.vendor_contact,
            is_vendors=command.is_vendors,
        )
    )
    return code


@retried
def change(actor: Actor, code: str, version: int, command: RaiseFinding) -> None:
    """Change what a finding says. A worse severity brings the due date forward; a milder one leaves it to be moved."""
    with work(actor, "finding.change", subject=f"finding:{code}") as w:
        row = _mine(w, actor, code, version)
        command = replace(command, vendor=row.vendor)
        if command.severity != row.severity:
            due = default_due(command.severity, row.opened)
            if row.state in WORKABLE and due < row.due:
                _move(w, actor, row, due=due, why=f"severity {row.severity} became {command.severity}")
            row.severity = command.severity
        row.title, row.detail, row.is_vendors = command.title, command.detail, command.is_vendors
        row.owner_email = (command.owner_email or "").casefold() or None
        row.vendor_contact = command.vendor_contact


@retried
def plan(actor: Actor, code: str, version: int, text: str) -> None:
    """Agree what will be done."""
    with work(actor, "finding.plan", subject=f"finding:{code}") as w:
        row = _mine(w, actor, code, version)
        row.state = next_finding_state(row.state, FindingStep.PLAN)
        row.plan = text


@retried
def move_due(actor: Actor, code: str, version: int, *, due: date, why: str) -> None:
    """Move the due date; the first one and every move stay readable, and reminders begin a new round."""
    with work(actor, "finding.move", subject=f"finding:{code}") as w:
        row = _mine(w, actor, code, version)
        if row.state not in WORKABLE:
            raise IllegalMove("Its due date stays: nobody owes a remedy now.")
        if due == row.due:
            w.forget()
            return
        _move(w, actor, row, due=due, why=why)


def _move(w: Work, actor: Actor, row: Finding, *, due: date, why: str) -> None:
    w.add(FindingDueMove(finding=row.code, before=row.due, after=due, why=why, by=actor.email or actor.name, at=w.now))
    row.due = due
    row.cycle += 1


@retried
def fix(actor: Actor, code: str, version: int, *, closure: str, file: CheckedFile | None = None) -> None:
    """Say that it is put right, and how; a file that proves it goes along."""
    with work(actor, "finding.fix", subject=f"finding:{code}") as w:
        row = _mine(w, actor, code, version)
        row.state = next_finding_state(row.state, FindingStep.FIX)
        row.closure, row.fixed_at, row.fixed_by = closure, w.now, actor.email
        if file is not None:
            evidence = keep_file(w, actor, row.vendor, file)
            w.add(FindingEvidence(finding=code, evidence_id=evidence.id))


@retried
def verify(actor: Actor, code: str, version: int) -> None:
    """Confirm that it is put right; by somebody who neither owns it nor said so."""
    with work(actor, "finding.verify", subject=f"finding:{code}") as w:
        row = w.get(Finding, code, version)
        _require(actor, row.vendor, Permission.ASSESSMENTS_REVIEW)
        state = next_finding_state(row.state, FindingStep.VERIFY)
        if (actor.email or "").casefold() in {(row.owner_email or "").casefold(), (row.fixed_by or "").casefold()}:
            raise IllegalMove("You own this finding or called it fixed, so somebody else must verify it.")
        row.state, row.verified_at, row.verified_by = state, w.now, actor.email


@retried
def reopen(actor: Actor, code: str, version: int, why: str) -> None:
    """Open it again: it is not put right after all. It gets the days of its severity anew when its own are over."""
    with work(actor, "finding.reopen", subject=f"finding:{code}") as w:
        row = _mine(w, actor, code, version)
        reopen_row(w, actor, row, why)


def reopen_row(w: Work, actor: Actor, row: Finding, why: str) -> None:
    """Open a finding again inside an act."""
    row.state = next_finding_state(row.state, FindingStep.REOPEN)
    row.closure, row.verified_at, row.verified_by = why, None, None
    row.reopened += 1
    if row.due < clock.today():
        _move(w, actor, row, due=default_due(row.severity, clock.today()), why=f"re-opened: {why}")
    else:
        row.cycle += 1


def _mine(w: Work, actor: Actor, code: str, version: int) -> Finding:
    row = w.get(Finding, code, version)
    _require(actor, row.vendor)
    return row


def _require(actor: Actor, vendor: str, permission: Permission = Permission.FINDINGS_WRITE) -> None:
    if not can_write_vendor(actor, vendor, permission):
        raise NotFound("finding of vendor", vendor)
