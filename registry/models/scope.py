"""What is known of an incident's reach, as it came in: revisions that are never changed."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime

__all__ = ["IncidentScope", "IncidentScopeCount"]

PERSONAL = {"personal": True}


class IncidentScope(Base):
    """One revision of what is known; the newest counts."""

    __tablename__ = "incident_scope"
    __table_args__ = (
        UniqueConstraint("incident_id", "number", name="uq_incident_scope_incident_id_number"),
        {"comment": "Revisions of what is known of an incident's reach; never changed."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), comment="Which incident.")
    number: Mapped[int] = mapped_column(Integer, comment="Counted within the incident.")
    source: Mapped[str] = mapped_column(Text, comment="Who said so, and how.")
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When they said so.")
    is_final: Mapped[bool] = mapped_column(Boolean, comment="True: the source says that nothing more will come.")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("incident_file.id"), comment="The file it came in.")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was recorded.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Who recorded it.", info=PERSONAL)


class IncidentScopeCount(Base):
    """People of one dataset in one jurisdiction in one revision."""

    __tablename__ = "incident_scope_count"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people_not_negative"),
        Index("ix_incident_scope_count_scope_id", "scope_id"),  # the counts of a revision
        Index("ix_incident_scope_count_dataset", "dataset"),  # whether a dataset was ever hit
        {"comment": "Counts of a revision, by dataset and jurisdiction."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    scope_id: Mapped[int] = mapped_column(ForeignKey("incident_scope.id"), comment="Which revision.")
    dataset: Mapped[str] = mapped_column(ForeignKey("dataset.code"), comment="Which dataset.")
    jurisdiction: Mapped[str | None] = mapped_column(String(10), comment="ISO 3166 code; empty: not known.")
    people: Mapped[int | None] = mapped_column(BigInteger, comment="How many; empty: the source does not know.")
    is_protected: Mapped[bool] = mapped_column(Boolean, comment="True: encrypted or tokenised, and the key is safe.")
