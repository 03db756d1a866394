"""Reports beside the pack: each in each form, with hostile names, missing things said, and who took it logged."""

import hashlib
import io
import json

import openpyxl
import pytest
from flask import Flask

from registry.core.actor import Role
from registry.core.db import session, writing
from registry.core.work import work
from registry.models.vendors import Vendor
from registry.portfolio.work import PORTFOLIO
from registry.reporting.documents import REPORTS
from tests.portfolio.test_portfolio import Run
from tests.reporting.test_packs import SYSTEM, filled, sql

NEEDS = {"dossier": "v-0002", "assessment": "AS-0001"}


@pytest.fixture
def auditor(app: Flask, client_as):
    filled()
    with writing(), work(SYSTEM, "vendor.rename") as w:
        w.get(Vendor, "V-0002").name = "=cmd|' #[emph] $x$ \\ <b>"
        outcome = PORTFOLIO.perform(Run({"years": 64, "seed": 1}))
        outcome(w)
    session().expire_all()
    return client_as(Role.AUDITOR, name="Ann Auditor")


def test_every_report_but_of_an_assessment_in_every_form_is_taken_and_logged(auditor):
    taken = []
    for report in REPORTS.values():
        if report.about == "assessment":
            continue
        for form in report.forms:
            given = auditor.post(f"/reports/take/{report.name}.{form}", data={"about": NEEDS.get(report.name, "")})
            assert given.status_code == 200, report.name
            assert given.data.startswith(b"%PDF-" if form == "pdf" else b"PK")
            taken.append(hashlib.sha256(given.data).hexdigest())
            if form == "xlsx":
                book = openpyxl.load_workbook(io.BytesIO(given.data))
                assert not [
                    cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
                ]
    noted = [
        json.loads(str(details))["sha256"]
        for details in sql("SELECT details FROM audit_entry WHERE action = 'report.download' ORDER BY seq")
    ]
    assert noted == taken
    assert len(taken) == 8


def test_a_dossier_holds_what_belongs_to_the_vendor_and_nothing_else(auditor):
    book = openpyxl.load_workbook(io.BytesIO(auditor.post("/reports/take/dossier.xlsx", data={"about": "V-0002"}).data))
    facts = {row[0]: row[1] for row in book["Report"].iter_rows(values_only=True)}
    assert facts["report"] == "=cmd|' #[emph] $x$ \\ <b> (V-0002)"
    heads = [cell.value for cell in book["Flows to it"][1]]
    codes = [row[heads.index("code")] for row in book["Flows to it"].iter_rows(min_row=2, values_only=True)]
    assert codes == sql("SELECT code FROM flow WHERE recipient = 'V-0002' ORDER BY code")


def test_the_board_reads_two_pages(auditor):
    content = auditor.post("/reports/take/board.pdf").data
    assert 1 <= content.count(b"/Type /Page\n") + content.count(b"/Type/Page") <= 4


@pytest.mark.parametrize(("path", "about", "words"), [
    ("dossier.pdf", "V-9999", "V-9999"), ("dossier.xlsx", "<script>", "&lt;script&gt;"), ("assessment.pdf", "AS-0001", "AS-0001"),
    ("assessment.xlsx", "9" * 60, "999"),
])  # fmt: skip
def test_what_is_not_there_is_said_on_the_page(auditor, path: str, about: str, words: str):
    said = auditor.post(f"/reports/take/{path}", data={"about": about}, follow_redirects=True).get_data(as_text=True)
    assert words in said
    assert "<script>" not in said.replace("<script src", "")


def test_an_unknown_report_or_form_is_not_found(auditor):
    assert auditor.post("/reports/take/vendors.pdf").status_code == 404
    assert auditor.post("/reports/take/nonsense.xlsx").status_code == 404
    assert auditor.post("/reports/take/vendors.docx").status_code == 404


def test_without_a_portfolio_the_board_is_told_what_to_start(app: Flask, client_as):
    filled()
    said = client_as(Role.CISO).post("/reports/take/board.pdf", follow_redirects=True).get_data(as_text=True)
    assert "start one on the page Portfolio" in said
