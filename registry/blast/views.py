"""The page of the blast radius, its data and its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.blast import queries, tables, words
from registry.blast.assembly import ROWS_SHOWN, Subject, make_page, reach
from registry.blast.drawing import PAGE_STAGE, draw, picture_data
from registry.blast.page import AnsweredPage, Link, Links
from registry.blast.question import FIRST_WORLDS, Question, kind_choices, read_question
from registry.core import clock
from registry.core.access import Permission, needs
from registry.core.formats import money, short
from registry.core.register import Snapshot
from registry.domain.answer import to_json
from registry.domain.errors import DomainError
from registry.domain.facts import Register
from registry.domain.vocabulary import Lifecycle, Relationship
from reports.listing import CSV_MEDIA_TYPE, listing_csv
from reports.picture import Caption, draw_picture
from reports.picture_paint import chance_class
from reports.picture_png import draw_png
from reports.workbook import MEDIA_TYPE, write_workbook

__all__ = [
    "as_json",
    "chance_class",
    "index",
    "picture_file",
    "picture_json",
    "revision",
    "starts",
    "table_csv",
    "tables_xlsx",
]

_MOST_CHOICES = 400  # in a menu; beyond, one types
_SUGGESTED = 12
_FACT_ENDPOINTS = {"F": "flows.show", "V": "vendors.show", "S": "systems.show", "D": "datasets.show"}


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Starts of one sort in the menu."""

    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EmptyReason:
    """Why there is no answer to show, and what to do about it."""

    title: str
    sentence: str
    button: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The form and, when the question could be asked, the answer."""

    question: Question
    register: Register
    choices: tuple[ChoiceGroup, ...]
    problems: tuple[str, ...] = ()
    suggestions: tuple[Link, ...] = ()
    empty_reason: EmptyReason | None = None
    answered: AnsweredPage | None = None

    kinds = tuple(kind_choices())

    @property
    def names(self) -> str:
        """The names of the start."""
        return words.start_names(self.register, self.question.start) if self.question.start else ""

    @property
    def kind_words(self) -> str:
        """The kind of scenario as the menu names it."""
        return words.kind_words(self.question.kind)

    def name_of(self, code: str) -> str:
        """Return the name of a start code."""
        return words.start_names(self.register, (code,))


class _CannotAsk(Exception):
    """A question that cannot be asked; carries what to say."""

    def __init__(self, problems: Sequence[str], suggestions: Sequence[Link] = (), status: int = 422) -> None:
        super().__init__("; ".join(problems))
        self.problems, self.suggestions, self.status = tuple(problems), tuple(suggestions), status


@needs(Permission.BLAST_READ)
def index() -> ResponseReturnValue:
    facts = queries.snapshot()
    question = read_question(request.args)
    register = facts.register
    page = Page(question=question, register=register, choices=_choices(register))
    if not register.vendors and not register.systems:
        url = _url_if_there("importing.index") or _url_if_there("vendors.new")
        sentence = "A blast radius starts at a vendor or a system of ours, and none is registered yet."
        return render_template("blast/index.html", page=replace(page, empty_reason=EmptyReason(
            "Nothing to ask about yet", sentence, "Import a register" if url else None, url)))  # fmt: skip
    if not question.start and not question.problems:
        sentence = (
            "Choose a vendor, platform or system above: the page shows at once whose data a breach there would reach."
        )
        return render_template(
            "blast/index.html", page=replace(page, empty_reason=EmptyReason("Where is the breach?", sentence))
        )
    try:
        subject = _ask(facts, question, first_worlds=FIRST_WORLDS)
    except _CannotAsk as refusal:
        page = replace(page, problems=refusal.problems, suggestions=refusal.suggestions)
        return render_template("blast/index.html", page=page), refusal.status
    answered = make_page(subject, _LINKS, is_coarse=_is_coarse(subject))
    return render_template("blast/index.html", page=replace(page, question=subject.question, answered=answered))


def _ask(facts: Snapshot, asked: Question, *, first_worlds: int | None) -> Subject:
    """Answer a question with its what-ifs and without them, on the same draws."""
    question, unknown = queries.named(facts.register, asked)
    if question.problems or unknown:
        raise _CannotAsk(*_unknown(facts.register, question, unknown))
    if not question.start:
        raise _CannotAsk(["Name at least one vendor or system to start from."])
    try:
        answered = queries.answer(facts, question, worlds=first_worlds)
        before = None
        if question.what_ifs:
            plain = replace(question.without_what_ifs(), iterations=answered.radius.iterations)
            before = queries.answer(facts, plain, worlds=None)
    except DomainError as error:
        raise _CannotAsk(str(error).splitlines()) from error
    return Subject(question, answered, before)


def _unknown(
    register: Register, question: Question, unknown: Sequence[str]
) -> tuple[Sequence[str], Sequence[Link], int]:
    problems = [*question.problems]
    problems += [f"There is no vendor or system called {text[:80]!r}, by name or by code." for text in unknown]
    near = [found for text in unknown for found in queries.find_starts(register, text[:80], count=_SUGGESTED)]
    links = [
        Link(name, _page_url(replace(question, start=(*question.start, code), problems=()))) for code, name in near
    ]
    return problems, links, 404 if unknown and not question.problems else 422


def _is_coarse(subject: Subject) -> bool:
    """Whether more worlds would narrow the answer: it was cut off before the target error."""
    radius = subject.answered.radius
    target = subject.answered.parameters.constant("target_relative_standard_error")
    return radius.error_reached is not None and radius.error_reached > target


@needs(Permission.BLAST_READ)
def as_json() -> ResponseReturnValue:
    subject = _subject_or_problem()
    if not isinstance(subject, Subject):
        return subject
    return jsonify(to_json(subject.answered.radius))


@needs(Permission.BLAST_READ)
def picture_json() -> ResponseReturnValue:
    subject = _subject_or_problem()
    if not isinstance(subject, Subject):
        return subject
    things = reach(subject)
    size = (_side("w", PAGE_STAGE[0]), _side("h", PAGE_STAGE[1]))
    question = subject.question
    drawing = draw(things, subject.shown.graph, cut=subject.cut_facts, opened=question.opened, size=size)
    return jsonify(picture_data(drawing, things[: ROWS_SHOWN + 1]))


def _side(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else usual


@needs(Permission.BLAST_READ)
def picture_file(form: str) -> ResponseReturnValue:
    subject = _subject_or_problem()
    if not isinstance(subject, Subject):
        return subject
    theme = "dark" if request.args.get("theme") == "dark" else "light"
    drawing = draw(reach(subject), subject.shown.graph, cut=subject.cut_facts, opened=subject.question.opened)
    layout, caption = drawing.layout, _caption(subject)
    svg = draw_picture(layout, caption, theme=theme)
    if form == "svg":
        return _file(svg.encode(), "image/svg+xml", "picture.svg")
    width, height = layout.width / layout.scale, layout.height / layout.scale + 92
    return _file(draw_png(svg, width=round(width), height=round(height)), "image/png", "picture.png")


def _caption(subject: Subject) -> Caption:
    radius, question = subject.answered.radius, subject.question
    names = words.start_names(subject.answered.register, question.start)
    people, cost = radius.people.headline, radius.cost
    middle = people.p50 or people.mean
    title = f"{words.say_what(question.kind)} {names} would reach {short(round(middle))} people"
    title += f" and cost {money(cost.p50, cost.currency)}"
    subtitle = f"90 %: {short(round(people.p05))} to {short(round(people.p95))} people,"
    subtitle += f" {money(cost.p05, cost.currency)} to {money(cost.p95, cost.currency)}"
    clauses = [words.what_if_words(each) for each in question.parsed_what_ifs()]
    if clauses:
        subtitle += f". What if: {', '.join(clauses)}"
    source = f"{words.method_words(radius)}, seed {question.seed}, as of {subject.answered.scenario.as_of}"
    return Caption(title=title, subtitle=subtitle, source=f"{source}, register revision {subject.answered.revision}")


@needs(Permission.BLAST_READ)
def table_csv(table: str) -> ResponseReturnValue:
    subject = _subject_or_problem()
    if not isinstance(subject, Subject):
        return subject
    return _file(listing_csv(tables.make(table, subject)), CSV_MEDIA_TYPE, f"{table}.csv")


@needs(Permission.BLAST_READ)
def tables_xlsx() -> ResponseReturnValue:
    subject = _subject_or_problem()
    if not isinstance(subject, Subject):
        return subject
    sheets = [tables.make(name, subject) for name in tables.NAMES]
    return _file(write_workbook(sheets, title="Blast radius", made_at=clock.now()), MEDIA_TYPE, "tables.xlsx")


@needs(Permission.BLAST_READ)
def starts() -> ResponseReturnValue:
    found = queries.find_starts(queries.snapshot().register, request.args.get("q", "")[:80], count=_SUGGESTED)
    return jsonify([{"code": code, "name": name} for code, name in found])


@needs(Permission.BLAST_READ)
def revision() -> ResponseReturnValue:
    return jsonify({"revision": queries.current_revision()})


def _subject_or_problem() -> Subject | ResponseReturnValue:
    """Answer the question of the address, or say in JSON why not."""
    try:
        return _ask(queries.snapshot(), read_question(request.args), first_worlds=FIRST_WORLDS)
    except _CannotAsk as refusal:
        return jsonify({"problems": list(refusal.problems)}), refusal.status


def _file(content: bytes, media_type: str, name: str) -> Response:
    codes = "-".join(code for code in request.args.getlist("start")[:3] if code.replace("-", "").isalnum())
    response = Response(content, mimetype=media_type)
    filename = f"blast-radius-{codes}-{name}" if codes else name
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _choices(register: Register) -> tuple[ChoiceGroup, ...]:
    if len(register.vendors) + len(register.systems) > _MOST_CHOICES:
        return ()
    live = [row for row in register.vendors if row.lifecycle is not Lifecycle.TERMINATED]
    ended = [row for row in register.vendors if row.lifecycle is Lifecycle.TERMINATED]
    groups: Mapping[str, Sequence[Any]] = {
        "Vendors": [row for row in live if row.relationship is Relationship.DIRECT],
        "Platforms": [row for row in live if row.relationship is Relationship.PLATFORM],
        "Nth parties": [row for row in live if row.relationship is Relationship.NTH_PARTY],
        "Our systems": register.systems,
        "Ended relations": ended,
    }
    return tuple(
        ChoiceGroup(label, tuple((row.code, row.name) for row in sorted(rows, key=lambda row: row.name.casefold())))
        for label, rows in groups.items()
        if rows
    )


def _page_url(question: Question) -> str:
    return f"{url_for('blast.index')}?{question.query()}"


def _file_url(name: str, question: Question) -> str:
    query = question.query()
    if name == "json":
        return f"{url_for('blast.as_json')}?{query}"
    return f"{url_for('blast.index')}/{name}?{query}"


def _fact_url(code: str) -> str | None:
    endpoint = _FACT_ENDPOINTS.get(code[:1])
    return (_url_if_there(endpoint, code=code) if endpoint else None) or _url_if_there("facts.show", code=code)


def _url_if_there(endpoint: str, **values: Any) -> str | None:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


_LINKS = Links(page=_page_url, file=_file_url, fact=_fact_url)
