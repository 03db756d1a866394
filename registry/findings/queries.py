"""What the pages of findings ask: the list, one finding with all that happened to it, what answers suggest."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from registry.assessments.reading import DECIDED, HANDED_IN, questionnaire_of
from registry.assessments.service.reviewing import score_of
from registry.core import clock
from registry.core.access import Permission, may
from registry.core.actor import Actor
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.listing import Column, FilterKind, Format, ListSpec
from registry.core.ownership import can_write_vendor
from registry.domain.assessment.finding import WORKABLE, FindingState, Suggestion, suggested_findings
from registry.domain.register.vocabulary import Severity
from registry.facts.lists import choices_of, name_of
from registry.models.assessments import Assessment, Evidence
from registry.models.findings import Acceptance, Finding, FindingDueMove, FindingEvidence
from registry.models.vendors import Vendor

__all__ = ["FINDINGS", "FindingPage", "Suggested", "finding_page", "findings_of", "suggestions"]

_VENDOR = (Finding.vendor, Vendor.code, Vendor.name)
_MOVES = select(func.count()).where(FindingDueMove.finding == Finding.code).scalar_subquery()
_RANK = case({severity.value: -place for place, severity in enumerate(Severity)}, value=Finding.severity)
_STILL_OPEN = "state=open&state=in_work&state=reopened"

FINDINGS = ListSpec(
    name="findings",
    one="finding",
    many="findings",
    model=Finding,
    key=Finding.code,
    order="due",
    search=(Finding.code, Finding.title, Finding.detail),
    search_through=(_VENDOR,),
    row_url=lambda key: f"/findings/{key}",
    columns=(
        Column(key="code", label="Code", expression=Finding.code, format=Format.CODE),
        Column(key="title", label="Finding", expression=Finding.title, format=Format.NAME),
        Column(key="vendor", label="Vendor", expression=name_of(Vendor, Finding.vendor), sort_through=_VENDOR),
        Column(
            key="severity", label="Severity", expression=Finding.severity, format=Format.BADGE, sort=_RANK,
            filter=FilterKind.CHOICE, choices=choices_of(Severity),
        ),
        Column(
            key="state", label="State", expression=Finding.state, format=Format.WORD, filter=FilterKind.CHOICE,
            choices=choices_of(FindingState),
        ),
        Column(key="due", label="Due", expression=Finding.due, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="owner", label="Owner", expression=Finding.owner_email, filter=FilterKind.TEXT),
        Column(key="opened", label="Opened", expression=Finding.opened, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="moved", label="Due date moved", expression=_MOVES, format=Format.COUNT, sortable=False),
        Column(key="reopened", label="Re-opened", expression=Finding.reopened, format=Format.COUNT, filter=FilterKind.NUMBER, shown=False),
        Column(key="first", label="First due", expression=Finding.due_first, format=Format.DAY, shown=False),
        Column(key="vendors", label="The vendor must act", expression=Finding.is_vendors, format=Format.FLAG, filter=FilterKind.FLAG, shown=False, sortable=False),
    ),
    views=(
        ("Open", _STILL_OPEN),
        ("Critical and high", f"severity=critical&severity=high&{_STILL_OPEN}"),
        ("To verify", "state=fixed"),
        ("Accepted", "state=accepted"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """One finding as one person sees it."""

    row: Finding
    vendor_name: str
    moves: tuple[FindingDueMove, ...]
    files: tuple[Evidence, ...]
    acceptances: tuple[Acceptance, ...]
    assessment: Assessment | None
    may_work: bool
    may_verify: bool
    may_propose: bool
    today: date

    @property
    def is_workable(self) -> bool:
        """Whether somebody owes a remedy."""
        return self.row.state in WORKABLE

    @property
    def is_late(self) -> bool:
        """Whether the remedy is overdue."""
        return self.is_workable and self.row.due < self.today


@dataclass(frozen=True, slots=True)
class Suggested:
    """What an answer suggests, and the finding that came of it, if one did."""

    suggestion: Suggestion
    raised: str | None


def finding_page(code: str, actor: Actor) -> FindingPage:
    """Return a finding with all that happened to it; six queries."""
    row = session().get(Finding, code)
    if row is None:
        raise NotFound("finding", code)
    files = select(Evidence).join(FindingEvidence, FindingEvidence.evidence_id == Evidence.id)
    accepted = select(Acceptance).where(Acceptance.finding == code).order_by(Acceptance.code.desc())
    return FindingPage(
        row=row,
        vendor_name=session().scalar(select(Vendor.name).where(Vendor.code == row.vendor)) or row.vendor,
        moves=tuple(session().scalars(select(FindingDueMove).where(FindingDueMove.finding == code).order_by(FindingDueMove.id))),
        files=tuple(session().scalars(files.where(FindingEvidence.finding == code).order_by(Evidence.id))),
        acceptances=tuple(session().scalars(accepted)),
        assessment=session().get(Assessment, row.assessment_id) if row.assessment_id else None,
        may_work=can_write_vendor(actor, row.vendor, Permission.FINDINGS_WRITE),
        may_verify=can_write_vendor(actor, row.vendor, Permission.ASSESSMENTS_REVIEW),
        may_propose=can_write_vendor(actor, row.vendor, Permission.ACCEPTANCES_PROPOSE),
        today=clock.today(),
    )  # fmt: skip


def findings_of(vendor: str) -> list[Finding]:
    """Return the findings of a vendor, what is open first; one query."""
    is_done = case((Finding.state == FindingState.VERIFIED, 1), else_=0)
    return list(session().scalars(select(Finding).where(Finding.vendor == vendor).order_by(is_done, Finding.due)))


def suggestions(assessment_id: int, actor: Actor) -> tuple[Assessment, tuple[Suggested, ...]]:
    """Return what the answers of an assessment that was handed in suggest."""
    found = session().get(Assessment, assessment_id)
    if found is None or not may(actor, Permission.ASSESSMENTS_READ):
        raise NotFound("assessment", assessment_id)
    if found.state not in HANDED_IN | DECIDED:
        return found, ()
    there = select(Finding.question, Finding.code).where(Finding.assessment_id == found.id, Finding.rule == "answer")
    raised = {row.question: row.code for row in session().execute(there)}
    wanted = suggested_findings(questionnaire_of(found.asked), score_of(found))
    return found, tuple(Suggested(each, raised.get(each.question)) for each in wanted)
