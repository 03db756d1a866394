"""Who is told what happens to an assessment: contacts of the vendor who have a link, and our person who sees to it.

Mails are planned in the act that causes them, so neither is ever without the other; no mail failure locks a form.
"""

from collections.abc import Mapping

from sqlalchemy import select

from registry.core.addresses import BadAddress
from registry.core.db import session
from registry.core.work import Work
from registry.domain.reminding.cadence import Recipient
from registry.models.accounts import Person
from registry.models.assessments import Assessment
from registry.models.organisation import Organisation
from registry.models.portal import PortalLink
from registry.models.vendors import Vendor
from registry.settings import current_settings

__all__ = ["KIND", "tell_contact", "tell_of_question", "tell_of_return", "tell_owner", "thread_of", "whole_form_links"]

KIND = "portal"
"""Mails of this kind are asked about before they go: a link that was withdrawn is not sent."""


def whole_form_links(assessment_id: int) -> list[PortalLink]:
    """Return the contacts who answer for the whole form, in the order of their invitation; one query."""
    question = select(PortalLink).where(
        PortalLink.assessment_id == assessment_id, PortalLink.is_active, PortalLink.sections.is_(None)
    )
    return list(session().scalars(question.order_by(PortalLink.id)))


def thread_of(assessment_id: int) -> str:
    """Return what all mails about an assessment hang together by."""
    from registry.core.outbox import message_id_of  # the outbox is written by works

    return message_id_of(f"matter:assessment:{assessment_id}")


def tell_contact(w: Work, row: Assessment, link: PortalLink, template: str, *, key: str, **fields: str) -> None:
    """Plan a mail with the personal link to a contact; the same key once only."""
    w.tell(
        Recipient(address=link.email, name=link.name),
        template,
        {**_common(row), **fields},
        dedupe_key=f"{template}:{link.id}:{key}"[:200],
        kind=KIND,
        about=f"assessment:{row.id}",
        secret_link=f"portal:{link.id}",
        thread_id=thread_of(row.id),
    )


def tell_of_return(w: Work, row: Assessment) -> None:
    """Tell the contacts that the form came back, and why."""
    for link in whole_form_links(row.id):
        tell_contact(w, row, link, "portal_returned", key=str(row.cycle), why=row.rationale or "")


def tell_of_question(w: Work, row: Assessment) -> None:
    """Tell the contacts that we asked something; once a day however many questions."""
    for link in whole_form_links(row.id):
        tell_contact(w, row, link, "portal_question", key=w.now.date().isoformat())


def tell_owner(w: Work, row: Assessment, template: str, *, key: str, **fields: str) -> None:
    """Plan a mail to our person who sees to an assessment; nobody is told when nobody does."""
    if not row.owner_email:
        return
    person = session().scalar(select(Person).where(Person.email == row.owner_email.casefold(), Person.is_active))
    name, person_id = (person.name, person.id) if person else (row.owner_email, None)
    address = f"{current_settings().public_url}/assessments/{row.id}"
    try:
        w.tell(
            Recipient(address=row.owner_email, name=name, person_id=person_id),
            template,
            {**_common(row), "address": address, **fields},
            dedupe_key=f"{template}:{row.id}:{key}"[:200],
            about=f"assessment:{row.id}",
            thread_id=thread_of(row.id),
        )
    except BadAddress as bad:
        w.note(not_told=str(bad))  # the act itself stands; the history of the assessment says who was not told


def _common(row: Assessment) -> Mapping[str, str]:
    vendor = session().scalar(select(Vendor.name).where(Vendor.code == row.vendor)) or row.vendor
    organisation = session().scalar(select(Organisation.name)) or "The risk registry"
    return {
        "organisation": organisation,
        "vendor": vendor,
        "title": f"{row.title} {row.period}",
        "due": f"{row.due.day} {row.due:%B %Y}",
    }
