"""What the templates of the map read: the headline, the two tables, the picture as data for the script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any
from xml.etree.ElementTree import tostring

from markupsafe import Markup

from registry.datamap.answer import HEADINGS, Answer
from registry.datamap.question import LAYER_WORDS, MOST, TABS, WAY_WORDS, Question
from registry.datamap.words import arrow_words, counted, headline, joined, line_detail, line_kind, list_words
from registry.domain.datamap.datamap import LineKind, Thing
from registry.domain.datamap.datamap_walks import Arrow
from registry.domain.register.vocabulary import Protection
from reports.layer_picture import layers_svg
from reports.layer_values import PlacedLine
from reports.layers import MARK
from reports.picture_paint import element

__all__ = ["ROWS_SHOWN", "LineRow", "Link", "MapPage", "Tab", "ThingRow"]

ROWS_SHOWN = 500  # of a table on the page; the files hold all
_FACTS_NAMED = 12  # of one line, in the picture
_KINDS = {
    LineKind.COVERS: "datasets",
    LineKind.LIVES_IN: "datasets",
    LineKind.FLOW: "flows",
    LineKind.ACCESS: "access",
    LineKind.LINK: "links",
    LineKind.HOSTING: "systems",
    LineKind.PLATFORM: "platform_uses",
}
_STAGES = ((300.0, "low"), (460.0, "middle"))


@dataclass(frozen=True, slots=True)
class Link:
    """A word and where it leads."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the two tables."""

    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class ThingRow:
    """A thing in the table."""

    thing: Thing
    layer: str
    url: str | None
    lines: int
    steps: int
    look_url: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A fact in the table: what it joins, and the page it stands on."""

    source: str
    target: str
    joins: str
    detail: str
    is_unprotected: bool
    code: str
    url: str | None
    key: str


@dataclass(frozen=True)
class MapPage:
    """An answer with the addresses of everything one can do from it."""

    answer: Answer
    page_url: Callable[[Question], str]
    fact_url: Callable[[str, str], str | None]

    @property
    def question(self) -> Question:
        """What was asked, with the code of what it named."""
        return self.answer.question

    @cached_property
    def headline(self) -> tuple[str, str, str]:
        """What stands before, and after, the name of the thing looked from; and the number of facts."""
        answer = self.answer
        facts = joined(len(answer.arrows))
        if answer.start is None:
            return "", list_words(counted(answer.things)), facts
        lead, middle, counts = headline(self.question.way, answer.others)
        return lead, f"{middle} {list_words(counts)}".strip(), facts

    @cached_property
    def ways(self) -> tuple[Link, ...]:
        """The ways to walk from here."""
        at = self.question.at
        return tuple(
            Link(words, self.page_url(self.question.looking_from(at, way)), self.question.way is way)
            for way, words in WAY_WORDS.items()
        )

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        """The tables."""
        counts = {"things": len(self.answer.things), "lines": len(self.answer.arrows)}
        labels = {"things": "Things", "lines": "Facts between them"}
        return tuple(
            Tab(labels[tab], self.page_url(replace(self.question, tab=tab)), counts[tab], self.question.tab == tab)
            for tab in TABS
        )

    @cached_property
    def more_url(self) -> str | None:
        """The address that draws more of what was found, when more can be drawn."""
        is_all = not self.answer.left_out or self.question.most == MOST[-1]
        return None if is_all else self.page_url(replace(self.question, most=MOST[-1]))

    @cached_property
    def chips(self) -> tuple[Link, ...]:
        """The filters at work, each with the address that lifts it."""
        question = self.question
        found = []
        if question.category:
            found.append(Link(f"holds or gets {question.category}", self.page_url(replace(question, category=None))))
        if question.country:
            found.append(Link(f"in {question.country}", self.page_url(replace(question, country=None))))
        if question.layers:
            words = ", ".join(LAYER_WORDS[layer].casefold() for layer in question.layers)
            found.append(Link(f"only {words}", self.page_url(replace(question, layers=()))))
        return tuple(found)

    @cached_property
    def thing_rows(self) -> list[ThingRow]:
        """The first things, in the order of the picture."""
        return [self._thing_row(thing) for thing in self.answer.things[:ROWS_SHOWN]]

    def _thing_row(self, thing: Thing) -> ThingRow:
        return ThingRow(
            thing=thing,
            layer=LAYER_WORDS[thing.layer],
            url=self.fact_url(thing.kind, thing.code),
            lines=self.answer.lines_at.get(thing.code, 0),
            steps=self.answer.steps[thing.code],
            look_url=self.page_url(self.question.looking_from(thing.code)),
        )

    @cached_property
    def line_rows(self) -> list[LineRow]:
        """The first lines, in the order of the picture."""
        return [self._line_row(arrow) for arrow in islice(self.answer.arrows, ROWS_SHOWN)]

    def _line_row(self, arrow: Arrow) -> LineRow:
        line, things = arrow.line, self.answer.on.things
        joins = line_kind(line, self.answer.on)
        if self.question.way.is_breach:
            joins = arrow_words(arrow, self.answer.on, self.question.way)
        return LineRow(
            source=things[arrow.source].name,
            target=things[arrow.target].name,
            joins=joins,
            detail=line_detail(line),
            is_unprotected=getattr(line.fact, "protection", None) is Protection.NONE,
            code=line.code,
            url=self._line_url(arrow),
            key=f"{arrow.source}>{arrow.target}",
        )

    def _line_url(self, arrow: Arrow) -> str | None:
        return self.fact_url(_KINDS[arrow.line.kind], arrow.line.code)

    # -- the picture ------------------------------------------------------------------------------------------

    @property
    def stage(self) -> str:
        """How high the picture's place is."""
        height = self.answer.layout.height
        return next((name for limit, name in _STAGES if height <= limit), "high")

    @cached_property
    def _urls(self) -> dict[str, str]:
        """Addresses by key of a thing and by code of a fact, of what is drawn."""
        answer = self.answer
        found = {thing.code: self.fact_url(thing.kind, thing.code) for thing in answer.things[: answer.drawn]}
        found |= {arrow.line.code: self._line_url(arrow) for arrow in answer.arrows[: answer.drawn_arrows]}
        return {key: url for key, url in found.items() if url}

    @property
    def svg(self) -> Markup:
        """The picture as it stands without a script; the table says the same to those who cannot see it."""
        layout = self.answer.layout
        size = {"width": f"{layout.width:.0f}", "height": f"{layout.height:.0f}"}
        box = {"viewBox": f"0 0 {layout.width:.0f} {layout.height:.0f}", "class": "dm-static", "id": "map-static"}
        svg = element("svg", {**box, **size, "aria-hidden": "true"}, *layers_svg(layout, HEADINGS, links=self._urls))
        return Markup(tostring(svg, encoding="unicode", short_empty_elements=False))  # noqa: S704 -- built as elements, so every text is escaped

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The picture for the script: everything with its place, nothing to compute."""
        layout = self.answer.layout
        words = {
            (arrow.source, arrow.target, arrow.line.code): arrow_words(arrow, self.answer.on, self.question.way)
            for arrow in self.answer.arrows[: self.answer.drawn_arrows]
        }
        return {
            "width": layout.width,
            "height": layout.height,
            "at": self.question.at,
            "columns": [[f"{HEADINGS[column.layer]} {column.count:,}", column.x] for column in layout.columns],
            "nodes": [
                [thing.node.key, thing.node.kind, thing.label, thing.x, thing.y, round(thing.right - thing.x, 1),
                 int(thing.node.is_sensitive)]
                for thing in layout.things
            ],
            "edges": [_edge_data(line, words) for line in layout.lines],
            "urls": self._urls,
            "names": {thing.node.key: thing.node.label for thing in layout.things if thing.label != thing.node.label},
            "look": self.page_url(self.question.looking_from("CODE")),
            "mark": MARK,
        }  # fmt: skip


def _edge_data(line: PlacedLine, words: Mapping[tuple[str, str, str], str]) -> Sequence[Any]:
    edge = line.edge
    facts = [[code, words.get((edge.source, edge.target, code), "")] for code in edge.facts[:_FACTS_NAMED]]
    bends = [_bend(point, line) for point in (line.first, line.second)]
    return [
        edge.source,
        edge.target,
        int(edge.is_dashed),
        facts,
        len(edge.facts),
        [round(bend[0], 4) for bend in bends],
        [round(bend[1], 2) for bend in bends],
        [round(line.start[0], 1), round(line.end[0], 1)],
    ]


def _bend(point: tuple[float, float], line: PlacedLine) -> tuple[float, float]:
    """Return a control point as a weight along the chord and a distance from it."""
    chord = line.end[0] - line.start[0], line.end[1] - line.start[1]
    arm = point[0] - line.start[0], point[1] - line.start[1]
    length = (chord[0] ** 2 + chord[1] ** 2) ** 0.5 or 1.0
    weight = (arm[0] * chord[0] + arm[1] * chord[1]) / length**2
    return weight, (arm[1] * chord[0] - arm[0] * chord[1]) / length
