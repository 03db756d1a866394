"""Gives every fact its code and turns names in references into codes: first of the file, then of the registry."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from rapidfuzz import process

from importers.base import shown
from importers.register_rows import RawFact, RawSheet
from importers.values import REFERENCES
from registry.domain.register.facts import Fact, Register
from registry.domain.register.problems import Problem, Severity
from registry.reference.load import read_rows
from registry.reference.register_format import ColumnFormat, SheetFormat, register_format

__all__ = ["FactIndex", "assign_codes", "natural_fields", "natural_key", "resolve_references"]

_TARGETS: Mapping[str, tuple[str, ...]] = {
    "vendor": ("vendors",),
    "system": ("systems",),
    "segment": ("segments",),
    "dataset": ("datasets",),
    "process": ("processes",),
    "control": ("controls",),
    "system_or_vendor": ("systems", "vendors"),
    "fact": ("flows", "access", "links", "platform_uses", "dependencies", "systems"),
}
# What tells two facts of a sheet apart besides a code; a row without a code that agrees with one fact is that fact.
_NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "organisation": (),
    "organisation_roles": ("role",),
    "currencies": ("currency",),
    "parameters": ("key",),
    "vendors": ("name",),
    "systems": ("name",),
    "segments": ("name",),
    "jurisdictions": ("segment", "jurisdiction"),
    "datasets": ("name",),
    "coverage": ("dataset", "segment"),
    "flows": ("sender", "recipient", "dataset", "purpose"),
    "access": ("vendor", "system", "kind"),
    "links": ("from_system", "to_system", "kind"),
    "platform_uses": ("platform", "user", "kind"),
    "processes": ("name",),
    "dependencies": ("process", "depends_on"),
    "controls": ("name",),
    "placements": ("control", "fact", "state"),
    "contracts": ("vendor", "reference"),
    "certificates": ("vendor", "certificate", "issued"),
    "contacts": ("vendor", "role", "name", "email"),
}


def natural_fields(kind: str) -> tuple[str, ...]:
    """Return the fields that tell facts of a kind apart when they carry no code."""
    return _NATURAL_KEYS[kind]


def natural_key(kind: str, fact: Fact | Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells a fact apart from others of its kind when it carries no code."""
    values = fact if isinstance(fact, Mapping) else {name: getattr(fact, name) for name in _NATURAL_KEYS[kind]}
    return tuple(_plain(values.get(name)) for name in _NATURAL_KEYS[kind])


def _plain(value: Any) -> Any:
    return " ".join(value.split()).casefold() if type(value) is str else value


class FactIndex:
    """Codes and names of a file and of a registry, to find what a reference means."""

    def __init__(self, base: Register | None, sheets: Mapping[str, RawSheet]) -> None:
        self.codes: dict[str, set[str]] = {kind: set() for kind in register_format()}
        self.names: dict[str, dict[str, list[str]]] = {kind: {} for kind in register_format()}
        self.base_names: dict[str, dict[str, list[str]]] = {kind: {} for kind in register_format()}
        self.unusable: set[str] = set()
        for row in read_rows("control_efficacy"):
            self.codes["controls"].add(row["code"])
            self.base_names["controls"].setdefault(_plain(row["name"]), []).append(row["code"])
        for kind, sheet in register_format().items():
            if base is not None and sheet.has_code:
                for fact in base.facts(kind):
                    self._add_base(kind, fact)
            if kind in sheets:
                for raw in sheets[kind].facts:
                    self.add(kind, raw)

    def add(self, kind: str, raw: RawFact) -> None:
        """Add a fact of the file, which must have its code."""
        code = raw.values.get("code")
        if code is None:
            return
        self.codes[kind].add(code)
        name = raw.values.get("name")
        if type(name) is str:
            known = self.names[kind].setdefault(_plain(name), [])
            if code not in known:
                known.append(code)

    def _add_base(self, kind: str, fact: Fact) -> None:
        code: str = getattr(fact, "code")  # noqa: B009, asked only of facts with a code
        self.codes[kind].add(code)
        if register_format()[kind].has_name:
            name: str = getattr(fact, "name")  # noqa: B009, see above
            self.base_names[kind].setdefault(_plain(name), []).append(code)

    def find(self, column_type: str, text: str) -> list[str]:
        """Return the codes a text can mean: none, one, or several of the same name."""
        kinds = _TARGETS[column_type]
        for code in (text, text.upper()):
            if any(code in self.codes[kind] for kind in kinds):
                return [code]
        name = _plain(text)
        for names in (self.names, self.base_names):
            found = [code for kind in kinds for code in names[kind].get(name, ())]
            if found:
                return sorted(set(found))
        return []

    def nearest(self, column_type: str, text: str) -> str:
        """Return a sentence that proposes the nearest name, or an empty one."""
        names = {
            name: codes[0]
            for kind in _TARGETS[column_type]
            for known in (self.names[kind], self.base_names[kind])
            for name, codes in known.items()
        }
        near = process.extractOne(_plain(text), list(names), score_cutoff=80)
        return f' Did you mean "{near[0]}" ({names[near[0]]})?' if near else ""


def assign_codes(sheet: RawSheet, base: Register | None, reserved: Collection[str]) -> None:
    """Give the rows without a code one: that of the fact they agree with, else the next free one, in row order."""
    kind, form = sheet.format.kind, sheet.format
    blank = [raw for raw in sheet.facts if raw.values.get("code") is None and "code" not in raw.bad_columns]
    if not form.has_code or not blank:
        return
    given = {raw.values["code"] for raw in sheet.facts if raw.values.get("code") is not None}
    known = _unique_facts(kind, base, given)
    rows_of_key: dict[tuple[Any, ...], int] = {}
    for raw in blank:
        key = natural_key(kind, raw.values)
        rows_of_key[key] = rows_of_key.get(key, 0) + 1
    taken = given | set(reserved) | ({_code(fact) for fact in base.facts(kind)} if base else set())
    number = max((_number(code, form) for code in taken), default=0)
    for raw in blank:
        key = natural_key(kind, raw.values)
        if rows_of_key[key] == 1 and key in known:
            raw.values["code"] = known[key]
            continue
        number += 1
        raw.values["code"] = form.code(number)


def _unique_facts(kind: str, base: Register | None, given: Collection[str]) -> dict[tuple[Any, ...], str]:
    """Return the codes of the registry's facts that no other fact of their kind resembles."""
    codes: dict[tuple[Any, ...], list[str]] = {}
    for fact in base.facts(kind) if base else ():
        codes.setdefault(natural_key(kind, fact), []).append(_code(fact))
    return {key: found[0] for key, found in codes.items() if len(found) == 1 and found[0] not in given}


def _code(fact: Fact) -> str:
    code: str = getattr(fact, "code")  # noqa: B009, asked only of facts with a code
    return code


def _number(code: str, form: SheetFormat) -> int:
    prefix, _, digits = code.partition("-")
    return int(digits) if prefix == form.fact_type.PREFIX and digits.isascii() and digits.isdigit() else 0


def resolve_references(sheet: RawSheet, index: FactIndex, add: Callable[[Problem], None]) -> None:
    """Replace the texts in reference columns by codes; what cannot be found, or is two things, is a problem."""
    for column in _reference_columns(sheet):
        memo: dict[str, str | None] = {}
        for raw in sheet.facts:
            text = raw.values.get(column.name)
            if text is None:
                continue
            if text not in memo:
                found = index.find(column.type, text)
                memo[text] = found[0] if len(found) == 1 else None
            code = memo[text]
            raw.values[column.name] = code
            if code is None:
                raw.bad_columns.add(column.name)
                raw.is_usable = raw.is_usable and not column.is_required
                add(_unresolved(sheet.format, column, (raw.row, text), index))
            elif code in index.unusable:
                raw.is_usable = False
    for raw in sheet.facts:
        if not raw.is_usable and raw.values.get("code") is not None:
            index.unusable.add(raw.values["code"])


def _reference_columns(sheet: RawSheet) -> Iterator[ColumnFormat]:
    return (column for column in sheet.format.columns if column.type in REFERENCES and column.name in sheet.columns)


def _unresolved(form: SheetFormat, column: ColumnFormat, place: tuple[int, str], index: FactIndex) -> Problem:
    row, text = place
    what = column.type.replace("_", " ")
    found = index.find(column.type, text)
    if found:
        code = "ambiguous_reference"
        message = f'"{shown(text)}" is the name of {" and ".join(found)}. Write the code that is meant.'
    else:
        code = "unknown_reference"
        sheets = " or ".join(register_format()[kind].name for kind in _TARGETS[column.type])
        message = (
            f'There is no {what} "{shown(text)}".{index.nearest(column.type, text)} Correct it, or add it to {sheets}.'
        )
    return Problem(severity=Severity.ERROR, code=code, message=message, sheet=form.name, row=row, column=column.name)
