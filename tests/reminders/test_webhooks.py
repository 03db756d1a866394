"""Webhooks: only allowed hosts on the public network, checked after the name is resolved; signed; three forms."""

import hashlib
import hmac
import json

import pytest

from registry.core import mailer
from registry.core.actor import Actor
from registry.core.db import db, writing
from registry.core.transports import Outcome
from registry.core.webhooks import (
    BadWebhook,
    WebhookTransport,
    payload_of,
    signature_of,
    signing_secret,
    target_of,
)
from registry.core.work import work
from registry.models import Webhook
from registry.models.mail import Channel, Mail, WebhookFormat

URL = "https://hooks.example.org/services/x?y=1"
ALLOWED = ("hooks.example.org",)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["::1"], ["10.1.2.3"], ["169.254.169.254"], ["192.168.0.1"], ["0.0.0.0"], ["fe80::1"],
        ["::ffff:127.0.0.1"], ["8.8.8.8", "127.0.0.1"], [],
    ],
)  # fmt: skip
def test_asvs_13_2_4_a_name_that_points_inside_is_refused(addresses):
    with pytest.raises(BadWebhook, match="public network"):
        target_of(URL, ALLOWED, lambda _host, _port: addresses)


def test_the_call_goes_to_the_very_address_that_was_checked():
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["93.184.215.14"]

    found = target_of(URL, ALLOWED, resolve)
    assert (found.address, found.host, found.path, asked) == (
        "93.184.215.14", "hooks.example.org", "/services/x?y=1", ["hooks.example.org"],
    )  # fmt: skip


def test_a_name_that_is_not_found_is_tried_again(app):
    with writing(), work(Actor.system("tests"), "webhook.add") as w:
        hook = w.add(Webhook(name="Chat", url=URL, format=WebhookFormat.GENERIC, is_active=True))
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"outbound_allow": ALLOWED})
    db.session.remove()

    def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError("not found")

    answer = WebhookTransport(resolve=nowhere).send(message(), f"webhook:{hook.id}")
    assert (answer.outcome, "cannot be found" in answer.said) == (Outcome.RETRY, True)
    assert WebhookTransport().send(message(), "webhook:99").outcome is Outcome.REFUSED


def message():
    from email.message import EmailMessage

    made = EmailMessage()
    made["Subject"], made["Message-ID"] = "Late", "<one@example.org>"
    made.set_content("It is late.\n")
    return made


def test_the_three_forms():
    assert payload_of(WebhookFormat.GENERIC, message()) == {
        "id": "one@example.org", "subject": "Late", "text": "It is late.",
    }  # fmt: skip
    assert payload_of(WebhookFormat.SLACK, message()) == {"text": "*Late*\nIt is late."}
    card = payload_of(WebhookFormat.TEAMS, message())["attachments"][0]["content"]
    assert [block["text"] for block in card["body"]] == ["Late", "It is late."]


def test_the_receiver_can_check_the_signature(app):
    body = json.dumps({"id": "x"}).encode()
    secret = signing_secret(1)
    expected = hmac.new(secret.encode(), b"1700000000." + body, hashlib.sha256).hexdigest()
    assert signature_of(secret, "1700000000", body) == f"sha256={expected}"
    assert signing_secret(2) != secret


def test_a_message_to_a_webhook_has_no_address_and_no_foot(app):
    row = Mail(
        channel=Channel.WEBHOOK, recipient="webhook:1", subject="Late", body="It is late.", kind="escalation",
        message_id="<one@example.org>", dated_at=app.extensions["clock"](), secret_link=None, thread_id=None,
    )  # fmt: skip
    made = mailer.compose(row)
    assert made["To"] is None
    assert made.get_content() == "It is late.\n"
