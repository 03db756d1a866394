"""Signed-in browsers: a row per session is the authority, the cookie only carries its random id.

Flask-Login keeps that id under its usual key in Flask's signed cookie and asks `load` for the person on each request.
Ending a session is deleting its row; a signed cookie alone could not be taken back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from registry.core import clock, logs
from registry.core.actor import Actor, Role
from registry.core.db import may_write, reading, session, waiting_at_most
from registry.core.errors import DatabaseUnavailable
from registry.core.permissions import ROLES_WITH_SECOND_FACTOR
from registry.core.secrets import fingerprint, new_token
from registry.core.work import bookkeeping
from registry.models.accounts import Person, SecondFactor, SessionStrength, WebSession
from registry.settings import Settings, current_settings

__all__ = ["SessionView", "SignedIn", "close", "end_expired", "end_sessions", "install", "open_for", "sessions_of"]

log = logs.get_logger(__name__)

ANONYMOUS = frozenset(
    {"static", "health.alive", "health.ready"}
)  # the same for everybody; must answer without a database
SEEN_EVERY = timedelta(minutes=1)
NOTE_WAIT_S = 0.2  # whoever only reads does not wait for a writer
_USER_AGENT_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class SignedIn(UserMixin):
    """The person of this request and how they signed in."""

    token: str
    actor: Actor
    person_id: int
    strength: SessionStrength
    authenticated_at: datetime
    has_second_factor: bool
    must_enrol: bool
    locale: str
    timezone: str

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie: the id of the session, not of the person."""
        return self.token

    @property
    def id_hash(self) -> str:
        """Key of the session's row."""
        return fingerprint(self.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """One signed-in browser, for the list a person sees of their own."""

    id_hash: str
    created_at: datetime
    seen_at: datetime
    strength: SessionStrength
    user_agent: str


def install(app: Flask, settings: Settings) -> None:
    """Set the cookie's rules, connect Flask-Login to our table, and ask for a CSRF token on every unsafe method."""
    is_https = settings.public_url.startswith("https://")
    app.config.update(
        # A `__Host-` name binds the cookie to this host and to TLS; browsers refuse it on plain loopback.
        SESSION_COOKIE_NAME="__Host-registry" if is_https else "registry_session",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        SESSION_PROTECTION=None,  # Flask-Login's binding to address and browser; our rows decide instead
    )
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form may stay open for days; its token ends with the session
    manager = LoginManager()
    manager.user_loader(load)
    manager.init_app(app)
    app.before_request(_load_early)
    CSRFProtect(app)


def _load_early() -> None:
    """Load the person before anything else is read: the loader ends its own short transaction.

    What Flask-Login kept on `g` is dropped first: an application context opened outside, as in tests, outlives the
    request, and the next one must not inherit its person.
    """
    g.pop("_login_user", None)
    g.pop("without_database", None)
    if request.endpoint not in ANONYMOUS:
        _ = current_user.is_authenticated


def load(token: str) -> SignedIn | None:
    """Return the person of a session that is still alive. Costs one query, and once a minute an update."""
    if g.get("without_database"):  # an error page, perhaps because this very query failed
        return None
    now, settings = clock.now(), current_settings()
    # Columns and not rows: a row that is already loaded would not be read again, and its end not be seen.
    question = (
        select(
            *(WebSession.id_hash, WebSession.created_at, WebSession.seen_at, WebSession.authenticated_at),
            *(WebSession.strength, SecondFactor.person_id.label("factor"), Person.id, Person.name, Person.email),
            *(Person.roles, Person.functions, Person.locale, Person.timezone),
        )
        .join(Person, Person.id == WebSession.person_id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(WebSession.id_hash == fingerprint(token), Person.is_active)
    )
    with reading():
        row = session().execute(question).one_or_none()
    if row is None or now - row.seen_at > settings.session_idle or now - row.created_at > settings.session_max:
        return None
    if now - row.seen_at >= SEEN_EVERY:
        _note_seen(row.id_hash, now)
    roles = frozenset(Role(role) for role in row.roles)
    functions = frozenset(row.functions)
    return SignedIn(
        token=token,
        actor=Actor(person_id=row.id, name=row.name, email=row.email, roles=roles, functions=functions),
        person_id=row.id,
        strength=row.strength,
        authenticated_at=row.authenticated_at,
        has_second_factor=row.factor is not None,
        must_enrol=row.factor is None and not settings.demo and not roles.isdisjoint(ROLES_WITH_SECOND_FACTOR),
        locale=row.locale,
        timezone=row.timezone,
    )


def _note_seen(id_hash: str, now: datetime) -> None:
    """Note that a session is in use; while the database takes no changes, reading goes on without that."""
    try:
        with waiting_at_most(NOTE_WAIT_S), bookkeeping() as own:
            own.execute(update(WebSession).where(WebSession.id_hash == id_hash).values(seen_at=now))
    except DatabaseUnavailable:
        if may_write():
            raise
        log.warning("session_use_not_noted")


def open_for(person_id: int, strength: SessionStrength) -> None:
    """Sign a person in on this browser under a new id; whatever session the browser had before is ended."""
    now, token = clock.now(), new_token()
    previous = current_user.id_hash if current_user.is_authenticated else None
    with bookkeeping() as own:
        _delete(own, WebSession.id_hash == previous)
        own.add(
            WebSession(
                id_hash=fingerprint(token),
                person_id=person_id,
                created_at=now,
                seen_at=now,
                authenticated_at=now,
                strength=strength,
                user_agent=(request.user_agent.string or "unknown")[:_USER_AGENT_LENGTH],
            )
        )
    cookie.clear()  # the CSRF token and all else from before the sign-in is void
    user = load(token)
    assert user is not None, "A session that was just opened can be loaded."
    login_user(user)


def close() -> None:
    """Sign this browser out."""
    if current_user.is_authenticated:
        with bookkeeping() as own:
            _delete(own, WebSession.id_hash == current_user.id_hash)
    logout_user()
    cookie.clear()


def end_sessions(person_id: int, *, id_hash: str | None = None, except_hash: str | None = None) -> int:
    """End the sessions of a person: all, only one, or all but one; return how many ended."""
    which = [WebSession.person_id == person_id]
    if id_hash is not None:
        which.append(WebSession.id_hash == id_hash)
    if except_hash is not None:
        which.append(WebSession.id_hash != except_hash)
    with bookkeeping() as own:
        return _delete(own, and_(*which))


def end_expired() -> int:
    """Delete the rows of sessions that are over; nothing depends on it but the size of the table."""
    now, settings = clock.now(), current_settings()
    idle, oldest = now - settings.session_idle, now - settings.session_max
    with bookkeeping() as own:
        return _delete(own, or_(WebSession.seen_at < idle, WebSession.created_at < oldest))


def sessions_of(person_id: int) -> list[SessionView]:
    """Return the signed-in browsers of a person, the last used first."""
    now, settings = clock.now(), current_settings()
    rows = session().scalars(
        select(WebSession)
        .where(
            WebSession.person_id == person_id,
            WebSession.seen_at >= now - settings.session_idle,
            WebSession.created_at >= now - settings.session_max,
        )
        .order_by(WebSession.seen_at.desc(), WebSession.id_hash)
    )
    return [
        SessionView(
            id_hash=row.id_hash,
            created_at=row.created_at,
            seen_at=row.seen_at,
            strength=row.strength,
            user_agent=row.user_agent,
        )
        for row in rows
    ]


def _delete(own: Session, which: ColumnElement[bool]) -> int:
    return own.execute(delete(WebSession).where(which)).rowcount  # type: ignore[attr-defined,no-any-return]
