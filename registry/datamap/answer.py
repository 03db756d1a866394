"""From a question to what the page shows: which things and lines, in which order, and where they stand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from registry.core.formats import is_special_category
from registry.core.register import Snapshot
from registry.datamap import queries
from registry.datamap.question import LAYER_WORDS, MOST, Question
from registry.datamap.words import arrow_words
from registry.domain.datamap.datamap import DataMap, Layer, LineKind, Thing
from registry.domain.datamap.datamap_walks import Arrow, Walk, walk, whole
from registry.domain.register.facts import Register
from reports.layers import LayerEdge, LayerNode, LayersLayout, layout_layers

__all__ = ["HEADINGS", "Answer", "CannotAsk", "answer"]

_NUMBERS = {layer: number for number, layer in enumerate(Layer)}
HEADINGS: Mapping[int, str] = {_NUMBERS[layer]: words for layer, words in LAYER_WORDS.items()}
_WITHOUT_DATA = frozenset({LineKind.ACCESS, LineKind.LINK, LineKind.HOSTING, LineKind.PLATFORM})
_SUGGESTED = 8


class CannotAsk(Exception):
    """A question about something that is not on the map; carries what may be meant."""

    def __init__(self, sentence: str, suggestions: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(sentence)
        self.sentence, self.suggestions = sentence, tuple(suggestions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything that was found, what of it is drawn, and where.

    `things` and `arrows` are all that was found, what is drawn first and in the order of the picture.
    """

    question: Question
    on: DataMap
    start: Thing | None
    is_opening: bool
    things: tuple[Thing, ...]
    arrows: tuple[Arrow, ...]
    steps: Mapping[str, int]
    lines_at: Mapping[str, int]
    drawn: int
    drawn_arrows: int
    layout: LayersLayout

    @property
    def left_out(self) -> int:
        """How many things were found that are not drawn."""
        return len(self.things) - self.drawn

    @property
    def others(self) -> list[Thing]:
        """What was found beside the thing looked from."""
        return [thing for thing in self.things if thing is not self.start]


def answer(facts: Snapshot, asked: Question) -> Answer:
    """Answer a question.

    Raises
    ------
    CannotAsk
        When the thing to look from is not on the map, or not within the filters.
    """
    on = queries.data_map(facts, asked.category, asked.country)
    question, is_opening = _placed(facts, on, asked)
    found = walk(on, question.at, question.way, steps=question.steps) if question.at else whole(on)
    codes = _shown(on, found, question)
    lines_at = Counter(end for arrow in found.arrows for end in (arrow.source, arrow.target))
    nearest = sorted(codes, key=lambda code: (found.steps[code], -lines_at[code], code))
    drawn = frozenset(nearest[: question.most])
    arrows = [arrow for arrow in found.arrows if arrow.source in codes and arrow.target in codes]
    drawn_arrows = [arrow for arrow in arrows if arrow.source in drawn and arrow.target in drawn]
    layout = _laid_out(
        tuple(_node(on.things[code], facts.register, is_start=code == question.at) for code in sorted(drawn)),
        tuple(_edges(drawn_arrows, on, question)),
    )
    order = {thing.node.key: place for place, thing in enumerate(layout.things)}
    rest = sorted(
        codes - drawn, key=lambda code: (_NUMBERS[on.things[code].layer], on.things[code].name.casefold(), code)
    )
    order |= {code: place for place, code in enumerate(rest, start=len(order))}
    is_drawn = {id(arrow) for arrow in drawn_arrows}
    arrows.sort(
        key=lambda arrow: (id(arrow) not in is_drawn, order[arrow.source], order[arrow.target], arrow.line.code)
    )
    return Answer(
        question=question,
        on=on,
        start=on.things.get(question.at),
        is_opening=is_opening,
        things=tuple(on.things[code] for code in order),
        arrows=tuple(arrows),
        steps=found.steps,
        lines_at=lines_at,
        drawn=len(drawn),
        drawn_arrows=len(drawn_arrows),
        layout=layout,
    )


def _placed(facts: Snapshot, on: DataMap, question: Question) -> tuple[Question, bool]:
    """Give the question the code of the thing it names; a large map without one opens at a thing of its own choice."""
    if not question.at:
        is_large = len(on.things) > MOST[0] and not (question.category or question.country)
        return (replace(question, at=queries.opening(on) or ""), True) if is_large else (question, False)
    code = queries.code_named(on, question.at)
    if code is None:
        raise _not_there(facts, on, question)
    return replace(question, at=code), False


def _not_there(facts: Snapshot, on: DataMap, question: Question) -> CannotAsk:
    text = question.at[:80]
    everything = queries.data_map(facts)
    code = queries.code_named(everything, question.at)
    if code is not None:
        name = everything.things[code].name
        return CannotAsk(f"{name} has nothing to do with what the filters ask for. Lift a filter to see it.")
    vendor = facts.register.vendor_by_code.get(question.at.upper())
    if vendor is not None:
        return CannotAsk(f"{vendor.name} is on no map today: its relation is {vendor.lifecycle.value}.")
    near = queries.find_things(on, text, count=_SUGGESTED)
    return CannotAsk(f"Nothing on the map is called {text!r}, by name or by code.", near)


def _shown(on: DataMap, found: Walk, question: Question) -> frozenset[str]:
    wanted = set(question.layers or Layer)
    return frozenset(code for code in found.steps if on.things[code].layer in wanted or code == question.at)


def _node(thing: Thing, register: Register, *, is_start: bool) -> LayerNode:
    dataset = register.dataset_by_code.get(thing.code)
    return LayerNode(
        key=thing.code,
        layer=_NUMBERS[thing.layer],
        kind=thing.kind,
        label=thing.name,
        is_start=is_start,
        is_sensitive=dataset is not None and any(is_special_category(key) for key in dataset.categories),
    )


def _edges(arrows: Sequence[Arrow], on: DataMap, question: Question) -> list[LayerEdge]:
    """Return what is drawn: one line for all facts of a sort between two things."""
    merged: dict[tuple[str, str, bool], list[Arrow]] = {}
    for arrow in arrows:
        is_dashed = arrow.line.kind in _WITHOUT_DATA
        if question.way.is_breach and arrow.line.kind is LineKind.FLOW:
            is_dashed = on.things[arrow.target].kind != "datasets"
        merged.setdefault((arrow.source, arrow.target, is_dashed), []).append(arrow)
    return [
        LayerEdge(
            source=source,
            target=target,
            facts=tuple(dict.fromkeys(arrow.line.code for arrow in together)),
            words="; ".join(arrow_words(arrow, on, question.way) for arrow in together[:4])
            + (f"; and {len(together) - 4} more" if len(together) > 4 else ""),
            is_dashed=is_dashed,
        )
        for (source, target, is_dashed), together in merged.items()
    ]


@lru_cache(maxsize=48)
def _laid_out(nodes: tuple[LayerNode, ...], edges: tuple[LayerEdge, ...]) -> LayersLayout:
    return layout_layers(nodes, edges)
