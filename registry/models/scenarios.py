"""Saved scenarios: the question, who reads it over, what was said, and each run with the inputs it can be repeated from."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, UtcDateTime, Versioned

__all__ = ["RegisterCopy", "SavedScenario", "ScenarioComment", "ScenarioReviewer", "ScenarioRun"]

UNAUDITED = {"audited": False}  # results and copies: their hashes are in the entry, their bytes would drown it


class SavedScenario(Versioned, Base):
    """An assumed breach with a name."""

    __tablename__ = "scenario"
    __table_args__ = ({"comment": "One row per saved question about an assumed breach."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    name: Mapped[str] = mapped_column(String(200), comment="What people call it.")
    purpose: Mapped[str | None] = mapped_column(Text, comment="What it is for.")
    narrative: Mapped[str | None] = mapped_column(Text, comment="What is assumed to happen, as a story.")
    question: Mapped[str] = mapped_column(Text, comment="The question, as the query of its address.")
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who saved it.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was saved.", info=UNAUDITED)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was archived; empty: live.")
    job_id: Mapped[int | None] = mapped_column(Integer, comment="Long run asked for last, if any.", info=UNAUDITED)


class RegisterCopy(Base):
    """All facts and parameters as they were for some runs: what "the same digits" are worked out from."""

    __tablename__ = "register_copy"
    __table_args__ = ({"comment": "One row per state of the register that a run rests on."},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    sha256: Mapped[str] = mapped_column(String(64), unique=True, comment="Hash of facts and parameters.")
    revision: Mapped[int] = mapped_column(BigInteger, comment="Revision of the facts when it was taken.")
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="Facts and parameters, compressed.", info=UNAUDITED)


class ScenarioRun(Base):
    """One answer to a saved question, with everything needed to work it out again."""

    __tablename__ = "scenario_run"
    __table_args__ = (
        Index("ix_scenario_run_scenario_id", "scenario_id"),  # the runs of a scenario
        Index("ix_scenario_run_copy_id", "copy_id"),  # whether a copy is still needed
        {"comment": "One row per answer to a saved scenario."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), comment="Which scenario.")
    copy_id: Mapped[int] = mapped_column(ForeignKey("register_copy.id"), comment="The inputs.")
    question: Mapped[str] = mapped_column(Text, comment="The question with its day and number of worlds fixed.")
    seed: Mapped[str] = mapped_column(String(20), comment="Seed of the draws; text, since it may have 63 bits.")
    iterations: Mapped[int] = mapped_column(Integer, comment="Worlds that were simulated.")
    input_hash: Mapped[str] = mapped_column(String(64), comment="Hash of inputs and question.")
    result_hash: Mapped[str] = mapped_column(String(64), comment="Hash of every digit of the answer.")
    result: Mapped[str] = mapped_column(Text, comment="JSON: the answer as its pages show it.", info=UNAUDITED)
    answer: Mapped[bytes] = mapped_column(LargeBinary, comment="JSON of the whole answer, compressed.", info=UNAUDITED)
    moved: Mapped[str] = mapped_column(Text, comment="JSON: what moved since the run before.", info=UNAUDITED)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was worked out.", info=UNAUDITED)
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who asked.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.")
    repeated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was last worked out again.")
    repeated_same: Mapped[bool | None] = mapped_column(Boolean, comment="Whether that gave the same digits.")


class ScenarioReviewer(Base):
    """Somebody asked to read a scenario over."""

    __tablename__ = "scenario_reviewer"
    __table_args__ = (
        Index("ix_scenario_reviewer_person_id", "person_id"),  # what waits for a person
        {"comment": "Who is asked to read a scenario over, and when they had."},
    )

    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), primary_key=True, comment="Which scenario.")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, comment="Who.")
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When they had; empty: not yet.")
    run_id: Mapped[int | None] = mapped_column(Integer, comment="The run they had before them.")


class ScenarioComment(Base):
    """Something said about a scenario."""

    __tablename__ = "scenario_comment"
    __table_args__ = (
        Index("ix_scenario_comment_scenario_id", "scenario_id"),  # the comments of a scenario
        {"comment": "What people say about a scenario; never changed."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), comment="Which scenario.")
    person_id: Mapped[int | None] = mapped_column(Integer, comment="Who.")
    person_name: Mapped[str] = mapped_column(String(200), comment="Their name at the time.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.", info=UNAUDITED)
    text: Mapped[str] = mapped_column(Text, comment="What was said.")
