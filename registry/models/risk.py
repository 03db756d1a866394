"""What was last worked out about each vendor's risk: for lists, ladders and whatever asks about many vendors at once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.register.vocabulary import Tier
from registry.models.base import Base, UtcDateTime, enum_by_value

__all__ = ["VendorRisk"]


class VendorRisk(Base):
    """Inherent risk, tier and residual risk of a vendor; written anew when the register or an assessment changes them."""

    __tablename__ = "vendor_risk"
    __table_args__ = (
        CheckConstraint("inherent BETWEEN 0 AND 100", name="inherent_range"),
        CheckConstraint("residual BETWEEN 0 AND 100", name="residual_range"),
        {
            "comment": "What was last worked out about each vendor's risk; no row: nothing is registered to work it out from."
        },
    )

    vendor: Mapped[str] = mapped_column(
        String(32), ForeignKey("vendor.code"), primary_key=True, comment="Which vendor."
    )
    people: Mapped[float] = mapped_column(Double, comment="People whose data it could expose by itself, at most.")
    inherent: Mapped[float] = mapped_column(Double, comment="0 to 100.")
    tier: Mapped[Tier] = mapped_column(enum_by_value(Tier, "tier"), comment="Band of the inherent risk, as computed.")
    reasons: Mapped[str] = mapped_column(Text, comment="Rules that led there, a line each, strongest first.")
    effectiveness: Mapped[float] = mapped_column(Double, comment="Share that its safeguards take away.")
    formula: Mapped[str] = mapped_column(Text, comment="How the effectiveness was worked out, in figures.")
    residual: Mapped[float] = mapped_column(Double, comment="Inherent times (1 minus effectiveness).")
    band: Mapped[Tier] = mapped_column(enum_by_value(Tier, "band"), comment="Band of the residual risk.")
    expected_loss: Mapped[float | None] = mapped_column(
        Double, comment="Expected loss of a year, from the last portfolio; empty: none was run."
    )
    worked_out_at: Mapped[datetime] = mapped_column(
        UtcDateTime, comment="When it last changed.", info={"audited": False}
    )
