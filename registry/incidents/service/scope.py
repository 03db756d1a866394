"""What is known of the reach, as it comes in: a new revision each time; duties and forecasts follow."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import pycountry
from sqlalchemy import func, select

from registry.core.actor import Actor
from registry.core.work import retried, work
from registry.domain.incidents.duty_board import KnownCount
from registry.domain.incidents.incident import BadMoment
from registry.domain.register.errors import DomainError
from registry.incidents.service.duties import keep_on_board
from registry.incidents.service.timeline import GivenFile, add_entry, file_row, keep_file
from registry.models.datasets import Dataset
from registry.models.incidents import EntryKind, Incident
from registry.models.scope import IncidentScope, IncidentScopeCount

__all__ = ["COUNTS_MAX", "BadScope", "ReviseScope", "revise_scope"]

COUNTS_MAX = 200
_PEOPLE_MAX = 10_000_000_000  # more than live on Earth


class BadScope(DomainError):
    """Counts that cannot be; the text names the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseScope:
    """What a source said, whole: it replaces the revision before."""

    counts: tuple[KnownCount, ...]
    source: str
    told_at: datetime
    is_final: bool
    file: GivenFile | None = None


@retried
def revise_scope(actor: Actor, incident_id: int, command: ReviseScope) -> int:
    """Record what is known now; return the number of the revision.

    Raises
    ------
    BadScope, BadMoment
        A count that cannot be, or said in the future.
    """
    kept = keep_file(command.file)
    with work(actor, "incident.scope", subject=f"incident:{incident_id}") as w:
        row = w.get(Incident, incident_id)
        if command.told_at > w.now:
            raise BadMoment("This moment lies in the future. Record it when it has come.")
        _require_sound(command.counts, set(w.session.scalars(select(Dataset.code))))
        newest = select(func.max(IncidentScope.number)).where(IncidentScope.incident_id == incident_id)
        scope = w.add(
            IncidentScope(
                incident_id=incident_id, number=1 + (w.session.scalar(newest) or 0), source=command.source,
                told_at=command.told_at, is_final=command.is_final, file_id=file_row(w, incident_id, kept),
                recorded_at=w.now, person_name=actor.name,
            )
        )  # fmt: skip
        rows = [
            {
                "scope_id": scope.id, "dataset": each.dataset, "jurisdiction": each.jurisdiction,
                "people": each.people, "is_protected": each.is_protected,
            }
            for each in command.counts
        ]  # fmt: skip
        w.insert_many(IncidentScopeCount, rows)
        final = ", final" if command.is_final else ""
        text = f"Known scope, revision {scope.number}{final}: {len(rows)} {'count' if len(rows) == 1 else 'counts'}."
        add_entry(w, incident_id, EntryKind.SCOPE, text, why=command.source, file_id=scope.file_id)
        keep_on_board(w, row)
        return scope.number


def _require_sound(counts: tuple[KnownCount, ...], datasets: set[str]) -> None:
    if not counts:
        raise BadScope("Give at least one count; people may stay blank when the source does not know them.")
    if len(counts) > COUNTS_MAX:
        raise BadScope(f"At most {COUNTS_MAX} counts.")
    for number, each in enumerate(counts, 1):
        if each.dataset not in datasets:
            raise BadScope(f"Line {number}: there is no dataset {each.dataset!r} in the register.")
        if each.jurisdiction is not None and not _is_place(each.jurisdiction):
            raise BadScope(f"Line {number}: {each.jurisdiction!r} is no code of ISO 3166, such as DE or US-CA.")
        if each.people is not None and not 0 <= each.people <= _PEOPLE_MAX:
            raise BadScope(f"Line {number}: {each.people:,} people cannot be.")
    twice = [key for key, count in Counter((each.dataset, each.jurisdiction) for each in counts).items() if count > 1]
    if twice:
        dataset, place = twice[0]
        raise BadScope(f"{dataset} in {place or 'no known jurisdiction'} stands in two lines; put them together.")


def _is_place(code: str) -> bool:
    found = pycountry.subdivisions.get(code=code) if "-" in code else pycountry.countries.get(alpha_2=code)
    return found is not None
