"""Populations of customers and the laws they live under."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import FactRow, Named, Share, unique_when_live

__all__ = ["Jurisdiction", "Segment"]


class Segment(Named, FactRow):
    """A population of customers."""

    __tablename__ = "segment"
    __table_args__ = (
        unique_when_live("segment", "name_key"),
        CheckConstraint("people >= 0", name="people_not_negative"),
        {"comment": "A population of customers."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="G-01.")
    people: Mapped[int] = mapped_column(BigInteger, comment="People in it.")
    as_of: Mapped[date | None] = mapped_column(Date, comment="Date of the count.")
    source: Mapped[str | None] = mapped_column(Text, comment="Where the count is from.")


class Jurisdiction(FactRow):
    """Share of a segment's people who live under one law."""

    __tablename__ = "jurisdiction"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 1000000000", name="share_range"),
        unique_when_live("jurisdiction", "segment", "jurisdiction"),
        {"comment": "Share of a segment's people who live under one law."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    segment: Mapped[str] = mapped_column(String(32), ForeignKey("segment.code"), comment="The segment.")
    jurisdiction: Mapped[str] = mapped_column(String(64), comment="ISO 3166: DE, US-CA.")
    share: Mapped[float] = mapped_column(Share, comment="Of the segment's people.")
