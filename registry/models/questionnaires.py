"""Questionnaires of this installation: drafts, published versions that never change, and those that are no longer used.

The shipped ones stay in the package (`registry/reference/questionnaires`); a row exists for what was written here.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["Questionnaire", "QuestionnaireState"]


class QuestionnaireState(StrEnum):
    """Whether a questionnaire is being written, may be sent, or is no longer sent."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Questionnaire(Versioned, Base):
    """One edition of a questionnaire, as written here."""

    __tablename__ = "questionnaire"
    __table_args__ = (
        UniqueConstraint("code", "edition", name="uq_questionnaire_code_edition"),
        {"comment": "One row per edition of a questionnaire that was written or imported here."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    code: Mapped[str] = mapped_column(String(64), comment="Key of the questionnaire.")
    edition: Mapped[str] = mapped_column(String(16), comment="Two numbers with a point, such as 1.0.")
    title: Mapped[str] = mapped_column(String(200), comment="Title, as in the content.")
    state: Mapped[QuestionnaireState] = mapped_column(
        enum_by_value(QuestionnaireState, "state"), comment="Draft, published or retired."
    )
    content: Mapped[str] = mapped_column(Text, comment="JSON of the format questionnaire/1.")
    sha256: Mapped[str] = mapped_column(String(64), comment="Hash of the content.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was begun.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Who began it.")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="From then on it never changes.")
