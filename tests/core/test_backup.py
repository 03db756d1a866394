"""A backup is consistent, proved, and can be restored; a broken one is refused."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from registry import create_app
from registry.core import audit
from registry.core.actor import Actor
from registry.core.backup import BackupBroken, NotEmpty, make_backup, read_manifest, restore_backup
from registry.core.db import db, session, writing
from registry.core.files import EvidenceStore
from registry.core.sealedkeys import KeysSealed, open_keys, seal_keys
from registry.core.work import work
from registry.models import SavedView
from registry.settings import Settings, current_settings


def fill(actor: Actor, count: int = 3) -> None:
    with writing():
        for number in range(count):
            with work(actor, "saved_view.add") as w:
                w.add(SavedView(person_id=1, list_name="vendors", name=f"View {number}", query="q"))


@pytest.fixture
def installation(db_app: Flask, actor: Actor) -> Settings:
    fill(actor)
    settings = current_settings()
    EvidenceStore(settings.data_dir / "evidence").keep([b"proof"], size_max=100)
    return settings


@pytest.fixture
def empty_settings(installation: Settings, tmp_path: Path) -> Iterator[Callable[[], Settings]]:
    """Makes the settings of another, empty installation on the same engine."""
    dropped = []

    def make() -> Settings:
        folder = tmp_path / "second"
        if installation.uses_sqlite:
            return Settings(data_dir=folder, secret_key=installation.secret_key)
        url = make_url(installation.database_url)
        name = f"{url.database}_restored"
        admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        dropped.append((admin, name))
        address = url.set(database=name).render_as_string(hide_password=False)
        return Settings(data_dir=folder, secret_key=installation.secret_key, database_url=address)

    yield make
    for admin, name in dropped:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def test_a_backup_is_restored_into_an_empty_installation_with_rows_files_and_chain(
    installation: Settings, empty_settings: Callable[[], Settings], tmp_path: Path, moment
):
    made = make_backup(installation, tmp_path / "copy", moment)
    assert read_manifest(tmp_path / "copy") == made
    assert made.counts["saved_view"] == 3
    second = create_app(empty_settings())
    with second.app_context():
        restore_backup(current_settings(), tmp_path / "copy")
        assert session().query(SavedView).count() == 3
        assert audit.head(session()) == made.head
        stored = EvidenceStore(current_settings().data_dir / "evidence")
        assert [stored.path_of(name).read_bytes() for name in stored.names()] == [b"proof"]
        with pytest.raises(NotEmpty):
            restore_backup(current_settings(), tmp_path / "copy")
        with writing(), pytest.raises(Exception, match="never changed"), db.engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_entry"))
        db.session.remove()
        db.engine.dispose()


def test_a_backup_made_while_others_write_is_whole(db_app: Flask, actor: Actor, tmp_path: Path, moment):
    fill(actor, 5)
    stop, failed = Event(), []

    def keep_writing() -> None:
        with db_app.app_context():
            while not stop.is_set():
                try:
                    fill(actor, 1)
                except Exception as error:  # noqa: BLE001 -- shown by the assertion below
                    failed.append(error)
            db.session.remove()

    thread = Thread(target=keep_writing)
    thread.start()
    try:
        made = [make_backup(current_settings(), tmp_path / f"copy{number}", moment) for number in range(3)]
    finally:
        stop.set()
        thread.join()
    assert failed == []
    assert [manifest.head.seq for manifest in made] == sorted(manifest.head.seq for manifest in made)
    assert all(manifest.counts["audit_entry"] == manifest.head.seq for manifest in made)


@pytest.mark.parametrize("wound", ["altered file", "missing file", "altered manifest", "no manifest", "way out"])
def test_a_wounded_backup_is_refused(wound: str, app: Flask, actor: Actor, tmp_path: Path, moment):
    fill(actor)
    copy = tmp_path / "copy"
    make_backup(current_settings(), copy, moment)
    database, manifest = copy / "registry.sqlite3", copy / "manifest.json"
    content = json.loads(manifest.read_bytes())
    if wound == "altered file":
        with sqlite3.connect(database) as connection:
            connection.execute("DROP TRIGGER tr_audit_entry_no_update")
            connection.execute("UPDATE audit_entry SET actor = 'somebody else' WHERE seq = 2")
        connection.close()
    elif wound == "missing file":
        database.unlink()
    elif wound == "altered manifest":
        manifest.write_text(json.dumps(content | {"audit_head": f"2:{'0' * 64}"}))
    elif wound == "no manifest":
        manifest.unlink()
    else:
        manifest.write_text(json.dumps(content | {"files": {"../../etc/hostname": "x", **content["files"]}}))
    second = create_app(Settings(data_dir=tmp_path / "second", secret_key="x" * 40))
    with second.app_context(), pytest.raises(BackupBroken):
        restore_backup(current_settings(), copy)
    assert not (tmp_path / "second" / "evidence").exists()


def test_a_backup_of_another_engine_or_a_newer_release_is_refused(app: Flask, actor: Actor, tmp_path: Path, moment):
    copy = tmp_path / "copy"
    make_backup(current_settings(), copy, moment)
    content = json.loads((copy / "manifest.json").read_bytes())
    second = create_app(Settings(data_dir=tmp_path / "second", secret_key="x" * 40))
    for change, words in (({"engine": "postgresql"}, "backup of postgresql"), ({"revision": "9999"}, "newer than")):
        (copy / "manifest.json").write_text(json.dumps(content | change))
        with second.app_context(), pytest.raises(BackupBroken, match=words):
            restore_backup(current_settings(), copy)


def test_a_backup_goes_into_a_new_folder_only(app: Flask, tmp_path: Path, moment):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine.txt").write_text("keep")
    with pytest.raises(NotEmpty):
        make_backup(current_settings(), tmp_path / "copy", moment)
    assert (tmp_path / "copy" / "mine.txt").read_text() == "keep"


def test_the_commands_say_what_they_did_and_leave_an_entry(app: Flask, actor: Actor, tmp_path: Path):
    fill(actor)
    run = app.test_cli_runner().invoke
    keys = tmp_path / "keys.sealed"
    words = "correct horse battery\ncorrect horse battery\n"
    made = run(args=["backup", str(tmp_path / "copy"), "--keys", str(keys)], input=words)
    assert (made.exit_code, "Backup written and checked" in made.output) == (0, True)
    assert audit.head(session()).seq == 4
    refused = run(args=["restore", str(tmp_path / "copy")])
    assert (refused.exit_code, "holds data already" in refused.output) == (1, True)
    second = create_app(Settings(data_dir=tmp_path / "second"))
    with second.app_context():  # the runner uses the application at work, so the second one must be it
        run = second.test_cli_runner().invoke
        back = run(args=["restore", str(tmp_path / "copy"), "--keys", str(keys)], input="correct horse battery\n")
        whole, well = run(args=["audit", "verify"]), run(args=["doctor"])
        db.session.remove()
        db.engine.dispose()
    assert back.exit_code == 0, back.output
    assert "3 entries" in back.output
    assert (tmp_path / "second" / "keys" / "secret_key").read_text() == app.config["SECRET_KEY"]
    assert (whole.exit_code, "Whole: 4 entries" in whole.output) == (0, True)
    assert well.exit_code == 0, well.output


def test_sealed_keys_open_with_the_right_words_only(tmp_path: Path):
    seal_keys(tmp_path / "keys", "right words", {"secret_key": "s"})
    assert open_keys(tmp_path / "keys", "right words") == {"secret_key": "s"}
    assert b"secret" not in (tmp_path / "keys").read_bytes()
    with pytest.raises(KeysSealed):
        open_keys(tmp_path / "keys", "wrong words")
    with pytest.raises(KeysSealed, match="exists"):
        seal_keys(tmp_path / "keys", "right words", {})
