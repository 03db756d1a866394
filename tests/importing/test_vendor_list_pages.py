"""The journey of a company's own spreadsheet: recognised, its columns shown and changed, rows decided, imported."""

import io

import pytest

from registry.core.actor import Role
from registry.core.db import db
from registry.core.register import current
from registry.models.importing import ColumnMeaning
from tests.importers import files

KNOWN = files.workbook(Systems=[["name"], ["CRM"]])
LIST = "Lieferant;Land;Art;Verantwortlicher\nACME Mail Inc.;Frankreich;post;otto@company.example\nNordwind;Germny;hosting;\n"


@pytest.fixture
def browser(client_as):
    browser = client_as(Role.ADMINISTRATOR)
    browser.post(f"{upload(browser, KNOWN)}/commit")
    return browser


def upload(browser, content, name="register.xlsx", **fields):
    reply = browser.post("/imports", data={"file": (io.BytesIO(content), name), **fields})
    assert reply.status_code == 303, reply.text
    return reply.headers["Location"]


def page(browser, where):
    reply = browser.get(where)
    assert reply.status_code == 200
    return reply.text


def vendors():
    return {vendor.name: vendor for vendor in current().register.vendors}


def test_a_spreadsheet_of_vendors_is_recognised_and_shows_what_it_was_taken_for(browser):
    shown = page(browser, upload(browser, LIST.encode(), "Liste.csv"))
    assert "What the columns mean" in shown
    assert "Same as V-0001 Acme Mail" in shown
    assert "Did you mean Germany?" in shown
    assert "Import 2 rows" not in shown
    assert list(vendors()) == ["Acme Mail"]


def test_a_register_file_is_still_recognised_as_one(browser):
    assert "What the columns mean" not in page(browser, upload(browser, KNOWN))


def test_one_form_answers_columns_rows_and_cells_and_the_next_list_is_known(browser):
    where = upload(browser, LIST.encode(), "Liste.csv")
    signature = page(browser, where).split('name="signature" value="')[1][:64]
    said = {
        "signature": signature,
        "column|Lieferant": "vendors.name",
        "column|Land": "vendors.country",
        "column|Art": "vendors.service",
        "column|Verantwortlicher": "vendors.owner_email",
        "row|2": "V-0001",
        "cell|Liste|3|Land": "Germany",
        "was|Liste|3|Land": "Germny",
    }
    browser.post(f"{where}/mend", data=said)
    assert "Import 2 rows" in page(browser, where)
    browser.post(f"{where}/commit")
    acme, nordwind = vendors()["Acme Mail"], vendors()["Nordwind"]
    assert (acme.code, acme.country, acme.service) == ("V-0001", "FR", "post")
    assert (nordwind.country, nordwind.service) == ("DE", "hosting")
    assert db.session.query(ColumnMeaning).one().kind == "vendors"

    again = page(browser, upload(browser, LIST.replace("ACME Mail Inc.", "Südsee").encode(), "Liste 2.csv"))
    assert again.count("as in the last list like it") == 4
    assert '<option value="vendors.service" selected>' in again

    browser.post(f"{where}/undo")
    assert (list(vendors()), vendors()["Acme Mail"].country) == (["Acme Mail"], "DE")


def test_a_row_can_be_left_out(browser):
    where = upload(browser, LIST.encode(), "Liste.csv")
    browser.post(f"{where}/mend", data={"row|2": "skip", "skip|3": "yes"})
    assert "there is nothing to import" in page(browser, where)


def test_the_marked_download_is_the_list_itself(browser):
    from openpyxl import load_workbook

    where = upload(browser, LIST.encode(), "Liste.csv")
    book = load_workbook(io.BytesIO(browser.post(f"{where}/marked").data))
    assert book["Liste"]["A1"].value == "Lieferant"
    assert "Did you mean Germany?" in book["Liste"]["B3"].comment.text


def test_an_unknown_kind_is_not_found(browser):
    assert browser.post("/imports", data={"file": (io.BytesIO(b"x"), "x.csv"), "kind": "spells"}).status_code == 404


def test_a_vendor_manager_imports_vendors_that_name_them_as_owner(client_as, browser):
    manager = client_as(Role.VENDOR_MANAGER, name="Maja Manager")
    from registry.models.accounts import Person

    email = db.session.query(Person.email).filter_by(name="Maja Manager").scalar()
    where = upload(manager, f"Vendor,Owner\nMine,{email}\nTheirs,other@company.example\n".encode(), "list.csv")
    shown = page(manager, where)
    assert shown.count("not about a vendor of yours") == 1
