"""A person as an actor, with the rights they have now: for work that is done when nobody is signed in."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from registry.core.actor import Actor, Role
from registry.core.db import engine_name, session
from registry.core.listfilters import contains
from registry.models.accounts import Person

__all__ = ["actor_of", "address_of", "people_offered"]


def actor_of(person_id: int) -> Actor | None:
    """Return a person who may still act; None when there is no such account or it is disabled. One query."""
    columns = (Person.id, Person.name, Person.email, Person.roles, Person.functions)
    row = session().execute(select(*columns).where(Person.id == person_id, Person.is_active)).one_or_none()
    if row is None:
        return None
    roles = frozenset(Role(role) for role in row.roles)
    return Actor(person_id=row.id, name=row.name, email=row.email, roles=roles, functions=frozenset(row.functions))


def people_offered(word: str, *, most: int) -> Sequence[tuple[str, str]]:
    """Return (address, name) of people who may sign in and whose name or address holds a word, by name; one query."""
    asked = select(Person.email, Person.name).where(Person.is_active)
    if word:
        engine = engine_name(session().connection())
        asked = asked.where(or_(*(contains(text, word, engine=engine) for text in (Person.name, Person.email))))
    return [(email, name) for email, name in session().execute(asked.order_by(Person.name, Person.email).limit(most))]


def address_of(text: str) -> str | None:
    """Return the address of the one person who may sign in and has this address or exactly this name; one query."""
    wanted = text.strip().casefold()
    held = or_(Person.email == wanted, func.lower(Person.name) == wanted, Person.name == text.strip())
    found = session().scalars(select(Person.email).where(Person.is_active, held).limit(2)).all()
    exact = [email for email in found if email == wanted] or found
    return exact[0] if len(exact) == 1 else None
