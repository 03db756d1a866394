"""The database: one handle, the same behaviour on SQLite and PostgreSQL, and who may write when.

SQLite lets one writer in at a time, and a transaction that starts by reading cannot become a writer once somebody
else has written. So whatever may write takes the write lock at its first statement (`BEGIN IMMEDIATE`); reading never
waits. "May write" is a context variable: set by the method of a request, by a command and by a tick. Without it, of
600 concurrent writes 514 were lost to "database is locked"; with it, none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, has_app_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.core.errors import DatabaseBusy, database_trouble
from registry.models.base import Base
from registry.settings import Settings

__all__ = [
    "announced",
    "db",
    "engine_name",
    "init_app",
    "may_write",
    "reading",
    "session",
    "waiting_at_most",
    "writing",
]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
BUSY_SECONDS = 10
# With SQLite's own 2 MB an import of 100,000 rows writes its index pages many times over, and a list that joins every
# flow with its vendor reads the same pages again and again.
CACHE_KB = 32 * 1024

# Objects keep their values after a commit: reading them again would take the write lock a second time.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
_may_write: ContextVar[bool] = ContextVar("may_write", default=False)
_patience: ContextVar[float | None] = ContextVar("patience", default=None)


def may_write() -> bool:
    """Whether what runs now was announced as a writer."""
    return _may_write.get()


@contextmanager
def writing() -> Iterator[None]:
    """Announce a writer outside a request: a command, a tick, a test.

    A transaction that began for reading is ended on the way in, since it could not become a writer; on the way out
    the write lock is let go, whatever was read last. Objects stay readable but are detached.
    """
    if may_write():
        yield
        return
    _end_transaction()
    token = _may_write.set(True)
    try:
        yield
    finally:
        _may_write.reset(token)
        _end_transaction()


@contextmanager
def announced(*, may_write: bool) -> Iterator[None]:
    """Let connections opened inside begin as writers, or as readers, whatever the session around them does."""
    token = _may_write.set(may_write)
    try:
        yield
    finally:
        _may_write.reset(token)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Let transactions that begin inside wait less long for somebody else's lock than is usual."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Read within a request that may write without taking the write lock; what was read stays loaded.

    For questions before the act itself, such as who signs in: the lock must not be held while a password is hashed.
    Inside an open transaction it changes nothing.
    """
    if db.session().in_transaction():
        yield
        return
    with announced(may_write=False):
        yield
        db.session().commit()


def session() -> Session:
    """Return the session of the running request, command or tick."""
    return db.session()


def init_app(app: Flask, settings: Settings) -> None:
    """Connect an application to its database; opens no connection yet."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_address
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    with app.app_context():
        if settings.uses_sqlite:
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
            event.listen(db.engine, "handle_error", _let_go_of_sick_files)
        else:
            event.listen(db.engine, "connect", _prepare_postgres)
            event.listen(db.engine, "begin", _begin_postgres)
    app.before_request(_announce_request)
    app.teardown_request(_forget_request)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.uses_sqlite:
        # isolation_level None: the driver must not begin transactions of its own behind the "begin" event
        return {"connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS}}
    return {"pool_pre_ping": True, "isolation_level": "READ COMMITTED"}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KB}")
    cursor.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
    cursor.execute("PRAGMA synchronous=FULL")  # a commit survives the loss of power, not only of the process
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    patience = BUSY_SECONDS if (asked := _patience.get()) is None else asked
    # past the events of statements: it is no question of the product's, and not to be counted as one
    connection.connection.cursor().execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if may_write() else "BEGIN")


def _let_go_of_sick_files(context: ExceptionContext) -> None:
    """Open the file anew after it was read-only, full or unreadable: a connection opened then stays as it was."""
    error = context.sqlalchemy_exception
    trouble = database_trouble(error) if isinstance(error, DBAPIError) else None
    if trouble is not None and not isinstance(trouble, DatabaseBusy):
        context.is_disconnect = True
        if context.connection is not None:
            # a closed file keeps its write lock until the last trace of the failed statement is gone
            context.connection.connection.rollback()


def _begin_postgres(connection: Connection) -> None:
    if (patience := _patience.get()) is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")


def _prepare_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        # the twin of SQLite's busy_timeout: nobody waits longer for a lock on either engine
        cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _announce_request() -> None:
    _may_write.set(request.method not in SAFE_METHODS)


def _forget_request(_error: BaseException | None) -> None:
    # Threads of a server are used again: the next request must not inherit the right to write.
    _may_write.set(False)


def _end_transaction() -> None:
    if has_app_context() and db.session.registry.has() and db.session().in_transaction():
        db.session.close()


def engine_name(bind: Engine | Connection | None = None) -> str:
    """Return `sqlite` or `postgresql`."""
    return (bind or db.engine).dialect.name
