"""Hands planned messages over: claims, asks once more, sends outside any transaction, settles by token.

A process killed in between leaves a claim whose lease ends; the next one takes the message with the same Message-ID.
So a message is lost never, and repeated only when the kill fell between the server's "250" and our mark.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from secrets import token_hex

from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, or_, select, true

from registry.core import clock, throttle
from registry.core.actor import Actor
from registry.core.db import session, writing
from registry.core.lease import lease_now, process_name
from registry.core.logs import get_logger
from registry.core.mailrules import MailPolicy, policy
from registry.core.mailtext import html_of
from registry.core.outbox import link_of, masked, why_token
from registry.core.transports import Answer, Outcome, Transport
from registry.core.work import bookkeeping, claim_rows, retried, work
from registry.domain.reminding.cadence import is_open_hour
from registry.models.mail import Channel, Mail, MailState
from registry.settings import current_settings

__all__ = ["LEASE", "QUIET_KINDS", "Recheck", "compose", "init_app", "next_delay", "send_due", "would_send"]

LEASE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(hours=72)  # a weekend's outage must not kill reminders
BATCH = 20
QUIET_KINDS = frozenset({"reminder", "digest"})  # they keep to the hours; everything else goes out at once
_DELAYS = tuple(timedelta(seconds=s) for s in (30, 60, 120, 300, 600, 1800, 3600, 7200))
_LAST_DELAY = timedelta(hours=4)
_JITTER = 0.1
_DOUBT_DELAY = timedelta(minutes=10)
_DOUBTS = 1  # how often a message whose outcome nobody knows is sent again
SYSTEM = Actor.system("mail")
log = get_logger(__name__)

Recheck = Callable[[int], str | None]
"""Asked just before a message is sent: why it must not be, or None. It may change the message in an act of its own."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this process may send."""

    id: int
    token: str
    attempt: int
    until: datetime


def init_app(app: Flask, rechecks: Mapping[str, Recheck]) -> None:
    """Make known who is asked before a message of a kind is sent."""
    app.extensions["mail_rechecks"] = dict(rechecks)


def next_delay(attempt: int, chance: float) -> timedelta:
    """Return how long to wait after an attempt, with jitter so that a crowd does not return at once.

    >>> [int(next_delay(attempt, 0.5).total_seconds()) for attempt in (1, 2, 8, 9, 20)]
    [30, 60, 7200, 14400, 14400]
    """
    base = _DELAYS[attempt - 1] if attempt <= len(_DELAYS) else _LAST_DELAY
    return base * (1 - _JITTER + 2 * _JITTER * chance)


def send_due(transports: Mapping[Channel, Transport], *, lease: timedelta = LEASE, limit: int | None = None) -> int:
    """Hand over what is due, up to the cap of one run; return how many were sent."""
    rules = policy()
    session().commit()
    if rules.is_paused or rules.is_dry:
        return 0
    left, sent = limit or rules.per_tick, 0
    while left > 0:
        claimed = _claim(min(BATCH, left), rules, lease)
        if not claimed:
            break
        left -= len(claimed)
        for each in claimed:
            sent += _send(each, transports, lease)
    for transport in transports.values():
        transport.close()
    return sent


def would_send() -> list[int]:
    """Return the messages that would go out now if nothing held them back; for the dry run. One query."""
    return list(session().scalars(select(Mail.id).where(_is_due(clock.now(), true(), clock.now())).order_by(Mail.id)))


def _is_due(now: datetime, hours: ColumnElement[bool], leases: datetime) -> ColumnElement[bool]:
    waits = and_(Mail.state == MailState.PENDING, or_(Mail.next_try.is_(None), Mail.next_try <= now), hours)
    is_over = or_(Mail.lease_until < leases, Mail.lease_until > leases + 2 * LEASE)  # the clock was set back since
    return or_(waits, and_(Mail.state == MailState.SENDING, is_over))


def _claim(count: int, rules: MailPolicy, lease: timedelta) -> list[Claimed]:
    now = clock.now()
    hours = true() if is_open_hour(now, rules.rules) else Mail.kind.not_in(QUIET_KINDS)
    free = _is_due(now, hours, lease_now(session()))
    has_some = session().scalar(select(Mail.id).where(free).limit(1)) is not None
    session().commit()
    if not has_some:
        return []  # looking costs no write lock
    with bookkeeping() as own:
        moment = lease_now(own)
        free = _is_due(now, hours, moment)
        chosen = select(Mail.id, Mail.attempts, Mail.first_tried_at).where(free).order_by(Mail.id).limit(count)
        rows = own.execute(chosen.with_for_update(skip_locked=True)).all()
        found = []
        for row in rows:
            token = token_hex(16)
            values = {
                "state": MailState.SENDING, "owner": process_name(), "token": token, "lease_until": moment + lease,
                "attempts": row.attempts + 1, "first_tried_at": row.first_tried_at or now,
            }  # fmt: skip
            if claim_rows(own, Mail, and_(Mail.id == row.id, free), values):
                found.append(Claimed(row.id, token, row.attempts + 1, moment + lease))
    return found


def _send(claim: Claimed, transports: Mapping[Channel, Transport], lease: timedelta) -> bool:
    reason = _why_not(claim)
    question = select(Mail).where(_held(claim)).execution_options(populate_existing=True)
    row = session().execute(question).scalar_one_or_none()
    session().commit()
    if row is None:
        log.warning("mail_lost", mail=claim.id)
        return False
    if reason is not None:
        _settle(claim, MailState.CANCELLED, reason)
        return False
    transport = transports[row.channel]
    is_late = lease_now(session()) > claim.until - lease / 2  # those before it took too long; nobody may have two
    session().commit()
    if is_late:
        _let_go(claim, None)
        return False
    if transport.paced and (wait := _pace(row.recipient)):
        _let_go(claim, clock.now() + wait)
        return False
    answer = transport.send(compose(row), row.recipient)
    return _judge(claim, row, answer)


def _why_not(claim: Claimed) -> str | None:
    """Ask whoever planned it whether it still holds, in the state that is committed now."""
    columns = (Mail.kind, Mail.recipient, Mail.channel, Mail.secret_link)
    row = session().execute(select(*columns).where(Mail.id == claim.id)).one()
    session().commit()
    allowed = current_settings().mail_allow
    if row.channel is Channel.MAIL and allowed and not _is_allowed(row.recipient, allowed):
        return "The address is not among those that this installation may write to (REGISTRY_MAIL_ALLOW)."
    rechecks: dict[str, Recheck] = current_app.extensions["mail_rechecks"]
    # whoever planned it, and whoever makes the personal link in it: a link that was withdrawn is not sent
    asked = dict.fromkeys((row.kind, (row.secret_link or "").partition(":")[0]))
    reasons = (rechecks[each](claim.id) for each in asked if each in rechecks)
    return next((reason for reason in reasons if reason is not None), None)


def _is_allowed(recipient: str, allowed: Iterable[str]) -> bool:
    domain = recipient.rpartition("@")[2]
    return any(word.casefold() in {recipient, domain, f"@{domain}"} for word in allowed)


def _pace(recipient: str) -> timedelta | None:
    try:
        throttle.take("mail.domain", recipient.rpartition("@")[2])
    except throttle.TooManyAttempts as busy:
        return busy.wait
    return None


def compose(row: Mail) -> EmailMessage:
    """Make the mail of a row: text and HTML, no remote pictures, the personal link put in."""
    settings = current_settings()
    mail = EmailMessage()
    mail["Subject"], mail["Message-ID"], mail["Date"] = row.subject, row.message_id, row.dated_at
    if row.channel is not Channel.MAIL:
        mail.set_content(row.body)
        return mail
    why = f"{settings.public_url}/why/{why_token(row.message_id)}"
    text = row.body.replace(masked(row.secret_link), link_of(row.secret_link)) if row.secret_link else row.body
    text = f"{text}\n\nWhy did I get this mail? {why}"
    mail["From"], mail["To"] = _address(settings.mail_from), _address(row.recipient)
    mail["Auto-Submitted"] = "auto-generated"
    if row.thread_id and row.thread_id != row.message_id:
        mail["References"] = mail["In-Reply-To"] = row.thread_id
    if row.kind in QUIET_KINDS:
        mail["List-Unsubscribe"] = f"<{why}>"
    mail.set_content(text)
    mail.add_alternative(html_of(text), subtype="html")
    return mail


def _address(text: str) -> Address:
    return Address(addr_spec=text)


def _judge(claim: Claimed, row: Mail, answer: Answer) -> bool:
    now = clock.now()
    is_old = now - (row.first_tried_at or now) >= GIVEN_UP_AFTER
    if answer.outcome is Outcome.SENT:
        _settle(claim, MailState.SENT, answer.said)
        return True
    if answer.outcome is Outcome.REFUSED or (answer.outcome is Outcome.RETRY and is_old):
        _settle(claim, MailState.FAILED, answer.said)
    elif answer.outcome is Outcome.UNKNOWN and row.doubts >= _DOUBTS:
        _settle(claim, MailState.AMBIGUOUS, answer.said, doubts=row.doubts + 1)
    elif answer.outcome is Outcome.UNKNOWN:
        _settle(claim, MailState.PENDING, answer.said, doubts=row.doubts + 1, next_try=now + _DOUBT_DELAY)
    else:
        again = now + next_delay(claim.attempt, random.random())  # noqa: S311 -- jitter is no secret
        _settle(claim, MailState.PENDING, answer.said, next_try=again)
    return False


@retried
def _settle(
    claim: Claimed, state: MailState, said: str, *, doubts: int | None = None, next_try: datetime | None = None
) -> None:
    """Write what became of it, if the message is still ours; who lost it writes nothing and says so in the log."""
    with writing(), work(SYSTEM, "mail.settle", subject=f"outbox:{claim.id}") as w:
        row = w.get(Mail, claim.id)
        if row.token != claim.token or row.state is not MailState.SENDING:
            w.forget()
            log.warning("mail_settled_by_another", mail=claim.id)
            return
        row.state, row.owner, row.token, row.lease_until = state, None, None, None
        row.next_try = next_try
        if state is MailState.CANCELLED:
            row.reason = said
        else:
            row.last_error = said if state is not MailState.SENT else None
        if doubts is not None:
            row.doubts = doubts
        if state is not MailState.PENDING:
            row.settled_at = w.now
    log.info("mail_settled", mail=claim.id, state=state.value)


def _let_go(claim: Claimed, next_try: datetime | None) -> None:
    """Give a claim back untried; the attempt does not count."""
    values = {
        "state": MailState.PENDING, "owner": None, "token": None, "lease_until": None, "next_try": next_try,
        "attempts": claim.attempt - 1,
    }  # fmt: skip
    with bookkeeping() as own:
        claim_rows(own, Mail, _held(claim), values)


def _held(claim: Claimed) -> ColumnElement[bool]:
    return and_(Mail.id == claim.id, Mail.token == claim.token, Mail.state == MailState.SENDING)
