"""What the portfolio page asks: the latest run, the one it is compared with, and what moved between them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from registry.core.db import session
from registry.core.kinds import KINDS
from registry.core.links import fact_url
from registry.core.register import current_revision
from registry.models.audit import AuditChange, AuditEntry
from registry.models.jobs import Job, JobState
from registry.models.portfolio import PortfolioRun

__all__ = [
    "SORTS",
    "Change",
    "Moved",
    "Run",
    "compared_with",
    "facts_changed",
    "latest",
    "moved",
    "open_job",
    "sorted_rows",
]

SINCE: Mapping[str, timedelta] = {"week": timedelta(days=7), "quarter": timedelta(days=92)}
CHANGES_SHOWN = 30
_TABLES = {kind.table_name: kind for kind in KINDS.values()}

# Columns of the league table that can be sorted: key -> how a row is measured.
SORTS: Mapping[str, Any] = {
    "expected": lambda row: row["expected_loss"],
    "tail": lambda row: row["tail_contribution"],
    "chance": lambda row: row["probability"],
    "people": lambda row: (row["people"] or {}).get("p50", 0.0),
    "people95": lambda row: (row["people"] or {}).get("p95", 0.0),
    "datasets": lambda row: row.get("datasets") or 0,
    "duty": lambda row: -((row.get("first_duty") or {}).get("hours") or 1e9),
    "cost": lambda row: (row["cost"] or {}).get("mean", 0.0),
    "name": lambda row: row["name"].casefold(),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A portfolio as it was worked out."""

    id: int
    made_at: datetime
    as_of: str
    revision: int
    years: int
    seed: int
    parameters: str
    person_name: str
    result: Mapping[str, Any]
    is_stale: bool

    @property
    def vendors(self) -> Sequence[Mapping[str, Any]]:
        """The league table, largest expected loss first."""
        rows: Sequence[Mapping[str, Any]] = self.result["vendors"]
        return rows


@dataclass(frozen=True, slots=True)
class Moved:
    """A vendor whose expected loss moved between two runs."""

    code: str
    name: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """By how much."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that was changed between two runs."""

    at: datetime
    who: str
    action: str
    word: str
    key: str
    url: str | None


def latest() -> Run | None:
    """Return the latest run; two queries."""
    row = session().scalar(select(PortfolioRun).order_by(PortfolioRun.made_at.desc(), PortfolioRun.id.desc()).limit(1))
    return _run(row, current_revision()) if row else None


def compared_with(run: Run, since: str) -> Run | None:
    """Return the last run of a week or a quarter ago, else the first one there is; None when there is no other."""
    before = run.made_at - SINCE.get(since, SINCE["week"])
    older = select(PortfolioRun).where(PortfolioRun.made_at <= before).order_by(PortfolioRun.made_at.desc()).limit(1)
    first = select(PortfolioRun).where(PortfolioRun.id < run.id).order_by(PortfolioRun.made_at).limit(1)
    row = session().scalar(older) or session().scalar(first)
    return _run(row, run.revision) if row else None


def moved(before: Run, after: Run, *, count: int = 12) -> list[Moved]:
    """Return the vendors whose expected loss moved most between two runs."""
    old = {row["code"]: row for row in before.vendors}
    new = {row["code"]: row for row in after.vendors}
    names = {code: row["name"] for code, row in (old | new).items()}
    rows = [
        Moved(code, name, old.get(code, {}).get("expected_loss", 0.0), new.get(code, {}).get("expected_loss", 0.0))
        for code, name in names.items()
    ]
    return sorted((row for row in rows if row.change), key=lambda row: -abs(row.change))[:count]


def facts_changed(before: Run, after: Run) -> list[Change]:
    """Return which facts were changed between two runs, newest first; one query."""
    rows = session().execute(
        select(AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditChange.table_name, AuditChange.row_key)
        .join(AuditChange, AuditChange.work_id == AuditEntry.work_id)
        .where(AuditEntry.at >= before.made_at, AuditEntry.at <= after.made_at, AuditChange.table_name.in_(_TABLES))
        .order_by(AuditEntry.seq.desc(), AuditChange.position)
        .limit(CHANGES_SHOWN)
    )
    return [
        Change(at, who, action, _TABLES[table].word, key, fact_url(_TABLES[table].name, key))
        for at, who, action, table, key in rows
    ]


def open_job() -> int | None:
    """Return the number of a portfolio job that waits or runs; one query."""
    waiting = (Job.kind == "portfolio.run", Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    return session().scalar(select(Job.id).where(*waiting).order_by(Job.id.desc()).limit(1))


def sorted_rows(run: Run, sort: str, word: str) -> list[Mapping[str, Any]]:
    """Return the league table, narrowed to names and codes that hold a word, in the order asked for."""
    low = word.casefold()
    rows = [row for row in run.vendors if low in row["name"].casefold() or low in row["code"].casefold()]
    key = sort.removeprefix("-")
    if key not in SORTS:
        return rows
    return sorted(rows, key=SORTS[key], reverse=(key != "name") != sort.startswith("-"))


def _run(row: PortfolioRun, revision: int) -> Run:
    return Run(
        id=row.id,
        made_at=row.made_at,
        as_of=row.as_of.isoformat(),
        revision=row.revision,
        years=row.years,
        seed=row.seed,
        parameters=row.parameters,
        person_name=row.person_name,
        result=json.loads(row.result),
        is_stale=row.revision != revision,
    )
