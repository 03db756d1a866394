"""Our systems."""

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import FactRow, Named, unique_when_live

__all__ = ["System"]


class System(Named, FactRow):
    """A system of ours."""

    __tablename__ = "system"
    __table_args__ = (
        unique_when_live("system", "name_key"),
        CheckConstraint("rto_hours >= 0", name="rto_hours_not_negative"),
        Index("ix_system_hosted_by", "hosted_by"),  # dependents of a vendor
        Index("ix_system_owner_email", "owner_email"),  # what one person owns
        {"comment": "A system of ours."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="S-001.")
    owner_email: Mapped[str | None] = mapped_column(String(254), comment="Who answers for it.")
    hosted_by: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("vendor.code"), comment="Vendor that hosts it."
    )
    rto_hours: Mapped[float | None] = mapped_column(Double, comment="Hours until it must run again.")
