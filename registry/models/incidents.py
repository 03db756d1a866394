"""Incidents: what was declared, every moment as it was recorded, and the timeline that is only added to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.incidents.incident import IncidentState
from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = [
    "EntryKind",
    "Incident",
    "IncidentEntry",
    "IncidentFile",
    "IncidentLegalReader",
    "IncidentMoment",
    "IncidentStart",
]

PERSONAL = {"personal": True}
SECRET = {"secret": True}  # the audit log says "changed"; the hash beside it proves the text


class EntryKind(StrEnum):
    """What an entry of the timeline is."""

    STATE = "state"
    MOMENT = "moment"
    NOTE = "note"
    DECISION = "decision"
    LEGAL = "legal"
    HANDOVER = "handover"
    DUTY = "duty"
    TOLD = "told"
    SCOPE = "scope"


class Incident(Versioned, Base):
    """A breach at a vendor or platform that is suspected or known, or a drill of one."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_state", "state"),  # what runs
        {"comment": "Breaches that are suspected or known, and drills of them; never deleted."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    title: Mapped[str] = mapped_column(String(200), comment="What people call it.")
    state: Mapped[IncidentState] = mapped_column(enum_by_value(IncidentState, "state"), comment="Where it stands.")
    is_drill: Mapped[bool] = mapped_column(Boolean, comment="True: nothing of it happened.")
    kind: Mapped[str] = mapped_column(String(40), comment="Kind of breach that is assumed.")
    learned: Mapped[str | None] = mapped_column(Text, comment="How it was learned.")
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was declared.")
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who declared it.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.", info=PERSONAL)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), comment="Who leads the response.")
    copy_id: Mapped[int] = mapped_column(ForeignKey("register_copy.id"), comment="The register as it was.")
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), comment="What it is expected to reach.")


class IncidentStart(Base):
    """A vendor or platform at which an incident began."""

    __tablename__ = "incident_start"
    __table_args__ = (
        Index("ix_incident_start_vendor", "vendor"),  # incidents of a vendor; whether it is declared already
        {"comment": "Where an incident began."},
    )

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True, comment="Which incident.")
    vendor: Mapped[str] = mapped_column(ForeignKey("vendor.code"), primary_key=True, comment="Which vendor.")


class IncidentFile(Base):
    """A file kept with an incident."""

    __tablename__ = "incident_file"
    __table_args__ = (
        Index("ix_incident_file_incident_id", "incident_id"),  # the files of an incident
        {"comment": "Files that stand behind moments, duties and entries."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), comment="Which incident.")
    file_name: Mapped[str] = mapped_column(String(200), comment="Name of the file as given.")
    stored_name: Mapped[str] = mapped_column(String(32), comment="Name in the store.")
    sha256: Mapped[str] = mapped_column(String(64), comment="Hash of the file.")
    size: Mapped[int] = mapped_column(Integer, comment="Bytes.")
    is_legal: Mapped[bool] = mapped_column(Boolean, comment="True: for the legal readers alone.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Who gave it.", info=PERSONAL)
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")


class IncidentMoment(Base):
    """A moment as somebody recorded it; the newest of its trigger counts, an empty one takes it back."""

    __tablename__ = "incident_moment"
    __table_args__ = (
        Index("ix_incident_moment_incident_id", "incident_id"),  # the moments of an incident
        {"comment": "Moments that start clocks, as they were recorded; never changed."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), comment="Which incident.")
    trigger: Mapped[str] = mapped_column(String(40), comment="What happened then.")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When; empty: it is taken back.")
    evidence: Mapped[str] = mapped_column(Text, comment="What shows it, or why it is taken back.")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("incident_file.id"), comment="The file that shows it.")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was recorded.")
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who recorded it.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.", info=PERSONAL)


class IncidentEntry(Base):
    """One line of the timeline; triggers of the database refuse to change it."""

    __tablename__ = "incident_entry"
    __table_args__ = (
        UniqueConstraint("incident_id", "number", name="uq_incident_entry_incident_id_number"),
        {"comment": "The timeline of an incident; triggers refuse change and deletion."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), comment="Which incident.")
    number: Mapped[int] = mapped_column(Integer, comment="Counted within the incident, without gaps.")
    kind: Mapped[EntryKind] = mapped_column(enum_by_value(EntryKind, "kind"), comment="What it is.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was written.")
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.", info=PERSONAL)
    text: Mapped[str | None] = mapped_column(Text, comment="What is said; empty for legal-only notes.")
    legal_text: Mapped[str | None] = mapped_column(Text, comment="What is said to the legal readers.", info=SECRET)
    why: Mapped[str | None] = mapped_column(Text, comment="Reason of a decision.")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("incident_file.id"), comment="A file with it.")
    sha256: Mapped[str] = mapped_column(String(64), comment="Hash of number, moment, person and text.")


class IncidentLegalReader(Base):
    """Somebody outside the legal function who may read the legal-only notes of one incident."""

    __tablename__ = "incident_legal_reader"
    __table_args__ = (
        Index("ix_incident_legal_reader_person_id", "person_id"),  # what a person may read
        {"comment": "Who else may read the legal-only notes of an incident."},
    )

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True, comment="Which incident.")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, comment="Who.")
    since: Mapped[datetime] = mapped_column(UtcDateTime, comment="Since when.")
