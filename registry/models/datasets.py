"""Customer data and whom it covers."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, Double, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import CodeList, FactRow, Named, Share, unique_when_live

__all__ = ["Coverage", "Dataset"]


class Dataset(Named, FactRow):
    """Customer data that lives in one of our systems."""

    __tablename__ = "dataset"
    __table_args__ = (
        unique_when_live("dataset", "name_key"),
        CheckConstraint("people >= 0", name="people_not_negative"),
        CheckConstraint("retention_months >= 0", name="retention_months_not_negative"),
        Index("ix_dataset_system", "system"),  # dependents of a system
        {"comment": "Customer data that lives in one of our systems."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="D-001.")
    system: Mapped[str] = mapped_column(String(32), ForeignKey("system.code"), comment="Home system.")
    categories: Mapped[tuple[str, ...]] = mapped_column(CodeList, default=(), comment="Keys of the data categories.")
    people: Mapped[int | None] = mapped_column(
        BigInteger, comment="People in it; empty is unknown and counted at its worst, 0 is nobody."
    )
    as_of: Mapped[date | None] = mapped_column(Date, comment="Date of the count.")
    source: Mapped[str | None] = mapped_column(Text, comment="Where the count is from.")
    retention_months: Mapped[float | None] = mapped_column(Double, comment="Months it is kept.")


class Coverage(FactRow):
    """Share of a segment's people who are found in a dataset."""

    __tablename__ = "coverage"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 1000000000", name="share_range"),
        unique_when_live("coverage", "dataset", "segment"),
        Index("ix_coverage_segment", "segment"),  # dependents of a segment
        {"comment": "Share of a segment's people who are found in a dataset."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    dataset: Mapped[str] = mapped_column(String(32), ForeignKey("dataset.code"), comment="The dataset.")
    segment: Mapped[str] = mapped_column(String(32), ForeignKey("segment.code"), comment="The segment.")
    share: Mapped[float] = mapped_column(Share, comment="Of the segment's people.")
