"""A small made-up pack with values of every kind in every sheet, its key, and how a test reads and saves one."""

import subprocess
import tempfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from importers.pack_cells import read_cells
from reports.audit_pack import Bars, PackContent, Signer, SignOff, write_pack
from reports.cells import Plain
from reports.pack_check import PackVerdict, check_pack
from reports.pack_measures import MEASURES, amount_of
from reports.pack_plan import CHECK, COVER, MANIFEST, SIGN_OFF, planned_sheets
from reports.workbook import CellKind

MADE_AT = datetime(2027, 1, 4, 8, 30, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
SIGNER = Signer(PUBLIC, KEY.sign)
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\uff1dcmd|' /C calc'!A0", "\x00\x07bell", "x" * 40_000, "_x0041_", "'quoted", " a ", "line\nbreak",
    "line\r\nbreak", "emoji 🎈", "<b>&amp;</b>", '=HYPERLINK("http://x")', "\u202eright to left", "0012", "1e5", "TRUE", "2026-01-01",
)  # fmt: skip
_SAMPLES: dict[CellKind, list[Plain]] = {
    CellKind.COUNT: [3, 0, 2_410_000],
    CellKind.NUMBER: [12.5, None, 1 / 3],
    CellKind.SHARE: [0.25, 1.0, None],
    CellKind.MONEY: [14_800_000.55, 0.1, None],
    CellKind.DAY: [date(2026, 10, 1), None, date(1999, 12, 31)],
    CellKind.MOMENT: [datetime(2026, 10, 1, 12, 30, 5), datetime(2026, 3, 29, 1, 59, 59), None],
}


def made_tables(rows: int = 3) -> dict[str, list[list[Plain]]]:
    """Return tables with plausible values of the right kind; figures that are checked agree."""
    tables = {}
    for title, sheet in planned_sheets().items():
        if title in {COVER, SIGN_OFF, MANIFEST, CHECK, "01 Summary"}:
            continue
        tables[title] = [[_value(column.name, column.kind, row) for column in sheet.columns] for row in range(rows)]
    tables["09 Findings"] = []
    _agree(tables)
    tables["01 Summary"] = []
    for measure in MEASURES:
        top = amount_of(measure.numerator, tables)
        below = amount_of(measure.denominator, tables) if measure.denominator else None
        value = top if below is None else top / below if below else None
        tables["01 Summary"].append(
            [
                measure.name,
                measure.definition,
                top,
                below,
                value,
                measure.unit,
                None,
                None,
                None,
                measure.numerator.sheet,
            ]
        )
    return tables


def _value(name: str, kind: CellKind, row: int) -> Plain:
    if kind is CellKind.TEXT:
        return f"{name} {row}" if row else HOSTILE[len(name) % len(HOSTILE)]
    return _SAMPLES[kind][row % 3]


def _agree(tables: dict[str, list[list[Plain]]]) -> None:
    plan = planned_sheets()
    names = plan["02 Vendors"].names
    for row in tables["02 Vendors"]:
        row[names.index("inherent_risk")], row[names.index("effectiveness")] = 80.0, 0.25
        row[names.index("residual_risk")] = 60.0
    for number, row in enumerate(tables["14 Change log"], start=7):
        row[0] = number
    names = plan["06 Assessments"].names
    for row in tables["06 Assessments"]:
        row[names.index("score")] = None


def made_content(rows: int = 3) -> PackContent:
    """Return a whole pack."""
    from reports.pack_digest import pack_value

    tables = {
        title: [[pack_value(cell) for cell in row] for row in found] for title, found in made_tables(rows).items()
    }
    cover = (
        ("organisation", "Example =Corp"), ("period_from", date(2026, 10, 1)), ("period_to", date(2026, 12, 31)),
        ("cut_off_utc", MADE_AT.replace(tzinfo=None)), ("generated_by", "Alice Example"), ("filters", "none"), ("pack_id", "2026Q4-1"),
        ("manifest_sha256", None), ("signing_key", None), ("prepared_by", None), ("reviewed_by", None), ("approved_by", None),
    )  # fmt: skip
    return PackContent(
        pack_id="2026Q4-1", made_at=MADE_AT, cover=cover, tables=tables, populations={}, head_number=9, head_hash="ab" * 32,
        charts=(Bars("Expected loss", (("V-0001 Corvid", 12.5), ("V-0002 =Other", 3.0))),),
    )  # fmt: skip


def sign_offs(*, signed: bool = False) -> list[SignOff]:
    """Return the sign-off block, empty or with one signature."""
    first = SignOff("Preparer", "I prepared it", step="prepared_by")
    if signed:
        first = SignOff(
            "Preparer", "I prepared it", "Alice", "none", MADE_AT, "in the application", "audit 12", "prepared_by"
        )
    return [first, SignOff("Reviewer", "I reviewed it", step="reviewed_by"), SignOff("Auditor", "I took it")]


def made_pack(content: PackContent | None = None, *, signed: bool = False) -> bytes:
    """Return the file of a pack."""
    target = BytesIO()
    write_pack(content or made_content(), sign_offs(signed=signed), SIGNER, target)
    return target.getvalue()


def fits(public_key: str, signature: bytes, message: bytes) -> bool:
    """Tell whether a signature is good."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def checked(file: bytes, *, keys: tuple[str, ...] = (), sealed: bytes | None = None) -> PackVerdict:
    """Check a file as the product does."""
    sheets, pictures = read_cells(file)
    cells = {
        sheet.name: {
            number: {place: (cell.value, cell.formula) for place, cell in row.items()}
            for number, row in sheet.rows.items()
        }
        for sheet in sheets
    }
    copy = None
    if sealed is not None:
        found, _ = read_cells(sealed)
        copy = {
            sheet.name: {
                number: {place: (cell.value, cell.formula) for place, cell in row.items()}
                for number, row in sheet.rows.items()
            }
            for sheet in found
        }
    return check_pack(cells, list(pictures.values()), keys=keys, verify=fits, sealed=copy)


def saved_by_libreoffice(file: bytes, program: str, form: str = "xlsx") -> bytes:
    """Open a file in LibreOffice without a window and return it as saved in another form."""
    with tempfile.TemporaryDirectory(prefix="registry-lo-") as folder:
        source, out = Path(folder) / "in.xlsx", Path(folder) / "out"
        source.write_bytes(file)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [program, profile, "--headless", "--convert-to", form, "--outdir", str(out), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return next(out.iterdir()).read_bytes()
