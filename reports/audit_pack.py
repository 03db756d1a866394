"""The quarterly audit workbook: tables in, sheets with cover, checks, sign-off and manifest out, always the same bytes.

What people sign is the hash of the content, taken with the places for their signatures left empty, so that a signature
does not alter what was signed. The manifest hashes every sheet, row and column; the installation signs the manifest.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from openpyxl.chart import BarChart, Reference

from reports.cells import Plain
from reports.pack_checks import check_rows, checks_of
from reports.pack_digest import ROW_HASH, TableDigest, canonical_cell, digest_table, row_hash
from reports.pack_measures import NOTHING, column_letter
from reports.pack_plan import CHECK, COVER, MANIFEST, PICTURES, SIGN_OFF, PlannedSheet, planned_sheets
from reports.quick_rows import Shown
from reports.workbook import CellKind, Heading, Picture, Sheet, SheetColumn, stream_workbook

__all__ = [
    "COVER_COLUMNS",
    "PICTURE_COLUMNS",
    "SIGNED_BLANK",
    "Bars",
    "NamedPicture",
    "PackContent",
    "SignOff",
    "Signer",
    "content_hash",
    "how_to_verify",
    "signed_bytes",
    "what_is_not_proved",
    "write_pack",
]

Rows = Sequence[Sequence[Plain]]
Fact = dict[str, Plain]  # a row of the manifest by column
COVER_COLUMNS = ("field", "value", "meaning")
PICTURE_COLUMNS = ("chart", "label", "value")
COVER_TABLE = ("sheet", "rows_in_sheet", "rows_in_database")
# Fields of the cover that are empty while the content is hashed: they are written when people sign, or say the hash.
SIGNED_BLANK = frozenset({"manifest_sha256", "prepared_by", "reviewed_by", "approved_by"})
ROWS_A_CELL = 900  # 32 digits and a blank each: below what a cell holds
_SUMMARY, _OF_UNIT = "01 Summary", frozenset({"value", "previous_value", "change"})
_FORMATS = {"share": "0.0%", "money": "#,##0.00"}
_STEPS = ("prepared_by", "reviewed_by", "approved_by")

how_to_verify = (
    "Run `./run report verify FILE`, or open Reports, Verify a pack. By hand: write a sheet as CSV in UTF-8 with LF, texts in double "
    "quotes, numbers plain with at most 12 digits, days and moments in ISO form, nothing for an empty cell, its head first; its "
    "SHA-256 is the one in its row of part `sheet`. A row's hash is the first 128 bits of the SHA-256 of its line; a column's that of "
    "its cells, each with LF, its head first. The cover is taken with manifest_sha256 empty, this sheet with signature empty, 21 "
    "Check with its formula columns empty. The signature is Ed25519 over `registry-pack-1`, LF, the pack id, LF, manifest_sha256."
)
what_is_not_proved = (
    "The hashes show that the sheets agree with the manifest, not that what people registered is true, nor that nothing was left "
    "unregistered. Whoever alters a cell can make all hashes anew, but not the signature: only the installation's public key, "
    "obtained elsewhere than from this file, or the sealed copy, shows that the pack is unaltered. Formats, notes and widths are "
    "not hashed. Signatures of people are records of this application, not qualified electronic signatures."
)


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """A picture of a scenario."""

    name: str
    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart: its title and what stands on it."""

    title: str
    bars: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SignOff:
    """One line of the sign-off sheet; everything after the statement is empty until somebody signed."""

    role: str
    statement: str
    name: str | None = None
    exceptions: str | None = None
    signed_at: datetime | None = None
    method: str | None = None
    record: str | None = None
    step: str | None = None  # which field of the cover it fills

    def row(self) -> list[Plain]:
        """Return it in the order of the sheet."""
        at = self.signed_at.replace(tzinfo=None, microsecond=0) if self.signed_at else None
        return [self.role, self.name, self.statement, self.exceptions, at, self.method, self.record]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackContent:
    """What a pack holds, fixed at its cut-off: the tables by sheet, without cover, sign-off, manifest and checks."""

    pack_id: str
    made_at: datetime
    cover: tuple[tuple[str, Plain], ...]
    tables: Mapping[str, Rows]
    populations: Mapping[str, int]
    head_number: int
    head_hash: str
    pictures: tuple[NamedPicture, ...] = ()
    charts: tuple[Bars, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Signer:
    """The key of the installation: its public half as text, and what it signs with."""

    public_key: str
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class _Hashed:
    """A sheet ready to be written: its columns, its rows as shown, as hashed, and the hashes."""

    title: str
    columns: tuple[SheetColumn, ...]
    shown: Sequence[Sequence[object]]
    digest: TableDigest

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.label for column in self.columns)


def content_hash(content: PackContent, sign_offs: Sequence[SignOff], signer: Signer) -> str:
    """Return the hash that people sign: of everything, with the places of signatures empty."""
    return _content_hash(_hashed_sheets(content, sign_offs, signer), _without_signatures(content, sign_offs, signer))


def write_pack(
    content: PackContent,
    sign_offs: Sequence[SignOff],
    signer: Signer,
    target: BinaryIO,
    *,
    progress: Callable[[float, str], None] | None = None,
) -> str:
    """Write the workbook; return the hash of the content that people sign.

    Parameters
    ----------
    target
        An open file; the caller decides when it takes the place of another.
    progress
        Called with the share done and the sheet at hand.
    """
    sheets = _hashed_sheets(content, sign_offs, signer)
    blank = _without_signatures(content, sign_offs, signer)
    manifest, digest = _manifest(content, sheets, blank, signer)
    signed = _content_hash(sheets, blank)
    sheets[COVER] = _cover(content, sign_offs, signer, digest)
    sheets[MANIFEST] = manifest
    order = sorted(sheets)

    def written() -> Any:
        for number, title in enumerate(order):
            if progress is not None:
                progress(number / len(order), f"Sheet {title}")
            yield _sheet(sheets[title], content)

    stream_workbook(written(), target, title=f"Audit pack {content.pack_id}", made_at=content.made_at)
    return signed


def signed_bytes(pack_id: str, manifest_sha256: str) -> bytes:
    """Return what the installation's key signs."""
    return f"registry-pack-1\n{pack_id}\n{manifest_sha256}".encode()


# -- sheets -----------------------------------------------------------------------------------------------------


def _hashed_sheets(content: PackContent, sign_offs: Sequence[SignOff], signer: Signer) -> dict[str, _Hashed]:
    """Return every sheet but the manifest; the cover without the manifest's hash."""
    plan = planned_sheets()
    found = {title: _planned(plan[title], rows) for title, rows in content.tables.items()}
    found[SIGN_OFF] = _planned(plan[SIGN_OFF], [each.row() for each in sign_offs])
    shown, hashed = check_rows(checks_of(content.tables))
    found[CHECK] = _Hashed(CHECK, _columns(plan[CHECK]), shown, digest_table(plan[CHECK].names, hashed))
    found[PICTURES] = _pictures(content)
    found[COVER] = _cover(content, sign_offs, signer, "")
    return found


def _planned(sheet: PlannedSheet, rows: Rows) -> _Hashed:
    full = rows or [[NOTHING, *[None] * (len(sheet.names) - 1)]]
    shown = [_by_unit(row) for row in full] if sheet.title == _SUMMARY else full
    return _Hashed(sheet.title, _columns(sheet), shown, digest_table(sheet.names, full))


def _by_unit(row: Sequence[Plain]) -> list[object]:
    """Show figures of the summary as their unit wants: shares in percent, amounts with two decimals."""
    names = planned_sheets()[_SUMMARY].names
    form = _FORMATS.get(str(row[names.index("unit")]), "#,##0")
    return [
        Shown(cell, form) if name in _OF_UNIT and cell is not None else cell
        for name, cell in zip(names, row, strict=True)
    ]


def _columns(sheet: PlannedSheet) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(each.name, each.kind, each.width, each.note) for each in sheet.columns)


def _cover(content: PackContent, sign_offs: Sequence[SignOff], signer: Signer, manifest: str) -> _Hashed:
    meanings = {column.name: column.meaning for column in planned_sheets()[COVER].columns}
    by_step = {each.step: each for each in sign_offs if each.name and each.step}
    values = dict(content.cover) | {"manifest_sha256": manifest or None, "signing_key": signer.public_key}
    values |= {step: _named(by_step.get(step)) for step in _STEPS}
    rows: list[list[object]] = [[name, value, meanings.get(name)] for name, value in values.items()]
    rows.append([Heading(text) for text in COVER_TABLE])
    counts = {**{title: len(found) for title, found in content.tables.items()}, SIGN_OFF: len(sign_offs)}
    rows.extend(
        [title, counts[title], content.populations.get(title, "worked out from others")] for title in sorted(counts)
    )
    columns = tuple(SheetColumn(name, width=width) for name, width in zip(COVER_COLUMNS, (34, 70, 60), strict=True))
    plain = [[cell.text if isinstance(cell, Heading) else cell for cell in row] for row in rows]
    return _Hashed(COVER, columns, rows, digest_table(COVER_COLUMNS, plain))  # type: ignore[arg-type]  # headings are texts now


def _named(sign_off: SignOff | None) -> str | None:
    return f"{sign_off.name}, {sign_off.signed_at:%Y-%m-%d}" if sign_off and sign_off.signed_at else None


def _without_signatures(content: PackContent, sign_offs: Sequence[SignOff], signer: Signer) -> dict[str, _Hashed]:
    """Return cover and sign-off with the places of signatures empty."""
    empty = [SignOff(each.role, each.statement) for each in sign_offs]
    sheet = _planned(planned_sheets()[SIGN_OFF], [each.row() for each in empty])
    return {COVER: _cover(content, empty, signer, ""), SIGN_OFF: sheet}


def _pictures(content: PackContent) -> _Hashed:
    rows: list[list[Plain]] = [[chart.title, label, value] for chart in content.charts for label, value in chart.bars]
    rows += [["Picture", picture.name, None] for picture in content.pictures]
    rows = rows or [[NOTHING, None, None]]
    kinds = (CellKind.TEXT, CellKind.TEXT, CellKind.NUMBER)
    columns = tuple(SheetColumn(name, kind, 40) for name, kind in zip(PICTURE_COLUMNS, kinds, strict=True))
    return _Hashed(PICTURES, columns, rows, digest_table(PICTURE_COLUMNS, rows))


def _sheet(hashed: _Hashed, content: PackContent) -> Sheet:
    is_pictures, is_cover = hashed.title == PICTURES, hashed.title == COVER
    return Sheet(
        hashed.title,
        hashed.columns,
        hashed.shown,
        has_filter=not is_cover,
        for_print=True,
        pictures=_placed(content) if is_pictures else (),
        charts=_charts(content) if is_pictures else (),
    )


def _placed(content: PackContent) -> list[Picture]:
    start = 2 + 18 * len(content.charts)
    return [
        Picture(each.png, f"E{start + 34 * number}", each.width, each.height)
        for number, each in enumerate(content.pictures)
    ]


def _charts(content: PackContent) -> list[tuple[Any, str]]:
    charts, row = [], 2
    for number, bars in enumerate(content.charts):
        last = row + len(bars.bars) - 1
        chart = BarChart()
        chart.type, chart.title, chart.legend = "bar", bars.title, None
        chart.width, chart.height = 26, 8.5
        chart.y_axis.delete = chart.x_axis.delete = False
        chart.x_axis.scaling.orientation = "maxMin"
        chart.add_data(Reference(range_string=f"'{PICTURES}'!$C${row}:$C${last}"), titles_from_data=False)
        chart.set_categories(Reference(range_string=f"'{PICTURES}'!$B${row}:$B${last}"))
        charts.append((chart, f"E{2 + 18 * number}"))
        row = last + 1
    return charts


# -- manifest ---------------------------------------------------------------------------------------------------


def _content_hash(sheets: Mapping[str, _Hashed], blank: Mapping[str, _Hashed]) -> str:
    lines = [f"{title},{(blank.get(title) or sheets[title]).digest.sha256}\n" for title in sorted(sheets)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _manifest(
    content: PackContent, sheets: Mapping[str, _Hashed], blank: Mapping[str, _Hashed], signer: Signer
) -> tuple[_Hashed, str]:
    plan = planned_sheets()[MANIFEST]
    signed = _content_hash(sheets, blank)
    facts: list[Fact] = [
        {
            "sheet": "all", "part": "pack", "item": content.pack_id, "sha256": signed, "change_log_last_number": content.head_number,
            "change_log_head": content.head_hash, "how_to_verify": how_to_verify, "what_is_not_proved": what_is_not_proved,
        },
    ]  # fmt: skip
    for title in sorted(blank):
        facts += [{"sheet": title, "part": "without signatures", "sha256": blank[title].digest.sha256}]
    for each in content.pictures:
        sha256 = hashlib.sha256(each.png).hexdigest()
        facts += [{"sheet": PICTURES, "part": "picture", "item": each.name, "sha256": sha256}]
    for title in sorted(sheets):
        facts.extend(_facts_of(sheets[title]))
    rows = [[fact.get(name) for name in plan.names] for fact in facts]
    place = plan.names.index("row_check")
    for row in rows:
        row[place] = row_hash(",".join(map(canonical_cell, row[:place])).encode())
    digest = digest_table(plan.names, rows).sha256
    signature = signer.sign(signed_bytes(content.pack_id, digest)).hex()
    shown = [list(row) for row in rows]
    shown[0][plan.names.index("signature")] = signature
    return _Hashed(MANIFEST, _columns(plan), shown, digest_table(plan.names, shown)), digest


def _facts_of(sheet: _Hashed) -> list[Fact]:
    found: list[Fact] = [
        {"sheet": sheet.title, "part": "sheet", "rows": sheet.digest.rows, "columns": len(sheet.names), "sha256": sheet.digest.sha256}
    ]  # fmt: skip
    found += [
        {"sheet": sheet.title, "part": "column", "item": f"{column_letter(place)} {column.label}", "kind": str(column.kind), "sha256": sha256}
        for place, (column, sha256) in enumerate(zip(sheet.columns, sheet.digest.column_hashes, strict=True))
    ]  # fmt: skip
    hashes = sheet.digest.row_hashes
    for start in range(0, len(hashes), ROWS_A_CELL):
        part = hashes[start : start + ROWS_A_CELL]
        found.append(
            {"sheet": sheet.title, "part": "rows", "item": f"{start + 2} to {start + 1 + len(part)}", "row_hashes": " ".join(part)}
        )  # fmt: skip
    assert all(len(each) == ROW_HASH for each in hashes)
    return found
