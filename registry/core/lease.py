"""Rights that one process holds at a time, and the time by which they end.

A right is a row with a holder, a token and an end. Whoever holds it renews it in time; whoever finds it over takes it
with a new token. A holder that was stopped for a while and goes on carries a stale token, and every act it does under
the right looks the token up in its own transaction, so that it writes nothing.
"""

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.core import clock
from registry.core.db import engine_name, session
from registry.core.errors import CoreError
from registry.core.work import Work, bookkeeping
from registry.models.jobs import Lease

__all__ = ["Holder", "LostLease", "holder_of", "lease_now", "process_name", "renew", "require", "stop_holding"]


class LostLease(CoreError):
    """Somebody else took over in the meantime; nothing was written."""


def process_name() -> str:
    """Return machine and process, for people who look for it."""
    return f"{socket.gethostname()}:{os.getpid()}"[:200]


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that asks for a right; its token is as good as new with every process."""

    name: str
    life: timedelta
    owner: str = field(default_factory=process_name)
    token: str = field(default_factory=lambda: token_hex(16))


def lease_now(own: Session) -> datetime:
    """Return the time leases are counted in: the database's where several machines share it, else the application's.

    Clocks of hosts differ, and a lease must be over for everybody at the same moment. An application whose clock was
    set (a test) keeps it.
    """
    is_shared = engine_name() == "postgresql" and clock.is_real()
    return own.execute(select(func.clock_timestamp())).scalar_one() if is_shared else clock.now()


def renew(holder: Holder) -> bool:
    """Take or keep a right; tell whether the holder has it now. One short transaction."""
    with bookkeeping() as own:
        now = lease_now(own)
        # An end further away than any life was written by a clock that has been set back since.
        is_over = or_(Lease.lease_until < now, Lease.lease_until > now + 2 * holder.life)
        values = {"owner": holder.owner, "token": holder.token, "lease_until": now + holder.life}
        taken = own.execute(
            update(Lease)
            .where(Lease.name == holder.name, or_(Lease.token == holder.token, is_over))
            .values(values)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE counts its rows
            return True
        insert = postgresql.insert if engine_name() == "postgresql" else sqlite.insert
        statement = insert(Lease).values(name=holder.name, **values).on_conflict_do_nothing()
        # the drivers count an INSERT that did nothing in ways of their own; what it returns is the same on both
        return own.execute(statement.returning(Lease.name)).scalar_one_or_none() is not None


def require(w: Work, holder: Holder) -> None:
    """Look inside an act whether the right is still held, and keep it until the act is done.

    Raises
    ------
    LostLease
        The token is stale; the act must end without a trace.
    """
    question = select(Lease.token, Lease.lease_until).where(Lease.name == holder.name).with_for_update()
    row = w.session.execute(question).one_or_none()
    if row is None or row.token != holder.token or row.lease_until < lease_now(w.session):
        raise LostLease(f"{holder.owner} no longer holds {holder.name}.")


def stop_holding(holder: Holder) -> None:
    """Give a right back, so that the next process need not wait for its end."""
    with bookkeeping() as own:
        own.execute(delete(Lease).where(Lease.name == holder.name, Lease.token == holder.token))


def holder_of(name: str) -> tuple[str, datetime] | None:
    """Return who holds a right and until when; None when nobody does. One query."""
    row = session().execute(select(Lease.owner, Lease.lease_until).where(Lease.name == name)).one_or_none()
    return (row.owner, row.lease_until) if row else None
