"""From a source of any accepted form to tables matched with the sheets of the register: workbook, zip or folder of CSVs, one sheet."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from importers import guard
from importers.base import Limits, Table, Unreadable, plain_name
from importers.csv_table import read_csv
from importers.header import sheet_by_columns
from importers.xlsx_table import read_workbook
from registry.domain.problems import Problem, Severity
from registry.reference.register_format import SheetFormat, register_format

__all__ = ["Source", "SourceTables", "load_tables"]

# Sheets of our own template and of marked files that hold no facts.
_GUIDE_SHEETS = frozenset({"guide", "lists", "problems"})
_IGNORED_FILES = re.compile(r"(?:^|/)(?:__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a text document"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"\x1f\x8b", "a gzip archive; unpack it"),
)
_CONTROL_BYTES = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")

Source = Path | bytes


@dataclass(slots=True)
class SourceTables:
    """The tables of a source by the kind of fact they hold, what was noticed, and the hash of the source."""

    sha256: str
    tables: dict[str, Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_tables(source: Source, name: str, limits: Limits) -> SourceTables:
    """Read a source into tables; what cannot be read becomes a problem, never an exception."""
    result = SourceTables(sha256="")
    try:
        if isinstance(source, Path) and source.is_dir():
            _load_folder(source, limits, result)
        else:
            content = _content(source, limits)
            result.sha256 = hashlib.sha256(content).hexdigest()
            is_named = name or not isinstance(source, Path)
            _load_file(content, name if is_named else Path(source).name, limits, result)  # type: ignore[arg-type]
    except Unreadable as error:
        result.problems.append(error.as_problem())
    return result


def _content(source: Source, limits: Limits) -> bytes:
    if isinstance(source, bytes):
        size, content = len(source), source
    else:
        try:
            size = source.stat().st_size
            content = source.read_bytes() if size <= limits.bytes_max else b""
        except OSError as error:
            raise Unreadable("no_file", f"{source} cannot be read: {error.strerror}.") from error
    if size > limits.bytes_max:
        message = f"The file has {size / 2**20:,.0f} MB; at most {limits.bytes_max >> 20} MB are accepted. Split it."
        raise Unreadable("too_large", message)
    if not size:
        raise Unreadable("empty", "The file is empty.")
    return content


def _load_file(content: bytes, name: str, limits: Limits, result: SourceTables) -> None:
    for signature, what in _OTHER_KINDS:
        if content.startswith(signature):
            raise Unreadable(
                "wrong_kind", f"This is {what}, no register. Give an .xlsx, a .csv, or a zip of .csv files."
            )
    if not guard.is_archive(content) and not content.startswith(b"\xd0\xcf\x11\xe0"):
        _refuse_binary(content)
        _add_tables([read_csv(content, Path(name).stem or "the file", limits)], result, is_single=True)
        return
    archive = guard.open_archive(content, limits)
    names = [member.casefold() for member in archive.namelist()]
    if any(member.startswith("xl/") or member == "[content_types].xml" for member in names):
        tables = read_workbook(content, limits)
        _add_tables(tables, result, is_single=len(tables) == 1)
        return
    if "mimetype" in names:
        raise Unreadable("wrong_kind", "This is an OpenDocument file. Save it as .xlsx.")
    guard.check_archive(archive, limits)
    members = [member for member in archive.infolist() if not member.is_dir()]
    files = ((member.filename, b"".join(guard.inflate(archive, member))) for member in members)
    _load_csv_files(files, limits, result)


def _refuse_binary(content: bytes) -> None:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"<":
        raise Unreadable("wrong_kind", "This is a web page or XML, no register. Save it as .xlsx or .csv.")
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_utf16 and len(_CONTROL_BYTES.findall(content[:65_536])) > 8:
        raise Unreadable(
            "wrong_kind", "This is no text and no workbook. Give an .xlsx, a .csv, or a zip of .csv files."
        )


def _load_folder(folder: Path, limits: Limits, result: SourceTables) -> None:
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.casefold() == ".csv")
    if not files:
        raise Unreadable("no_sheets", f"The folder {folder} holds no .csv files.")
    contents = [(path.name, _content(path, limits)) for path in files if path.stat().st_size]
    digest = hashlib.sha256()
    for name, content in contents:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    result.sha256 = digest.hexdigest()
    _load_csv_files(contents, limits, result)


def _load_csv_files(files: Iterable[tuple[str, bytes]], limits: Limits, result: SourceTables) -> None:
    def tables() -> Iterator[Table]:
        for path, content in files:
            if _IGNORED_FILES.search(path):
                continue
            name = path.replace("\\", "/").rpartition("/")[2]
            if not name.casefold().endswith((".csv", ".tsv", ".txt")):
                message = f"{name} is no .csv file; it is not read."
                result.problems.append(_problem(Severity.WARNING, "unknown_file", message))
                continue
            try:
                yield read_csv(content, Path(name).stem, limits)
            except Unreadable as error:
                result.problems.append(error.as_problem())

    _add_tables(tables(), result, is_single=False)


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
