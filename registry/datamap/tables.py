"""The map as tables for a file: all that was found, in the order of the picture, what is not drawn after it."""

from registry.datamap.answer import Answer
from registry.datamap.question import LAYER_WORDS
from registry.datamap.words import arrow_words, line_detail, line_kind
from reports.workbook import CellKind, Sheet, SheetColumn

__all__ = ["TABLES", "table"]

TABLES = ("things", "lines")


def table(name: str, answer: Answer) -> Sheet:
    """Return one of the two tables."""
    return _things(answer) if name == "things" else _lines(answer)


def _things(answer: Answer) -> Sheet:
    columns = (
        SheetColumn("Code"),
        SheetColumn("Name"),
        SheetColumn("Layer"),
        SheetColumn("Country"),
        SheetColumn("Facts", CellKind.COUNT),
        SheetColumn("Steps", CellKind.COUNT),
    )
    rows = [
        (
            thing.code,
            thing.name,
            LAYER_WORDS[thing.layer],
            thing.country,
            answer.lines_at.get(thing.code, 0),
            answer.steps[thing.code] if answer.start else None,
        )
        for thing in answer.things
    ]
    return Sheet("Things", columns, rows)


def _lines(answer: Answer) -> Sheet:
    labels = ("Fact", "From", "From, name", "To", "To, name", "What joins them", "Detail", "In words")
    things = answer.on.things
    rows = [
        (
            arrow.line.code,
            arrow.source,
            things[arrow.source].name,
            arrow.target,
            things[arrow.target].name,
            line_kind(arrow.line, answer.on),
            line_detail(arrow.line),
            arrow_words(arrow, answer.on, answer.question.way),
        )
        for arrow in answer.arrows
    ]
    return Sheet("Facts between them", tuple(SheetColumn(label) for label in labels), rows)
