"""A list of somebody's own making, read by what its columns mean, and turned into tables of the register.

The register's own reader then does the rest, so a list meets the same rules as a register file; what it finds wrong is
told in the words of the list: its sheet, its row, the name of its column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from importers.base import Cell, CellError, Limits, Table, is_blank, shown
from importers.column_names import Target
from importers.list_cells import fix
from importers.list_layout import Layout, lay_out
from importers.misfit import Misfit
from importers.references import natural_key
from importers.register import read_tables
from importers.register_rows import Mended
from importers.register_tables import SourceTables
from importers.result import ReadResult
from importers.sources import Loaded, Source, load
from registry.domain.register.facts import Organisation, Register
from registry.domain.register.problems import Problem, Severity
from registry.reference.register_format import register_format

__all__ = ["MESSAGES", "ListFile", "RegisterRows", "open_list", "spelled", "unread"]

_TOLD_ONE_BY_ONE = 2
# What the register's reader says in terms of its own sheets, in terms of somebody who has a list and a registry.
MESSAGES = {
    "currency_without_rate": "The registry has no rate for this currency. Add it under Settings, Currencies, then check "
    "again; or leave the column out.",
}
# With an optional cell, what would be misread without it is left out too.
_GOES_ALONG = {"currency": ("value_per_year", "liability_cap", "insurance"), "dataset": ("people", "people_share")}
_SAID_ONCE = frozenset({"tier_from_scale"})  # true of a scale, not of a cell


@dataclass(slots=True)
class ListFile:
    """One list: its table, what its columns mean, and what was noticed while reading."""

    loaded: Loaded
    table: Table
    layout: Layout
    targets: Sequence[Target]
    problems: list[Problem] = field(default_factory=list)
    said: set[tuple[str, str]] = field(default_factory=set)

    def rows(self) -> Iterator[int]:
        """Yield the numbers of the rows below the header that hold anything."""
        for number, _ in self.table.filled_rows():
            if number > self.layout.header_row:
                yield number

    def cell(self, number: int, key: str) -> Cell:
        """Return the cell of a meaning as the register expects it; what should be said of it is noted once."""
        index = self.layout.index_of(key)
        row = self.table.rows[number - 1]
        cell = row[index] if index is not None and index < len(row) else None
        if is_blank(cell) or isinstance(cell, CellError):
            return cell if isinstance(cell, CellError) else None
        try:
            return fix(key, cell)
        except Misfit as misfit:
            self.say(misfit, number, key, shown(cell))
            return misfit.value if misfit.is_usable else cell

    def text(self, number: int, key: str) -> str:
        """Return the cell of a meaning as text, empty when there is none."""
        cell = self.cell(number, key)
        return "" if cell is None or isinstance(cell, CellError) else shown(cell, 200)

    def say(self, misfit: Misfit, number: int, key: str, value: str = "") -> None:
        """Note a problem of a cell."""
        severity = Severity.WARNING if misfit.is_usable else Severity.ERROR
        mark = (f"{misfit.code} {key}", value if misfit.code in _SAID_ONCE else f"{number}")
        if mark not in self.said:
            self.said.add(mark)
            self.problems.append(self.problem(severity, misfit.code, str(misfit), number=number, key=key))

    def problem(
        self, severity: Severity, code: str, message: str, *, number: int | None = None, key: str | None = None
    ) -> Problem:
        """Return a problem at a place of the list."""
        column = self.layout.label_of(key) if key else None
        return Problem(severity=severity, code=code, message=message, sheet=self.table.name, row=number, column=column)

    def asks(self, choices: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the page shows of the layout."""
        sheets = [table.name for table in self.loaded.tables if next(table.filled_rows(), None)]
        chosen = {"sheet": self.table.name, "sheets": sheets, "is_lenient": bool(choices.get("is_lenient"))}
        return chosen | self.layout.as_asked(self.targets)


def open_list(
    source: Source,
    name: str,
    targets: Sequence[Target],
    *,
    choices: Mapping[str, Any],
    remembered: Mapping[str, Mapping[str, str]],
    mended: Mapping[str, Mended] | None,
    limits: Limits | None,
    may_lack_header: bool = False,
) -> ListFile | ReadResult:
    """Read a file, choose the sheet that looks most like the list, and lay it out; a file without any is the result."""
    loaded = load(source, name, limits or Limits())
    tables = [table for table in loaded.tables if next(table.filled_rows(), None)]
    if not tables:
        if not any(problem.severity is Severity.ERROR for problem in loaded.problems):
            loaded.problems.append(Problem(severity=Severity.ERROR, code="empty", message="The file is empty."))
        return unread(loaded)
    required = targets[0].key
    layouts = [
        lay_out(
            table, targets, required=required, choices=choices, remembered=remembered, may_lack_header=may_lack_header
        )
        for table in tables
    ]
    best = max(range(len(tables)), key=lambda position: _fitness(tables[position], layouts[position], choices))
    found = ListFile(loaded, tables[best], layouts[best], targets, [*loaded.problems, *_placed(tables[best])])
    _mend(found, (mended or {}).get(found.table.name, {}))
    return found


def unread(loaded: Loaded) -> ReadResult:
    """Return the result of a file that gives no list."""
    return ReadResult(register=None, problems=loaded.problems, counts={}, sha256=loaded.sha256)


def _fitness(table: Table, layout: Layout, choices: Mapping[str, Any]) -> tuple[bool, int, int]:
    named = sum(column.why in {"you", "before", "name"} and column.target is not None for column in layout.columns)
    return choices.get("sheet") == table.name, named, len(table.rows)


def _placed(table: Table) -> list[Problem]:
    return [replace(remark, sheet=table.name) for remark in table.remarks]


def _mend(found: ListFile, mended: Mended) -> None:
    places = {column.label: column.index for column in found.layout.columns}
    for (number, label), text in mended.items():
        if label not in places or not 1 <= number <= len(found.table.rows):
            continue
        row = found.table.rows[number - 1]
        row.extend([None] * (places[label] + 1 - len(row)))
        row[places[label]] = text


class RegisterRows:
    """Rows of the register's sheets being made of a list: each value with the meaning of the column it came from."""

    def __init__(self, found: ListFile, base: Register | None) -> None:
        self.found = found
        self.base = base or Register(organisation=Organisation(name="?"))
        self.rows: dict[str, list[tuple[int, dict[str, Cell]]]] = {}
        self.origins: dict[tuple[str, int, str], str] = {}

    def add(self, kind: str, number: int, values: Mapping[str, Cell | tuple[Cell, str]]) -> None:
        """Add a row made of a row of the list; a pair names the meaning, where it is not that of kind and field."""
        cells: dict[str, Cell] = {}
        for column, value in values.items():
            cell, key = value if isinstance(value, tuple) else (value, f"{kind}.{column}")
            cells[column] = cell
            self.origins[kind, number, column] = key
        self.rows.setdefault(kind, []).append((number, cells))

    def read(self, options: Mapping[str, Any], *, is_lenient: bool = False) -> ReadResult:
        """Read the rows as the register's own reader does; with `is_lenient`, optional cells that do not fit are left out."""
        self._keep_what_is_known()
        result = read_tables(self._tables(), base=self.base, keep_tables=False, **options)
        if is_lenient and (unfit := list(self._unfit(result.problems))):
            for kind, number, column, problem in unfit:
                for row_number, cells in self.rows[kind]:
                    if row_number == number:
                        cells.update(dict.fromkeys((column, *_GOES_ALONG.get(column, ())), None))
                message = f"Left blank: {problem.message}"
                key = self.origins.get((kind, number, column))
                self.found.problems.append(
                    self.found.problem(Severity.WARNING, "left_blank", message, number=number, key=key)
                )
            result = read_tables(self._tables(), base=self.base, keep_tables=False, **options)
        return self._in_words_of_the_list(result)

    def _tables(self) -> SourceTables:
        made = SourceTables(self.found.loaded.sha256)
        for kind, rows in self.rows.items():
            names = list(dict.fromkeys(name for _, cells in rows for name in cells))
            cells = [[values.get(name) for name in names] for _, values in rows]
            numbers = [self.found.layout.header_row, *(number for number, _ in rows)]
            made.tables[kind] = Table(register_format()[kind].name, [list(names), *cells], numbers=numbers)
        return made

    def _keep_what_is_known(self) -> None:
        """Fill blank cells of facts that are registered already: a blank in somebody's list deletes nothing."""
        for kind, rows in self.rows.items():
            form = register_format()[kind]
            by_key = {natural_key(kind, fact): fact for fact in self.base.facts(kind)}
            by_code = {getattr(fact, "code", None): fact for fact in self.base.facts(kind)} if form.has_code else {}
            for _, cells in rows:
                fact = by_code.get(cells.get("code")) or by_key.get(natural_key(kind, cells))
                for name in cells if fact is not None else ():
                    if is_blank(cells[name]) and fact is not None:
                        cells[name] = spelled(getattr(fact, name))

    def _unfit(self, problems: list[Problem]) -> Iterator[tuple[str, int, str, Problem]]:
        kinds = {form.name: kind for kind, form in register_format().items()}
        for problem in problems:
            kind = kinds.get(problem.sheet or "")
            if kind is None or problem.row is None or problem.column is None or problem.severity is Severity.WARNING:
                continue
            if problem.code == "ambiguous_date" or register_format()[kind].column(problem.column).is_required:
                continue
            yield kind, problem.row, problem.column, problem

    def _in_words_of_the_list(self, result: ReadResult) -> ReadResult:
        kinds = {form.name: kind for kind, form in register_format().items()}
        told: list[Problem] = list(self.found.problems)
        seen = {(problem.row, problem.column, problem.message) for problem in told}
        placed: list[Problem] = []
        for problem in result.problems:
            key = self.origins.get((kinds.get(problem.sheet or "", ""), problem.row or 0, problem.column or ""))
            label = self.found.layout.label_of(key) if key else None
            message = MESSAGES.get(problem.code, problem.message)
            if (problem.row, label, message) not in seen:
                seen.add((problem.row, label, message))
                placed.append(replace(problem, sheet=self.found.table.name, column=label, message=message))
        told.extend(_gathered(placed))
        result.problems = sorted(told, key=lambda problem: problem.row or 0)
        has_errors = any(problem.severity is Severity.ERROR for problem in told)
        # without a row that is to be imported, the register stays as it is
        result.register = None if has_errors else result.register or self.base
        labels = {column.label: column.index for column in self.found.layout.columns}
        result.positions = {self.found.table.name: labels}
        result.quoted = self._quoted(told, labels)
        return result

    def _quoted(self, problems: list[Problem], labels: Mapping[str, int]) -> dict[tuple[str, int, str], str]:
        quoted: dict[tuple[str, int, str], str] = {}
        for problem in problems:
            if problem.row is None or problem.column is None or problem.column not in labels:
                continue
            row, index = self.found.table.rows[problem.row - 1], labels[problem.column]
            cell = row[index] if index < len(row) else None
            quoted[self.found.table.name, problem.row, problem.column] = "" if cell is None else shown(cell)
        return quoted


def _gathered(problems: list[Problem]) -> Iterator[Problem]:
    """Yield the problems; a warning that is true of most rows, because the list lacks a column, is given once."""
    counts: dict[str, int] = {}
    for problem in problems:
        if problem.severity is Severity.WARNING and problem.column is None:
            counts[problem.message] = counts.get(problem.message, 0) + 1
    told: set[str] = set()
    for problem in problems:
        count = counts.get(problem.message, 0)
        if count <= _TOLD_ONE_BY_ONE or problem.severity is Severity.ERROR or problem.column is not None:
            yield problem
        elif problem.message not in told:
            told.add(problem.message)
            yield replace(problem, row=None, message=f"{count:,} rows: {problem.message}")


def spelled(value: Any) -> Cell:
    """Return a value of a fact as its cell would be written."""
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, StrEnum) else value
