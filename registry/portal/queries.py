"""What the portal shows: the part of a form that is a contact's, their colleagues; and to our people, whom a form went to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from registry.assessments.queries import Asked, AssessmentPage, Progress, page_of
from registry.core.addresses import BadAddress, mail_address
from registry.core.db import session
from registry.domain.assessment.answers import Missing
from registry.domain.assessment.assessment import ANSWERABLE
from registry.models.accounts import Person
from registry.models.assessments import Assessment
from registry.models.mail import Mail, MailState
from registry.models.portal import PortalLink
from registry.models.vendors import Contact
from registry.portal.life import ends_at, is_alive
from registry.portal.respondent import Respondent, sections_of

__all__ = ["ContactLine", "Known", "PortalPage", "contacts_of", "known_contacts", "portal_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """Somebody who has a link, and how it does."""

    id: int
    name: str
    email: str
    sections: tuple[str, ...]
    needs_code: bool
    is_active: bool
    is_alive: bool
    ends_at: datetime
    invited_by: str
    invited_by_link: int | None
    entered_at: datetime | None
    last_mail: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A contact of the register who can be invited."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPage:
    """A form as a contact sees it; what is not theirs is not in it."""

    page: AssessmentPage
    who: Respondent
    colleagues: tuple[ContactLine, ...]
    owner_name: str | None

    @property
    def row(self) -> Assessment:
        """The assessment."""
        return self.page.row

    @property
    def is_open(self) -> bool:
        """Whether answers can be given now."""
        return self.page.row.state in ANSWERABLE

    @property
    def progress(self) -> tuple[Progress, ...]:
        """Progress of the sections that are theirs."""
        return tuple(each for each in self.page.progress if self.who.may_see(each.section.id))

    @property
    def answered(self) -> int:
        """Questions of theirs that are answered."""
        return sum(each.answered for each in self.progress)

    @property
    def total(self) -> int:
        """Questions of theirs."""
        return sum(each.total for each in self.progress)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is still needed of them."""
        return tuple(each for each in self.page.missing if self.who.may_see(each.question.section))

    @property
    def last_period(self) -> str | None:
        """The period of last time, when the vendor answered then; what we filled in ourselves is not shown."""
        return self.page.last_period if self.page.last_was_sent else None

    @property
    def handed_on(self) -> Mapping[str, str]:
        """Section -> names of colleagues who answer it."""
        found: dict[str, str] = {}
        for each in self.colleagues:
            for section in each.sections if each.is_alive else ():
                found[section] = f"{found[section]}, {each.name}" if section in found else each.name
        return found

    def titles(self, sections: tuple[str, ...]) -> str:
        """Return the titles of sections in words."""
        return ", ".join(each.section.title for each in self.page.progress if each.section.id in sections)

    def place(self, section: str) -> int:
        """Return the how manieth of their sections it is."""
        return [each.section.id for each in self.progress].index(section) + 1

    def section_id(self, wanted: str | None) -> str:
        """Return the section asked for if it is theirs, else the first that needs something, else the first."""
        own = [each.section.id for each in self.progress]
        if wanted in own:
            return str(wanted)
        return next((each.section.id for each in self.progress if each.missing), own[0])

    def next_section(self, section: str) -> Progress | None:
        """Return the section after this one that needs something; after the last, one before."""
        order = list(self.progress)
        place = [each.section.id for each in order].index(section)
        return next((each for each in order[place + 1 :] + order[:place] if each.missing), None)

    def asked(self, question: str) -> Asked | None:
        """Return a question that is theirs and shown."""
        found = self.page.asked.get(question)
        return found if found and found.is_shown and self.who.may_see(found.question.section) else None


def portal_page(who: Respondent) -> PortalPage:
    """Return the form of a contact; about a dozen queries whatever its size."""
    row = session().get_one(Assessment, who.assessment_id)
    owner = session().scalar(select(Person.name).where(Person.email == (row.owner_email or "").casefold()))
    return PortalPage(page=page_of(row), who=who, colleagues=tuple(contacts_of(row)), owner_name=owner)


def contacts_of(row: Assessment) -> list[ContactLine]:
    """Return everybody who has a link to an assessment, with the state of the last mail to each; two queries."""
    last = (
        select(Mail.recipient, func.max(Mail.id).label("id"))
        .where(Mail.about == f"assessment:{row.id}", Mail.secret_link.is_not(None))
        .group_by(Mail.recipient)
        .subquery()
    )
    rows = session().execute(select(Mail.recipient, Mail.state).join(last, last.c.id == Mail.id))
    states: dict[str, MailState] = {row[0]: row[1] for row in rows}
    links = session().scalars(select(PortalLink).where(PortalLink.assessment_id == row.id).order_by(PortalLink.id))
    return [_line(link, row, states.get(link.email)) for link in links]


def _line(link: PortalLink, row: Assessment, state: MailState | None) -> ContactLine:
    return ContactLine(
        id=link.id, name=link.name, email=link.email, sections=tuple(sorted(sections_of(link) or ())),
        needs_code=link.needs_code, is_active=link.is_active, is_alive=is_alive(link, row), ends_at=ends_at(link, row),
        invited_by=link.invited_by, invited_by_link=link.invited_by_link, entered_at=link.entered_at,
        last_mail=state.value if state else None,
    )  # fmt: skip


def known_contacts(row: Assessment) -> list[Known]:
    """Return the vendor's contacts of the register that mail can be sent to and who have no link yet; two queries."""
    taken = set(session().scalars(select(PortalLink.email).where(PortalLink.assessment_id == row.id)))
    live = select(Contact).where(Contact.vendor == row.vendor, Contact.archived_at.is_(None)).order_by(Contact.id)
    found: dict[str, Known] = {}
    for contact in session().scalars(live):
        try:
            address = mail_address(contact.email)
        except BadAddress:
            continue  # the register's own page says what is wrong with it
        if address not in taken:
            found.setdefault(address, Known(contact.name or address, address, contact.role.value))
    return list(found.values())
