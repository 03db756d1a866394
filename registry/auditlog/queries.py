"""What the audit pages show; pages are cut by entry number, so that the last page costs what the first does."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from registry.core.audit import HistoryLine, readable_fields
from registry.core.audit import history_of as lines_of
from registry.core.db import session
from registry.core.errors import NotFound
from registry.models.accounts import Person
from registry.models.audit import AuditChange, AuditEntry
from registry.models.base import Base

__all__ = ["Act", "Change", "Filters", "HistoryItem", "Slice", "act", "actors", "acts", "history_of"]

PAGE_SIZE = 50
LINES_IN_LIST = 4
LINES_ON_PAGE = 200
SYSTEM = "system"
_LARGEST_SEQ = 2**62  # more than any log has; larger numbers in an address overflow the database's integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a person looks for; empty means everything."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed row of an act: each field with what stood before and after."""

    table: str
    key: str
    operation: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry of the log with its first change lines."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str | None
    request_id: str | None
    details: tuple[tuple[str, str], ...]
    change_count: int
    changes: tuple[Change, ...]
    hash: str
    prev_hash: str

    @property
    def more(self) -> int:
        """How many change lines are not shown here."""
        return self.change_count - len(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One page of the log, newest first, and the numbers its neighbours start from."""

    acts: tuple[Act, ...]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One line of an object's history, in the form the `history` macro shows."""

    seq: int
    at: datetime
    who: str
    what: str
    changes: tuple[tuple[str, Any, Any], ...]


def acts(filters: Filters, *, before: int | None = None, after: int | None = None) -> Slice:
    """Return one page: older than `before`, or newer than `after`, or the newest. Costs three queries."""
    question = select(AuditEntry).where(*_conditions(filters))
    if after is not None:
        rows = session().scalars(
            question.where(AuditEntry.seq > min(after, _LARGEST_SEQ)).order_by(AuditEntry.seq).limit(PAGE_SIZE + 1)
        )
        found = list(rows)
        has_newer, has_older = len(found) > PAGE_SIZE, True
        found = found[:PAGE_SIZE][::-1]
    else:
        if before is not None:
            question = question.where(AuditEntry.seq < min(before, _LARGEST_SEQ))
        found = list(session().scalars(question.order_by(AuditEntry.seq.desc()).limit(PAGE_SIZE + 1)))
        has_newer, has_older = before is not None, len(found) > PAGE_SIZE
        found = found[:PAGE_SIZE]
    return Slice(
        acts=tuple(_with_changes(found, LINES_IN_LIST)),
        newer=found[0].seq if found and has_newer else None,
        older=found[-1].seq if found and has_older else None,
    )


def act(seq: int) -> Act:
    """Return one entry with up to 200 of its change lines; costs three queries."""
    row = session().get(AuditEntry, min(seq, _LARGEST_SEQ))
    if row is None:
        raise NotFound("audit entry", seq)
    return _with_changes([row], LINES_ON_PAGE)[0]


def actors() -> list[tuple[str, str]]:
    """Return who may have acted, for the filter: everybody with an account, and the system."""
    rows = session().execute(select(Person.id, Person.name).order_by(Person.name))
    return [*((str(key), name) for key, name in rows), (SYSTEM, "the system itself")]


def history_of(subject_table: str, key: object, *, limit: int = 50) -> list[HistoryItem]:
    """Return what happened to one row, newest first, for the history partial of its page; costs two queries."""
    return [_item(line) for line in lines_of(session(), subject_table, str(key), limit=limit)]


def _item(line: HistoryLine) -> HistoryItem:
    changes = tuple((_words(field), before, after) for field, (before, after) in line.fields.items())
    return HistoryItem(seq=line.seq, at=line.at, who=line.actor, what=_words(line.action), changes=changes)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.actor == SYSTEM:
        found.append(AuditEntry.actor_id.is_(None))
    elif filters.actor:
        found.append(AuditEntry.actor_id == (int(filters.actor) if filters.actor.isdecimal() else -1))
    if filters.action:
        found.append(AuditEntry.action.startswith(filters.action, autoescape=True))
    if filters.subject:
        found.append(_about(filters.subject))
    if filters.since:
        found.append(AuditEntry.at >= _midnight(filters.since))
    if filters.until and filters.until < date.max:
        found.append(AuditEntry.at < _midnight(filters.until + timedelta(days=1)))
    return found


def _about(text: str) -> ColumnElement[bool]:
    """Return the condition for `table:key` or a bare key such as V-0001; both by the index on changed rows."""
    table, colon, key = text.partition(":")
    tables = [table] if colon else list(Base.metadata.tables)
    row_key = key if colon else text
    changed = select(AuditChange.work_id).where(AuditChange.table_name.in_(tables), AuditChange.row_key == row_key)
    subjects = [f"{name}:{row_key}" for name in tables]
    return or_(AuditEntry.subject.in_(subjects), AuditEntry.work_id.in_(changed))


def _with_changes(entries: list[AuditEntry], most: int) -> list[Act]:
    work_ids = [entry.work_id for entry in entries]
    rows = list(
        session().scalars(
            select(AuditChange)
            .where(and_(AuditChange.work_id.in_(work_ids), AuditChange.position < most))
            .order_by(AuditChange.work_id, AuditChange.position)
        )
    )
    grouped: dict[str, list[Change]] = defaultdict(list)
    for row, fields in zip(rows, readable_fields(session(), [row.fields for row in rows]), strict=True):
        named = tuple((_words(field), before, after) for field, (before, after) in fields.items())
        grouped[row.work_id].append(
            Change(table=_words(row.table_name), key=row.row_key, operation=row.operation, fields=named)
        )
    return [_act(entry, tuple(grouped[entry.work_id])) for entry in entries]


def _act(entry: AuditEntry, changes: tuple[Change, ...]) -> Act:
    return Act(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        request_id=entry.request_id,
        details=tuple((_words(key), str(value)) for key, value in json.loads(entry.details).items()),
        change_count=entry.change_count,
        changes=changes,
        hash=entry.hash,
        prev_hash=entry.prev_hash,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _words(name: str) -> str:
    """Return a column, table or action as people say it: `rto_hours` becomes `rto hours`."""
    return name.replace("_", " ").replace(".", ": ")
