"""Lists of public breaches as a kind of import: read apart, compared with what is known, written as one act."""

from dataclasses import dataclass
from typing import Any

from importers.base import Limits, Unreadable
from importers.sector import BreachFile
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.register import current_revision
from registry.core.work import Work
from registry.domain.problems import Problem, errors_of, warnings_of
from registry.importing.answers import Answers
from registry.importing.kinds import ImportKind, Journal, Upload
from registry.importing.preview import SHOWN_MAX, described_problems, shown_value
from registry.importing.sandbox import run_apart
from registry.sector.store import Difference, compare, revert, write
from registry.settings import current_settings
from reports.marked_file import mark

__all__ = ["KIND", "WORD", "BreachPlan"]

WORD = "public breaches"


@dataclass(frozen=True, slots=True)
class BreachPlan:
    """A list as it was looked at: what came out of the file, and how it differs from what is known."""

    file: BreachFile
    difference: Difference
    revision: int

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
        return not self.difference.new and not self.difference.changed

    def describe(self) -> dict[str, Any]:
        """Return the preview."""
        new, changed = self.difference.new, self.difference.changed
        return {
            "counts": {WORD: len(self.file.records)},
            "new": {WORD: len(new)},
            "changed": {WORD: len(changed)},
            "same": {WORD: self.difference.same},
            "errors": len(errors_of(self.problems)),
            "warnings": len(warnings_of(self.problems)),
            "new_rows": [
                {"sheet": record.source.value, "row": record.row, "what": record.name} for record in new[:SHOWN_MAX]
            ],
            "changes": [
                {
                    "sheet": change.record.source.value,
                    "row": change.record.row,
                    "what": change.record.name,
                    "fields": [
                        [field, shown_value(before), shown_value(after)]
                        for field, (before, after) in change.fields.items()
                    ],
                }
                for change in changed[:SHOWN_MAX]
            ],
            "problems": described_problems(self.problems, self.file.quoted),
            "asks": {},
        }

    def write(self, w: Work) -> Journal:
        """Write what is new and what changed."""
        return write(w, self.file.records, self.file.sha256)

    def marked(self) -> bytes:
        """Return the sheets as they stood, with the cells that need mending marked."""
        sheets = {table.name: table.rows for table in self.file.tables}
        return mark(sheets, self.file.positions, self.problems)


def _look(_actor: Actor, upload: Upload, answers: Answers) -> BreachPlan:
    arguments = {
        "source": upload.source,
        "name": upload.name,
        "day_order": answers.day_order,
        "mended": answers.mended,
        "keep_tables": upload.keep_tables,
        "limits": Limits(rows_max=current_settings().import_max_rows),
    }
    try:
        file = run_apart("breaches", arguments, told=upload.told)
        assert isinstance(file, BreachFile)
    except Unreadable as error:
        file = BreachFile(problems=[error.as_problem()])
    with reading():
        return BreachPlan(file, compare(session(), file.records), current_revision())


KIND = ImportKind(
    name="breaches",
    title="Public breaches",
    words=(
        "The list of the HHS breach portal or of the Attorney General of Washington (.csv), "
        "of Have I Been Pwned or VERIS (.json), or any table of breaches."
    ),
    accept=".csv,.tsv,.xlsx,.json,.zip",
    look=_look,
    revert=revert,
    permission=Permission.SECTOR_IMPORT,
)
