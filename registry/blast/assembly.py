"""Fills the page of a blast radius from an answer: what is said, in which words, with which addresses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from registry.blast import words
from registry.blast.asking import Subject, reach
from registry.blast.assumed import AssumptionGroup, assumption_groups, parameters_used
from registry.blast.behind import rank_facts
from registry.blast.compared import area_rows, duty_rows, model_rows, place_rows, segment_rows
from registry.blast.curve import curve_data, curve_rows
from registry.blast.described import describe_facts
from registry.blast.drawing import Drawing, draw, picture_data
from registry.blast.looking import look_at
from registry.blast.owed import first_duty, owed_duties
from registry.blast.page import (
    AnsweredPage,
    FactRow,
    Help,
    Link,
    Links,
    Picture,
    RouteStep,
    ShownRoute,
    Tab,
    Undoable,
    WhatIfLine,
)
from registry.blast.queries import can_try_controls, parameters_in_force
from registry.blast.question import MORE_WORLDS, Question
from registry.blast.reached import ReachedThing, most_expected
from registry.blast.svg import curve_svg, legends_svg, picture_svg
from registry.core.formats import percent
from registry.domain.exposure import exposure
from registry.domain.exposure.exposure import EdgePart
from registry.domain.register.problems import Problem
from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.answer import BlastRadius
from registry.domain.scenario.explain import likeliest_routes

__all__ = ["make_page"]

ROWS_SHOWN = 150
FACTS_SHOWN = 150
_WARNINGS_SHOWN = 12
_HELPS_SHOWN = 5
_COST_LABELS = (
    ("p50", "Half of such breaches cost more than"),
    ("mean", "On average"),
    ("p90", "1 in 10 costs more than"),
    ("p95", "1 in 20 costs more than"),
    ("p99", "1 in 100 costs more than"),
    ("tail_mean_95", "Average of the worst 1 in 20"),
)


def make_page(subject: Subject, links: Links, *, is_coarse: bool) -> AnsweredPage:
    """Fill the page; computes the layout of the picture and nothing of the answer itself."""
    question, answered = subject.question, subject.answered
    radius, register = answered.radius, answered.register
    things = reach(subject)
    triage = answered.parameters.constant("own_triage_hours")
    day = answered.scenario.as_of
    owed = owed_duties(register, things, radius, on=day, triage_hours=triage)
    today = subject.shown.radius
    owed_today = owed_duties(register, things, today, on=day, triage_hours=triage) if subject.before else owed
    selected = _selected(question, things)
    drawing = draw(subject, things, opened=question.opened)
    ranked = rank_facts(subject.shown.graph, {thing.node for thing in things})
    facts = _facts(subject, dict(islice(ranked.items(), FACTS_SHOWN)), links)
    helps = _helps(subject, ranked, links)
    appetite = register.organisation.risk_appetite
    before = subject.before.radius if subject.before else None
    names = words.question_names(register, question)
    mean = today.people.headline.mean
    reached = [thing for thing in things if not thing.is_start and not thing.is_gone]
    touched = [thing for thing in things if not thing.is_start and (thing.before or not subject.before)]
    rows = curve_rows(radius.exceedance, before.exceedance if before else None, appetite)
    data = curve_data(
        radius.exceedance,
        before.exceedance if before else None,
        appetite=appetite,
        symbol=words.currency_symbol(radius.cost.currency),
    )
    return AnsweredPage(
        revision=answered.revision,
        names=names,
        say_what=words.say_what(question.kind),
        currency=radius.cost.currency,
        people=today.people.headline,
        cost=today.cost,
        processes_stopped=sum(1 for thing in touched if thing.kind == "process"),
        reach_words=words.reach_words(touched, len([row for row in today.jurisdictions if row.code])),
        protected_people=round(today.people.protected_mean),
        first_duty=first_duty(owed_today),
        area_words=_area_words(today),
        is_assumed=today.people.is_assumed and mean > 0,
        is_outage_only=question.kind is ScenarioKind.OUTAGE and mean == 0 and bool(touched),
        reaches_nobody=mean == 0,
        reaches_nothing=not touched,
        what_if=_what_if(subject, links),
        look=look_at(subject, links) if question.look else None,
        things=things,
        shown_things=[thing for thing in things if not thing.is_start][:ROWS_SHOWN],
        selected=selected,
        tabs=_tabs(
            question,
            links,
            {
                "reached": len(reached),
                "duties": len(owed),
                "facts": len(ranked),
                "assumptions": len(question.overrides) or None,
            },
        ),
        tab_label=words.TAB_WORDS[question.tab],
        picture=_picture(
            drawing,
            things,
            names,
            _picture_extras(subject, facts, set(drawing.folded_into.values()), links) | {"selected": selected},
        ),
        jurisdictions=place_rows(radius, before),
        segments=segment_rows(radius, before),
        people_figures=words.people_figures(radius, before),
        routes=_routes(subject, things, selected) if question.tab == "routes" else (),
        routes_to=next((thing.name for thing in things if thing.key == selected), ""),
        choke_points=radius.choke_points,
        choke_sentence=words.choke_sentence(radius.choke_points),
        duties=duty_rows(owed, owed_today if before else None),
        cost_rows=tuple(
            (label, getattr(radius.cost, name), getattr(before.cost, name) if before else None)
            for name, label in _COST_LABELS
        ),
        areas=area_rows(radius, before),
        models=model_rows(radius, before),
        facts=facts,
        facts_left_out=max(0, len(ranked) - FACTS_SHOWN),
        facts_csv_url=links.file("facts.csv", question),
        table_url=links.file("reached.csv", question),
        helps=helps[:_HELPS_SHOWN],
        helps_total=len(helps),
        helps_url=None if _has_all_helps(subject) else links.page(replace(question, iterations=radius.iterations)),
        curve_rows=rows,
        curve_data=data,
        curve_svg=curve_svg(data),
        downloads=_downloads(question, links),
        json_url=links.file("json", question),
        permanent_url=links.page(replace(question, iterations=radius.iterations, as_of=answered.scenario.as_of)),
        refine_url=_refine_url(subject, links) if is_coarse else None,
        worlds=radius.iterations,
        target_error=answered.parameters.constant("target_relative_standard_error"),
        relative_error=radius.error_reached or 0.0,
        method_words=words.method_words(radius),
        method_sentence=words.method_sentence(radius),
        ranges_sentence=words.RANGES_SENTENCE,
        input_hash=words.input_hash(answered.revision, radius.parameters_hash, answered.scenario.content_hash()),
        question_hash=answered.scenario.content_hash(),
        parameters_hash=radius.parameters_hash,
        as_of=answered.scenario.as_of,
        command=words.command_line(answered.scenario, radius.iterations),
        parameters=parameters_used(answered, things),
        assumptions=_assumptions(subject, things) if question.tab == "assumptions" else (),
        own_keys=_own_keys(subject),
        asking=question.asking_pairs(),
        assumptions_url=links.page(replace(question, tab="assumptions", look="")),
        as_in_force_url=links.page(replace(question, overrides=())),
        select_url=lambda key: links.page(replace(question, selected=key)),
        **_warnings(radius, things, ranked),
    )


def _refine_url(subject: Subject, links: Links) -> str | None:
    """Return the same question with the next number of worlds; None when a page computes no more."""
    done = subject.answered.radius.iterations
    more = next((worlds for worlds in MORE_WORLDS if worlds > done), None)
    return links.page(replace(subject.question, iterations=more)) if more else None


def _selected(question: Question, things: Sequence[ReachedThing]) -> str:
    """Return the thing whose route is lit: the one chosen, when it is reached, else the one with most people expected."""
    return question.selected if any(each.key == question.selected for each in things) else most_expected(things)


def _picture_extras(subject: Subject, facts: Sequence[FactRow], folds: set[str], links: Links) -> dict[str, Any]:
    """Return what the script needs beside the layout: facts to show at an edge, and where folded nodes open."""
    question = subject.question
    return {
        "url": links.file("picture.json", question),
        "page": links.page(replace(question, look="")),
        "facts": {
            row.fact.code: {
                "words": row.fact.sentence,
                "chance": percent(row.fact.chance),
                "source": row.fact.source,
                "controls": ", ".join(f"{each.name} {each.state}" for each in row.fact.controls),
                "url": row.url,
                "switch": row.undo_url if row.is_cut else row.cut_url,
                "isCut": row.is_cut,
            }
            for row in facts
        },
        "open": {key: links.page(replace(question, opened=(*question.opened, key))) for key in folds},
    }


def _picture(drawing: Drawing, things: Sequence[ReachedThing], names: str, extras: dict[str, Any]) -> Picture:
    hops = len(drawing.layout.radii) - 1
    count = len(things) - sum(thing.is_start for thing in things)
    sentence = f"{count} things reached from {names} over {hops} hop{'s' if hops != 1 else ''}."
    return Picture(
        picture_svg(drawing), legends_svg(drawing), picture_data(drawing, things[: ROWS_SHOWN + 1]) | extras, sentence
    )


def _tabs(question: Question, links: Links, counts: dict[str, int | None]) -> tuple[Tab, ...]:
    return tuple(
        Tab(label, links.page(replace(question, tab=key, look="")), counts.get(key), key == question.tab)
        for key, label in words.TAB_WORDS.items()
    )


def _what_if(subject: Subject, links: Links) -> WhatIfLine | None:
    question, before = subject.question, subject.before
    if before is None:
        return None
    radius = subject.answered.radius
    return WhatIfLine(
        items=tuple(
            Undoable(
                words.what_if_words(what_if),
                what_if.subject,
                links.page(question.without_what_if(str(what_if))),
                links.plan(str(what_if), question),
            )
            for what_if in question.parsed_what_ifs()
        ),
        undo_all_url=links.page(question.without_what_ifs()),
        people=radius.people.headline,
        cost=radius.cost,
        change_words=words.change_words(radius.cost.mean, before.radius.cost.mean),
    )


def _facts(subject: Subject, parts: Mapping[str, EdgePart], links: Links) -> tuple[FactRow, ...]:
    shown, question = subject.shown, subject.question
    rows = []
    for fact in describe_facts(shown.register, shown.parameters, parts):
        cut = f"cut:{fact.code}"
        is_cut = cut in question.what_ifs
        rows.append(
            FactRow(
                fact=fact,
                url=links.fact(fact.code),
                is_cut=is_cut,
                cut_url=links.page(question.with_what_if(cut)) if fact.is_cuttable else None,
                undo_url=links.page(question.without_what_if(cut)),
                look_url=links.page(replace(question, look=fact.code)),
            )
        )
    return tuple(rows)


def _has_all_helps(subject: Subject) -> bool:
    """Whether cuts and planned controls were tried, as far as a page tries them at all."""
    shown = subject.shown
    edges = len(shown.radius.ways.arrays.targets)
    return shown.has_cuts and (shown.controls is not None or not can_try_controls(shown.register, edges))


def _control_helps(subject: Subject, links: Links) -> list[Help]:
    """Return the planned controls that would help, each as if it were in place."""
    question, shown = subject.question, subject.shown
    found = []
    for effect in shown.controls or ():
        candidate = effect.candidate
        if effect.saving <= 0:
            continue
        text = f"upgrade:{candidate.control}:{candidate.fact}"
        is_on = text in question.what_ifs
        other = question.without_what_if(text) if is_on else question.with_what_if(text)
        own, shipped = (
            shown.register.control_by_code.get(candidate.control),
            shown.parameters.controls.get(candidate.control),
        )
        name = own.name if own else shipped.name if shipped else candidate.control
        state = "planned, funded" if candidate.is_funded else "planned, not funded"
        gloss = f"on {candidate.fact}, {state}"
        found.append(Help(name, gloss, effect.saving, effect.saving_share, is_on, links.page(other)))
    return found


def _helps(subject: Subject, parts: Mapping[str, EdgePart], links: Links) -> tuple[Help, ...]:
    """Return what would help most, as the facts stand: cuts already tried stay in their place, marked."""
    question, shown = subject.question, subject.shown
    cuts = {cut.fact for cut in shown.radius.best_cuts}
    wanted = {code: part for code, part in parts.items() if code in cuts}
    described = {fact.code: fact.sentence for fact in describe_facts(shown.register, shown.parameters, wanted)}
    found = []
    for cut in shown.radius.best_cuts:
        text = f"cut:{cut.fact}"
        is_on = text in question.what_ifs
        other = question.without_what_if(text) if is_on else question.with_what_if(text)
        title = f"Cut {words.fact_word(cut.fact)} {cut.fact}"
        url = links.page(other)
        found.append(Help(title, described.get(cut.fact, ""), cut.saving, cut.saving_share, is_on, url))
    found += _control_helps(subject, links)
    return tuple(sorted(found, key=lambda each: -each.saving))


def _routes(subject: Subject, things: Sequence[ReachedThing], selected: str) -> tuple[ShownRoute, ...]:
    target = next((thing.node for thing in things if thing.key == selected), None)
    if target is None:
        return ()
    graph = subject.shown.graph
    shown = []
    for route in likeliest_routes(graph, subject.shown.start, target, 3):
        steps = [RouteStep(str(graph.nodes[route.nodes[0]][exposure.NAME]), is_fact=False)]
        for source, onward in zip(route.nodes, route.nodes[1:], strict=False):
            steps.append(RouteStep(", ".join(graph.edges[source, onward][exposure.FACTS]), is_fact=True))
            steps.append(RouteStep(str(graph.nodes[onward][exposure.NAME]), is_fact=False))
        shown.append(ShownRoute(route.probability, tuple(steps)))
    return tuple(shown)


def _area_words(radius: BlastRadius) -> tuple[tuple[str, float], ...]:
    return tuple((area.name, area.share) for area in area_rows(radius, None) if area.cost_mean > 0)


def _downloads(question: Question, links: Links) -> tuple[Link, ...]:
    named = (
        ("Picture as PNG", "picture.png"),
        ("Picture as SVG", "picture.svg"),
        ("What is reached as CSV", "reached.csv"),
        ("Duties as CSV", "duties.csv"),
        ("All tables as a workbook", "tables.xlsx"),
    )
    return tuple(Link(label, links.file(name, question)) for label, name in named)


def _assumptions(subject: Subject, things: Sequence[ReachedThing]) -> tuple[AssumptionGroup, ...]:
    overrides = dict(subject.question.overrides)
    return assumption_groups(subject.answered, things, parameters_in_force(subject.answered.register), overrides)


def _own_keys(subject: Subject) -> frozenset[str]:
    """Return the parameters that this question sets, by the keys of the table of parameters."""
    parameters = subject.answered.parameters
    return frozenset(parameters.canonical_key(key) or key for key, _ in subject.question.overrides)


def _warnings(radius: BlastRadius, things: Sequence[ReachedThing], facts: Iterable[str]) -> dict[str, Any]:
    """Only warnings about what is reached, or about the whole register: others do not touch this answer."""
    touched = {thing.code for thing in things} | set(facts)
    found: list[Problem] = [w for w in radius.warnings if w.subject is None or w.subject in touched]
    return {"warnings": found[:_WARNINGS_SHOWN], "warnings_left_out": max(0, len(found) - _WARNINGS_SHOWN)}
