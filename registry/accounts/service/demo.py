"""The people of the demo company: one sign-in per role, with passwords of this installation alone."""

import secrets
from dataclasses import dataclass

from registry.accounts.passwords import hash_password
from registry.accounts.service.commands import PersonDetails
from registry.accounts.service.people import new_person
from registry.core.actor import Role
from registry.core.permissions import PersonFunction
from registry.core.work import Work

__all__ = ["DemoAccount", "create_demo_people"]

_SYLLABLES = ("ba", "do", "fi", "gu", "ke", "lo", "mi", "nu", "pa", "re", "si", "to", "va", "wu", "ze", "ho")
_F = PersonFunction

# name, role, functions, whether the person signs in; managers follow the order: the CISO leads the vendor managers
_PEOPLE: tuple[tuple[str, Role, tuple[PersonFunction, ...], bool], ...] = (
    ("Imke Sørvald", Role.ADMINISTRATOR, (_F.OPERATIONS,), True),
    ("Rosalind Achterberg", Role.CISO, (_F.EXECUTIVE,), True),
    ("Tomasz Wierzbowy", Role.VENDOR_MANAGER, (), True),
    ("Adaeze Nnamani-Holt", Role.AUDITOR, (), True),
    ("Lucan Fairweather", Role.CONTRIBUTOR, (_F.CUSTOMER_SERVICE,), True),
    ("Perpetua Lindqvist", Role.VENDOR_MANAGER, (), False),
    ("Benedek Halmos", Role.CONTRIBUTOR, (_F.LEGAL, _F.PRIVACY), False),
    ("Sunniva Brackley", Role.CONTRIBUTOR, (_F.COMMUNICATIONS,), False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """One sign-in of the demo, to be shown to whoever started it."""

    name: str
    email: str
    role: Role
    password: str


def create_demo_people(w: Work, *, domain: str, timezone: str = "UTC") -> list[DemoAccount]:
    """Add the demo people and return the sign-ins, one per role; the passwords are random and told only now."""
    accounts: list[DemoAccount] = []
    ids: dict[Role, int] = {}
    for name, role, functions, signs_in in _PEOPLE:
        details = PersonDetails(
            name=name,
            email=f"{demo_address(name)}@{domain}",
            roles=frozenset({role}),
            functions=frozenset(functions),
            manager_id=None if role is Role.CISO else ids.get(Role.CISO),
            timezone=timezone,
        )
        person = new_person(w, details)
        if signs_in:
            password = _password()
            person.password_hash = hash_password(password)
            accounts.append(DemoAccount(name=name, email=person.email, role=role, password=password))
        w.add(person)
        ids.setdefault(role, person.id)
    return accounts


def demo_address(name: str) -> str:
    """Return the part of a demo person's address before the @.

    >>> demo_address("Imke Sørvald")
    'imke.sorvald'
    """
    plain = name.casefold().replace("ø", "o")
    return ".".join("".join(letter for letter in word if letter.isalnum()) for word in plain.split())


def _password() -> str:
    """Return five pronounceable groups, 60 bits: easy to type from a terminal."""
    groups = ("".join(secrets.choice(_SYLLABLES) for _ in range(3)) for _ in range(5))
    return "-".join(groups)
