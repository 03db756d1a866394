"""The outbox: a message is a row before it is a mail, planned in the act that causes it, and settled once.

Exactly-once delivery over SMTP is impossible: after the final dot a missing reply may mean yes or no. At most once loses
reminders. So this is at least once with a stable identity: the key of a message is unique, its Message-ID is made from
the key, and a second copy, should a crash cause one, carries the same Message-ID and Date.

A feature sends with `w.tell(recipient, "template", fields, dedupe_key="vendor_renamed:V-0001:3")` inside its act.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy import select

from registry.core.addresses import mail_address
from registry.core.mailtext import Wording, render, wording
from registry.core.secrets import keyring
from registry.core.work import Work
from registry.domain.reminding.cadence import Recipient
from registry.models.mail import Channel, Mail, MailState
from registry.settings import current_settings

__all__ = ["LinkMaker", "Message", "init_app", "link_of", "masked", "message_id_of", "row_of", "tell", "why_token"]

LinkMaker = Callable[[str], str]
_PURPOSE = "message-id"
_ID_LENGTH = 40  # 160 bits: nobody guesses the identity of a mail they did not get


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is planned."""

    to: Recipient
    template: str
    fields: Mapping[str, str]
    dedupe_key: str
    kind: str = "notice"
    about: str | None = None
    secret_link: str | None = None
    thread_id: str | None = None
    not_before: datetime | None = None
    channel: Channel = Channel.MAIL


def init_app(app: Flask, links: Mapping[str, LinkMaker]) -> None:
    """Make the makers of personal links of all features known: kind -> function of the key."""
    app.extensions["mail_links"] = dict(links)


def tell(w: Work, message: Message) -> bool:
    """Plan a message within an act; False when its key is planned already.

    Raises
    ------
    BadAddress
        The recipient has no address mail can be sent to.
    """
    if w.session.scalar(select(Mail.id).where(Mail.dedupe_key == message.dedupe_key)) is not None:
        return False
    w.add(Mail(**row_of(message, w.now)))
    return True


def row_of(message: Message, now: datetime, words: Wording | None = None) -> dict[str, Any]:
    """Return the row of a message, its words filled in; personal links are masked in what is kept.

    Whoever plans many gives the words, so that they are not read anew for each.
    """
    is_mail = message.channel is Channel.MAIL
    recipient = mail_address(message.to.address) if is_mail else message.to.address
    fields = {
        "name": message.to.name,
        **message.fields,
        "link": masked(message.secret_link) if message.secret_link else "",
    }
    subject, body = render(words or wording(message.template, message.to.language), fields)
    return {
        "dedupe_key": message.dedupe_key, "channel": message.channel, "kind": message.kind, "recipient": recipient,
        "person_id": message.to.person_id, "about": message.about, "template": message.template,
        "context": json.dumps(fields, sort_keys=True, ensure_ascii=False), "subject": subject,
        "body": body, "secret_link": message.secret_link, "state": MailState.PENDING, "reason": None,
        "message_id": message_id_of(message.dedupe_key), "thread_id": message.thread_id, "dated_at": now,
        "next_try": message.not_before, "attempts": 0, "doubts": 0,
    }  # fmt: skip


def message_id_of(dedupe_key: str) -> str:
    """Return the Message-ID of a key: the same at every sending, and not to be guessed."""
    host = current_settings().mail_from.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{keyring().mark(_PURPOSE, dedupe_key)[:_ID_LENGTH]}@{host}>"


def why_token(message_id: str) -> str:
    """Return what stands in the address of "why did I get this mail?"."""
    return message_id.strip("<>").partition("@")[0]


def masked(secret_link: str) -> str:
    """Return what stands for the secret of a message in the text that is kept."""
    return "[one-time code]" if secret_link.partition(":")[0].endswith("_code") else "[personal link]"


def link_of(secret_link: str) -> str:
    """Make the personal link or code of a message anew: the same one until it is re-issued, and never kept."""
    kind, _, key = secret_link.partition(":")
    makers: dict[str, LinkMaker] = current_app.extensions["mail_links"]
    link = makers[kind](key)
    if not link.isdecimal() and urlsplit(link).scheme not in {"http", "https"}:
        raise ValueError(f"The personal link of {kind} is neither a web address nor a code.")
    return link
