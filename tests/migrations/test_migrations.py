"""Migrations run up, down and up again on both engines, with rows, and end at the schema of the models."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Enum, create_engine, inspect, text
from sqlalchemy.engine import make_url

from registry import create_app
from registry.core import audit, factstore, migrate
from registry.core.actor import Actor
from registry.core.db import announced, db, session, writing
from registry.core.errors import UnknownRevision
from registry.core.health import refuse_unknown_revision
from registry.core.work import work
from registry.domain.register.facts import Organisation, Register, Vendor
from registry.models import Base
from registry.settings import Settings

SECRET = "a secret only for tests, long enough to pass"
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions()))]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database holds nothing at all."""
    if request.param == "sqlite":
        yield from _inside(create_app(Settings(data_dir=tmp_path, secret_key=SECRET)))
        return
    base = make_url(request.getfixturevalue("postgres_url"))
    name = f"{base.database}_bare"
    admin = create_engine(base.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    address = base.set(database=name).render_as_string(hide_password=False)
    yield from _inside(create_app(Settings(data_dir=tmp_path, secret_key=SECRET, database_url=address)))
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def _inside(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def go_to(revision: str, *, down: bool = False) -> None:
    move = flask_migrate.downgrade if down else flask_migrate.upgrade
    move(directory=str(migrate.MIGRATIONS), revision=revision)


def fill() -> None:
    register = Register(organisation=Organisation(name="Us"), vendors=(Vendor(code="V-0001", name="Corvid"),))
    with writing(), work(Actor.system("test"), "register.fill") as w:
        factstore.insert_register(w, register, already_checked=True)


def test_migrations_are_numbered_in_one_line():
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS


def test_migrations_import_nothing_of_the_application():
    for file in (migrate.MIGRATIONS / "versions").glob("*.py"):
        content = file.read_text(encoding="utf-8")
        assert "import registry" not in content, file.name
        assert "from registry" not in content, file.name


def test_the_tables_at_head_are_those_of_the_models(bare_app: Flask):
    migrate.upgrade()
    with announced(may_write=False), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_check_of_the_models_is_in_the_database_under_its_name(bare_app: Flask):
    migrate.upgrade()
    found = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == wanted, table.name


def test_the_words_of_each_closed_list_are_those_of_the_model(bare_app: Flask):
    migrate.upgrade()
    found = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        checks = {check["name"]: check["sqltext"] for check in found.get_check_constraints(table.name)}
        for column in table.columns:
            if isinstance(column.type, Enum):
                content = checks[f"ck_{table.name}_{column.type.name}"]
                assert content.count("'") == 2 * len(column.type.enums), column
                assert all(f"'{word}'" in content for word in column.type.enums), column


def test_every_migration_goes_down_and_up_again_with_rows_in_the_tables(bare_app: Flask):
    migrate.upgrade()
    fill()
    for revision in reversed(REVISIONS[:-1]):
        go_to(revision, down=True)
        assert migrate.current_revision() == revision
    with announced(may_write=False), db.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM vendor")).scalar_one() == "Corvid"
    migrate.upgrade()
    assert migrate.current_revision() == REVISIONS[-1]
    assert audit.verify(session()).is_whole


def test_the_first_migration_leaves_nothing_when_taken_back(bare_app: Flask):
    migrate.upgrade()
    go_to("base", down=True)
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    migrate.upgrade()
    fill()
    assert audit.verify(session()).entries == 1


def test_sqlite_is_copied_aside_before_its_tables_are_rewritten(tmp_path: Path):
    app = create_app(Settings(data_dir=tmp_path, secret_key=SECRET))
    with app.app_context():
        go_to(REVISIONS[0])
        assert not (tmp_path / "backups").exists()
        migrate.upgrade()
        copies = list((tmp_path / "backups").iterdir())
        db.engine.dispose()
    assert [copy.name for copy in copies] == [f"before-migration-from-{REVISIONS[0]}.sqlite3"]


def test_a_server_refuses_tables_of_another_release_and_says_what_to_do(bare_app: Flask):
    with pytest.raises(UnknownRevision, match="db upgrade"):
        refuse_unknown_revision()
    migrate.upgrade()
    refuse_unknown_revision()
    with announced(may_write=True), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownRevision, match="newer release"):
        refuse_unknown_revision()
