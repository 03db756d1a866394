"""Findings, their moved due dates and evidence of closure; acceptances of what is left."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, Double, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.assessment.finding import FindingState
from registry.domain.register.vocabulary import Severity, Tier
from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["Acceptance", "AcceptanceState", "Finding", "FindingDueMove", "FindingEvidence"]

PERSONAL = {"personal": True}


class Finding(Versioned, Base):
    """Something a vendor, or we, must put right."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("assessment_id", "question", "rule", name="uq_finding_answer"),  # a rule raises it once
        Index("ix_finding_vendor", "vendor"),  # the vendor's page; what lowers its effectiveness
        Index("ix_finding_state_due", "state", "due"),  # what is open, by deadline
        {"comment": "What must be put right."},
    )

    code: Mapped[str] = mapped_column(String(32), primary_key=True, comment="FI-0001.")
    vendor: Mapped[str] = mapped_column(ForeignKey("vendor.code"), comment="Whose finding it is.")
    assessment_id: Mapped[int | None] = mapped_column(
        ForeignKey("assessment.id"), comment="Where it came up, if there."
    )
    question: Mapped[str | None] = mapped_column(String(16), comment="Question of that assessment.")
    rule: Mapped[str | None] = mapped_column(String(32), comment="answer: suggested by an answer; empty: by hand.")
    title: Mapped[str] = mapped_column(String(300), comment="In one line.")
    detail: Mapped[str | None] = mapped_column(Text, comment="What is wrong.")
    severity: Mapped[Severity] = mapped_column(enum_by_value(Severity, "severity"), comment="How bad.")
    state: Mapped[FindingState] = mapped_column(
        enum_by_value(FindingState, "finding_state"), comment="Where it stands."
    )
    opened: Mapped[date] = mapped_column(Date, comment="When it was raised.")
    opened_by: Mapped[str] = mapped_column(String(254), comment="Who raised it.")
    due: Mapped[date] = mapped_column(Date, comment="To be fixed by.")
    due_first: Mapped[date] = mapped_column(Date, comment="The first due date; stays when it moves.")
    cycle: Mapped[int] = mapped_column(Integer, default=1, comment="Rises when it moves or is re-opened.")
    owner_email: Mapped[str | None] = mapped_column(String(254), comment="Our person who sees to it.")
    vendor_contact: Mapped[str | None] = mapped_column(String(254), comment="Who at the vendor.", info=PERSONAL)
    is_vendors: Mapped[bool] = mapped_column(comment="The vendor must put it right; else we must.")
    plan: Mapped[str | None] = mapped_column(Text, comment="Agreed remedy.")
    closure: Mapped[str | None] = mapped_column(Text, comment="What was done, or why it was re-opened.")
    fixed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was last called fixed.")
    fixed_by: Mapped[str | None] = mapped_column(String(254), comment="Who called it so.")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When that was verified.")
    verified_by: Mapped[str | None] = mapped_column(String(254), comment="Who verified; neither owner nor fixer.")
    reopened: Mapped[int] = mapped_column(Integer, default=0, comment="How often it was re-opened.")


class FindingDueMove(Base):
    """A due date that was moved; only added to."""

    __tablename__ = "finding_due_move"
    __table_args__ = (
        Index("ix_finding_due_move_finding", "finding"),  # the finding's page
        {"comment": "Due dates that were moved, with the reason."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    finding: Mapped[str] = mapped_column(ForeignKey("finding.code"), comment="Which finding.")
    before: Mapped[date] = mapped_column(Date, comment="Due date until then.")
    after: Mapped[date] = mapped_column(Date, comment="Due date from then.")
    why: Mapped[str] = mapped_column(Text, comment="Why.")
    by: Mapped[str] = mapped_column(String(254), comment="Who moved it.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")


class FindingEvidence(Base):
    """A file that proves a finding closed."""

    __tablename__ = "finding_evidence"
    __table_args__ = (
        UniqueConstraint("finding", "evidence_id", name="uq_finding_evidence_finding_evidence_id"),
        {"comment": "Files that prove a finding closed."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    finding: Mapped[str] = mapped_column(ForeignKey("finding.code"), comment="Which finding.")
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), comment="Which file.")


class AcceptanceState(StrEnum):
    """Where an acceptance stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Acceptance(Versioned, Base):
    """A risk that somebody with the right to do so lives with for a time; never deleted."""

    __tablename__ = "acceptance"
    __table_args__ = (
        CheckConstraint("residual BETWEEN 0 AND 100", name="residual_range"),
        Index("ix_acceptance_vendor", "vendor"),  # the vendor's page
        Index("ix_acceptance_finding", "finding"),  # the finding's page
        Index("ix_acceptance_state_expires", "state", "expires"),  # what expires
        {"comment": "Risks that are accepted for a time, with the figures they were accepted at."},
    )

    code: Mapped[str] = mapped_column(String(32), primary_key=True, comment="AC-0001.")
    vendor: Mapped[str] = mapped_column(ForeignKey("vendor.code"), comment="Whose risk it is.")
    finding: Mapped[str | None] = mapped_column(
        ForeignKey("finding.code"), comment="Empty: the vendor's risk as a whole."
    )
    reason: Mapped[str] = mapped_column(Text, comment="Why it is accepted.")
    conditions: Mapped[str | None] = mapped_column(Text, comment="What must hold meanwhile.")
    expires: Mapped[date] = mapped_column(Date, comment="Last day it holds.")
    residual: Mapped[float | None] = mapped_column(Double, comment="Residual risk, frozen; empty: was not known.")
    band: Mapped[Tier | None] = mapped_column(enum_by_value(Tier, "band"), comment="Its band, frozen.")
    people: Mapped[float | None] = mapped_column(Double, comment="People at risk, frozen.")
    expected_loss: Mapped[float | None] = mapped_column(
        Double, comment="Expected loss of a year, frozen; empty: not known."
    )
    needs: Mapped[str] = mapped_column(String(20), comment="Least approver: vendor_manager, ciso or executive.")
    state: Mapped[AcceptanceState] = mapped_column(
        enum_by_value(AcceptanceState, "acceptance_state"), comment="Where it stands."
    )
    proposed_by: Mapped[str] = mapped_column(String(254), comment="Address of who proposed it.")
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
    decided_by: Mapped[str | None] = mapped_column(String(254), comment="Address of who approved or refused it.")
    decided_for: Mapped[str | None] = mapped_column(String(254), comment="Whose deputy that was, if a deputy.")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When.")
    decided_why: Mapped[str | None] = mapped_column(Text, comment="Why it was refused.")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was withdrawn or expired.")
    ended_by: Mapped[str | None] = mapped_column(String(254), comment="Who withdrew it.")
    ended_why: Mapped[str | None] = mapped_column(Text, comment="Why.")
