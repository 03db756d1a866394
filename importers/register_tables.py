"""From a source of any accepted form to tables matched with the sheets of the register."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from importers.base import Limits, Table, plain_name
from importers.header import sheet_by_columns
from importers.sources import Source, load
from registry.domain.register.problems import Problem, Severity
from registry.reference.register_format import SheetFormat, register_format

__all__ = ["Source", "SourceTables", "load_tables"]

# Sheets of our own template and of marked files that hold no facts.
_GUIDE_SHEETS = frozenset({"guide", "lists", "problems"})


@dataclass(slots=True)
class SourceTables:
    """The tables of a source by the kind of fact they hold, what was noticed, and the hash of the source."""

    sha256: str
    tables: dict[str, Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_tables(source: Source, name: str, limits: Limits) -> SourceTables:
    """Read a source into tables; what cannot be read becomes a problem, never an exception."""
    loaded = load(source, name, limits)
    result = SourceTables(loaded.sha256, problems=loaded.problems)
    _add_tables(loaded.tables, result, is_single=loaded.is_single)
    return result


def _add_tables(tables: Iterable[Table], result: SourceTables, *, is_single: bool) -> None:
    is_empty = True
    for table in tables:
        is_empty = False
        sheet = _sheet(table, result, is_single=is_single)
        if sheet is None:
            continue
        if sheet.kind in result.tables:
            message = f"There are two sheets named {sheet.name}. Put their rows together."
            result.problems.append(_problem(Severity.ERROR, "duplicate_sheet", message, sheet.name))
            continue
        table.name = sheet.name
        result.problems.extend(_renamed(remark, sheet.name) for remark in table.remarks)
        result.tables[sheet.kind] = table
    if not result.tables and not any(problem.severity is Severity.ERROR for problem in result.problems):
        known = ", ".join(sheet.name for sheet in register_format().values())
        message = "The file is empty." if is_empty else f"No sheet of a register was found. Known sheets: {known}."
        result.problems.append(_problem(Severity.ERROR, "no_sheets", message))


def _sheet(table: Table, result: SourceTables, *, is_single: bool) -> SheetFormat | None:
    """Return the sheet a table stands for, by its name, else (a table on its own) by its columns."""
    name = plain_name(table.name)
    by_name = {plain_name(sheet.name): sheet for sheet in register_format().values()}
    if name in by_name:
        return by_name[name]
    if name in _GUIDE_SHEETS:
        return None
    if next(table.filled_rows(), None) is None:
        return None
    if not is_single:
        message = f'"{table.name}" is no sheet of a register; it is not read.'
        result.problems.append(_problem(Severity.WARNING, "unknown_sheet", message, table.name))
        return None
    found = sheet_by_columns(table)
    ending = [sheet for sheet in found if name.endswith(plain_name(sheet.name))]
    if len(ending or found) == 1:
        return (ending or found)[0]
    which = f"It could be {' or '.join(sheet.name for sheet in found)}. " if found else "Its columns fit no sheet. "
    message = f'It is not clear which sheet this is. {which}Name the file after its sheet, such as "Vendors.csv".'
    result.problems.append(_problem(Severity.ERROR, "which_sheet", message, table.name))
    return None


def _renamed(remark: Problem, sheet: str) -> Problem:
    return Problem(severity=remark.severity, code=remark.code, message=remark.message, sheet=sheet, row=remark.row)


def _problem(severity: Severity, code: str, message: str, sheet: str | None = None) -> Problem:
    return Problem(severity=severity, code=code, message=message, sheet=sheet)
