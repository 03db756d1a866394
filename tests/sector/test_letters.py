"""Whoever an alert concerns is written to, once, with the evidence; and an incident is offered where there are any."""

import re

import pytest
from sqlalchemy import select

from registry.core.access import Role
from registry.core.db import db, writing
from registry.core.work import work
from registry.importing import service
from registry.models.accounts import Deputy
from registry.models.mail import Mail
from registry.models.vendors import Vendor
from registry.sector import service as decisions
from registry.sector.letters import RECHECKS
from tests.conftest import NOON
from tests.importers import breach_lists as lists
from tests.people import make_person
from tests.sector.conftest import SYSTEM, bring_in, fill

PAIR = (lists.hhs_row(name="Corvid Mail, Inc."), lists.hhs_row(name="Ferrous Cloud"))


def letters():
    return {mail.recipient: mail for mail in db.session.scalars(select(Mail).order_by(Mail.id))}


def test_owners_of_the_vendor_and_of_those_on_a_platform_and_the_ciso_are_written_to_once(company):
    make_person("Cleo Ciso", Role.CISO)
    make_person("Alice Owner", Role.VENDOR_MANAGER)
    make_person("Nobody Concerned", Role.VENDOR_MANAGER)
    for _ in range(2):
        bring_in(lists.hhs(*PAIR))
    found = letters()
    assert set(found) == {"alice.owner@example.org", "bob.owner@example.org", "cleo.ciso@example.org"}
    alice, bob, cleo = (found[address] for address in sorted(found))
    assert "Corvid Mail (V-0001), confidence 9" in alice.body
    assert "Corvid Mail, Inc." in alice.body
    assert "Ferrous" not in alice.body
    assert "Ferrous Cloud (V-0002)" in bob.body
    assert "It is a platform of our vendors: Bluewick CRM." in bob.body
    assert cleo.subject == "Brackwater: 2 public breaches seem to name our vendors"
    assert "/sector/alerts" in cleo.body
    with writing():
        assert decisions.compare_with_vendors(SYSTEM) == 0
    assert len(letters()) == 3


def test_a_stand_in_gets_the_letter_and_an_address_that_is_none_is_noted(company):
    ciso, deputy = make_person("Cleo Ciso", Role.CISO), make_person("Dan Deputy", Role.VENDOR_MANAGER)
    with writing(), work(SYSTEM, "deputy.add") as w:
        day = NOON.date()
        w.add(Deputy(person_id=ciso.id, deputy_id=deputy.id, starts=day, ends=day))
        w.update_many(Vendor, {"V-0001": {"owner_email": "not an address"}})
    bring_in(lists.hhs(PAIR[0]))
    assert set(letters()) == {"dan.deputy@example.org"}


def test_a_letter_of_an_import_that_was_undone_does_not_go_out(company):
    make_person("Cleo Ciso", Role.CISO)
    run = bring_in(lists.hhs(PAIR[0]))
    number = letters()["cleo.ciso@example.org"].id
    assert RECHECKS["breach_alert"](number) is None
    with writing():
        service.undo(SYSTEM, run)
    assert "undone" in RECHECKS["breach_alert"](number)


@pytest.mark.parametrize("has_incidents", [True, False])
def test_an_incident_is_offered_only_where_there_are_incidents(app, client_as, has_incidents):
    fill()
    bring_in(lists.hhs(PAIR[0]))
    browser = client_as(Role.CISO)
    if not has_incidents:
        del app.view_functions["incidents.new"]
    page = browser.get("/sector/alerts").text
    assert ("Declare an incident at Corvid Mail" in page) is has_incidents
    if has_incidents:
        href = re.search(r'href="([^"]+)"[^>]*>Declare an incident at Corvid Mail', page)[1]
        form = browser.get(href.replace("&amp;", "&"))
        assert form.status_code == 200
        assert "Corvid Mail" in form.text
