"""Checks of an uploaded archive before any parser touches it, with the standard library only.

A workbook is a zip of XML, and both can be weapons: a few kilobytes that inflate to gigabytes, entities that multiply,
names that climb out of a folder. Sizes that an archive declares are not believed; they are counted while inflating.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator

from importers.base import Limits, Unreadable

__all__ = ["check_archive", "check_workbook", "is_archive", "open_archive"]

_CHUNK_BYTES = 1 << 20
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_RATIO_FREE_BYTES = 1 << 20  # small members compress absurdly well and harm nobody
_FOREIGN_PARTS = (
    ("vbaproject", "macros", "holds macros. Save it as .xlsx, which has none."),
    ("macrosheets/", "macros", "holds macro sheets. Save it as .xlsx without them."),
    ("xl/externallinks/", "external_links", "has links to other workbooks. Break the links (Data > Edit links) and save again."),
    ("xl/embeddings/", "embeddings", "has embedded objects. Remove them and save again."),
    ("xl/activex/", "embeddings", "has ActiveX objects. Remove them and save again."),
    ("xl/connections.xml", "external_links", "has data connections. Remove them and save again."),
    ("xl/querytables/", "external_links", "has query tables that fetch data. Remove them and save again."),
)  # fmt: skip


def is_archive(content: bytes) -> bool:
    """Tell whether the bytes begin like a zip archive."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def open_archive(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open an archive whose table of contents can be trusted to be harmless.

    Raises
    ------
    Unreadable
        When it is damaged, encrypted, has too many members or names that lead outside.
    """
    _refuse_other_kinds(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError) as error:
        raise Unreadable("damaged", "The file is damaged or was cut off. Save or send it again.") from error
    members = archive.infolist()
    if len(members) > limits.members_max:
        message = f"The file has {len(members):,} parts inside, more than {limits.members_max} are not accepted."
        raise Unreadable("too_many_parts", message)
    for member in members:
        _check_member(member)
    names = [member.filename.casefold() for member in members]
    if len(set(names)) < len(names):
        raise Unreadable("damaged", "The file holds two parts of one name. Save it again from a spreadsheet program.")
    return archive


def check_archive(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Inflate every member once, counting, and look through the XML ones.

    Raises
    ------
    Unreadable
        When it inflates to more than the limits allow, is damaged, or XML declares a document type.
    """
    total = 0
    for member in archive.infolist():
        is_xml = member.filename.casefold().endswith((".xml", ".rels", ".vml"))
        size, tail = 0, b""
        for chunk in inflate(archive, member):
            size += len(chunk)
            _check_size(size, total + size, member.compress_size, limits)
            if is_xml:
                _check_xml(tail + chunk, is_start=size == len(chunk))
                tail = chunk[-16:]
        total += size


def check_workbook(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return the opened archive of a workbook after every check.

    Raises
    ------
    Unreadable
        With the reason, and what to do.
    """
    archive = open_archive(content, limits)
    names = {member.filename.casefold() for member in archive.infolist()}
    if "xl/workbook.bin" in names:
        raise Unreadable("wrong_kind", "This is a binary workbook (.xlsb). Save it as .xlsx.")
    if not {"[content_types].xml", "xl/workbook.xml"} <= names:
        raise Unreadable("wrong_kind", "This is not an Excel workbook. Save the file as .xlsx.")
    for part, code, message in _FOREIGN_PARTS:
        if any(part in name for name in names):
            raise Unreadable(code, f"The workbook {message}")
    check_archive(archive, limits)
    return archive


def inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of a member in chunks.

    Raises
    ------
    Unreadable
        When the member is damaged.
    """
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable("damaged", "The file is damaged or was cut off. Save or send it again.") from error


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(_OLE_SIGNATURE):
        # Excel wraps an encrypted workbook in the container of the old format.
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable("password", "The workbook is protected by a password. Save a copy without it.")
        raise Unreadable("wrong_kind", "This is a workbook of the old format (.xls). Save it as .xlsx.")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if member.flag_bits & 0x1:
        raise Unreadable("password", "The file is protected by a password. Save a copy without it.")
    if member.compress_type not in _METHODS:
        raise Unreadable("damaged", "The file is packed in an unusual way. Save it again as an ordinary .xlsx or .zip.")
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in member.orig_filename:
        raise Unreadable("unsafe_name", "The file holds names that lead outside of it, and is refused.")


def _check_size(size: int, total: int, packed: int, limits: Limits) -> None:
    if total > limits.inflated_bytes_max:
        most = limits.inflated_bytes_max >> 20
        raise Unreadable("too_large", f"The file unpacks to more than {most} MB. Split it, or remove pictures.")
    if size > _RATIO_FREE_BYTES and size > packed * limits.ratio_max:
        message = f"A part of the file unpacks to more than {limits.ratio_max} times its size, and is refused."
        raise Unreadable("zip_bomb", message)


def _check_xml(content: bytes, *, is_start: bool) -> None:
    if is_start and (content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:64]):
        raise Unreadable("encoding", "The workbook is not written in UTF-8. Save it again from a spreadsheet program.")
    if is_start and not _is_utf8(content[:256]):
        raise Unreadable("encoding", "The workbook is not written in UTF-8. Save it again from a spreadsheet program.")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable("entities", "The workbook declares XML entities, which no spreadsheet program does: refused.")


def _is_utf8(head: bytes) -> bool:
    """Tell whether the declaration of an XML part names UTF-8, or nothing, which means the same."""
    declaration = head.split(b"?>", 1)[0].lower() if head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else b""
    return b"encoding" not in declaration or b"utf-8" in declaration or b"us-ascii" in declaration
