"""What is wrong with given data, said so that a person can find the place and mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from registry.domain.register.facts import Fact

__all__ = ["Problem", "Severity", "errors_of", "problem_json", "warnings_of"]


class Severity(StrEnum):
    """An error stops what was asked; a warning travels with the answer."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, where, and how to mend it.

    `sheet` and `column` use the names of the register file, also for facts that came from the
    database; `row` counts as Excel does (the header is row 1) and is None where there is no file.
    `subject` is the code of the fact it is about, when there is one; `fact` the fact itself, where a warning has it
    at hand: certificates and placements have no code to be found by.
    """

    severity: Severity
    code: str
    message: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    subject: str | None = None
    fact: Fact | None = field(default=None, compare=False, repr=False)

    def place(self) -> str:
        """Say where it is, in words for a person; empty when it is about the whole register."""
        parts = [self.sheet or ""]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(part for part in parts if part)


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that stop the act."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def warnings_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that do not stop it."""
    return [problem for problem in problems if problem.severity is Severity.WARNING]


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as it stands in JSON."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
    }
