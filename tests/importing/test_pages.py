"""The journey of a file: upload, preview, mend, import, undo."""

import io
import re

import openpyxl
import pytest

from importers.register import read
from registry.core.actor import Role
from registry.core.db import db
from registry.core.register import current
from registry.models.importing import ImportRun
from tests.importers import files

WHOLE = files.workbook(
    Systems=[["name"], ["CRM"]],
    Datasets=[["name", "system", "categories"], ["Profiles", "CRM", "user.name"]],
    Flows=[["sender", "recipient", "dataset"], ["CRM", "Acme Mail", "Profiles"]],
    Placements=[["control", "fact"], ["MFA", "F-001"]],
)
BROKEN = b"name,country,owner_email\nOne,Germny,one@company.example\nTwo,FR,\n"


@pytest.fixture
def browser(client_as):
    return client_as(Role.ADMINISTRATOR)


def upload(browser, content, name="register.xlsx"):
    reply = browser.post("/imports", data={"file": (io.BytesIO(content), name)})
    assert reply.status_code == 303, reply.text
    return reply.headers["Location"]


def page(browser, where):
    reply = browser.get(where)
    assert reply.status_code == 200
    return reply.text


def vendors():
    return {vendor.name: vendor for vendor in current().register.vendors}


def test_a_file_is_shown_before_anything_is_written(browser):
    where = upload(browser, WHOLE)
    shown = page(browser, where)
    assert "Nothing is written yet" in shown
    assert "V-0001 Acme Mail" in shown
    assert vendors() == {}
    assert "register.xlsx" in page(browser, "/imports")


def test_a_preview_is_imported_once_however_often_it_is_sent(browser):
    where = upload(browser, WHOLE)
    for _ in range(2):
        assert browser.post(f"{where}/commit").status_code == 303
    assert "This file was imported" in page(browser, where)
    assert list(vendors()) == ["Acme Mail"]
    assert current().register.flows[0].code == "F-001"


def test_the_same_file_again_has_nothing_to_import(browser):
    browser.post(f"{upload(browser, WHOLE)}/commit")
    assert "registered already" in page(browser, upload(browser, WHOLE))


def test_a_change_is_shown_field_by_field_and_undone(browser):
    browser.post(f"{upload(browser, WHOLE)}/commit")
    where = upload(browser, b"name,country,service\nAcme Mail,FR,post\nNew Vendor,DE,\n", "Vendors.csv")
    shown = page(browser, where)
    assert re.search(r"<del>DE</del> → <ins>FR</ins>", shown)
    browser.post(f"{where}/commit")
    assert (vendors()["Acme Mail"].country, len(vendors())) == ("FR", 2)
    for _ in range(2):
        browser.post(f"{where}/undo")
    assert (vendors()["Acme Mail"].country, vendors()["Acme Mail"].service, len(vendors())) == ("DE", None, 1)
    assert "was undone" in page(browser, where)


def test_a_whole_import_is_undone_as_one_act(browser):
    where = upload(browser, WHOLE)
    browser.post(f"{where}/commit")
    browser.post(f"{where}/undo")
    register = current().register
    assert (register.vendors, register.flows, register.placements, register.systems) == ((), (), (), ())


def test_an_import_others_build_on_is_not_undone(browser):
    first = upload(browser, WHOLE)
    browser.post(f"{first}/commit")
    second = upload(browser, b"vendor,system,kind\nAcme Mail,CRM,admin\n", "Access.csv")
    browser.post(f"{second}/commit")
    browser.post(f"{first}/undo")
    assert "A-001 refers to V-0001" in page(browser, first)
    assert list(vendors()) == ["Acme Mail"]


def test_what_was_changed_since_is_not_undone(browser):
    browser.post(f"{upload(browser, WHOLE)}/commit")
    first = upload(browser, b"name,country\nAcme Mail,FR\n", "Vendors.csv")
    browser.post(f"{first}/commit")
    browser.post(f"{upload(browser, b'name,country' + bytes([10]) + b'Acme Mail,IT', 'Vendors.csv')}/commit")
    browser.post(f"{first}/undo")
    assert "was changed after this import" in page(browser, first)
    assert vendors()["Acme Mail"].country == "IT"


def test_a_problem_names_its_place_and_is_mended_in_the_preview(browser):
    browser.post(f"{upload(browser, WHOLE)}/commit")
    where = upload(browser, BROKEN, "Vendors.csv")
    shown = page(browser, where)
    assert "Germny" in shown
    assert "Did you mean Germany?" in shown
    assert "Import 2 rows" not in shown
    browser.post(f"{where}/commit")
    assert list(vendors()) == ["Acme Mail"]
    data = {"cell|Vendors|2|country": "Germany", "was|Vendors|2|country": "Germny"}
    assert browser.post(f"{where}/mend", data=data).status_code == 303
    assert "Import 2 rows" in page(browser, where)
    browser.post(f"{where}/commit")
    assert vendors()["One"].country == "DE"


def test_an_ambiguous_date_is_answered_once_for_the_file(browser):
    where = upload(browser, b"currency,usd_per_unit,as_of\nEUR,1.1,03/04/2024\nGBP,1.3,05/04/2024\n", "Currencies.csv")
    assert "day first" in page(browser, where)
    browser.post(f"{where}/mend", data={"day_order": "day_first"})
    browser.post(f"{where}/commit")
    assert {str(row.as_of) for row in current().register.currencies} == {"2024-04-03", "2024-04-05"}


def test_the_file_comes_back_with_its_cells_marked(browser):
    where = upload(browser, BROKEN, "Vendors.csv")
    reply = browser.post(f"{where}/marked")
    book = openpyxl.load_workbook(io.BytesIO(reply.data))
    cell = book["Vendors"]["B2"]
    assert cell.value == "Germny"
    assert "Did you mean Germany?" in cell.comment.text
    assert cell.fill.fgColor.rgb == "FFF8C9D4"
    assert book["Problems"].max_row > 1
    assert read(reply.data, base=read(WHOLE).register).counts == {"vendors": 2}


def test_a_preview_of_an_older_register_is_shown_anew_and_not_written(browser):
    browser.post(f"{upload(browser, WHOLE)}/commit")
    first = upload(browser, b"name,country\nAcme Mail,FR\n", "Vendors.csv")
    browser.post(f"{upload(browser, b'name,country' + bytes([10]) + b'Other,IT', 'Vendors.csv')}/commit")
    assert "The register changed since" in page(browser, first)
    browser.post(f"{first}/commit")
    assert vendors()["Acme Mail"].country == "DE"
    browser.post(f"{first}/commit")
    assert vendors()["Acme Mail"].country == "FR"


def test_a_discarded_file_is_deleted(browser, app):
    where = upload(browser, WHOLE)
    browser.post(f"{where}/discard")
    assert "is deleted" in page(browser, where)
    assert list((app.extensions["settings"].data_dir / "imports").glob("*/*")) == []


def test_an_upload_without_a_file_is_told(browser):
    browser.post("/imports", data={})
    assert "Choose a file first" in page(browser, "/imports")


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"PK\x03\x04 cut", b"%PDF"])
def test_a_file_that_cannot_be_read_has_a_page_with_the_reason(browser, content):
    shown = page(browser, upload(browser, content, "x.xlsx"))
    assert "1 error stands in the way" in shown


def test_the_template_and_the_export_are_workbooks(browser):
    browser.post(f"{upload(browser, WHOLE)}/commit")
    assert browser.get("/imports/template").data.startswith(b"PK")
    assert read(browser.post("/imports/register").data).register == current().register


def test_a_vendor_manager_imports_for_own_vendors_only_and_sees_own_imports(client_as, browser):
    where = upload(browser, WHOLE)
    browser.post(f"{where}/commit")
    manager = client_as(Role.VENDOR_MANAGER)
    assert manager.get(where).status_code == 404
    mine = upload(manager, b"name,country\nAcme Mail,FR\n", "Vendors.csv")
    assert "not about a vendor of yours" in page(manager, mine)
    manager.post(f"{mine}/commit")
    assert vendors()["Acme Mail"].country == "DE"


def test_an_auditor_may_not_import(client_as):
    assert client_as(Role.AUDITOR).get("/imports").status_code == 403


def test_an_import_is_one_entry_of_the_audit_log(browser):
    from registry.models.audit import AuditEntry

    browser.post(f"{upload(browser, WHOLE)}/commit")
    run = db.session.query(ImportRun).one()
    entries = db.session.query(AuditEntry).filter_by(action="import.commit").all()
    assert [(entry.subject, run.sha256 in entry.details) for entry in entries] == [(f"import_run:{run.id}", True)]
