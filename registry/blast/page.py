"""The page of a blast radius as values: every figure, word and address its templates show (`assembly` fills them)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from registry.blast.assumed import AssumptionGroup
from registry.blast.curve import CurveRow
from registry.blast.described import DescribedFact
from registry.blast.owed import OwedDuty
from registry.blast.question import Question
from registry.blast.reached import Chance, ReachedThing
from registry.core.formats import money, spread
from registry.domain.impact.cost import CostFigures, ModelFigures
from registry.domain.impact.people import Spread
from registry.domain.register.constants import Parameter
from registry.domain.register.problems import Problem
from registry.domain.scenario.explain import ChokePoint

if TYPE_CHECKING:
    from registry.blast.looking import Look

__all__ = [
    "AnsweredPage",
    "Area",
    "DutyRow",
    "FactRow",
    "Help",
    "Link",
    "Links",
    "ModelRow",
    "Picture",
    "PlaceRow",
    "RouteStep",
    "SegmentRow",
    "ShownRoute",
    "Tab",
    "Undoable",
    "WhatIfLine",
]


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the panel."""

    label: str
    url: str
    count: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture: markup of the drawing for readers without scripts, legends, data for the script, a sentence."""

    svg: Markup
    legends: tuple[tuple[str, Markup], ...]
    data: Mapping[str, Any]
    words: str


@dataclass(frozen=True, slots=True)
class Links:
    """How addresses are made: of this page for a question, of a download, of a fact's own page."""

    page: Callable[[Question], str]
    file: Callable[[str, Question], str]
    plan: Callable[[str, Question], str]
    fact: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Link:
    """A word and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Undoable:
    """A what-if of the question in words, and the question without it."""

    words: str
    code: str
    undo_url: str
    plan_url: str


@dataclass(frozen=True, slots=True)
class WhatIfLine:
    """What the what-ifs make of it: the figures with them, and the difference in words."""

    items: tuple[Undoable, ...]
    undo_all_url: str
    people: Spread
    cost: CostFigures
    change_words: str


@dataclass(frozen=True, slots=True)
class Help:
    """One thing that would help: cut a fact; what it saves, in money and as a share of the expected loss."""

    words: str
    gloss: str
    saving: float
    share: float
    is_on: bool
    url: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """A registered fact of the picture with what can be done about it."""

    fact: DescribedFact
    url: str | None
    is_cut: bool
    cut_url: str | None
    undo_url: str
    look_url: str


@dataclass(frozen=True, slots=True)
class RouteStep:
    """A name or a fact on a route."""

    text: str
    is_fact: bool


@dataclass(frozen=True, slots=True)
class ShownRoute:
    """A route in words with the chance of that way alone."""

    probability: float
    steps: tuple[RouteStep, ...]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """People under one law, with the name of the place; code None: nobody knows where they live."""

    code: str | None
    name: str
    mean: float
    p95: float
    before: float | None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """People of a segment; `before` are those without the what-ifs, None when none are asked."""

    code: str
    name: str
    people: int
    mean: float
    before: float | None


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty to tell; `before` are the people without the what-ifs, `is_gone`: with them nobody need be told."""

    owed: OwedDuty
    people: float
    before: float | None
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Area:
    """One impact area: mean cost, share of the whole, chance of a material hit."""

    name: str
    cost_mean: float
    share: float
    probability: float
    before: float | None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One cost model on the same worlds, with its mean without the what-ifs."""

    figures: ModelFigures
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredPage:
    """Everything the page says about one answer; figures are the answer's own, untouched.

    The headline and the line under it speak of the facts as they are; `what_if` and the tables of the what-ifs.
    """

    revision: int
    names: str
    say_what: str
    currency: str
    people: Spread
    cost: CostFigures
    processes_stopped: int
    reach_words: tuple[tuple[str, int], ...]
    protected_people: int
    first_duty: OwedDuty | None
    area_words: tuple[tuple[str, float], ...]
    is_assumed: bool
    is_outage_only: bool
    reaches_nobody: bool
    reaches_nothing: bool
    what_if: WhatIfLine | None
    look: "Look | None"
    things: Sequence[ReachedThing]
    shown_things: Sequence[ReachedThing]
    selected: str
    tabs: tuple[Tab, ...]
    tab_label: str
    picture: Picture
    jurisdictions: Sequence[PlaceRow]
    segments: Sequence[SegmentRow]
    people_figures: tuple[tuple[str, str, str | None, str], ...]
    routes: tuple[ShownRoute, ...]
    routes_to: str
    choke_points: Sequence[ChokePoint]
    choke_sentence: str
    duties: Sequence[DutyRow]
    cost_rows: tuple[tuple[str, float, float | None], ...]
    areas: tuple[Area, ...]
    models: Sequence[ModelRow]
    facts: tuple[FactRow, ...]
    facts_left_out: int
    facts_csv_url: str
    table_url: str
    helps: tuple[Help, ...]
    helps_total: int
    helps_url: str | None
    curve_rows: Sequence[CurveRow]
    curve_data: Mapping[str, Any]
    curve_svg: Markup
    downloads: tuple[Link, ...]
    json_url: str
    permanent_url: str
    refine_url: str | None
    worlds: int
    target_error: float
    relative_error: float
    method_words: str
    method_sentence: str
    ranges_sentence: str
    input_hash: str
    question_hash: str
    parameters_hash: str
    as_of: date
    command: str
    warnings: Sequence[Problem]
    warnings_left_out: int
    parameters: Sequence[Parameter]
    assumptions: tuple[AssumptionGroup, ...]
    own_keys: frozenset[str]
    asking: Sequence[tuple[str, str]]
    as_in_force_url: str
    assumptions_url: str
    select_url: Callable[[str], str]

    def currency_range(self, low: float, high: float) -> str:
        """Write a range of money with its unit once."""
        return money(high, self.currency).partition("\u202f")[0] + "\u202f" + spread(low, high)

    def interval_words(self, chance: Chance) -> str:
        """Write an interval of a chance in whole percent, or that it is exact."""
        low, high = round(chance.low * 100), round(chance.high * 100)
        return "exact" if chance.low == chance.high else f"{low}–{high}" if low != high else f"{low}"

    def is_changed(self, thing: ReachedThing) -> bool:
        """Whether the what-ifs change a chance enough to be seen."""
        return thing.before is not None and round(thing.before.value * 100) != round(thing.chance.value * 100)
