"""Who is told of an incident, by what they answer for; and who gets the mail while they are away."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select

from registry.core.actor import Role
from registry.core.db import session
from registry.domain.reminding.cadence import Recipient
from registry.models.accounts import Person
from registry.models.incidents import Incident, IncidentStart
from registry.models.telling import IncidentTelling
from registry.models.vendors import Vendor
from registry.reminders.whom import address_book

__all__ = ["next_up", "people_by_role", "watchers"]

WATCHING = ("lead", "legal", "privacy")  # who is warned when a clock runs out; with none of them, the CISOs


def people_by_role(row: Incident, today: date) -> dict[str, tuple[Recipient, ...]]:
    """Return everybody of ours an incident concerns: by function, the lead, the vendor's managers, the CISOs.

    Somebody who answers for two things stands under both. About eight queries.
    """
    book = address_book(today).people
    people = session().execute(
        select(Person.id, Person.email, Person.roles, Person.functions).where(Person.is_active).order_by(Person.id)
    )
    found: dict[str, list[Recipient]] = {}
    for each in people:
        who = book.get(each.email)
        if who is None:
            continue
        held = [*each.functions, *(["ciso"] if Role.CISO in each.roles else [])]
        held += ["lead"] if each.id == row.lead_id else []
        for role in held:
            found.setdefault(role, []).append(who)
    owners = session().scalars(
        select(Vendor.owner_email)
        .join(IncidentStart, IncidentStart.vendor == Vendor.code)
        .where(IncidentStart.incident_id == row.id)
    )
    managers = [book[owner.casefold()] for owner in owners if owner and owner.casefold() in book]
    if managers:
        found["vendor_manager"] = managers
    return {role: tuple(dict.fromkeys(who)) for role, who in found.items()}


def watchers(row: Incident, today: date) -> tuple[Recipient, ...]:
    """Return who is warned of clocks; never nobody while there is a CISO."""
    by_role = people_by_role(row, today)
    found = _once(who for role in WATCHING for who in by_role.get(role, ()))
    return found or by_role.get("ciso", ())


def _once(people: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple({who.address: who for who in people}.values())


def next_up(row: Incident, told: IncidentTelling, known: Collection[str], today: date) -> Recipient | None:
    """Return who is told of somebody's silence: their manager, else the lead, else a CISO; nobody twice."""
    book = address_book(today)
    by_role = people_by_role(row, today)
    manager = book.people.get(book.managers.get(told.address, ""))
    chain = [*([manager] if manager else []), *by_role.get("lead", ()), *by_role.get("ciso", ())]
    return next((who for who in chain if who.address not in known), None)
