"""Assessments as matters that people are reminded of: only while answers are owed, never once they are handed in."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select

from registry.core.db import session
from registry.core.reminding import OpenMatter, Subject
from registry.domain.assessment.assessment import ANSWERABLE
from registry.domain.reminding.cadence import Recipient
from registry.models.assessments import Assessment
from registry.models.portal import PortalLink
from registry.models.vendors import Vendor

__all__ = ["SUBJECTS"]


def open_assessments(_today: date, only: Collection[str] | None) -> Iterator[OpenMatter]:
    """Return assessments whose answers are owed. One that our own people fill reminds its owner in the vendor's place."""
    asked = (
        select(Assessment, Vendor.name)
        .join(Vendor, Vendor.code == Assessment.vendor)
        .where(Assessment.state.in_(ANSWERABLE), Vendor.archived_at.is_(None))
        .order_by(Assessment.id)
    )
    if only is not None:
        asked = asked.where(Assessment.id.in_([int(key) for key in only]))
    rows = session().execute(asked).all()
    contacts = _contacts([row.id for row, _ in rows] if only is not None else None)
    for row, name in rows:
        owner = (row.owner_email,) if row.owner_email else ()
        roles = {"vendor_manager": owner} if owner else {}
        if row.sent_at is None and owner:
            roles["vendor_contact"] = owner  # nothing was sent to the vendor, so nothing is owed there
        title = f"{row.title}, {row.period}, of {name}: answers"
        yield OpenMatter(
            key=str(row.id), due=row.due, title=title, vendor=row.vendor, cycle=row.cycle, roles=roles,
            contacts=contacts.get(row.id, ()),
        )  # fmt: skip


def _contacts(only: list[int] | None) -> dict[int, tuple[Recipient, ...]]:
    """Return who was asked by personal link, for the whole form; one query."""
    question = select(PortalLink).where(PortalLink.is_active, PortalLink.sections.is_(None)).order_by(PortalLink.id)
    if only is not None:
        question = question.where(PortalLink.assessment_id.in_(only))
    found: dict[int, tuple[Recipient, ...]] = {}
    for link in session().scalars(question):
        person = Recipient(address=link.email, name=link.name, link=f"portal:{link.id}")
        found[link.assessment_id] = (*found.get(link.assessment_id, ()), person)
    return found


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        name="assessment", words="Assessment", matters=open_assessments, page=lambda key: f"/assessments/{key}"
    ),
)  # fmt: skip
