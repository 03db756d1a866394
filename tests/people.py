"""The people of every access test: Alice owns, Bob is her colleague, Charlie must see nothing of theirs."""

from dataclasses import dataclass

import pyotp
from flask import Flask
from flask.testing import FlaskClient

from registry.accounts.passwords import hash_password
from registry.accounts.service import PersonDetails
from registry.accounts.service.people import new_person
from registry.accounts.service.second_factors import SEED
from registry.core import clock
from registry.core.actor import Actor, Role
from registry.core.db import writing
from registry.core.permissions import ROLES_WITH_SECOND_FACTOR, PersonFunction
from registry.core.secrets import fingerprint, keyring, new_token
from registry.core.work import bookkeeping, work
from registry.models.accounts import SecondFactor, SessionStrength, WebSession

PASSWORD = "three lighthouses facing west"
PASSWORD_HASH = hash_password(PASSWORD)  # once for all tests: it takes a tenth of a second
TOTP_SEED = pyotp.random_base32()


@dataclass(frozen=True)
class Someone:
    """An account made for a test."""

    id: int
    name: str
    email: str
    roles: frozenset[Role]
    functions: frozenset[PersonFunction] = frozenset()

    @property
    def actor(self) -> Actor:
        """The same person as services see them."""
        return Actor(
            person_id=self.id, name=self.name, email=self.email, roles=self.roles, functions=frozenset(self.functions)
        )


def make_person(
    name: str,
    *roles: Role,
    functions: frozenset[PersonFunction] = frozenset(),
    second_factor: bool | None = None,
) -> Someone:
    """Make an account with the usual password; with a second factor where the role demands one."""
    given = frozenset(roles or {Role.VENDOR_MANAGER})
    wants_factor = bool(given & ROLES_WITH_SECOND_FACTOR) if second_factor is None else second_factor
    email = f"{name.casefold().replace(' ', '.')}@example.org"
    with writing(), work(Actor.system("tests"), "person.add") as w:
        row = new_person(w, PersonDetails(name=name, email=email, roles=given, functions=functions))
        row.password_hash = PASSWORD_HASH
        w.add(row)
        if wants_factor:
            sealed = keyring().seal(SEED, TOTP_SEED)
            w.add(SecondFactor(person_id=row.id, sealed_seed=sealed, confirmed_at=w.now, last_step=0))
    return Someone(id=row.id, name=name, email=email, roles=given, functions=functions)


def code_now(*, steps: int = 0) -> str:
    """Return the code of the authenticator app at the test's moment, or some steps of 30 seconds later."""
    return pyotp.TOTP(TOTP_SEED).at(int(clock.now().timestamp()) + 30 * steps)


def sign_in(app: Flask, someone: Someone) -> FlaskClient:
    """Return a browser in which this person is signed in, without the cost of a password hash."""
    token, now = new_token(), clock.now()
    with writing(), bookkeeping() as session:
        session.add(
            WebSession(
                id_hash=fingerprint(token),
                person_id=someone.id,
                created_at=now,
                seen_at=now,
                authenticated_at=now,
                strength=SessionStrength.SECOND_FACTOR,
                user_agent="a browser of the tests",
            )
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def session_id_of(client: FlaskClient) -> str | None:
    """Return the id a browser carries, None when nobody is signed in."""
    with client.session_transaction() as cookie:
        return cookie.get("_user_id")
