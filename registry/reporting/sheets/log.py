"""The change log of the period, the people with their rights, privileged acts, and what was taken out of the system."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from registry.core.actor import Role
from registry.core.audit import SECRET_MARK
from registry.core.db import session
from registry.core.permissions import ROLE_PERMISSIONS, ROLE_WORDS
from registry.domain.register.errors import DomainError
from registry.models.accounts import Person, SecondFactor
from registry.models.audit import AuditChange, AuditEntry
from registry.reporting.cut import Cut, Rows, joined, lines

__all__ = ["TooManyChanges", "log_sheets"]

_ROWS_MAX = 1_000_000  # a sheet ends at row 1,048,576
_NEW_ROW = 2_000  # characters of a new row that are shown; its hash covers all of it
_KINDS = {"insert": "created", "update": "changed", "delete": "removed"}
_PRIVILEGED: Mapping[str, str] = {
    "person.": "accounts, roles and passwords",
    "second_factor.reset": "a second factor was taken away",
    "parameter.": "a parameter of the model",
    "mail.change_rules": "rules of mail",
    "mail.pause": "mail was stopped or started",
    "ladder.": "the reminder ladder",
    "webhook.": "messages to other programs",
    "import.commit": "many facts at once",
    "import.undo": "many facts at once",
    "audit_pack.": "a pack and its signatures",
    "vendor.delegate": "leave to write a vendor",
    "assessment.points": "points changed by a reviewer",
}
_TAKEN = ("%.export", "audit_pack.download", "report.download", "evidence.open")


class TooManyChanges(DomainError):
    """More changes lie in the period than a sheet can hold."""


def log_sheets(cut: Cut) -> dict[str, Rows]:
    """Return the sheets made from the audit log and the accounts."""
    return {
        "14 Change log": lines("14 Change log", _changes(cut)),
        "22 People and rights": lines("22 People and rights", _people()),
        "23 Privileged acts": lines("23 Privileged acts", _privileged(cut)),
        "24 Downloads": lines("24 Downloads", _downloads(cut)),
    }


def _changes(cut: Cut) -> Iterator[dict[str, object]]:
    """Yield a row per changed field; a row that is new is one line, since all its fields changed from nothing."""
    rows = session().execute(
        select(AuditEntry, AuditChange)
        .outerjoin(AuditChange, AuditChange.work_id == AuditEntry.work_id)
        .where(AuditEntry.at >= cut.since)
        .order_by(AuditEntry.seq, AuditChange.position)
        .execution_options(yield_per=1_000)
    )
    count = 0
    for entry, change in rows:
        head = _head(entry)
        for line in _lines_of(change):
            count += 1
            if count > _ROWS_MAX:
                raise TooManyChanges(f"More than {_ROWS_MAX:,} changes lie in {cut.quarter}; a sheet cannot hold them.")
            yield head | line


def _head(entry: AuditEntry) -> dict[str, object]:
    entity, _, code = (entry.subject or "").partition(":")
    details = json.loads(entry.details)
    return {
        "number": entry.seq, "at_utc": entry.at, "actor": entry.actor, "kind": entry.action, "entity": entity or None, "code": code or None,
        "reason": details.get("reason") or details.get("why"), "previous_hash": entry.prev_hash, "hash": entry.hash,
    }  # fmt: skip


def _lines_of(change: AuditChange | None) -> Iterator[dict[str, object]]:
    if change is None:
        yield {}
        return
    fields: dict[str, list[Any]] = json.loads(change.fields)
    where = {"entity": change.table_name, "code": change.row_key}
    reason = next(
        (str(value[1]) for name, value in fields.items() if name.endswith(("reason", "rationale")) and value[1]), None
    )
    more = {"reason": reason} if reason else {}
    if change.operation == "insert" or not fields:
        new = "; ".join(f"{name} = {_shown(value[1])}" for name, value in sorted(fields.items()))
        yield {**where, **more, "field": f"({_KINDS[change.operation]})", "new": new[:_NEW_ROW]}
        return
    for name, (before, after) in sorted(fields.items()):
        yield {**where, **more, "field": name, "old": _shown(before), "new": _shown(after)}


def _shown(value: Any) -> str | None:
    """Return a value of a change line; personal text by its hash, so that it can be erased from the log."""
    if value is None:
        return None
    if value == SECRET_MARK:
        return "changed (secret)"
    if isinstance(value, dict) and "sha256" in value:
        return f"personal text, SHA-256 {value['sha256'][:16]}"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _people() -> Iterator[dict[str, object]]:
    asked = (
        select(AuditEntry.subject, func.max(AuditEntry.at))
        .where(AuditEntry.action == "session.sign_in")
        .group_by(AuditEntry.subject)
    )
    last = {subject: at for subject, at in session().execute(asked)}  # noqa: C416 -- says what the pair is
    with_factor = set(session().scalars(select(SecondFactor.person_id)))
    for person in session().scalars(select(Person).order_by(Person.id)):
        allowed = {permission for role in person.roles for permission in ROLE_PERMISSIONS[Role(role)]}
        yield {
            "person": person.name, "email": person.email, "roles": joined(ROLE_WORDS[Role(role)][0] for role in person.roles),
            "functions": joined(each.replace("_", " ") for each in person.functions), "active": person.is_active,
            "second_factor": person.id in with_factor, "last_sign_in": last.get(f"person:{person.id}"), "permissions": joined(allowed),
        }  # fmt: skip


def _privileged(cut: Cut) -> Iterator[dict[str, object]]:
    for entry in session().scalars(select(AuditEntry).where(AuditEntry.at >= cut.since).order_by(AuditEntry.seq)):
        why = next((words for prefix, words in _PRIVILEGED.items() if entry.action.startswith(prefix)), None)
        if why:
            yield {
                "number": entry.seq, "at_utc": entry.at, "actor": entry.actor, "action": entry.action, "subject": entry.subject, "why_listed": why,
            }  # fmt: skip


def _downloads(cut: Cut) -> Iterator[dict[str, object]]:
    taken = AuditEntry.action.like(_TAKEN[0])
    for pattern in _TAKEN[1:]:
        taken |= AuditEntry.action.like(pattern)
    for entry in session().scalars(
        select(AuditEntry).where(AuditEntry.at >= cut.since, taken).order_by(AuditEntry.seq)
    ):
        details = json.loads(entry.details)
        yield {
            "number": entry.seq, "at_utc": entry.at, "actor": entry.actor, "action": entry.action, "subject": entry.subject,
            "file": details.get("name") or details.get("file"), "sha256": details.get("sha256"),
        }  # fmt: skip
