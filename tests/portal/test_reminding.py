"""Reminders of an assessment go to whoever was asked, with their own link; nothing once it is handed in or withdrawn."""

from datetime import timedelta

import pytest

from registry.core import mailer
from registry.core.db import db, session, writing
from registry.core.transports import MemoryTransport
from registry.models.mail import Channel, Mail, MailState, Reminder
from registry.portal.service import inviting
from registry.reminders.planner import plan
from tests.assessments.conftest import SYSTEM
from tests.portal.conftest import ODILE, at, let_in, link, mails, path_in
from tests.portal.test_answering import fill, hand_in


@pytest.fixture
def kept() -> MemoryTransport:
    return MemoryTransport()


def deliver(kept: MemoryTransport) -> None:
    db.session.remove()
    with writing():
        mailer.send_due({Channel.MAIL: kept})
    db.session.remove()


def test_the_reminder_carries_the_link_that_was_sent_first(app, sent, kept):
    path = path_in(mails("portal_invitation")[0])
    deliver(kept)
    at(app, timedelta(days=23))  # a week before the due date
    db.session.remove()
    plan()
    deliver(kept)
    first, reminder = (mail.get_body(("plain",)).get_content() for mail in kept.sent if mail["To"] == ODILE)
    assert f"http://127.0.0.1:8000{path}" in first
    assert f"http://127.0.0.1:8000{path}" in reminder
    assert reminder.startswith("Dear Odile Vendor")
    assert path not in mails("reminder", ODILE)[0].body


def test_after_it_is_handed_in_and_once_withdrawn_nobody_is_reminded(app, odile, sent, kept):
    deliver(kept)
    at(app, timedelta(days=23))
    db.session.remove()
    plan()
    with writing():
        inviting.withdraw(SYSTEM, sent, link().id)
    deliver(kept)
    mail = mails("reminder", ODILE)[0]
    assert (mail.state, "withdrawn" in mail.reason) == (MailState.CANCELLED, True)
    at(app, timedelta(0))
    with writing():
        inviting.reissue(SYSTEM, sent, link().id)
    again = let_in(app, ODILE)
    fill(again)
    assert hand_in(again, sent).status_code == 303
    at(app, timedelta(days=40))
    db.session.remove()
    plan()
    assert (
        session().query(Reminder).filter(Reminder.subject == "assessment", Reminder.planned_at > mail.dated_at).count()
        == 0
    )
    assert session().query(Mail).filter(Mail.kind == "reminder", Mail.state == MailState.PENDING).count() == 0
