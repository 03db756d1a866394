"""Backups: a consistent copy of database and evidence with a manifest of hashes, proved after writing and on restore.

The database is copied first: a row refers to a file only after the file is on disk, so every file the copy refers to
is there when the evidence is copied afterwards. The folder appears under its name only when it is complete.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session

from registry.core import audit
from registry.core.db import announced, db, engine_name
from registry.core.errors import CoreError
from registry.core.files import sha256_of, write_whole
from registry.core.migrate import current_revision, known_revisions
from registry.core.pgtools import dump, load_dump
from registry.models.base import Base
from registry.settings import Settings

__all__ = ["BackupBroken", "Manifest", "NotEmpty", "make_backup", "read_manifest", "restore_backup"]

MANIFEST, SQLITE_COPY, POSTGRES_DUMP, EVIDENCE = "manifest.json", "registry.sqlite3", "registry.dump", "evidence"
FORMAT = 1


class BackupBroken(CoreError):
    """A backup that is incomplete or altered; nothing was restored from it."""


class NotEmpty(CoreError):
    """A restore goes into an empty installation only, a backup into an empty folder only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds, and the head of the audit chain that its database must have."""

    made_at: datetime
    engine: str
    revision: str
    head: audit.Head
    counts: dict[str, int]
    files: dict[str, str]  # path within the backup -> SHA-256

    def as_json(self) -> bytes:
        """Return the manifest as it is written."""
        content = {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "engine": self.engine,
            "revision": self.revision,
            "audit_head": str(self.head),
            "counts": self.counts,
            "files": self.files,
        }
        return json.dumps(content, indent=2, sort_keys=True).encode()


def make_backup(settings: Settings, target: Path, made_at: datetime) -> Manifest:
    """Copy everything into a new folder and prove the copy; safe while others write.

    Raises
    ------
    NotEmpty
        There is something at the target.
    BackupBroken
        The copy does not hold what it should; nothing is left behind.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotEmpty(f"{target} is not empty; name a new folder for each backup.")
    beside = target.with_name(f".{target.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    try:
        manifest = _write(settings, beside, made_at)
        _prove(beside, manifest)
        if target.exists():
            target.rmdir()
        beside.rename(target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return manifest


def restore_backup(settings: Settings, source: Path) -> Manifest:
    """Bring a backup into an empty installation; checks it before, and what was restored after.

    Raises
    ------
    NotEmpty
        The installation holds something already.
    BackupBroken
        A file is missing or altered, or the database is of another engine or a newer release.
    """
    manifest = read_manifest(source)
    if manifest.engine != engine_name():
        raise BackupBroken(f"This is a backup of {manifest.engine}; this installation uses {engine_name()}.")
    if manifest.revision not in known_revisions():
        raise BackupBroken(f"This backup is at revision {manifest.revision}, newer than this release; update first.")
    evidence = settings.data_dir / EVIDENCE
    if current_revision() is not None or (evidence.exists() and any(evidence.iterdir())):
        raise NotEmpty("This installation holds data already; restore into an empty one: ./run --data DIR restore ...")
    _prove(source, manifest)
    if manifest.engine == "sqlite":
        db.engine.dispose()
        _place(source / SQLITE_COPY, Path(db.engine.url.database or ""))
    else:
        load_dump(db.engine.url, source / POSTGRES_DUMP)
    if (source / EVIDENCE).is_dir():
        shutil.copytree(source / EVIDENCE, evidence, dirs_exist_ok=True)
    _check_chain(db.engine, manifest)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """Read the manifest of a backup."""
    try:
        content: dict[str, Any] = json.loads((source / MANIFEST).read_bytes())
        return Manifest(
            made_at=datetime.fromisoformat(content["made_at"]),
            engine=content["engine"],
            revision=content["revision"],
            head=audit.Head.parse(content["audit_head"]),
            counts=content["counts"],
            files=content["files"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupBroken(f"{source} is no backup: its {MANIFEST} is missing or cannot be read.") from error


def _write(settings: Settings, folder: Path, made_at: datetime) -> Manifest:
    if engine_name() == "sqlite":
        _copy_sqlite(Path(db.engine.url.database or ""), folder / SQLITE_COPY)
        with _opened(folder / SQLITE_COPY) as engine, engine.connect() as connection, Session(connection) as session:
            facts = _facts_of(session)
    else:
        with _exported_snapshot() as (session, snapshot):
            facts = _facts_of(session)
            dump(db.engine.url, folder / POSTGRES_DUMP, snapshot)
    if (settings.data_dir / EVIDENCE).is_dir():
        shutil.copytree(settings.data_dir / EVIDENCE, folder / EVIDENCE, ignore=shutil.ignore_patterns(".*"))
    files = {
        path.relative_to(folder).as_posix(): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    manifest = Manifest(made_at=made_at, engine=engine_name(), files=files, **facts)
    write_whole(folder / MANIFEST, manifest.as_json())
    return manifest


def _facts_of(session: Session) -> dict[str, Any]:
    counts = {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return {"head": audit.head(session), "counts": counts, "revision": revision}


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy page by page through SQLite itself; copying the live file leaves a malformed one."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
    target.chmod(0o600)


@contextmanager
def _exported_snapshot() -> Iterator[tuple[Session, str]]:
    """Hold one state of a PostgreSQL database open, so that manifest and dump speak of the same one."""
    with announced(may_write=False), db.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ")
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        with Session(connection) as session:
            yield session, snapshot


@contextmanager
def _opened(file: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{file}")
    try:
        yield engine
    finally:
        engine.dispose()


def _prove(folder: Path, manifest: Manifest) -> None:
    """Check every file against the manifest, and the copied database against its own rules and the chain."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BackupBroken(f"The manifest names a file outside the backup: {name}")
        if not path.is_file() or sha256_of(path) != expected:
            raise BackupBroken(f"{name} is missing or altered; this backup cannot be trusted.")
    database = folder / (SQLITE_COPY if manifest.engine == "sqlite" else POSTGRES_DUMP)
    if database.name not in manifest.files:
        raise BackupBroken("The backup holds no database.")
    if manifest.engine != "sqlite":
        return  # a dump shows its content only when restored; the chain is checked then
    with _opened(database) as engine:
        with engine.connect() as connection:
            found = connection.execute(text("PRAGMA integrity_check")).scalar()
        if found != "ok":
            raise BackupBroken(f"The copied database is damaged: {found}")
        _check_chain(engine, manifest)


def _check_chain(engine: Engine, manifest: Manifest) -> None:
    with announced(may_write=False), Session(engine) as session:
        verdict = audit.verify(session, manifest.head)
    if not verdict.is_whole:
        raise BackupBroken(f"The audit log in this backup is not whole. {verdict.problem}")


def _place(source: Path, target: Path) -> None:
    """Put a file in place whole or not at all."""
    beside = target.with_name(f".{target.name}.restoring")
    shutil.copyfile(source, beside)
    beside.chmod(0o600)
    with beside.open("rb") as copy:
        os.fsync(copy.fileno())
    for leftover in (f"{target.name}-wal", f"{target.name}-shm"):
        target.with_name(leftover).unlink(missing_ok=True)
    beside.replace(target)
