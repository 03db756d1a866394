"""Assessments: what was asked of which vendor, every answer with who gave it, notes between both sides, the decision."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Double, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.assessment.assessment import State
from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["AnswerEvidence", "AskedQuestionnaire", "Assessment", "AssessmentAnswer", "Evidence", "QuestionNote"]

PERSONAL = {"personal": True}


class AskedQuestionnaire(Base):
    """The words of a questionnaire as they were asked; kept once however often it is sent, and never changed."""

    __tablename__ = "asked_questionnaire"
    __table_args__ = ({"comment": "Questionnaires frozen as they were asked."},)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, comment="Hash of the content.")
    code: Mapped[str] = mapped_column(String(64), comment="Key of the questionnaire.")
    edition: Mapped[str] = mapped_column(String(16), comment="Edition.")
    title: Mapped[str] = mapped_column(String(200), comment="Title.")
    content: Mapped[str] = mapped_column(Text, comment="JSON of the format questionnaire/1.")


class Assessment(Versioned, Base):
    """One questionnaire for one vendor and period."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score_range"),
        Index("ix_assessment_vendor", "vendor"),  # the vendor's page; the last one before
        Index("ix_assessment_state_due", "state", "due"),  # the queue
        {"comment": "One questionnaire for one vendor and period."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(ForeignKey("vendor.code"), comment="Who is assessed.")
    asked: Mapped[str] = mapped_column(ForeignKey("asked_questionnaire.sha256"), comment="What is asked.")
    title: Mapped[str] = mapped_column(String(200), comment="Title of what is asked.")
    period: Mapped[str] = mapped_column(String(40), comment="For which time, such as 2026.")
    state: Mapped[State] = mapped_column(enum_by_value(State, "state"), comment="Where it stands.")
    cycle: Mapped[int] = mapped_column(Integer, default=1, comment="Rises when it is returned or its due date moves.")
    due: Mapped[date] = mapped_column(Date, comment="To be submitted by, in the organisation's zone.")
    owner_email: Mapped[str | None] = mapped_column(String(254), comment="Our person who sees to it.")
    reviewer_email: Mapped[str | None] = mapped_column(String(254), comment="Who reviews; never who answered.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was begun.")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was opened to the vendor.")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="Last submission.")
    submitted_by: Mapped[str | None] = mapped_column(String(200), comment="Who attests the answers.", info=PERSONAL)
    submitted_role: Mapped[str | None] = mapped_column(String(200), comment="In which role.")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When the review ended.")
    decided_by: Mapped[str | None] = mapped_column(String(254), comment="Address of who decided.")
    rationale: Mapped[str | None] = mapped_column(Text, comment="Why it was decided so, or why it was returned.")
    conditions: Mapped[str | None] = mapped_column(Text, comment="What the vendor must still do.")
    score: Mapped[float | None] = mapped_column(Double, comment="Score at the decision; empty: nothing is scored.")
    band: Mapped[str | None] = mapped_column(String(40), comment="Band of the score: the posture it gives.")
    formula: Mapped[str | None] = mapped_column(Text, comment="How the score was worked out, in figures.")


class AssessmentAnswer(Versioned, Base):
    """What stands beside one question of one assessment."""

    __tablename__ = "assessment_answer"
    __table_args__ = (
        CheckConstraint("points BETWEEN 0 AND 100", name="points_range"),
        UniqueConstraint("assessment_id", "question", name="uq_assessment_answer_assessment_id_question"),
        {"comment": "One row per question that somebody touched."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), comment="Which assessment.")
    question: Mapped[str] = mapped_column(String(16), comment="Id of the question.")
    value: Mapped[str | None] = mapped_column(Text, comment="The answer in writing; several choices with semicolons.")
    comment: Mapped[str | None] = mapped_column(Text, comment="What whoever answers adds.")
    by_name: Mapped[str] = mapped_column(String(254), comment="Who answered last.", info=PERSONAL)
    by_person_id: Mapped[int | None] = mapped_column(Integer, comment="The person, when it is one of ours.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
    points: Mapped[float | None] = mapped_column(Double, comment="Points the reviewer gave instead.")
    points_why: Mapped[str | None] = mapped_column(Text, comment="Why.")


class QuestionNote(Base):
    """Something one side tells the other about a question; only added to."""

    __tablename__ = "question_note"
    __table_args__ = (
        Index("ix_question_note_assessment_id", "assessment_id"),  # the form
        {"comment": "Questions and remarks between us and the vendor, per question."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), comment="Which assessment.")
    question: Mapped[str] = mapped_column(String(16), comment="Id of the question.")
    is_ours: Mapped[bool] = mapped_column(comment="Written by our side.")
    author: Mapped[str] = mapped_column(String(254), comment="Who wrote it.", info=PERSONAL)
    body: Mapped[str] = mapped_column(Text, comment="What is said.", info=PERSONAL)
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")


class Evidence(Versioned, Base):
    """A file of a vendor that proves something; it may stand behind many answers."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("expires >= issued", name="days_in_order"),
        Index("ix_evidence_vendor", "vendor"),  # what can be used again
        Index("ix_evidence_expires", "expires"),  # what is about to expire
        {"comment": "Files that prove something."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(ForeignKey("vendor.code"), comment="Whose evidence it is.")
    file_name: Mapped[str] = mapped_column(String(200), comment="Name of the file as given.")
    stored_name: Mapped[str] = mapped_column(String(32), comment="Name in the store.")
    sha256: Mapped[str] = mapped_column(String(64), comment="Hash of the file.")
    size: Mapped[int] = mapped_column(Integer, comment="Bytes.")
    kind: Mapped[str] = mapped_column(String(64), comment="Code of the list of certificates, or other.")
    issued: Mapped[date | None] = mapped_column(Date, comment="When it was issued.")
    expires: Mapped[date | None] = mapped_column(Date, comment="Last day on which it proves anything.")
    scan: Mapped[str] = mapped_column(String(20), comment="clean, or not_scanned.")
    by_name: Mapped[str] = mapped_column(String(254), comment="Who gave it.", info=PERSONAL)
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was put away.")


class AnswerEvidence(Base):
    """A file that stands behind an answer."""

    __tablename__ = "answer_evidence"
    __table_args__ = (
        UniqueConstraint("assessment_id", "question", "evidence_id", name="uq_answer_evidence_all"),
        {"comment": "Which file stands behind which answer."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), comment="Which assessment.")
    question: Mapped[str] = mapped_column(String(16), comment="Id of the question.")
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), comment="Which file.")
    note: Mapped[str | None] = mapped_column(String(200), comment="Where in it: page 41.")
