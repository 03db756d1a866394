"""The audit log: entries chained by hash, their change lines, the head of the chain, and the register's revision."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime

__all__ = ["AuditChange", "AuditEntry", "AuditHead", "AuditText", "GraphRevision"]

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER


class AuditEntry(Base):
    """One act; never changed, never deleted, each sealed with the hash of the one before."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject"),  # history of one object
        Index("ix_audit_entry_actor_id", "actor_id"),  # what one person did
        Index("ix_audit_entry_at", "at"),  # what happened in a period
        {"comment": "One row per act, in order, chained by hash; triggers refuse change and deletion."},
    )

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, comment="1, 2, 3 ... without gaps.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was committed, in UTC.")
    actor_id: Mapped[int | None] = mapped_column(Integer, comment="The person; empty when the system acted.")
    actor: Mapped[str] = mapped_column(Text, comment="Name of the actor at that time, or system:PART.")
    action: Mapped[str] = mapped_column(String(80), comment="What was done, as subject.verb.")
    subject: Mapped[str | None] = mapped_column(String(200), comment="What it was done to, as table:key.")
    request_id: Mapped[str | None] = mapped_column(String(64), comment="The request, as on error pages and in logs.")
    work_id: Mapped[str] = mapped_column(String(32), unique=True, comment="Ties the change lines to this entry.")
    details: Mapped[str] = mapped_column(Text, comment="Canonical JSON of what the act noted beside its changes.")
    change_count: Mapped[int] = mapped_column(Integer, comment="Number of change lines.")
    changes_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 over the change lines.")
    prev_hash: Mapped[str] = mapped_column(String(64), comment="Hash of the entry before.")
    hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 over this entry and prev_hash.")


class AuditChange(Base):
    """What one act changed in one row."""

    __tablename__ = "audit_change"
    __table_args__ = (
        Index("ix_audit_change_table_name_row_key", "table_name", "row_key"),  # history of one object
        {"comment": "One row per changed row of an act; triggers refuse change and deletion."},
    )

    work_id: Mapped[str] = mapped_column(String(32), primary_key=True, comment="The act it belongs to.")
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Order in the act.")
    table_name: Mapped[str] = mapped_column(String(63), comment="Table of the changed row.")
    row_key: Mapped[str] = mapped_column(String(200), comment="Primary key of the changed row.")
    operation: Mapped[str] = mapped_column(String(6), comment="insert, update or delete.")
    fields: Mapped[str] = mapped_column(Text, comment="Canonical JSON: column -> [before, after].")


class AuditText(Base):
    """Personal text of change lines, kept apart so that erasing it leaves the chain whole."""

    __tablename__ = "audit_text"
    __table_args__ = ({"comment": "Personal text named by change lines; erasable, the lines hold its salted hash."},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, comment="Named by the change line.")
    salt: Mapped[str | None] = mapped_column(String(32), comment="Random; without it the hash cannot be guessed back.")
    text: Mapped[str | None] = mapped_column(Text, comment="Empty once erased.")


class AuditHead(Base):
    """The end of the chain: one row, locked last by every act."""

    __tablename__ = "audit_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        {"comment": "Sequence number and hash of the last audit entry; one row."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Always 1.")
    seq: Mapped[int] = mapped_column(BigInteger, comment="Number of the last entry; 0 before the first.")
    hash: Mapped[str] = mapped_column(String(64), comment="Hash of the last entry.")


class GraphRevision(Base):
    """Number of the register's present state; rises with every act that changes a fact."""

    __tablename__ = "graph_revision"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        {"comment": "Revision of the registered facts, the key of every cache built from them; one row."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Always 1.")
    revision: Mapped[int] = mapped_column(BigInteger, comment="Raised by each act that changes a fact.")
