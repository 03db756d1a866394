"""The read questions of scenarios: the list, one scenario with its runs, and several side by side."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from registry.core.access import Permission, permissions_of
from registry.core.actor import Actor, Role
from registry.core.db import session
from registry.core.errors import NotFound
from registry.core.register import current_revision
from registry.models.accounts import Person
from registry.models.scenarios import RegisterCopy, SavedScenario, ScenarioComment, ScenarioReviewer, ScenarioRun
from registry.scenarios.moved import FigureChange, figures_moved

__all__ = [
    "Reviewer",
    "RunLine",
    "RunView",
    "ScenarioLine",
    "ScenarioView",
    "readers",
    "run_of",
    "scenario",
    "scenarios",
]

LISTED = 300


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A scenario in the list, with the figures of its newest run; without one they are None."""

    id: int
    name: str
    purpose: str | None
    person_name: str
    created_at: datetime
    result: dict[str, Any] | None
    made_at: datetime | None
    has_moved: bool
    reviews: tuple[int, int]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the history of a scenario."""

    id: int
    made_at: datetime
    person_name: str
    revision: int
    iterations: int
    people: float
    cost: float
    currency: str
    result_hash: str
    repeated_at: datetime | None
    repeated_same: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run with its answer, and what moved since the run before."""

    line: RunLine
    question: str
    seed: str
    input_hash: str
    result: dict[str, Any]
    answer: bytes
    moved: dict[str, Any] | None
    figures: list[FigureChange]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody asked to read it over."""

    person_id: int
    name: str
    reviewed_at: datetime | None
    run_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioView:
    """Everything the page of a scenario shows beside the run."""

    id: int
    name: str
    purpose: str | None
    narrative: str | None
    question: str
    person_name: str
    created_at: datetime
    archived_at: datetime | None
    version: int
    job_id: int | None
    reviewers: list[Reviewer]
    comments: list[ScenarioComment]
    runs: list[RunLine]
    run: RunView | None

    def waits_for(self, actor: Actor) -> bool:
        """Whether a person was asked to read it over and has not said so for the run shown."""
        return any(
            row.person_id == actor.person_id and (self.run is None or row.run_id != self.run.line.id)
            for row in self.reviewers
        )


def scenarios(*, archived: bool) -> list[ScenarioLine]:
    """Return the scenarios, newest first; four queries."""
    which = SavedScenario.archived_at.is_not(None) if archived else SavedScenario.archived_at.is_(None)
    rows = list(session().scalars(select(SavedScenario).where(which).order_by(SavedScenario.id.desc()).limit(LISTED)))
    newest = select(func.max(ScenarioRun.id)).group_by(ScenarioRun.scenario_id)
    runs = {
        run.scenario_id: (run, revision)
        for run, revision in session().execute(
            select(ScenarioRun, RegisterCopy.revision).join(RegisterCopy).where(ScenarioRun.id.in_(newest))
        )
    }
    asked: dict[int, list[bool]] = {}
    for scenario_id, reviewed_at in session().execute(
        select(ScenarioReviewer.scenario_id, ScenarioReviewer.reviewed_at)
    ):
        asked.setdefault(scenario_id, []).append(reviewed_at is not None)
    today = current_revision()
    return [_line(row, runs.get(row.id), asked.get(row.id, []), today) for row in rows]


def _line(
    row: SavedScenario, newest: tuple[ScenarioRun, int] | None, reviews: Sequence[bool], today: int
) -> ScenarioLine:
    run, revision = newest or (None, today)
    return ScenarioLine(
        row.id,
        row.name,
        row.purpose,
        row.person_name,
        row.created_at,
        json.loads(run.result) if run else None,
        run.made_at if run else None,
        has_moved=revision != today,
        reviews=(sum(reviews), len(reviews)),
    )


def scenario(scenario_id: int, run_id: int | None = None) -> ScenarioView:
    """Return a scenario with one of its runs, the newest unless another is named.

    Raises
    ------
    NotFound
        There is no such scenario, or no such run of it.
    """
    row = session().get(SavedScenario, scenario_id)
    if row is None:
        raise NotFound("scenario", scenario_id)
    found = session().execute(
        select(ScenarioRun, RegisterCopy.revision)
        .join(RegisterCopy)
        .where(ScenarioRun.scenario_id == scenario_id)
        .order_by(ScenarioRun.id.desc())
    )
    runs = [(run, revision) for run, revision in found]
    shown = next(((run, revision) for run, revision in runs if run_id in {None, run.id}), None)
    if shown is None and run_id is not None:
        raise NotFound("run", run_id)
    return ScenarioView(
        id=row.id,
        name=row.name,
        purpose=row.purpose,
        narrative=row.narrative,
        question=row.question,
        person_name=row.person_name,
        created_at=row.created_at,
        archived_at=row.archived_at,
        version=row.version,
        job_id=row.job_id,
        reviewers=_reviewers(scenario_id),
        comments=list(
            session().scalars(
                select(ScenarioComment).where(ScenarioComment.scenario_id == scenario_id).order_by(ScenarioComment.id)
            )
        ),
        runs=[_run_line(run, revision) for run, revision in runs],
        run=_run_view(shown, {run.id: run for run, _ in runs}) if shown else None,
    )


def run_of(scenario_id: int, run_id: int) -> tuple[ScenarioView, RunView]:
    """Return a scenario and one of its runs; raises NotFound."""
    view = scenario(scenario_id, run_id)
    assert view.run is not None  # a named run is found or refused
    return view, view.run


def _run_view(shown: tuple[ScenarioRun, int], runs: dict[int, ScenarioRun]) -> RunView:
    run, revision = shown
    result, moved = json.loads(run.result), json.loads(run.moved)
    before = runs.get(moved["run"]) if moved else None
    return RunView(
        line=_run_line(run, revision),
        question=run.question,
        seed=run.seed,
        input_hash=run.input_hash,
        result=result,
        answer=run.answer,
        moved=moved,
        figures=figures_moved(json.loads(before.result), result) if before else [],
        is_stale=revision != current_revision(),
    )


def _run_line(run: ScenarioRun, revision: int) -> RunLine:
    result = json.loads(run.result)
    people, cost = result["people"], result["cost"]
    return RunLine(
        run.id,
        run.made_at,
        run.person_name,
        revision,
        run.iterations,
        people["p50"] or people["mean"],
        cost["p50"],
        cost["currency"],
        run.result_hash,
        run.repeated_at,
        run.repeated_same,
    )


def _reviewers(scenario_id: int) -> list[Reviewer]:
    rows = session().execute(
        select(ScenarioReviewer, Person.name)
        .join(Person, Person.id == ScenarioReviewer.person_id)
        .where(ScenarioReviewer.scenario_id == scenario_id)
        .order_by(Person.name)
    )
    return [Reviewer(row.person_id, name, row.reviewed_at, row.run_id) for row, name in rows]


def readers() -> list[tuple[int, str]]:
    """Return id and name of everybody who may see scenarios and say that they read one, for the form."""
    rows = session().scalars(select(Person).where(Person.is_active).order_by(func.lower(Person.name)))
    return [(row.id, row.name) for row in rows if _may_review(row)]


def _may_review(person: Person) -> bool:
    actor = Actor(
        person_id=person.id,
        name=person.name,
        roles=frozenset(Role(role) for role in person.roles),
        functions=frozenset(person.functions),
    )
    held = permissions_of(actor)
    return Permission.SCENARIOS_READ in held and Permission.SCENARIOS_REVIEW in held
