"""Real faults under a running server: each is said in words, shows at `/readyz`, writes nothing by half, and passes.

The server is a process of its own and is never started again: what it must do is recover.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from registry.core import audit, clock
from registry.core import db as core_db
from registry.core.actor import Role
from registry.core.db import db, session
from registry.models import SavedView, WebSession
from registry.models.audit import AuditEntry
from registry.settings import Settings, current_settings
from tests.conftest import SECRET
from tests.people import PASSWORD, Someone, make_person, sign_in
from tests.servers import free_port
from tests.serving.served import ROOT, Browser, wait_until_ready

pytestmark = pytest.mark.slow

RECOVERY_LIMIT_S = 20
# Without this right even root meets the permission bits of a file, as an ordinary account does.
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
SERVE = f"""
import ctypes, os, sys
ctypes.CDLL(None).prctl({PR_CAPBSET_DROP}, {CAP_DAC_OVERRIDE}, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "waitress", *sys.argv[1:], "registry.wsgi:app"])
"""


@dataclass
class Site:
    """A running registry, and an administrator signed in to it."""

    pid: int
    browser: Browser

    def signs_in_page(self, someone: Someone) -> tuple[int, str]:
        """Fill the sign-in form."""
        return self.browser.post("/sign-in", "/sign-in", email=someone.email, password=PASSWORD)

    def signs_in(self, someone: Someone) -> int:
        """Sign somebody in; return the status of what they see then."""
        return self.signs_in_page(someone)[0]

    def save(self, name: str) -> tuple[int, str]:
        """Save a view: the smallest audited write a form can ask for."""
        return self.browser.post("/views", "/vendors?q=a", list_name="vendors", name=name, query="q=a", back="/vendors")

    def readiness(self) -> tuple[int, dict[str, str]]:
        """Ask whether it can work, and the state of each part."""
        status, said = self.browser.open("/readyz")
        return status, json.loads(said)["checks"]

    def recovers(self, name: str) -> bool:
        """Whether saving works again within a moment, without a new start."""
        end = time.monotonic() + RECOVERY_LIMIT_S
        while time.monotonic() < end:
            if self.readiness()[0] == 200:
                return self.save(name)[0] == 200
            time.sleep(0.2)
        return False


@contextmanager
def served(settings: Settings, *, path: str = "/readyz") -> Iterator[Site]:
    """Start waitress, as `./run` does, on the database of this test; it is up when a path answers 200."""
    variables = {**os.environ, "REGISTRY_DATA_DIR": str(settings.data_dir), "REGISTRY_SECRET_KEY": SECRET}
    if settings.database_url:
        variables["REGISTRY_DATABASE_URL"] = settings.database_url
    port, said = free_port(), settings.data_dir.with_suffix(".said")
    command = [sys.executable, "-c", SERVE, f"--listen=127.0.0.1:{port}", "--threads=4"]
    # its log is written by another process: a full disk must not stop the log as well
    with subprocess.Popen(["tee", said], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as log:
        process = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=log.stdin, stderr=log.stdin)
        try:
            wait_until_ready(process, f"http://127.0.0.1:{port}", said, path=path)
            yield Site(process.pid, Browser(f"http://127.0.0.1:{port}"))
        finally:
            process.terminate()
            process.wait(30)
            assert log.stdin is not None
            log.stdin.close()


@pytest.fixture
def someone(db_app: Flask) -> Someone:
    """A vendor manager with a password."""
    someone = make_person("Tomasz Manager", Role.VENDOR_MANAGER)
    db.session.remove()
    return someone


@pytest.fixture
def site(someone: Someone) -> Iterator[Site]:
    """The register served on either database, and somebody signed in."""
    with served(current_settings()) as site:
        assert site.signs_in(someone) == 200
        yield site


def stored() -> list[str]:
    """Return the views that were saved, once it is sure that the log is whole and tells of each."""
    db.session.remove()
    names = list(session().scalars(select(SavedView.name).order_by(SavedView.id)))
    told = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "saved_view.save")
    assert session().scalar(told) == len(names)
    assert audit.verify(session()).is_whole
    db.session.remove()
    return names


def says(page: tuple[int, str], *words: str) -> bool:
    """Whether a page is an honest refusal: in words, with a reference and a way back."""
    status, text_of = page
    return status == 503 and "Reference" in text_of and "Traceback" not in text_of and any(w in text_of for w in words)


@contextmanager
def locked() -> Iterator[None]:
    """Somebody else is in the middle of a write and does not end it."""
    with db.engine.connect() as connection, core_db.announced(may_write=True):
        connection.execute(text("UPDATE audit_head SET seq = seq"))
        connection.execute(text("UPDATE graph_revision SET revision = revision"))
        yield


def test_a_lock_that_is_not_let_go_is_said_in_words_and_passes(site: Site):
    assert site.save("Before")[0] == 200
    with locked():
        assert site.readiness() == (503, {**site.readiness()[1], "database": "busy"})
        assert site.browser.open("/vendors")[0] == 200  # reading does not wait
        assert says(site.save("Refused"), "busy with another change")
    assert site.recovers("After")
    assert stored() == ["Before", "After"]


def test_reading_goes_on_while_the_use_of_a_session_cannot_be_noted(db_app: Flask):
    browser = sign_in(db_app, make_person("Ada", Role.CISO))
    later = clock.now() + timedelta(minutes=5)
    clock.set_clock(db_app.extensions, lambda: later)
    db.session.remove()
    with db.engine.connect() as connection, core_db.announced(may_write=True):
        connection.execute(text("UPDATE web_session SET strength = strength"))
        assert browser.get("/vendors").status_code == 200
    assert browser.get("/vendors").status_code == 200
    assert session().scalars(select(WebSession.seen_at)).one() == later


def test_a_disk_without_room_is_said_in_words_and_passes(app: Flask, sqlite_settings: Settings):
    someone = make_person("Tomasz Manager", Role.VENDOR_MANAGER)
    db.session.remove()
    with served(sqlite_settings) as site:
        assert site.signs_in(someone) == 200
        assert site.save("Before")[0] == 200
        usual = resource.prlimit(site.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        assert site.readiness()[1]["database"] in {"disk error", "disk full"}
        assert says(site.save("Refused"), "disk of the database")
        assert site.browser.open("/vendors")[0] == 200
        resource.prlimit(site.pid, resource.RLIMIT_FSIZE, usual)
        assert site.recovers("After")
    assert stored() == ["Before", "After"]


def test_files_that_may_not_be_written_are_said_in_words_and_that_passes(app: Flask, sqlite_settings: Settings):
    someone = make_person("Tomasz Manager", Role.VENDOR_MANAGER)
    db.session.remove()
    db.engine.dispose()
    file = sqlite_settings.data_dir / "registry.sqlite3"
    file.chmod(0o400)
    with served(sqlite_settings, path="/healthz") as site:
        assert site.readiness()[1]["database"] in {"read-only", "cannot be opened"}
        assert says(site.signs_in_page(someone), "read-only")
        for each in file.parent.glob(f"{file.name}*"):  # what lies beside it was made in its likeness
            each.chmod(0o600)
        assert site.readiness() == (200, dict.fromkeys(site.readiness()[1], "ok"))
        assert site.signs_in(someone) == 200
        assert site.save("After")[0] == 200
    assert stored() == ["After"]


CLOSE_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


@contextmanager
def server_told(statement: str, *, undo: str) -> Iterator[None]:
    """Change how PostgreSQL treats the database, end what is connected to it, and take the change back."""
    name, admin = (
        db.engine.url.database,
        create_engine(db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT"),
    )
    db.session.remove()
    db.engine.dispose()
    with admin.connect() as connection:
        for each in (statement, CLOSE_ALL):
            connection.execute(text(each.format(name=name)))
        try:
            yield
        finally:
            for each in (undo, CLOSE_ALL):
                connection.execute(text(each.format(name=name)))
    admin.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("db_app", ["postgres"], indirect=True)
def test_a_database_server_that_goes_away_and_comes_back_needs_no_new_start(site: Site):
    assert site.save("Before")[0] == 200
    gone, back = ('ALTER DATABASE "{name}" ALLOW_CONNECTIONS ' + word for word in ("false", "true"))
    with server_told(gone, undo=back):
        assert site.readiness()[1]["database"] == "out of reach"
        assert says(site.browser.open("/vendors"), "cannot be reached")
        assert site.browser.open("/healthz")[0] == 200
    assert site.recovers("After")
    assert stored() == ["Before", "After"]


@pytest.mark.postgres
@pytest.mark.parametrize("db_app", ["postgres"], indirect=True)
def test_a_database_server_that_takes_no_changes_can_still_be_read(site: Site):
    only = 'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
    with server_told(only, undo='ALTER DATABASE "{name}" RESET default_transaction_read_only'):
        assert site.readiness()[1]["database"] == "read-only"
        assert site.browser.open("/vendors")[0] == 200
        assert says(site.save("Refused"), "read-only")
    assert site.recovers("After")
    assert stored() == ["After"]
