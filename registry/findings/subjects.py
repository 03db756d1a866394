"""Findings and acceptances as matters that people are reminded of: while a remedy is owed, while a risk is lived with."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select

from registry.core.db import session
from registry.core.reminding import OpenMatter, Subject
from registry.domain.assessment.finding import WORKABLE
from registry.models.findings import Acceptance, AcceptanceState, Finding
from registry.models.vendors import Vendor

__all__ = ["SUBJECTS"]

Keys = Collection[str] | None


def open_findings(_today: date, only: Keys) -> Iterator[OpenMatter]:
    """Return findings whose remedy is owed."""
    asked = (
        select(Finding, Vendor.name)
        .join(Vendor, Vendor.code == Finding.vendor)
        .where(Finding.state.in_(WORKABLE), Vendor.archived_at.is_(None))
        .order_by(Finding.code)
    )
    for row, name in session().execute(asked if only is None else asked.where(Finding.code.in_(list(only)))):
        roles = {"owner": (row.owner_email,)} if row.owner_email else {}
        title = f"Finding {row.code} at {name} ({row.severity}): {row.title}"[:300]
        yield OpenMatter(key=row.code, due=row.due, title=title, vendor=row.vendor, cycle=row.cycle, roles=roles)


def living_acceptances(_today: date, only: Keys) -> Iterator[OpenMatter]:
    """Return acceptances in force, by their last day; whoever proposed one owns it."""
    asked = (
        select(Acceptance, Vendor.name)
        .join(Vendor, Vendor.code == Acceptance.vendor)
        .where(Acceptance.state == AcceptanceState.APPROVED, Vendor.archived_at.is_(None))
        .order_by(Acceptance.code)
    )
    for row, name in session().execute(asked if only is None else asked.where(Acceptance.code.in_(list(only)))):
        title = f"The acceptance {row.code} of a risk at {name} expires"
        roles = {"owner": (row.proposed_by,)}
        yield OpenMatter(key=row.code, due=row.expires, title=title, vendor=row.vendor, roles=roles)


SUBJECTS: tuple[Subject, ...] = (
    Subject(name="finding", words="Finding", matters=open_findings, page=lambda key: f"/findings/{key}"),
    Subject(name="acceptance", words="Acceptance", matters=living_acceptances, page=lambda key: f"/acceptances/{key}"),
)
