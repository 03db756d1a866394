"""Tells what a file most likely is, without reading more of it than needed."""

import zipfile
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from importers import guard
from importers.base import Limits, Table, Unreadable, plain_name
from importers.csv_table import read_csv
from importers.entries import looks_like_json
from importers.header import find_header, sheet_by_columns
from importers.xlsx_table import read_workbook
from registry.reference.register_format import SheetFormat, register_format

__all__ = ["BREACHES", "CISO_ASSISTANT", "FIDES", "REGISTER", "VENDORS", "recognise"]

REGISTER, VENDORS, BREACHES, CISO_ASSISTANT, FIDES = "register", "vendors", "breaches", "ciso_assistant", "fides"
_OF_CISO_ASSISTANT = frozenset({"solutions", "contracts", "representatives"})
_HEAD_BYTES = 65_536
_MOSTLY = 0.75


def recognise(source: bytes, *, name: str = "", limits: Limits | None = None) -> str:
    """Return the kind of import; a file that cannot be read is a register file, whose reader says why."""
    if name.casefold().endswith((".yml", ".yaml")):
        return FIDES
    # a reader of public lists says what else the JSON might be
    return BREACHES if looks_like_json(source) else _of_tables(source, name, limits or Limits())


def _of_tables(source: bytes, name: str, limits: Limits) -> str:
    try:
        if not guard.is_archive(source):
            return _of_table(_head_of_csv(source, name.rpartition(".")[0] or name, limits))
        archive = guard.open_archive(source, limits)
        if "xl/workbook.xml" not in archive.namelist():
            return REGISTER  # a zip of CSV files
        guard.check_archive(archive, limits)
        known = {plain_name(form.name) for form in register_format().values()}
        sheets = {plain_name(sheet) for sheet in _sheet_names(archive)}
        if "entities" in sheets and sheets & _OF_CISO_ASSISTANT:
            return CISO_ASSISTANT
        named = [sheet for sheet in _sheet_names(archive) if plain_name(sheet) in known]
        if len(named) != 1:
            return REGISTER if named else VENDORS
        tables = {plain_name(table.name): table for table in read_workbook(source, limits)}
        return _of_table(tables[plain_name(named[0])])
    except (Unreadable, KeyError, UnicodeDecodeError):
        return REGISTER


def _head_of_csv(source: bytes, name: str, limits: Limits) -> Table:
    if len(source) > _HEAD_BYTES:
        try:
            return read_csv(source[:_HEAD_BYTES].rpartition(b"\n")[0], name, limits)
        except Unreadable:  # cut within a quoted cell
            return read_csv(source, name, limits)
    return read_csv(source, name, limits)


def _of_table(table: Table) -> str:
    """Tell a sheet of the register by its name and nearly all of its columns, or, under another name, by its columns."""
    for form in register_format().values():
        if plain_name(table.name) == plain_name(form.name):
            return REGISTER if _is_mostly(table, form, is_exact=False) else VENDORS
    found = sheet_by_columns(table)
    return REGISTER if len(found) == 1 and _is_mostly(table, found[0], is_exact=True) else VENDORS


def _is_mostly(table: Table, form: SheetFormat, *, is_exact: bool) -> bool:
    """Tell whether most column names are those of a sheet; exactly means spelled as we do, which few lists are."""
    header = find_header(table, form)
    cells = [str(cell) for cell in table.rows[header.row - 1] if cell] if header.row else []
    names = {column.name for column in form.columns}
    known = sum(cell.strip() in names for cell in cells) if is_exact else len(header.columns)
    return known > 0 and known >= _MOSTLY * len(cells)


def _sheet_names(archive: zipfile.ZipFile) -> list[str]:
    try:
        root = fromstring(b"".join(guard.inflate(archive, archive.getinfo("xl/workbook.xml"))))
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable("damaged", "The workbook is damaged. Save it again from a spreadsheet program.") from error
    return [element.get("name", "") for element in root.iter() if element.tag.rpartition("}")[2] == "sheet"]
