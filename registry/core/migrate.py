"""Migrations of the tables, by Flask-Migrate over `registry/migrations`, and which revision the tables are at."""

import sqlite3
from pathlib import Path

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import Migrate
from sqlalchemy import Engine

from registry.core.db import announced, db
from registry.core.errors import CoreError
from registry.settings import current_settings

__all__ = ["MIGRATIONS", "MigrationBroke", "copy_aside", "current_revision", "head_revision", "migrate", "upgrade"]

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
# Batch mode: SQLite cannot alter most things, so Alembic rewrites the table there.
migrate = Migrate(directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)


class MigrationBroke(CoreError):
    """A migration left rows that refer to nothing."""


def upgrade() -> None:
    """Bring the tables to this release; nothing happens when they are there already."""
    if current_revision() != head_revision():
        flask_migrate.upgrade(directory=str(MIGRATIONS))


def head_revision() -> str:
    """Return the revision this release expects."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


def known_revisions() -> set[str]:
    """Return every revision this release knows how to read or migrate."""
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def current_revision() -> str | None:
    """Return the revision of the tables; None for an empty database. Costs a connection."""
    with announced(may_write=False), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def copy_aside(engine: Engine) -> Path | None:
    """Copy a SQLite database before its tables are rewritten; returns the copy, None when there is nothing to keep."""
    source = Path(engine.url.database or "")
    if not source.is_file() or source.stat().st_size == 0:
        return None
    revision = current_revision()
    if revision is None:
        return None
    target = current_settings().data_dir / "backups" / f"before-migration-from-{revision}.sqlite3"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    live.close()
    copy.close()
    target.chmod(0o600)
    return target
