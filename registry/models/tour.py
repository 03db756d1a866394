"""How far a person is in the tour of the product."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime

__all__ = ["TourProgress"]


class TourProgress(Base):
    """One person's tour; no row: it was never touched."""

    __tablename__ = "tour_progress"
    __table_args__ = ({"comment": "Where people are in the tour; state of the screen, not of the register."},)

    person_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("person.id"), primary_key=True, comment="Whose tour it is."
    )
    step: Mapped[str] = mapped_column(String(40), comment="Name of the step that is shown.")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="Skipped or walked to the end; empty: open.")
