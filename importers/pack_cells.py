"""Reads a workbook cell by cell as it is stored: numbers as numbers, texts as texts, and where a formula stands.

For checking a pack it matters what is in the file, not how a program shows it: a day is the number it is kept as, and a
formula whose stored result looks right is still a formula. The archive is checked first, like every upload.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from importers import guard
from importers.base import Limits, Unreadable

__all__ = ["LIMITS", "StoredCell", "StoredSheet", "read_cells"]

LIMITS = Limits(bytes_max=200 * 2**20, inflated_bytes_max=2 * 2**30, ratio_max=400, members_max=500)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MEDIA = "xl/media/"

Stored = str | float | None


@dataclass(frozen=True, slots=True)
class StoredCell:
    """What one cell holds; `formula` is its text without the equals sign."""

    value: Stored
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """The filled cells of a sheet by row number and column counted from 0."""

    name: str
    rows: dict[int, dict[int, StoredCell]]


def read_cells(content: bytes, limits: Limits = LIMITS) -> tuple[list[StoredSheet], dict[str, bytes]]:
    """Return every sheet with its filled cells, and the pictures by name of their part.

    Raises
    ------
    Unreadable
        When the file is refused by a check or is no workbook.
    """
    if len(content) > limits.bytes_max:
        raise Unreadable("too_large", f"The file is larger than {limits.bytes_max >> 20} MB.")
    archive = guard.check_workbook(content, limits)
    try:
        shared = list(_shared_texts(archive))
        sheets = [StoredSheet(name, _rows(archive, part, shared)) for name, part in _parts(archive)]
    except (etree.XMLSyntaxError, KeyError, ValueError, IndexError) as error:
        raise Unreadable("damaged", "The workbook is damaged. Use the file as it was downloaded.") from error
    pictures = {name: archive.read(name) for name in archive.namelist() if name.startswith(_MEDIA)}
    return sheets, pictures


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    links = {each.get("Id"): each.get("Target", "") for each in _tree(archive, "xl/_rels/workbook.xml.rels")}
    for element in _tree(archive, "xl/workbook.xml").iter("{*}sheet"):
        target = links[element.get(_RELATION)]
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        yield str(element.get("name")), part


def _tree(archive: zipfile.ZipFile, part: str) -> Any:
    return etree.fromstring(archive.read(part), _parser())


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def _shared_texts(archive: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    with archive.open("xl/sharedStrings.xml") as stream:
        for _, element in etree.iterparse(stream, tag="{*}si", resolve_entities=False, no_network=True, huge_tree=True):
            yield _text_of(element)
            element.clear()


def _rows(archive: zipfile.ZipFile, part: str, shared: list[str]) -> dict[int, dict[int, StoredCell]]:
    found: dict[int, dict[int, StoredCell]] = {}
    with archive.open(part) as stream:
        for _, row in etree.iterparse(stream, tag="{*}row", resolve_entities=False, no_network=True, huge_tree=True):
            for cell in row:
                place = _PLACE.fullmatch(cell.get("r", ""))
                if place is None:
                    raise ValueError("a cell without its address")
                stored = _cell(cell, shared)
                if stored.value is not None or stored.formula is not None:
                    found.setdefault(int(place[2]), {})[_column(place[1])] = stored
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
    return found


def _cell(cell: Any, shared: list[str]) -> StoredCell:
    kind, value, formula, inline = cell.get("t", "n"), None, None, None
    for part in cell:
        name = etree.QName(part).localname
        if name == "v":
            value = part.text
        elif name == "f":
            formula = part.text or ""
        elif name == "is":
            inline = _text_of(part)
    if kind == "inlineStr":
        return StoredCell(inline or None, formula)
    if value is None:
        return StoredCell(None, formula)
    if kind == "s":
        return StoredCell(shared[int(value)] or None, formula)
    if kind in {"str", "e", "d"}:
        return StoredCell(_unescaped(value) or None, formula)
    return StoredCell(float(value), formula)


def _text_of(element: Any) -> str:
    """Return the runs of a text together, without the phonetic ones beside them."""
    runs = [part.text or "" for part in element.iter("{*}t") if etree.QName(part.getparent()).localname != "rPh"]
    return _unescaped("".join(runs))


def _unescaped(text: str) -> str:
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
