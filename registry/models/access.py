"""Ways of vendors into our systems."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.register.vocabulary import AccessKind, AccessOutcome
from registry.models.base import Base, FactRow, Share, UtcDateTime, enum_by_value

__all__ = ["Access", "AccessReview"]


class Access(FactRow):
    """A vendor's way into a system of ours."""

    __tablename__ = "access"
    __table_args__ = (
        CheckConstraint("probability BETWEEN 0 AND 1000000000", name="probability_range"),
        Index("ix_access_vendor", "vendor"),  # accesses of a vendor
        Index("ix_access_system", "system"),  # who enters a system
        {"comment": "A vendor's way into a system of ours."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="A-001.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="Who.")
    system: Mapped[str] = mapped_column(String(32), ForeignKey("system.code"), comment="Into what.")
    kind: Mapped[AccessKind] = mapped_column(enum_by_value(AccessKind, "access_kind"), comment="How.")
    last_review: Mapped[date | None] = mapped_column(Date, comment="Day of the last review.")
    outcome: Mapped[AccessOutcome | None] = mapped_column(
        enum_by_value(AccessOutcome, "access_outcome"), comment="What it decided; a revoked access does not count."
    )
    probability: Mapped[float | None] = mapped_column(Share, comment="Replaces the base probability.")
    probability_reason: Mapped[str | None] = mapped_column(Text, comment="Why.")


class AccessReview(Base):
    """What a review of an access decided; only added to."""

    __tablename__ = "access_review"
    __table_args__ = (
        Index("ix_access_review_access", "access"),  # the reviews of an access
        {"comment": "What each review of an access decided, and why."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    access: Mapped[str] = mapped_column(String(32), ForeignKey("access.code"), comment="Which access.")
    outcome: Mapped[AccessOutcome] = mapped_column(enum_by_value(AccessOutcome, "access_outcome"), comment="Decided.")
    kind_before: Mapped[AccessKind] = mapped_column(enum_by_value(AccessKind, "kind_before"), comment="How it was.")
    kind_after: Mapped[AccessKind] = mapped_column(enum_by_value(AccessKind, "kind_after"), comment="How it is now.")
    why: Mapped[str | None] = mapped_column(Text, comment="Why.")
    by: Mapped[str] = mapped_column(String(254), comment="Who decided.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
