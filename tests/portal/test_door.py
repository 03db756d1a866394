"""The door of the portal: links derived and never stored, a code, one page for whatever is not there."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.core.db import db, session
from registry.domain.assessment.assessment import State
from registry.models import Base
from registry.models.audit import AuditEntry
from registry.models.portal import PortalCode, PortalSession
from tests.assessments.conftest import row
from tests.portal.conftest import ODILE, answer, at, code_in, let_in, link, mails, open_link, path_in, text_of


def actions() -> list[str]:
    session().expire_all()
    return list(session().scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def everything() -> str:
    db.session.remove()
    tables = [table for table in Base.metadata.sorted_tables if table.name != "throttle"]
    return "".join(repr(each) for table in tables for each in session().execute(select(table)))


def test_a_link_is_mailed_and_neither_it_nor_a_code_is_stored_anywhere(app, sent, odile):
    mail = mails("portal_invitation")[0]
    assert "[personal link]" in mail.body
    path = path_in(mail)
    code = mails("portal_code")[0]
    assert "Your code is [one-time code]" in code.body
    digits = code_in(code)
    stored = everything()
    assert path.partition(".")[2] not in stored
    assert digits not in re.findall(r"\b\d{6}\b", stored)
    assert path == path_in(mails("portal_invitation")[0]), "the same at every sending"
    cookie = odile.get_cookie("registry_portal")
    assert cookie.value not in stored
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_looking_uses_nothing_up_and_tells_nothing(app, sent):
    client, path = app.test_client(), path_in(mails("portal_invitation")[0])
    before = everything()
    for _ in range(3):
        page = client.get(path)
        client.head(path)
    assert everything() == before
    assert page.status_code == 200
    for told in ("Odile", "Sample", "V-0001", "2026-04-01", "ENC-01"):
        assert told not in page.text
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"


def test_a_link_that_was_forwarded_lets_no_stranger_in(app, sent):
    stranger = open_link(app, ODILE)
    asked = stranger.get("/portal/code").text
    assert "o…@vendor.example.org" in asked
    assert ODILE not in asked
    for path in ("/portal/form", "/portal/submit", "/portal/hand-on", "/portal/form/print"):
        assert stranger.get(path).location == "/portal/code"
    right = code_in(mails("portal_code")[-1])
    for _ in range(5):
        refused = stranger.post("/portal/code", data={"code": "000000" if right != "000000" else "111111"})
        assert refused.status_code == 422
    late = stranger.post("/portal/code", data={"code": right})
    assert "no code that is still good" in late.text, "five tries, then not even the right one"
    assert actions().count("portal.wrong_code") == 5
    assert "portal.enter" not in actions()


def test_a_code_works_once_and_for_ten_minutes_and_the_last_one_only(app, sent):
    first = open_link(app, ODILE)
    old = code_in(mails("portal_code")[-1])
    first.post("/portal/code/another")
    new = code_in(mails("portal_code")[-1])
    if old != new:
        assert first.post("/portal/code", data={"code": old}).status_code == 422
    at(app, timedelta(minutes=11))
    assert first.post("/portal/code", data={"code": new}).status_code == 422
    first.post("/portal/code/another")
    code = code_in(mails("portal_code")[-1])
    before = first.get_cookie("registry_portal").value
    assert first.post("/portal/code", data={"code": f" {code[:3]} {code[3:]} "}).location == "/portal/form"
    assert first.get_cookie("registry_portal").value != before, "a new cookie once the code was right"
    second = open_link(app, ODILE)
    assert second.post("/portal/code", data={"code": code}).status_code == 422
    assert session().get(PortalCode, link().id).number == 4


def test_five_codes_a_day_are_mailed_and_then_the_page_says_so(app, sent):
    client = open_link(app, ODILE)
    for _ in range(4):
        client.post("/portal/code/another")
    more = client.post("/portal/code/another", follow_redirects=True)
    assert "Five codes were mailed today" in more.text
    assert len(mails("portal_code")) == 5


def test_whatever_is_not_there_answers_with_one_page(app, manager, sent):
    path = path_in(mails("portal_invitation")[0])
    inside = let_in(app, ODILE)
    selector, _, secret = path.removeprefix("/portal/").partition(".")
    unknown = [f"/portal/{selector}.{secret[:-1]}x", f"/portal/{selector}", f"/portal/ffff.{secret}", "/portal/é.é"]
    pages = [app.test_client().get(each) for each in unknown]
    manager.post(f"/assessments/{sent}/recipients/{link().id}/new")
    pages += [app.test_client().get(path), app.test_client().post(path), inside.get("/portal/form")]
    path = path_in(mails("portal_invitation")[-1])
    manager.post(f"/assessments/{sent}/recipients/{link().id}/withdraw")
    pages += [app.test_client().get(path), app.test_client().get("/portal/form"), app.test_client().get("/portal/code")]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r"\s+", " ", page.text) for page in pages}) == 1


def test_a_link_ends_with_its_assessment_and_by_itself(app, manager, sent):
    path, client = path_in(mails("portal_invitation")[0]), let_in(app, ODILE)
    at(app, timedelta(days=119))  # due on 1 April, thirty days after the tests' noon, and ninety days
    assert app.test_client().get(path).status_code == 200
    assert client.get("/portal/form").status_code == 404, "the visit ended long ago"
    at(app, timedelta(days=122))
    assert app.test_client().get(path).status_code == 404
    at(app, timedelta(0))
    client = let_in(app, ODILE)
    manager.post(f"/assessments/{sent}/cancel", data={"version": str(row(sent).version), "why": "not needed"})
    assert row(sent).state is State.CANCELLED
    assert app.test_client().get(path).status_code == 404
    assert client.get("/portal/form").status_code == 404
    assert answer(client, "ACC-01", "1").status_code == 404


def test_a_visit_ends_after_two_hours_without_use_and_when_one_leaves(app, odile):
    at(app, timedelta(minutes=119))
    assert odile.get("/portal/form").status_code == 200
    at(app, timedelta(minutes=230))
    assert odile.get("/portal/form").status_code == 200
    at(app, timedelta(minutes=351))
    assert odile.get("/portal/form").status_code == 404
    at(app, timedelta(0))
    again = let_in(app, ODILE)
    kept = again.get_cookie("registry_portal").value
    assert "You have left" in again.post("/portal/leave").text
    again.set_cookie("registry_portal", kept)
    assert again.get("/portal/form").status_code == 404
    assert session().query(PortalSession).filter_by(is_verified=True).count() == 1


def test_the_two_kinds_of_sessions_open_nothing_of_each_other(app, manager, odile, sent):
    for path in ("/", "/vendors", f"/assessments/{sent}", "/help", f"/assessments/{sent}/recipients", "/audit"):
        assert odile.get(path).status_code in {303, 404}, path
    assert manager.get("/portal/form").status_code == 404
    token = odile.get_cookie("registry_portal").value
    with manager.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert manager.get(f"/assessments/{sent}").status_code == 303, "it is no session of ours"


def test_guessing_links_is_slowed_down(app, sent):
    client = app.test_client()
    answers = [client.get(f"/portal/{number:016x}.{number:064x}").status_code for number in range(12)]
    assert answers == [404] * 10 + [429] * 2


def test_without_a_code_the_link_alone_opens_the_form(app, manager, sent):
    manager.post(f"/assessments/{sent}/recipients/{link().id}/ask/off")
    client = app.test_client()
    assert client.post(path_in(mails("portal_invitation")[0])).location == "/portal/form"
    assert client.get("/portal/form").status_code == 200
    assert "portal.use_code" in actions()
    assert mails("portal_code") == []


def test_when_mail_is_down_the_link_is_copied_and_a_code_read_out(app, manager, sent):
    page = manager.post(f"/assessments/{sent}/recipients/{link().id}/link").text
    path = re.search(r'value="http://127\.0\.0\.1:8000(/portal/[^"]+)"', page)[1]
    assert path == path_in(mails("portal_invitation")[0])
    client = app.test_client()
    client.post(path)
    said = manager.post(f"/assessments/{sent}/recipients/{link().id}/code").text
    code = re.search(r'<span class="code big">(\d{6})</span>', said)[1]
    assert client.post("/portal/code", data={"code": code}).location == "/portal/form"
    assert {"portal.copy_link", "portal.read_out_code"} <= set(actions())
    assert link().entered_at is not None


def test_the_mail_about_a_link_that_was_withdrawn_is_not_sent(app, manager, sent):
    from registry.portal.letters import RECHECKS

    mail_id = mails("portal_invitation")[0].id
    assert RECHECKS["portal"](mail_id) is None
    manager.post(f"/assessments/{sent}/recipients/{link().id}/withdraw")
    assert "withdrawn" in RECHECKS["portal"](mail_id)


@pytest.mark.parametrize("path", ["form/print", "form/files/ENC-02", "receipt", "submit"])
def test_pages_inside_keep_to_the_headers_of_the_portal(odile, path):
    answered = odile.get(f"/portal/{path}")
    assert answered.headers["Referrer-Policy"] == "strict-origin"
    assert "unsafe" not in answered.headers["Content-Security-Policy"]


def test_the_invitation_says_what_is_asked_and_by_when(sent):
    text = text_of(mails("portal_invitation")[0])
    assert "Sample 2026 for" in text
    assert "1 April 2026" in text
