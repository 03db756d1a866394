"""A person as an actor, with the rights they have now: for work that is done when nobody is signed in."""

from sqlalchemy import select

from registry.core.actor import Actor, Role
from registry.core.db import session
from registry.models.accounts import Person

__all__ = ["actor_of"]


def actor_of(person_id: int) -> Actor | None:
    """Return a person who may still act; None when there is no such account or it is disabled. One query."""
    columns = (Person.id, Person.name, Person.email, Person.roles, Person.functions)
    row = session().execute(select(*columns).where(Person.id == person_id, Person.is_active)).one_or_none()
    if row is None:
        return None
    roles = frozenset(Role(role) for role in row.roles)
    return Actor(person_id=row.id, name=row.name, email=row.email, roles=roles, functions=frozenset(row.functions))
