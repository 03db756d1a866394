"""Packs of a real database: complete at one instant, signed by three people, sealed, taken out, compared with the last."""

import hashlib
import io
import json
import threading
from datetime import UTC, date, datetime

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import text

from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.factstore import insert_register
from registry.core.work import work
from registry.demo.generator import generate
from registry.domain.register.errors import IllegalMove
from registry.models.packs import AuditPack, PackState
from registry.reporting import service
from registry.reporting.checking import check_file
from registry.reporting.content import pack_bytes, unpack_bytes
from registry.reporting.cut import NoQuarter, Quarter
from registry.reporting.keys import known_keys
from registry.reporting.schedule import draft_due
from registry.reporting.subjects import waiting_packs
from tests.people import make_person, sign_in

SYSTEM = Actor.system("tests")
QUARTER = Quarter(2026, 1)


def filled(*, vendors: int = 6, flows: int = 14) -> None:
    with writing(), work(SYSTEM, "register.import") as w:
        insert_register(w, generate(vendors=vendors, flows=flows, seed=3, today=date(2026, 3, 2)))


def made(quarter: Quarter = QUARTER, progress=lambda _share, _step: None) -> AuditPack:
    found = service.make(quarter, "Alice Example", progress)
    with writing(), work(SYSTEM, "audit_pack.make") as w:
        return service.keep(w, found)


def file_of(row: AuditPack) -> bytes:
    with service.store().open(row.file_name) as source:
        return source.read()


def book_of(row: AuditPack) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(file_of(row)))


def column(book: openpyxl.Workbook, sheet: str, name: str) -> list[object]:
    heads = [cell.value for cell in book[sheet][1]]
    return [row[heads.index(name)] for row in book[sheet].iter_rows(min_row=2, values_only=True)]


def sql(question: str) -> list[object]:
    with db.engine.connect() as connection:
        return [row[0] for row in connection.execute(text(question))]


def test_the_pack_is_complete_against_questions_of_its_own(db_app: Flask):
    filled()
    make_person("Alice Example", Role.ADMINISTRATOR)
    row = made()
    book = book_of(row)
    assert column(book, "02 Vendors", "code") == sql("SELECT code FROM vendor WHERE archived_at IS NULL ORDER BY code")
    assert column(book, "04 Data flows", "code") == sql("SELECT code FROM flow WHERE archived_at IS NULL ORDER BY code")
    assert column(book, "22 People and rights", "person") == ["Alice Example"]
    numbers = sql("SELECT seq FROM audit_entry WHERE seq <= (SELECT max(head_seq) FROM audit_pack) ORDER BY seq")
    assert sorted(set(column(book, "14 Change log", "number"))) == numbers
    hashes = dict(zip(column(book, "14 Change log", "number"), column(book, "14 Change log", "hash"), strict=True))
    assert hashes[row.head_seq] == row.head_hash
    cover = [line for line in book["00 Cover"].iter_rows(values_only=True) if isinstance(line[2], int)]
    assert len(cover) >= 9
    assert all(line[1] == line[2] for line in cover)
    assert set(column(book, "21 Check", "result")) == {"agrees"}
    assert check_file(file_of(row), known_keys()).standing == "unaltered"


def test_every_flow_is_in_data_access_once_for_each_category_it_passes(app: Flask):
    filled()
    book = book_of(made())
    expected = set()
    for flow, own, of_dataset in sql_rows(
        "SELECT f.code, f.categories, d.categories FROM flow f JOIN dataset d ON d.code = f.dataset WHERE f.storage <> 'none'"
    ):
        for category in (own or of_dataset).strip(";").split(";"):
            expected.add(f"{flow}/{category}")
    found = [key for key in column(book, "03 Data access", "row_id") if str(key).startswith("F-")]
    assert {key for key in found if not str(key).endswith("/reads-back")} == expected
    assert len(found) == len(set(found))


def sql_rows(question: str) -> list[tuple]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def test_what_people_change_meanwhile_is_in_no_sheet(db_app: Flask):
    filled()
    before = len(sql("SELECT code FROM vendor"))
    seen = []

    def somebody_works() -> None:
        with db_app.app_context(), writing(), work(SYSTEM, "vendor.add") as w:
            from registry.core.factstore import create

            create(w, "vendors", {"name": f"Late Comer {len(seen)}"})

    def progress(_share: float, step: str) -> None:
        if step in {"Assessments", "Change log and people"}:
            thread = threading.Thread(target=somebody_works)
            thread.start()
            thread.join()
            seen.append(step)

    row = made(progress=progress)
    book = book_of(row)
    assert seen == ["Assessments", "Change log and people"]
    assert len(sql("SELECT code FROM vendor")) == before + 2
    assert len(column(book, "02 Vendors", "code")) == before
    assert max(column(book, "14 Change log", "number")) == row.head_seq
    counts = {line[0]: line[1:3] for line in book["00 Cover"].iter_rows(values_only=True)}
    assert counts["02 Vendors"] == (before, before)


def test_an_empty_registry_gives_a_pack_that_says_so(app: Flask):
    row = made()
    book = book_of(row)
    assert book["02 Vendors"]["A2"].value == "Nothing of this kind is recorded at the cut-off."
    assert set(column(book, "21 Check", "result")) == {"agrees"}
    assert column(book, "19 DORA register", "template") == ["not in use"]
    assert check_file(file_of(row), known_keys()).standing == "unaltered"


def test_a_quarter_ahead_and_what_is_no_quarter_are_refused(app: Flask):
    with pytest.raises(NoQuarter, match="2026Q2 begins on 2026-04-01"):
        made(Quarter(2026, 2))
    for wrong in ("2026Q5", "Q1", "soon", "0001Q1"):
        with pytest.raises(NoQuarter, match="write it as 2026Q4"):
            Quarter.parse(wrong)
    assert sql("SELECT id FROM audit_pack") == []


def test_content_comes_back_from_its_bytes_and_writes_the_same_file(app: Flask):
    filled()
    row = made()
    content = service.content_of(row)
    assert unpack_bytes(pack_bytes(content)) == content
    file, signed = service._written(content, [], lambda _share, _step: None)
    assert (file.sha256, signed) == (row.file_sha256, row.content_sha256)


def test_three_people_sign_in_order_then_it_is_sealed_and_its_file_stays(app: Flask):
    filled()
    row = made()
    content_file, signed = row.content_name, row.content_sha256
    manager, ciso, admin = (
        make_person(name, role)
        for name, role in (
            ("Mia Manager", Role.VENDOR_MANAGER),
            ("Cleo Ciso", Role.CISO),
            ("Adam Admin", Role.ADMINISTRATOR),
        )
    )
    command = service.SignPack(signed, "two flows are being checked")
    with writing():
        assert service.sign(manager.actor, row.id, 1, command) is PackState.PREPARED
        with pytest.raises(IllegalMove, match="You prepared this pack"):
            service.sign(manager.actor, row.id, 2, service.SignPack(signed, None))
        with pytest.raises(IllegalMove, match="not the one you saw"):
            service.sign(ciso.actor, row.id, 2, service.SignPack("0" * 64, None))
        assert service.sign(ciso.actor, row.id, 2, service.SignPack(signed, None)) is PackState.REVIEWED
        other = make_person("Max Manager", Role.VENDOR_MANAGER)
        with pytest.raises(IllegalMove, match="approved by the CISO or an administrator"):
            service.sign(other.actor, row.id, 3, service.SignPack(signed, None))
        with pytest.raises(IllegalMove, match="only an approved one"):
            service.seal(admin.actor, row.id, 3)
        service.sign(admin.actor, row.id, 3, service.SignPack(signed, None))
        service.seal(admin.actor, row.id, 4)
        with pytest.raises(IllegalMove, match="stays so"):
            service.withdraw(admin.actor, row.id, 5, "no reason")
    session().expire_all()
    sealed = session().get(AuditPack, row.id)
    assert (sealed.state, sealed.content_sha256, sealed.content_name) == (PackState.SEALED, signed, content_file)
    book = book_of(sealed)
    cover = {line[0]: line[1] for line in book["00 Cover"].iter_rows(values_only=True)}
    assert cover["prepared_by"] == "Mia Manager, 2026-03-02"
    assert cover["approved_by"] == "Adam Admin, 2026-03-02"
    assert column(book, "18 Sign-off", "exceptions")[0] == "two flows are being checked"
    verdict = check_file(file_of(sealed), known_keys())
    assert (verdict.standing, verdict.content_sha256) == ("unaltered", signed)
    assert len(list(service.store().names())) == 2  # what it holds, and one file


def test_the_next_pack_is_held_against_the_last_and_names_what_moved(app: Flask):
    filled()
    first = made()
    with writing(), work(SYSTEM, "vendor.change") as w:
        from registry.models.vendors import Vendor

        vendor = w.get(Vendor, "V-0001")
        vendor.tier_override, vendor.tier_override_reason = "low", "the board said so"
    clock.set_clock(app.extensions, lambda: datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
    second = book_of(made(Quarter(2026, 2)))
    cover = {line[0]: line[1] for line in second["00 Cover"].iter_rows(values_only=True)}
    assert (cover["previous_pack_id"], cover["previous_pack_sha256"]) == ("2026Q1-1", first.file_sha256)
    moves = list(
        zip(
            column(second, "15 Changes", "kind"),
            column(second, "15 Changes", "code"),
            column(second, "15 Changes", "current"),
            strict=True,
        )
    )
    assert ("tier move", "V-0001", "low") in moves
    reasons = column(second, "02 Vendors", "tier_override_reason")
    assert str(reasons[0]).startswith("the board said so (set by system:tests, 2026-03-02")
    assert column(second, "01 Summary", "previous_value")[0] == 6


def test_the_schedule_asks_once_on_the_first_working_day(app: Flask):
    filled()
    clock.set_clock(app.extensions, lambda: datetime(2026, 4, 1, 0, 30, tzinfo=UTC))
    assert str(draft_due()) == "2026Q1"
    assert draft_due() is None
    assert [json.loads(str(params)) for params in sql("SELECT params FROM job")] == [{"quarter": "2026Q1"}]


def test_the_schedule_waits_for_a_working_day_and_reports_no_time_before_the_registry(app: Flask):
    filled()
    clock.set_clock(app.extensions, lambda: datetime(2026, 3, 3, 9, 0, tzinfo=UTC))
    assert draft_due() is None  # 2025Q4 ended before anything was recorded
    clock.set_clock(app.extensions, lambda: datetime(2028, 1, 2, 9, 0, tzinfo=UTC))
    assert draft_due() is None  # 1 January 2028 is a Saturday
    clock.set_clock(app.extensions, lambda: datetime(2028, 1, 3, 9, 0, tzinfo=UTC))
    assert str(draft_due()) == "2027Q4"


def test_whoever_can_sign_the_next_step_is_reminded_and_nobody_twice(app: Flask):
    filled()
    row = made()
    mia, cleo = make_person("Mia Manager", Role.VENDOR_MANAGER), make_person("Cleo Ciso", Role.CISO)
    make_person("Ann Auditor", Role.AUDITOR)
    (matter,) = waiting_packs(date(2026, 3, 2), None)
    assert matter.roles["signer"] == (mia.email, cleo.email)
    with writing():
        service.sign(cleo.actor, row.id, 1, service.SignPack(row.content_sha256, None))
    (matter,) = waiting_packs(date(2026, 3, 2), None)
    assert matter.roles["signer"] == (mia.email,)


def test_an_auditor_takes_and_checks_packs_and_changes_nothing(app: Flask, client_as):
    filled()
    row = made()
    auditor = client_as(Role.AUDITOR, name="Ann Auditor")
    page = auditor.get("/reports").get_data(as_text=True)
    assert "2026Q1-1" in page
    assert "Make a draft" not in page
    assert "does not sign" in auditor.get(f"/reports/packs/{row.id}").get_data(as_text=True)
    for path in ("packs", f"packs/{row.id}/sign", f"packs/{row.id}/seal", f"packs/{row.id}/withdraw"):
        assert auditor.post(f"/reports/{path}", data={"quarter": "2026Q1"}).status_code == 403
    taken = auditor.post(f"/reports/packs/{row.id}/download")
    assert hashlib.sha256(taken.data).hexdigest() == row.file_sha256
    assert sql("SELECT actor FROM audit_entry WHERE action = 'audit_pack.download'") == ["Ann Auditor"]
    assert "Ann Auditor" in auditor.get(f"/reports/packs/{row.id}").get_data(as_text=True)
    checked = auditor.post("/reports/verify", data={"file": (io.BytesIO(taken.data), "pack.xlsx")}).get_data(
        as_text=True
    )
    assert "Unaltered" in checked
    assert "known here" in checked


def test_pages_of_signing_and_of_a_file_that_is_no_pack(app: Flask, client_as):
    filled()
    row = made()
    ciso = client_as(Role.CISO)
    signed = ciso.post(
        f"/reports/packs/{row.id}/sign",
        data={"content_sha256": row.content_sha256, "version": "1", "exceptions": ""},
        follow_redirects=True,
    ).get_data(as_text=True)
    assert "the pack is prepared now" in signed
    assert "somebody else signs the next step" in signed
    late = ciso.post(f"/reports/packs/{row.id}/withdraw", data={"reason": "", "version": "2"}, follow_redirects=True)
    assert "Say why" in late.get_data(as_text=True)
    asked = ciso.post("/reports/packs", data={"quarter": "2031Q1"}, follow_redirects=True).get_data(as_text=True)
    assert "nothing to report of it yet" in asked
    for content, words in ((b"", "Choose a file first"), (b"PK", "damaged"), (b"no workbook", "damaged")):
        page = ciso.post("/reports/verify", data={"file": (io.BytesIO(content), "x.xlsx")}).get_data(as_text=True)
        assert words in page
    assert ciso.get("/reports/packs/999").status_code == 404


def test_a_contributor_sees_no_reports(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(app, make_person("Conny Contributor", Role.CONTRIBUTOR))
    assert client.get("/reports").status_code == 403
