"""The lines of a survey as a table to take away."""

from collections.abc import Sequence

from registry.quality.mends import names_of_people
from registry.quality.survey import Line, Survey
from reports.workbook import Sheet, SheetColumn

__all__ = ["sheet_of"]

_HEADS = (
    "Severity",
    "Kind",
    "Fact",
    "About",
    "Field",
    "What is the matter",
    "Why it matters",
    "Owner",
    "Owner's address",
)


def sheet_of(survey: Survey, lines: Sequence[Line]) -> Sheet:
    """Return one row per line, worst kind first."""
    names = names_of_people({line.owner for line in lines if line.owner})
    rows = [
        (
            line.kind.level.value,
            line.kind.label,
            line.problem.subject or (line.vendors[0] if line.vendors else None),
            survey.about(line),
            line.problem.column,
            line.problem.message,
            line.kind.why,
            names.get(line.owner or ""),
            line.owner,
        )
        for line in lines
    ]
    return Sheet("Data quality", tuple(SheetColumn(head) for head in _HEADS), rows)
