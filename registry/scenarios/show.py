"""A stored run as its pages show it: the sentence, the picture, the curve, the figures in words."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import url_for
from markupsafe import Markup

from registry.blast import queries as blast
from registry.blast import words
from registry.blast.curve import CurveRow, curve_data, curve_rows
from registry.blast.svg import curve_svg
from registry.core.formats import money, short, spread
from registry.scenarios.queries import RunView
from registry.scenarios.service import stored_question
from reports.picture import picture_layers
from reports.picture_legend import legend_boxes
from reports.picture_paint import element
from reports.ring import RingEdge, RingLayout, RingNode, Stage, layout_rings

__all__ = ["RunPage", "asked_url", "layout_of", "money_range", "picture_of", "question_words", "run_page", "sentence"]

_STAGE = (744, 526)


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run: its result, the sentence, picture and curve."""

    run: RunView
    result: Mapping[str, Any]
    sentence: str
    picture: Markup
    curve: Markup
    curve_rows: list[CurveRow]


def run_page(run: RunView) -> RunPage:
    """Return a run as its page shows it."""
    result = run.result
    before = result["before"]["exceedance"] if result["before"] else None
    data = curve_data(
        result["exceedance"],
        before,
        appetite=result["appetite"],
        symbol=words.currency_symbol(result["cost"]["currency"]),
    )
    rows = curve_rows(result["exceedance"], before, result["appetite"])
    return RunPage(run, result, sentence(result), picture_of(result), curve_svg(data), rows)


def sentence(result: Mapping[str, Any]) -> str:
    """Return the answer as one sentence with its ranges."""
    people, cost = result["people"], result["cost"]
    if people["mean"] <= 0:
        reached = "nobody's data"
    else:
        middle = people["p50"] or people["mean"]
        reached = f"{short(round(middle))} people (90 %: {spread(round(people['p05']), round(people['p95']))})"
    said = f"{result['say']} {result['names']} would reach {reached}"
    if cost["mean"] > 0:
        said += f" and cost {money(cost['p50'], cost['currency'])} (90 %: {money_range(cost)})"
    return f"{said}."


def money_range(cost: Mapping[str, Any]) -> str:
    """Return the range of a cost with its unit."""
    return f"{money(cost['p05'], cost['currency'])} to {money(cost['p95'], cost['currency'])}"


def layout_of(result: Mapping[str, Any]) -> RingLayout:
    """Return the picture of a run in numbers, as it was drawn then."""
    nodes = tuple(RingNode(**node) for node in result["picture"]["nodes"])
    edges = tuple(RingEdge(**{**edge, "facts": tuple(edge["facts"])}) for edge in result["picture"]["edges"])
    return _laid_out(nodes, edges)


@lru_cache(maxsize=32)
def _laid_out(nodes: tuple[RingNode, ...], edges: tuple[RingEdge, ...]) -> RingLayout:
    stage = Stage(width=float(_STAGE[0]), height=float(_STAGE[1]), blocks=legend_boxes(*_STAGE))
    return layout_rings(nodes, edges, stage)


def picture_of(result: Mapping[str, Any]) -> Markup:
    """Return the picture as a drawing of the page, coloured by its style sheet; the table has the same data."""
    layout = layout_of(result)
    box = f"0 0 {layout.width:.0f} {layout.height:.0f}"
    svg = element("svg", {"class": "rp-run", "viewBox": box, "aria-hidden": "true"})
    svg.extend(picture_layers(layout))
    # Built as elements, so every text in it is escaped.
    return Markup(ET.tostring(svg, encoding="unicode", short_empty_elements=False))  # noqa: S704


def question_words(query: str) -> str:
    """Return a question in words, with what it assumes and tries."""
    register = blast.snapshot().register
    asked, unknown = blast.named(register, stored_question(query))
    names = words.question_names(register, asked) or ", ".join(unknown)
    if not names:
        return ""
    parts = [f"{words.kind_words(asked.kind)} at {names}, as of {asked.as_of or 'the day it is run'}"]
    parts += [f"what if {words.what_if_words(each)}" for each in asked.parsed_what_ifs()]
    parts += [f"assuming {key}={value}" for key, value in asked.overrides]
    return "; ".join(parts)


def asked_url(query: str) -> str:
    """Return the page of a question on today's register."""
    return f"{url_for('blast.index')}?{query}"
