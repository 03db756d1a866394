"""Whether this installation can do its work: what `/readyz` and `./run doctor` show."""

import shutil
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from registry.core import clock, heartbeat
from registry.core.db import announced, db, waiting_at_most
from registry.core.errors import DatabaseBusy, UnknownRevision, database_trouble
from registry.core.migrate import current_revision, head_revision, known_revisions
from registry.models.accounts import Throttle
from registry.models.audit import AuditHead
from registry.settings import current_settings

__all__ = ["Check", "check", "refuse_unknown_revision"]

PATIENCE_S = 2  # longer than a usual save; whoever asks `/readyz` gives up soon
DISK_FREE_MIN = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at, whether it is well, and what to do when it is not."""

    name: str
    is_well: bool
    message: str
    cause: str = "failed"  # in two words and without a secret, for machines that watch


def check() -> list[Check]:
    """Look at the database, its revision, the disk and the scheduler; never raises, costs four short queries."""
    return [_database(), _revision(), _disk(), _scheduler()]


def refuse_unknown_revision() -> None:
    """Stop a start against tables this release does not know; tables not migrated yet are told how to be.

    Raises
    ------
    UnknownRevision
        With the command that mends it.
    """
    current, head = current_revision(), head_revision()
    if current == head:
        return
    if current is not None and current not in known_revisions():
        raise UnknownRevision(
            f"The database is at revision {current}, which this release ({head}) does not know; start the newer release."
        )
    raise UnknownRevision(f"The database is at revision {current or 'none'}, not {head}; run `./run db upgrade` first.")


def _database() -> Check:
    """Tell whether a save would work.

    A connection opened while its file was sick stays so when the file is well again; it is let go at its first error.
    So only a second error in a row counts, unless somebody else's lock is the cause.
    """
    error = _refusal()
    if error is not None and not isinstance(database_trouble(error), DatabaseBusy):
        error = _refusal()
    if error is None:
        return Check("database", is_well=True, message="The database can be read and written.")
    trouble = database_trouble(error)
    message = str(trouble or "The database refuses a test write.")
    return Check("database", is_well=False, message=message, cause=trouble.cause if trouble else "failed")


def _refusal() -> DBAPIError | None:
    """Write for real: a read-only or full disk, or a lock, shows here and not at the first save.

    It is committed, since what is taken back never reaches the disk; the row is gone again by then, so nothing stays.
    """
    row = {"key": f"health:{token_hex(8)}", "window_started_at": clock.now(), "count": 0, "locks": 0}
    try:
        with announced(may_write=True), waiting_at_most(PATIENCE_S), db.engine.connect() as connection:
            connection.execute(insert(Throttle), row)
            connection.execute(delete(Throttle).where(Throttle.key == row["key"]))
            connection.execute(update(AuditHead).values(seq=AuditHead.seq))  # what every save waits for
            connection.commit()
    except DBAPIError as error:
        return error
    return None


def _revision() -> Check:
    try:
        refuse_unknown_revision()
    except UnknownRevision as error:
        return Check("revision", is_well=False, message=str(error))
    except DBAPIError:
        return Check("revision", is_well=False, message="The revision of the database cannot be read.")
    return Check("revision", is_well=True, message=f"The tables are at revision {head_revision()}.")


def _scheduler() -> Check:
    """Tell a scheduler that fell silent; one that never ran is told on Home, since nobody relies on it yet."""
    try:
        with announced(may_write=False), db.session.session_factory() as own:
            last = heartbeat.pulse(own)
    except DBAPIError:
        return Check("scheduler", is_well=False, message="When the scheduler last ran cannot be read.")
    if last is None:
        return Check("scheduler", is_well=True, message="The scheduler has never run; start `./run scheduler run`.")
    quiet = clock.now() - last
    minutes = int(quiet.total_seconds() // 60)
    if quiet > heartbeat.SILENT_AFTER:
        return Check("scheduler", is_well=False, message=f"The scheduler has been silent for {minutes} minutes.")
    return Check("scheduler", is_well=True, message="The scheduler ran within the last five minutes.")


def _disk() -> Check:
    try:
        free = shutil.disk_usage(current_settings().data_dir).free
    except OSError as error:
        return Check("disk", is_well=False, message=f"The data folder cannot be read ({error.strerror}).")
    mebibytes = free // (1024 * 1024)
    if free < DISK_FREE_MIN:
        return Check("disk", is_well=False, message=f"Only {mebibytes} MiB are free in the data folder; make room.")
    return Check("disk", is_well=True, message=f"{mebibytes} MiB are free in the data folder.")
