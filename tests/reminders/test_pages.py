"""The pages of reminders and mail: who sees what, what they refuse, what they do."""

from datetime import timedelta

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.core import mailer
from registry.core.actor import Actor, Role
from registry.core.db import db, session
from registry.core.outbox import why_token
from registry.core.transports import FileTransport
from registry.models import LadderStep, Mail, MailOptOut, MailRules, MailWording, Webhook
from registry.models.mail import Channel, MailState
from registry.reminders.planner import plan
from tests.people import make_person, sign_in
from tests.reminders.company import make_vendors
from tests.reminders.conftest import MONDAY

SYSTEM = Actor.system("tests")
RULES = {
    "zone": "Europe/Dublin", "holidays_of": "IE", "working_days": ["1", "2", "3", "4", "5"], "send_from": "08:00",
    "send_until": "18:00", "per_tick": "200", "pause_above": "500", "why": "As agreed.", "version": "0",
}  # fmt: skip
STEP = {
    "offset_days": "-60", "role": "vendor_manager", "tiers": ["critical", "high", "medium", "low"], "is_active": "y",
    "why": "As agreed.", "version": "0",
}  # fmt: skip


@pytest.fixture
def ann(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    return make_person("Ann Example", Role.VENDOR_MANAGER)


@pytest.fixture
def admin(app: Flask, ann) -> FlaskClient:
    return sign_in(app, make_person("Ada Example", Role.ADMINISTRATOR))


def planned(owner: str) -> None:
    make_vendors(2, owner=owner)
    plan()
    db.session.remove()


def mails() -> list[Mail]:
    db.session.remove()
    return list(session().scalars(select(Mail).order_by(Mail.id)))


def test_a_manager_sees_their_own_reminders_and_the_ciso_all(app, ann):
    planned(ann.email)
    own = sign_in(app, ann).get("/reminders").text
    assert "SOC 2 of Vendor V-0001 expires" in own
    assert "v-0001@vendor.example.org" not in own
    ciso = sign_in(app, make_person("Cleo Example", Role.CISO))
    assert "v-0001@vendor.example.org" in ciso.get("/reminders").text
    assert "No reminder is sent" in ciso.get("/reminders?show=sent").text


def test_the_preview_says_who_would_get_what(app, ann, admin):
    make_vendors(1, owner=ann.email, expires=MONDAY.date() + timedelta(days=70))
    text = admin.get("/reminders/coming").text
    assert text.count("SOC 2 of Vendor V-0001 expires") == 3
    assert "nobody is registered" not in text
    assert "Nothing comes" in admin.get("/reminders/coming?subject=contract_end").text


def test_a_step_is_changed_and_the_preview_follows(app, ann, admin):
    make_vendors(1, owner=ann.email, expires=MONDAY.date() + timedelta(days=70))
    answer = admin.post("/reminders/ladders/certificate/1", data=STEP | {"offset_days": "-30"})
    assert answer.location == "/reminders/coming?subject=certificate"
    db.session.remove()
    assert session().scalars(select(LadderStep)).one().offset_days == -30
    assert "30 days before" in admin.get("/reminders/ladders").text
    assert admin.post("/reminders/ladders/certificate/1/reset").status_code == 303
    assert "60 days before" in admin.get("/reminders/ladders").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tiers": ["low"]}, "for the tiers"),
        ({"tiers": []}, "Tick at least one tier"),
        ({"offset_days": "soon"}, "Not a valid"),
        ({"offset_days": "9999"}, "At most a year"),
        ({"role": "butler"}, "Not a valid choice"),
        ({"why": ""}, "Say why"),
        ({"is_active": ""}, "No step reminds anybody"),
    ],
)
def test_a_ladder_with_a_gap_is_refused_where_it_is_typed(admin, change, said):
    answer = admin.post("/reminders/ladders/contract_end/1", data=STEP | {"offset_days": "-90"} | change)
    assert (answer.status_code, said in answer.text) == (422, True)
    db.session.remove()
    assert session().scalars(select(LadderStep)).all() == []


def test_a_step_that_moved_on_meanwhile_is_not_overwritten(admin):
    admin.post("/reminders/ladders/certificate/1", data=STEP)
    assert admin.post("/reminders/ladders/certificate/1", data=STEP).status_code == 409
    assert admin.get("/reminders/ladders/certificate/9").status_code == 404
    assert admin.get("/reminders/ladders/butler/1").status_code == 404


def test_a_mail_says_why_it_came_and_its_address_can_leave_and_come_back(app, ann, client):
    planned(ann.email)
    single = mails()[0]
    path = f"/why/{why_token(single.message_id)}"
    text = client.get(path).text
    assert "SOC 2 of Vendor V-0001 expires" in text
    assert "step 2" in text
    assert client.post(f"{path}/unsubscribe", data={"wants": "no"}).location == path
    db.session.remove()
    assert session().scalar(select(MailOptOut.address)) == single.recipient
    assert "gets no reminders" in client.get(path).text
    client.post(f"{path}/unsubscribe", data={"wants": "yes"})
    db.session.remove()
    assert session().scalar(select(MailOptOut.address)) is None
    for wrong in ("x", "%25", "_" * 40, why_token(single.message_id)[:-1] + "_"):
        assert client.get(f"/why/{wrong}").status_code == 404


def test_a_calendar_has_an_address_that_can_be_ended(app, ann, client):
    make_vendors(1, owner=ann.email)
    browser = sign_in(app, ann)
    assert browser.post("/reminders/calendar/new").status_code == 303
    address = browser.get("/reminders/calendar").text.partition("/calendar/")[2].partition("<")[0]
    feed = client.get(f"/calendar/{address}")
    (event,) = icalendar.Calendar.from_ical(feed.data).walk("VEVENT")
    assert (feed.mimetype, str(event["SUMMARY"])) == ("text/calendar", "SOC 2 of Vendor V-0001 expires")
    assert event["DTSTART"].dt == MONDAY.date() + timedelta(days=10)
    assert client.get(f"/calendar/{address[:-5]}0.ics").status_code == 404
    browser.post("/reminders/calendar/new")
    assert client.get(f"/calendar/{address}").status_code == 404
    browser.post("/reminders/calendar/end")
    assert "/calendar/" not in browser.get("/reminders/calendar").text.partition("<section")[2].partition("</section")[
        0
    ].replace("/reminders/calendar/", "")


def test_the_outbox_shows_text_and_fate_and_only_an_administrator_acts(app, ann, admin):
    planned(ann.email)
    mail = mails()[0]
    assert "in 10 days" in admin.get(f"/outbox/{mail.id}").text
    auditor = sign_in(app, make_person("Una Example", Role.AUDITOR))
    assert mail.subject in auditor.get("/outbox").text
    assert auditor.post(f"/outbox/{mail.id}/cancel").status_code == 403
    assert sign_in(app, ann).get("/outbox").status_code == 403
    assert admin.post(f"/outbox/{mail.id}/cancel").status_code == 303
    assert mails()[0].state is MailState.CANCELLED
    assert admin.post(f"/outbox/{mail.id}/cancel").status_code == 422
    assert admin.post(f"/outbox/{mail.id}/again").status_code == 303
    assert mails()[0].state is MailState.PENDING


def test_the_outbox_is_paused_and_goes_on(admin):
    admin.post("/outbox/brake", data={"pause": "yes"})
    assert "The outbox is paused" in admin.get("/outbox").text
    admin.post("/outbox/brake", data={"pause": "no"})
    assert "The outbox is paused" not in admin.get("/outbox").text


def test_mails_in_files_are_shown_as_they_would_have_arrived(app, ann, admin):
    assert "No mail yet" in admin.get("/mailbox").text
    planned(ann.email)
    mailer.send_due({Channel.MAIL: FileTransport(app.extensions["settings"].data_dir / "mail")})
    text = admin.get("/mailbox").text
    assert "v-0001@vendor.example.org" in text
    name = text.partition("/mailbox/")[2].partition('"')[0]
    assert "Why did I get this mail?" in admin.get(f"/mailbox/{name}").text
    assert admin.get("/mailbox/..%2Fregistry").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zone": "Europe/Atlantis"}, "There is no time zone"),
        ({"zone": "../etc/passwd"}, "There is no time zone"),
        ({"holidays_of": "XX"}, "No holidays are known"),
        ({"holidays_of": "DE-XX"}, "No holidays are known"),
        ({"working_days": []}, "Tick at least one working day"),
        ({"send_until": "07:00"}, "The hours end before they begin"),
        ({"per_tick": "0"}, "From 1 to"),
        ({"pause_above": "many"}, "Not a valid"),
        ({"why": ""}, "Say why"),
    ],
)
def test_rules_that_cannot_work_are_refused_where_they_are_typed(admin, change, said):
    answer = admin.post("/settings/mail", data=RULES | change)
    assert (answer.status_code, said in answer.text) == (422, True)
    db.session.remove()
    assert session().get(MailRules, 1) is None


def test_rules_are_kept_and_a_stale_form_is_refused(admin):
    assert admin.post("/settings/mail", data=RULES).status_code == 303
    db.session.remove()
    assert session().get(MailRules, 1).zone == "Europe/Dublin"
    assert admin.post("/settings/mail", data=RULES).status_code == 409


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": "Dear {nmae}"}, "uses {nmae}, which this mail does not have"),
        ({"body": "Dear {name"}, "a brace that belongs to no field"),
        ({"subject": "{0.__class__}"}, "a brace that belongs to no field"),
        ({"body": ""}, "Type a text"),
    ],
)
def test_words_with_an_unknown_field_are_refused_where_they_are_typed(admin, change, said):
    data = {"subject": "{title}", "body": "Dear {name}", "why": "Ours."} | change
    answer = admin.post("/settings/mail/words/reminder/de", data=data)
    assert (answer.status_code, said in answer.text.replace("&#39;", "'")) == (422, True)
    db.session.remove()
    assert session().scalars(select(MailWording)).all() == []


def test_words_are_previewed_then_changed_then_taken_back(admin, ann):
    data = {"subject": "Frist: {title}", "body": "Hallo {name},\n\n{title} <b>", "why": "Ours."}
    preview = admin.post("/settings/mail/words/reminder/en", data=data | {"preview": "yes"})
    assert "Frist: SOC 2 Type II of Corvid Mail expires" in preview.text
    assert admin.post("/settings/mail/words/reminder/en", data=data).status_code == 303
    planned(ann.email)
    assert mails()[0].subject == "Frist: SOC 2 of Vendor V-0001 expires"
    assert admin.post("/settings/mail/words/reminder/en/reset").status_code == 303
    assert admin.post("/settings/mail/words/reminder/en/reset").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/x", "https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/x",
        "https://2130706433/x", "https://evil.example/x", "https://user:pw@hooks.example.org/x",
        "https://hooks.example.org:8443/x", "javascript:alert(1)", "https://hooks.example.org:x/", "nonsense",
    ],
)  # fmt: skip
def test_asvs_1_3_6_a_webhook_elsewhere_is_refused_where_it_is_typed(app, admin, url):
    app.extensions["settings"] = app.extensions["settings"].model_copy(
        update={"outbound_allow": ("hooks.example.org",)}
    )
    answer = admin.post("/settings/webhooks", data={"name": "Chat", "url": url, "form": "slack"})
    assert answer.status_code == 422
    db.session.remove()
    assert session().scalars(select(Webhook)).all() == []


def test_an_escalation_is_posted_to_the_webhooks(app, ann, admin):
    app.extensions["settings"] = app.extensions["settings"].model_copy(
        update={"outbound_allow": ("hooks.example.org",)}
    )
    data = {"name": "Chat", "url": "https://hooks.example.org/secret-path", "form": "slack"}
    assert admin.post("/settings/webhooks", data=data).status_code == 303
    page = admin.get("/settings/webhooks").text
    assert "hooks.example.org" in page
    assert "secret-path" not in page
    make_person("Cleo Example", Role.CISO)
    make_vendors(1)  # without an owner, what is for the manager falls to the CISO
    plan()
    hook = [mail for mail in mails() if mail.channel is Channel.WEBHOOK]
    assert [(mail.recipient, "escalated to the CISO" in mail.body) for mail in hook] == [("webhook:1", True)]
    admin.post("/settings/webhooks/1/switch")
    assert "Switch on" in admin.get("/settings/webhooks").text


def test_the_figures_are_for_whoever_runs_the_installation(app, ann, admin):
    planned(ann.email)
    text = admin.get("/metrics").text
    assert 'registry_mails{state="pending"} 3.0' in text
    assert sign_in(app, ann).get("/metrics").status_code == 403
