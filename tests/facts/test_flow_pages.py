"""The pages every kind of fact has, tried on flows: the ladder from "works" to "somebody was faster"."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.core.actor import Role
from registry.core.db import session
from registry.models.flows import Flow
from tests.facts.company import small_company

NEW = {
    "sender": "CRM", "recipient": "V-0001", "dataset": "D-001 Profiles", "people_share": "40 %", "storage": "cached",
    "protection": "none", "categories": "user.name; user.contact", "countries_at_rest": "ie, de", "starts": "2026-01-01",
}  # fmt: skip


@pytest.fixture
def company(app: Flask) -> None:
    small_company(app)


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.usefixtures("company")
def test_a_flow_is_added_from_names_codes_and_percentages(client_as):
    client: FlaskClient = client_as(Role.CISO)
    answer = client.post("/flows/new", data=NEW)
    assert (answer.status_code, answer.location) == (303, "/flows/F-002")
    flow = session().get(Flow, "F-002")
    assert (flow.sender, flow.recipient, flow.dataset) == ("S-001", "V-0001", "D-001")
    assert (flow.people_share, flow.storage.value, flow.countries_at_rest) == (0.4, "cached", ("IE", "DE"))
    assert "Added flow F-002" in client.get("/flows/F-002").text


@pytest.mark.usefixtures("company")
def test_every_wrong_field_is_named_and_nothing_typed_is_lost(client_as):
    client = client_as(Role.CISO)
    wrong = {**NEW, "sender": "Nobody Ltd", "people_share": "140", "starts": "01/02/2026", "purpose": "<b>mails</b>"}
    page = client.post("/flows/new", data=wrong)
    assert page.status_code == 422
    assert "no system or vendor &#39;Nobody Ltd&#39;" in page.text
    assert "year-month-day" in page.text
    assert "&lt;b&gt;mails&lt;/b&gt;" in page.text
    assert 'value="140"' in page.text


@pytest.mark.usefixtures("company")
def test_rules_between_fields_stand_beside_the_field(client_as):
    page = client_as(Role.CISO).post("/flows/new", data={**NEW, "probability": "50"})
    assert page.status_code == 422
    assert "reason" in page.text.lower()


@pytest.mark.usefixtures("company")
def test_a_blank_form_says_what_is_needed(client_as):
    page = client_as(Role.CISO).post("/flows/new", data={"storage": "bulk", "protection": "none"})
    assert page.status_code == 422
    assert page.text.count("This is needed.") >= 3


@pytest.mark.usefixtures("company")
def test_an_address_prefills_the_form(client_as):
    page = client_as(Role.CISO).get("/flows/new?recipient=V-0001&version=7&csrf_token=x")
    assert 'value="V-0001 Corvid Mail"' in page.text


@pytest.mark.usefixtures("company")
def test_the_second_of_two_editors_is_shown_both_versions(client_as):
    client = client_as(Role.CISO)
    version = version_in(client.get("/flows/F-001/edit").text)
    first = {**NEW, "mechanism": "SFTP", "version": version}
    assert client.post("/flows/F-001/edit", data=first).status_code == 303
    second = client.post("/flows/F-001/edit", data={**NEW, "mechanism": "courier", "version": version})
    assert second.status_code == 409
    assert "SFTP" in second.text
    assert "courier" in second.text
    newer = version_in(second.text)
    assert client.post("/flows/F-001/edit", data={**NEW, "mechanism": "courier", "version": newer}).status_code == 303
    session().expire_all()
    assert session().get(Flow, "F-001").mechanism == "courier"


@pytest.mark.usefixtures("company")
def test_an_archived_flow_leaves_the_list_and_comes_back(client_as):
    client = client_as(Role.CISO)
    assert client.get("/flows/F-001/archive").status_code == 200
    assert client.post("/flows/F-001/archive").status_code == 303
    assert ">F-001<" not in client.get("/flows").text
    assert ">F-001<" in client.get("/flows?archived=yes").text
    assert client.post("/flows/F-001/restore").status_code == 303
    assert ">F-001<" in client.get("/flows").text


@pytest.mark.usefixtures("company")
def test_many_flows_change_in_one_act(client_as):
    client = client_as(Role.CISO)
    answer = client.post("/flows/change", data={"keys": ["F-001"], "legal_basis": "consent", "list_query": "q=F"})
    assert answer.location == "/flows?q=F"
    session().expire_all()
    assert session().get(Flow, "F-001").legal_basis == "consent"


@pytest.mark.usefixtures("company")
def test_an_auditor_reads_and_cannot_change(client_as):
    client = client_as(Role.AUDITOR)
    page = client.get("/flows/F-001")
    assert page.status_code == 200
    assert "Edit flow" not in page.text
    assert client.get("/flows/F-001/edit").status_code == 403
    assert client.post("/flows/F-001/archive").status_code == 403


@pytest.mark.usefixtures("company")
def test_a_manager_of_other_vendors_gets_the_same_answer_as_for_no_such_flow(client_as):
    client = client_as(Role.VENDOR_MANAGER)
    assert client.get("/flows/F-001/edit").status_code == 404
    assert client.post("/flows/new", data=NEW).status_code == 404
    assert client.get("/flows/F-999/edit").status_code == 404


@pytest.mark.usefixtures("company")
def test_fields_offer_facts_and_words_of_lists(client_as):
    client = client_as(Role.CISO)
    assert {"value": "V-0001 Corvid Mail", "label": "vendor"} in client.get(
        "/facts/offers?kinds=vendors,systems&q=corvid"
    ).json["offers"]
    assert client.get("/facts/offers?kinds=categories&q=card").json["offers"]
    assert client.get("/facts/offers?kinds=nonsense&q=%00").status_code in (200, 400)
