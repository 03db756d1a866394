"""Reads a questionnaire from its workbook or JSON file into the data that `read_questionnaire` checks."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from importers.base import Cell, CellError, Limits, Table, Unreadable, is_blank, plain_name
from importers.guard import is_archive
from importers.xlsx_table import read_workbook
from registry.domain.assessment.condition_text import BadCondition, read_condition
from registry.domain.assessment.conditions import condition_data
from registry.domain.assessment.questionnaire_file import FORMAT

__all__ = ["QuestionnaireRead", "read"]

_LIMITS = Limits(bytes_max=5 * 2**20, inflated_bytes_max=50 * 2**20, rows_max=20_000, columns_max=60, cells_max=400_000)
_SCORING = ("unanswered_points", "pass_points", "non_negotiable_cap", "control_evidence_points")
_HEAD = ("code", "version", "language", "title", "description", "audience")
_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QuestionnaireRead:
    """What a file holds, not yet checked as a questionnaire; or what keeps it from being read."""

    data: Any
    problems: tuple[str, ...] = ()


def read(source: bytes, name: str = "") -> QuestionnaireRead:  # noqa: ARG001 -- every reader is told the name
    """Read a file; never raises because of what is in it."""
    try:
        if is_archive(source):
            return _from_workbook(read_workbook(source, _LIMITS))
        return QuestionnaireRead(_from_json(source))
    except Unreadable as error:
        return QuestionnaireRead(None, (str(error),))


def _from_json(source: bytes) -> Any:
    if len(source) > _LIMITS.bytes_max:
        raise Unreadable("too_large", "The file is too large for a questionnaire.")
    try:
        return json.loads(source.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable("wrong_kind", "The file is neither a workbook (.xlsx) nor JSON text in UTF-8.") from error


def _no_constant(text: str) -> float:
    raise ValueError(text)


def _from_workbook(tables: list[Table]) -> QuestionnaireRead:
    sheets = {plain_name(table.name): table for table in tables}
    missing = [title for title in ("Questionnaire", "Sections", "Questions") if plain_name(title) not in sheets]
    if missing:
        return QuestionnaireRead(None, (f"The workbook has no sheet {', '.join(missing)}.",))
    problems: list[str] = []
    head = {
        str(row.get("field", "")): row.get("value", "")
        for row in _rows(sheets.get("questionnaire"), problems, key="field")
    }
    data: Row = {name: _text(head.get(name, "")) for name in _HEAD}
    data |= {"format": FORMAT, "sections": _rows(sheets["sections"], problems, key="id")}
    data["scoring"] = {name: head.get(name) for name in _SCORING}
    data["scoring"] |= {
        "formula": _text(head.get("formula", "")),
        "bands": _rows(sheets.get("bands"), problems, key="key"),
    }
    data["questions"] = [_question(row, problems) for row in _rows(sheets["questions"], problems, key="id")]
    by_id = {question["id"]: question for question in data["questions"]}
    _attach(sheets.get("answers"), by_id, problems, name="choices", make=_choice)
    _attach(sheets.get("points"), by_id, problems, name="bands", make=_band)
    for question in data["questions"]:
        if question["type"] == "date":
            question["bands"] = [
                {"max_age_months": b["max"], "score": b["score"]} for b in question.get("bands", ())
            ] or None
    return QuestionnaireRead(data, tuple(problems))


def _question(row: Row, problems: list[str]) -> Row:
    try:
        condition = read_condition(_text(row.get("show_if", "")))
    except BadCondition as error:
        problems.append(f"{row.get('id', '?')}.show_if: {error}")
        condition = None
    return {
        **{name: _text(row.get(name, "")) for name in ("id", "section", "text", "help", "type")},
        "unit": _text(row.get("unit", "")) or None,
        "weight": row.get("weight"),
        "required": _truth(row.get("required")),
        "non_negotiable": _truth(row.get("non_negotiable")),
        "evidence": _text(row.get("evidence", "")) or "none",
        "show_if": None if condition is None else condition_data(condition),
        "maps_to": [part.strip() for part in _text(row.get("maps_to", "")).split(";") if part.strip()],
        "affects": _text(row.get("affects", "")) or None,
    }


def _choice(row: Row) -> Row:
    return {"value": _text(row.get("value", "")), "label": _text(row.get("label", "")), "score": row.get("score")}


def _band(row: Row) -> Row:
    return {"max": row.get("at_most"), "score": row.get("score")}


def _attach(
    table: Table | None, questions: Mapping[str, Row], problems: list[str], *, name: str, make: Callable[[Row], Row]
) -> None:
    for row in _rows(table, problems, key="question"):
        question = questions.get(_text(row.get("question", "")))
        if question is None:
            problems.append(f"{table.name if table else ''}: there is no question {_text(row.get('question', ''))!r}.")
            continue
        question.setdefault(name, []).append(make(row))


def _rows(table: Table | None, problems: list[str], *, key: str) -> list[Row]:
    """Return the rows of a sheet as mappings by the names in its first filled row."""
    if table is None:
        return []
    filled = list(table.filled_rows())
    if not filled:
        return []
    names = [_text(cell).strip().casefold() for cell in filled[0][1]]
    if key not in names:
        problems.append(f"{table.name}: the first row must name the columns, among them {key}.")
        return []
    found = []
    for number, cells in filled[1:]:
        row = dict(zip(names, cells, strict=False))
        broken = [name for name, cell in row.items() if isinstance(cell, CellError)]
        problems += [f"{table.name}, row {number}, {name}: holds an error in place of a value." for name in broken]
        found.append(
            {
                name: None if is_blank(cell) or isinstance(cell, CellError) else cell
                for name, cell in row.items()
                if name
            }
        )
    return [
        {name: "" if value is None and name not in _NUMBERS else value for name, value in row.items()} for row in found
    ]


_NUMBERS = frozenset({"score", "at_most", "weight", "min"})


def _text(cell: Cell | Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _truth(cell: Cell | Any) -> Any:
    if isinstance(cell, bool):
        return cell
    text = _text(cell).strip().casefold()
    return _TRUTH.get(text, text)
