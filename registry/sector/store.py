"""Records of public lists in the database: what differs, written under their keys and never doubled, taken back whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from registry.core.work import Work
from registry.domain.breaches import public_breaches as domain
from registry.domain.register.errors import InvalidRegister
from registry.domain.register.facts import Register
from registry.domain.register.problems import Problem, Severity
from registry.models.sector import (
    AlertState,
    BreachAlert,
    BreachChain,
    ChainState,
    PublicBreach,
    PublicBreachRevision,
)
from registry.sector.alerts import raise_alerts

__all__ = ["Change", "Difference", "compare", "record_of", "revert", "write"]

CHUNK = 400
_NOT_STORED = frozenset({"source", "key", "chains", "row"})
FIELDS = tuple(field.name for field in fields(domain.PublicBreach) if field.name not in _NOT_STORED)


@dataclass(frozen=True, slots=True)
class Change:
    """A known record that a list now tells differently: its number, and each field before and after."""

    id: int
    record: domain.PublicBreach
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A list compared with what is known."""

    new: Sequence[domain.PublicBreach]
    changed: Sequence[Change]
    same: int


def compare(session: Session, records: Sequence[domain.PublicBreach]) -> Difference:
    """Compare records with those known under the same key; one query per 400."""
    known = _known(session, records)
    new: list[domain.PublicBreach] = []
    changed: list[Change] = []
    for record in records:
        row = known.get((record.source, record.key))
        if row is None:
            new.append(record)
            continue
        found = {
            name: (getattr(row, name), getattr(record, name))
            for name in FIELDS
            if getattr(row, name) != getattr(record, name)
        }
        if found:
            changed.append(Change(row.id, record, found))
    return Difference(new, changed, len(records) - len(new) - len(changed))


def write(w: Work, records: Sequence[domain.PublicBreach], sha256: str) -> dict[str, Any]:
    """Write what is new and what changed, propose vendor links, raise alerts; returns what undoing needs.

    It is compared anew inside the act: another import may have been written since it was looked at.
    """
    difference = compare(w.session, records)
    ids = [int(key) for key in w.insert_many(PublicBreach, [_values(record, w) for record in difference.new])]
    changes = {
        change.id: {name: after for name, (_, after) in change.fields.items()}
        | {"year": change.record.year, "changed_at": w.now}
        for change in difference.changed
    }
    w.update_many(PublicBreach, changes)
    revisions = [
        {"breach": change.id, "field": name, "before": _text(before), "after": _text(after), "changed_at": w.now, "file_sha256": sha256}
        for change in difference.changed
        for name, (before, after) in change.fields.items()
    ]  # fmt: skip
    told = [*zip(ids, difference.new, strict=True), *((change.id, change.record) for change in difference.changed)]
    return {
        "new": ids,
        "changed": [
            [change.id, {name: [_plain(before), _plain(after)] for name, (before, after) in change.fields.items()}]
            for change in difference.changed
        ],
        "revisions": w.insert_many(PublicBreachRevision, revisions),
        "chains": _propose_chains(w, told),
        "alerts": raise_alerts(w, told),
    }


def revert(w: Work, journal: Mapping[str, Any], _register: Register) -> None:
    """Take away what an import added and give changed fields their values back.

    Raises
    ------
    InvalidRegister
        When a later import or a decision rests on it; nothing is written.
    """
    new = set(journal.get("new", ()))
    problems = [*_decided(w.session, new), *_told_again(w.session, new), *_changed_since(w.session, journal)]
    if problems:
        raise InvalidRegister(problems)
    _delete(w, BreachAlert, BreachAlert.id, journal.get("alerts", ()))
    _delete(w, BreachChain, BreachChain.id, journal.get("chains", ()))
    _delete(w, PublicBreachRevision, PublicBreachRevision.id, journal.get("revisions", ()))
    # alerts that were raised later, when vendors were compared again
    _delete(w, BreachAlert, BreachAlert.breach, new)
    w.update_many(
        PublicBreach,
        {
            key: {name: _restored(name, values[0]) for name, values in found.items()}
            for key, found in journal.get("changed", ())
        },
    )
    restored = [key for key, _ in journal.get("changed", ())]
    earlier = _last_changes(w.session, restored)
    for row in _rows(w.session, PublicBreach, PublicBreach.id, restored):
        row.year, row.changed_at = record_of(row).year, earlier.get(row.id)
    _delete(w, PublicBreach, PublicBreach.id, new)


def record_of(row: PublicBreach, chains: Iterable[BreachChain] = ()) -> domain.PublicBreach:
    """Return a stored record as the pure functions take it."""
    told = tuple(
        domain.Chain(vendor=each.vendor, client=each.client, wording=each.wording, confidence=each.confidence)
        for each in chains
    )
    return domain.PublicBreach(
        source=row.source, key=row.key, chains=told, **{name: getattr(row, name) for name in FIELDS}
    )


def _known(session: Session, records: Sequence[domain.PublicBreach]) -> dict[tuple[str, str], PublicBreach]:
    found: dict[tuple[str, str], PublicBreach] = {}
    keys = [(record.source, record.key) for record in records]
    for start in range(0, len(keys), CHUNK):
        wanted = tuple_(PublicBreach.source, PublicBreach.key).in_(keys[start : start + CHUNK])
        found.update(((row.source, row.key), row) for row in session.scalars(select(PublicBreach).where(wanted)))
    return found


def _values(record: domain.PublicBreach, w: Work) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in ("source", "key", *FIELDS)}
    return values | {"year": record.year, "seen_at": w.now, "version": 1}


def _propose_chains(w: Work, told: Sequence[tuple[int, domain.PublicBreach]]) -> list[str]:
    """Keep the vendor links that texts propose, each once; decided ones stay as they were decided."""
    wanted = {number: record.chains for number, record in told if record.chains}
    known = {
        (row.breach, row.vendor, row.client) for row in _rows(w.session, BreachChain, BreachChain.breach, list(wanted))
    }
    rows = [
        {
            "breach": number, "vendor": chain.vendor[:400], "client": chain.client[:400] if chain.client else None,
            "wording": chain.wording, "confidence": chain.confidence, "state": ChainState.PROPOSED, "version": 1,
        }
        for number, chains in wanted.items()
        for chain in chains
        if (number, chain.vendor[:400], chain.client[:400] if chain.client else None) not in known
    ]  # fmt: skip
    return w.insert_many(BreachChain, rows)


def _rows(session: Session, model: Any, column: Any, keys: Sequence[Any]) -> Iterator[Any]:
    for start in range(0, len(keys), CHUNK):
        yield from session.scalars(select(model).where(column.in_(keys[start : start + CHUNK])))


def _delete(w: Work, model: Any, column: Any, keys: Iterable[Any]) -> None:
    for row in list(_rows(w.session, model, column, [int(key) for key in keys])):
        w.session.delete(row)
    w.session.flush()


def _last_changes(session: Session, keys: Sequence[int]) -> dict[int, datetime]:
    """Return when each record was changed before what is taken back."""
    found: dict[int, datetime] = {}
    for row in _rows(session, PublicBreachRevision, PublicBreachRevision.breach, keys):
        found[row.breach] = max(row.changed_at, found.get(row.breach, row.changed_at))
    return found


def _decided(session: Session, new: set[int]) -> Iterator[Problem]:
    """Yield what people decided about records that would be taken away."""
    for model, undecided in ((BreachChain, ChainState.PROPOSED), (BreachAlert, AlertState.OPEN)):
        for row in _rows(session, model, model.breach, sorted(new)):
            if row.state is not undecided:
                what = "vendor link" if model is BreachChain else "alert"
                message = f"{row.decided_by} decided about the {what} of record {row.breach}. The import has to stay."
                yield _problem("decided_since", message)


def _told_again(session: Session, new: set[int]) -> Iterator[Problem]:
    for row in _rows(session, PublicBreach, PublicBreach.id, sorted(new)):
        if row.changed_at is not None:
            yield _problem("changed_since", f"A later import changed {row.name}. Undo that one first.")


def _changed_since(session: Session, journal: Mapping[str, Any]) -> Iterator[Problem]:
    changed = dict(map(tuple, journal.get("changed", ())))  # type: ignore[arg-type]  # pairs, as JSON keeps them
    for row in _rows(session, PublicBreach, PublicBreach.id, list(changed)):
        if any(_plain(getattr(row, name)) != values[1] for name, values in changed[row.id].items()):
            yield _problem("changed_since", f"A later import changed {row.name}. Undo that one first.")


def _problem(code: str, message: str) -> Problem:
    return Problem(severity=Severity.ERROR, code=code, message=message)


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _restored(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in {"places", "data"}:
        return tuple(value)
    if name in {"began", "ended", "discovered", "reported"}:
        return date.fromisoformat(value)
    words: Mapping[str, type[StrEnum]] = {"measure": domain.Measure, "began_precision": domain.Precision}
    return words[name](value) if name in words else value


def _text(value: Any) -> str | None:
    plain = _plain(value)
    if plain is None:
        return None
    return "; ".join(plain) if isinstance(plain, list) else str(plain)
