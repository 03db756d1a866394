"""People who sign in: their rights, stand-ins, sessions, second factors, links and counted attempts."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, CodeList, UtcDateTime, Versioned, enum_by_value

__all__ = [
    "Deputy",
    "LinkPurpose",
    "OneTimeLink",
    "Person",
    "RecoveryCode",
    "SecondFactor",
    "SessionStrength",
    "Throttle",
    "WebSession",
]

SECRET = {"secret": True}  # the audit log says "changed", never the value
PERSONAL = {"personal": True}  # the audit log keeps the text apart, so that it can be erased
UNAUDITED = {"audited": False}


class SessionStrength(StrEnum):
    """What a person showed to sign in."""

    PASSWORD = "password"  # noqa: S105 -- a word, no secret
    SECOND_FACTOR = "second_factor"


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class Person(Versioned, Base):
    """Somebody with an account; never deleted, since the audit log names them."""

    __tablename__ = "person"
    __table_args__ = ({"comment": "One row per account; disabled instead of deleted."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the system.")
    name: Mapped[str] = mapped_column(String(200), comment="As shown.", info=PERSONAL)
    email: Mapped[str] = mapped_column(String(254), unique=True, comment="In lower case; the sign-in.", info=PERSONAL)
    password_hash: Mapped[str | None] = mapped_column(Text, comment="argon2id; empty until one is chosen.", info=SECRET)
    roles: Mapped[tuple[str, ...]] = mapped_column(CodeList, comment="Roles of the permission matrix.")
    functions: Mapped[tuple[str, ...]] = mapped_column(CodeList, comment="Legal, operations, privacy ...")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), comment="Escalations go to this person.")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, comment="False: cannot sign in.")
    locale: Mapped[str] = mapped_column(String(20), default="en_GB", comment="Spelling of dates and numbers.")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC", comment="Zone in which moments are shown.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When the account was made.", info=UNAUDITED)


class Deputy(Base):
    """One person stands in for another, and may then write the same vendors."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("deputy_id <> person_id", name="somebody_else"),
        CheckConstraint("ends IS NULL OR ends >= starts", name="ends_after_start"),
        Index("ix_deputy_deputy_id", "deputy_id"),  # whom do I stand in for
        {"comment": "Who stands in for whom, from day to day."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the system.")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, comment="The one who is stood in for.")
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), comment="The one who stands in.")
    starts: Mapped[date] = mapped_column(Date, comment="First day.")
    ends: Mapped[date | None] = mapped_column(Date, comment="Last day; empty: until it is ended.")


class SecondFactor(Base):
    """The authenticator app of one person."""

    __tablename__ = "second_factor"
    __table_args__ = ({"comment": "At most one authenticator app per person."},)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, comment="Whose it is.")
    sealed_seed: Mapped[str] = mapped_column(Text, comment="Encrypted with a key outside the database.", info=SECRET)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When its first code was right.")
    last_step: Mapped[int] = mapped_column(
        Integer, default=0, comment="Time step of the last code used; it is not taken again.", info=UNAUDITED
    )


class RecoveryCode(Base):
    """One of the codes that replace a lost phone, once each."""

    __tablename__ = "recovery_code"
    __table_args__ = ({"comment": "Recovery codes, kept as keyed hashes."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the system.")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, comment="Whose it is.")
    mark: Mapped[str] = mapped_column(String(64), comment="HMAC-SHA-256 of the code.", info=SECRET)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="Empty while it can be used.")


class OneTimeLink(Base):
    """A link that lets one person choose a password, once."""

    __tablename__ = "one_time_link"
    __table_args__ = ({"comment": "Invitations and password resets; the link itself is not stored."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the system.")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, comment="Whom it is for.")
    purpose: Mapped[LinkPurpose] = mapped_column(enum_by_value(LinkPurpose, "link_purpose"), comment="What it is for.")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 of the token.", info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was made.", info=UNAUDITED)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Afterwards it opens nothing.")
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was used or withdrawn.")


class WebSession(Base):
    """One browser in which a person is signed in; the row is the authority, the cookie only names it."""

    __tablename__ = "web_session"
    __table_args__ = ({"comment": "Signed-in browsers; ended by deletion."},)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the id in the cookie.")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, comment="Who is signed in.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Start; the absolute end is counted from here.")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Last request, to the minute.")
    authenticated_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When the password was last given.")
    strength: Mapped[SessionStrength] = mapped_column(
        enum_by_value(SessionStrength, "session_strength"), comment="Password alone or with a second factor."
    )
    user_agent: Mapped[str] = mapped_column(String(200), comment="What the browser calls itself.")


class Throttle(Base):
    """Attempts counted for one limit and one subject."""

    __tablename__ = "throttle"
    __table_args__ = ({"comment": "Counted limits of sign-in, links and costly acts."},)

    key: Mapped[str] = mapped_column(String(200), primary_key=True, comment="Name of the limit, then the subject.")
    window_started_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Start of the counted window.")
    count: Mapped[int] = mapped_column(Integer, comment="Attempts in this window.")
    locks: Mapped[int] = mapped_column(Integer, comment="Locks in a row; each doubles the next.")
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="No attempt is taken until then.")
