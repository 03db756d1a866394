"""Posts messages to chats and other programs: only to hosts that are allowed, only to public addresses, signed.

The name is resolved once and the connection goes to that very address, so that a name cannot point elsewhere between
the check and the call. Redirects are not followed.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from registry.core import clock
from registry.core.db import session
from registry.core.secrets import keyring
from registry.core.transports import Answer, Outcome, Transport, transport_of
from registry.domain.register.errors import DomainError
from registry.models.mail import Channel, Webhook, WebhookFormat
from registry.settings import current_settings

__all__ = ["BadWebhook", "WebhookTransport", "payload_of", "signature_of", "signing_secret", "transports", "why_not"]

TIMEOUT_S = 20.0
_PURPOSE = "webhook"
_REASON_LENGTH = 300
Resolve = Callable[[str, int], list[str]]


class BadWebhook(DomainError):
    """Nothing is posted there; says why."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Where to connect to: checked address, name for TLS and the Host header, path."""

    address: str
    host: str
    port: int
    path: str


def why_not(url: str, allowed: Iterable[str]) -> str | None:
    """Say why an address cannot be a webhook; None when it can, as far as its text tells."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is no web address."
    if parts.scheme != "https" or not parts.hostname:
        return "A webhook is an https:// address."
    if parts.username or parts.password or port not in {None, 443}:
        return "A webhook has no user, password or port of its own."
    if parts.hostname.casefold() not in {host.casefold() for host in allowed}:
        return f"{parts.hostname} is not among the hosts this installation may call (REGISTRY_OUTBOUND_ALLOW)."
    return None


def signing_secret(webhook_id: int) -> str:
    """Return the secret the receiver checks signatures with; derived, never stored."""
    return keyring().mark(_PURPOSE, str(webhook_id))


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body at a time."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def payload_of(form: WebhookFormat, mail: EmailMessage) -> dict[str, Any]:
    """Return a message in the form the other side wants."""
    subject, text = str(mail["Subject"]), mail.get_content().strip()
    if form is WebhookFormat.SLACK:
        return {"text": f"*{subject}*\n{text}"}
    if form is WebhookFormat.TEAMS:
        lines = [{"type": "TextBlock", "text": subject, "weight": "Bolder", "wrap": True}]
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": [*lines, {"type": "TextBlock", "text": text, "wrap": True}],
        }  # fmt: skip
        return {
            "type": "message",
            "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
        }
    return {"id": str(mail["Message-ID"]).strip("<>"), "subject": subject, "text": text}


def _resolve(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def target_of(url: str, allowed: Iterable[str], resolve: Resolve = _resolve) -> _Target:
    """Check an address and resolve it once.

    Raises
    ------
    BadWebhook
        The host is not allowed, cannot be found, or is not on the public network.
    """
    problem = why_not(url, allowed)
    if problem:
        raise BadWebhook(problem)
    parts = urlsplit(url)
    host = str(parts.hostname)
    try:
        addresses = resolve(host, 443)
    except OSError as error:
        raise BadWebhook(f"{host} cannot be found.") from error
    if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise BadWebhook(f"{host} is not on the public network; nothing is posted there.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(addresses[0], host, 443, path)


class _Connection(http.client.HTTPSConnection):
    """HTTPS to an address that was checked, under the name it was checked for."""

    def __init__(self, target: _Target, context: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_S, context=context)
        self._target, self._tls = target, context

    def connect(self) -> None:
        """Connect to the address, not to the name."""
        plain = socket.create_connection((self._target.address, self._target.port), TIMEOUT_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._target.host)


@dataclass
class WebhookTransport:
    """Posts to the webhook a message names as its recipient."""

    paced: bool = False
    resolve: Resolve = _resolve

    def send(self, mail: EmailMessage, recipient: str) -> Answer:
        """Post one message."""
        hook_id = int(recipient.partition(":")[2])
        question = select(Webhook.url, Webhook.format, Webhook.is_active).where(Webhook.id == hook_id)
        row = session().execute(question).one_or_none()
        session().commit()
        if row is None or not row.is_active:
            return Answer(Outcome.REFUSED, "The webhook was removed or switched off.")
        body = json.dumps(payload_of(row.format, mail), ensure_ascii=False).encode()
        try:
            target = target_of(row.url, current_settings().outbound_allow, self.resolve)
        except BadWebhook as error:
            return Answer(Outcome.RETRY, str(error))
        return _post(target, body, _headers(hook_id, body))

    def close(self) -> None:
        """Do nothing: each message has a connection of its own."""


def _headers(hook_id: int, body: bytes) -> dict[str, str]:
    timestamp = str(int(clock.now().timestamp()))
    return {
        "Content-Type": "application/json",
        "X-Registry-Timestamp": timestamp,
        "X-Registry-Signature": signature_of(signing_secret(hook_id), timestamp, body),
    }


def _post(target: _Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = _Connection(target, ssl.create_default_context())
    try:
        connection.request("POST", target.path, body, dict(headers))
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return Answer(Outcome.RETRY, (str(error) or type(error).__name__)[:_REASON_LENGTH])
    finally:
        connection.close()
    said = f"{answer.status} {answer.reason}"[:_REASON_LENGTH]
    if 200 <= answer.status < 300:
        return Answer(Outcome.SENT, said)
    # 4xx would say the same again; too many requests and faults of the server pass
    is_final = 300 <= answer.status < 500 and answer.status not in {408, 425, 429}
    return Answer(Outcome.REFUSED if is_final else Outcome.RETRY, said)


def transports() -> dict[Channel, Transport]:
    """Return the way of each channel, as the settings of the running application ask for."""
    return {Channel.MAIL: transport_of(current_settings()), Channel.WEBHOOK: WebhookTransport()}
