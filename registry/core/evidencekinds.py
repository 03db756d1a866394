"""Which files may be kept as evidence: a short list of kinds, and a content that agrees with the name.

Own signatures instead of a library: the list is closed, and what is not on it is refused whatever it turns out to be.
"""

import io
import zipfile
from collections.abc import Callable

from registry.domain.register.errors import DomainError

__all__ = ["EVIDENCE_KINDS", "RefusedFile", "clean_file_name", "require_evidence_file"]

NAME_MAX = 200


class RefusedFile(DomainError):
    """A file that is not kept; the text says why and what to do."""


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def _office(part: str) -> Callable[[bytes], bool]:
    def agrees(content: bytes) -> bool:
        try:
            names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False
        return part in names and not any("vbaproject" in name.casefold() for name in names)

    return agrees


def _text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    head = content[:512].lstrip().lower()
    return not head.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"mz", b"#!"))


# Ending -> whether the content is of that kind.
EVIDENCE_KINDS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _starts(b"%PDF-"),
    "png": _starts(b"\x89PNG\r\n\x1a\n"),
    "jpg": _starts(b"\xff\xd8\xff"),
    "jpeg": _starts(b"\xff\xd8\xff"),
    "xlsx": _office("xl/workbook.xml"),
    "docx": _office("word/document.xml"),
    "csv": _text,
    "txt": _text,
}


def clean_file_name(name: str) -> str:
    r"""Return the last part of a name as it may be shown and stored; never empty.

    >>> clean_file_name("C:\\temp\\..\\report\x00.pdf")
    'report.pdf'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if character.isprintable()).strip(" .")
    if len(shown) > NAME_MAX:
        stem, dot, ending = shown.rpartition(".")
        shown = f"{stem[: NAME_MAX - 1 - len(ending)]}{dot}{ending}" if dot and len(ending) < 10 else shown[:NAME_MAX]
    return shown or "file"


def require_evidence_file(name: str, content: bytes) -> None:
    """Refuse a file that is empty, of no allowed kind, or other than its name says.

    Raises
    ------
    RefusedFile
        With what may be given instead.
    """
    ending = name.rpartition(".")[2].casefold()
    allowed = ", ".join(EVIDENCE_KINDS)
    if not content:
        raise RefusedFile("The file is empty.")
    if ending not in EVIDENCE_KINDS or "." not in name:
        raise RefusedFile(f"A file of this kind is not kept. Give one of: {allowed}.")
    if not EVIDENCE_KINDS[ending](content):
        raise RefusedFile(f"What is in the file is not what .{ending} says. Save it again as one of: {allowed}.")
