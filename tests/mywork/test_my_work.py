"""My work: what waits for one person and for nobody else, most urgent first, on its page and on Home."""

from datetime import date

import pytest
from sqlalchemy import event

from registry.core.actor import Role
from registry.core.db import db
from registry.domain.register.facts import Certificate, Contract, Organisation, Register, Vendor
from registry.mywork.ahead import coming_up
from registry.mywork.queries import by_time, work_of
from tests.assessments.conftest import fill, hand_in, row
from tests.findings.test_findings import act, raise_one
from tests.people import make_person, sign_in

TODAY = date(2026, 3, 2)


def kinds(person) -> list[tuple[str, str]]:
    return [(item.kind, item.vendor) for item in work_of(person.actor)]


@pytest.fixture
def rita(app):
    return make_person("Rita Boss", Role.CISO)


def test_a_form_waits_for_its_owner_then_for_its_reviewer(app, manager, alice, rita, key):
    # begun by the system, it is owned by the vendor's owner
    assert kinds(alice) == [("Assessment", "V-0001")]
    assert kinds(rita) == []
    fill(manager, key)
    hand_in(manager, key)
    assert kinds(alice) == []
    assert kinds(rita) == [("Review", "V-0001")]
    boss = sign_in(app, rita)
    boss.post(f"/assessments/{key}/review/begin", data={"version": str(row(key).version)})
    boss.post(f"/assessments/{key}/review/return", data={"version": str(row(key).version), "why": "Which file?"})
    assert [item.words.endswith("returned to you") for item in work_of(alice.actor)] == [True]


def test_findings_wait_for_their_owner_then_for_who_verifies(app, manager, alice, rita):
    raise_one(manager, due="2026-03-02")
    assert kinds(alice) == [("Finding", "V-0001")]
    assert [group.title for group in by_time(work_of(alice.actor), TODAY)] == ["Today"]
    act(manager, "fix", closure="Done.")
    assert kinds(alice) == []
    assert kinds(rita) == [("Verify", "V-0001")]


def test_the_page_and_home_show_it_and_others_see_nothing(app, manager, key):
    for path in ("/my-work", "/"):
        page = manager.get(path).text
        assert f'href="/assessments/{key}"' in page
    charlie = sign_in(app, make_person("Charlie Stranger", Role.VENDOR_MANAGER))
    assert "Nothing waits for you" in charlie.get("/my-work").text
    assert "My work</h2>" not in charlie.get("/").text


def queries_of(person) -> int:
    count = 0

    def listener(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", listener)
    work_of(person.actor)
    event.remove(db.engine, "before_cursor_execute", listener)
    return count


def test_the_number_of_queries_does_not_grow(app, manager, alice):
    raise_one(manager)
    queries_of(alice)  # the register is read once
    few = queries_of(alice)
    for _ in range(4):
        raise_one(manager)
    assert len(work_of(alice.actor)) == 5
    assert queries_of(alice) == few


def test_what_a_later_paper_follows_is_done():
    register = Register(
        organisation=Organisation(name="Us"),
        vendors=(Vendor(code="V-0001", name="Corvid"),),
        contracts=(
            Contract(code="K-001", vendor="V-0001", reference="Old", ends=date(2026, 1, 31), notice_days=10),
            Contract(code="K-002", vendor="V-0001", reference="New", ends=date(2026, 4, 20), notice_days=30),
        ),
        certificates=(
            Certificate(vendor="V-0001", certificate="PCI_AOC", expires=date(2026, 2, 1)),
            Certificate(vendor="V-0001", certificate="PCI_AOC", expires=date(2027, 2, 1)),
            Certificate(vendor="V-0001", certificate="ISO27001", expires=date(2026, 2, 20)),
        ),
    )
    found = coming_up(register, None, TODAY, since=date(2025, 3, 2))
    assert [(each.day, each.words) for each in found] == [
        (date(2026, 2, 20), "ISO27001 has expired"),
        (date(2026, 3, 21), "last day to give notice on New"),
        (date(2026, 4, 20), "contract New ends"),
    ]
