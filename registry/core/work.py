"""The one way in for every write: `with work(actor, "vendor.rename") as w:` is one transaction and one audit entry.

Why so: a call site that must remember to log forgets to; here the entry is taken from what the session is about to
write, and a session that writes outside `work()` raises. Services receive `w`, change rows, and return codes.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from flask import Flask
from sqlalchemy import ColumnElement, Table, event, inspect, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError

from registry.core import audit, clock
from registry.core.actor import Actor
from registry.core.audit import UNAUDITED_TABLES
from registry.core.bulk import Prepared, insert_prepared, insert_rows, update_rows
from registry.core.db import announced, db, may_write
from registry.core.errors import Contended, NotFound, StaleVersion, WriteOutsideWork, database_trouble
from registry.core.logs import request_id
from registry.models.audit import GraphRevision
from registry.models.base import Base, FactRow

if TYPE_CHECKING:
    from registry.domain.reminding.cadence import Recipient

__all__ = [
    "BOOKKEEPING_TABLES",
    "CLAIM_COLUMNS",
    "UNAUDITED_TABLES",
    "Work",
    "bookkeeping",
    "claim_rows",
    "init_app",
    "retried",
    "work",
]

# Written by `bookkeeping()`, without an audit entry: state of the machinery, not of the register. A test pins the list.
BOOKKEEPING_TABLES = frozenset(
    {
        "web_session",
        "known_browser",
        "throttle",
        "lease",
        "heartbeat",
        "job_progress",
        "idempotency_key",
        "portal_code",
        "portal_session",
        "tour_progress",
    }
)
# Columns of audited tables that say who works on a row just now; what came of it is written by `work()`.
CLAIM_COLUMNS: Mapping[str, frozenset[str]] = {
    "job": frozenset({"state", "owner", "token", "lease_until", "attempts", "started_at", "next_try"}),
    "outbox": frozenset({"state", "owner", "token", "lease_until", "attempts", "first_tried_at", "next_try"}),
}
CHAIN_TABLES = frozenset({"audit_entry", "audit_change", "audit_head"})
ATTEMPTS = 3
PAUSE_SECONDS = 0.05

Row = TypeVar("Row", bound=Base)
P = ParamSpec("P")
R = TypeVar("R")

# Marks in `session.info`: the stack of works, all works of the transaction in order, and what the guard lets pass.
_WORK, _ENTRIES, _DIRECT, _KEEPING = "work", "entries", "direct", "bookkeeping"


class Work:
    """One act in progress: reads rows to change, adds rows, and remembers what to tell the audit log."""

    def __init__(self, session: Session, actor: Actor, action: str, subject: str | None) -> None:
        self.session = session
        self.actor = actor
        self.action = action
        self.now: datetime = clock.now()
        self.act = audit.Act(
            actor_id=actor.person_id, actor=actor.name, action=action, request_id=request_id(), subject=subject
        )

    def get(self, model: type[Row], key: object, version: int | None = None) -> Row:
        """Read one row in order to change it; locks it, so that two writers queue instead of overwriting.

        Raises
        ------
        NotFound
            There is no such row.
        StaleVersion
            The row is no longer at the version the form was filled from.
        """
        self.session.flush()
        row = self.session.get(model, key, populate_existing=True, with_for_update=True)
        if row is None:
            raise NotFound(model.__tablename__.replace("_", " "), key)
        current = getattr(row, "version", None)
        if version is not None and current != version:
            raise StaleVersion(model.__tablename__.replace("_", " "), key, yours=version, current=current)
        return row

    def add(self, row: Row) -> Row:
        """Write a new row now, so that its key is known and its constraints are checked."""
        self.session.add(row)
        self.session.flush()
        return row

    def delete(self, row: Base) -> None:
        """Delete a row; for what is no fact (facts are archived)."""
        self.session.delete(row)
        self.session.flush()

    def insert_many(self, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Insert many rows with their change lines; return their keys in order."""
        self.session.flush()
        with _directly(self.session):
            keys = insert_rows(self.session, self.act, model, rows, now=self.now)
        self._notice(model, changed=bool(keys))
        return keys

    def insert_prepared(self, prepared: Prepared) -> None:
        """Insert rows that `bulk.prepare_rows` made ready before this act began, with their change lines."""
        self.session.flush()
        with _directly(self.session):
            insert_prepared(self.session, self.act, prepared)
        self._notice(prepared.model, changed=bool(prepared.parameters))

    def update_many(self, model: type[Base], changes: Mapping[Any, Mapping[str, Any]]) -> int:
        """Change many rows, given as key -> new values, with their change lines; return how many really changed."""
        self.session.flush()
        with _directly(self.session):
            count = update_rows(self.session, self.act, model, changes, now=self.now)
        self._notice(model, changed=bool(count))
        return count

    def about(self, subject: str) -> None:
        """Name the subject of the entry, as `table:key`; by default the first row that changed."""
        self.act.subject = subject

    def forget(self) -> None:
        """Leave no entry: it turned out that there is nothing to do. For an act that changed nothing."""
        self.act.subject = None

    def tell(self, to: "Recipient", template: str, fields: Mapping[str, str], *, dedupe_key: str, **more: Any) -> bool:
        """Plan a mail in this act; False when one with this key is planned already. See `registry.core.outbox`."""
        from registry.core.outbox import Message, tell  # the outbox is written by works, so it rests on this module

        return tell(self, Message(to=to, template=template, fields=fields, dedupe_key=dedupe_key, **more))

    def note(self, **details: Any) -> None:
        """Keep something in the audit entry beside the changes; an act without changes needs this or a subject."""
        self.act.details.update(details)

    def execute_counter(self, statement: Any) -> Any:
        """Run a statement on an unaudited table of this act, such as a counter, and return its one value."""
        if statement.table.name not in UNAUDITED_TABLES - CHAIN_TABLES:
            raise WriteOutsideWork(f"{statement.table.name} is written through rows, insert_many or update_many.")
        self.session.flush()
        with _directly(self.session):
            result = self.session.execute(statement)
            return result.scalar_one_or_none() if statement._returning else None  # noqa: SLF001 -- no public name says it

    def _notice(self, model: type[Base], *, changed: bool) -> None:
        if changed and issubclass(model, FactRow):
            self.act.touches_facts = True


@contextmanager
def work(actor: Actor, action: str, *, subject: str | None = None) -> Iterator[Work]:
    """Do one act: begin, commit or roll back, and leave one audit entry.

    Within another `work()` it joins the outer transaction behind a savepoint and adds an entry of its own.

    Parameters
    ----------
    actor
        Who acts.
    action
        What is done, as `subject.verb`.
    subject
        What it is done to, as `table:key`; by default the first row that changes.
    """
    if not may_write():
        raise WriteOutsideWork(f"{action}: this request, command or tick was not announced as a writer.")
    session = db.session()
    outer: list[Work] | None = session.info.get(_WORK)
    current = Work(session, actor, action, subject)
    if outer is not None:
        with _joined(session, outer, current):
            yield current
        return
    stack = session.info[_WORK] = [current]
    finished = session.info[_ENTRIES] = [current]
    try:
        yield current
        session.flush()
        _finish(session, [each.act for each in finished])
        session.commit()
    except BaseException as error:  # noqa: BLE001 -- whatever happened, also Ctrl-C: all of it or nothing
        session.rollback()
        _raise_in_words(error)
    finally:
        stack.clear()
        session.info.pop(_WORK, None)
        session.info.pop(_ENTRIES, None)


@contextmanager
def _joined(session: Session, stack: list[Work], current: Work) -> Iterator[None]:
    session.flush()  # what came before belongs to the outer entry
    stack.append(current)
    entries: list[Work] = session.info[_ENTRIES]
    entries.append(current)
    mark = len(entries)
    try:
        with session.begin_nested():
            yield
            session.flush()
    except BaseException:
        del entries[mark - 1 :]
        raise
    finally:
        stack.remove(current)


def _finish(session: Session, acts: list[audit.Act]) -> None:
    """Write the log; the revision and the head come last because every other writer waits for them."""
    with _directly(session):
        if any(act.touches_facts for act in acts):
            session.execute(update(GraphRevision).values(revision=GraphRevision.revision + 1))
        if any(not act.is_empty for act in acts):
            audit.append(session, acts, clock.now())


def _raise_in_words(error: BaseException) -> NoReturn:
    trouble = database_trouble(error) if isinstance(error, DBAPIError) else None
    if trouble is not None:
        raise trouble from error
    if isinstance(error, StaleDataError):
        raise StaleVersion("record", None) from error
    raise error


@contextmanager
def bookkeeping() -> Iterator[Session]:
    """Write to a table of `BOOKKEEPING_TABLES` without an audit entry, in a short transaction.

    Inside `work()` it joins. In a request that only reads it uses a connection of its own, since the request's
    transaction cannot become a writer; in one that may write it commits the request's, which holds nothing else.
    """
    if may_write():
        with _keeping(db.session()) as session:
            yield session
            session.flush() if session.info.get(_WORK) else session.commit()
        return
    with announced(may_write=True), db.session.session_factory() as own, _keeping(own) as session:
        yield session
        session.commit()


def claim_rows(session: Session, model: type[Base], which: ColumnElement[bool], values: Mapping[str, Any]) -> int:
    """Claim rows of an audited table, or let them go, inside `bookkeeping()`; return how many it were.

    The condition is the claim: whoever changes the row got it, whoever changes none was too late.
    """
    table = model.__tablename__
    if not (session.info.get(_KEEPING) and values.keys() <= CLAIM_COLUMNS.get(table, frozenset())):
        raise WriteOutsideWork(f"{table}: only the columns of a claim are written outside work().")
    with _directly(session):
        done = session.execute(update(model).where(which).values(**values).execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE counts its rows


@contextmanager
def _keeping(session: Session) -> Iterator[Session]:
    before = session.info.get(_KEEPING, False)
    session.info[_KEEPING] = True
    try:
        yield session
    except BaseException as error:  # noqa: BLE001 -- as in work()
        if not session.info.get(_WORK):
            session.rollback()
        _raise_in_words(error)
    finally:
        session.info[_KEEPING] = before


def retried(call: Callable[P, R]) -> Callable[P, R]:
    """Run a service again, at most three times, when the database asks for it (deadlock, serialisation).

    A `with` block cannot run itself again, so the whole service does; it must therefore have no effect outside its
    transaction. Inside another `work()` the error travels on: only the outermost call can begin anew.
    """

    @wraps(call)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS):
            try:
                return call(*args, **kwargs)
            except Contended:
                if db.session().info.get(_WORK):
                    raise
                time.sleep(PAUSE_SECONDS * attempt)
        return call(*args, **kwargs)

    return again


def init_app(_app: Flask) -> None:
    """Set the guard on every session; calling it again changes nothing."""
    if not event.contains(db.session.session_factory, "before_flush", _guard_flush):
        event.listen(db.session.session_factory, "before_flush", _guard_flush)
        event.listen(db.session.session_factory, "after_flush", _record_flush)
        event.listen(db.session.session_factory, "do_orm_execute", _guard_statement)


def _guard_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    tables = {row.__tablename__ for row in changed}
    if not tables:
        return
    stack: list[Work] = session.info.get(_WORK) or []
    if stack and not tables & CHAIN_TABLES:
        _stamp(session, stack[-1].now)
    elif not (session.info.get(_KEEPING) and tables <= BOOKKEEPING_TABLES):
        raise WriteOutsideWork(f"{', '.join(sorted(tables))}: rows are written inside work() only.")


def _stamp(session: Session, now: datetime) -> None:
    for row in session.new:
        if isinstance(row, FactRow):
            row.created_at = now
            row.updated_at = now
    for row in session.dirty:
        if isinstance(row, FactRow) and session.is_modified(row):
            row.updated_at = now


def _record_flush(session: Session, _context: UOWTransaction) -> None:
    """Take before and after from attribute history; it is still there after the statements and before the commit."""
    stack: list[Work] = session.info.get(_WORK) or []
    if not stack:
        return
    current = stack[-1]
    for operation, rows in (("insert", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in rows:
            if row.__tablename__ in BOOKKEEPING_TABLES | UNAUDITED_TABLES:
                continue
            fields = _history(inspect(row), current.act, operation)
            if fields or operation == "delete":
                current.act.add_line(row.__tablename__, _key_text(row), operation, fields)
                current._notice(type(row), changed=True)  # noqa: SLF001 -- same module


def _history(state: InstanceState[Any], act: audit.Act, operation: str) -> dict[str, list[Any]]:
    fields: dict[str, list[Any]] = {}
    table: Table = state.mapper.local_table  # type: ignore[assignment]  # our models map whole tables
    for column in table.columns:
        if not column.info.get("audited", True):
            continue
        history = state.attrs[column.key].history
        if operation == "delete":
            before, after = state.dict.get(column.key), None
        else:
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else (before if operation == "update" else None)
        if before == after:
            continue
        fields[column.key] = audit.line_values(act, column, before, after)
    return fields


def _key_text(row: Any) -> str:
    return ",".join(str(part) for part in inspect(row).mapper.primary_key_from_instance(row))


def _guard_statement(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    session, table = state.session, state.statement.table.name  # type: ignore[attr-defined]  # DML has a table
    if session.info.get(_DIRECT) or (session.info.get(_KEEPING) and table in BOOKKEEPING_TABLES):
        return
    raise WriteOutsideWork(f"{table}: use rows, insert_many or update_many of work(), so that the change is recorded.")


@contextmanager
def _directly(session: Session) -> Iterator[None]:
    before = session.info.get(_DIRECT, False)
    session.info[_DIRECT] = True
    try:
        yield
    finally:
        session.info[_DIRECT] = before
