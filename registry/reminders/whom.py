"""Whom a matter concerns: the vendor's contacts, its manager, their manager, the CISO; and who stands in today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from registry.core.actor import Role
from registry.core.addresses import BadAddress, mail_address
from registry.core.db import session
from registry.core.reminding import OpenMatter
from registry.domain.register.vocabulary import ContactRole
from registry.domain.reminding.cadence import Matter, Recipient
from registry.models.accounts import Deputy, Person
from registry.models.vendors import Contact, Vendor
from registry.risk.queries import TIER_IN_FORCE

__all__ = ["AddressBook", "address_book"]

# Which contact of a vendor is written to: the first of these who has an address.
_CONTACTS = (
    ContactRole.PRIMARY, ContactRole.SECURITY, ContactRole.PRIVACY, ContactRole.LEGAL, ContactRole.EXECUTIVE,
    ContactRole.INCIDENT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Everybody who may be reminded, read once for a whole round of planning."""

    people: Mapping[str, Recipient]  # by address
    managers: Mapping[str, str]  # address -> address of the manager
    cisos: tuple[Recipient, ...]
    vendors: Mapping[str, tuple[str, str | None, str | None]]  # code -> name, owner's address, tier
    contacts: Mapping[str, tuple[Recipient, ...]]

    def known(self, matter: OpenMatter, subject: str) -> Matter:
        """Return a matter with its people."""
        _, owner, tier = self.vendors.get(matter.vendor or "", ("", None, None))
        manager = self._person(owner)
        above = self._person(self.managers.get(manager.address)) if manager else None
        own = {role: self._persons(addresses) for role, addresses in matter.roles.items()}
        people = {
            "vendor_contact": matter.contacts or self.contacts.get(matter.vendor or "", ()),
            "vendor_manager": (manager,) if manager else (),
            "manager_of_owner": (above,) if above else (),
            "ciso": self.cisos,
            **own,
        }
        return Matter(
            subject=subject, key=matter.key, due=matter.due, title=matter.title, vendor=matter.vendor, tier=tier,
            cycle=matter.cycle, people=people,
        )  # fmt: skip

    def _persons(self, addresses: Iterable[str]) -> tuple[Recipient, ...]:
        found = (self._person(address) or Recipient(address=address, name=address) for address in addresses)
        return tuple(dict.fromkeys(found))

    def _person(self, address: str | None) -> Recipient | None:
        return self.people.get((address or "").casefold())


def address_book(today: date) -> AddressBook:
    """Read everybody; four queries."""
    columns = (Person.id, Person.name, Person.email, Person.roles, Person.manager_id, Person.locale)
    rows = session().execute(select(*columns).where(Person.is_active).order_by(Person.id)).all()
    plain = {
        row.id: Recipient(address=row.email, name=row.name, person_id=row.id, language=row.locale[:2]) for row in rows
    }
    away = _stand_ins(today)
    reached = {key: replace(each, stand_in=plain.get(away.get(key, 0))) for key, each in plain.items()}
    return AddressBook(
        people={each.address: each for each in reached.values()},
        managers={row.email: plain[row.manager_id].address for row in rows if row.manager_id in plain},
        cisos=tuple(reached[row.id] for row in rows if Role.CISO in row.roles),
        vendors=_vendors(),
        contacts=_contacts(),
    )


def _stand_ins(today: date) -> dict[int, int]:
    """Return who is stood in for by whom today. A standing deputy without an end helps out and takes no mail over."""
    question = select(Deputy.person_id, Deputy.deputy_id).where(Deputy.starts <= today, Deputy.ends >= today)
    return {row.person_id: row.deputy_id for row in session().execute(question.order_by(Deputy.id))}


def _vendors() -> dict[str, tuple[str, str | None, str | None]]:
    columns = (Vendor.code, Vendor.name, Vendor.owner_email, TIER_IN_FORCE.label("tier"))
    rows = session().execute(select(*columns).where(Vendor.archived_at.is_(None)))
    return {row.code: (row.name, row.owner_email, row.tier and str(row.tier)) for row in rows}


def _contacts() -> dict[str, tuple[Recipient, ...]]:
    columns = (Contact.vendor, Contact.role, Contact.name, Contact.email)
    by_vendor: dict[str, dict[ContactRole, list[Recipient]]] = defaultdict(lambda: defaultdict(list))
    for row in session().execute(select(*columns).where(Contact.archived_at.is_(None)).order_by(Contact.id)):
        try:
            address = mail_address(row.email)
        except BadAddress:
            continue  # the next contact is asked, and with none left the vendor's manager; the register shows the gap
        by_vendor[row.vendor][row.role].append(Recipient(address=address, name=row.name or "Sir or Madam"))
    return {vendor: _first(roles) for vendor, roles in by_vendor.items()}


def _first(roles: Mapping[ContactRole, list[Recipient]]) -> tuple[Recipient, ...]:
    return next((tuple(dict.fromkeys(roles[role])) for role in _CONTACTS if role in roles), ())
