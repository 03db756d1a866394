"""The page of the data map, its picture and its files."""

from dataclasses import dataclass

from flask import Response, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import clock, throttle
from registry.core.access import Permission, current_actor, needs
from registry.core.links import fact_url, url_if_there
from registry.core.register import Snapshot
from registry.core.work import work
from registry.datamap import queries, tables
from registry.datamap.answer import HEADINGS, Answer, CannotAsk, answer
from registry.datamap.page import Link, MapPage
from registry.datamap.question import LAYER_WORDS, MOST, STEPS, WAY_WORDS, Question, read_question
from registry.facts.picking import country_choices, word_lists
from reports.layer_picture import draw_layers
from reports.listing import CSV_MEDIA_TYPE, listing_csv
from reports.workbook import MEDIA_TYPE, write_workbook

__all__ = ["export", "index", "picture", "things"]

_SUGGESTED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the form offers, and what stands in it."""

    question: Question
    at_words: str
    categories: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]

    ways = tuple(WAY_WORDS.items())
    layers = tuple(LAYER_WORDS.items())
    steps = STEPS
    most = MOST


@needs(Permission.FACTS_READ)
def index() -> ResponseReturnValue:
    facts, question = queries.snapshot(), read_question(request.args)
    if not any((facts.register.vendors, facts.register.systems, facts.register.datasets, facts.register.segments)):
        url = url_if_there("importing.index") or url_if_there("vendors.new")
        return render_template("datamap/index.html", form=_form(facts, question), empty_url=url)
    try:
        found = answer(facts, question)
    except CannotAsk as refusal:
        links = [Link(name, _page_url(question.looking_from(code, question.way))) for code, name in refusal.suggestions]
        form = _form(facts, question)
        page = render_template("datamap/index.html", form=form, refusal=refusal.sentence, suggestions=links)
        return page, 404
    page = MapPage(found, _page_url, fact_url)
    name = found.start.name if found.start else ""
    status = 422 if question.problems else 200
    return render_template("datamap/index.html", form=_form(facts, found.question, name), page=page), status


@needs(Permission.FACTS_READ)
def picture() -> ResponseReturnValue:
    found = _answer_or_problem()
    if not isinstance(found, Answer):
        return found
    title = " ".join(part for part in _title(found) if part)
    theme = "dark" if request.args.get("theme") == "dark" else "light"
    svg = draw_layers(found.layout, HEADINGS, title, theme=theme)
    return _file(svg.encode(), "image/svg+xml", "data-map.svg")


@needs(Permission.FACTS_READ)
def things() -> ResponseReturnValue:
    on = queries.data_map(queries.snapshot())
    found = queries.find_things(on, request.args.get("q", "")[:80], count=_SUGGESTED)
    return jsonify([{"code": code, "name": name} for code, name in found])


@needs(Permission.LISTS_EXPORT)
def export() -> ResponseReturnValue:
    actor = current_actor()
    throttle.take("export.person", actor.person_id)
    found = _answer_or_problem()
    if not isinstance(found, Answer):
        return found
    name = request.form.get("table") if request.form.get("table") in tables.TABLES else None
    with work(actor, "datamap.export", subject="list:datamap") as w:
        counts = {"things": len(found.things), "lines": len(found.arrows)}
        w.note(query=found.question.query(), format="csv" if name else "xlsx", **counts)
    if name is not None:
        return _file(listing_csv(tables.table(name, found)), CSV_MEDIA_TYPE, f"data-map-{name}.csv")
    sheets = [tables.table(each, found) for each in tables.TABLES]
    return _file(write_workbook(sheets, title="Data map", made_at=clock.now()), MEDIA_TYPE, "data-map.xlsx")


def _answer_or_problem() -> Answer | ResponseReturnValue:
    try:
        return answer(queries.snapshot(), read_question(request.args))
    except CannotAsk as refusal:
        return jsonify({"problems": [refusal.sentence]}), 404


def _title(found: Answer) -> tuple[str, ...]:
    lead, rest, _ = MapPage(found, _page_url, fact_url).headline
    return lead, found.start.name if found.start else "", rest


def _file(content: bytes, media_type: str, name: str) -> Response:
    sent = make_response(content)
    sent.headers["Content-Type"] = media_type
    sent.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    sent.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return sent


def _form(facts: Snapshot, question: Question, at_words: str = "") -> Form:
    offered = queries.choices_of(facts)
    labels, names = word_lists()["categories"], dict(country_choices())
    return Form(
        question=question,
        at_words=at_words or question.at,
        categories=tuple((key, labels.get(key, key)) for key in offered.categories),
        countries=tuple(
            sorted(((code, names.get(code, code)) for code in offered.countries), key=lambda pair: pair[1])
        ),
    )


def _page_url(question: Question) -> str:
    query = question.query()
    return url_for("datamap.index") + (f"?{query}" if query else "")
