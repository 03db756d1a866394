"""Who acts: a person with roles and functions, or the system itself under a name that tells which part of it."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Actor", "Role"]


class Role(StrEnum):
    """What a person does here; the rights of each role are the matrix of `registry.core.permissions`."""

    ADMINISTRATOR = "administrator"
    CISO = "ciso"
    VENDOR_MANAGER = "vendor_manager"
    AUDITOR = "auditor"
    CONTRIBUTOR = "contributor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The one an act is recorded under; services take it as an argument and never look it up themselves."""

    person_id: int | None
    name: str
    email: str | None = None
    roles: frozenset[Role] = frozenset()
    functions: frozenset[str] = frozenset()

    @classmethod
    def system(cls, part: str) -> "Actor":
        """Return the actor for what happens by itself, such as `Actor.system("reminders")`."""
        return cls(person_id=None, name=f"system:{part}")

    @property
    def is_system(self) -> bool:
        """Whether no person stands behind the act."""
        return self.person_id is None and self.name.startswith("system:")

    def has_role(self, *roles: Role) -> bool:
        """Whether the actor has at least one of these roles."""
        return not self.roles.isdisjoint(roles)
