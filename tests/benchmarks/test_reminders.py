"""Ten thousand reminders due at once: planned within ten seconds, and handed over at fifty a second or more."""

import time

import pytest
from flask import Flask

from registry.core import mailer
from registry.core.transports import SmtpTransport
from registry.models.mail import Channel
from registry.reminders.planner import plan
from tests.reminders.company import make_vendors
from tests.reminders.smtp import Keeper, keeping

pytestmark = pytest.mark.bench


def test_ten_thousand_due_reminders(db_app: Flask):
    make_vendors(10_000)
    began = time.monotonic()
    done = plan()
    took = time.monotonic() - began
    print(f"{done.planned} reminders, {done.mails} mails planned in {took:.1f} s")
    assert done.mails == 10_000
    assert took <= 10


def test_mails_handed_over_a_second(db_app: Flask):
    make_vendors(400)
    plan()
    keeper = Keeper()
    with keeping(keeper) as port:
        began = time.monotonic()
        sent = mailer.send_due({Channel.MAIL: SmtpTransport(f"smtp://127.0.0.1:{port}")}, limit=400)
        took = time.monotonic() - began
    print(f"{sent} mails in {took:.1f} s: {sent / took:.0f} a second")
    assert sent == 400
    assert sent / took >= 50
