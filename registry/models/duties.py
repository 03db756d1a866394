"""Duties to tell: rules that differ from the shipped ones, what became of each duty of an incident, warnings sent."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["DutyOutcome", "DutyRuleRow", "DutyWarning", "IncidentDuty", "RuleKind"]

PERSONAL = {"personal": True}


class RuleKind(StrEnum):
    """Where a duty comes from."""

    LAW = "law"
    CONTRACT = "contract"
    POLICY = "policy"


class DutyOutcome(StrEnum):
    """What became of a duty."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"


class DutyRuleRow(Versioned, Base):
    """A rule as it was changed here, or one of our own."""

    __tablename__ = "duty_rule"
    __table_args__ = (
        CheckConstraint("deadline_value > 0", name="deadline_positive"),
        CheckConstraint("threshold_people >= 0", name="threshold_not_negative"),
        Index("ix_duty_rule_dataset", "dataset"),  # whether a dataset is named by a rule
        {"comment": "Rules about whom to tell by when that differ from the shipped ones, and our own."},
    )

    code: Mapped[str] = mapped_column(String(64), primary_key=True, comment="As in the shipped list, or our own.")
    kind: Mapped[RuleKind] = mapped_column(enum_by_value(RuleKind, "kind"), comment="Where it comes from.")
    law: Mapped[str] = mapped_column(String(200), comment="The law, the contract or the policy by name.")
    jurisdiction: Mapped[str] = mapped_column(String(10), comment="ISO 3166 code, EU, EEA, or * for everywhere.")
    notify: Mapped[str] = mapped_column(String(40), comment="Who is told.")
    deadline_value: Mapped[float | None] = mapped_column(Double, comment="How much time; empty: words only.")
    deadline_unit: Mapped[str | None] = mapped_column(String(20), comment="hours, days, business_days or months.")
    trigger: Mapped[str] = mapped_column(String(40), comment="Moment that starts the clock.")
    threshold_people: Mapped[int | None] = mapped_column(BigInteger, comment="From how many people on.")
    threshold_note: Mapped[str | None] = mapped_column(Text, comment="A condition in words.")
    applies_to: Mapped[str | None] = mapped_column(String(60), comment="Role of the organisation it binds.")
    safe_harbour: Mapped[str | None] = mapped_column(String(40), comment="What lets it fall away.")
    effective_from: Mapped[date | None] = mapped_column(Date, comment="First day it binds.")
    effective_to: Mapped[date | None] = mapped_column(Date, comment="Last day it binds.")
    previous: Mapped[str | None] = mapped_column(String(64), comment="Rule whose notice starts this clock.")
    wording: Mapped[str | None] = mapped_column(Text, comment="The time in words.")
    note: Mapped[str | None] = mapped_column(Text, comment="What must be in it, and what else matters.")
    source: Mapped[str] = mapped_column(Text, comment="Where it can be read.")
    year: Mapped[int] = mapped_column(Integer, comment="Year of the source.")
    certainty: Mapped[str] = mapped_column(String(20), comment="How sure the source is.")
    dataset: Mapped[str | None] = mapped_column(ForeignKey("dataset.code"), comment="Only when this one is reached.")
    is_active: Mapped[bool] = mapped_column(Boolean, comment="False: it is left out.")
    reviewed_on: Mapped[date | None] = mapped_column(Date, comment="When counsel looked at it last.")
    reviewed_by: Mapped[str | None] = mapped_column(String(200), comment="Who looked.", info=PERSONAL)
    why: Mapped[str] = mapped_column(Text, comment="Why it differs, or why it is there.")


class IncidentDuty(Versioned, Base):
    """A duty that was on the board of an incident; it stays there until it is done or waived."""

    __tablename__ = "incident_duty"
    __table_args__ = (
        UniqueConstraint("incident_id", "rule", name="uq_incident_duty_incident_id_rule"),
        {"comment": "What became of each duty of an incident."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), comment="Which incident.")
    rule: Mapped[str] = mapped_column(String(64), comment="Code of the rule.")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it came onto the board.")
    outcome: Mapped[DutyOutcome] = mapped_column(enum_by_value(DutyOutcome, "outcome"), comment="What became of it.")
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was done or waived.")
    evidence: Mapped[str | None] = mapped_column(Text, comment="What shows that it was done, or why it was waived.")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("incident_file.id"), comment="A file that shows it.")
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who said so.")
    person_name: Mapped[str | None] = mapped_column(String(200), comment="Their name then.", info=PERSONAL)


class DutyWarning(Base):
    """A warning that a clock runs out, planned once."""

    __tablename__ = "duty_warning"
    __table_args__ = (
        UniqueConstraint("incident_id", "rule", "due_at", "step", name="uq_duty_warning_all"),
        {"comment": "Warnings at half, four fifths and the end of a clock; planned once."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), comment="Which incident.")
    rule: Mapped[str] = mapped_column(String(64), comment="Code of the rule.")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When the clock runs out.")
    step: Mapped[str] = mapped_column(String(20), comment="half, four_fifths or end.")
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was planned.")
