"""One-time links: an invitation, or a way to choose a new password; they never replace the second factor."""

from datetime import timedelta

from sqlalchemy import select

from registry.accounts.passwords import hash_password
from registry.accounts.queries import link_holder, refusals_for
from registry.accounts.service.refusals import Refused
from registry.core import throttle, websession
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.secrets import fingerprint, new_token
from registry.core.work import Work, retried, work
from registry.models.accounts import LinkPurpose, OneTimeLink, Person

__all__ = ["make_link", "new_link", "use_link"]

LIFE = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=24)}


@retried
def make_link(actor: Actor, person_id: int) -> str:
    """Make a link for a person to choose a password and return its token, which is told only now."""
    throttle.take("link.account", person_id)
    with work(actor, "person.make_link", subject=f"person:{person_id}") as w:
        person = w.get(Person, person_id)
        if not person.is_active:
            raise Refused(f"{person.name} is disabled; enable the account first.")
        return new_link(w, person_id, LinkPurpose.RESET if person.password_hash else LinkPurpose.INVITATION)


def new_link(w: Work, person_id: int, purpose: LinkPurpose) -> str:
    """Add a link and withdraw the ones before it: only the last one told works."""
    for old in _open_links(w, person_id):
        old.used_at = w.now
    token = new_token()
    w.add(
        OneTimeLink(
            person_id=person_id,
            purpose=purpose,
            token_hash=fingerprint(token),
            created_at=w.now,
            expires_at=w.now + LIFE[purpose],
        )
    )
    return token


@retried
def use_link(token: str, password: str) -> int:
    """Choose a password by a link; the link is used up and every session of the person ends."""
    holder = link_holder(token)
    if holder is None:
        raise NotFound("link", "like this")
    problems = refusals_for(password, holder.name, holder.email)
    if problems:
        raise Refused(*problems, field="password")
    hashed = hash_password(password)  # outside the transaction: it takes a tenth of a second
    actor = Actor(person_id=holder.person_id, name=holder.name, email=holder.email)
    with work(actor, "person.choose_password", subject=f"person:{holder.person_id}") as w:
        link = w.get(OneTimeLink, holder.link_id)
        if link.used_at is not None:
            raise NotFound("link", "like this")  # somebody was faster
        for other in _open_links(w, holder.person_id):
            other.used_at = w.now
        w.get(Person, holder.person_id).password_hash = hashed
        websession.end_sessions(holder.person_id)
    return holder.person_id


def _open_links(w: Work, person_id: int) -> list[OneTimeLink]:
    links = select(OneTimeLink).where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
    return list(w.session.scalars(links))
