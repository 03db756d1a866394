"""The machinery that works beside the web: who leads, when each tick last ran, and long work as rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, Double, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, enum_by_value

__all__ = ["Heartbeat", "Job", "JobProgress", "JobState", "Lease"]

UNAUDITED = {"audited": False}  # claiming is bookkeeping; what came of it is audited


class JobState(StrEnum):
    """Where a piece of long work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Lease(Base):
    """The right to lead, for as long as it is renewed."""

    __tablename__ = "lease"
    __table_args__ = ({"comment": "One row per right that only one process holds at a time."},)

    name: Mapped[str] = mapped_column(String(64), primary_key=True, comment="What the right is for.")
    owner: Mapped[str] = mapped_column(String(200), comment="Machine and process that hold it.")
    token: Mapped[str] = mapped_column(String(64), comment="New with every holder; a stale one writes nothing.")
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime, comment="Afterwards anybody may take it.")


class Heartbeat(Base):
    """When one tick of the scheduler last ran."""

    __tablename__ = "heartbeat"
    __table_args__ = ({"comment": "One row per tick of the scheduler."},)

    tick: Mapped[str] = mapped_column(String(64), primary_key=True, comment="Name of the tick.")
    owner: Mapped[str] = mapped_column(String(200), comment="Machine and process that ran it.")
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it last ended, well or not.")
    well_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it last ended well.")
    error: Mapped[str | None] = mapped_column(Text, comment="What went wrong at the last run.")


class Job(Base):
    """Long work that was asked for: who wants what, how far it is, what came out."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_job_state_created_at", "state", "created_at"),  # the next job; the list of jobs
        {"comment": "Long work, kept as rows so that no restart loses it."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    kind: Mapped[str] = mapped_column(String(64), comment="Which work; the program knows how it is done.")
    params: Mapped[str] = mapped_column(Text, comment="JSON: what is to be done.")
    state: Mapped[JobState] = mapped_column(enum_by_value(JobState, "state"), comment="Where it stands.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was asked for.", info=UNAUDITED)
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who asked; empty for the system.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.")
    cancel_wanted: Mapped[bool] = mapped_column(Boolean, default=False, comment="Whether it shall stop soon.")
    owner: Mapped[str | None] = mapped_column(String(200), comment="Who works on it.", info=UNAUDITED)
    token: Mapped[str | None] = mapped_column(String(64), comment="New with every claim.", info=UNAUDITED)
    lease_until: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Afterwards anybody may claim it.", info=UNAUDITED
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0, comment="How often it was begun.", info=UNAUDITED)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="Last beginning.", info=UNAUDITED)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was settled.", info=UNAUDITED)
    result: Mapped[str | None] = mapped_column(Text, comment="JSON: what came out.", info=UNAUDITED)
    error: Mapped[str | None] = mapped_column(Text, comment="Why it failed or is tried again.")
    next_try: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Not before; empty: as soon as it is its turn.", info=UNAUDITED
    )


class JobProgress(Base):
    """How far a running job is; apart from the job, since it is written often and by a child process."""

    __tablename__ = "job_progress"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 1", name="share_range"),
        {"comment": "How far a running job is."},
    )

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), primary_key=True, comment="Which job.")
    share: Mapped[float] = mapped_column(Double, comment="From 0 to 1.")
    step: Mapped[str] = mapped_column(String(200), comment="What it is at, in words.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was said.")
