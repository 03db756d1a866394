"""What every test may ask for: an application on either database, a writer, a moment; and no network."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from werkzeug.routing.rules import Rule

from registry import create_app
from registry.core import clock, migrate
from registry.core.actor import Actor, Role
from registry.core.db import db, writing
from registry.settings import PREFIX, TEST_PREFIX, Settings
from tests import servers
from tests.people import make_person, sign_in

# Compiled once for the checkout, not once for every temporary data folder of a test.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parents[1] / "instance" / "numba"))

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECRET = "a secret only for tests, long enough to pass"
LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    """The machine's own REGISTRY_* variables would change what is tested."""
    for name in list(os.environ):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX):
            del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Every test has an application of its own; writing the code that builds its addresses once saves most of its making."""
    real, known = Rule._compile_builder, {}

    def remembered(self: Rule, append_unknown: bool = True) -> Any:
        key = (self.rule, tuple(self._trace), tuple(sorted((self.defaults or {}).items())), append_unknown)
        if key not in known:
            known[key] = real(self, append_unknown)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", remembered)
        yield


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for the applications of all tests; a changed template is compiled anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that would reach the world fails; this machine (PostgreSQL, servers under test) may be reached."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            pytest.fail(f"A test tried to reach {address[0]}; nothing leaves this machine.")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at head, made once by the migrations and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    made = create_app(Settings(data_dir=folder, secret_key=SECRET))
    with made.app_context():
        migrate.upgrade()
        db.engine.dispose()
    return folder / "registry.sqlite3"


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """Address of a database of this worker's own, at head; dropped at the end."""
    server = os.environ.get("REGISTRY_TEST_PG_URL")
    if not server:
        pytest.skip("no PostgreSQL: REGISTRY_TEST_PG_URL is not set")
    name = f"registry_test_{worker_id}_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The worker's PostgreSQL database, brought to head once."""
    folder = tmp_path_factory.mktemp("postgres")
    made = create_app(Settings(data_dir=folder, secret_key=SECRET, database_url=postgres_url))
    with made.app_context():
        migrate.upgrade()
        db.engine.dispose()
    return postgres_url


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name of the xdist worker; `main` without xdist."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture
def moment() -> datetime:
    """The time it is in tests, unless a test sets its own clock."""
    return NOON


@pytest.fixture
def sqlite_settings(tmp_path: Path, migrated_sqlite: Path) -> Settings:
    """Settings of a fresh installation on SQLite, its tables at head."""
    shutil.copy(migrated_sqlite, tmp_path / "registry.sqlite3")
    return Settings(data_dir=tmp_path, secret_key=SECRET)


@pytest.fixture
def postgres_settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of a fresh installation on PostgreSQL, its tables at head and empty."""
    url = request.getfixturevalue("migrated_postgres")
    return Settings(data_dir=tmp_path, secret_key=SECRET, database_url=url)


@pytest.fixture
def app(sqlite_settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on SQLite, inside its context."""
    yield from _running(sqlite_settings, compiled_templates)


@pytest.fixture
def postgres_app(postgres_settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on PostgreSQL, inside its context."""
    yield from _running(postgres_settings, compiled_templates)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def db_app(request: pytest.FixtureRequest) -> Flask:
    """The application on both databases, one after the other: for whatever touches data."""
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    return app


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice, as `./test` found it; for tests marked so."""
    return servers.office()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a sign-in, on SQLite."""
    return app.test_client()


@pytest.fixture
def client_as(app: Flask) -> Callable[..., FlaskClient]:
    """A browser signed in under roles: `client_as(Role.AUDITOR)`; forms need no CSRF token unless a test turns it on."""
    app.config["WTF_CSRF_ENABLED"] = False

    def signed_in(*roles: Role, name: str | None = None) -> FlaskClient:
        return sign_in(app, make_person(name or f"Some {'-'.join(roles)}", *roles))

    return signed_in


@pytest.fixture
def writer() -> Iterator[None]:
    """The right to write, which a request or command would have; ask for it after the application."""
    with writing():
        yield


@pytest.fixture
def actor() -> Actor:
    """Somebody who acts; not an account."""
    return Actor(person_id=7, name="Alice Example", email="alice@example.org", roles=frozenset({Role.ADMINISTRATOR}))


def _running(settings: Settings, templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = templates
    clock.set_clock(app.extensions, lambda: NOON)
    # A request in a test runs inside this context; without it, Flask would end the request's session itself.
    app.teardown_request(lambda _error: db.session.remove())
    with app.app_context():
        yield app
        db.session.remove()
        if not settings.uses_sqlite:
            _empty_postgres()
        db.engine.dispose()


def _empty_postgres() -> None:
    """Take all rows away; triggers are off for it, and the two single rows begin anew."""
    kept = {"audit_head", "graph_revision", "alembic_version"}
    names = [name for name in inspect(db.engine).get_table_names() if name not in kept]
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in names:
            connection.execute(text(f'DELETE FROM "{name}"'))
        connection.execute(text("UPDATE audit_head SET seq = 0, hash = :genesis"), {"genesis": "0" * 64})
        connection.execute(text("UPDATE graph_revision SET revision = 0"))
