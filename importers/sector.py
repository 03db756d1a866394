"""Reads public lists of breaches: which list a file is shows in its content; bytes in, records and problems out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from importers import guard, sector_hhs, sector_hibp, sector_plain, sector_veris, sector_washington
from importers.base import Limits, Table, Unreadable
from importers.dates import DayOrder
from importers.entries import Entry, hash_of, json_entries, looks_like_json
from importers.lines import Found, Line, Mended, table_lines
from importers.sources import Source, content_of, refuse_other_kinds, tables_of
from registry.domain.breaches.public_breaches import BreachSource, PublicBreach
from registry.domain.register.problems import Problem, Severity, errors_of

__all__ = ["BreachFile", "read"]

_GIVE = (
    "the .csv of the HHS breach portal or of the Attorney General of Washington, "
    "the .json of Have I Been Pwned or of VERIS, or a table with the columns name, people and reported"
)
KEY_MAX = 300
_JSON_MEMBERS_MAX = 20_000  # the VERIS Community Database has one file an incident
_TABLES: tuple[tuple[BreachSource, Any], ...] = (
    (BreachSource.HHS_OCR, sector_hhs),
    (BreachSource.WA_AG, sector_washington),
    (BreachSource.PLAIN, sector_plain),
)
# Lists whose rows carry no number of their own.
_TOLD_BY_ORDER = frozenset({BreachSource.HHS_OCR, BreachSource.PLAIN})
_LISTS: tuple[tuple[BreachSource, Any], ...] = (
    (BreachSource.HIBP, sector_hibp),
    (BreachSource.VERIS, sector_veris),
)


@dataclass(slots=True)
class BreachFile:
    """What a file holds: records in the order of the file, everything wrong, and which list it seems to be.

    `quoted` is what stands in each cell that has a problem; `tables` and `positions` are there to mark them.
    """

    sha256: str = ""
    source: BreachSource | None = None
    records: list[PublicBreach] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    quoted: dict[tuple[str, int, str], str] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    positions: dict[str, dict[str, int]] = field(default_factory=dict)


def read(
    source: Source,
    *,
    name: str = "",
    limits: Limits | None = None,
    day_order: DayOrder = None,
    mended: Mended | None = None,
    keep_tables: bool = False,
) -> BreachFile:
    """Read a public list of breaches; never raises because of what is in it.

    Parameters
    ----------
    source
        Path or bytes.
    name
        File name, when bytes are given.
    limits
        How much is accepted.
    day_order
        How dates such as `03/04/2024` are meant where the list itself does not say.
    mended
        Texts that stand in for cells, by sheet, row and column; for JSON by file, entry and path.
    keep_tables
        Whether the answer holds the sheets as they stood.
    """
    limits = limits or Limits()
    result, found = BreachFile(), Found()
    try:
        content = content_of(source, limits)
        result.sha256 = hash_of(content)
        named = name or ("" if isinstance(source, bytes) else source.name)
        _read(content, named, limits, (result, found, day_order, mended or {}))
    except Unreadable as error:
        found.problems.append(error.as_problem())
    result.problems, result.quoted = found.sorted(), found.quoted
    sheet = result.tables[0].name if len(result.tables) == 1 else None
    result.records = [_with_short_key(record) for record in _kept_apart(result.records, result.problems, sheet)]
    if not keep_tables:
        result.tables = []
    if not result.records and not errors_of(result.problems):
        message = "The file holds no breach."
        result.problems.append(Problem(severity=Severity.ERROR, code="no_rows", message=message))
    return result


_Task = tuple[BreachFile, Found, DayOrder, Mended]


def _read(content: bytes, name: str, limits: Limits, task: _Task) -> None:
    refuse_other_kinds(content, what="list of breaches", give=_GIVE)
    if looks_like_json(content) or _is_archive_of_json(content, limits):
        wide = replace(limits, members_max=_JSON_MEMBERS_MAX)
        entries, remarks = json_entries(content, name, wide)
        task[1].problems.extend(remarks)
        _read_entries(entries, task)
        return
    tables = [table for table in tables_of(content, name, limits) if next(table.filled_rows(), None) is not None]
    known = [(table, *each) for table in tables if (each := _recognised(table)) is not None]
    if not known:
        message = f"This is no list of breaches that we know. Give {_GIVE}."
        raise Unreadable("unknown_list", message, sheet=tables[0].name if tables else None)
    for table, source, reader, columns in known:
        _read_table(table, (source, reader, columns), task)


def _is_archive_of_json(content: bytes, limits: Limits) -> bool:
    if not guard.is_archive(content):
        return False
    archive = guard.open_archive(content, replace(limits, members_max=_JSON_MEMBERS_MAX))
    names = [member.casefold() for member in archive.namelist()]
    return any(member.endswith(".json") for member in names) and "[content_types].xml" not in names


def _recognised(table: Table) -> tuple[BreachSource, Any, tuple[int, dict[str, int]]] | None:
    for source, reader in _TABLES:
        columns = reader.columns_of(table)
        if columns is not None:
            return source, reader, columns
    return None


def _read_table(table: Table, how: tuple[BreachSource, Any, tuple[int, dict[str, int]]], task: _Task) -> None:
    source, reader, (header, places) = how
    result, found, day_order, mended = task
    result.source = result.source or source
    result.tables.append(table)
    result.positions[table.name] = places
    found.problems.extend(table.remarks)
    for line in table_lines(table, header, places, found, day_order=day_order, mended=mended):
        record = reader.record_of(line)
        if record is not None:
            result.records.append(record)


def _read_entries(entries: Iterable[Entry], task: _Task) -> None:
    result, found, _, mended = task
    for entry in entries:
        reader = next((pair for pair in _LISTS if pair[1].is_entry(entry.value)), None)
        if reader is None:
            message = "This entry is neither of Have I Been Pwned nor of VERIS; it is not read."
            found.add(Severity.WARNING, "unknown_entry", message, sheet=entry.sheet, row=entry.row)
            continue
        source, module = reader
        result.source = result.source or source
        texts = {column: text for (row, column), text in mended.get(entry.sheet, {}).items() if row == entry.row}
        line: Line = module.line_of(entry, found, texts)
        record = module.record_of(line, entry)
        if record is not None:
            result.records.append(record)
    if result.source is None:
        raise Unreadable("unknown_list", f"The file holds no entry of a list that we know. Give {_GIVE}.")


def _kept_apart(records: list[PublicBreach], problems: list[Problem], sheet: str | None) -> Iterator[PublicBreach]:
    """Yield the records with keys that differ: equal ones by their order, which is said; one id twice, the last counts."""
    count = Counter(record.key for record in records)
    seen: Counter[str] = Counter()
    for record in records:
        seen[record.key] += 1
        if count[record.key] == 1:
            yield record
        elif record.source in _TOLD_BY_ORDER:
            if seen[record.key] == 1:
                problems.append(_several(record, count[record.key], sheet))
            yield replace(record, key=f"{record.key}|{seen[record.key]}") if seen[record.key] > 1 else record
        elif seen[record.key] == count[record.key]:
            message = f"{record.name} stands in the file {count[record.key]} times under one key; the last one counts."
            problems.append(_warning("same_key", message, record, sheet))
            yield record


def _with_short_key(record: PublicBreach) -> PublicBreach:
    """Replace the end of a key that no column could hold by its hash."""
    if len(record.key) <= KEY_MAX:
        return record
    return replace(record, key=f"{record.key[: KEY_MAX - 33]}#{hash_of(record.key.encode())[:32]}")


def _several(record: PublicBreach, count: int, sheet: str | None) -> Problem:
    message = (
        f"{count} rows name {record.name} with the same place and date. They are kept as separate reports, "
        "told apart by their order; equal counts may be one report sent twice."
    )
    return _warning("same_name_and_date", message, record, sheet)


def _warning(code: str, message: str, record: PublicBreach, sheet: str | None) -> Problem:
    return Problem(severity=Severity.WARNING, code=code, message=message, sheet=sheet, row=record.row)
