"""The shipped words of the mails to and about vendors' contacts, what is put into them when they go, and why not to send."""

import re

from sqlalchemy import select

from registry.core import clock
from registry.core.db import session
from registry.core.mailtext import MailTemplate, Wording
from registry.models.mail import Mail
from registry.models.portal import PortalCode, PortalLink
from registry.portal.keys import address_of, code_of
from registry.portal.service.entering import living_link

__all__ = ["LINKS", "RECHECKS", "TEMPLATES"]

_OURS = ("name", "organisation", "vendor", "title", "due", "address", "link")
_THEIRS = ("name", "organisation", "vendor", "title", "due", "link")
_SAMPLE = {
    "name": "Odile Sample", "organisation": "Northwind Insurance", "vendor": "Corvid Mail",
    "title": "Data access, core 2026", "due": "30 June 2026", "link": "https://registry.example.org/portal/…",
    "address": "https://registry.example.org/assessments/7",
}  # fmt: skip
_GONE = "The link was withdrawn, or the assessment is over."
_FOOT = (
    "\n\nThe link is yours alone: do not forward it. Opened, it asks for a code that we mail to you.\n\n{organisation}"
)


def _template(name: str, words: str, fields: tuple[str, ...], shipped: Wording, **sample: str) -> MailTemplate:
    return MailTemplate(
        name=name, words=words, fields=(*fields, *sample), shipped=shipped, sample={**_SAMPLE, **sample}
    )


TEMPLATES: tuple[MailTemplate, ...] = (
    _template(
        "portal_invitation",
        "Assessment sent to a vendor's contact",
        _THEIRS,
        Wording(
            "{organisation} asks {vendor}: {title}",
            "Dear {name},\n\n{organisation} asks you to answer {title} for {vendor} ({sections}), by {due}.\n\n"
            "{message}{link}\n\nNo account is needed. You can stop at any time, come back with the same link from any"
            " device, and hand parts on to colleagues." + _FOOT,
        ),
        sections="the whole form",
        message="",
    ),
    _template(
        "portal_handed_on",
        "Sections handed on to a colleague at the vendor",
        _THEIRS,
        Wording(
            "{colleague} asks you to answer for {vendor}: {title}",
            "Dear {name},\n\n{colleague} asks you to answer {sections} of {title}, which {organisation} asks {vendor},"
            " by {due}.\n\n{message}{link}" + _FOOT,
        ),
        sections="Encryption, Access",
        message="",
        colleague="Ola Sample",
    ),
    _template(
        "portal_code",
        "One-time code for a vendor's contact",
        ("name", "organisation", "link"),
        Wording(
            "Your code for {organisation}",
            "Dear {name},\n\nYour code is {link}\n\nIt is good for {minutes} minutes, once. If you did not open the link"
            " of {organisation} just now, somebody else has it: please tell your contact there.",
        ),
        minutes="10",
    ),
    _template(
        "portal_returned",
        "Assessment returned to a vendor's contact",
        _THEIRS,
        Wording(
            "{organisation} has questions on {title}",
            "Dear {name},\n\n{organisation} looked through {title} and asks you for more:\n\n{why}\n\n{link}\n\n"
            "Everything you answered is still there." + _FOOT,
        ),
        why="Please add the report of the last exercise.",
    ),
    _template(
        "portal_question",
        "Question to a vendor's contact",
        _THEIRS,
        Wording(
            "{organisation} asks you about an answer: {title}",
            "Dear {name},\n\n{organisation} left a question beside an answer of {title}.\n\n{link}" + _FOOT,
        ),
    ),
    _template(
        "portal_receipt",
        "Receipt for a vendor's contact",
        _THEIRS,
        Wording(
            "Receipt: {title} for {organisation}",
            "Dear {name},\n\n{title} was handed in for {vendor} on {day} by {by}, {role}, who confirmed that the answers"
            " are complete and true.\n\nFingerprint of the answers (SHA-256): {mark}\n\n"
            "You can read what was handed in: {link}\n\n{organisation}",
        ),
        by="Odile Sample",
        role="Head of security",
        day="24 June 2026",
        mark="9f86d081884c7d65",
    ),
    _template(
        "portal_submitted",
        "Assessment handed in, to our person who sees to it",
        _OURS,
        Wording(
            "{vendor} handed in {title}",
            "Dear {name},\n\n{by}, {role}, handed in {title} for {vendor} on {day}. It waits for its review: {address}",
        ),
        by="Odile Sample",
        role="Head of security",
        day="24 June 2026",
        mark="9f86d081884c7d65",
    ),
    _template(
        "portal_note",
        "Remark of a vendor's contact, to our person who sees to it",
        _OURS,
        Wording(
            "{vendor} asks about {title}",
            "Dear {name},\n\n{contact} left a question or remark in {title}: {address}",
        ),
        contact="Odile Sample",
    ),
)


def _link(key: str) -> str:
    return address_of(session().get_one(PortalLink, int(key)))


def _code(key: str) -> str:
    link_id, _, number = key.partition(".")
    return code_of(session().get_one(PortalLink, int(link_id)), int(number))


def _link_is_gone(mail_id: int) -> str | None:
    key = session().scalar(select(Mail.secret_link).where(Mail.id == mail_id)) or ""
    found = re.fullmatch(r"portal:(\d+)", key)
    alive = found is not None and living_link(int(found[1])) is not None
    session().commit()
    return None if alive else _GONE


def _code_is_old(mail_id: int) -> str | None:
    key = session().scalar(select(Mail.secret_link).where(Mail.id == mail_id)) or ""
    found = re.fullmatch(r"portal_code:(\d+)\.(\d+)", key)
    row = session().get(PortalCode, int(found[1])) if found else None
    is_good = row is not None and row.until is not None and row.until > clock.now() and str(row.number) == found[2]  # type: ignore[index]
    session().commit()
    return None if is_good else "The code was used, replaced by another, or is no longer good."


LINKS = {"portal": _link, "portal_code": _code}
RECHECKS = {"portal": _link_is_gone, "portal_code": _code_is_old}
