"""What people do around vendors: delegate, comment, tag, change many at once, keep views of the list."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from registry.core import clock
from registry.core.actor import Role
from registry.core.db import session
from registry.models.audit import AuditEntry
from registry.models.vendors import Vendor, VendorComment, VendorDelegation
from tests.facts.company import small_company
from tests.people import Someone, make_person, sign_in
from tests.quality.registers import CLEAN

MINA, BOB = "mina.manager@example.org", "bob.builder@example.org"


@pytest.fixture
def company(db_app: Flask) -> Flask:
    db_app.config["WTF_CSRF_ENABLED"] = False
    small_company(db_app, CLEAN)
    return db_app


@pytest.fixture
def mina(company: Flask) -> Someone:
    return make_person("Mina Manager", Role.VENDOR_MANAGER)


@pytest.fixture
def bob(company: Flask) -> Someone:
    return make_person("Bob Builder", Role.VENDOR_MANAGER)


def actions() -> list[str]:
    return [action for (action,) in session().query(AuditEntry.action).order_by(AuditEntry.seq)]


def test_a_colleague_keeps_a_vendor_from_the_leave_to_its_end(company: Flask, mina: Someone, bob: Someone):
    owner, colleague = sign_in(company, mina), sign_in(company, bob)
    assert colleague.get("/vendors/V-0001/edit").status_code == 404
    given = owner.post("/vendors/V-0001/delegations", data={"delegate_email": BOB, "until": "2026-03-10"})
    assert given.status_code == 303
    assert "Bob Builder</b>, until" in owner.get("/vendors/V-0001").text
    assert colleague.get("/vendors/V-0001/edit").status_code == 200
    assert colleague.get("/vendors?mine=yes").text.count('href="/vendors/V-0001"') >= 1
    clock.set_clock(company.extensions, lambda: datetime(2026, 3, 11, 12, 0, tzinfo=UTC))
    colleague, owner = sign_in(company, bob), sign_in(company, mina)
    assert colleague.get("/vendors/V-0001/edit").status_code == 404
    assert "over" in owner.get("/vendors/V-0001").text
    key = session().query(VendorDelegation.id).scalar()
    assert owner.post(f"/vendors/V-0001/delegations/{key}/end").status_code == 303
    assert session().query(VendorDelegation).count() == 0
    assert {"vendor.delegate", "vendor.end_delegation"} <= set(actions())


def test_asking_again_moves_the_last_day(company: Flask, mina: Someone, bob: Someone):
    owner = sign_in(company, mina)
    for until in ("2026-03-10", "2026-05-01"):
        owner.post("/vendors/V-0001/delegations", data={"delegate_email": BOB, "until": until})
    row = session().query(VendorDelegation).one()
    assert row.until == date(2026, 5, 1)


@pytest.mark.parametrize(
    "typed",
    [
        {"delegate_email": ""},
        {"delegate_email": "nobody@else.example"},
        {"delegate_email": MINA},
        {"delegate_email": BOB, "until": "31.12.2026"},
        {"delegate_email": BOB + "\r\nBcc: x@y.example"},
    ],
)
def test_a_leave_that_cannot_be_is_refused_with_words(company: Flask, mina: Someone, bob: Someone, typed):
    owner = sign_in(company, mina)
    owner.post("/vendors/V-0001/delegations", data=typed)
    assert session().query(VendorDelegation).count() == 0
    assert '<p class="error">' in owner.get("/vendors/V-0001").text


def test_strangers_can_neither_give_nor_end_a_leave(company: Flask, mina: Someone, bob: Someone):
    sign_in(company, mina).post("/vendors/V-0001/delegations", data={"delegate_email": BOB})
    key = session().query(VendorDelegation.id).scalar()
    carl = make_person("Carl", Role.VENDOR_MANAGER)
    stranger = sign_in(company, carl)
    assert stranger.post("/vendors/V-0001/delegations", data={"delegate_email": carl.email}).status_code == 404
    assert stranger.post(f"/vendors/V-0001/delegations/{key}/end").status_code == 404
    # the leave of another vendor cannot be ended through one's own
    assert sign_in(company, mina).post(f"/vendors/V-0002/delegations/{key}/end").status_code == 404
    assert session().query(VendorDelegation).count() == 1


def test_a_comment_is_kept_shown_escaped_and_recorded(company: Flask, mina: Someone):
    client = sign_in(company, mina)
    body = "First line\n<script>alert(1)</script> \u202e 👋"
    assert client.post("/vendors/V-0001/comments", data={"body": body}).location.endswith("tab=comments")
    page = client.get("/vendors/V-0001?tab=comments").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "Mina Manager" in page
    assert session().query(VendorComment.body).scalar() == body
    assert "vendor.comment" in actions()


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 4_001])
def test_a_comment_without_words_or_too_long_is_refused(company: Flask, mina: Someone, body: str):
    client = sign_in(company, mina)
    client.post("/vendors/V-0001/comments", data={"body": body})
    assert session().query(VendorComment).count() == 0
    assert '<p class="error">' in client.get("/vendors/V-0001?tab=comments").text


def test_who_may_comment(company: Flask):
    codes = {}
    for role in Role:
        client = sign_in(company, make_person(f"Some {role}", role))
        codes[role] = client.post("/vendors/V-0001/comments", data={"body": "Hello"}).status_code
    assert codes.pop(Role.AUDITOR) == 403
    assert set(codes.values()) == {303}
    assert (
        "Add comment" not in sign_in(company, make_person("Ann", Role.AUDITOR)).get("/vendors/V-0001?tab=comments").text
    )


def test_many_get_another_owner_lifecycle_and_tags_in_one_act(company: Flask, bob: Someone):
    ada = sign_in(company, make_person("Ada", Role.CISO))
    chosen = {"keys": ["V-0001", "V-0002"], "owner_email": BOB, "lifecycle": "offboarding", "tags": "review; 2026"}
    answer = ada.post("/vendors/change", data=chosen)
    assert answer.status_code == 303
    rows = {row.code: row for row in session().query(Vendor)}
    for code in ("V-0001", "V-0002"):
        assert (rows[code].owner_email, rows[code].lifecycle.value) == (BOB, "offboarding")
        assert rows[code].tags == ("review", "2026")
        assert rows[code].sector == "information"  # what was left as it is, is as it was
    assert rows["V-0003"].owner_email == MINA
    assert "Changed 2 vendors" in ada.get("/vendors").text
    assert actions().count("vendors.change_many") + actions().count("vendor.change_many") == 1
    assert "V-0001" in ada.get("/vendors?tags=review").text


def test_all_that_were_found_are_changed_and_no_others(company: Flask):
    ada = sign_in(company, make_person("Ada", Role.CISO))
    ada.post("/vendors/change", data={"everything": "yes", "list_query": "q=cloud", "tags": "found"})
    assert [row.code for row in session().query(Vendor).filter(Vendor.tags != ())] == ["V-0003"]


def test_one_vendor_of_somebody_else_and_nothing_is_changed(company: Flask, bob: Someone):
    client = sign_in(company, bob)
    own = client.post("/vendors/new", data={"name": "Bob's Own"}).location.rsplit("/", 1)[1]
    client.post("/vendors/change", data={"keys": [own, "V-0001"], "tags": "mine"})
    assert "V-0001 is not yours to change; nothing was changed" in client.get("/vendors").text
    assert session().query(Vendor).filter(Vendor.tags != ()).count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"tags": "x"}, "Tick the rows"),
        ({"keys": ["V-0001"]}, "Say what to change"),
        ({"keys": ["V-0001"], "lifecycle": "nonsense"}, ""),
        ({"keys": ["V-0001"], "owner_email": "not an address"}, ""),
        ({"keys": ["V-9999"], "tags": "x"}, "Tick the rows"),
        ({"keys": ["' OR 1=1 --"], "tags": "x"}, "Tick the rows"),
    ],
)
def test_a_change_of_many_that_cannot_be_says_why(company: Flask, typed, words: str):
    ada = sign_in(company, make_person("Ada", Role.CISO))
    before = [(row.code, row.version) for row in session().query(Vendor).order_by(Vendor.code)]
    session().rollback()
    assert ada.post("/vendors/change", data=typed).status_code == 303
    page = ada.get("/vendors").text
    assert '<p class="error">' in page
    assert words in page
    assert [(row.code, row.version) for row in session().query(Vendor).order_by(Vendor.code)] == before


def test_a_view_of_the_list_is_kept_shared_and_its_own(company: Flask, mina: Someone, bob: Someone):
    first, second = sign_in(company, mina), sign_in(company, bob)
    name = "<b>Clouds</b> 👋"
    form = {"list_name": "vendors", "name": name, "query": "q=cloud", "back": "/vendors"}
    assert first.post("/views", data=form).location == "/vendors?q=cloud"
    assert "&lt;b&gt;Clouds&lt;/b&gt;" in first.get("/vendors").text
    assert "Clouds" not in second.get("/vendors").text
    first.post("/views", data={**form, "name": "Everybody's clouds", "shared": "yes"})
    page = second.get("/vendors").text
    assert "Everybody&#39;s clouds" in page
    shared = max(int(key) for key in re.findall(r"/views/(\d+)/remove", first.get("/vendors").text))
    assert f"/views/{shared}/remove" not in page
    assert second.post(f"/views/{shared}/remove").status_code == 404


def test_a_manager_who_names_nobody_owns_the_new_vendor(company: Flask, bob: Someone):
    client = sign_in(company, bob)
    code = client.post("/vendors/new", data={"name": "Fresh Vendor"}).location.rsplit("/", 1)[1]
    assert session().get(Vendor, code).owner_email == BOB
    assert client.get(f"/vendors/{code}/edit").status_code == 200
