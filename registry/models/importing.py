"""Imports: which file was read, what it would do or did, and what its undoing needs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["ColumnMeaning", "ImportRun", "ImportState"]


class ImportState(StrEnum):
    """Where an import stands."""

    READING = "reading"
    CHECKED = "checked"
    COMMITTED = "committed"
    UNDONE = "undone"
    DISCARDED = "discarded"


class ImportRun(Versioned, Base):
    """One uploaded file on its way into the register, and back out of it."""

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_created_at", "created_at"),  # the history, newest first
        Index("ix_import_run_vendor", "vendor"),  # the last list of one vendor
        {"comment": "One row per file that was read to be imported."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    kind: Mapped[str] = mapped_column(String(32), comment="Kind of import: register, vendors, ...")
    vendor: Mapped[str | None] = mapped_column(String(32), comment="Code of the vendor the file is about, if of one.")
    file_name: Mapped[str] = mapped_column(String(200), comment="Name of the file as uploaded.")
    stored_name: Mapped[str | None] = mapped_column(String(32), comment="The kept file; empty when none is kept.")
    sha256: Mapped[str] = mapped_column(String(64), comment="Hash of the file.")
    mapping: Mapped[str] = mapped_column(
        Text, comment="JSON: answers given for this file: order of dates, mended cells, choices."
    )
    state: Mapped[ImportState] = mapped_column(enum_by_value(ImportState, "import_state"), comment="Where it stands.")
    revision: Mapped[int] = mapped_column(
        BigInteger, comment="Revision of the facts that the preview was made against."
    )
    preview: Mapped[str] = mapped_column(Text, comment="JSON: what the import would do.", info={"audited": False})
    journal: Mapped[str | None] = mapped_column(
        Text, comment="JSON: keys of new facts, and changed fields before and after.", info={"audited": False}
    )
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who imports; empty for the command line.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When the file was read first.")
    committed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was written.")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was undone.")
    job_id: Mapped[int | None] = mapped_column(
        Integer, comment="Long work asked for last: reading the file, or writing it.", info={"audited": False}
    )


class ColumnMeaning(Base):
    """What the columns of an imported list meant, so that the next list with the same names is understood at once."""

    __tablename__ = "column_meaning"
    __table_args__ = (
        UniqueConstraint("kind", "signature"),
        {"comment": "One row per set of column names that was imported."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    kind: Mapped[str] = mapped_column(String(32), comment="Kind of import, as of import_run.")
    signature: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the column names, in their order.")
    columns: Mapped[str] = mapped_column(
        Text, comment="JSON: name of each column and what it means; empty for nothing."
    )
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was last said differently.")
