"""A vendor manager writes the vendors they own, were delegated, or stand in for; nobody else's (ASVS 8.2.2)."""

from datetime import date

import pytest
from flask import Flask

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.errors import NotFound
from registry.core.ownership import (
    can_write_fact,
    can_write_vendor,
    require_fact,
    require_vendor,
    stood_in_for,
    writable_vendors,
)
from registry.core.work import work
from registry.models.accounts import Deputy
from registry.models.vendors import VendorDelegation
from tests.people import make_person

TODAY = date(2026, 3, 2)
YESTERDAY, TOMORROW = date(2026, 3, 1), date(2026, 3, 3)


@pytest.fixture
def people(db_app: Flask, writer):
    """Alice owns, Bob is her colleague, Charlie only contributes."""
    return make_person("Alice"), make_person("Bob"), make_person("Charlie", Role.CONTRIBUTOR)


@pytest.fixture
def register(people, actor):
    """Alice's vendor, nobody's vendor, and facts between them."""
    alice, _, _ = people
    with work(actor, "tests.register") as w:
        mine = factstore.create(w, "vendors", {"name": "Mine", "owner_email": alice.email.upper()})
        other = factstore.create(w, "vendors", {"name": "Other"})
        system = factstore.create(w, "systems", {"name": "Ledger"})
        dataset = factstore.create(w, "datasets", {"name": "Names", "system": system, "categories": ("user.name",)})
        flow = factstore.create(w, "flows", {"sender": system, "recipient": mine, "dataset": dataset})
        onward = factstore.create(w, "flows", {"sender": mine, "recipient": other, "dataset": dataset})
        far = factstore.create(w, "flows", {"sender": system, "recipient": other, "dataset": dataset})
    return {
        "mine": mine,
        "other": other,
        "system": system,
        "dataset": dataset,
        "flow": flow,
        "onward": onward,
        "far": far,
    }


def test_the_owner_writes_and_the_colleague_and_the_contributor_do_not(people, register):
    alice, bob, charlie = people
    assert can_write_vendor(alice.actor, register["mine"])
    assert not can_write_vendor(alice.actor, register["other"])
    assert not can_write_vendor(bob.actor, register["mine"])
    assert not can_write_vendor(charlie.actor, register["mine"])
    assert writable_vendors(alice.actor) == {register["mine"]}
    assert writable_vendors(bob.actor) == writable_vendors(charlie.actor) == frozenset()


def test_a_vendor_without_an_owner_is_not_everybodys(people, register):
    nameless = Actor(person_id=99, name="No address", email=None, roles=frozenset({Role.VENDOR_MANAGER}))
    assert writable_vendors(nameless) == frozenset()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CISO])
def test_some_roles_write_every_vendor(people, register, role):
    dora = make_person("Dora", role)
    assert can_write_vendor(dora.actor, register["other"])
    assert writable_vendors(dora.actor) is None


def test_an_auditor_writes_nothing(people, register):
    dora = make_person("Dora", Role.AUDITOR)
    assert not can_write_vendor(dora.actor, register["mine"])
    assert not can_write_fact(dora.actor, "vendors", {})


def test_the_system_writes_everything(people, register):
    assert can_write_vendor(Actor.system("imports"), register["other"])


@pytest.mark.parametrize(
    ("starts", "ends", "may"),
    [
        (TODAY, TODAY, True),
        (YESTERDAY, None, True),
        (TOMORROW, None, False),
        (YESTERDAY, YESTERDAY, False),
    ],
)
def test_a_deputy_writes_on_the_days_named(people, register, actor, starts, ends, may):
    alice, bob, _ = people
    with work(actor, "person.add_deputy") as w:
        w.add(Deputy(person_id=alice.id, deputy_id=bob.id, starts=starts, ends=ends))
    assert can_write_vendor(bob.actor, register["mine"]) is may
    assert (alice.email in stood_in_for(bob.actor, TODAY)) is may
    assert not can_write_vendor(bob.actor, register["other"])


@pytest.mark.parametrize(("until", "may"), [(TOMORROW, True), (None, True), (YESTERDAY, False)])
def test_a_delegated_vendor_may_be_written_until_it_ends(people, register, actor, until, may):
    _, bob, _ = people
    with work(actor, "vendor.delegate") as w:
        w.add(
            VendorDelegation(
                vendor=register["other"], delegate_email=bob.email, granted_by="Alice", since=YESTERDAY, until=until
            )
        )
    assert can_write_vendor(bob.actor, register["other"]) is may


def test_a_fact_belongs_to_every_vendor_it_names(people, register):
    alice, bob, _ = people
    mine, other, system = register["mine"], register["other"], register["system"]
    own = [
        ("flows", {"sender": system, "recipient": mine}),
        ("flows", {"sender": mine, "recipient": other}),
        ("access", {"vendor": mine, "system": system}),
        ("contracts", {"vendor": mine}),
        ("platform_uses", {"platform": other, "user": mine}),
        ("dependencies", {"process": "Q-01", "depends_on": mine}),
        ("placements", {"fact": register["flow"]}),
        ("placements", {"fact": register["onward"]}),
        ("vendors", {"code": mine}),
        ("vendors", {}),
    ]
    foreign = [
        ("flows", {"sender": system, "recipient": other}),
        ("contacts", {"vendor": other}),
        ("placements", {"fact": register["far"]}),
        ("placements", {"fact": register["system"]}),
        ("placements", {}),
        ("systems", {"code": system}),
        ("datasets", {"code": register["dataset"], "system": system}),
        ("organisation", {}),
        ("vendors", {"code": other}),
    ]
    assert [case for case in own if not can_write_fact(alice.actor, *case)] == []
    assert [case for case in foreign if can_write_fact(alice.actor, *case)] == []
    assert [case for case in own[:-1] if can_write_fact(bob.actor, *case)] == []


def test_asvs_8_2_2_what_one_may_not_write_is_not_there(people, register):
    alice, bob, _ = people
    require_vendor(alice.actor, register["mine"])
    require_fact(alice.actor, "flows", {"sender": register["system"], "recipient": register["mine"]})
    with pytest.raises(NotFound):
        require_vendor(bob.actor, register["mine"])
    with pytest.raises(NotFound):
        require_vendor(bob.actor, "V-9999")
    with pytest.raises(NotFound):
        require_fact(bob.actor, "contracts", {"vendor": register["mine"]})
