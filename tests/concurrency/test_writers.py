"""Real processes and threads on one database: no lost update, all or nothing after a kill, clear words when it cannot."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, event, func, select, text

from registry import create_app
from registry.core import audit, health
from registry.core import db as core_db
from registry.core.actor import Actor
from registry.core.db import announced, db, session, writing
from registry.core.errors import Contended, DatabaseBusy, DatabaseFull, DatabaseReadOnly
from registry.core.work import bookkeeping, retried, work
from registry.models import AuditEntry, FactCode, SavedView, Segment
from registry.settings import Settings, current_settings

WRITER = Path(__file__).with_name("writer.py")
ROOT = WRITER.parents[2]


def environment() -> dict[str, str]:
    settings = current_settings()
    given = {
        "REGISTRY_DATA_DIR": str(settings.data_dir),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_SECRET_KEY": settings.secret_key or "",
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **given}


def start_writer(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, WRITER, *map(str, arguments)], env=environment(), stdout=subprocess.PIPE, cwd=ROOT
    )


def add_segment(actor: Actor, people: int = 0) -> None:
    with writing(), work(actor, "segment.add") as w:
        w.insert_many(FactCode, [{"code": "G-01", "kind": "segments"}])
        w.add(Segment(code="G-01", name="Everyone", people=people))


def add_view(actor: Actor, name: str = "Mine") -> None:
    with writing(), work(actor, "saved_view.add") as w:
        w.add(SavedView(person_id=1, list_name="vendors", name=name, query="q"))


def people() -> int:
    return session().scalar(select(Segment.people).where(Segment.code == "G-01"))


@pytest.mark.slow
def test_processes_that_read_and_write_the_same_row_lose_no_update(db_app: Flask, actor: Actor):
    add_segment(actor)
    writers = [start_writer("increment", 25) for _ in range(3)]
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert people() == 75
    verdict = audit.verify(session())
    assert (verdict.is_whole, verdict.entries) == (True, 76)


def test_eight_threads_that_read_and_write_the_same_row_lose_no_update(db_app: Flask, actor: Actor):
    add_segment(actor)
    failed: list[BaseException] = []

    @retried
    def increment() -> None:
        with work(actor, "segment.count") as w:
            row = w.get(Segment, "G-01")
            row.people = row.people + 1

    def run() -> None:
        try:
            with db_app.app_context(), writing():
                for _ in range(10):
                    increment()
        except BaseException as error:  # noqa: BLE001 -- shown by the assertion below
            failed.append(error)

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert people() == 80
    assert audit.verify(session()).is_whole


@pytest.mark.slow
def test_a_killed_writer_leaves_all_of_an_act_or_nothing(db_app: Flask):
    size, chance = 40, random.Random(7)
    writers = [start_writer("batches", size, number * 1000) for number in range(3)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        time.sleep(chance.uniform(0.02, 0.3))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    rows = session().scalar(select(func.count()).select_from(Segment)) or 0
    codes = session().scalar(select(func.count()).select_from(FactCode)) or 0
    entries = session().scalar(select(func.count()).select_from(AuditEntry)) or 0
    assert rows == codes == entries * size
    assert audit.verify(session()).is_whole


def test_two_acts_that_wait_for_each_other_are_both_done(postgres_app: Flask, actor: Actor):
    """A deadlock needs row locks, so PostgreSQL; SQLite has one writer at a time."""
    with writing(), work(actor, "saved_view.add") as w:
        keys = [w.add(SavedView(person_id=1, list_name="x", name=name, query="q")).id for name in "ab"]
    failed: list[BaseException] = []
    refused: list[Contended] = []

    @retried
    def change(first: int, second: int, name: str) -> None:
        try:
            with work(actor, "saved_view.rename") as w:
                w.get(SavedView, first).name = name
                w.session.flush()
                time.sleep(0.2)
                w.get(SavedView, second).name = name
        except Contended as error:
            refused.append(error)
            raise

    def run(first: int, second: int, name: str) -> None:
        try:
            with postgres_app.app_context(), writing():
                change(first, second, name)
        except BaseException as error:  # noqa: BLE001 -- shown by the assertion below
            failed.append(error)

    threads = [Thread(target=run, args=(*keys, "one")), Thread(target=run, args=(*reversed(keys), "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(refused) == 1
    assert len(set(session().scalars(select(SavedView.name)))) == 1


@contextmanager
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application on the same database that waits a fifth of a second for a lock instead of ten."""
    monkeypatch.setattr(core_db, "BUSY_SECONDS", 0.2)
    app = create_app(current_settings())
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def lock_held() -> Iterator[None]:
    """Somebody else is in the middle of a write."""
    with db.engine.connect() as connection:
        with announced(may_write=True):
            connection.execute(text("UPDATE audit_head SET seq = seq"))
        yield


def test_a_lock_held_for_long_is_said_in_words_and_nothing_is_half_written(
    db_app: Flask, actor: Actor, monkeypatch: pytest.MonkeyPatch
):
    add_view(actor)
    with lock_held(), impatient(monkeypatch):
        with pytest.raises(DatabaseBusy, match="try again"):
            add_view(actor, "Second")
        assert session().scalar(select(func.count()).select_from(SavedView)) == 1  # reading does not wait
    add_view(actor, "Third")
    assert audit.verify(session()).entries == 2


def test_bookkeeping_in_a_request_that_reads_does_not_wait_for_itself(db_app: Flask):
    session().execute(select(SavedView)).all()
    assert session().in_transaction()
    with bookkeeping() as own:
        assert own is not session()
        own.execute(text("UPDATE graph_revision SET revision = revision"))


@contextmanager
def read_only(app: Flask) -> Iterator[None]:
    def refuse(connection: Connection, *_: object) -> None:
        connection.cursor().execute("PRAGMA query_only = ON")

    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        event.listen(db.engine, "connect", refuse)
        yield
        event.remove(db.engine, "connect", refuse)
        db.engine.dispose()
        return
    name = db.engine.url.database
    admin = create_engine(db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    db.engine.dispose()
    yield
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
    db.engine.dispose()
    admin.dispose()


def test_a_read_only_database_is_said_in_words_shows_in_health_and_can_still_be_read(db_app: Flask, actor: Actor):
    add_view(actor)
    db.session.remove()
    with read_only(db_app):
        with pytest.raises(DatabaseReadOnly, match="read-only"):
            add_view(actor, "Second")
        assert [check.name for check in health.check() if not check.is_well] == ["database"]
        assert session().scalar(select(func.count()).select_from(SavedView)) == 1
        db.session.remove()
    add_view(actor, "Third")
    assert audit.verify(session()).entries == 2


def test_a_full_disk_is_said_in_words_and_nothing_is_half_written(app: Flask, actor: Actor):
    """SQLite's own limit stands in for the disk; it takes the same way through the code."""
    add_view(actor)
    db.session.remove()
    db.engine.dispose()

    def nearly_full(connection: Connection, *_: object) -> None:
        cursor = connection.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 2}")

    event.listen(db.engine, "connect", nearly_full)
    with pytest.raises(DatabaseFull, match="full"):
        add_view(actor, "Second" + "x" * 100_000)
    event.remove(db.engine, "connect", nearly_full)
    db.session.remove()
    db.engine.dispose()
    add_view(actor, "Third")
    assert audit.verify(session()).entries == 2


def test_a_database_that_is_gone_shows_in_health(tmp_path: Path):
    app = create_app(
        Settings(data_dir=tmp_path, secret_key="x" * 40, database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    )
    with app.app_context():
        assert {check.name for check in health.check() if not check.is_well} == {"database", "revision", "scheduler"}
