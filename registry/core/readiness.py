"""Whether this process can do its work now: the database answers, takes changes, has the right tables; disk is left."""

import os
import shutil
from collections.abc import Callable
from functools import cache

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from registry.core.db import db, engine_name
from registry.core.migrate import MIGRATIONS
from registry.settings import current_settings

__all__ = ["FREE_BYTES_MIN", "check"]

FREE_BYTES_MIN = 64 * 1024 * 1024
LOCK_WAIT_MS = 1_000  # a health check answers soon, so it waits less than a writer does

log = structlog.get_logger(__name__)


def check() -> dict[str, bool]:
    """Return each part of the check and whether it is fine; costs a few short queries, writes nothing."""
    return {name: _passes(name, part) for name, part in _PARTS.items()}


def _passes(name: str, part: Callable[[], bool]) -> bool:
    try:
        return part()
    except (SQLAlchemyError, OSError, db.engine.dialect.loaded_dbapi.Error) as error:
        log.warning("readiness_check_failed", part=name, kind=type(error).__name__)
        return False


def _answers() -> bool:
    with db.engine.connect() as connection:
        return connection.scalar(select(1)) == 1


def _takes_changes() -> bool:
    if engine_name() == "sqlite":
        return _takes_the_write_lock()
    with db.engine.connect() as connection:
        return connection.scalar(select(func.current_setting("transaction_read_only"))) == "off"


def _takes_the_write_lock() -> bool:
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        waited = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")
        try:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        finally:
            cursor.execute(f"PRAGMA busy_timeout={waited}")
    finally:
        connection.close()
    return True


def _has_our_tables() -> bool:
    with db.engine.connect() as connection:
        return _revisions_of(connection) == _newest_revisions()


def _revisions_of(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())


@cache
def _newest_revisions() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _has_room() -> bool:
    folder = current_settings().data_dir
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= FREE_BYTES_MIN


_PARTS: dict[str, Callable[[], bool]] = {
    "database": _answers,
    "changes": _takes_changes,
    "tables": _has_our_tables,
    "disk": _has_room,
}
