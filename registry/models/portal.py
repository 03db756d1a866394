"""The vendor portal: who answers which assessment by a personal link, the codes they are sent, the browsers let in.

Neither links nor codes are stored: both are derived with a key outside the database (`registry.portal.keys`).
"""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned

__all__ = ["PortalCode", "PortalLink", "PortalSession"]

PERSONAL = {"personal": True}


class PortalLink(Versioned, Base):
    """Somebody at a vendor who answers an assessment, or sections of it, by a personal link."""

    __tablename__ = "portal_link"
    __table_args__ = (
        UniqueConstraint("assessment_id", "email", name="uq_portal_link_assessment_id_email"),
        Index("ix_portal_link_invited_by_link", "invited_by_link"),  # colleagues of somebody who handed on
        {"comment": "Who at a vendor answers what; the link itself is derived and never stored."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), comment="Which assessment.")
    name: Mapped[str] = mapped_column(String(200), comment="Who answers.", info=PERSONAL)
    email: Mapped[str] = mapped_column(String(254), comment="Where link and codes are sent to.", info=PERSONAL)
    sections: Mapped[str | None] = mapped_column(Text, comment="Sections with semicolons; empty: the whole form.")
    selector: Mapped[str] = mapped_column(String(32), unique=True, comment="Random; finds the row.")
    issue: Mapped[int] = mapped_column(Integer, comment="Rises with each new link; the old ones end.")
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When this link was made.")
    needs_code: Mapped[bool] = mapped_column(Boolean, comment="Whether a code by mail is asked for as well.")
    is_active: Mapped[bool] = mapped_column(Boolean, comment="False: the link was withdrawn.")
    invited_by: Mapped[str] = mapped_column(String(200), comment="Who invited them.", info=PERSONAL)
    invited_by_link: Mapped[int | None] = mapped_column(
        ForeignKey("portal_link.id"), comment="The colleague who handed sections on, when it was one."
    )
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When they came in last.")


class PortalCode(Base):
    """The one-time code that is good for a link just now; only its number is kept."""

    __tablename__ = "portal_code"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        {"comment": "Which one-time code of a link is good, until when, and how often it was tried."},
    )

    link_id: Mapped[int] = mapped_column(ForeignKey("portal_link.id"), primary_key=True, comment="Of which link.")
    number: Mapped[int] = mapped_column(Integer, comment="Number of the code; the code is derived from it.")
    until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="Good until then; empty: used up.")
    tries: Mapped[int] = mapped_column(Integer, comment="Codes that were typed meanwhile.")


class PortalSession(Base):
    """A browser that opened a link; verified once the code was right."""

    __tablename__ = "portal_session"
    __table_args__ = (
        Index("ix_portal_session_link_id", "link_id"),  # ends with the link
        {"comment": "Browsers of vendors' contacts; apart from those of our people."},
    )

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of what the cookie holds.")
    link_id: Mapped[int] = mapped_column(ForeignKey("portal_link.id"), comment="Whose.")
    issue: Mapped[int] = mapped_column(Integer, comment="Which link it was opened with; a newer one ends it.")
    is_verified: Mapped[bool] = mapped_column(Boolean, comment="Whether the code was right, or none was asked for.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When the link was opened.")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Last use, to the minute.")
