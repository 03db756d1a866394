"""Questionnaires that vendors filled in, as answers and evidence."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.assessment.completed import CompletedSource
from registry.models.base import Base, UtcDateTime, enum_by_value

__all__ = ["ReceivedAnswer", "ReceivedQuestionnaire"]


class ReceivedQuestionnaire(Base):
    """A filled-in questionnaire of a vendor; its file is kept as evidence."""

    __tablename__ = "received_questionnaire"
    __table_args__ = (
        UniqueConstraint("vendor", "sha256", name="uq_received_questionnaire_vendor_sha256"),
        Index("ix_received_questionnaire_vendor", "vendor"),  # the vendor's tab; who names a vendor
        {"comment": "Questionnaires that vendors filled in."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="Who answered.")
    evidence_id: Mapped[int] = mapped_column(Integer, ForeignKey("evidence.id"), comment="The kept file.")
    source: Mapped[CompletedSource] = mapped_column(
        enum_by_value(CompletedSource, "source"), comment="Which questionnaire."
    )
    edition: Mapped[str | None] = mapped_column(String(20), comment="Version that the file names.")
    file_name: Mapped[str] = mapped_column(String(200), comment="Name of the file as given.")
    sha256: Mapped[str] = mapped_column(String(64), comment="Hash of the file.")
    questions: Mapped[int] = mapped_column(Integer, comment="How many questions it holds.")
    answered: Mapped[int] = mapped_column(Integer, comment="How many of them are answered.")
    by_name: Mapped[str] = mapped_column(String(200), comment="Who imported it.")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was imported.")


class ReceivedAnswer(Base):
    """One question of it with what was answered."""

    __tablename__ = "received_answer"
    __table_args__ = (
        Index("ix_received_answer_questionnaire", "questionnaire"),  # the page of one questionnaire
        {"comment": "Answers of questionnaires that vendors filled in."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    questionnaire: Mapped[int] = mapped_column(Integer, ForeignKey("received_questionnaire.id"), comment="Of which.")
    sheet: Mapped[str] = mapped_column(String(100), comment="Sheet of the file.")
    row: Mapped[int] = mapped_column(Integer, comment="Row of the sheet.")
    question_id: Mapped[str] = mapped_column(String(60), comment="Number of the question, such as AIS-01.1.")
    question: Mapped[str | None] = mapped_column(Text, comment="The question as asked.", info={"audited": False})
    answer: Mapped[str | None] = mapped_column(Text, comment="What was answered; empty: left blank.")
    comment: Mapped[str | None] = mapped_column(Text, comment="What was added.")
