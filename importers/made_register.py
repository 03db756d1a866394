"""Facts made of another tool's file, read by the register's own rules; what is wrong is told in the words of that file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from importers.base import Cell, Table, is_blank
from importers.lines import Found
from importers.list_file import MESSAGES, spelled
from importers.references import natural_key
from importers.register import read_tables
from importers.register_tables import SourceTables
from importers.result import ReadResult
from registry.domain.register.facts import Organisation, Register
from registry.domain.register.problems import Problem, Severity
from registry.reference.register_format import register_format

__all__ = ["MadeRegister"]

_REFERENCES = frozenset({"vendor", "sender", "recipient", "system", "dataset", "hosted_by"})


class MadeRegister:
    """Rows of the register's sheets being made; each value with the place it came from."""

    def __init__(self, base: Register | None) -> None:
        self.base = base or Register(organisation=Organisation(name="?"))
        self.rows: dict[str, list[dict[str, Cell]]] = {}
        self.places: dict[tuple[str, int], tuple[str, int]] = {}
        self.columns: dict[tuple[str, int, str], str | None] = {}

    def add(self, kind: str, place: tuple[str, int], values: Mapping[str, tuple[Cell, str | None]]) -> None:
        """Add a row: column of ours -> the cell, and the column of the file it came from."""
        rows = self.rows.setdefault(kind, [])
        number = len(rows) + 2  # as in a sheet with its header in row 1
        rows.append({column: cell for column, (cell, _) in values.items()})
        self.places[kind, number] = place
        self.columns.update({(kind, number, column): label for column, (_, label) in values.items()})

    def read(self, sha256: str, found: Found, **options: Any) -> ReadResult:
        """Read the rows as a register file is read; `found` is what was said of the file before."""
        self._keep_what_is_known()
        made = SourceTables(sha256)
        for kind, rows in self.rows.items():
            names = list(dict.fromkeys(name for cells in rows for name in cells))
            cells = [[values.get(name) for name in names] for values in rows]
            made.tables[kind] = Table(register_format()[kind].name, [list(names), *cells])
        result = read_tables(made, base=self.base, keep_tables=False, **options)
        told, quoted = list(found.problems), dict(found.quoted)
        for problem in result.problems:
            placed = self._in_its_place(problem)
            told.append(placed)
            if placed.sheet is not None and placed.row is not None and placed.column is not None:
                where = (problem.sheet or "", problem.row or 0, problem.column or "")
                quoted[placed.sheet, placed.row, placed.column] = result.quoted.get(where, "")
        result.problems = sorted(told, key=lambda each: (each.sheet or "", each.row or 0))
        result.quoted = quoted
        if any(problem.severity is Severity.ERROR for problem in told):
            result.register = None
        elif result.register is None:
            result.register = self.base  # nothing of it is new, and nothing is wrong
        result.facts = {
            kind: tuple(self._numbered(kind, fact) for fact in facts) for kind, facts in result.facts.items()
        }
        return result

    def _in_its_place(self, problem: Problem) -> Problem:
        kinds = {form.name: kind for kind, form in register_format().items()}
        kind = kinds.get(problem.sheet or "", "")
        place = self.places.get((kind, problem.row or 0))
        if place is None:
            return problem
        column = self.columns.get((kind, problem.row or 0, problem.column or ""))
        message = MESSAGES.get(problem.code, problem.message)
        return replace(problem, sheet=place[0], row=place[1], column=column, message=message)

    def _numbered(self, kind: str, fact: Any) -> Any:
        place = self.places.get((kind, fact.row or 0))
        return replace(fact, row=place[1]) if place else fact

    def _keep_what_is_known(self) -> None:
        """Fill what the file leaves open of facts that are registered already: it deletes nothing."""
        for kind, rows in self.rows.items():
            by_key = {natural_key(kind, fact): fact for fact in self.base.facts(kind)}
            names = list(dict.fromkeys(name for cells in rows for name in cells))
            for cells in rows:
                fact = by_key.get(natural_key(kind, self._with_codes(cells)))
                for name in names if fact is not None else ():
                    if is_blank(cells.get(name)):
                        cells[name] = spelled(getattr(fact, name))

    def _with_codes(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        """Return cells with the names of registered facts replaced by their codes, as registered facts refer to them."""
        named: list[Any] = [*self.base.vendors, *self.base.systems, *self.base.datasets]
        known = {_plain(fact.name): fact.code for fact in named}
        return {
            name: known.get(_plain(cell), cell) if name in _REFERENCES and isinstance(cell, str) else cell
            for name, cell in cells.items()
        }


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
