"""Public breaches of others: records of public lists, their revisions, the vendor links they propose, alerts on ours."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.breaches.public_breaches import BreachSource, Measure, Precision
from registry.models.base import Base, CodeList, Share, UtcDateTime, Versioned, enum_by_value

__all__ = ["AlertState", "BreachAlert", "BreachChain", "ChainState", "PublicBreach", "PublicBreachRevision"]


class ChainState(StrEnum):
    """What a person said of a proposed vendor link."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class AlertState(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    DISMISSED = "dismissed"


class PublicBreach(Versioned, Base):
    """One record of a public list, as its last import told it."""

    __tablename__ = "public_breach"
    __table_args__ = (
        UniqueConstraint("source", "key", name="uq_public_breach_source_key"),
        Index("ix_public_breach_reported", "reported"),  # the list, newest first
        Index("ix_public_breach_sector_year", "sector", "year"),  # figures of one sector
        {"comment": "Breaches at other organisations, from public lists."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    source: Mapped[BreachSource] = mapped_column(enum_by_value(BreachSource, "source"), comment="Which list.")
    key: Mapped[str] = mapped_column(String(300), comment="What tells it apart within its list.")
    name: Mapped[str] = mapped_column(String(400), comment="Who reported it, or was hit.")
    entity_type: Mapped[str | None] = mapped_column(String(100), comment="Kind of organisation in the list's words.")
    sector: Mapped[str | None] = mapped_column(String(64), comment="Key of the sector list.")
    country: Mapped[str | None] = mapped_column(String(2), comment="ISO 3166-1 alpha-2.")
    region: Mapped[str | None] = mapped_column(String(10), comment="ISO 3166-2, such as US-WA.")
    domain: Mapped[str | None] = mapped_column(String(253), comment="Its internet domain.")
    people: Mapped[int | None] = mapped_column(BigInteger, comment="The number as told.")
    measure: Mapped[Measure] = mapped_column(enum_by_value(Measure, "measure"), comment="What the number counts.")
    is_placeholder: Mapped[bool] = mapped_column(
        Boolean, comment="The number stands for at least 500, not counted yet."
    )
    began: Mapped[date | None] = mapped_column(Date, comment="First day of the breach.")
    began_precision: Mapped[Precision] = mapped_column(
        enum_by_value(Precision, "began_precision"), comment="How exactly that day is known."
    )
    ended: Mapped[date | None] = mapped_column(Date, comment="Last day of the breach.")
    discovered: Mapped[date | None] = mapped_column(Date, comment="When it was found out.")
    reported: Mapped[date | None] = mapped_column(Date, comment="When the list or authority was told.")
    days_to_notice: Mapped[int | None] = mapped_column(Integer, comment="From discovery to notice.")
    began_at_vendor: Mapped[bool | None] = mapped_column(Boolean, comment="Whether the list says it began at a vendor.")
    vendor_accepted: Mapped[bool | None] = mapped_column(
        Boolean, comment="True when a person accepted a vendor link of it; it then counts as begun at a vendor."
    )
    cause: Mapped[str | None] = mapped_column(Text, comment="What happened, in the list's words.")
    places: Mapped[tuple[str, ...]] = mapped_column(CodeList, comment="Where the data was, in the list's words.")
    data: Mapped[tuple[str, ...]] = mapped_column(CodeList, comment="Kinds of data, in the list's words.")
    is_verified: Mapped[bool | None] = mapped_column(Boolean, comment="Whether the list holds it for genuine.")
    is_one_breach: Mapped[bool] = mapped_column(Boolean, comment="False for collections, which no figure counts.")
    description: Mapped[str | None] = mapped_column(Text, comment="Plain text of the list.", info={"audited": False})
    url: Mapped[str | None] = mapped_column(String(1000), comment="Where it can be read.")
    year: Mapped[int | None] = mapped_column(Integer, comment="The year it is counted in.")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was imported first.")
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When an import last changed it.")


class PublicBreachRevision(Base):
    """What a later export said differently; the old value stays."""

    __tablename__ = "public_breach_revision"
    __table_args__ = (
        Index("ix_public_breach_revision_breach", "breach"),  # the page of a record
        {"comment": "Fields of a public breach before and after a later import."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    breach: Mapped[int] = mapped_column(Integer, ForeignKey("public_breach.id"), comment="Which record.")
    field: Mapped[str] = mapped_column(String(40), comment="Which column changed.")
    before: Mapped[str | None] = mapped_column(Text, comment="The old value as text.")
    after: Mapped[str | None] = mapped_column(Text, comment="The new value as text.")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When the import was written.")
    file_sha256: Mapped[str] = mapped_column(String(64), comment="Hash of the file that said so.")


class BreachChain(Versioned, Base):
    """A vendor and its client as a record seems to name them; counts only when a person accepts it."""

    __tablename__ = "breach_chain"
    __table_args__ = (
        Index("ix_breach_chain_breach", "breach"),  # the page of a record
        Index("ix_breach_chain_state", "state"),  # what waits for a decision
        {"comment": "Vendor links proposed by the text of public breaches."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    breach: Mapped[int] = mapped_column(Integer, ForeignKey("public_breach.id"), comment="Which record.")
    vendor: Mapped[str] = mapped_column(String(400), comment="Name of the vendor in the text.")
    client: Mapped[str | None] = mapped_column(String(400), comment="Name of its client in the text.")
    wording: Mapped[str] = mapped_column(String(100), comment="How it was read.")
    confidence: Mapped[float] = mapped_column(Share, comment="How often such a wording means a vendor; a judgement.")
    state: Mapped[ChainState] = mapped_column(enum_by_value(ChainState, "state"), comment="What a person said.")
    decided_by: Mapped[str | None] = mapped_column(String(200), comment="Who decided.")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When.")


class BreachAlert(Versioned, Base):
    """A public breach that seems to name one of our vendors, for its owner and the CISO."""

    __tablename__ = "breach_alert"
    __table_args__ = (
        UniqueConstraint("breach", "vendor", name="uq_breach_alert_breach_vendor"),
        Index("ix_breach_alert_vendor", "vendor"),  # the vendor's page
        Index("ix_breach_alert_state", "state"),  # what waits on Home
        {"comment": "Public breaches that seem to name one of our vendors."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    breach: Mapped[int] = mapped_column(Integer, ForeignKey("public_breach.id"), comment="Which record.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="Which vendor of ours.")
    basis: Mapped[str] = mapped_column(String(60), comment="What agrees: domain, name, legal name, part of a name.")
    evidence: Mapped[str] = mapped_column(Text, comment="The sentence that shows it.")
    confidence: Mapped[float] = mapped_column(Share, comment="How likely it is the same firm; a judgement.")
    state: Mapped[AlertState] = mapped_column(enum_by_value(AlertState, "state"), comment="Where it stands.")
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was raised.")
    decided_by: Mapped[str | None] = mapped_column(String(200), comment="Who took it up or dismissed it.")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When.")
    reason: Mapped[str | None] = mapped_column(Text, comment="Why it was dismissed, or what was done.")
