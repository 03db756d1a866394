"""Portfolio runs: what a year of all vendors' events cost, as it was worked out at a moment, kept for good."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Double, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime

__all__ = ["PortfolioRun"]


class PortfolioRun(Base):
    """One answer about all vendors; never changed, so a figure can always be traced to it."""

    __tablename__ = "portfolio_run"
    __table_args__ = (
        Index("ix_portfolio_run_made_at", "made_at"),  # the latest; the one before a day
        {"comment": "One row per portfolio that was worked out."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was done.")
    as_of: Mapped[date] = mapped_column(Date, comment="The register as of this day.")
    revision: Mapped[int] = mapped_column(BigInteger, comment="Revision of the facts it rests on.")
    years: Mapped[int] = mapped_column(Integer, comment="Simulated years.")
    seed: Mapped[int] = mapped_column(BigInteger, comment="Seed of all draws.")
    parameters: Mapped[str] = mapped_column(String(64), comment="Hash of the parameters in force.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Who asked.")
    expected_loss: Mapped[float] = mapped_column(Double, comment="Expected loss of a year, for the history.")
    result: Mapped[str] = mapped_column(
        Text, comment="JSON: the answer, as ./run portfolio --json gives it.", info={"audited": False}
    )
