"""The read questions of the outbox."""

import email
from dataclasses import dataclass
from datetime import datetime
from email import policy as email_policy
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import func, select

from registry.core import clock
from registry.core.db import session
from registry.core.errors import NotFound
from registry.models.mail import Mail, MailState, Webhook
from registry.settings import current_settings

__all__ = [
    "HookLine",
    "Letter",
    "MailLine",
    "OutboxState",
    "hooks",
    "letters",
    "mail",
    "mails",
    "read_letter",
    "standing",
]

SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """A message with its text and its fate."""

    id: int
    recipient: str
    subject: str
    body: str
    kind: str
    template: str
    state: MailState
    reason: str | None
    last_error: str | None
    dated_at: datetime
    next_try: datetime | None
    attempts: int
    doubts: int
    settled_at: datetime | None
    message_id: str
    about: str | None


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the outbox as a whole does."""

    counts: dict[MailState, int]
    oldest_pending: datetime | None

    @property
    def waiting_minutes(self) -> int | None:
        """How long the oldest message waits."""
        return int((clock.now() - self.oldest_pending).total_seconds() // 60) if self.oldest_pending else None


@dataclass(frozen=True, slots=True)
class HookLine:
    """A webhook, without its address, which is often a secret."""

    id: int
    name: str
    format: str
    host: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as a file."""

    name: str
    to: str
    subject: str
    date: datetime | None
    text: str


def standing() -> OutboxState:
    """Return how many messages are in each state, and since when the oldest waits; two queries."""
    rows = session().execute(select(Mail.state, func.count()).group_by(Mail.state))
    counts = dict.fromkeys(MailState, 0) | {row[0]: row[1] for row in rows}
    oldest = session().scalar(select(func.min(Mail.dated_at)).where(Mail.state == MailState.PENDING))
    return OutboxState(counts, oldest)


def mails(state: MailState) -> list[MailLine]:
    """Return messages in one state, newest first; one query."""
    question = select(Mail).where(Mail.state == state).order_by(Mail.id.desc()).limit(SHOWN)
    return [_line(row) for row in session().scalars(question)]


def mail(mail_id: int) -> MailLine:
    """Return one message; raises NotFound."""
    row = session().get(Mail, mail_id)
    if row is None:
        raise NotFound("mail", mail_id)
    return _line(row)


def hooks() -> list[HookLine]:
    """Return the webhooks; one query."""
    rows = session().scalars(select(Webhook).order_by(Webhook.id))
    return [HookLine(row.id, row.name, row.format.value, row.url.split("/")[2], row.is_active) for row in rows]


def letters() -> list[Letter]:
    """Return the mails that were written to files, newest first."""
    files = sorted(_folder().glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [_letter(file) for file in files[:SHOWN]]


def read_letter(name: str) -> Letter:
    """Return one mail that was written to a file; raises NotFound."""
    found = [file for file in _folder().glob("*.eml") if file.stem == name]
    if not found:
        raise NotFound("mail", name)
    return _letter(found[0])


def _folder() -> Path:
    settings = current_settings()
    return settings.mail_dir or settings.data_dir / "mail"


def _letter(file: Path) -> Letter:
    found = email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=email_policy.default)
    assert isinstance(found, EmailMessage)
    body = found.get_body(("plain",))
    date = found["Date"].datetime if found["Date"] else None
    return Letter(file.stem, str(found["To"]), str(found["Subject"]), date, body.get_content() if body else "")


def _line(row: Mail) -> MailLine:
    return MailLine(**{name: getattr(row, name) for name in MailLine.__slots__})
