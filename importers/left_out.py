"""What can be told of rows that are no facts: they are left out of the register, but their own slips are named too."""

from collections.abc import Iterator, Mapping
from typing import Any

from importers.register_rows import RawFact, RawSheet
from registry.domain.register import rules
from registry.domain.register.consistency import KEYED, NAMED
from registry.domain.register.problems import Problem, Severity

__all__ = ["problems_alone", "repeated"]


def problems_alone(sheet: RawSheet, raw: RawFact, values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the rules say of a row by itself, when all that every row needs is there."""
    form = sheet.format
    needed = [column.name for column in form.columns if column.is_required or column.type == "code"]
    if any(values.get(name) in {None, ()} for name in needed):
        return
    for problem in rules.check_fact(form.fact_type(**values, row=raw.row)):
        if problem.column not in raw.bad_columns:
            yield problem


def repeated(sheet: RawSheet) -> Iterator[Problem]:
    """Yield the codes, names and keys that come twice where one of the two rows is left out."""
    kind = sheet.format.kind
    if sheet.format.has_code:
        yield from _repeated(sheet, ("code",), "duplicate_code")
    if kind in NAMED:
        yield from _repeated(sheet, ("name",), "duplicate_name")
    if kind in KEYED:
        yield from _repeated(sheet, KEYED[kind], "duplicate_row")


def _repeated(sheet: RawSheet, columns: tuple[str, ...], code: str) -> Iterator[Problem]:
    first: dict[tuple[str, ...], RawFact] = {}
    for raw in sheet.facts:
        values = [raw.values.get(name) for name in columns]
        if not all(isinstance(value, str) and value.strip() for value in values):
            continue
        key = tuple(" ".join(str(value).split()).casefold() for value in values)
        earlier = first.setdefault(key, raw)
        if earlier is raw or (earlier.is_usable and raw.is_usable):
            continue  # the rules tell of two facts
        shown = " and ".join(repr(value) for value in values)
        mend = "rename one of the two" if code == "duplicate_name" else "keep one of the two"
        yield Problem(
            severity=Severity.ERROR,
            code=code,
            message=f"{shown} is there already (row {earlier.row}); {mend}.",
            sheet=sheet.format.name,
            row=raw.row,
            column=columns[-1],
        )
