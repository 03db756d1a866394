"""The ladders in force: the shipped steps, with those an administrator changed, added or switched off."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from registry.core.db import session
from registry.domain.reminding.cadence import ALL_TIERS, Step
from registry.models.mail import LadderStep
from registry.reference.load import read_rows

__all__ = ["StepInForce", "ladder", "ladder_of", "read_tiers", "shipped"]


@dataclass(frozen=True, slots=True)
class StepInForce:
    """A step with where it comes from."""

    step: Step
    is_active: bool
    why: str
    version: int  # 0 while it is the shipped one

    @property
    def is_changed(self) -> bool:
        """Whether somebody changed it."""
        return self.version > 0


@cache
def shipped() -> tuple[Step, ...]:
    """Return the steps that come with the product."""
    return tuple(
        Step(
            subject=row["subject"], number=int(row["step"]), offset_days=int(row["offset_days"]), role=row["recipient"],
            tiers=read_tiers(row["tiers"]), note=row["note"],
        )
        for row in read_rows("reminder_ladder")
    )  # fmt: skip


def ladder() -> list[Step]:
    """Return every active step; one query."""
    return [each.step for each in _in_force() if each.is_active]


def ladder_of(subject: str) -> list[StepInForce]:
    """Return the steps of one subject with those that are switched off, by number; one query."""
    return [each for each in _in_force() if each.step.subject == subject]


def read_tiers(text: str) -> frozenset[str]:
    """Read a list of tiers as it is stored: words with semicolons, or all."""
    return ALL_TIERS if text == "all" else frozenset(text.split(";"))


def _in_force() -> list[StepInForce]:
    found: dict[tuple[str, int], StepInForce] = {
        (step.subject, step.number): StepInForce(step, is_active=True, why="", version=0) for step in shipped()
    }
    notes: Mapping[tuple[str, int], str] = {key: each.step.note for key, each in found.items()}
    for row in session().scalars(select(LadderStep)):
        key = (row.subject, row.step)
        step = Step(
            subject=row.subject, number=row.step, offset_days=row.offset_days, role=row.recipient,
            tiers=read_tiers(row.tiers), note=notes.get(key, ""),
        )  # fmt: skip
        found[key] = StepInForce(step, is_active=row.is_active, why=row.why, version=row.version)
    return [found[key] for key in sorted(found)]
