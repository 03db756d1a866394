"""Letting a contact in: the link opens a browser session, the code makes it good; both can be taken back.

Looking at a link uses nothing up, since mail scanners open links. A code is good for ten minutes and five tries; tries
are counted before the code is compared, each in a transaction of its own, so that many at once cannot all be first.
"""

from datetime import timedelta

from sqlalchemy import delete, select, update

from registry.core import clock, throttle
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.outbox import Message, tell
from registry.core.secrets import fingerprint, new_token
from registry.core.work import Work, bookkeeping, retried, work
from registry.domain.register.errors import DomainError
from registry.domain.reminding.cadence import Recipient
from registry.models.assessments import Assessment
from registry.models.portal import PortalCode, PortalLink, PortalSession
from registry.portal.keys import code_of, is_code_of, is_secret_of
from registry.portal.life import is_alive
from registry.portal.respondent import Respondent, contact_actor, sections_of

__all__ = [
    "CODE_FOR", "CODE_TRIES", "WrongCode", "check_code", "end_old", "end_session", "link_of_token", "living_link", "load",
    "made_code", "open_link", "send_code",
]  # fmt: skip

CODE_FOR, CODE_TRIES = timedelta(minutes=10), 5
IDLE, LONGEST, SEEN_EVERY = timedelta(hours=2), timedelta(hours=12), timedelta(minutes=1)
CODE_KIND = "portal_code"


class WrongCode(DomainError):
    """A code that does not fit, or none that is good; says what to do."""


def living_link(link_id: int) -> PortalLink | None:
    """Return a link that opens something now; one query."""
    return _living(select(PortalLink, Assessment).where(PortalLink.id == link_id))


def link_of_token(token: str) -> PortalLink | None:
    """Return the link an address names; None for unknown, wrong, withdrawn and expired alike. One query."""
    selector, _, secret = token.partition(".")
    link = _living(select(PortalLink, Assessment).where(PortalLink.selector == selector))
    return link if link is not None and is_secret_of(link, secret) else None


def _living(question: object) -> PortalLink | None:
    found = (
        session()
        .execute(
            question.join(Assessment, Assessment.id == PortalLink.assessment_id)  # type: ignore[attr-defined]  # a Select
        )
        .one_or_none()
    )
    if found is None or not is_alive(*found):
        return None
    link: PortalLink = found[0]
    return link


@retried
def open_link(link_id: int) -> str:
    """Begin a session for a browser that opened a link; return what its cookie holds."""
    token = new_token()
    link = session().get_one(PortalLink, link_id)
    with work(contact_actor(link), "portal.open", subject=f"portal_link:{link_id}") as w:
        _begin(w, link, token, is_verified=not link.needs_code)
        if not link.needs_code:
            w.get(PortalLink, link_id).entered_at = w.now
    return token


def _begin(w: Work, link: PortalLink, token: str, *, is_verified: bool) -> None:
    with bookkeeping() as own:
        own.add(
            PortalSession(
                id_hash=fingerprint(token), link_id=link.id, issue=link.issue, is_verified=is_verified,
                created_at=w.now, seen_at=w.now,
            )
        )  # fmt: skip


@retried
def send_code(link_id: int) -> None:
    """Mail a new code; the one before is no longer good. At most five a day.

    Raises
    ------
    TooManyAttempts
        When five were sent today.
    """
    throttle.take("portal.codes", link_id)
    link = session().get_one(PortalLink, link_id)
    with work(contact_actor(link), "portal.send_code", subject=f"portal_link:{link_id}") as w:
        number = _next_code(w, link_id)
        row = w.session.get_one(Assessment, link.assessment_id)
        message = Message(
            to=Recipient(address=link.email, name=link.name), template="portal_code", kind=CODE_KIND,
            fields={"organisation": _organisation(), "minutes": str(int(CODE_FOR.total_seconds() // 60))},
            dedupe_key=f"portal_code:{link.id}:{link.issue}:{number}", about=f"assessment:{row.id}",
            secret_link=f"{CODE_KIND}:{link.id}.{number}",
        )  # fmt: skip
        tell(w, message)


def _organisation() -> str:
    from registry.models.organisation import Organisation

    return session().scalar(select(Organisation.name)) or "The risk registry"


@retried
def made_code(actor: Actor, link_id: int) -> str:
    """Make a code for our person to read out, when mail does not reach the contact; the audit log keeps who did."""
    link = session().get_one(PortalLink, link_id)
    with work(actor, "portal.read_out_code", subject=f"portal_link:{link_id}") as w:
        return code_of(link, _next_code(w, link_id))


def _next_code(w: Work, link_id: int) -> int:
    with bookkeeping() as own:
        row = own.get(PortalCode, link_id, with_for_update=True, populate_existing=True)
        if row is None:
            row = PortalCode(link_id=link_id, number=0)
            own.add(row)
        row.number, row.until, row.tries = row.number + 1, w.now + CODE_FOR, 0
        own.flush()
        return row.number


def check_code(who: Respondent, typed: str) -> str:
    """Let a browser in whose code is right, once; return what its cookie holds from now on.

    Raises
    ------
    WrongCode
        When it is another, or none is good any more.
    """
    number = _count_try(who.link_id)
    if number is None:
        raise WrongCode("There is no code that is still good. Send yourself another one.")
    link = session().get_one(PortalLink, who.link_id)
    if not is_code_of(link, number, typed) or not _use_up(who.link_id, number):
        with work(who.actor, "portal.wrong_code", subject=f"portal_link:{who.link_id}"):
            pass
        raise WrongCode("This is not the code that was sent last. Type it again, or send yourself another one.")
    return _let_in(who, link)


def _count_try(link_id: int) -> int | None:
    good = (PortalCode.link_id == link_id, PortalCode.until > clock.now(), PortalCode.tries < CODE_TRIES)
    with bookkeeping() as own:
        done = own.execute(update(PortalCode).where(*good).values(tries=PortalCode.tries + 1))
        if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE counts its rows
            return None
        return own.scalar(select(PortalCode.number).where(PortalCode.link_id == link_id))


def _use_up(link_id: int, number: int) -> bool:
    mine = (PortalCode.link_id == link_id, PortalCode.number == number, PortalCode.until.is_not(None))
    with bookkeeping() as own:
        return bool(own.execute(update(PortalCode).where(*mine).values(until=None)).rowcount)  # type: ignore[attr-defined]


@retried
def _let_in(who: Respondent, link: PortalLink) -> str:
    token = new_token()  # a new one, so that nobody who saw the old cookie is let in with it
    with work(who.actor, "portal.enter", subject=f"portal_link:{who.link_id}") as w:
        with bookkeeping() as own:
            own.execute(delete(PortalSession).where(PortalSession.id_hash == who.id_hash))
        _begin(w, link, token, is_verified=True)
        w.get(PortalLink, who.link_id).entered_at = w.now
    return token


def load(token: str) -> Respondent | None:
    """Return who a cookie stands for, if the session and its link are alive; one query, once a minute an update."""
    now = clock.now()
    question = (
        select(PortalSession, PortalLink, Assessment)
        .join(PortalLink, PortalLink.id == PortalSession.link_id)
        .join(Assessment, Assessment.id == PortalLink.assessment_id)
        .where(PortalSession.id_hash == fingerprint(token), PortalSession.issue == PortalLink.issue)
        .execution_options(populate_existing=True)
    )
    with reading():
        found = session().execute(question).one_or_none()
        if found is None:
            return None
        own, link, row = found
        is_over = now - own.seen_at > IDLE or now - own.created_at > LONGEST
        if is_over or not is_alive(link, row):
            return None
        who = Respondent(
            link_id=link.id, assessment_id=row.id, name=link.name, email=link.email, sections=sections_of(link),
            is_verified=own.is_verified, id_hash=own.id_hash,
        )  # fmt: skip
        is_seen = now - own.seen_at < SEEN_EVERY
    if not is_seen:
        with bookkeeping() as keeping:
            keeping.execute(update(PortalSession).where(PortalSession.id_hash == who.id_hash).values(seen_at=now))
    return who


def end_session(who: Respondent) -> None:
    """Leave: the cookie of this browser opens nothing any more."""
    with work(who.actor, "portal.leave", subject=f"portal_link:{who.link_id}"), bookkeeping() as own:
        own.execute(delete(PortalSession).where(PortalSession.id_hash == who.id_hash))


def end_old() -> None:
    """Delete sessions that are over; nothing depends on it but the size of the table."""
    with bookkeeping() as own:
        own.execute(delete(PortalSession).where(PortalSession.created_at < clock.now() - LONGEST))
