"""The entries of a JSON file: of a list, of one object, of one object a line, or of a zip of such files."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importers import guard
from importers.base import Limits, Unreadable
from importers.csv_table import decode
from registry.domain.register.problems import Problem

__all__ = ["Entry", "hash_of", "json_entries", "looks_like_json"]

_ENTRIES_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a JSON file: where it stands (file and place, counted from 1), and what it is."""

    sheet: str
    row: int
    value: Any


def hash_of(content: bytes) -> str:
    """Return the SHA-256 by which a file is known."""
    return hashlib.sha256(content).hexdigest()


def looks_like_json(content: bytes) -> bool:
    """Tell whether a text begins like JSON."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def json_entries(content: bytes, name: str, limits: Limits) -> tuple[list[Entry], list[Problem]]:
    """Return the entries of a JSON file: of its list, its one object, or one object a line; or of a zip of such files.

    Raises
    ------
    Unreadable
        When it is no JSON, or holds more than is accepted.
    """
    if not guard.is_archive(content):
        return _entries(content, Path(name).stem or "the file")
    archive = guard.open_archive(content, limits)
    guard.check_archive(archive, limits)
    entries: list[Entry] = []
    remarks: list[Problem] = []
    for member in archive.infolist():
        if member.is_dir() or not member.filename.casefold().endswith(".json"):
            continue
        found, said = _entries(b"".join(guard.inflate(archive, member)), Path(member.filename).stem)
        entries.extend(found)
        remarks.extend(said)
        _check_count(len(entries))
    if not entries:
        raise Unreadable("wrong_kind", "The archive holds no .json files.")
    return entries, remarks


def _entries(content: bytes, name: str) -> tuple[list[Entry], list[Problem]]:
    text, remarks = decode(content, name)
    try:
        value = _loads(text)
        values = value if isinstance(value, list) else [value]
        _check_count(len(values))
        entries = [Entry(name, number, each) for number, each in enumerate(values, start=1)]
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise _broken(error, name) from error
        entries = list(_lines(text, name))
    except (RecursionError, ValueError) as error:
        raise Unreadable("broken_json", f"The JSON of {name} cannot be read: {error}.", sheet=name) from error
    return entries, remarks


def _lines(text: str, name: str) -> Iterator[Entry]:
    """Read one value a line, as tools that stream write it."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        _check_count(number)
        try:
            yield Entry(name, number, _loads(line))
        except json.JSONDecodeError as error:
            raise _broken(error, name, number) from error
        except (RecursionError, ValueError) as error:
            raise Unreadable("broken_json", f"The JSON of {name} cannot be read: {error}.", sheet=name) from error


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse_constant)


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _broken(error: json.JSONDecodeError, name: str, line: int | None = None) -> Unreadable:
    row = line or error.lineno
    message = f"This is no JSON: {error.msg.lower()} in line {row}, column {error.colno}. Download the file again."
    return Unreadable("broken_json", message, sheet=name, row=row)


def _check_count(count: int) -> None:
    if count > _ENTRIES_MAX:
        raise Unreadable("too_many_rows", f"The file has more than {_ENTRIES_MAX:,} entries. Split it.")
