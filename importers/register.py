"""Reads a register from a file of any accepted form: one reader for the one-shot command, the import page and tests.

Everything wrong is collected with sheet, row and column before anything is refused. Rows that cannot become facts are
kept out of the check of the whole, with the rows that refer to them, so that one slip is not told ten times.
"""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from importers.base import Limits, Table, shown
from importers.dates import DayOrder
from importers.left_out import problems_alone, repeated
from importers.progress import tell
from importers.references import FactIndex, assign_codes, natural_key, resolve_references
from importers.register_rows import Mended, RawFact, RawSheet, read_rows_of
from importers.register_tables import Source, SourceTables, load_tables
from importers.result import ReadResult
from registry.domain.register import rules
from registry.domain.register.facts import Fact, Organisation, Register
from registry.domain.register.problems import Problem, Severity
from registry.reference.register_format import SheetFormat, register_format

__all__ = ["PROBLEMS_MAX", "ReadResult", "read", "read_tables"]

PROBLEMS_MAX = 10_000
# Shares of the time of a long file at which these parts of the work are done.
_OPENED, _ROWS_READ, _RESOLVED = 0.4, 0.75, 0.85
_NAMED_KINDS = ("vendors", "systems", "segments", "datasets", "processes", "controls")


def read(
    source: Source,
    *,
    name: str = "",
    base: Register | None = None,
    reserved: Collection[str] = (),
    day_order: DayOrder = None,
    mended: Mapping[str, Mended] | None = None,
    limits: Limits | None = None,
    keep_tables: bool = True,
) -> ReadResult:
    """Read a register.

    Parameters
    ----------
    source
        Path or bytes of an .xlsx, a zip of CSVs, one CSV; or the path of a folder of CSVs.
    name
        File name, when bytes are given; a CSV tells its sheet by it.
    base
        The registry to import into: references resolve in it too, rows without a code may mean its facts, columns
        that the file lacks keep its values. None: the file must be a whole register.
    reserved
        Codes in use besides those of the base (archived facts), which must not be given again.
    day_order
        How the person said that dates such as `03/04/2024` are meant.
    mended
        Texts that stand in for cells of the file, by sheet, row and column.
    limits
        How much is accepted.
    keep_tables
        Whether the answer holds the sheets as they stood.

    Returns
    -------
    ReadResult
        Never raises because of what is in the source.
    """
    tell(0.0, "Opening the file")
    loaded = load_tables(source, name, limits or Limits())
    return read_tables(
        loaded, base=base, reserved=reserved, day_order=day_order, mended=mended, keep_tables=keep_tables
    )


def read_tables(
    loaded: SourceTables,
    *,
    base: Register | None = None,
    reserved: Collection[str] = (),
    day_order: DayOrder = None,
    mended: Mapping[str, Mended] | None = None,
    keep_tables: bool = True,
) -> ReadResult:
    """Read tables in the layout of the register, wherever they come from; the options are those of `read`."""
    problems = _Problems(loaded.problems)
    sheets = dict(_sheets(loaded, problems, day_order=day_order, mended=mended or {}))
    tell(_ROWS_READ, "Looking up what rows refer to")
    _resolve(sheets, base, reserved, problems)
    facts = {kind: _facts(sheet, base, problems) for kind, sheet in sheets.items()}
    register = _register(facts, base, problems) if sheets else None
    tell(_RESOLVED, "Checking the rules of a register")
    if register is not None:
        problems.add_new(_about_source(rules.check(register), sheets, base))
    return ReadResult(
        register=None if problems.has_errors else register,
        problems=problems.sorted(),
        counts={kind: len(sheet.facts) for kind, sheet in sheets.items()},
        sha256=loaded.sha256,
        facts=facts,
        columns={kind: sheet.columns for kind, sheet in sheets.items()},
        tables=loaded.tables if keep_tables else {},
        positions={sheet.format.name: dict(sheet.positions) for sheet in sheets.values()},
        quoted=_quoted(problems.problems, sheets, loaded.tables),
    )


def _sheets(
    loaded: SourceTables, problems: "_Problems", *, day_order: DayOrder, mended: Mapping[str, Mended]
) -> Iterator[tuple[str, RawSheet]]:
    """Yield the rows of every sheet by kind, in the order of the register, telling how far they are."""
    total, before = sum(len(table.rows) for table in loaded.tables.values()) or 1, 0
    for kind, form in register_format().items():
        table = loaded.tables.get(kind)
        if table is None:
            continue

        def told(row: int, before: int = before, name: str = form.name, of: int = len(table.rows)) -> None:
            share = _OPENED + (_ROWS_READ - _OPENED) * (before + row) / total
            tell(share, f"{name}: {row:,} of {of:,} rows")

        yield (
            kind,
            read_rows_of(table, form, problems.add, day_order=day_order, mended=mended.get(form.name, {}), told=told),
        )
        before += len(table.rows)


def _quoted(
    problems: Iterable[Problem], sheets: Mapping[str, RawSheet], tables: Mapping[str, Table]
) -> dict[tuple[str, int, str], str]:
    """Return what stands in the cells that have a problem."""
    kinds = {sheet.format.name: kind for kind, sheet in sheets.items()}
    found = {}
    for problem in problems:
        kind = kinds.get(problem.sheet or "")
        if kind is None or problem.sheet is None or problem.row is None or problem.column is None:
            continue
        index = sheets[kind].positions.get(problem.column)
        rows = tables[kind].rows
        if index is not None and problem.row <= len(rows) and index < len(rows[problem.row - 1]):
            cell = rows[problem.row - 1][index]
            found[problem.sheet, problem.row, problem.column] = "" if cell is None else shown(cell)
    return found


class _Problems:
    """Collects problems; after the first ten thousand it only counts, since a wrong column breaks every row."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = list(problems)
        self.places = {(problem.sheet, problem.row, problem.column) for problem in problems}
        self.has_errors = any(problem.severity is Severity.ERROR for problem in problems)
        self.left_out = 0

    def add(self, problem: Problem) -> None:
        self.has_errors = self.has_errors or problem.severity is Severity.ERROR
        if len(self.problems) >= PROBLEMS_MAX:
            self.left_out += 1
            return
        self.problems.append(problem)
        self.places.add((problem.sheet, problem.row, problem.column))

    def add_new(self, found: Iterable[Problem]) -> None:
        """Add what the rules found, unless something was told of the cell already."""
        for problem in found:
            if problem.row is None or (problem.sheet, problem.row, problem.column) not in self.places:
                self.add(problem)

    def sorted(self) -> list[Problem]:
        order = {sheet.name: position for position, sheet in enumerate(register_format().values())}
        found = sorted(self.problems, key=lambda problem: (order.get(problem.sheet or "", -1), problem.row or 0))
        if self.left_out:
            message = f"{self.left_out:,} further problems are not listed. Mend these first."
            found.append(Problem(severity=Severity.ERROR, code="too_many_problems", message=message))
        return found


def _about_source(found: Iterable[Problem], sheets: Mapping[str, RawSheet], base: Register | None) -> Iterator[Problem]:
    """Leave out what the rules say of facts that are registered already, or of rows that could not be read."""
    has_vendor_rows = "vendors" in sheets and bool(sheets["vendors"].facts)
    for problem in found:
        if problem.row is None:
            if problem.code == "no_vendors" and (has_vendor_rows or base is not None):
                continue
            if problem.sheet == Organisation.SHEET or (base is not None and problem.severity is Severity.WARNING):
                continue
        yield problem


def _resolve(
    sheets: Mapping[str, RawSheet], base: Register | None, reserved: Collection[str], problems: _Problems
) -> None:
    """Give codes and resolve references, kinds with names first, since others refer to them by name."""
    for kind in _NAMED_KINDS:
        if kind in sheets:
            assign_codes(sheets[kind], base, reserved)
    index = FactIndex(base, sheets)
    for kind, sheet in sheets.items():
        resolve_references(sheet, index, problems.add)
        if kind not in _NAMED_KINDS:
            assign_codes(sheet, base, reserved)
            for raw in sheet.facts:
                index.add(kind, raw)


def _facts(sheet: RawSheet, base: Register | None, problems: _Problems) -> tuple[Fact, ...]:
    form = sheet.format
    existing = {_key(form, fact): fact for fact in base.facts(form.kind)} if base else {}
    defaults = _defaults(form.fact_type)
    told: set[str] = set()
    found = []
    for raw in sheet.facts:
        values = _values(sheet, raw, existing, defaults)
        for name in _missing(form, raw, values):
            raw.is_usable = False
            if name in sheet.columns or name not in told:
                told.add(name)
                problems.add(_missing_problem(form, name, raw.row, has_column=name in sheet.columns))
        if raw.is_usable:
            found.append(form.fact_type(**values, row=raw.row))
        else:
            problems.add_new(problems_alone(sheet, raw, values))
    problems.add_new(repeated(sheet))
    return tuple(found)


def _values(sheet: RawSheet, raw: RawFact, existing: Mapping[Any, Fact], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a fact: those of the file, else those registered, else the defaults of the model."""
    form = sheet.format
    fact = existing.get(_key(form, raw.values)) if existing else None
    values: dict[str, Any] = {}
    if fact is not None:
        values = {column.name: getattr(fact, column.name) for column in form.columns}
    for name, value in raw.values.items():
        if value is not None:
            values[name] = value
        elif name in defaults:
            values[name] = defaults[name]
        else:
            values.pop(name, None)
    return values


def _key(form: SheetFormat, fact: Fact | Mapping[str, Any]) -> Any:
    if form.has_code:
        return fact.get("code") if isinstance(fact, Mapping) else getattr(fact, "code")  # noqa: B009, only with a code
    return natural_key(form.kind, fact)


def _missing(form: SheetFormat, raw: RawFact, values: Mapping[str, Any]) -> list[str]:
    return [
        column.name
        for column in form.columns
        if column.is_required and values.get(column.name) in {None, ()} and column.name not in raw.bad_columns
    ]


def _missing_problem(form: SheetFormat, name: str, row: int, *, has_column: bool) -> Problem:
    code, message = "missing", f"{name.replace('_', ' ')} is missing; every row needs it."
    if not has_column:
        code, message = "missing_column", f"The sheet has no column {name}, which every row needs. Add it."
    place = row if has_column else 1
    return Problem(severity=Severity.ERROR, code=code, message=message, sheet=form.name, row=place, column=name)


def _defaults(fact_type: type[Fact]) -> Mapping[str, Any]:
    return {item.name: item.default for item in fields(fact_type) if item.default is not MISSING}


def _register(facts: Mapping[str, tuple[Fact, ...]], base: Register | None, problems: _Problems) -> Register | None:
    organisation = _organisation(facts.get("organisation"), base, problems)
    if organisation is None:
        return None
    merged = {kind: _merged(form, facts.get(kind, ()), base) for kind, form in register_format().items()}
    merged.pop("organisation")
    return Register(organisation=organisation, **merged)  # type: ignore[arg-type]  # each kind holds its own type


def _organisation(found: tuple[Fact, ...] | None, base: Register | None, problems: _Problems) -> Organisation | None:
    rows = [fact for fact in found or () if isinstance(fact, Organisation)]
    if len(rows) > 1:
        message = "The sheet holds one organisation: ours. Delete the other rows."
        problems.add(_organisation_problem("second_organisation", message, rows[1].row))
    if rows:
        return rows[0]
    if base is not None:
        return base.organisation
    if found is None:
        message = "The sheet Organisation is missing. Add it, with name, sector and country of your organisation."
        problems.add(_organisation_problem("missing_sheet", message, None))
    elif not problems.has_errors:
        message = "The sheet Organisation has no row. Write name, sector and country of your organisation."
        problems.add(_organisation_problem("missing", message, None))
    # What else is wrong shall be told in the same go.
    return Organisation(name="?")


def _organisation_problem(code: str, message: str, row: int | None) -> Problem:
    return Problem(severity=Severity.ERROR, code=code, message=message, sheet="Organisation", row=row)


def _merged(form: SheetFormat, found: tuple[Fact, ...], base: Register | None) -> tuple[Fact, ...]:
    if base is None:
        return found
    # Two rows of one key stay two, so that the rules can tell of them.
    replaced: dict[Any, list[Fact]] = {}
    for fact in found:
        replaced.setdefault(_key(form, fact), []).append(fact)
    merged: list[Fact] = []
    for fact in base.facts(form.kind):
        merged.extend(replaced.pop(_key(form, fact), (dataclasses.replace(fact, row=None),)))
    for rest in replaced.values():
        merged.extend(rest)
    return tuple(merged)
