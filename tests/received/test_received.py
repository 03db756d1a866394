"""A filled-in questionnaire of a vendor: previewed, kept with its file, shown, undone."""

import io

import pytest
from sqlalchemy import func, select

from registry.core.actor import Role
from registry.core.db import db
from registry.models.assessments import Evidence
from registry.models.audit import AuditEntry
from registry.models.received import ReceivedAnswer, ReceivedQuestionnaire
from tests.facts.company import small_company
from tests.importers.test_completed import CAIQ_ROWS, caiq
from tests.people import make_person, sign_in


@pytest.fixture
def browser(app, client_as):
    small_company(app)
    return client_as(Role.CISO)


def upload(browser, content, **form):
    data = {"file": (io.BytesIO(content), "caiq.xlsx"), "kind": "completed", "vendor": "V-0001"} | form
    return browser.post("/imports", data=data)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_it_is_previewed_kept_shown_and_undone(browser):
    where = upload(browser, caiq()).headers["Location"]
    assert "A&amp;A-01.1: Yes" in browser.get(where).text
    assert count(ReceivedAnswer) == 0
    for _ in range(2):
        browser.post(f"{where}/commit")
    row = db.session.scalar(select(ReceivedQuestionnaire))
    assert (row.questions, row.answered, row.edition, count(ReceivedAnswer)) == (4, 3, "4.0.3", 4)
    shown = browser.get("/vendors/V-0001?tab=received").text
    assert "CAIQ 4.0.3" in shown
    page = browser.get(f"/received/{row.id}").text
    assert "Reviewed yearly." in page
    assert "left blank" in page
    assert "Reviewed yearly." not in browser.get(f"/received/{row.id}?q=independent").text
    reply = browser.post(f"/received/{row.id}/file")
    assert reply.data == caiq() or reply.data[:2] == b"PK"
    assert "attachment" in reply.headers["Content-Disposition"]
    taken = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "evidence.download")).all()
    assert [entry.subject for entry in taken] == [f"evidence:{row.evidence_id}"]
    browser.post(f"{where}/undo")
    assert (count(ReceivedQuestionnaire), count(ReceivedAnswer)) == (0, 0)
    assert db.session.scalar(select(Evidence)).archived_at is not None


def test_the_same_file_twice_is_once(browser):
    content = caiq()
    browser.post(f"{upload(browser, content).headers['Location']}/commit")
    again = upload(browser, content).headers["Location"]
    assert "Everything in this file is registered already" in browser.get(again).text
    browser.post(f"{again}/commit")
    assert count(ReceivedQuestionnaire) == 1


def test_it_needs_a_vendor_one_may_write(app, browser):
    assert upload(browser, caiq(), vendor="V-0404").status_code == 404
    stranger = sign_in(app, make_person("Dan Other", Role.VENDOR_MANAGER))
    assert upload(stranger, caiq()).status_code == 404


def test_hostile_answers_are_only_text(browser):
    rows = [
        ["A&A-01.1", "<script>alert(1)</script>", "-cmd()", None, "<img src=x onerror=alert(1)>", *[None] * 5],
        *CAIQ_ROWS[1:],
    ]
    browser.post(f"{upload(browser, caiq(rows=rows)).headers['Location']}/commit")
    row = db.session.scalar(select(ReceivedQuestionnaire))
    assert "<script>alert(1)" not in browser.get(f"/received/{row.id}").text


@pytest.mark.parametrize("number", [9, 99999999999999])
def test_what_is_not_there_is_not_found(browser, number):
    assert browser.get(f"/received/{number}").status_code == 404
    assert browser.post(f"/received/{number}/file").status_code == 404
