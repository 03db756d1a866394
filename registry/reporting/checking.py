"""Checks the file of a pack: by itself, with keys from elsewhere, and beside the sealed copy where there is one."""

import re
from collections.abc import Sequence

from importers.pack_cells import StoredSheet, read_cells
from registry.domain.register.errors import DomainError
from registry.reporting.keys import fits
from reports.pack_check import Cells, PackVerdict, check_pack

__all__ = ["BadKeyFile", "check_file", "keys_of_file"]

_KEY = re.compile("[0-9a-f]{64}")


class BadKeyFile(DomainError):
    """A file of keys holds none, or something that is none."""


def check_file(content: bytes, keys: Sequence[str] = (), sealed: bytes | None = None) -> PackVerdict:
    """Check a pack; needs no database.

    Raises
    ------
    Unreadable
        The file is no workbook, or is refused.
    NoPack
        The workbook is no pack.
    """
    sheets, pictures = read_cells(content)
    copy = None if sealed is None else _cells(read_cells(sealed)[0])
    return check_pack(_cells(sheets), list(pictures.values()), keys=keys, verify=fits, sealed=copy)


def keys_of_file(text: str) -> tuple[str, ...]:
    r"""Return the public keys of a file: one a line, 64 hexadecimal digits first; lines that begin with # are remarks.

    >>> keys_of_file("# ours\n" + "ab" * 32 + " since 2026")[0][:4]
    'abab'
    """
    words = [
        line.split()[0].lower() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    wrong = next((word for word in words if not _KEY.fullmatch(word)), None)
    if wrong is not None:
        raise BadKeyFile(f"{wrong[:40]!r} is no public key: 64 hexadecimal digits, as `./run report key` prints them.")
    if not words:
        raise BadKeyFile("The file holds no public key; `./run report key` prints them.")
    return tuple(words)


def _cells(sheets: Sequence[StoredSheet]) -> Cells:
    return {
        sheet.name: {
            number: {place: (cell.value, cell.formula) for place, cell in row.items()}
            for number, row in sheet.rows.items()
        }
        for sheet in sheets
    }
