"""Checks a pack from its own file: consistent, or which cells were altered; unaltered only with a key from elsewhere.

Everything is worked out again from the cells: hashes of sheets, rows and columns, the hash of the manifest, the
signature. Where a row and a column of a sheet both disagree with the manifest stands an altered cell. A sealed copy,
where there is one, says what should stand there.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from registry.domain.register.errors import DomainError
from reports.audit_pack import (
    COVER_COLUMNS,
    PICTURE_COLUMNS,
    SIGNED_BLANK,
    how_to_verify,
    signed_bytes,
    what_is_not_proved,
)
from reports.cells import Plain
from reports.pack_checks import FORMULA_COLUMNS
from reports.pack_digest import canonical_cell, digest_table, from_serial, row_hash
from reports.pack_measures import column_letter
from reports.pack_plan import CHECK, COVER, MANIFEST, PICTURES, SIGN_OFF, kind_of, planned_sheets
from reports.workbook import CellKind

__all__ = ["Altered", "Cells", "NoPack", "PackVerdict", "Standing", "check_pack"]

# By sheet: row number -> column counted from 0 -> (value, formula without equals sign).
Cells = Mapping[str, Mapping[int, Mapping[int, tuple[str | float | None, str | None]]]]
Verify = Callable[[str, bytes, bytes], bool]
_SHOWN = 200


class NoPack(DomainError):
    """The workbook is no pack at all."""


class Standing(StrEnum):
    """What a pack proves of itself."""

    ALTERED = "altered"
    CONSISTENT = "consistent"
    UNALTERED = "unaltered"


@dataclass(frozen=True, slots=True)
class Altered:
    """A place that is not what was written: a cell, a row, or a whole sheet."""

    sheet: str
    place: str
    problem: str
    found: str = ""
    expected: str | None = None  # None: nothing says what stood there

    def __str__(self) -> str:
        said = f"{self.sheet} {self.place}: {self.problem}".replace(" :", ":")
        found = f"; found {self.found}" if self.found else ""
        return said + found + (f"; the sealed copy has {self.expected}" if self.expected is not None else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVerdict:
    """What the check found."""

    standing: Standing
    pack_id: str
    altered: tuple[Altered, ...]
    public_key: str
    key_is_known: bool
    has_valid_signature: bool
    content_sha256: str
    manifest_sha256: str
    head: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Table:
    """A sheet as it stands: values by the columns it should have, and what lies outside or computes."""

    title: str
    names: tuple[str, ...]
    kinds: tuple[CellKind, ...]
    head: list[Plain]
    rows: list[list[Plain]]
    strange: list[Altered]


def check_pack(
    cells: Cells, pictures: Sequence[bytes], *, keys: Sequence[str], verify: Verify, sealed: Cells | None = None
) -> PackVerdict:
    """Check a pack.

    Parameters
    ----------
    cells
        Every sheet of the file as stored.
    pictures
        The bytes of its pictures.
    keys
        Public keys of the installation, the present one and old ones, from elsewhere than the file.
    verify
        Tells whether a signature (public key, signature, message) is good.
    sealed
        The cells of the sealed copy, to show what should stand in an altered cell.

    Raises
    ------
    NoPack
        When cover or manifest are missing.
    """
    missing = [title for title in (COVER, MANIFEST) if not cells.get(title)]
    if missing:
        raise NoPack(f"This is no audit pack: the sheet {missing[0]} is missing or empty.")
    expected = [*planned_sheets(), PICTURES]
    altered = [Altered(title, "", "the sheet is missing") for title in expected if title not in cells]
    altered += [Altered(title, "", "this sheet does not belong to a pack") for title in cells if title not in expected]
    tables = {title: _table(title, cells[title]) for title in expected if title in cells}
    manifest = _Manifest(tables[MANIFEST])
    altered += [strange for table in tables.values() for strange in table.strange]
    altered += manifest.altered
    for title, table in tables.items():
        if title != MANIFEST:
            altered += _against(table, manifest)
    altered += _seals(tables, manifest) + _pictures(pictures, manifest)
    cover = {str(row[0]): row[1] for row in tables[COVER].rows}
    public_key = str(cover.get("signing_key") or "")
    signed = signed_bytes(manifest.pack_id, manifest.sha256)
    is_signed = verify(public_key, manifest.signature, signed)
    if not is_signed:
        altered.append(
            Altered(
                MANIFEST,
                manifest.place_of_signature,
                "the signature does not fit the manifest and the key on the cover",
            )
        )
    is_known = any(verify(key, manifest.signature, signed) for key in keys)
    standing = Standing.ALTERED if altered else Standing.UNALTERED if is_known else Standing.CONSISTENT
    return PackVerdict(
        standing=standing,
        pack_id=manifest.pack_id,
        altered=tuple(_with_expected(_unique(altered), sealed)[:_SHOWN]),
        public_key=public_key,
        key_is_known=is_known,
        has_valid_signature=is_signed,
        content_sha256=manifest.content_sha256,
        manifest_sha256=manifest.sha256,
        head=f"{manifest.head_number}:{manifest.head_hash}",
        facts={name: str(cover[name]) for name in ("organisation", "period_from", "period_to", "cut_off_utc") if cover.get(name)},
    )  # fmt: skip


# -- reading a sheet --------------------------------------------------------------------------------------------


def _table(title: str, stored: Mapping[int, Mapping[int, tuple[str | float | None, str | None]]]) -> _Table:
    names, kinds = _columns(title)
    strange: list[Altered] = []
    last = max(stored, default=1)
    rows: list[list[Plain]] = []
    for number in range(2, last + 1):
        line = stored.get(number, {})
        strange += _strange(title, names, number, line)
        row_kinds = (
            (CellKind.TEXT, kind_of(COVER, str(line.get(0, ("", None))[0])), CellKind.TEXT) if title == COVER else kinds
        )
        rows.append(
            [
                _plain(line.get(place), row_kinds[place], is_blank=title == CHECK and name in FORMULA_COLUMNS)
                for place, name in enumerate(names)
            ]
        )
    strange += _strange(title, names, 1, stored.get(1, {}))
    head = [_plain(stored.get(1, {}).get(place), CellKind.TEXT) for place in range(len(names))]
    return _Table(title, names, kinds, head, rows, strange)


def _columns(title: str) -> tuple[tuple[str, ...], tuple[CellKind, ...]]:
    if title == COVER:
        return COVER_COLUMNS, (CellKind.TEXT,) * 3
    if title == PICTURES:
        return PICTURE_COLUMNS, (CellKind.TEXT, CellKind.TEXT, CellKind.NUMBER)
    plan = planned_sheets()[title]
    return plan.names, tuple(column.kind for column in plan.columns)


def _strange(
    title: str, names: tuple[str, ...], number: int, line: Mapping[int, tuple[str | float | None, str | None]]
) -> list[Altered]:
    """Return cells beside the table, and formulas where a value belongs or other formulas than the written ones."""
    found = []
    for place, (value, formula) in line.items():
        address = f"{column_letter(place)}{number}"
        if place >= len(names):
            found.append(Altered(title, address, "a cell beside the table", _shown(value)))
        elif title == CHECK and number > 1 and names[place] in FORMULA_COLUMNS:
            if formula is None or not _is_written(names[place], formula, number, line):
                found.append(
                    Altered(title, address, "the formula is not the one that was written", formula or _shown(value))
                )
        elif formula is not None:
            found.append(Altered(title, address, "a formula where a value belongs", f"={formula}"))
    return found


def _is_written(
    name: str, formula: str, number: int, line: Mapping[int, tuple[str | float | None, str | None]]
) -> bool:
    text = (
        line.get(6, (None, None))[0]
        if name == "recomputed"
        else (f'IF(ABS(C{number}-D{number})<=0.000001*MAX(1,ABS(C{number})),"agrees","differs")')
    )
    return _squeezed(formula) == _squeezed(str(text))


def _squeezed(formula: str) -> str:
    return "".join(formula.split()).replace("$", "").casefold()


def _plain(stored: tuple[str | float | None, str | None] | None, kind: CellKind, *, is_blank: bool = False) -> Plain:
    if stored is None or is_blank:
        return None
    value = stored[0]
    return from_serial(value, kind) if isinstance(value, float) else value


def _shown(value: Plain) -> str:
    text = canonical_cell(value)
    return text if len(text) <= 120 else f"{text[:120]}…"


# -- against the manifest ---------------------------------------------------------------------------------------


class _Manifest:
    """The manifest as it stands: its facts, whether each of its rows is whole, and its hash."""

    def __init__(self, table: _Table) -> None:
        names = table.names
        self.rows = [dict(zip(names, row, strict=True)) for row in table.rows]
        pack = next((row for row in self.rows if row["part"] == "pack"), None)
        if pack is None:
            raise NoPack("This is no audit pack: its manifest does not name one.")
        self.pack_id, self.content_sha256 = str(pack["item"]), str(pack["sha256"])
        self.head_number, self.head_hash = _whole(pack["change_log_last_number"]), str(pack["change_log_head"])
        self.place_of_signature = f"{column_letter(names.index('signature'))}{self.rows.index(pack) + 2}"
        self.signature = _bytes(pack["signature"])
        self.altered = list(self._altered(table, pack))
        blank = [
            [None if name == "signature" else value for name, value in zip(names, row, strict=True)]
            for row in table.rows
        ]
        self.sha256 = digest_table(names, blank).sha256

    def _altered(self, table: _Table, pack: Mapping[str, Plain]) -> "list[Altered]":
        names, found = table.names, []
        check = names.index("row_check")
        for number, row in enumerate(table.rows, start=2):
            blank = [None if name == "signature" else value for name, value in zip(names, row, strict=True)]
            if row_hash(",".join(map(canonical_cell, blank[:check])).encode("utf-8", "surrogatepass")) != row[check]:
                found += self._cells_of(table, number, row, pack)
        return found

    def _cells_of(self, table: _Table, number: int, row: list[Plain], pack: Mapping[str, Plain]) -> "list[Altered]":
        """Name the cell of a broken row where its value is known; otherwise the row."""
        known: dict[str, Plain] = {}
        if row is table.rows[self.rows.index(pack)]:  # type: ignore[arg-type]  # one of ours
            known = {"how_to_verify": how_to_verify, "what_is_not_proved": what_is_not_proved}
        found = [
            Altered(MANIFEST, f"{column_letter(place)}{number}", "altered", _shown(row[place]), _shown(known[name]))
            for place, name in enumerate(table.names)
            if name in known and row[place] != known[name]
        ]
        return found or [Altered(MANIFEST, f"row {number}", "a cell of this row was altered")]

    def of(self, sheet: str, part: str) -> list[Mapping[str, Plain]]:
        """Return the rows about one part of a sheet, in order."""
        return [row for row in self.rows if row["sheet"] == sheet and row["part"] == part]


def _against(table: _Table, manifest: _Manifest) -> list[Altered]:
    stated = manifest.of(table.title, "sheet")
    if len(stated) != 1:
        return [Altered(table.title, "", "the manifest does not name this sheet once")]
    rows = [_sealed_blank(row, table.title) for row in table.rows]
    digest = digest_table([str(name) for name in table.names], rows)
    found = [
        Altered(
            table.title, f"{column_letter(place)}1", "the head of the column was altered", _shown(cell), _shown(name)
        )
        for place, (cell, name) in enumerate(zip(table.head, table.names, strict=True))
        if cell != name
    ]
    if digest.sha256 == stated[0]["sha256"]:
        return found
    columns = [row["sha256"] for row in manifest.of(table.title, "column")]
    hashes = " ".join(str(row["row_hashes"]) for row in manifest.of(table.title, "rows")).split()
    bad_columns = [
        place for place, (own, told) in enumerate(zip(digest.column_hashes, columns, strict=False)) if own != told
    ]
    if len(hashes) != len(digest.row_hashes):
        return found + _moved_rows(table, digest.row_hashes, hashes)
    bad_rows = [number for number, (own, told) in enumerate(zip(digest.row_hashes, hashes, strict=True)) if own != told]
    if not bad_rows or not bad_columns:
        return [*found, Altered(table.title, "", "the sheet and its hashes in the manifest disagree")]
    return found + [
        Altered(table.title, f"{column_letter(place)}{number + 2}", "altered", _shown(table.rows[number][place]))
        for number in bad_rows
        for place in bad_columns
    ]


def _sealed_blank(row: list[Plain], title: str) -> list[Plain]:
    """Return a row of the cover with the hash of the manifest left out, as it was hashed."""
    return [row[0], None, row[2]] if title == COVER and row[0] == "manifest_sha256" else row


def _moved_rows(table: _Table, own: Sequence[str], told: Sequence[str]) -> list[Altered]:
    known, here = set(told), set(own)
    found = [
        Altered(table.title, f"row {number}", "this row is not in the manifest", _shown(table.rows[number - 2][0]))
        for number, each in enumerate(own, start=2)
        if each not in known
    ]
    found += [
        Altered(table.title, f"row {number}", "the row that stood here is missing")
        for number, each in enumerate(told, start=2)
        if each not in here
    ]
    return found or [Altered(table.title, "", f"{len(own)} rows, the manifest says {len(told)}")]


def _seals(tables: Mapping[str, _Table], manifest: _Manifest) -> list[Altered]:
    """Check what ties the sheets together: the cover's hash of the manifest, the signed content, the end of the log."""
    found = []
    cover = tables[COVER]
    place = next((number for number, row in enumerate(cover.rows, start=2) if row[0] == "manifest_sha256"), None)
    stated = cover.rows[place - 2][1] if place else None
    if not manifest.altered and stated != manifest.sha256:
        found.append(Altered(COVER, f"B{place or '?'}", "altered", _shown(stated), None))
    for title in (COVER, SIGN_OFF):
        told = [row["sha256"] for row in manifest.of(title, "without signatures")]
        if title in tables and told != [_without_signatures(tables[title])]:
            found.append(Altered(title, "", "what people signed was altered"))
    sheets = {str(row["sheet"]): str(row["sha256"]) for row in manifest.rows if row["part"] == "sheet"}
    sheets |= {str(row["sheet"]): str(row["sha256"]) for row in manifest.rows if row["part"] == "without signatures"}
    lines = "".join(f"{title},{sheets[title]}\n" for title in sorted(sheets))
    if not manifest.altered and hashlib.sha256(lines.encode()).hexdigest() != manifest.content_sha256:
        found.append(Altered(MANIFEST, "row 2", "the hash that people signed is not the one of these sheets"))
    return found


def _without_signatures(table: _Table) -> str:
    blank = {"name", "exceptions", "signed_at_utc", "method", "record"}
    rows: list[list[Plain]] = (
        [[row[0], None if row[0] in SIGNED_BLANK else row[1], row[2]] for row in table.rows]
        if table.title == COVER
        else [
            [None if name in blank else value for name, value in zip(table.names, row, strict=True)]
            for row in table.rows
        ]
    )
    return digest_table(table.names, rows).sha256


def _pictures(pictures: Sequence[bytes], manifest: _Manifest) -> list[Altered]:
    here = sorted(hashlib.sha256(each).hexdigest() for each in pictures)
    told = sorted(str(row["sha256"]) for row in manifest.of(PICTURES, "picture"))
    return [] if here == told else [Altered(PICTURES, "", "a picture is not the one that was written")]


def _with_expected(altered: list[Altered], sealed: Cells | None) -> list[Altered]:
    if sealed is None:
        return altered
    return [
        each
        if each.expected is not None
        else Altered(each.sheet, each.place, each.problem, each.found, _sealed_value(each, sealed))
        for each in altered
    ]


def _sealed_value(altered: Altered, sealed: Cells) -> str | None:
    for number, line in sealed.get(altered.sheet, {}).items():
        if altered.place.endswith(str(number)):
            for place, stored in line.items():
                if altered.place == f"{column_letter(place)}{number}":
                    return _shown(stored[0])
    return None if altered.place.startswith("row") or not altered.place else "nothing"


def _unique(altered: list[Altered]) -> list[Altered]:
    return list(dict.fromkeys(altered))


def _whole(value: Plain) -> int:
    return int(value) if isinstance(value, float) else 0


def _bytes(value: Plain) -> bytes:
    try:
        return bytes.fromhex(str(value))
    except ValueError:
        return b""
