"""What is known of the reach: its revisions, the newest as counts, and how the prediction stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from registry.core.db import session
from registry.domain.duties.obligations import Exposure, Headcount
from registry.domain.incidents.duty_board import KnownCount
from registry.models.datasets import Dataset
from registry.models.scope import IncidentScope, IncidentScopeCount

__all__ = ["Known", "Weighed", "known_of", "revisions_of", "weigh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The newest revision with its counts, and the categories of the datasets it names."""

    revision: IncidentScope
    counts: tuple[KnownCount, ...]
    names: Mapping[str, str]
    categories: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One jurisdiction: what was expected, and what is known; None where nothing was said."""

    place: str | None
    expected: Headcount | None
    known: Headcount | None

    @property
    def verdict(self) -> str:
        """Whether what is known lies in what was expected."""
        if self.known is None:
            return "nothing known yet"
        if self.expected is None or self.expected.high <= 0:
            return "not expected" if self.known.high else "as expected"
        if self.known.high <= self.expected.high and self.known.high >= 0.5 * self.expected.mean:
            return "within what was expected"
        return "more than expected" if self.known.high > self.expected.high else "fewer than expected"


def revisions_of(incident_id: int) -> list[IncidentScope]:
    """Return all revisions, newest first; one query."""
    question = select(IncidentScope).where(IncidentScope.incident_id == incident_id)
    return list(session().scalars(question.order_by(IncidentScope.number.desc())))


def known_of(incident_id: int) -> Known | None:
    """Return the newest revision, None while nothing is known; three queries."""
    newest = session().scalar(
        select(IncidentScope)
        .where(IncidentScope.incident_id == incident_id)
        .order_by(IncidentScope.number.desc())
        .limit(1)
    )
    if newest is None:
        return None
    rows = session().scalars(
        select(IncidentScopeCount).where(IncidentScopeCount.scope_id == newest.id).order_by(IncidentScopeCount.id)
    )
    counts = tuple(
        KnownCount(dataset=row.dataset, jurisdiction=row.jurisdiction, people=row.people, is_protected=row.is_protected)
        for row in rows
    )
    named = {each.dataset for each in counts}
    datasets = list(
        session().execute(select(Dataset.code, Dataset.name, Dataset.categories).where(Dataset.code.in_(named)))
    )
    return Known(
        revision=newest,
        counts=counts,
        names={row.code: row.name for row in datasets},
        categories={row.code: tuple(row.categories or ()) for row in datasets},
    )


def weigh(predicted: Exposure, known: Exposure, said: frozenset[str | None]) -> list[Weighed]:
    """Return every jurisdiction that was expected or named, most people first; `said` are those a source named."""
    places = set(predicted.people) | said
    rows = [
        Weighed(place, predicted.people.get(place), known.people.get(place) if place in said else None)
        for place in places
    ]
    return sorted(
        rows, key=lambda row: -max(row.known.high if row.known else 0, row.expected.high if row.expected else 0)
    )
