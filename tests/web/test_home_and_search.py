"""Home shows what there is and what is missing; the search box finds anything by code or words."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import db, writing
from registry.core.work import work
from registry.domain.register.facts import Access, Certificate, Contract, Organisation, Register, Vendor
from registry.domain.register.vocabulary import AccessKind
from registry.home import finding, queries
from registry.mywork.ahead import coming_up
from tests.people import make_person, sign_in

TODAY = date(2026, 3, 2)


def make_register():
    """A small register: two vendors, one of them with gaps."""
    with writing(), work(Actor.system("tests"), "vendor.add") as w:
        crm = factstore.create(w, "systems", {"name": "CRM"})
        people = {"people": 9, "as_of": TODAY, "source": "count"}
        data = factstore.create(
            w, "datasets", {"name": "Profiles", "system": crm, "categories": ("user.contact",), **people}
        )
        mail = factstore.create(
            w, "vendors", {"name": "Corvid Mail", "domain": "corvid.example", "owner_email": "tobias@example.org"}
        )
        bare = factstore.create(w, "vendors", {"name": "Bare Vendor"})
        flow = {"sender": crm, "recipient": mail, "dataset": data, "purpose": "Newsletters", "legal_basis": "consent"}
        factstore.create(w, "flows", flow)
        factstore.create(w, "access", {"vendor": mail, "system": crm, "kind": AccessKind.API_READ_ALL})
        factstore.create(w, "contacts", {"vendor": mail, "name": "Odile Marchbank", "email": "odile@corvid.example"})
    return {"crm": crm, "data": data, "mail": mail, "bare": bare}


@pytest.fixture
def register(db_app):
    return make_register()


def test_home_counts_what_is_registered(register):
    counts = {item.kind: item.count for item in queries.register_counts()}
    assert counts["vendors"] == 2
    assert counts["flows"] == 1
    assert counts["controls"] == 0


@pytest.mark.parametrize("role", list(Role))
def test_home_agrees_with_the_data_quality_page(app, client_as, role):
    make_register()
    client = client_as(role)
    home, quality = client.get("/").text, client.get("/quality").text
    things = re.search(r"<b>(\d+) things</b>", quality)[1]
    assert f"<b>{things} things</b>" in home
    for link in re.findall(r'href="(/quality\?kind=[^"]*)">', home):
        assert "Nothing of this kind" not in client.get(link.replace("&amp;", "&")).text


def test_a_vendor_manager_sees_what_their_own_vendors_lack(app):
    register = make_register()
    tobias = sign_in(app, make_person("Tobias", Role.VENDOR_MANAGER))
    home = " ".join(tobias.get("/").text.split())
    assert "You keep <b>1 vendor</b> current" in home
    assert "Accesses not reviewed for a year" in home
    assert "Vendors with neither flow nor access" not in home
    assert f"/vendors/{register['mail']}" in home
    count = re.search(r"<b>(\d+) things</b> about it", home)[1]
    assert f"<b>{count} things</b>" in tobias.get("/quality?owner=mine").text


def test_a_manager_without_vendors_is_told_how_one_becomes_theirs(app, client_as):
    make_register()
    assert "No vendor is yours yet" in client_as(Role.VENDOR_MANAGER).get("/").text
    assert "No vendor is yours yet" not in client_as(Role.CISO).get("/").text


def test_what_comes_up_is_soonest_first_and_nothing_past_or_far(app):
    register = Register(
        organisation=Organisation(name="Us"),
        vendors=(Vendor(code="V-1", name="Corvid"), Vendor(code="V-2", name="Alder")),
        contracts=(
            Contract(code="K-1", vendor="V-1", reference="A", ends=TODAY + timedelta(days=40), notice_days=30),
            Contract(code="K-2", vendor="V-2", reference="B", ends=TODAY - timedelta(days=1)),
            Contract(code="K-3", vendor="V-2", reference="C", ends=date.max, notice_days=9e6),
        ),
        certificates=(Certificate(vendor="V-1", certificate="ISO", expires=TODAY),),
        access=(
            Access(code="A-1", vendor="V-2", system="S-1", kind=AccessKind.ADMIN, last_review=TODAY - timedelta(360)),
            Access(code="A-2", vendor="V-2", system="S-1", kind=AccessKind.ADMIN, last_review=date.max),
        ),
    )
    ahead = [(item.day - TODAY).days for item in coming_up(register, None, TODAY)]
    assert ahead == [0, 5, 10, 40]
    assert [item.vendor for item in coming_up(register, {"V-2"}, TODAY)] == ["V-2"]


def test_home_lists_what_changed_last(register):
    assert {item.code for item in queries.latest_changes()} >= {register["mail"], register["crm"]}


@pytest.mark.parametrize(
    "asked,kind,name",
    [
        ("corvid", "vendors", "Corvid Mail"),
        ("CORVID.example", "vendors", "Corvid Mail"),
        ("V-0001", "vendors", "Corvid Mail"),
        ("f-001", "flows", "Newsletters"),
        ("newsletters", "flows", "Newsletters"),
        ("crm", "systems", "CRM"),
        ("profiles", "datasets", "Profiles"),
        ("odile", "vendors", "Odile Marchbank"),
        ("a-001", "access", "Corvid Mail"),
    ],
)
def test_anything_is_found_by_code_or_words(register, asked, kind, name):
    best = finding.find(asked, limit=5)[0]
    assert (best.kind, best.name) == (kind, name)


@pytest.mark.parametrize("asked", ["", "   ", "zzzz", "%", "_", "' OR ''='", "\\"])
def test_nothing_is_found_for_nothing_or_for_signs(register, asked):
    assert finding.find(asked, limit=5) == []


def test_archived_facts_are_not_found(register):
    with writing(), work(Actor.system("tests"), "vendor.archive") as w:
        factstore.archive(w, "vendors", register["bare"])
    assert finding.find("bare", limit=5) == []


def test_a_search_is_one_query(app):
    make_register()
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    finding.find("mail", limit=5)
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 1


def test_an_empty_register_says_what_to_do(client_as):
    page = client_as(Role.CISO).get("/").text
    assert "The register is <b>empty</b>" in page
    assert "Start here" in page


def test_home_opens_with_a_sentence(app, client_as):
    make_register()
    page = client_as(Role.AUDITOR).get("/").text
    assert "<b>1 flow</b> takes our customers’ data to <b>2 vendors</b>" in page.replace("\n", " ")


def test_the_search_page_groups_what_it_found_and_escapes_what_was_asked(app, client_as):
    make_register()
    client = client_as(Role.VENDOR_MANAGER)
    page = client.get("/search?q=corvid").text
    assert "<h2>Vendors</h2>" in page
    assert "<h2>Contacts at vendors</h2>" in page
    hostile = client.get("/search?q=<script>alert(1)</script>").text
    assert "<script>alert" not in hostile
    assert "Nothing found" in hostile


def test_suggestions_are_json_with_addresses_only(app, client_as):
    make_register()
    answer = client_as(Role.CISO).get("/search/suggest?q=corvid")
    assert answer.mimetype == "application/json"
    assert all(item["url"].startswith("/") for item in json.loads(answer.text)["found"])


def test_a_stranger_gets_no_suggestions(client):
    assert client.get("/search/suggest?q=a").status_code == 303
