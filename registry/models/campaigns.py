"""Campaigns: one questionnaire asked of many vendors at once."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime

__all__ = ["Campaign", "CampaignAssessment"]


class Campaign(Base):
    """Something that was asked of many vendors at once; never changed."""

    __tablename__ = "campaign"
    __table_args__ = ({"comment": "One questionnaire asked of many vendors at once."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    launch_key: Mapped[str] = mapped_column(
        String(64), unique=True, comment="Of the form: sent twice, it launches once."
    )
    title: Mapped[str] = mapped_column(String(200), comment="What it is called.")
    questionnaire: Mapped[str] = mapped_column(String(200), comment="Title and edition of what is asked.")
    period: Mapped[str] = mapped_column(String(40), comment="For which time.")
    due: Mapped[date] = mapped_column(Date, comment="First due date of its assessments.")
    chosen_by: Mapped[str] = mapped_column(Text, comment="The filter of the list of vendors it began with.")
    by: Mapped[str] = mapped_column(String(254), comment="Who launched it.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")


class CampaignAssessment(Base):
    """An assessment that a campaign began."""

    __tablename__ = "campaign_assessment"
    __table_args__ = (
        UniqueConstraint("campaign_id", "assessment_id", name="uq_campaign_assessment_campaign_id_assessment_id"),
        Index("ix_campaign_assessment_assessment_id", "assessment_id"),  # the campaign of an assessment
        {"comment": "Which assessments a campaign began."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), comment="Which campaign.")
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), comment="Which assessment.")
