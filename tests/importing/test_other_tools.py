"""Files of other tools on their way in: shown, answered, imported, undone."""

import io

import pytest

from registry.core.actor import Role
from registry.core.register import current
from tests.importers import breach_lists, files
from tests.importers.test_ciso_assistant import ENTITIES, PEOPLE
from tests.importers.test_fides import MANIFEST


@pytest.fixture
def browser(client_as):
    browser = client_as(Role.ADMINISTRATOR)
    upload(browser, files.workbook(), "register.xlsx", "register", commit=True)
    return browser


def upload(browser, content, name, kind, *, commit=False):
    reply = browser.post("/imports", data={"file": (io.BytesIO(content), name), "kind": kind})
    assert reply.status_code == 303, reply.text
    if commit:
        browser.post(f"{reply.headers['Location']}/commit")
    return reply.headers["Location"]


def page(browser, where):
    reply = browser.get(where)
    assert reply.status_code == 200
    return reply.text


def names(kind):
    return {fact.name for fact in current().register.facts(kind)}


def test_a_manifest_asks_who_is_a_vendor_and_is_imported_and_undone(browser):
    where = upload(browser, MANIFEST.encode(), "manifest.yml", "fides")
    shown = page(browser, where)
    assert "Which of these are vendors?" in shown
    assert 'name="vendor|mailer" value="yes" checked' in shown
    browser.post(f"{where}/mend", data={"parties": "asked", "vendor|warehouse": "yes"})
    assert 'name="vendor|warehouse" value="yes" checked' in page(browser, where)
    assert browser.post(f"{where}/commit").status_code == 303
    assert names("vendors") == {"Acme Mail", "Warehouse"}
    assert names("systems") == {"Web shop", "Corvid Mail", "outside analytics"}
    assert len(current().register.flows) == 1
    browser.post(f"{where}/undo")
    assert names("vendors") == {"Acme Mail"}
    assert current().register.flows == ()


def test_a_workbook_of_ciso_assistant_is_imported(browser):
    book = files.workbook(
        lambda each: [each.remove(each[name]) for name in ("Organisation", "Vendors")],
        Entities=ENTITIES,
        Representatives=PEOPLE,
    )
    where = upload(browser, book, "tprm.xlsx", "ciso_assistant")
    shown = page(browser, where)
    assert "has no place in the register" in shown
    browser.post(f"{where}/commit")
    assert names("vendors") == {"Acme Mail", "Corvid Mail", "Moss Hosting"}
    assert len(current().register.contacts) == 2
    again = page(browser, upload(browser, book, "tprm.xlsx", "ciso_assistant"))
    assert "Everything in this file is registered already" in again


def test_a_mistake_in_the_workbook_is_mended_in_the_preview(browser):
    bad = [ENTITIES[0], ["E-1", "Moss Hosting", None, None, "Germny", *[None] * 7]]
    book = files.workbook(lambda each: [each.remove(each[name]) for name in ("Organisation", "Vendors")], Entities=bad)
    where = upload(browser, book, "tprm.xlsx", "ciso_assistant")
    assert "Germny" in page(browser, where)
    browser.post(f"{where}/mend", data={"cell|Entities|2|country": "DE", "was|Entities|2|country": "Germny"})
    assert "Germny" not in page(browser, where)
    assert browser.post(f"{where}/marked").status_code == 200
    browser.post(f"{where}/commit")
    assert "Moss Hosting" in names("vendors")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("manifest.yml", "Fides manifest"),
        ("breaches.json", "Public breaches"),
        ("tprm.xlsx", "CISO Assistant workbook"),
    ],
)
def test_what_a_file_is_shows_in_it(browser, name, title):
    book = files.workbook(
        lambda each: [each.remove(each[sheet]) for sheet in ("Organisation", "Vendors")],
        Entities=ENTITIES,
        Representatives=PEOPLE,
    )
    content = {"manifest.yml": MANIFEST.encode(), "breaches.json": breach_lists.hibp(), "tprm.xlsx": book}[name]
    upload(browser, content, name, "")
    assert f"<td>{title}</td>" in page(browser, "/imports")
