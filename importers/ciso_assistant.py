"""The third-party workbook of CISO Assistant: sheets for entities, solutions, contracts and representatives.

Sheets and columns are those of its import guide and of its own export, which names each provider by id and by name,
lists several solutions in one cell, and puts an apostrophe before texts that could be formulas. Read are: entities as vendors, solutions as what a vendor does for us, contracts,
and representatives as contacts. What has no place here (dependency, penetration, maturity, trust, criticality, the
parent of an entity, identifiers such as LEI) is told, column by column, and not read.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from importers.base import Cell, Limits, Table, Unreadable, column_letters, is_blank, plain_name, shown
from importers.dates import DayOrder
from importers.entries import hash_of
from importers.likeness import Likeness
from importers.lines import Found, Line, Mended, find_columns, table_lines
from importers.made_register import MadeRegister
from importers.result import ReadResult
from importers.sources import Source, content_of, refuse_other_kinds, tables_of
from registry.domain.register.facts import Register
from registry.domain.register.problems import Severity

__all__ = ["SHEETS", "read"]

_GIVE = "the .xlsx that CISO Assistant imports and exports for third parties"
# Sheet -> the columns that are read -> further names they go by.
SHEETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Entities": {"ref_id": (), "name": (), "description": (), "mission": (), "country": (), "domain": ("folder",), "website": ("reference_link",)},
    "Solutions": {"ref_id": (), "name": (), "description": (), "provider_entity_ref_id": ("provider_entity",), "provider": ()},
    "Contracts": {
        "ref_id": (), "name": (), "description": (), "provider_entity_ref_id": ("provider_entity",), "provider": (),
        "solution_ref_id": (), "solution": (),
        "status": (), "start_date": (), "end_date": (), "annual_expense": (), "currency": (),
    },
    "Representatives": {
        "ref_id": (), "name": (), "first_name": (), "last_name": (), "email": (), "phone": (), "role": (), "description": (),
        "provider_entity_ref_id": ("entity_ref_id", "entity"), "provider": (),
    },
}  # fmt: skip
_ROLES = (
    ("privacy", ("privacy", "dpo", "dataprotection")), ("legal", ("legal", "counsel", "contract")),
    ("incident", ("incident", "csirt", "soc", "emergency")), ("security", ("security", "ciso", "rssi")),
    ("executive", ("executive", "ceo", "director", "chief", "president")),
)  # fmt: skip


@dataclass(slots=True)
class _Workbook:
    """The sheets of the workbook as lines, and what entities and solutions are called under their ids."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)  # solution -> name of its entity


def read(
    source: Source,
    *,
    name: str = "",
    base: Register | None = None,
    reserved: Collection[str] = (),
    day_order: DayOrder = None,
    mended: Mended | None = None,
    limits: Limits | None = None,
    keep_tables: bool = False,
) -> ReadResult:
    """Read the workbook; the options are those of `importers.register.read`. Never raises because of what is in it."""
    limits = limits or Limits()
    found, made, sha256 = Found(), MadeRegister(base), ""
    tables: dict[str, Table] = {}
    positions: dict[str, dict[str, int]] = {}
    try:
        content = content_of(source, limits)
        sha256 = hash_of(content)
        refuse_other_kinds(content, what="workbook of CISO Assistant", give=_GIVE)
        tables = _sheets(tables_of(content, name, limits), found)
        book = _Workbook({sheet: list(_lines(table, found, mended, positions)) for sheet, table in tables.items()})
        _add(book, made)
    except Unreadable as error:
        found.problems.append(error.as_problem())
    result = made.read(sha256, found, reserved=reserved, day_order=day_order)
    result.positions = positions
    result.tables = dict(tables) if keep_tables else {}
    return result


def _sheets(tables: list[Table], found: Found) -> dict[str, Table]:
    known = {plain_name(sheet): sheet for sheet in SHEETS}
    sheets: dict[str, Table] = {}
    for table in tables:
        found.problems.extend(table.remarks)
        sheet = known.get(plain_name(table.name))
        if sheet is None and len(tables) == 1:
            sheet = "Entities" if find_columns(table, SHEETS["Entities"])[1].keys() >= {"name"} else None
        if sheet is None:
            message = f'The sheet "{table.name}" is none of {", ".join(SHEETS)}; it is not read.'
            found.add(Severity.WARNING, "unknown_sheet", message, sheet=table.name)
        elif next(table.filled_rows(), None) is not None:
            table.rows = [[_unescaped(cell) for cell in row] for row in table.rows]
            sheets[sheet] = table
    if not sheets:
        raise Unreadable(
            "no_sheets", f"No sheet of a third-party workbook was found. Known sheets: {', '.join(SHEETS)}."
        )
    return sheets


def _unescaped(cell: Cell) -> Cell:
    """Return a text without the apostrophe that an export puts before what could be a formula."""
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and cell[1:2] in set("=+-@\t\r") else cell


def _lines(table: Table, found: Found, mended: Mended | None, positions: dict[str, dict[str, int]]) -> Iterator[Line]:
    sheet = next((each for each in SHEETS if plain_name(each) == plain_name(table.name)), "Entities")
    header, places = find_columns(table, SHEETS[sheet])
    if "name" not in places and not {"email", "first_name", "last_name"} & places.keys():
        raise Unreadable(
            "no_header", f"No row of {table.name} names its columns; a column must be called name.", sheet=table.name
        )
    _tell_unread(table, header, set(places.values()), found)
    positions[table.name] = places
    yield from table_lines(table, header, places, found, mended=mended)


def _tell_unread(table: Table, header: int, read_places: set[int], found: Found) -> None:
    """Say which columns hold values that have no place here."""
    below = table.rows[header:]
    for index, cell in enumerate(table.rows[header - 1]):
        holds = any(index < len(row) and not is_blank(row[index]) for row in below)
        if index in read_places or not holds:
            continue
        what = (
            f'The column "{shown(cell)}"'
            if not is_blank(cell)
            else f"Column {column_letters(index)}, which has no name,"
        )
        found.add(
            Severity.WARNING,
            "unread_column",
            f"{what} has no place in the register; it is not read.",
            sheet=table.name,
            row=header,
        )


def _add(book: _Workbook, made: MadeRegister) -> None:
    for line in book.lines.get("Entities", ()):
        name = line.require("name", "An entity is known by its name.")
        for key in (line.text("ref_id", 100), name):
            if key:
                book.entities.setdefault(_plain(key), name)
    services = _services(book)
    likeness = Likeness()
    for vendor in made.base.vendors:
        likeness.add(vendor.code, (vendor.name, vendor.legal_name), vendor.domain)
    exact = {_plain(vendor.name) for vendor in made.base.vendors}
    for line in book.lines.get("Entities", ()):
        if line.is_usable:
            _add_vendor(line, made, services)
            if _plain(str(line.cell("name"))) not in exact:
                _say_likeness(line, likeness)
    for line in book.lines.get("Contracts", ()):
        _add_contract(line, book, made)
    for line in book.lines.get("Representatives", ()):
        _add_contact(line, book, made)


def _services(book: _Workbook) -> dict[str, list[str]]:
    """Return the solutions of each entity by its name, and remember who provides each."""
    found: dict[str, list[str]] = {}
    for line in book.lines.get("Solutions", ()):
        name = line.require("name", "A solution is known by its name.")
        provider = _entity(line, book)
        if not name or provider is None:
            continue
        if _plain(provider) not in {_plain(entity) for entity in book.entities.values()}:
            message = f"{name} is provided by {provider}, which is no entity of this workbook; it is not read."
            line.warn("unknown_entity", message, "provider_entity_ref_id")
            continue
        found.setdefault(_plain(provider), []).append(name)
        for key in (line.text("ref_id", 100), name):
            if key:
                book.providers.setdefault(_plain(key), provider)
    return found


def _entity(line: Line, book: _Workbook) -> str | None:
    """Return the name of the entity a row means, by id or name; what this workbook does not hold stays as it is."""
    text = line.text("provider_entity_ref_id", 200) or line.text("provider", 200)
    return book.entities.get(_plain(text), text) if text else None


def _provider_of_solutions(line: Line, book: _Workbook) -> str | None:
    """Return who provides the solutions of a contract; an export lists several, one under the other."""
    named = (line.text(column, 2_000) or "" for column in ("solution_ref_id", "solution"))
    keys = (_plain(key) for cell in named for key in cell.split("\n"))
    return next((book.providers[key] for key in keys if key in book.providers), None)


def _add_vendor(line: Line, made: MadeRegister, services: Mapping[str, list[str]]) -> None:
    solutions = services.get(_plain(str(line.cell("name"))), [])
    service: Cell = "; ".join(solutions) or line.text("mission") or line.text("description")
    values: dict[str, tuple[Cell, str | None]] = {
        "name": (line.cell("name"), "name"),
        "country": (line.cell("country"), "country"),
        "service": (service, "mission"),
        "business_unit": (line.cell("domain"), "domain"),
        "domain": (_host(line.text("website", 500)), "website"),
    }
    made.add("vendors", (line.sheet, line.row), {key: value for key, value in values.items() if not is_blank(value[0])})


def _say_likeness(line: Line, likeness: Likeness) -> None:
    near = likeness.of(str(line.cell("name")))
    if near:
        message = f"{shown(line.cell('name'))} may be {near[0].key} {near[0].name} ({near[0].why}); it would become a vendor of its own."
        line.warn("maybe_same", message, "name")


def _add_contract(line: Line, book: _Workbook, made: MadeRegister) -> None:
    name = line.require("name", "A contract is known by its name.")
    status = (line.text("status", 40) or "").casefold()
    if status == "draft":
        line.warn("draft", "The contract is a draft; it is not read.", "status")
        return
    provider = _entity(line, book) or _provider_of_solutions(line, book)
    if provider is None:
        line.refuse(
            "missing", "Neither the entity nor the solution says with whom the contract is.", "provider_entity_ref_id"
        )
    if status in {"expired", "terminated"} and is_blank(line.cell("end_date")):
        line.warn(
            "no_end", f"The contract is {status}, but its last day is not told; it would count as running.", "end_date"
        )
    if not line.is_usable:
        return
    number = line.text("ref_id", 100)
    values: dict[str, tuple[Cell, str | None]] = {
        "vendor": (provider, "provider_entity_ref_id"),
        "reference": (f"{number} {name}" if number else name, "name"),
        "starts": (line.cell("start_date"), "start_date"),
        "ends": (line.cell("end_date"), "end_date"),
        "value_per_year": (line.cell("annual_expense"), "annual_expense"),
        "currency": (line.cell("currency"), "currency") if not is_blank(line.cell("annual_expense")) else (None, None),
    }
    made.add(
        "contracts", (line.sheet, line.row), {key: value for key, value in values.items() if not is_blank(value[0])}
    )


def _add_contact(line: Line, book: _Workbook, made: MadeRegister) -> None:
    parts = (line.text("first_name", 100), line.text("last_name", 100))
    name = line.text("name", 200) or " ".join(part for part in parts if part) or None
    entity = _entity(line, book)
    if entity is None:
        line.refuse("missing", "It is not told at which entity this person works.", "provider_entity_ref_id")
    if name is None and is_blank(line.cell("email")) and is_blank(line.cell("phone")):
        line.warn("nobody", "The row names nobody; it is not read.")
        return
    if not line.is_usable:
        return
    role = plain_name(f"{line.text('role', 100) or ''} {line.text('description', 200) or ''}")
    meant = next((ours for ours, words in _ROLES if any(word in role for word in words)), "primary")
    values: dict[str, tuple[Cell, str | None]] = {
        "vendor": (entity, "provider_entity_ref_id"),
        "role": (meant, "role"),
        "name": (name, "name"),
        "email": (line.cell("email"), "email"),
        "phone": (line.cell("phone"), "phone"),
    }
    made.add(
        "contacts", (line.sheet, line.row), {key: value for key, value in values.items() if not is_blank(value[0])}
    )


def _host(url: str | None) -> str | None:
    bare = (url or "").casefold().partition("://")[2] or (url or "").casefold()
    host = bare.split("/")[0].split("?")[0].removeprefix("www.").strip()
    return host if "." in host and " " not in host else None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
