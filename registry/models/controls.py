"""Safeguards and where they stand."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.register.vocabulary import ControlState
from registry.models.base import Base, CodeList, FactRow, Money, Named, Share, enum_by_value, unique_when_live

__all__ = ["Control", "Placement", "PlacementSource"]


class Control(Named, FactRow):
    """A safeguard of a kind; shipped ones are parameters and have no row."""

    __tablename__ = "control"
    __table_args__ = (
        unique_when_live("control", "name_key"),
        CheckConstraint("efficacy BETWEEN 0 AND 1000000000", name="efficacy_range"),
        {"comment": "A safeguard of a kind; shipped ones are parameters and have no row."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="C-001.")
    acts_on: Mapped[tuple[str, ...]] = mapped_column(
        CodeList, default=(), comment="probability, exposure, protection:KIND or edge kinds."
    )
    efficacy: Mapped[float | None] = mapped_column(Share, comment="Share of the chance or of the people it takes away.")


class Placement(FactRow):
    """A control on one fact."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("coverage BETWEEN 0 AND 1000000000", name="coverage_range"),
        CheckConstraint("cost_once >= 0", name="cost_once_not_negative"),
        CheckConstraint("cost_per_year >= 0", name="cost_per_year_not_negative"),
        Index("ix_placement_control", "control"),  # where a control stands
        Index("ix_placement_fact", "fact"),  # controls of a fact
        {"comment": "A control on one fact."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    control: Mapped[str] = mapped_column(
        String(64), comment="Code of a control, ours or a shipped one; so no foreign key."
    )
    fact: Mapped[str] = mapped_column(
        String(32),
        ForeignKey("fact_code.code"),
        comment="Flow, access, link, platform use, dependency or system it stands on.",
    )
    coverage: Mapped[float] = mapped_column(Share, default=1.0, comment="Share of the fact it covers.")
    state: Mapped[ControlState] = mapped_column(
        enum_by_value(ControlState, "control_state"),
        default=ControlState.IN_PLACE,
        comment="Only what is in place counts today.",
    )
    cost_once: Mapped[float | None] = mapped_column(Money, comment="To put it in place.")
    cost_per_year: Mapped[float | None] = mapped_column(Money, comment="To keep it.")
    due: Mapped[date | None] = mapped_column(Date, comment="When it is to be in place.")
    owner_email: Mapped[str | None] = mapped_column(String(254), comment="Who brings it.")


class PlacementSource(Base):
    """The answer that a placed control rests on."""

    __tablename__ = "placement_source"
    __table_args__ = (
        UniqueConstraint("placement_id", name="uq_placement_source_placement_id"),
        Index("ix_placement_source_assessment_id", "assessment_id"),  # what an assessment placed
        {"comment": "Which answer of which assessment a placed control rests on."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), comment="Which placement.")
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), comment="Which assessment.")
    question: Mapped[str] = mapped_column(String(16), comment="Question whose answer is the evidence.")
