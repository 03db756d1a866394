"""From a file of any accepted form to its tables as they stand: workbook, zip or folder of CSVs, one CSV."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from importers import guard
from importers.base import Limits, Table, Unreadable
from importers.csv_table import read_csv
from importers.xlsx_table import read_workbook
from registry.domain.register.problems import Problem, Severity

__all__ = ["Loaded", "Source", "content_of", "load", "refuse_other_kinds", "tables_of"]

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
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_CONTROL_BYTES = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")

Source = Path | bytes


@dataclass(slots=True)
class Loaded:
    """The tables of a source, what was noticed, its hash, and whether it could hold one table only."""

    sha256: str = ""
    tables: list[Table] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_single: bool = False


def load(source: Source, name: str, limits: Limits) -> Loaded:
    """Read a source into tables; what cannot be read becomes a problem, never an exception."""
    result = Loaded()
    try:
        if isinstance(source, Path) and source.is_dir():
            _load_folder(source, limits, result)
        else:
            content = content_of(source, limits)
            result.sha256 = hashlib.sha256(content).hexdigest()
            is_named = name or not isinstance(source, Path)
            _load_file(content, name if is_named else Path(source).name, limits, result)  # type: ignore[arg-type]
    except Unreadable as error:
        result.problems.append(error.as_problem())
    return result


def content_of(source: Source, limits: Limits) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    Unreadable
        When it is not there, empty, or larger than allowed.
    """
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


def refuse_other_kinds(content: bytes, *, what: str, give: str) -> None:
    """Refuse what is surely another kind of file, in words.

    Parameters
    ----------
    what
        What was expected, as in "This is a PDF, no `what`".
    give
        What to give instead.

    Raises
    ------
    Unreadable
        With the kind that it is.
    """
    for signature, kind in _OTHER_KINDS:
        if content.startswith(signature):
            raise Unreadable("wrong_kind", f"This is {kind}, no {what}. Give {give}.")
    if guard.is_archive(content) or content.startswith(_OLD_OFFICE):
        return
    if content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise Unreadable("wrong_kind", f"This is a web page or XML, no {what}. Give {give}.")
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_utf16 and len(_CONTROL_BYTES.findall(content[:65_536])) > 8:
        raise Unreadable("wrong_kind", f"This is no text and no workbook. Give {give}.")


def tables_of(content: bytes, name: str, limits: Limits) -> list[Table]:
    """Return the sheets of a workbook, or a delimited text as one table.

    Raises
    ------
    Unreadable
        When it is neither, or refused by a check.
    """
    if not guard.is_archive(content) and not content.startswith(_OLD_OFFICE):
        return [read_csv(content, Path(name).stem or "the file", limits)]
    names = [member.casefold() for member in guard.open_archive(content, limits).namelist()]
    if any(member.startswith("xl/") or member == "[content_types].xml" for member in names):
        return read_workbook(content, limits)
    if "mimetype" in names:
        raise Unreadable("wrong_kind", "This is an OpenDocument file. Save it as .xlsx.")
    raise Unreadable("wrong_kind", "This is a zip archive and no workbook. Unpack it and give the file inside.")


def _load_file(content: bytes, name: str, limits: Limits, result: Loaded) -> None:
    refuse_other_kinds(content, what="list", give="an .xlsx, a .csv, or a zip of .csv files")
    if not guard.is_archive(content) and not content.startswith(_OLD_OFFICE):
        result.tables, result.is_single = [read_csv(content, Path(name).stem or "the file", limits)], True
        return
    archive = guard.open_archive(content, limits)
    names = [member.casefold() for member in archive.namelist()]
    if any(member.startswith("xl/") or member == "[content_types].xml" for member in names):
        result.tables = read_workbook(content, limits)
        result.is_single = len(result.tables) == 1
        return
    if "mimetype" in names:
        raise Unreadable("wrong_kind", "This is an OpenDocument file. Save it as .xlsx.")
    guard.check_archive(archive, limits)
    members = [member for member in archive.infolist() if not member.is_dir()]
    files = ((member.filename, b"".join(guard.inflate(archive, member))) for member in members)
    _load_csv_files(files, limits, result)


def _load_folder(folder: Path, limits: Limits, result: Loaded) -> None:
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.casefold() == ".csv")
    if not files:
        raise Unreadable("no_sheets", f"The folder {folder} holds no .csv files.")
    contents = [(path.name, content_of(path, limits)) for path in files if path.stat().st_size]
    digest = hashlib.sha256()
    for name, content in contents:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    result.sha256 = digest.hexdigest()
    _load_csv_files(contents, limits, result)


def _load_csv_files(files: Iterable[tuple[str, bytes]], limits: Limits, result: Loaded) -> None:
    for path, content in files:
        if _IGNORED_FILES.search(path):
            continue
        name = path.replace("\\", "/").rpartition("/")[2]
        if not name.casefold().endswith((".csv", ".tsv", ".txt")):
            message = f"{name} is no .csv file; it is not read."
            result.problems.append(Problem(severity=Severity.WARNING, code="unknown_file", message=message))
            continue
        try:
            result.tables.append(read_csv(content, Path(name).stem, limits))
        except Unreadable as error:
            result.problems.append(error.as_problem())
