"""The plan of every import whose outcome is rows of one kind instead of facts: answers, public breaches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

from importers.base import Limits, Table, Unreadable
from registry.core.work import Work
from registry.domain.register.problems import Problem, errors_of, warnings_of
from registry.importing.answers import Answers
from registry.importing.kinds import Journal, Upload
from registry.importing.preview import SHOWN_MAX, described_problems
from registry.importing.sandbox import run_apart
from registry.settings import current_settings
from reports.marked_file import mark

__all__ = ["Row", "RowChange", "RowsPlan", "read_rows"]


class ReadFile(Protocol):
    """What a reader answers with, whatever its rows are."""

    sha256: str
    problems: list[Problem]
    quoted: dict[tuple[str, int, str], str]
    tables: list[Table]
    positions: dict[str, dict[str, int]]


File = TypeVar("File", bound=ReadFile)


@dataclass(frozen=True, slots=True)
class Row:
    """Where something stands in the file, and what it is, in words."""

    sheet: str
    row: int | None
    what: str

    def as_json(self) -> dict[str, Any]:
        """Return it as a preview keeps it."""
        return {"sheet": self.sheet, "row": self.row, "what": self.what}


@dataclass(frozen=True, slots=True)
class RowChange:
    """Something known that the file tells differently: each field before and after, in words."""

    row: Row
    fields: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPlan:
    """A file as it was looked at: what came out of it, and how that differs from what is known.

    `word` is what its rows are called; `put` writes them and returns the journal.
    """

    file: ReadFile
    revision: int
    word: str
    new: Sequence[Row]
    changes: Sequence[RowChange] = ()
    same: int = 0
    put: Callable[[Work], Journal]

    @property
    def problems(self) -> list[Problem]:
        """Return everything wrong in the file."""
        return self.file.problems

    @property
    def sha256(self) -> str:
        """Return the hash of the file."""
        return self.file.sha256

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not self.new and not self.changes

    def describe(self) -> dict[str, Any]:
        """Return the preview."""
        return {
            "counts": {self.word: len(self.new) + len(self.changes) + self.same},
            "new": {self.word: len(self.new)},
            "changed": {self.word: len(self.changes)},
            "same": {self.word: self.same},
            "errors": len(errors_of(self.problems)),
            "warnings": len(warnings_of(self.problems)),
            "new_rows": [row.as_json() for row in islice(self.new, SHOWN_MAX)],
            "changes": [
                {**change.row.as_json(), "fields": [list(field) for field in change.fields]}
                for change in islice(self.changes, SHOWN_MAX)
            ],
            "problems": described_problems(self.problems, self.file.quoted),
            "asks": {},
        }

    def write(self, w: Work) -> Journal:
        """Write what is new and what changed."""
        return self.put(w)

    def marked(self) -> bytes:
        """Return the sheets as they stood, with the cells that need mending marked."""
        return mark({table.name: table.rows for table in self.file.tables}, self.file.positions, self.problems)


def read_rows(reader: str, made: Callable[..., File], upload: Upload, answers: Answers, **options: Any) -> File:
    """Read a file apart; one that cannot be read is `made` with the problem alone."""
    arguments = {
        "source": upload.source,
        "name": upload.name,
        "mended": answers.mended,
        "keep_tables": upload.keep_tables,
        "limits": Limits(rows_max=current_settings().import_max_rows),
        **options,
    }
    try:
        file: File = run_apart(reader, arguments, told=upload.told)
    except Unreadable as error:
        return made(problems=[error.as_problem()])
    return file
