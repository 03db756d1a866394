"""The journey of a vendor's list of sub-processors: from its page, pasted, compared, imported, compared again, undone."""

import pytest

from registry.core.actor import Role
from registry.core.register import current
from tests.importers import files
from tests.importing.test_vendor_list_pages import page, upload

KNOWN = files.workbook(
    Systems=[["name"], ["CRM"]],
    Datasets=[["name", "system", "categories"], ["Profiles", "CRM", "user.name"]],
    Flows=[["sender", "recipient", "dataset"], ["CRM", "Acme Mail", "Profiles"]],
)


@pytest.fixture
def browser(client_as):
    browser = client_as(Role.ADMINISTRATOR)
    browser.post(f"{upload(browser, KNOWN)}/commit")
    return browser


def paste(browser, text, vendor="V-0001"):
    reply = browser.post("/imports", data={"pasted": text, "kind": "subprocessors", "vendor": vendor})
    assert reply.status_code == 303, reply.text
    return reply.headers["Location"]


def onward():
    return {flow.recipient: flow.ends for flow in current().register.flows if flow.sender == "V-0001"}


def test_a_pasted_list_becomes_nth_parties_and_the_next_one_shows_what_changed(browser):
    assert "/imports/subprocessors/V-0001" in page(browser, "/vendors/V-0001?tab=subvendors")
    assert "Nobody is registered yet" in page(browser, "/imports/subprocessors/V-0001")
    first = paste(browser, "Name\tPurpose\nNordwind\thosting\nFjord\tsupport\n")
    assert "Import 4 rows" in page(browser, first)
    browser.post(f"{first}/commit")
    assert onward() == {"V-0002": None, "V-0003": None}

    second = paste(browser, "Name\tPurpose\nNordwind\tbackups\nBrandneu\tmail\n")
    shown = page(browser, second)
    assert "Against the last list" in shown
    assert "No longer on the list" in shown
    assert "<del>hosting</del> → <ins>backups</ins>" in shown
    browser.post(f"{second}/mend", data={"gone|V-0003": "end"})
    browser.post(f"{second}/commit")
    assert set(onward()) == {"V-0002", "V-0003", "V-0004"}
    assert onward()["V-0003"] is not None

    browser.post(f"{second}/undo")
    assert onward() == {"V-0002": None, "V-0003": None}
    assert "2 sub-vendors are registered" in page(browser, "/imports/subprocessors/V-0001")


def test_nothing_pasted_is_told_on_the_page_of_the_vendor(browser):
    assert paste(browser, "  ").endswith("/imports/subprocessors/V-0001")


def test_a_list_needs_a_vendor_and_a_vendor_needs_such_a_list(browser):
    for fields in ({"vendor": ""}, {"vendor": "V-9999"}, {"vendor": "V-0001", "kind": "vendors"}):
        data = {"pasted": "One\nTwo\n", "kind": "subprocessors"} | fields
        assert browser.post("/imports", data=data).status_code == 404


def test_a_vendor_manager_reads_lists_of_own_vendors_only(client_as, browser):
    manager = client_as(Role.VENDOR_MANAGER)
    assert manager.get("/imports/subprocessors/V-0001").status_code == 404
    data = {"pasted": "One\nTwo\n", "kind": "subprocessors", "vendor": "V-0001"}
    assert manager.post("/imports", data=data).status_code == 404
