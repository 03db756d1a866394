"""Whom an assessment is sent to: inviting contacts, handing sections on to colleagues, making links anew, withdrawing them.

Opening a form and telling of it are rows of one act; that a mail fails later closes no form, and the link can be copied.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from sqlalchemy import delete, func, select

from registry.assessments.reading import questionnaire_of
from registry.assessments.service.rights import require
from registry.assessments.service.telling import tell_contact
from registry.core import throttle
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.addresses import BadAddress, mail_address
from registry.core.errors import NotFound
from registry.core.work import Work, bookkeeping, retried, work
from registry.domain.assessment.assessment import ANSWERABLE, State, Step, next_state
from registry.domain.register.errors import DomainError, IllegalMove
from registry.models.assessments import Assessment
from registry.models.portal import PortalLink, PortalSession
from registry.portal.keys import address_of
from registry.portal.respondent import Respondent
from registry.portal.service.entering import made_code

__all__ = [
    "LINKS_MAX", "BadInvitation", "Invite", "SendAssessment", "hand_on", "link_to_copy", "read_out_code", "reissue",
    "send", "take_back", "use_code", "withdraw",
]  # fmt: skip

LINKS_MAX = 30
NAME_MAX = 200


class BadInvitation(DomainError):
    """Somebody cannot be invited so; says who and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Somebody at the vendor, and the sections they answer; none named is the whole form."""

    name: str
    email: str
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAssessment:
    """To whom an assessment goes, whether a code is asked for, and a word of ours for the mail."""

    version: int
    invites: Sequence[Invite] = field(default_factory=tuple)
    needs_code: bool = True
    message: str = ""


@retried
def send(actor: Actor, assessment_id: int, command: SendAssessment) -> int:
    """Open a form to contacts of the vendor and tell them; return how many mails are planned.

    Who has a link already keeps it and is told again.
    """
    invites = [_checked(each) for each in command.invites]
    if not invites:
        raise BadInvitation("Choose at least one contact, or type one.")
    with work(actor, "assessment.send", subject=f"assessment:{assessment_id}") as w:
        row = w.get(Assessment, assessment_id, command.version)
        require(actor, row.vendor, Permission.ASSESSMENTS_LAUNCH)
        if row.state not in ANSWERABLE:
            raise IllegalMove(f"This assessment is {row.state.value.replace('_', ' ')}, so it is not sent now.")
        if row.state is State.DRAFT:
            row.state = next_state(row.state, Step.SEND)
        row.sent_at = w.now
        for invite in invites:
            link = _linked(w, row, invite, by=actor.name, needs_code=command.needs_code)
            _tell(w, row, link, "portal_invitation", message=command.message.strip())
        return len(invites)


@retried
def hand_on(who: Respondent, invite: Invite, message: str) -> None:
    """Let a colleague answer some sections, by a link of their own."""
    checked = _checked(invite)
    if not who.is_whole:
        raise BadInvitation("Only who answers for the whole form hands parts of it on.")
    throttle.take("portal.hand_on", who.link_id)
    with work(who.actor, "portal.hand_on", subject=f"assessment:{who.assessment_id}") as w:
        row = w.get(Assessment, who.assessment_id)
        own = w.get(PortalLink, who.link_id)
        known = {section.id for section in questionnaire_of(row.asked).sections}
        if row.state not in ANSWERABLE:
            raise BadInvitation("This form was handed in, so nobody can answer it now.")
        if not checked.sections or not known.issuperset(checked.sections):
            raise BadInvitation("Choose at least one section to hand on.")
        if checked.email == own.email:
            raise BadInvitation("This is your own address; you answer the whole form already.")
        link = _linked(w, row, checked, by=who.name, needs_code=own.needs_code, by_link=own.id)
        _tell(w, row, link, "portal_handed_on", message=message.strip(), colleague=who.name)


def _tell(w: Work, row: Assessment, link: PortalLink, template: str, *, message: str, **more: str) -> None:
    moment = f"{link.issue}:{row.cycle}:{w.now:%Y%m%d%H%M}"  # a form sent twice within a minute is one mail
    words = f"{message}\n\n" if message else ""
    tell_contact(w, row, link, template, key=moment, message=words, sections=_in_words(row, link), **more)


def _in_words(row: Assessment, link: PortalLink) -> str:
    if link.sections is None:
        return "the whole form"
    titles = {section.id: section.title for section in questionnaire_of(row.asked).sections}
    return ", ".join(titles[each] for each in link.sections.split(";") if each in titles)


def _checked(invite: Invite) -> Invite:
    name = " ".join(invite.name.split())
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise BadInvitation(f"{invite.email or 'A contact'} needs a name of at most {NAME_MAX} characters.")
    try:
        address = mail_address(invite.email)
    except BadAddress as bad:
        raise BadInvitation(f"{name}: {bad}") from bad
    return Invite(name=name, email=address, sections=tuple(dict.fromkeys(invite.sections)))


def _linked(
    w: Work, row: Assessment, invite: Invite, *, by: str, needs_code: bool, by_link: int | None = None
) -> PortalLink:
    """Return the link of a contact: the one there is, made good again if it was withdrawn, or a new one."""
    mine = select(PortalLink).where(PortalLink.assessment_id == row.id)
    link = w.session.scalar(mine.where(PortalLink.email == invite.email).with_for_update())
    sections = ";".join(invite.sections) or None
    if link is not None and by_link is not None and link.is_active:
        if link.sections is None:
            raise BadInvitation(f"{link.name} answers the whole form already.")
        link.sections = ";".join(dict.fromkeys([*link.sections.split(";"), *invite.sections]))
        return link
    if link is not None:
        if not link.is_active:
            link.issue, link.issued_at, link.is_active = link.issue + 1, w.now, True
        link.name, link.sections, link.needs_code = invite.name, sections, needs_code
        return link
    count = w.session.scalar(select(func.count()).select_from(PortalLink).where(PortalLink.assessment_id == row.id))
    if (count or 0) >= LINKS_MAX:
        raise BadInvitation(f"An assessment has at most {LINKS_MAX} contacts.")
    return w.add(
        PortalLink(
            assessment_id=row.id, name=invite.name, email=invite.email, sections=sections, selector=token_hex(8),
            issue=1, issued_at=w.now, needs_code=needs_code, is_active=True, invited_by=by, invited_by_link=by_link,
        )
    )  # fmt: skip


@retried
def take_back(who: Respondent, link_id: int) -> None:
    """Withdraw the link of a colleague one handed sections to; what they answered stays."""
    with work(who.actor, "portal.take_back", subject=f"portal_link:{link_id}") as w:
        link = w.get(PortalLink, link_id)
        if link.invited_by_link != who.link_id:
            raise NotFound("colleague", link_id)
        _end(link)


@retried
def withdraw(actor: Actor, assessment_id: int, link_id: int) -> None:
    """Withdraw a link, and those of colleagues it was handed on to; browsers that are in are out."""
    with work(actor, "portal.withdraw", subject=f"portal_link:{link_id}") as w:
        link = _mine(w, actor, assessment_id, link_id)
        for each in (link, *w.session.scalars(select(PortalLink).where(PortalLink.invited_by_link == link.id))):
            _end(each)


def _end(link: PortalLink) -> None:
    link.is_active = False
    with bookkeeping() as own:
        own.execute(delete(PortalSession).where(PortalSession.link_id == link.id))


@retried
def reissue(actor: Actor, assessment_id: int, link_id: int) -> None:
    """Make the link anew and mail it; the old one ends at once."""
    with work(actor, "portal.reissue", subject=f"portal_link:{link_id}") as w:
        link = _mine(w, actor, assessment_id, link_id)
        _end(link)
        link.is_active, link.issue, link.issued_at = True, link.issue + 1, w.now
        _tell(w, w.get(Assessment, assessment_id), link, "portal_invitation", message="")


@retried
def use_code(actor: Actor, assessment_id: int, link_id: int, *, needs_code: bool) -> None:
    """Ask this contact for a code by mail, or no longer; the audit log keeps who decided."""
    with work(actor, "portal.use_code", subject=f"portal_link:{link_id}") as w:
        _mine(w, actor, assessment_id, link_id).needs_code = needs_code


@retried
def link_to_copy(actor: Actor, assessment_id: int, link_id: int) -> str:
    """Return the address of a link, to give it to the contact by another way than mail; the audit log keeps who did."""
    with work(actor, "portal.copy_link", subject=f"portal_link:{link_id}") as w:
        return address_of(_usable(_mine(w, actor, assessment_id, link_id)))


def read_out_code(actor: Actor, assessment_id: int, link_id: int) -> str:
    """Return a fresh code, to read it out to the contact."""
    with work(actor, "portal.read_out", subject=f"portal_link:{link_id}") as w:
        _usable(_mine(w, actor, assessment_id, link_id))
        return made_code(actor, link_id)


def _usable(link: PortalLink) -> PortalLink:
    if not link.is_active:
        raise IllegalMove("This link was withdrawn. Make it anew first.")
    return link


def _mine(w: Work, actor: Actor, assessment_id: int, link_id: int) -> PortalLink:
    row = w.get(Assessment, assessment_id)
    require(actor, row.vendor, Permission.ASSESSMENTS_LAUNCH)
    link = w.get(PortalLink, link_id)
    if link.assessment_id != assessment_id:
        raise NotFound("contact", link_id)
    return link
