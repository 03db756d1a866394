"""Works out a saved question on given inputs: the same function for a first run, a later one and a repeated one."""

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.blast import queries, words
from registry.blast.asking import Subject, reach
from registry.blast.behind import rank_facts
from registry.blast.compared import area_rows, place_name
from registry.blast.described import describe_facts
from registry.blast.drawing import draw
from registry.blast.owed import OwedDuty, first_duty, owed_duties
from registry.blast.queries import Answered, answer_apart
from registry.blast.question import Question
from registry.blast.reached import ReachedThing
from registry.domain.register.errors import InvalidScenario
from registry.domain.scenario.answer import BlastRadius, to_json
from registry.domain.scenario.cascade import Progress
from registry.scenarios.copies import Inputs

__all__ = ["WorkedOut", "answer_of", "work_out"]

_THINGS_KEPT, _DUTIES_KEPT, _WARNINGS_KEPT, _CUTS_KEPT = 500, 60, 12, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOut:
    """A result as it is stored; `touched` are codes of everything the answer rests on."""

    question: Question
    iterations: int
    result: dict[str, Any]
    answer: bytes
    result_hash: str
    question_hash: str
    touched: frozenset[str]


def work_out(
    inputs: Inputs, question: Question, *, today: date, revision: int, progress: Progress | None = None
) -> WorkedOut:
    """Answer a question on its inputs.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister
        The question cannot be asked of these inputs any more; the message says why.
    """
    asked, unknown = queries.named(inputs.register, question)
    if unknown:
        raise InvalidScenario(f"There is no vendor or system called {unknown[0]!r} any more.")
    if not asked.starts:
        raise InvalidScenario("Nobody uses the product of this question any more, so it starts nowhere.")
    answered = answer_apart(
        inputs.register, inputs.parameters, asked.scenario(today), revision=revision, progress=progress
    )
    radius = answered.radius
    fixed = replace(asked, as_of=answered.scenario.as_of, iterations=radius.iterations)
    before = None
    if asked.what_ifs:
        plain = fixed.without_what_ifs().scenario(today)
        before = answer_apart(inputs.register, inputs.parameters, plain, revision=revision, progress=progress)
    text = json.dumps(
        {"with": _digits(answered.radius), "without": _digits(before.radius) if before else None},
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    subject = Subject(fixed, answered, before)
    things = reach(subject)
    return WorkedOut(
        question=fixed,
        iterations=radius.iterations,
        result=_result(subject, things),
        answer=zlib.compress(text),
        result_hash=hashlib.sha256(text).hexdigest(),
        question_hash=answered.scenario.content_hash(),
        touched=_touched(answered, things),
    )


def answer_of(content: bytes) -> dict[str, Any]:
    """Return the whole answer of a run, in the layout of `./run blast --json`."""
    found: dict[str, Any] = json.loads(zlib.decompress(content))["with"]
    return found


def _digits(radius: BlastRadius) -> dict[str, Any]:
    document = to_json(radius)
    del document["scenario"]["iterations"]  # a fixed number and one that the target error decided are the same question
    return document


def _touched(answered: Answered, things: list[ReachedThing]) -> frozenset[str]:
    facts = rank_facts(answered.graph, {thing.node for thing in things})
    return frozenset(facts) | {thing.code for thing in things}


def _result(subject: Subject, things: list[ReachedThing]) -> dict[str, Any]:
    question, answered, radius = subject.question, subject.answered, subject.answered.radius
    before = subject.before.radius if subject.before else None
    drawing = draw(subject, things)
    triage = answered.parameters.constant("own_triage_hours")
    owed = owed_duties(answered.register, things, radius, on=answered.scenario.as_of, triage_hours=triage)
    first = first_duty(owed)
    reached = [thing for thing in things if not thing.is_start and not thing.is_gone]
    places = len([row for row in radius.jurisdictions if row.code])
    document = to_json(radius)
    return {
        "names": words.question_names(answered.register, question),
        "say": words.say_what(question.kind),
        "kind": words.kind_words(question.kind),
        "what_ifs": [words.what_if_words(each) for each in question.parsed_what_ifs()],
        "counts": [list(pair) for pair in words.reach_words(reached, places)],
        "people": document["people"],
        "cost": document["cost"],
        "exceedance": document["exceedance"],
        "before": None if before is None else _before(before),
        "areas": [[row.name, row.cost_mean, row.share, row.probability] for row in area_rows(radius, None)],
        "places": [[row.code, place_name(row.code), row.mean, row.p95] for row in radius.jurisdictions],
        "appetite": answered.register.organisation.risk_appetite,
        "is_assumed": radius.people.is_assumed,
        "first_duty": None if first is None else _duty(first),
        "duties": [_duty(each) for each in owed[:_DUTIES_KEPT]],
        "things": [_thing(thing) for thing in things if not thing.is_start][:_THINGS_KEPT],
        "things_total": len(things) - sum(thing.is_start for thing in things),
        "helps": _helps(subject),
        "choke": words.choke_sentence(radius.choke_points),
        "method": words.method_words(radius),
        "method_sentence": words.method_sentence(radius),
        "error": radius.error_reached,
        "parameters_hash": radius.parameters_hash,
        "command": words.command_line(answered.scenario, radius.iterations),
        "overrides": [list(pair) for pair in question.overrides],
        "warnings": [warning.message for warning in radius.warnings[:_WARNINGS_KEPT]],
        "picture": {
            "nodes": [_plain(placed.node) for placed in drawing.layout.nodes],
            "edges": [_plain(placed.edge) for placed in drawing.layout.edges],
        },
    }


def _before(radius: BlastRadius) -> dict[str, Any]:
    document = to_json(radius)
    return {name: document[name] for name in ("people", "cost", "exceedance")}


def _duty(owed: OwedDuty) -> dict[str, Any]:
    rule = owed.duty.rule
    return {
        "within": rule.period.words() if rule.period else rule.wording,
        "tell": str(rule.notify),
        "law": rule.law,
        "by_vendor": str(owed.duty.bearer) == "vendor",
        "may": str(owed.duty.standing) == "may_apply",
        "people": owed.duty.people.mean,
        "hours": owed.hours,
        "margin": owed.margin_hours,
    }


def _thing(thing: ReachedThing) -> dict[str, Any]:
    return {
        "key": thing.key,
        "kind": thing.kind,
        "name": thing.name,
        "place": thing.place,
        "chance": 0.0 if thing.is_gone else thing.chance.value,
        "low": 0.0 if thing.is_gone else thing.chance.low,
        "high": 0.0 if thing.is_gone else thing.chance.high,
        "before": thing.before.value if thing.before else None,
        "people": thing.people,
        "hops": thing.hops,
        "protected": thing.is_protected,
        "assumed": thing.is_people_assumed,
        "steps": list(thing.steps),
    }


def _helps(subject: Subject) -> list[dict[str, Any]]:
    shown = subject.answered
    cuts = shown.radius.best_cuts[:_CUTS_KEPT]
    ranked = rank_facts(shown.graph, shown.graph.nodes)
    wanted = {cut.fact: ranked[cut.fact] for cut in cuts if cut.fact in ranked}
    said = {fact.code: fact.sentence for fact in describe_facts(shown.register, shown.parameters, wanted)}
    return [
        {
            "words": f"Cut {words.fact_word(cut.fact)} {cut.fact}",
            "gloss": said.get(cut.fact, ""),
            "saving": cut.saving,
            "share": cut.saving_share,
        }
        for cut in cuts
    ]


def _plain(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}
