"""The audit chain: canonical change lines, entries sealed one upon the other, and the proof that none was altered.

An entry's hash covers the entry, the hash of its change lines and the hash of the entry before. Whoever alters, drops
or inserts one must rewrite every later one; a rewrite to the end shows only against a head kept elsewhere, which is
why heads leave the machine (backups, workbooks, logs) and `verify` takes one to compare with.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from itertools import groupby
from typing import Any, Protocol, cast
from uuid import uuid4

from sqlalchemy import Column, func, insert, select, update
from sqlalchemy.orm import Session

from registry.core import driver
from registry.models.audit import AuditChange, AuditEntry, AuditHead, AuditText

__all__ = [
    "ERASED",
    "GENESIS",
    "UNAUDITED_TABLES",
    "Act",
    "Head",
    "HistoryLine",
    "Verdict",
    "append",
    "canonical",
    "encoded_fields",
    "encoded_inserts",
    "erase_texts",
    "head",
    "history_of",
    "line_values",
    "readable_fields",
    "verify",
]

DOMAIN_TAG = b"registry-audit-1\n"
GENESIS = "0" * 64
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
HEAD_PATTERN = re.compile(r"(\d+):([0-9a-f]{64})")
BATCH = 1_000
# Consequences of audited changes, or the log itself; they get no change lines of their own. A test pins the list.
UNAUDITED_TABLES = frozenset(
    {"audit_entry", "audit_change", "audit_head", "audit_text", "graph_revision", "code_counter", "fact_code"}
)
SECRET_MARK = {"secret": "changed"}
ERASED = "(erased)"


class SupportsCounter(Protocol):
    """The part of a work that this module needs; `registry.core.work` builds on this module."""

    session: Session

    def execute_counter(self, statement: Any) -> Any:
        """Run a statement on an unaudited table."""

    def note(self, **details: Any) -> None:
        """Keep something in the audit entry."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at one moment; written `SEQ:HASH` wherever it is kept."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read `SEQ:HASH`."""
        found = HEAD_PATTERN.fullmatch(text.strip())
        if not found:
            raise ValueError("A head is written SEQ:HASH, as in a backup's manifest or at the end of a workbook.")
        return cls(int(found[1]), found[2])


@dataclass(slots=True)
class Act:
    """One act as it is being recorded; becomes one entry with its change lines."""

    actor_id: int | None
    actor: str
    action: str
    request_id: str | None
    subject: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)
    touches_facts: bool = False
    work_id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that is worth an entry; an act that names its subject is worth one by itself."""
        return not self.lines and not self.details and self.subject is None

    def add_line(self, table: str, key: str, operation: str, fields: Mapping[str, Sequence[Any]]) -> None:
        """Record one changed row."""
        self.add_encoded(table, key, operation, encoded_fields(fields))

    def add_encoded(self, table: str, key: str, operation: str, fields: str) -> None:
        """Record one changed row whose fields were encoded before, by `encoded_fields`."""
        self.lines.append(
            {
                "work_id": self.work_id,
                "position": len(self.lines),
                "table_name": table,
                "row_key": key,
                "operation": operation,
                "fields": fields,
            }
        )
        if self.subject is None:
            self.subject = f"{table}:{key}"

    def keep_text(self, value: object) -> object:
        """Put personal text aside and return what the change line holds in its place."""
        if value is None or value == "":
            return value
        text, salt, name = str(_plain(value)), uuid4().hex, uuid4().hex
        self.texts.append({"id": name, "salt": salt, "text": text})
        return {"text": name, "sha256": hashlib.sha256(f"{salt}{text}".encode()).hexdigest()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found; `problem` names the first bad entry."""

    entries: int
    head: Head
    problem: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered, as far as this database can tell."""
        return self.problem is None


def canonical(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, NFC, no blanks, numbers with a fraction as strings.

    >>> canonical({"b": 0.5, "a": None})
    '{"a":null,"b":"0.5"}'
    """
    return _ENCODER.encode(_plain(value))


def encoded_fields(fields: Mapping[str, Sequence[Any]]) -> str:
    """Return the canonical JSON of changed fields, each with its value before and after."""
    return _ENCODER.encode({name: [_plain(before), _plain(after)] for name, (before, after) in fields.items()})


def encoded_inserts(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return for each new row what `encoded_fields` gives of its values, column by column: most of them repeat."""
    parts = [_inserted(name, columns[name]) for name in sorted(columns)]
    return [f"{{{','.join(filter(None, row))}}}" for row in zip(*parts, strict=True)]


def _inserted(name: str, values: Sequence[Any]) -> list[str | None]:
    """Return a column of new rows as parts of their JSON; None where nothing stands."""
    label = _ENCODER.encode(name)
    known: dict[tuple[type, Any], str] = {}
    found: list[str | None] = []
    for value in values:
        if value is None:
            found.append(None)
            continue
        # equal values of two types, and 0.0 and -0.0, are written in two ways
        key = (type(value), repr(value) if isinstance(value, float) else value)
        if key not in known:
            known[key] = f"{label}:[null,{canonical(value)}]"
        found.append(known[key])
    return found


def line_values(act: Act, column: Column[Any], before: object, after: object) -> list[Any]:
    """Return what a change line holds of one column: values, or a mark for secret ones, or a name for personal text."""
    if column.info.get("secret"):
        return [None, SECRET_MARK]
    if column.info.get("personal"):
        return [act.keep_text(before), act.keep_text(after)]
    return [before, after]


def append(session: Session, acts: Iterable[Act], at: datetime) -> Head:
    """Write the acts to the end of the chain; the head stays locked from here to the commit, so call it last."""
    acts = [act for act in acts if not act.is_empty]
    texts = [text for act in acts for text in act.texts]
    lines = [line for act in acts for line in act.lines]
    if texts:
        session.execute(insert(AuditText.__table__), texts)  # type: ignore[arg-type]  # __table__ is a Table
    if lines:
        statement = driver.insertion(session, AuditChange.__table__, list(lines[0]))  # type: ignore[arg-type]  # see above
        driver.execute(session, statement, statement.parameters(lines))
    row = session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()).one()
    current = Head(row.seq, row.hash)
    if not acts:
        return current
    for act in acts:
        entry = _entry(act, current, at)
        session.execute(insert(AuditEntry.__table__), entry)  # type: ignore[arg-type]  # see above
        current = Head(entry["seq"], entry["hash"])
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=current.seq, hash=current.hash))
    return current


def head(session: Session) -> Head:
    """Return the end of the chain; costs one query."""
    row = session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1)).one()
    return Head(row.seq, row.hash)


def verify(session: Session, against: Head | None = None) -> Verdict:
    """Walk the whole chain and name the first entry that is not what was written.

    Parameters
    ----------
    session
        An open session; reads only, in batches, so memory stays flat.
    against
        A head kept elsewhere. Without it, a chain that was cut and written anew to its end passes.
    """
    previous, count = Head(0, GENESIS), 0
    for entry, lines in _entries_with_lines(session):
        problem = _problem_of(entry, lines, previous)
        if problem is None and against is not None and entry.seq == against.seq and entry.hash != against.hash:
            problem = f"Entry {entry.seq} is not the one of the head given: the log was rewritten at or before it."
        if problem is not None:
            return Verdict(count, previous, problem)
        previous, count = Head(entry.seq, entry.hash), count + 1
    return Verdict(count, previous, _problem_at_the_end(session, previous, against))


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of one row, as its history page shows it."""

    seq: int
    at: datetime
    actor_id: int | None
    actor: str
    action: str
    operation: str
    fields: dict[str, tuple[Any, Any]]


def history_of(session: Session, table: str, key: str, *, limit: int = 200) -> list[HistoryLine]:
    """Return what happened to one row, newest first; costs two queries."""
    rows = session.execute(
        select(AuditEntry, AuditChange.operation, AuditChange.fields)
        .join(AuditChange, AuditChange.work_id == AuditEntry.work_id)
        .where(AuditChange.table_name == table, AuditChange.row_key == key)
        .order_by(AuditEntry.seq.desc(), AuditChange.position.desc())
        .limit(limit)
    ).all()
    read = readable_fields(session, [fields for _, _, fields in rows])
    return [
        HistoryLine(entry.seq, entry.at, entry.actor_id, entry.actor, entry.action, operation, fields)
        for (entry, operation, _), fields in zip(rows, read, strict=True)
    ]


def readable_fields(session: Session, texts: Sequence[str]) -> list[dict[str, tuple[Any, Any]]]:
    """Return the fields of change lines with personal text put back where it was not erased; one query for all."""
    parsed: list[dict[str, list[Any]]] = [json.loads(text) for text in texts]
    names = {value["text"] for fields in parsed for pair in fields.values() for value in pair if _names_text(value)}
    rows = session.execute(select(AuditText.id, AuditText.text).where(AuditText.id.in_(names)))
    known = {name: text for name, text in rows}  # noqa: C416 -- says what the pair is

    def shown(value: Any) -> Any:
        if _names_text(value):
            return known.get(value["text"]) or ERASED
        return "changed" if value == SECRET_MARK else value

    return [{field: (shown(pair[0]), shown(pair[1])) for field, pair in fields.items()} for fields in parsed]


def erase_texts(w: "SupportsCounter", table: str, key: str) -> None:
    """Erase the personal text of one row from the log; the lines and their hashes stay."""
    lines = select(AuditChange.fields).where(AuditChange.table_name == table, AuditChange.row_key == key)
    names = [
        value["text"]
        for text in w.session.scalars(lines).all()
        for pair in json.loads(text).values()
        for value in pair
        if _names_text(value)
    ]
    w.execute_counter(update(AuditText).where(AuditText.id.in_(names)).values(text=None, salt=None))
    w.note(texts_erased=len(names))


def _names_text(value: object) -> bool:
    return isinstance(value, dict) and "sha256" in value and "text" in value


def _problem_of(entry: Any, lines: Sequence[Mapping[str, Any]], previous: Head) -> str | None:
    if entry.seq != previous.seq + 1:
        return f"Entry {previous.seq + 1} is missing: after {previous.seq} comes {entry.seq}."
    if entry.prev_hash != previous.hash:
        return f"Entry {entry.seq} does not follow the entry before it: one of the two was replaced."
    if len(lines) != entry.change_count or _hash_lines(lines) != entry.changes_hash:
        return f"Entry {entry.seq} ({entry.action}, {entry.at:%Y-%m-%d %H:%M} UTC): its change lines were altered."
    if entry.hash != _hash_entry(_sealed_fields(entry)):
        return f"Entry {entry.seq} ({entry.action}) was altered."
    return None


def _problem_at_the_end(session: Session, last: Head, against: Head | None) -> str | None:
    stored = head(session)
    if stored != last:
        return f"The log ends at entry {last.seq}, its head says {stored.seq}: the end was cut off or added by hand."
    if against is not None and against.seq > last.seq:
        return f"The head given is entry {against.seq}, the log ends at {last.seq}: its end was cut off."
    known = select(AuditEntry.work_id)
    stray = session.scalar(select(func.count()).select_from(AuditChange).where(AuditChange.work_id.not_in(known)))
    return f"{stray} change line(s) belong to no entry." if stray else None


def _entries_with_lines(session: Session) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield plain rows, so that the session does not fill up with the whole log."""
    entry_columns, line_columns = AuditEntry.__table__.columns, AuditChange.__table__.columns
    last = 0
    while True:
        entries = session.execute(
            select(*entry_columns).where(AuditEntry.seq > last).order_by(AuditEntry.seq).limit(BATCH)
        ).all()
        if not entries:
            return
        work_ids = [entry.work_id for entry in entries]
        rows = session.execute(
            select(*line_columns)
            .where(AuditChange.work_id.in_(work_ids))
            .order_by(AuditChange.work_id, AuditChange.position)
        ).mappings()
        grouped = {
            work_id: [dict(row) for row in group] for work_id, group in groupby(rows, lambda row: row["work_id"])
        }
        for entry in entries:
            yield entry, grouped.get(entry.work_id, [])
        last = entries[-1].seq


def _entry(act: Act, previous: Head, at: datetime) -> dict[str, Any]:
    fields = {
        "seq": previous.seq + 1,
        "at": at,
        "actor_id": act.actor_id,
        "actor": act.actor,
        "action": act.action,
        "subject": act.subject,
        "request_id": act.request_id,
        "work_id": act.work_id,
        "details": canonical(act.details),
        "change_count": len(act.lines),
        "changes_hash": _hash_lines(act.lines),
        "prev_hash": previous.hash,
    }
    return fields | {"hash": _hash_entry(fields)}


def _sealed_fields(entry: Any) -> dict[str, Any]:
    return {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns if column.key != "hash"}


def _hash_entry(fields: Mapping[str, Any]) -> str:
    sealed = {key: value for key, value in fields.items() if key != "prev_hash"}
    text = f"{canonical(sealed)}|{fields['prev_hash']}"
    return hashlib.sha256(DOMAIN_TAG + text.encode("utf-8", "surrogatepass")).hexdigest()


def _hash_lines(lines: Iterable[Mapping[str, Any]]) -> str:
    digest = hashlib.sha256(DOMAIN_TAG)
    for line in lines:
        parts = [line["position"], line["table_name"], line["row_key"], line["operation"], line["fields"]]
        digest.update(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _plain(value: object) -> object:
    """Reduce a value to what JSON knows; a float goes as its shortest exact text, never as a JSON number.

    Written for the millions of short texts and numbers of a large import: the common types are asked for by identity.
    """
    kind = type(value)
    if kind is str:
        return _text(cast("str", value))
    if value is None or kind is int or kind is bool:
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return _plain(value.value)
    return [_plain(item) for item in sorted(value)] if isinstance(value, set | frozenset) else _scalar(value)


def _text(value: str) -> str:
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _scalar(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return _text(str(value))
