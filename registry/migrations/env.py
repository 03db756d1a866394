"""How migrations run: one transaction per file, SQLite copied aside first and checked afterwards."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from registry.core.db import announced, db
from registry.core.migrate import MigrationBroke, copy_aside
from registry.models import Base


def run() -> None:
    """Bring the tables to the revision asked for."""
    options = dict(current_app.extensions["migrate"].configure_args)
    with announced(may_write=True), db.engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            copy_aside(db.engine)
            _set_foreign_keys(connection, on=False)
        try:
            context.configure(
                connection=connection, target_metadata=Base.metadata, transaction_per_migration=True, **options
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if on_sqlite:
                _check_foreign_keys(connection)
                _set_foreign_keys(connection, on=True)


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch the checks: rewriting a table on SQLite drops the old one, which would take its dependents along."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    connection.rollback()
    if broken:
        raise MigrationBroke(
            f"After the migration {len(broken)} row(s) refer to nothing; the copy made before is whole."
        )


run()
