"""The page of the blast radius and the data its scripts ask for."""

from dataclasses import replace

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from registry.blast import queries
from registry.blast.address import is_in_parts, read_question
from registry.blast.asking import CannotAsk, Subject, ask, is_coarse, reach
from registry.blast.assembly import ROWS_SHOWN, make_page
from registry.blast.drawing import PAGE_STAGE, draw, picture_data
from registry.blast.frame import EmptyReason, Page, choices, product_choices
from registry.blast.links import LINKS, page_url
from registry.blast.page import Link
from registry.blast.question import FIRST_WORLDS
from registry.core.access import Permission, needs
from registry.core.collector import collector_paused
from registry.core.links import url_if_there
from registry.domain.scenario.answer import to_json
from registry.sector.figures import place_people

__all__ = ["as_json", "index", "picture_json", "revision", "starts"]

_SUGGESTED = 12


@needs(Permission.BLAST_READ)
def index() -> ResponseReturnValue:
    facts = queries.snapshot()
    question = read_question(request.args)
    if not question.problems and is_in_parts(request.args):
        return redirect(page_url(question), 302)
    register = facts.register
    page = Page(
        question=question,
        register=register,
        choices=choices(register),
        products=product_choices(register),
        save_url=url_if_there("scenarios.new"),
    )
    if not question.problems and (reason := _nothing_to_answer(page)):
        return render_template("blast/index.html", page=replace(page, empty_reason=reason))
    try:
        with collector_paused():  # a large register makes the collector look at all of its facts, and find nothing
            subject = ask(facts, question, first_worlds=FIRST_WORLDS, is_hasty=True)
            answered = make_page(subject, LINKS, is_coarse=is_coarse(subject))
    except CannotAsk as refusal:
        return render_template("blast/index.html", page=_refused(page, refusal)), refusal.status
    placed = None if answered.reaches_nobody else place_people(answered.people.p50 or answered.people.mean)
    page = replace(page, question=subject.question, answered=answered)
    return render_template("blast/index.html", page=page, placed=placed)


def _nothing_to_answer(page: Page) -> EmptyReason | None:
    if not page.register.vendors and not page.register.systems:
        url = url_if_there("importing.index") or url_if_there("vendors.new")
        sentence = "A blast radius starts at a vendor or a system of ours, and none is registered yet."
        return EmptyReason("Nothing to ask about yet", sentence, "Import a register" if url else None, url)
    if page.question.is_asked:
        return None
    sentence = (
        "Choose a vendor, platform or system above: the page shows at once whose data a breach there would reach."
    )
    return EmptyReason("Where is the breach?", sentence)


def _refused(page: Page, refusal: CannotAsk) -> Page:
    question = refusal.question
    links = [
        Link(name, page_url(replace(question, start=(*question.start, code), problems=())))
        for code, name in refusal.near
    ]
    return replace(page, question=question, refusal=refusal, suggestions=tuple(links))


@needs(Permission.BLAST_READ)
def as_json() -> ResponseReturnValue:
    try:
        subject = _subject()
    except CannotAsk as refusal:
        return jsonify({"problems": list(refusal.problems)}), refusal.status
    return jsonify(to_json(subject.answered.radius))


@needs(Permission.BLAST_READ)
def picture_json() -> ResponseReturnValue:
    try:
        subject = _subject(is_hasty=True)
    except CannotAsk as refusal:
        return jsonify({"problems": list(refusal.problems)}), refusal.status
    things = reach(subject)
    size = (_side("w", PAGE_STAGE[0]), _side("h", PAGE_STAGE[1]))
    question = subject.question
    drawing = draw(subject, things, opened=question.opened, size=size)
    return jsonify(picture_data(drawing, things[: ROWS_SHOWN + 1]))


@needs(Permission.BLAST_READ)
def starts() -> ResponseReturnValue:
    found = queries.find_starts(queries.snapshot().register, request.args.get("q", "")[:80], count=_SUGGESTED)
    return jsonify([{"code": code, "name": name} for code, name in found])


@needs(Permission.BLAST_READ)
def revision() -> ResponseReturnValue:
    return jsonify({"revision": queries.current_revision()})


def _subject(*, is_hasty: bool = False) -> Subject:
    return ask(queries.snapshot(), read_question(request.args), first_worlds=FIRST_WORLDS, is_hasty=is_hasty)


def _side(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else usual
