"""Ways between our systems."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.register.vocabulary import LinkKind
from registry.models.base import FactRow, Share, enum_by_value

__all__ = ["Link"]


class Link(FactRow):
    """A way from one of our systems into another."""

    __tablename__ = "link"
    __table_args__ = (
        CheckConstraint("probability BETWEEN 0 AND 1000000000", name="probability_range"),
        CheckConstraint("from_system <> to_system", name="not_to_itself"),
        Index("ix_link_from_system", "from_system"),  # dependents of a system
        Index("ix_link_to_system", "to_system"),  # dependents of a system
        {"comment": "A way from one of our systems into another."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="L-001.")
    from_system: Mapped[str] = mapped_column(String(32), ForeignKey("system.code"), comment="From.")
    to_system: Mapped[str] = mapped_column(String(32), ForeignKey("system.code"), comment="To.")
    kind: Mapped[LinkKind] = mapped_column(enum_by_value(LinkKind, "link_kind"), comment="How.")
    probability: Mapped[float | None] = mapped_column(Share, comment="Replaces the base probability.")
    probability_reason: Mapped[str | None] = mapped_column(Text, comment="Why.")
