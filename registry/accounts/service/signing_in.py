"""Signing in: attempts are counted first, one password verification is always done, and nothing tells who exists."""

from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from registry.accounts.passwords import hash_password, needs_rehash, verify_password
from registry.accounts.service.refusals import WrongCredentials
from registry.accounts.service.second_factors import check_second_factor
from registry.core import throttle
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.logs import get_logger
from registry.core.secrets import keyring, new_token
from registry.core.work import retried, work
from registry.models.accounts import Person, SecondFactor

__all__ = [
    "KNOWN_FOR",
    "check_again",
    "check_password",
    "known_browser_token",
    "note_sign_in",
    "note_sign_out",
    "unlock",
]

KNOWN_FOR = timedelta(days=180)
KNOWN_BROWSER, ACCOUNT = "known-browser", "throttle-account"  # purposes of keys

log = get_logger(__name__)


def check_password(email: str, password: str, *, address: str, known: str | None = None) -> tuple[int, bool]:
    """Return the id of the person and whether a second factor must follow.

    Parameters
    ----------
    email, password
        As typed.
    address
        Network address of the browser.
    known
        What this browser was given after an earlier sign-in: such a browser has a counter of its own, so that a
        stranger who guesses cannot lock the person out.

    Raises
    ------
    WrongCredentials
        Whatever was wrong.
    TooManyAttempts
        Before anything is verified.
    """
    account = _account_mark(email)
    counter = _counter_of(account, known)
    throttle.take("sign_in.all", "everybody")
    throttle.take("sign_in.address", address)
    throttle.take(*counter)
    with reading():
        row = (
            session()
            .execute(
                select(Person.id, Person.password_hash, Person.is_active, SecondFactor.person_id.label("factor"))
                .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
                .where(Person.email == email.strip().casefold())
            )
            .one_or_none()
        )
    is_right = verify_password(row.password_hash if row else None, password)
    if row is None or not is_right or not row.is_active:
        log.warning("sign_in_refused", person_id=row.id if row else None)
        raise WrongCredentials
    throttle.forget(*counter)
    throttle.forgive("sign_in.address", address)
    if needs_rehash(row.password_hash):
        _rehash(row.id, row.password_hash, password)
    return row.id, row.factor is not None


def check_again(actor: Actor, password: str, code: str | None, *, address: str) -> None:
    """Ask a signed-in person for the password once more, and for a code where a second factor is set up."""
    person_id, needs_code = check_password(actor.email or "", password, address=address)
    if person_id != actor.person_id:
        raise WrongCredentials
    if needs_code:
        if not code:
            raise WrongCredentials("Type the code of your second factor as well.")
        check_second_factor(person_id, code)


@retried
def note_sign_in(person_id: int, *, strength: str) -> None:
    """Record in the audit log that a person signed in, and how."""
    with work(_named(person_id), "session.sign_in", subject=f"person:{person_id}") as w:
        w.note(strength=strength)


@retried
def note_sign_out(actor: Actor) -> None:
    """Record in the audit log that a person signed out."""
    with work(actor, "session.sign_out", subject=f"person:{actor.person_id}") as w:
        w.note(by="person")


@retried
def unlock(actor: Actor, person_id: int) -> None:
    """Let a person try again at once after too many attempts."""
    with work(actor, "person.unlock", subject=f"person:{person_id}") as w:
        person = w.get(Person, person_id)
        account = _account_mark(person.email)
        throttle.forget("sign_in.account", account)
        throttle.forget("second_factor.account", person_id)
        w.note(unlocked=True)


def known_browser_token(email: str) -> str:
    """Return what a browser keeps to be known at its next sign-in; useless for any other account."""
    return _browsers().dumps({"account": _account_mark(email), "browser": new_token()[:16]})


def _counter_of(account: str, known: str | None) -> tuple[str, str]:
    try:
        told = _browsers().loads(known, max_age=int(KNOWN_FOR.total_seconds())) if known else {}
    except BadData:
        told = {}
    if told.get("account") == account:
        return "sign_in.known_browser", f"{account}:{told['browser']}"
    return "sign_in.account", account


def _account_mark(email: str) -> str:
    """Return what the throttle knows of an account: also of one that does not exist, and never the address."""
    return keyring().mark(ACCOUNT, email.strip().casefold())[:40]


def _browsers() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(keyring().key(KNOWN_BROWSER), salt=KNOWN_BROWSER)


@retried
def _rehash(person_id: int, stored: str, password: str) -> None:
    hashed = hash_password(password)
    with work(Actor.system("sign-in"), "person.rehash_password") as w:
        person = w.get(Person, person_id)
        if person.password_hash == stored:
            person.password_hash = hashed


def _named(person_id: int) -> Actor:
    with reading():
        person = session().get_one(Person, person_id)
    return Actor(person_id=person.id, name=person.name, email=person.email)
