"""The ways a mail leaves: SMTP, files, memory, console. Each says what became of it in one of four words.

SMTP is spoken step by step, since it matters where a connection breaks: before the final dot nothing was accepted and
the mail is tried again; after it nobody knows, and that is said.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from registry.core.files import write_whole
from registry.core.logs import get_logger
from registry.settings import LOOPBACK, Settings

__all__ = [
    "Answer",
    "ConsoleTransport",
    "FileTransport",
    "MemoryTransport",
    "Outcome",
    "SmtpTransport",
    "Transport",
    "transport_of",
]

TIMEOUT_S = 60.0
_STARTS_WITH_DOT = re.compile(rb"(?m)^\.")
_REASON_LENGTH = 300
log = get_logger(__name__)


class Outcome(StrEnum):
    """What became of one attempt to hand a mail over."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome and what the other side said."""

    outcome: Outcome
    said: str = ""


class Transport(Protocol):
    """One way a mail leaves; `paced` says whether the rate per domain is ours to keep."""

    paced: bool

    def send(self, mail: EmailMessage, recipient: str) -> Answer:
        """Hand over one mail to one recipient; never raises for what the other side does."""

    def close(self) -> None:
        """End the connection, if there is one."""


def transport_of(settings: Settings) -> Transport:
    """Return the transport the settings ask for: SMTP where an address is given, else files."""
    if settings.smtp_url:
        return SmtpTransport(settings.smtp_url)
    return FileTransport(settings.mail_dir or settings.data_dir / "mail")


@dataclass
class MemoryTransport:
    """Keeps mails in a list, for tests; answers as it is told."""

    sent: list[EmailMessage] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    paced: bool = False

    def send(self, mail: EmailMessage, recipient: str) -> Answer:
        """Keep it, unless another answer was laid down."""
        answer = self.answers.pop(0) if self.answers else Answer(Outcome.SENT)
        if answer.outcome is Outcome.SENT:
            self.sent.append(mail)
        log.debug("mail_kept", recipient_domain=recipient.rpartition("@")[2])
        return answer

    def close(self) -> None:
        """Do nothing."""


@dataclass
class ConsoleTransport:
    """Writes what would be sent to the log, without text and addresses."""

    paced: bool = False

    def send(self, mail: EmailMessage, recipient: str) -> Answer:
        """Log it."""
        log.info("mail_shown", message_id=mail["Message-ID"], domain=recipient.rpartition("@")[2])
        return Answer(Outcome.SENT, "written to the log")

    def close(self) -> None:
        """Do nothing."""


@dataclass
class FileTransport:
    """Writes each mail to a file named after its Message-ID, so that a second sending is the same file."""

    folder: Path
    paced: bool = False

    def send(self, mail: EmailMessage, recipient: str) -> Answer:  # noqa: ARG002 -- the file holds it
        """Write it: whole or not at all."""
        name = re.sub(r"[^A-Za-z0-9]", "", str(mail["Message-ID"]).partition("@")[0])
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self.folder / f"{name}.eml", mail.as_bytes(policy=policy.SMTP))
        except OSError as error:
            return Answer(Outcome.RETRY, f"The folder of mails cannot be written ({error.strerror}).")
        return Answer(Outcome.SENT, "written to a file")

    def close(self) -> None:
        """Do nothing."""


class SmtpTransport:
    """Hands mails to one server over one connection, which is opened anew whenever it broke.

    `smtp://user:password@host:port` upgrades to TLS (STARTTLS) and refuses to go on without; on this machine, or with
    `?tls=none`, it does not ask for it. `smtps://` begins with TLS. `?ca=FILE` trusts a certificate of one's own.
    """

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._url: SplitResult = urlsplit(url)
        options = parse_qs(self._url.query)
        self._host = self._url.hostname or "localhost"
        self._is_local = self._host in LOOPBACK
        wants = options.get("tls", ["none" if self._is_local else "starttls"])[0]
        self._tls = "implicit" if self._url.scheme == "smtps" else wants
        self._context = ssl.create_default_context(cafile=options.get("ca", [None])[0])
        self._timeout_s = timeout_s
        self._server: smtplib.SMTP | None = None
        self.paced = not self._is_local  # a relay on this machine keeps the pace itself

    def send(self, mail: EmailMessage, recipient: str) -> Answer:
        """Hand over one mail in one transaction of its own."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Outcome.RETRY, f"The mail server cannot be used: {_said(error)}")
        try:
            return self._hand_over(server, mail, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Outcome.RETRY, f"The connection broke before the mail was handed over: {_said(error)}")

    def close(self) -> None:
        """End the connection without waiting for a farewell."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        port = self._url.port or (465 if self._tls == "implicit" else 587)
        if self._tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, port, timeout=self._timeout_s, context=self._context)
        else:
            server = smtplib.SMTP(self._host, port, timeout=self._timeout_s)
        self._server = server
        server.ehlo_or_helo_if_needed()
        if self._tls == "starttls":
            server.starttls(context=self._context)
            server.ehlo()
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server

    def _hand_over(self, server: smtplib.SMTP, mail: EmailMessage, recipient: str) -> Answer:
        code, said = server.mail(str(mail["From"].addresses[0].addr_spec))
        if code != 250:
            # our own address is refused: a setting to be mended, no fault of this mail
            return self._again(server, code, said)
        code, said = server.rcpt(recipient)
        if code not in {250, 251}:
            return self._judged(server, code, said)
        code, said = server.docmd("DATA")
        if code != 354:
            return self._judged(server, code, said)
        content = _STARTS_WITH_DOT.sub(b"..", mail.as_bytes(policy=policy.SMTP))
        server.send(content.removesuffix(b"\r\n") + b"\r\n.\r\n")
        try:
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Outcome.UNKNOWN, f"No answer after the mail was handed over: {_said(error)}")
        if code == 250:
            return Answer(Outcome.SENT, _reply(code, said))
        return self._judged(server, code, said)

    def _judged(self, server: smtplib.SMTP, code: int, said: bytes) -> Answer:
        if 500 <= code < 600:
            with self._reset(server):
                return Answer(Outcome.REFUSED, _reply(code, said))
        return self._again(server, code, said)

    def _again(self, server: smtplib.SMTP, code: int, said: bytes) -> Answer:
        with self._reset(server, is_over=code in {421, -1}):
            return Answer(Outcome.RETRY, _reply(code, said))

    @contextmanager
    def _reset(self, server: smtplib.SMTP, *, is_over: bool = False) -> Iterator[None]:
        """Leave the connection fit for the next mail, or none at all."""
        yield
        if is_over:
            self.close()
            return
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _reply(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"[:_REASON_LENGTH]


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_REASON_LENGTH]
