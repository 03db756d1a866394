"""What a vendor's page reads beside its surroundings: controls, comments, people, chances; one query each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from registry.administration.queries import parameters_in_force
from registry.core.actor import Role
from registry.core.db import session
from registry.core.errors import NotFound
from registry.domain.portfolio.frequency import BreachRate, breach_rate
from registry.models.accounts import Person
from registry.models.controls import Control, Placement, PlacementSource
from registry.models.organisation import Organisation
from registry.models.vendors import Vendor, VendorComment, VendorDelegation
from registry.reference.load import shipped_parameters
from registry.vendors.surroundings import ROWS_MAX, first_rows

__all__ = [
    "CommentRow",
    "ControlRow",
    "DelegationRow",
    "colleagues",
    "comments_of",
    "controls_of",
    "delegations_of",
    "name_of_person",
    "own_currency",
    "owner_of",
    "require_known",
    "yearly_chance",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRow:
    """A control placed on one of the vendor's flows, accesses or platform uses."""

    key: int
    control: str
    name: str
    fact: str
    state: str
    coverage: float
    due: date | None
    assessment: int | None


@dataclass(frozen=True, slots=True)
class CommentRow:
    """What somebody wrote, when."""

    author: str
    body: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRow:
    """Who else may write the vendor."""

    id: int
    email: str
    name: str | None
    granted_by: str
    since: date
    until: date | None

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < today


def require_known(code: str) -> str:
    """Return the name of a vendor; raises NotFound."""
    name = session().scalar(select(Vendor.name).where(Vendor.code == code))
    if name is None:
        raise NotFound("vendor", code)
    return str(name)


def owner_of(code: str) -> str | None:
    """Return the address of a vendor's owner."""
    return session().scalar(select(Vendor.owner_email).where(Vendor.code == code))


def controls_of(codes: Sequence[str]) -> tuple[ControlRow, ...]:
    """Return the controls placed on some facts; one query."""
    if not codes:
        return ()
    question = (
        select(Placement, Control.name, PlacementSource.assessment_id)
        .outerjoin(Control, Control.code == Placement.control)
        .outerjoin(PlacementSource, PlacementSource.placement_id == Placement.id)
        .where(Placement.fact.in_(codes), Placement.archived_at.is_(None))
        .order_by(Placement.fact, Placement.control)
    )
    shipped = shipped_parameters().controls
    return tuple(
        ControlRow(
            key=row.id,
            control=row.control,
            name=name or (shipped[row.control].name if row.control in shipped else row.control),
            fact=row.fact,
            state=row.state,
            coverage=row.coverage,
            due=row.due,
            assessment=assessment,
        )
        for row, name, assessment in first_rows(question)
    )


def comments_of(code: str) -> tuple[CommentRow, ...]:
    """Return what was written about a vendor, newest first; one query."""
    question = (
        select(VendorComment)
        .where(VendorComment.vendor == code)
        .order_by(VendorComment.written_at.desc(), VendorComment.id.desc())
        .limit(ROWS_MAX)
    )
    return tuple(CommentRow(row.author, row.body, row.written_at) for row in session().scalars(question))


def delegations_of(code: str) -> tuple[DelegationRow, ...]:
    """Return who else may write a vendor; one query."""
    question = (
        select(VendorDelegation, Person.name)
        .outerjoin(Person, Person.email == VendorDelegation.delegate_email)
        .where(VendorDelegation.vendor == code)
        .order_by(VendorDelegation.id)
    )
    return tuple(
        DelegationRow(
            id=row.id, email=row.delegate_email, name=name, granted_by=row.granted_by, since=row.since, until=row.until
        )
        for row, name in first_rows(question)
    )


def colleagues(owner_email: str | None) -> list[tuple[str, str]]:
    """Return the vendor managers a vendor may be handed to, as (address, name); one query."""
    rows = session().scalars(select(Person).where(Person.is_active.is_(True)).order_by(Person.name))
    owner = (owner_email or "").casefold()
    return [(row.email, row.name) for row in rows if Role.VENDOR_MANAGER in row.roles and row.email != owner]


def yearly_chance(vendor: Any, *, is_holder: bool) -> BreachRate:
    """Return how often a vendor is breached, by the parameters in force; one query."""
    return breach_rate(vendor, parameters_in_force(), is_holder=is_holder)


def name_of_person(email: str | None) -> str | None:
    """Return the name of the person with an address, the address itself when nobody has an account with it."""
    if not email:
        return None
    return session().scalar(select(Person.name).where(Person.email == email.casefold())) or email


def own_currency() -> str:
    """Return the currency of the organisation."""
    return session().scalar(select(Organisation.currency)) or "USD"
