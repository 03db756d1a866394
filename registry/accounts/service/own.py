"""What people change about themselves."""

from sqlalchemy import select

from registry.accounts.passwords import hash_password, verify_password
from registry.accounts.queries import refusals_for
from registry.accounts.service.commands import Profile
from registry.accounts.service.refusals import Refused
from registry.core import throttle
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.work import retried, work
from registry.models.accounts import Person

__all__ = ["change_password", "change_profile"]


@retried
def change_profile(actor: Actor, version: int, profile: Profile) -> None:
    """Change one's own name and spelling of dates."""
    with work(actor, "person.change_profile") as w:
        person = w.get(Person, actor.person_id, version)
        person.name, person.locale, person.timezone = profile.name, profile.locale, profile.timezone


@retried
def change_password(actor: Actor, current: str, new: str) -> None:
    """Choose a new password; the present one is asked, the caller ends the other sessions."""
    throttle.take("second_factor.account", f"password:{actor.person_id}")
    with reading():
        stored = session().scalar(select(Person.password_hash).where(Person.id == actor.person_id))
    if not verify_password(stored, current):
        raise Refused("This is not your present password.", field="current")
    problems = refusals_for(new, actor.name, actor.email or "")
    if current == new:
        problems = [*problems, "Choose a password that differs from the present one."]
    if problems:
        raise Refused(*problems, field="password")
    hashed = hash_password(new)  # outside the transaction: it takes a tenth of a second
    with work(actor, "person.change_password") as w:
        person = w.get(Person, actor.person_id)
        if person.password_hash != stored:
            raise Refused("The password was changed meanwhile; try again.", field="current")
        person.password_hash = hashed
    throttle.forget("second_factor.account", f"password:{actor.person_id}")
