"""Re-performance: every key figure with a live formula over the sheets beside it, and the same comparison in words.

A protected view computes nothing, so the result stands there as text as well; both come from the same rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.cells import Plain
from reports.pack_measures import MEASURES, Amount, Measure, Tables, amount_formula, amount_of, column_letter
from reports.pack_plan import planned_sheets
from reports.workbook import Formula

__all__ = ["ASSESSMENTS_CHECKED", "FORMULA_COLUMNS", "Check", "check_rows", "checks_of"]

ASSESSMENTS_CHECKED = 200
FORMULA_COLUMNS = ("recomputed", "live_result")
_VENDORS, _ASSESSMENTS, _ANSWERS, _LOG, _SUMMARY = (
    "02 Vendors",
    "06 Assessments",
    "07 Answers",
    "14 Change log",
    "01 Summary",
)
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Check:
    """One figure: what the workbook states, the formula without its equals sign, and what it gives."""

    name: str
    what: str
    expected: float
    formula: str
    recomputed: float

    @property
    def result(self) -> str:
        """The comparison in a word."""
        return (
            "agrees" if abs(self.expected - self.recomputed) <= _TOLERANCE * max(1.0, abs(self.expected)) else "differs"
        )


def checks_of(tables: Tables) -> list[Check]:
    """Return every check on the tables of a pack, the manifest and the checks themselves left out."""
    return [*_counts(tables), *_measures(tables), *_residuals(tables), *_scores(tables), *_log_end(tables)]


def check_rows(checks: Sequence[Check]) -> tuple[list[list[object]], list[list[Plain]]]:
    """Return the rows of the sheet with live formulas, and as they are hashed: with nothing where a formula stands."""
    shown: list[list[object]] = []
    hashed: list[list[Plain]] = []
    for number, check in enumerate(checks, start=2):
        expected = float(f"{check.expected:.12g}")
        live = f'IF(ABS(C{number}-D{number})<={_TOLERANCE:f}*MAX(1,ABS(C{number})),"agrees","differs")'
        fixed: list[Plain] = [check.name, check.what, expected, None, None, check.result, check.formula]
        hashed.append(fixed)
        shown.append([*fixed[:3], Formula(f"={check.formula}"), Formula(f"={live}"), *fixed[5:]])
    return shown, hashed


def _counts(tables: Tables) -> Iterator[Check]:
    for sheet, rows in tables.items():
        formula = amount_formula(Amount(sheet), tables)
        yield Check(
            f"Rows of {sheet}",
            "Filled rows against the number on the cover",
            len(rows),
            formula,
            amount_of(Amount(sheet), tables),
        )


def _measures(tables: Tables) -> Iterator[Check]:
    names = planned_sheets()[_SUMMARY].names
    rows: Mapping[Plain, Sequence[Plain]] = {row[0]: row for row in tables[_SUMMARY]}
    for measure in MEASURES:
        stated = rows.get(measure.name)
        value = stated[names.index("value")] if stated else None
        if isinstance(value, int | float):
            yield Check(measure.name, measure.definition, value, *_worked_out(measure, tables))


def _worked_out(measure: Measure, tables: Tables) -> tuple[str, float]:
    top, formula = amount_of(measure.numerator, tables), amount_formula(measure.numerator, tables)
    if measure.denominator is None:
        return formula, top
    below = amount_of(measure.denominator, tables)
    return f"{formula}/{amount_formula(measure.denominator, tables)}", top / below if below else 0.0


def _residuals(tables: Tables) -> Iterator[Check]:
    rows, names = tables[_VENDORS], planned_sheets()[_VENDORS].names
    if not rows:
        return
    places = [names.index(name) for name in ("inherent_risk", "residual_risk", "effectiveness")]
    spans = [f"'{_VENDORS}'!{column_letter(place)}2:{column_letter(place)}{len(rows) + 1}" for place in places]
    formula = f"SUMPRODUCT(ABS({spans[1]}-{spans[0]}*(1-{spans[2]})))"
    off = sum(abs(_number(row[places[1]]) - _number(row[places[0]]) * (1 - _number(row[places[2]]))) for row in rows)
    what = "Sum over all vendors of the difference between residual_risk and inherent_risk x (1 - effectiveness)"
    yield Check("Residual risks", what, 0.0, formula, off)
    below = f"SUMPRODUCT(--({spans[1]}>{spans[0]}+0.000001))"
    above = sum(_number(row[places[1]]) > _number(row[places[0]]) + 1e-6 for row in rows)
    yield Check("Residual above inherent", "Vendors whose residual risk exceeds their inherent risk", 0.0, below, above)


def _scores(tables: Tables) -> Iterator[Check]:
    rows, answers = tables[_ASSESSMENTS], tables[_ANSWERS]
    names, of_answers = planned_sheets()[_ASSESSMENTS].names, planned_sheets()[_ANSWERS].names
    last = max(2, len(answers) + 1)
    spans = {
        name: f"'{_ANSWERS}'!{column_letter(of_answers.index(name))}2:{column_letter(of_answers.index(name))}{last}"
        for name in ("assessment", "weight_counted", "weighted_points")
    }
    sums: dict[Plain, list[float]] = {}
    for row in answers:
        found = sums.setdefault(row[of_answers.index("assessment")], [0.0, 0.0])
        found[0] += _number(row[of_answers.index("weight_counted")])
        found[1] += _number(row[of_answers.index("weighted_points")])
    scored = [(place, row) for place, row in enumerate(rows, start=2) if row[names.index("score")] is not None]
    for place, row in scored[:ASSESSMENTS_CHECKED]:
        code, cap = row[names.index("code")], row[names.index("cap")]
        weight, points = sums.get(code, [0.0, 0.0])
        own, capped = f"'{_ASSESSMENTS}'!A{place}", f"'{_ASSESSMENTS}'!{column_letter(names.index('cap'))}{place}"
        mean = f"SUMIFS({spans['weighted_points']},{spans['assessment']},{own})/SUMIFS({spans['weight_counted']},{spans['assessment']},{own})"
        found_score = min(points / weight if weight else 0.0, 100.0 if cap is None else _number(cap))
        what = "Sum of weighted points / sum of counted weights of 07 Answers, at most the cap"
        formula = f'MIN({mean},IF({capped}="",100,{capped}))'
        yield Check(f"Score of {code}", what, _number(row[names.index("score")]), formula, found_score)


def _log_end(tables: Tables) -> Iterator[Check]:
    rows = tables[_LOG]
    if not rows:
        return
    numbers = [_number(row[0]) for row in rows]
    span = f"'{_LOG}'!A2:A{len(rows) + 1}"
    gaps = f"MAX({span})-MIN({span})+1-SUMPRODUCT(1/COUNTIF({span},{span}))"
    if len(rows) <= 2_000:  # COUNTIF of every row over every row: more would keep a spreadsheet busy for minutes
        found = max(numbers) - min(numbers) + 1 - len(set(numbers))
        yield Check(
            "Gaps in the change log", "Numbers between the first and the last that are missing", 0.0, gaps, found
        )
    yield Check("End of the change log", "Largest number of 14 Change log", max(numbers), f"MAX({span})", max(numbers))


def _number(value: Plain) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
