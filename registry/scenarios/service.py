"""The write verbs of scenarios: save, run, repeat, comment, review, archive.

A run keeps its inputs (`copies`), so it can be worked out again to the same digits whatever happened to the register.
Working out stands outside the transaction; only what came of it is written. Runs above a limit of work become jobs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from registry.blast.address import read_question
from registry.blast.question import Question
from registry.blast.words import input_hash
from registry.core import clock, throttle
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.errors import NotFound
from registry.core.jobrun import JobRun
from registry.core.jobs import JobKind, Outcome, enqueue
from registry.core.register import Snapshot, current
from registry.core.work import Work, retried, work
from registry.domain.register.errors import IllegalMove, InvalidScenario
from registry.domain.register.facts import Register
from registry.domain.scenario.cascade import Progress
from registry.models.scenarios import RegisterCopy, SavedScenario, ScenarioComment, ScenarioReviewer, ScenarioRun
from registry.reference.load import shipped_parameters
from registry.scenarios.copies import Inputs, pack, unpack
from registry.scenarios.moved import moved_facts
from registry.scenarios.workout import WorkedOut, work_out

__all__ = [
    "SCENARIO_RUN",
    "SaveScenario",
    "change_scenario",
    "comment",
    "keep_copy",
    "log_download",
    "repeat_run",
    "review",
    "run_on_copy",
    "run_today",
    "save_scenario",
    "set_archived",
    "stored_question",
]

KIND = "scenario.run"
WORK_MAX = 200_000_000  # facts times worlds of one request; about two seconds
_WORLDS_AT_MOST = 100_000  # when the target error decides
_FIRST_WORLDS = 1_024  # of a long run, when something must be known at once


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveScenario:
    """What a person says about a scenario; `question` is the query of its address."""

    name: str
    purpose: str | None
    narrative: str | None
    question: str
    reviewers: tuple[int, ...] = ()


def stored_question(query: str) -> Question:
    """Return a stored question."""
    return read_question(MultiDict(parse_qsl(query)))


@retried
def save_scenario(actor: Actor, command: SaveScenario) -> int:
    """Save a question under a name; its first run is asked for with it."""
    question = _asked(command.question)
    with work(actor, "scenario.save") as w:
        row = SavedScenario(
            name=command.name,
            purpose=command.purpose,
            narrative=command.narrative,
            question=urlencode(question.asking_pairs()),
            person_id=actor.person_id,
            person_name=actor.name,
            created_at=w.now,
        )
        w.add(row)
        _set_reviewers(w, row.id, command.reviewers)
        w.about(f"scenario:{row.id}")
        return row.id


@retried
def change_scenario(actor: Actor, scenario_id: int, version: int, command: SaveScenario) -> None:
    """Change what is said about a scenario; its question stays what its runs answered."""
    with work(actor, "scenario.change", subject=f"scenario:{scenario_id}") as w:
        row = w.get(SavedScenario, scenario_id, version)
        row.name, row.purpose, row.narrative = command.name, command.purpose, command.narrative
        _set_reviewers(w, scenario_id, command.reviewers)


@retried
def set_archived(actor: Actor, scenario_id: int, *, archived: bool) -> None:
    """Take a scenario out of the list, or bring it back; its runs stay."""
    verb = "archive" if archived else "restore"
    with work(actor, f"scenario.{verb}", subject=f"scenario:{scenario_id}") as w:
        row = w.get(SavedScenario, scenario_id)
        row.archived_at = w.now if archived else None


@retried
def comment(actor: Actor, scenario_id: int, text: str) -> None:
    """Say something about a scenario."""
    with work(actor, "scenario.comment", subject=f"scenario:{scenario_id}") as w:
        w.get(SavedScenario, scenario_id)
        w.add(
            ScenarioComment(
                scenario_id=scenario_id, person_id=actor.person_id, person_name=actor.name, at=w.now, text=text
            )
        )


@retried
def review(actor: Actor, scenario_id: int, run_id: int) -> None:
    """Say that one has read a scenario as that run shows it; only who was asked can."""
    with work(actor, "scenario.review", subject=f"scenario:{scenario_id}") as w:
        row = w.session.get(ScenarioReviewer, (scenario_id, actor.person_id))
        if row is None:
            raise IllegalMove("You were not asked to read this scenario over.")
        run = w.session.get(ScenarioRun, run_id)
        if run is None or run.scenario_id != scenario_id:
            raise NotFound("run", run_id)
        row.reviewed_at, row.run_id = w.now, run_id


def run_today(actor: Actor, scenario_id: int) -> int | None:
    """Answer a scenario on today's register; return the run, or None when it became a job.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister
        The question cannot be asked of today's register.
    """
    row, facts = _scenario(scenario_id), current()
    question = stored_question(row.question)
    if _is_long(facts.register, question):
        _ask_for_job(actor, scenario_id, {"scenario": scenario_id})
        return None
    made = _work_out_today(facts, question)
    return _keep((actor, scenario_id, facts.revision), _today_inputs(facts), made)


def run_on_copy(actor: Actor, scenario_id: int, copy_id: int) -> int:
    """Answer a scenario on a copy of the register; of a long run the first worlds at once, and all of them as a job.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister
        The question cannot be asked of this copy.
    """
    row, inputs = _scenario(scenario_id), _inputs_of(copy_id)
    question = stored_question(row.question)
    is_long = _is_long(inputs.register, question)
    first = replace(question, iterations=_FIRST_WORLDS) if is_long else question
    revision = _revision_of(copy_id)
    made = work_out(inputs, first, today=clock.today(), revision=revision)
    run_id = _keep((actor, scenario_id, revision), inputs, made)
    if is_long:
        _ask_for_job(actor, scenario_id, {"scenario": scenario_id, "copy": copy_id})
    return run_id


def repeat_run(actor: Actor, scenario_id: int, run_id: int) -> bool | None:
    """Work a run out again from its own inputs; tell whether every digit is the same, None when it became a job."""
    run = _run(scenario_id, run_id)
    inputs = _inputs(run)
    question = stored_question(run.question)
    if _is_long(inputs.register, question):
        _ask_for_job(actor, scenario_id, {"scenario": scenario_id, "run": run_id})
        return None
    return _note_repeat(actor, run, _repeat(run, inputs, question))


def log_download(actor: Actor, scenario_id: int, run_id: int, *, name: str, sha256: str) -> None:
    """Log that a file of a run was taken; counted against the person's limit."""
    throttle.take("export.person", actor.person_id)
    with work(actor, "scenario.export", subject=f"scenario:{scenario_id}") as w:
        w.note(run=run_id, file=name, sha256=sha256)


# -- working out ---------------------------------------------------------------------------------------------------


def _asked(query: str) -> Question:
    question = stored_question(query)
    if question.problems:
        raise InvalidScenario("\n".join(question.problems))
    if not question.is_asked:
        raise InvalidScenario("Ask a blast radius first; then it can be saved.")
    return question


def _is_long(register: Register, question: Question) -> bool:
    worlds = question.iterations or _WORLDS_AT_MOST
    runs = 2 if question.what_ifs else 1
    return (len(register.flows) + len(register.access) + 100) * worlds * runs > WORK_MAX


def _today_inputs(facts: Snapshot) -> Inputs:
    return Inputs(facts.register, shipped_parameters())


def _work_out_today(facts: Snapshot, question: Question) -> WorkedOut:
    return work_out(_today_inputs(facts), question, today=clock.today(), revision=facts.revision)


def _repeat(run: ScenarioRun, inputs: Inputs, question: Question, progress: Progress | None = None) -> bool:
    made = work_out(inputs, question, today=clock.today(), revision=0, progress=progress)
    return made.result_hash == run.result_hash


def _inputs(run: ScenarioRun) -> Inputs:
    return _inputs_of(run.copy_id)


def _inputs_of(copy_id: int) -> Inputs:
    with reading():
        content = session().scalar(select(RegisterCopy.content).where(RegisterCopy.id == copy_id))
    assert content is not None  # a foreign key holds it
    return unpack(content, shipped_parameters())


def _revision_of(copy_id: int) -> int:
    with reading():
        return session().scalar(select(RegisterCopy.revision).where(RegisterCopy.id == copy_id)) or 0


def keep_copy(w: Work, revision: int, packed: tuple[bytes, str]) -> int:
    """Keep packed inputs, once however often they are kept; return the number of the copy."""
    content, sha256 = packed
    copy_id = w.session.scalar(select(RegisterCopy.id).where(RegisterCopy.sha256 == sha256))
    return copy_id or w.add(RegisterCopy(sha256=sha256, revision=revision, content=content)).id


@retried
def _keep(about: tuple[Actor, int, int], inputs: Inputs, made: WorkedOut) -> int:
    actor, scenario_id, _revision = about
    packed = pack(inputs)
    before = _newest(scenario_id)
    moved = _moved(before, inputs.register, made) if before else None
    with work(actor, "scenario.run", subject=f"scenario:{scenario_id}") as w:
        return _write_run(w, about, made, (packed, moved))


def _write_run(
    w: Work,
    about: tuple[Actor, int, int],
    made: WorkedOut,
    kept: tuple[tuple[bytes, str], dict[str, Any] | None],
) -> int:
    (actor, scenario_id, revision), (packed, moved) = about, kept
    run = ScenarioRun(
        scenario_id=scenario_id,
        copy_id=keep_copy(w, revision, packed),
        question=urlencode(made.question.asking_pairs()),
        seed=str(made.question.seed),
        iterations=made.iterations,
        input_hash=input_hash(revision, packed[1], made.question_hash),
        result_hash=made.result_hash,
        result=json.dumps(made.result),
        answer=made.answer,
        moved=json.dumps(moved),
        made_at=w.now,
        person_id=actor.person_id,
        person_name=actor.name,
    )
    return w.add(run).id


def _moved(before: ScenarioRun, register: Register, made: WorkedOut) -> dict[str, Any]:
    """Return what moved since the run before, as it is stored."""
    earlier = json.loads(before.result)
    touched = made.touched | {thing["key"].partition("@")[0] for thing in earlier["things"]}
    found, total = moved_facts(_inputs(before).register, register, touched)
    return {"run": before.id, "facts": [fact.as_json() for fact in found], "total": total}


@retried
def _note_repeat(actor: Actor, run: ScenarioRun, is_same: bool) -> bool:  # noqa: FBT001 -- the outcome, not an option
    with work(actor, "scenario.repeat", subject=f"scenario:{run.scenario_id}") as w:
        row = w.get(ScenarioRun, run.id)
        row.repeated_at, row.repeated_same = w.now, is_same
    return is_same


# -- as a job ------------------------------------------------------------------------------------------------------


@retried
def _ask_for_job(actor: Actor, scenario_id: int, params: Mapping[str, int]) -> None:
    with work(actor, "scenario.ask", subject=f"scenario:{scenario_id}") as w:
        row = w.get(SavedScenario, scenario_id)
        row.job_id = enqueue(w, KIND, params)


def _perform(run: JobRun) -> Outcome:
    scenario_id, run_id = int(run.params["scenario"]), run.params.get("run")

    def progress(done: int, wanted: int) -> None:
        run.progress(done / wanted if wanted else 0.0, f"{done:,} of {wanted:,} worlds")

    if run_id is not None:
        stored = _run(scenario_id, int(run_id))
        is_same = _repeat(stored, _inputs(stored), stored_question(stored.question), progress)
        return lambda w: _settle_repeat(w, stored.id, is_same)
    question, copy_id = stored_question(_scenario(scenario_id).question), run.params.get("copy")
    if copy_id is None:
        facts = current()
        inputs, revision = _today_inputs(facts), facts.revision
    else:
        inputs, revision = _inputs_of(int(copy_id)), _revision_of(int(copy_id))
    made = work_out(inputs, question, today=clock.today(), revision=revision, progress=progress)
    before = _newest(scenario_id)
    kept = pack(inputs), _moved(before, inputs.register, made) if before else None
    about = run.actor, scenario_id, revision
    return lambda w: {"scenario": scenario_id, "run": _write_run(w, about, made, kept)}


def _settle_repeat(w: Work, run_id: int, is_same: bool) -> Mapping[str, Any]:  # noqa: FBT001 -- as above
    row = w.get(ScenarioRun, run_id)
    row.repeated_at, row.repeated_same = w.now, is_same
    return {"scenario": row.scenario_id, "run": run_id, "same_digits": is_same}


def _job_url(params: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    from flask import url_for

    return url_for("scenarios.show", scenario_id=params["scenario"], run=result.get("run"))


SCENARIO_RUN = JobKind(name=KIND, words="Scenario run", perform=_perform, url=_job_url)


# -- reading for writing -------------------------------------------------------------------------------------------


def _scenario(scenario_id: int) -> SavedScenario:
    with reading():
        row = session().get(SavedScenario, scenario_id)
    if row is None:
        raise NotFound("scenario", scenario_id)
    return row


def _run(scenario_id: int, run_id: int) -> ScenarioRun:
    with reading():
        run = session().get(ScenarioRun, run_id)
    if run is None or run.scenario_id != scenario_id:
        raise NotFound("run", run_id)
    return run


def _newest(scenario_id: int) -> ScenarioRun | None:
    newest = select(ScenarioRun).where(ScenarioRun.scenario_id == scenario_id).order_by(ScenarioRun.id.desc()).limit(1)
    with reading():
        return session().scalar(newest)


def _set_reviewers(w: Work, scenario_id: int, wanted: tuple[int, ...]) -> None:
    rows = w.session.scalars(select(ScenarioReviewer).where(ScenarioReviewer.scenario_id == scenario_id))
    there = {row.person_id: row for row in rows}
    for person_id in there.keys() - set(wanted):
        w.delete(there[person_id])
    for person_id in sorted(set(wanted) - there.keys()):
        w.add(ScenarioReviewer(scenario_id=scenario_id, person_id=person_id))
