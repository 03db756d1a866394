"""The data-quality page: who sees what, where each row leads, and what it costs on a large register."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event

from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.factstore import create
from registry.core.work import work
from registry.domain.register.facts import Register
from registry.models.audit import AuditEntry
from registry.models.vendors import Certificate, Vendor
from tests.facts.company import small_company
from tests.people import make_person, sign_in
from tests.quality.registers import CLEAN, LONG_AGO

HOSTILE = "<script>alert(1)</script>\"'=cmd"


def untidy(count: int = 1) -> Register:
    """Return a register with two shortcomings per vendor: no owner or Mina's, and no legal basis."""
    vendors = tuple(
        replace(CLEAN.vendors[0], code=f"V-{1000 + n}", name=f"Vendor {n} {HOSTILE}", owner_email=owner)
        for n in range(count)
        for owner in ("mina.manager@example.org" if n % 2 else None,)
    )
    flows = tuple(
        replace(CLEAN.flows[0], code=f"F-{1000 + n}", recipient=vendor.code, legal_basis=None)
        for n, vendor in enumerate(vendors)
    )
    contracts = tuple(
        replace(CLEAN.contracts[0], code=f"K-{1000 + n}", vendor=v.code, reference=v.code)
        for n, v in enumerate(vendors)
    )
    contacts = tuple(replace(CLEAN.contacts[0], vendor=vendor.code) for vendor in vendors)
    return replace(
        CLEAN,
        vendors=(*CLEAN.vendors, *vendors),
        flows=(*CLEAN.flows, *flows),
        contracts=(*CLEAN.contracts, *contracts),
        contacts=(*CLEAN.contacts, *contacts),
        certificates=(replace(CLEAN.certificates[0], expires=LONG_AGO),),
    )


def test_the_page_counts_names_and_leads_to_the_field(db_app: Flask):
    small_company(db_app, untidy(2))
    ada = sign_in(db_app, make_person("Ada", Role.CISO))
    page = ada.get("/quality").text
    assert "<b>4 things</b>" in page
    assert "Flows without a legal basis" in page
    assert "<script>alert" not in page
    mend = re.search(r'href="(/flows/F-1000/edit\?back=[^"]*#legal_basis)"', page)
    assert mend is not None
    assert 'id="legal_basis"' in ada.get(mend[1].replace("&amp;", "&")).text


def test_a_mended_fact_leads_back_and_is_no_longer_listed(app: Flask, client_as):
    small_company(app, untidy(1))
    ada = client_as(Role.CISO)
    page = ada.get("/quality?kind=certificate_expired").text
    mend = re.search(r'href="(/certificates/\d+/edit\?[^"#]*)#expires"', page)
    assert mend is not None
    key = session().query(Certificate.id).scalar()
    answer = ada.post(
        mend[1].replace("&amp;", "&"),
        data={"version": "1", "vendor": "V-0001", "certificate": "ISO27001", "expires": "2027-05-01"},
    )
    assert answer.status_code == 303
    assert answer.location == "/quality?kind=certificate_expired"
    assert f"/certificates/{key}/edit" not in ada.get("/quality").text
    assert "Nothing of this kind" in ada.get(answer.location).text


def test_the_way_back_leads_nowhere_else(app: Flask, client_as):
    small_company(app)
    ada = client_as(Role.CISO)
    for evil in ("//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)"):
        answer = ada.post(
            "/systems/S-001/edit", query_string={"back": evil}, data={"version": "1", "name": f"CRM {len(evil)}"}
        )
        assert "evil" not in answer.headers.get("Location", "")


def test_a_manager_mends_their_own_and_sees_the_rest(app: Flask):
    small_company(app, untidy(2))
    app.config["WTF_CSRF_ENABLED"] = False
    mina = sign_in(app, make_person("Mina Manager", Role.VENDOR_MANAGER))
    page = mina.get("/quality").text
    assert "/flows/F-1001/edit" in page
    assert "/flows/F-1000/edit" not in page
    assert "not yours" in page
    own = mina.get("/quality?owner=mine").text
    assert "<b>2 things</b>" in own  # the flow of her vendor, the certificate of Corvid Mail
    assert "in what is yours" in own
    assert "F-1000" not in own


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CONTRIBUTOR])
def test_who_may_not_write_sees_everything_and_no_way_to_change_it(app: Flask, client_as, role):
    small_company(app, untidy(2))
    page = client_as(role).get("/quality").text
    assert "<b>4 things</b>" in page
    assert "/edit" not in page
    assert ">Mend<" not in page
    assert ("Export these" in page) == (role is Role.AUDITOR)
    assert client_as(Role.CONTRIBUTOR, name="Cleo").post("/quality/export").status_code == 403


def test_filters_narrow_and_words_nobody_knows_do_not(app: Flask, client_as):
    small_company(app, untidy(4))
    ada = client_as(Role.CISO)
    whole = "<b>7 things</b>"
    assert whole in ada.get("/quality").text
    assert "<b>6 things</b>" in ada.get("/quality?severity=high").text
    assert "<b>1 thing</b>" in ada.get("/quality?severity=medium").text
    assert "<b>4 things</b>" in ada.get("/quality?owner=nobody").text
    assert "Nothing is found with these filters" in ada.get("/quality?owner=somebody@else.example").text
    assert "<b>2 things</b>" in ada.get("/quality?vendor=V-1000").text
    assert "Nothing is found" in ada.get("/quality?vendor=V-9999").text
    for nonsense in ("kind=nonsense", "severity=%27--", "page=-9", "page=99999999999", "owner=", "kind=%F0%9F%92%A5"):
        assert whole in ada.get(f"/quality?{nonsense}").text, nonsense


def test_pages_hold_every_line_once(app: Flask, client_as):
    small_company(app, untidy(60))
    ada = client_as(Role.CISO)
    seen = []
    for number in (1, 2, 3):
        page = ada.get(f"/quality?kind=no_legal_basis&page={number}").text
        seen += re.findall(r"/flows/(F-\d+)/edit", page)
        assert ("Next 50" in page) == (number == 1)
        if number == 2:
            assert "51–60" in page
            assert "page%3D2" in page  # the way back leads to this page
    assert sorted(set(seen)) == [f"F-{1000 + n}" for n in range(60)]
    assert len(seen) == 60 + 10  # the third page is the last one again


def test_a_clean_register_says_so(app: Flask, client_as):
    small_company(app, CLEAN)
    page = client_as(Role.CISO).get("/quality").text
    assert "All clear" in page
    assert "Export these" not in page


def test_what_is_shown_is_exported_and_recorded(app: Flask, client_as):
    small_company(app, untidy(60))
    ada = client_as(Role.CISO)
    answer = ada.post("/quality/export?kind=no_owner", data={"format": "csv"})
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(rows) == 30
    assert rows[0]["Fact"] == "V-1000"
    assert rows[0]["About"].startswith("Vendor 0 <script>")
    assert rows[0]["Severity"] == "high"
    entry = session().query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
    assert entry.action == "list.export"
    workbook = ada.post("/quality/export", data={"format": "xlsx"})
    assert workbook.data[:2] == b"PK"


def test_the_number_of_queries_does_not_grow_with_the_register(app: Flask):
    counts = []
    small_company(app, untidy(5))
    mina = sign_in(app, make_person("Mina Manager", Role.VENDOR_MANAGER))
    mina.get("/quality?owner=mine")
    counts.append(_queries(lambda: mina.get("/quality?owner=mine")))
    with writing(), work(Actor.system("test"), "vendor.add") as w:
        for number in range(60):
            create(w, "vendors", {"name": f"Another {number}", "owner_email": "mina.manager@example.org"})
    mina.get("/quality?owner=mine")
    counts.append(_queries(lambda: mina.get("/quality?owner=mine")))
    assert counts[1] <= counts[0] <= 14
    assert session().query(Vendor).count() == 68


def test_a_day_that_passes_is_noticed_without_a_change(app: Flask):
    small_company(app, CLEAN)
    mina = make_person("Mina Manager", Role.VENDOR_MANAGER)
    assert "All clear" in sign_in(app, mina).get("/quality").text
    clock.set_clock(app.extensions, lambda: datetime(2027, 2, 1, 12, 0, tzinfo=UTC))
    assert "expired on 2027-01-01" in sign_in(app, mina).get("/quality").text


def _queries(call) -> int:
    seen: list[str] = []

    def listener(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", listener)
    call()
    event.remove(db.engine, "before_cursor_execute", listener)
    return len(seen)
