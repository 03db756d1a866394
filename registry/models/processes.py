"""Business processes and what they need."""

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import FactRow, Money, Named, Share, unique_when_live

__all__ = ["Dependency", "Process"]


class Process(Named, FactRow):
    """A business process of ours."""

    __tablename__ = "process"
    __table_args__ = (
        unique_when_live("process", "name_key"),
        CheckConstraint("rto_hours >= 0", name="rto_hours_not_negative"),
        CheckConstraint("margin_per_day >= 0", name="margin_per_day_not_negative"),
        {"comment": "A business process of ours."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="Q-01.")
    owner_email: Mapped[str | None] = mapped_column(String(254), comment="Who answers for it.")
    rto_hours: Mapped[float | None] = mapped_column(Double, comment="Hours until it must run again.")
    margin_per_day: Mapped[float | None] = mapped_column(Money, comment="Margin lost per day it stands.")


class Dependency(FactRow):
    """A process that stops when a vendor or system stops."""

    __tablename__ = "dependency"
    __table_args__ = (
        CheckConstraint("probability BETWEEN 0 AND 1000000000", name="probability_range"),
        Index("ix_dependency_process", "process"),  # needs of a process
        Index("ix_dependency_depends_on", "depends_on"),  # dependents of a vendor or system
        {"comment": "A process that stops when a vendor or system stops."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="B-001.")
    process: Mapped[str] = mapped_column(String(32), ForeignKey("process.code"), comment="What stops.")
    depends_on: Mapped[str] = mapped_column(
        String(32), ForeignKey("fact_code.code"), comment="Vendor or system it needs."
    )
    probability: Mapped[float | None] = mapped_column(Share, comment="Replaces the base probability.")
    probability_reason: Mapped[str | None] = mapped_column(Text, comment="Why.")
