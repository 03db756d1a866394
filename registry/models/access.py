"""Ways of vendors into our systems."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.vocabulary import AccessKind, AccessOutcome
from registry.models.base import FactRow, Share, enum_by_value

__all__ = ["Access"]


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
