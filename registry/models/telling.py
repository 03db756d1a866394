"""Who was told of an incident: what, when, how, when they opened it, when they acknowledged; and people outside."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["IncidentContact", "IncidentTelling", "TellingWay"]

PERSONAL = {"personal": True}


class TellingWay(StrEnum):
    """How somebody was told."""

    MAIL = "mail"
    PHONE = "phone"


class IncidentTelling(Versioned, Base):
    """One person told, once per wave and role."""

    __tablename__ = "incident_telling"
    __table_args__ = (
        UniqueConstraint("incident_id", "wave", "role", "address", name="uq_incident_telling_all"),
        Index("ix_incident_telling_outbox_id", "outbox_id"),  # whether its mail went out
        {"comment": "Who was told what, when and how, and when they read it."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), comment="Which incident.")
    wave: Mapped[str] = mapped_column(String(20), comment="suspected or confirmed.")
    role: Mapped[str] = mapped_column(String(32), comment="As whom they were told.")
    name: Mapped[str] = mapped_column(String(200), comment="Who.", info=PERSONAL)
    address: Mapped[str] = mapped_column(String(254), comment="Mail address; or the number called.", info=PERSONAL)
    person_id: Mapped[int | None] = mapped_column(Integer, comment="The person, when it is one of ours.")
    way: Mapped[TellingWay] = mapped_column(enum_by_value(TellingWay, "way"), comment="How.")
    text: Mapped[str] = mapped_column(Text, comment="What they were told.")
    selector: Mapped[str] = mapped_column(String(32), unique=True, comment="Random; finds the row by its link.")
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When they were told, or the mail was planned.")
    told_by: Mapped[str] = mapped_column(String(200), comment="Who told them.", info=PERSONAL)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), comment="The mail.")
    why_not: Mapped[str | None] = mapped_column(Text, comment="Why no mail could be planned.")
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When they opened it first.")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When they said so.")
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When their silence went a step up.")
    escalated_from: Mapped[int | None] = mapped_column(Integer, comment="Whose silence brought this about.")


class IncidentContact(Versioned, Base):
    """Somebody outside who is told of every incident, such as the insurer."""

    __tablename__ = "incident_contact"
    __table_args__ = ({"comment": "People outside who are told of every incident."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    role: Mapped[str] = mapped_column(String(32), comment="insurer, counsel or partner.")
    name: Mapped[str] = mapped_column(String(200), comment="Who.", info=PERSONAL)
    email: Mapped[str | None] = mapped_column(String(254), comment="Mail address.", info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(String(100), comment="Number to call.", info=PERSONAL)
    is_active: Mapped[bool] = mapped_column(Boolean, comment="False: not told any more.")
