"""Planning against the database: once, to the right person, superseded, cancelled, digested, braked."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.lease import Holder, LostLease
from registry.core.work import work
from registry.models import Certificate, Contact, Deputy, Mail, MailOptOut, MailRules, Reminder, Vendor
from registry.models.accounts import Person
from registry.models.mail import MailState, ReminderState
from registry.reminders.planner import CLOSED, NOBODY, OPTED_OUT, plan
from tests.people import Someone, make_person
from tests.reminders.company import make_vendors
from tests.reminders.conftest import MONDAY

SYSTEM = Actor.system("tests")
TODAY = MONDAY.date()


def reminders() -> list[Reminder]:
    db.session.remove()
    return list(session().scalars(select(Reminder).order_by(Reminder.id)))


def mails() -> list[Mail]:
    db.session.remove()
    return list(session().scalars(select(Mail).order_by(Mail.id)))


def change(model: type, key: object, **values: object) -> None:
    with writing(), work(SYSTEM, "test.change") as w:
        row = w.get(model, key)
        for name, value in values.items():
            setattr(row, name, value)
    db.session.remove()


@pytest.fixture
def manager(db_app: Flask) -> Someone:
    ciso = make_person("Cleo Example", Role.CISO)
    someone = make_person("Ann Example", Role.VENDOR_MANAGER)
    change(Person, someone.id, manager_id=ciso.id)
    return someone


def test_a_contact_is_written_to_and_the_manager_gets_a_digest(manager):
    make_vendors(1, owner=manager.email)
    done = plan()
    assert (done.planned, done.mails) == (2, 2)
    single, digest = mails()
    assert (single.recipient, single.kind) == ("v-0001@vendor.example.org", "reminder")
    assert "SOC 2 of Vendor V-0001 expires: 12 March 2026, in 10 days." in single.body
    assert (digest.recipient, digest.subject, digest.person_id) == (
        manager.email,
        "1 matter is waiting for you",
        manager.id,
    )
    assert {row.state for row in reminders()} == {ReminderState.QUEUED}
    assert {row.outbox_id for row in reminders()} == {single.id, digest.id}


def test_planning_again_plans_nothing_and_writes_nothing(manager):
    make_vendors(3, owner=manager.email)
    plan()
    before = session().scalar(select(func.count()).select_from(Mail))
    again = plan()
    assert (again.planned, again.mails) == (0, 0)
    assert session().scalar(select(func.count()).select_from(Mail)) == before


def test_a_week_of_downtime_sends_the_furthest_step_and_keeps_the_rest_as_superseded(manager, at):
    make_vendors(1, owner=manager.email, expires=TODAY - timedelta(days=5))
    plan()
    states = {(row.step, row.recipient): (row.state, row.reason) for row in reminders()}
    assert states[1, manager.email] == (ReminderState.SUPERSEDED, "Step 3 was due as well.")
    assert states[3, manager.email][0] is ReminderState.QUEUED
    assert states[2, "v-0001@vendor.example.org"][0] is ReminderState.QUEUED


def test_one_digest_a_day_holds_everything_that_waits(manager, at):
    make_vendors(3, owner=manager.email)
    plan()
    make_vendors(2, owner=manager.email, first=10)
    at(hours=1)
    plan()
    assert [mail.subject for mail in mails() if mail.kind == "digest"] == ["3 matters are waiting for you"]
    assert sum(row.state is ReminderState.PLANNED for row in reminders()) == 2
    at(days=1)
    plan()
    assert [mail.subject for mail in mails() if mail.kind == "digest"] == [
        "3 matters are waiting for you",
        "2 matters are waiting for you",
    ]


def test_a_moved_deadline_cancels_what_was_not_sent_and_begins_a_new_round(manager, at):
    make_vendors(1, owner=manager.email)
    plan()
    certificate = session().scalar(select(Certificate.id))
    change(Certificate, certificate, expires=TODAY + timedelta(days=12))
    plan()
    found = reminders()
    assert [row.reason for row in found if row.state is ReminderState.CANCELLED] == [CLOSED, CLOSED]
    assert len({row.cycle for row in found}) == 2
    assert {mail.state for mail in mails()[:2]} == {MailState.CANCELLED}


def test_a_renewed_certificate_is_left_alone(manager):
    make_vendors(1, owner=manager.email)
    with writing(), work(SYSTEM, "test.renew") as w:
        w.insert_many(
            Certificate, [{"vendor": "V-0001", "certificate": "soc 2", "expires": TODAY + timedelta(days=400)}]
        )
    db.session.remove()
    plan()
    assert reminders() == []


def test_a_vendor_that_ended_is_left_alone(manager):
    make_vendors(1, owner=manager.email)
    change(Vendor, "V-0001", archived_at=MONDAY)
    plan()
    assert reminders() == []


@pytest.mark.parametrize("address", [None, "", "no address", "a@b", "sam@vendor.example.org\x07"])
def test_a_contact_without_a_usable_address_falls_to_the_manager_and_stops_nobody_else(manager, address):
    make_vendors(2, owner=manager.email)
    contact = session().scalar(select(Contact.id).where(Contact.vendor == "V-0001"))
    change(Contact, contact, email=address)
    plan()
    by_vendor = {(row.vendor, row.step): row.recipient for row in reminders()}
    assert by_vendor["V-0001", 2] == manager.email
    assert by_vendor["V-0002", 2] == "v-0002@vendor.example.org"


def test_with_nobody_to_tell_it_is_kept_and_says_so(db_app):
    make_vendors(1)
    plan()
    assert {(row.step, row.reason) for row in reminders() if row.state is ReminderState.CANCELLED} == {(1, NOBODY)}


def test_whoever_stands_in_gets_the_digest_of_whoever_is_away(manager):
    deputy = make_person("Dora Example", Role.VENDOR_MANAGER)
    with writing(), work(SYSTEM, "test.absence") as w:
        w.add(Deputy(person_id=manager.id, deputy_id=deputy.id, starts=TODAY, ends=TODAY + timedelta(days=7)))
    make_vendors(1, owner=manager.email)
    plan()
    (digest,) = [mail for mail in mails() if mail.kind == "digest"]
    assert digest.recipient == deputy.email
    assert "You stand in for Ann Example" in digest.body
    assert [row.recipient for row in reminders() if row.role == "vendor_manager"] == [manager.email]


def test_an_address_that_unsubscribed_is_kept_as_cancelled(manager):
    with writing(), work(SYSTEM, "test.opt_out") as w:
        w.add(MailOptOut(address=manager.email, since=w.now))
    make_vendors(1, owner=manager.email)
    plan()
    assert [row.reason for row in reminders() if row.recipient == manager.email] == [OPTED_OUT]


def test_digests_wait_for_the_morning(manager, at):
    make_vendors(1, owner=manager.email)
    at(hours=10)  # ten in the evening
    plan()
    assert [mail.kind for mail in mails()] == ["reminder"]
    at(hours=20)  # eight in the morning
    plan()
    assert [mail.kind for mail in mails()] == ["reminder", "digest"]


def test_more_than_expected_at_once_pauses_the_outbox_until_somebody_has_looked(db_app, send):
    with writing(), work(SYSTEM, "test.rules") as w:
        w.add(
            MailRules(
                id=1, zone="UTC", holidays_of="", working_days="12345", send_from=MONDAY.time().replace(hour=8),
                send_until=MONDAY.time().replace(hour=18), per_tick=200, pause_above=5, is_paused=False, is_dry=False, why="",
            )
        )  # fmt: skip
    make_vendors(6)
    plan()
    assert send() == 0
    rules = session().get(MailRules, 1)
    assert rules.is_paused
    assert "6 mails were planned at once" in rules.why


def test_a_planner_that_lost_the_lead_writes_nothing(manager):
    make_vendors(1, owner=manager.email)
    with pytest.raises(LostLease):
        plan(Holder("scheduler", timedelta(seconds=30)))
    assert reminders() == []


def test_gaps_are_reminded_two_weeks_after_they_were_last_touched(manager, at):
    make_vendors(1, expires=date(2030, 1, 1))
    at(days=13)
    plan()
    assert reminders() == []
    at(days=14)
    plan()
    assert [(row.subject, row.title, row.role) for row in reminders()] == [
        ("missing_fact", "Vendor V-0001 has no vendor manager", "ciso")
    ]


def test_the_clock_set_back_and_forward_plans_nothing_twice(manager, at):
    make_vendors(2, owner=manager.email)
    plan()
    count = len(reminders())
    for days in (-30, 0, 1, 0):
        at(days=days)
        plan()
    assert len(reminders()) == count
