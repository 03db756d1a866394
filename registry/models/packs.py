"""Audit packs: the quarterly workbook as it was read at one instant, and who signed it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["AuditPack", "PackSignature", "PackState", "PackStep"]

PERSONAL = {"personal": True}


class PackState(StrEnum):
    """How far a pack is on its way to being kept for good."""

    DRAFT = "draft"
    PREPARED = "prepared"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"


class PackStep(StrEnum):
    """What somebody signs."""

    PREPARE = "prepare"
    REVIEW = "review"
    APPROVE = "approve"


class AuditPack(Versioned, Base):
    """One workbook of one quarter; what it holds never changes, only who signed it."""

    __tablename__ = "audit_pack"
    __table_args__ = (
        UniqueConstraint("quarter", "number", name="uq_audit_pack_quarter_number"),
        Index("ix_audit_pack_state", "state"),  # what waits for a signature
        {"comment": "One row per audit pack; its content and file lie in the store of evidence."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    quarter: Mapped[str] = mapped_column(String(6), comment="Such as 2026Q4.")
    number: Mapped[int] = mapped_column(Integer, comment="1, 2, 3 ... within the quarter.")
    state: Mapped[PackState] = mapped_column(enum_by_value(PackState, "state"), comment="How far it is.")
    cut_off: Mapped[datetime] = mapped_column(UtcDateTime, comment="The instant everything in it was read at.")
    sign_by: Mapped[date] = mapped_column(Date, comment="Until when it should be signed.")
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who asked for it; empty: the schedule.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.")
    content_name: Mapped[str] = mapped_column(String(32), comment="Name of what it holds in the store.")
    content_sha256: Mapped[str] = mapped_column(String(64), comment="Hash of what it holds, as people sign it.")
    file_name: Mapped[str] = mapped_column(String(32), comment="Name of the workbook in the store.")
    file_sha256: Mapped[str] = mapped_column(String(64), comment="Hash of the workbook.")
    file_size: Mapped[int] = mapped_column(BigInteger, comment="Bytes of the workbook.")
    head_seq: Mapped[int] = mapped_column(BigInteger, comment="Last number of the audit log at the cut-off.")
    head_hash: Mapped[str] = mapped_column(String(64), comment="Hash of that entry.")
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("audit_pack.id"), comment="The pack it is held against.")
    withdrawn_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was withdrawn.")


class PackSignature(Base):
    """Somebody's signature under the content of a pack."""

    __tablename__ = "pack_signature"
    __table_args__ = (
        UniqueConstraint("pack_id", "step", name="uq_pack_signature_pack_id_step"),
        {"comment": "Who prepared, reviewed and approved a pack; never changed."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    pack_id: Mapped[int] = mapped_column(ForeignKey("audit_pack.id"), comment="Which pack.")
    step: Mapped[PackStep] = mapped_column(enum_by_value(PackStep, "step"), comment="What was signed.")
    person_id: Mapped[int] = mapped_column(Integer, comment="Who signed.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.", info=PERSONAL)
    exceptions: Mapped[str | None] = mapped_column(Text, comment="What the signer excepts.")
    content_sha256: Mapped[str] = mapped_column(String(64), comment="The hash they signed.")
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
