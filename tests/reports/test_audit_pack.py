"""The workbook of a pack: its form, its formulas, and that every altered cell is named."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import range_boundaries

from importers.pack_cells import read_cells
from reports.audit_pack import PackContent
from reports.pack_checks import check_rows, checks_of
from reports.pack_digest import canonical_cell, digest_table, pack_value
from reports.pack_measures import MEASURES, amount_of
from reports.pack_plan import CHECK, COVER, MANIFEST, PICTURES, planned_sheets
from tests.reports.packs import HOSTILE, PUBLIC, checked, made_content, made_pack, made_tables, saved_by_libreoffice

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def pack() -> bytes:
    return made_pack(signed=True)


@pytest.fixture(scope="module")
def workbook(pack: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(pack))


def altered(file: bytes, sheet: str, address: str, value: str, *, formula: str | None = None) -> bytes:
    """Return the file with one cell changed in its XML, as somebody with an editor would."""
    source = zipfile.ZipFile(io.BytesIO(file))
    part = f"xl/worksheets/sheet{sorted([*planned_sheets(), PICTURES]).index(sheet) + 1}.xml"
    tree = etree.fromstring(source.read(part))
    row = int(re.sub(r"\D", "", address))
    line = next(each for each in tree.iter(f"{MAIN}row") if each.get("r") == str(row))
    cell = next((each for each in line if each.get("r") == address), None)
    if cell is None:
        cell = etree.SubElement(line, f"{MAIN}c", r=address)
    for part_of in list(cell):
        cell.remove(part_of)
    if formula is not None:
        cell.attrib.pop("t", None)
        etree.SubElement(cell, f"{MAIN}f").text = formula
        etree.SubElement(cell, f"{MAIN}v").text = value
    else:
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, etree.tostring(tree) if name == part else source.read(name))
    return out.getvalue()


def test_all_sheets_and_columns_of_the_plan_are_there_in_order(workbook):
    plan = planned_sheets()
    assert workbook.sheetnames == sorted([*plan, PICTURES])
    for title, sheet in plan.items():
        if title != COVER:
            assert tuple(cell.value for cell in workbook[title][1]) == sheet.names, title


def test_the_same_content_gives_the_same_bytes():
    assert made_pack(signed=True) == made_pack(signed=True)


def test_a_signature_alters_the_file_but_not_what_was_signed(pack):
    unsigned = made_pack()
    assert unsigned != pack
    assert checked(unsigned).content_sha256 == checked(pack).content_sha256


def test_it_is_consistent_by_itself_and_unaltered_only_with_a_known_key(pack):
    assert checked(pack).standing == "consistent"
    assert checked(pack, keys=(PUBLIC,)).standing == "unaltered"
    assert checked(pack, keys=("00" * 32,)).standing == "consistent"


def test_only_the_sheet_of_checks_computes(workbook):
    computing = {
        (sheet.title, cell.column_letter)
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert computing == {(CHECK, "D"), (CHECK, "E")}


def test_every_table_has_a_filter_a_fixed_head_page_set_up_and_notes_and_no_merged_cells(workbook):
    for sheet in workbook:
        assert not sheet.merged_cells.ranges, sheet.title
        assert sheet.freeze_panes == "A2"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$1"
        if sheet.title != COVER:
            _, _, _, last = range_boundaries(sheet.auto_filter.ref)
            assert last == sheet.max_row, sheet.title
        if sheet.title not in {COVER, PICTURES}:
            assert all(cell.comment for cell in sheet[1]), sheet.title


def test_dates_and_numbers_are_real_and_hostile_texts_stay_texts(workbook):
    vendors = workbook["02 Vendors"]
    heads = [cell.value for cell in vendors[1]]
    assert vendors.cell(2, heads.index("contract_starts") + 1).is_date
    assert vendors.cell(2, heads.index("people") + 1).data_type == "n"
    texts = [cell for sheet in workbook if sheet.title != CHECK for cell in sheet[2] if isinstance(cell.value, str)]
    assert any(cell.value.startswith("=") for cell in texts)
    assert all(cell.data_type == "s" for cell in texts)


def test_what_the_check_sheet_says_in_words_agrees(workbook):
    results = [row[5] for row in workbook[CHECK].iter_rows(min_row=2, values_only=True)]
    assert len(results) > 40
    assert set(results) == {"agrees"}


def test_a_wrong_figure_is_seen_by_the_checks():
    tables = made_tables()
    names = planned_sheets()["02 Vendors"].names
    tables["02 Vendors"][1][names.index("residual_risk")] = 70.0
    differing = [check.name for check in checks_of(tables) if check.result == "differs"]
    assert differing == ["Residual risks"]


def test_the_cells_of_formulas_are_hashed_as_empty():
    shown, hashed = check_rows(checks_of(made_tables()))
    assert all(row[3] is None and row[4] is None for row in hashed)
    assert all(str(row[3].text).startswith("=") for row in shown)


@pytest.mark.parametrize("sheet", sorted(set(planned_sheets()) - {COVER, MANIFEST, CHECK}))
def test_one_altered_cell_of_any_sheet_is_named(pack, sheet):
    last = 2 if sheet == "09 Findings" else 3
    found = checked(altered(pack, sheet, f"B{last}", "somebody was here"), sealed=pack)
    assert found.standing == "altered"
    named = [(each.sheet, each.place) for each in found.altered]
    assert (sheet, f"B{last}") in named
    assert {place for title, place in named if title == sheet and place} == {f"B{last}"}
    assert all(each.expected is not None for each in found.altered if each.place == f"B{last}")


def test_an_altered_cover_check_or_manifest_is_named(pack, workbook):
    cover = {row[0].value: row[0].row for row in workbook[COVER].iter_rows(max_col=1)}
    for field in ("organisation", "manifest_sha256", "prepared_by"):
        address = f"B{cover[field]}"
        found = checked(altered(pack, COVER, address, "x"))
        assert (COVER, address) in [(each.sheet, each.place) for each in found.altered], field
    assert "the sheet is missing" not in str(checked(pack).altered)
    broken = checked(altered(pack, CHECK, "F3", "differs"))
    assert (CHECK, "F3") in [(each.sheet, each.place) for each in broken.altered]
    formula = checked(altered(pack, CHECK, "D3", "3", formula="1+2"))
    assert (CHECK, "D3") in [(each.sheet, each.place) for each in formula.altered]
    manifest = checked(altered(pack, MANIFEST, "H2", "trust me"))
    assert (MANIFEST, "H2") in [(each.sheet, each.place) for each in manifest.altered]
    manifest = checked(altered(pack, MANIFEST, "D7", "0" * 64))
    assert (MANIFEST, "row 7") in [(each.sheet, each.place) for each in manifest.altered]


def test_a_formula_with_the_right_result_is_still_named(pack):
    found = checked(altered(pack, "02 Vendors", "O3", "0", formula="1-1"))
    assert ("02 Vendors", "O3", "a formula where a value belongs") in [
        (each.sheet, each.place, each.problem) for each in found.altered
    ]


def test_a_cell_beside_a_table_is_named(pack):
    assert ("17 Data quality", "Z2") in [
        (each.sheet, each.place) for each in checked(altered(pack, "17 Data quality", "Z2", "x")).altered
    ]


def test_a_row_that_was_taken_away_is_named(pack):
    book = openpyxl.load_workbook(io.BytesIO(pack))
    book["03 Data access"].delete_rows(3)
    out = io.BytesIO()
    book.save(out)
    found = [str(each) for each in checked(out.getvalue()).altered if each.sheet == "03 Data access"]
    assert found == ["03 Data access row 3: the row that stood here is missing"]


def test_a_forged_pack_is_consistent_but_never_unaltered():
    """Whoever has the file can make all hashes and a key anew; only the key from elsewhere shows it."""
    from io import BytesIO

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from reports.audit_pack import Signer, write_pack
    from tests.reports.packs import sign_offs

    other = Ed25519PrivateKey.generate()
    target = BytesIO()
    write_pack(made_content(2), sign_offs(), Signer(other.public_key().public_bytes_raw().hex(), other.sign), target)
    assert checked(target.getvalue(), keys=(PUBLIC,)).standing == "consistent"


def test_a_pack_of_nothing_says_so_on_every_sheet():
    content = made_content()
    empty = PackContent(
        pack_id="2026Q4-2", made_at=content.made_at, cover=content.cover, tables={title: [] for title in content.tables}, populations={},
        head_number=0, head_hash="0" * 64,
    )  # fmt: skip
    file = made_pack(empty)
    assert checked(file, keys=(PUBLIC,)).standing == "unaltered"
    book = openpyxl.load_workbook(io.BytesIO(file))
    assert {book[title]["A2"].value for title in content.tables} == {"Nothing of this kind is recorded at the cut-off."}


def test_every_part_of_the_file_is_well_formed_xml_and_declared(pack):
    archive = zipfile.ZipFile(io.BytesIO(pack))
    types = etree.fromstring(archive.read("[Content_Types].xml"))
    declared = {each.get("PartName") for each in types if each.get("PartName")}
    defaults = {each.get("Extension") for each in types if each.get("Extension")}
    for name in archive.namelist():
        if name.endswith((".xml", ".rels", ".vml")):
            etree.fromstring(archive.read(name))
        assert f"/{name}" in declared or name.rpartition(".")[2] in defaults, name
    links = [name for name in archive.namelist() if name.endswith(".rels")]
    for name in links:
        base = name.replace("_rels/", "").removesuffix(".rels").rpartition("/")[0]
        for link in etree.fromstring(archive.read(name)):
            target = link.get("Target")
            path = target.lstrip("/") if target.startswith("/") else _joined(base, target)
            assert path in archive.namelist(), (name, target)


def _joined(base: str, target: str) -> str:
    import posixpath

    return posixpath.normpath(posixpath.join(base, target))


def test_measures_and_their_formulas_name_columns_that_exist():
    tables = made_tables()
    assert all(amount_of(measure.numerator, tables) >= 0 for measure in MEASURES)
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


def test_the_canonical_form_can_be_made_by_hand():
    digest = digest_table(["code", "people"], [["V-1", 3], ['a "b"', None]])
    import hashlib

    text = '"code","people"\n"V-1",3\n"a ""b""",\n'
    assert digest.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert digest.row_hashes[0] == hashlib.sha256(b'"V-1",3\n').hexdigest()[:32]
    assert canonical_cell(pack_value(date(1850, 1, 1))) == '"1850-01-01"'
    assert canonical_cell(pack_value(float("inf"))) == '"infinite"'


@pytest.mark.office
def test_libreoffice_opens_it_agrees_and_saving_again_alters_nothing(pack, soffice):
    again = saved_by_libreoffice(pack, soffice)
    assert again != pack
    assert [str(each) for each in checked(again, keys=(PUBLIC,)).altered] == []
    book = openpyxl.load_workbook(io.BytesIO(again), data_only=True)
    live = [(row[0], row[4], row[5]) for row in book[CHECK].iter_rows(min_row=2, values_only=True)]
    assert [each for each in live if each[1:] != ("agrees", "agrees")] == []


def test_every_hostile_text_comes_back_as_it_was_written():
    content = made_content(len(HOSTILE))
    place = planned_sheets()["02 Vendors"].names.index("service")
    rows = [
        [*row[:place], pack_value(text), *row[place + 1 :]]
        for row, text in zip(content.tables["02 Vendors"], HOSTILE, strict=True)
    ]
    written = PackContent(
        pack_id="2026Q4-3", made_at=content.made_at, cover=content.cover, tables={**content.tables, "02 Vendors": rows}, populations={},
        head_number=0, head_hash="0" * 64,
    )  # fmt: skip
    file = made_pack(written)
    assert checked(file, keys=(PUBLIC,)).standing == "unaltered"
    vendors = next(sheet for sheet in read_cells(file)[0] if sheet.name == "02 Vendors")
    assert [vendors.rows[number][place].value for number in range(2, len(HOSTILE) + 2)] == [
        pack_value(text) for text in HOSTILE
    ]
