"""Platforms that vendors and systems share the fate of."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.register.vocabulary import PlatformUseKind
from registry.models.base import FactRow, Share, enum_by_value

__all__ = ["PlatformUse"]


class PlatformUse(FactRow):
    """A vendor or system that uses a platform."""

    __tablename__ = "platform_use"
    __table_args__ = (
        CheckConstraint("probability BETWEEN 0 AND 1000000000", name="probability_range"),
        CheckConstraint('platform <> "user"', name="not_of_itself"),
        Index("ix_platform_use_platform", "platform"),  # who rests on a platform
        Index("ix_platform_use_user", "user"),  # platforms of one user
        {"comment": "A vendor or system that uses a platform."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="P-001.")
    platform: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="The platform, a vendor.")
    user: Mapped[str] = mapped_column(
        String(32), ForeignKey("fact_code.code"), comment="Vendor or system that uses it."
    )
    kind: Mapped[PlatformUseKind] = mapped_column(
        enum_by_value(PlatformUseKind, "platform_use_kind"), comment="What for."
    )
    probability: Mapped[float | None] = mapped_column(Share, comment="Replaces the base probability.")
    probability_reason: Mapped[str | None] = mapped_column(Text, comment="Why.")
