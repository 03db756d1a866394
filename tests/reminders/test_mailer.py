"""Handing over: every answer leads to its state, what is done is not sent, a lost claim writes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.core import audit, clock, mailer
from registry.core.actor import Actor
from registry.core.addresses import BadAddress
from registry.core.db import db, session, writing
from registry.core.transports import Answer, Outcome
from registry.core.work import work
from registry.domain.reminding.cadence import Recipient
from registry.models import Certificate, Mail, MailRules, Reminder
from registry.models.mail import MailState, ReminderState
from registry.reminders.planner import CLOSED, plan
from tests.people import make_person
from tests.reminders.company import make_vendors
from tests.reminders.conftest import MONDAY

SYSTEM = Actor.system("tests")
SAM = Recipient(address="sam@vendor.example.org", name="Sam")
FIELDS = {"organisation": "Us", "title": "Papers", "due": "today", "when": "now", "note": ""}


def tell(key: str = "k:1", to: Recipient = SAM, **more: object) -> bool:
    with writing(), work(SYSTEM, "test.tell") as w:
        told = w.tell(to, "reminder", FIELDS, dedupe_key=key, **more)
    db.session.remove()
    return told


def only() -> Mail:
    db.session.remove()
    return session().scalars(select(Mail)).one()


def test_a_mail_is_sent_once_and_the_act_is_in_the_log(db_app, memory, send):
    assert tell()
    assert not tell()
    assert (send(), send()) == (1, 0)
    assert only().state is MailState.SENT
    (mail,) = memory.sent
    assert (mail["To"], mail["Message-ID"], mail["Auto-Submitted"]) == (
        SAM.address,
        only().message_id,
        "auto-generated",
    )
    assert "Why did I get this mail?" in mail.get_body(("plain",)).get_content()
    assert mail.get_body(("html",)) is not None
    db.session.remove()
    assert audit.verify(session()).is_whole


@pytest.mark.parametrize(
    ("answers", "state", "attempts"),
    [
        ([Answer(Outcome.REFUSED, "550 no such user")], MailState.FAILED, 1),
        ([Answer(Outcome.RETRY, "421 later")], MailState.PENDING, 1),
        ([Answer(Outcome.UNKNOWN, "timed out")], MailState.PENDING, 1),
        ([Answer(Outcome.UNKNOWN, "timed out"), Answer(Outcome.UNKNOWN, "timed out")], MailState.AMBIGUOUS, 2),
        ([Answer(Outcome.UNKNOWN, "timed out"), Answer(Outcome.SENT)], MailState.SENT, 2),
    ],
)
def test_every_answer_leads_to_its_state(memory, send, at, answers, state, attempts):
    tell()
    memory.answers = list(answers)
    for hours in range(len(answers)):
        at(hours=hours)
        send()
    assert (only().state, only().attempts) == (state, attempts)
    assert state is MailState.SENT or only().last_error == answers[-1].said


def test_a_weekend_s_outage_kills_no_mail_and_72_hours_do(memory, send, at):
    tell()
    memory.answers = [Answer(Outcome.RETRY, "421 later")] * 1000
    for hours in range(71):
        at(hours=hours)
        send()
    assert only().state is MailState.PENDING
    at(hours=76)
    send()
    assert only().state is MailState.FAILED


def test_every_sending_carries_the_same_message_id_and_date(memory, send, at):
    tell()
    memory.answers = [Answer(Outcome.UNKNOWN, "dropped")]
    send()
    first = mailer.compose(only())
    at(hours=1)
    send()
    (second,) = memory.sent
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


def test_what_is_done_is_not_reminded(db_app, memory, send):
    make_vendors(2)
    plan()
    with writing(), work(SYSTEM, "test.renew") as w:
        renewed = {"vendor": "V-0001", "certificate": "SOC 2", "expires": MONDAY.date() + timedelta(days=500)}
        w.insert_many(Certificate, [renewed])
    assert send() == 1
    assert [str(mail["To"]) for mail in memory.sent] == ["v-0002@vendor.example.org"]
    db.session.remove()
    assert session().scalar(select(Mail.reason).where(Mail.state == MailState.CANCELLED)) == CLOSED


def test_a_digest_goes_out_without_what_is_done(db_app, memory, send):
    manager = make_person("Ann Example")
    make_vendors(2, owner=manager.email, expires=MONDAY.date() + timedelta(days=40))
    plan()
    with writing(), work(SYSTEM, "test.renew") as w:
        renewed = {"vendor": "V-0001", "certificate": "SOC 2", "expires": MONDAY.date() + timedelta(days=500)}
        w.insert_many(Certificate, [renewed])
    assert send() == 1
    (digest,) = memory.sent
    assert digest["Subject"] == "1 matter is waiting for you"
    assert "V-0001" not in digest.get_body(("plain",)).get_content()
    assert "Dear Ann Example" in only().body
    db.session.remove()
    assert set(session().scalars(select(Reminder.state))) == {ReminderState.QUEUED, ReminderState.CANCELLED}


def test_reminders_keep_to_the_hours_and_notices_do_not(memory, send, at):
    make_vendors(1)
    plan()
    tell("notice:1")
    at(hours=12)
    assert send() == 1
    assert memory.sent[0]["Subject"].startswith("Us: Papers")
    at(hours=21)
    assert send() == 1


@pytest.mark.parametrize("brake", ["is_paused", "is_dry"])
def test_nothing_leaves_while_a_brake_is_on(db_app, send, brake):
    with writing(), work(SYSTEM, "test.rules") as w:
        eight = MONDAY.time().replace(hour=8)
        given = {"is_paused": False, "is_dry": False, brake: True}
        w.add(
            MailRules(
                id=1, zone="UTC", holidays_of="", working_days="12345", send_from=eight, send_until=MONDAY.time(),
                per_tick=5, pause_above=5, why="", **given,
            )
        )  # fmt: skip
    tell()
    assert send() == 0
    assert len(mailer.would_send()) == 1


def test_outside_production_only_the_allowed_get_mail(db_app, memory, send):
    app_settings = db_app.extensions["settings"]
    db_app.extensions["settings"] = app_settings.model_copy(update={"mail_allow": ("ann@example.org", "@inside.test")})
    for number, address in enumerate(("ann@example.org", "x@inside.test", "sam@vendor.example.org")):
        tell(f"k:{number}", Recipient(address=address, name="X"))
    assert send() == 2
    db.session.remove()
    assert "MAIL_ALLOW" in session().scalar(select(Mail.reason).where(Mail.state == MailState.CANCELLED))


def test_a_run_has_a_cap(db_app, memory, send):
    for number in range(30):
        tell(f"k:{number}")
    assert mailer.send_due({"mail": memory}, limit=25) == 25
    assert send() == 5


def test_a_claim_whose_lease_is_over_is_taken_by_another_and_the_first_writes_nothing(db_app, memory, at):
    from registry.core.mailrules import policy

    tell()
    (slow,) = mailer._claim(10, policy(), timedelta(minutes=5))
    assert mailer._claim(10, policy(), timedelta(minutes=5)) == []
    at(minutes=6)
    (quick,) = mailer._claim(10, policy(), timedelta(minutes=5))
    mailer._settle(slow, MailState.FAILED, "late")
    assert (only().state, only().token) == (MailState.SENDING, quick.token)
    mailer._settle(quick, MailState.SENT, "250")
    assert only().state is MailState.SENT


def test_a_personal_link_is_made_at_sending_and_never_kept(db_app, memory, send):
    db_app.extensions["mail_links"] = {"sample": lambda key: f"https://registry.example.org/portal/{key}.secret"}
    tell(secret_link="sample:A-1")
    send()
    assert "https://registry.example.org/portal/A-1.secret" in memory.sent[0].get_body(("plain",)).get_content()
    assert "[personal link]" in only().body
    assert "secret" not in only().body + only().context


@pytest.mark.parametrize("address", ["", "nobody", "sam@vendor.example.org\r\nBcc: all@example.org", "a@b\x00.org"])
def test_an_address_that_is_none_is_refused_where_it_is_told(db_app, address):
    with pytest.raises(BadAddress):
        tell(to=Recipient(address=address, name="X"))
    assert session().scalar(select(Mail.id)) is None


def test_a_field_cannot_add_a_header(db_app, memory, send):
    with writing(), work(SYSTEM, "test.tell") as w:
        w.tell(SAM, "reminder", FIELDS | {"title": "Papers\r\nBcc: all@example.org"}, dedupe_key="k:1")
    send()
    assert memory.sent[0]["Bcc"] is None
    assert clock.now() == MONDAY
