"""What may be asked of the accounts service: frozen commands that name their fields."""

from dataclasses import dataclass
from datetime import date

from registry.core.actor import Role
from registry.core.permissions import PersonFunction

__all__ = ["AddDeputy", "PersonDetails", "Profile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """A person as an administrator describes them."""

    name: str
    email: str
    roles: frozenset[Role]
    functions: frozenset[PersonFunction] = frozenset()
    manager_id: int | None = None
    locale: str = "en_GB"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person decides about themselves."""

    name: str
    locale: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDeputy:
    """Somebody stands in for a person."""

    person_id: int
    deputy_id: int
    starts: date
    ends: date | None = None
