"""Requests for new vendors. Triage registers a prospect with what it would get, so that tier and blast radius show at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.assessments.reading import DECIDED
from registry.core import factstore
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.ownership import can_write_vendor
from registry.core.work import Work, retried, work
from registry.domain.assessment.intake import RequestState, RequestStep, needs_assessment, next_request_state
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Lifecycle
from registry.models.assessments import Assessment
from registry.models.datasets import Dataset
from registry.models.intake import VendorRequest
from registry.models.vendors import Vendor
from registry.risk.queries import risk_of

__all__ = ["Ask", "Decide", "Triage", "activate", "ask", "decide", "triage", "withdraw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the business asks for."""

    name: str
    service: str
    why: str
    data: str
    people: int | None
    business_unit: str | None
    wanted_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What the vendor would get: datasets with how they are kept, and one way into a system, if any."""

    version: int
    name: str
    datasets: Sequence[str]
    share: float | None
    storage: str
    system: str | None
    access: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Yes or no, why, under which conditions."""

    version: int
    is_approved: bool
    rationale: str
    conditions: str | None


@retried
def ask(actor: Actor, command: Ask) -> int:
    """Keep a request; return its number."""
    with work(actor, "request.ask") as w:
        row = w.add(
            VendorRequest(
                name=command.name,
                service=command.service,
                why=command.why,
                data=command.data,
                people=command.people,
                business_unit=command.business_unit,
                wanted_by=command.wanted_by,
                state=RequestState.REQUESTED,
                requested_by=actor.email or actor.name,
                requested_at=w.now,
            )
        )
        return row.id


@retried
def triage(actor: Actor, key: int, command: Triage) -> str:
    """Register the prospect with its flows and access; return its code.

    Raises
    ------
    InvalidRegister
        With every problem of what would be registered; nothing was.
    """
    if not may(actor, Permission.FACTS_WRITE):
        raise NotFound("request", key)
    with work(actor, "request.triage", subject=f"vendor_request:{key}") as w:
        row = w.get(VendorRequest, key, command.version)
        row.state = next_request_state(row.state, RequestStep.TRIAGE)
        values = {
            "name": command.name,
            "service": row.service,
            "business_unit": row.business_unit,
            "lifecycle": Lifecycle.PROSPECT,
            "owner_email": actor.email,
        }
        code = str(factstore.create(w, "vendors", values))
        _register(w, code, row, command)
        row.vendor, row.triaged_by, row.triaged_at = code, actor.email, w.now
        return code


def _register(w: Work, code: str, row: VendorRequest, command: Triage) -> None:
    for dataset in command.datasets:
        home = w.session.scalar(select(Dataset.system).where(Dataset.code == dataset, Dataset.archived_at.is_(None)))
        if home is None:
            raise NotFound("dataset", dataset)
        flow = {
            "sender": home, "recipient": code, "dataset": dataset, "storage": command.storage,
            "people_share": command.share, "purpose": row.why[:4000],
        }  # fmt: skip
        factstore.create(w, "flows", flow)
    if command.system and command.access:
        factstore.create(w, "access", {"vendor": code, "system": command.system, "kind": command.access})


@retried
def decide(actor: Actor, key: int, command: Decide) -> None:
    """Approve or refuse; never by who asked, and for a high tier only after an assessment was decided."""
    with work(actor, "request.decide", subject=f"vendor_request:{key}") as w:
        row = w.get(VendorRequest, key, command.version)
        _require(actor, row)
        step = RequestStep.APPROVE if command.is_approved else RequestStep.REFUSE
        state = next_request_state(row.state, step)
        if (actor.email or "").casefold() == row.requested_by.casefold():
            raise IllegalMove("You asked for this vendor, so somebody else must decide.")
        if command.is_approved:
            _require_assessed(w, row)
            factstore.change(w, "vendors", row.vendor or "", None, {"lifecycle": Lifecycle.ONBOARDING})
        row.state, row.decided_by, row.decided_at = state, actor.email, w.now
        row.rationale, row.conditions = command.rationale, command.conditions


def _require_assessed(w: Work, row: VendorRequest) -> None:
    risk = risk_of(row.vendor or "")
    override = w.session.scalar(select(Vendor.tier_override).where(Vendor.code == row.vendor))
    tier = override or (risk.inherent.tier if risk else None)
    decided = select(Assessment.id).where(Assessment.vendor == row.vendor, Assessment.state.in_(DECIDED)).limit(1)
    if needs_assessment(tier) and w.session.scalar(decided) is None:
        words = tier.value if tier else "not known, so treated like high"
        raise IllegalMove(f"Its tier is {words}: have an assessment decided first.")


@retried
def activate(actor: Actor, key: int, version: int) -> None:
    """Let an approved vendor go live: its conditions hold."""
    with work(actor, "request.activate", subject=f"vendor_request:{key}") as w:
        row = w.get(VendorRequest, key, version)
        _require(actor, row)
        row.state = next_request_state(row.state, RequestStep.ACTIVATE)
        row.active_by, row.active_at = actor.email, w.now
        factstore.change(w, "vendors", row.vendor or "", None, {"lifecycle": Lifecycle.ACTIVE})


@retried
def withdraw(actor: Actor, key: int, version: int) -> None:
    """Take a request back; by who asked, or by who may decide it. A prospect that triage registered stays one."""
    with work(actor, "request.withdraw", subject=f"vendor_request:{key}") as w:
        row = w.get(VendorRequest, key, version)
        if (actor.email or "").casefold() != row.requested_by.casefold():
            _require(actor, row)
        row.state = next_request_state(row.state, RequestStep.WITHDRAW)
        if row.vendor is not None:
            factstore.change(w, "vendors", row.vendor, None, {"lifecycle": Lifecycle.PROSPECT})


def _require(actor: Actor, row: VendorRequest) -> None:
    is_free = row.vendor is None and may(actor, Permission.ASSESSMENTS_REVIEW)
    if not is_free and not can_write_vendor(actor, row.vendor or "", Permission.ASSESSMENTS_REVIEW):
        raise NotFound("request", row.id)
