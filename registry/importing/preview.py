"""What a person is shown before an import, as plain values that are kept with it: counts, samples, problems."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from importers.references import natural_fields
from importers.register import ReadResult
from registry.domain.register.facts import Fact
from registry.domain.register.problems import Problem, Severity, errors_of, warnings_of
from registry.importing.difference import Change, Difference

__all__ = ["SHOWN_MAX", "describe", "described_problems", "shown_value"]

SHOWN_MAX = 500


def describe(result: ReadResult, difference: Difference, further: list[Problem]) -> dict[str, Any]:
    """Return the preview; `further` are problems that only the registry knows.

    Every kind of import gives these keys: `counts`, `new`, `changed`, `same` (kind of fact, or a word -> how many),
    `errors`, `warnings` (how many), `new_rows`, `changes`, `problems` (the first of each), and `asks`.
    """
    problems = [*result.problems, *further]
    names = _names(result)
    new = ((kind, fact) for kind, facts in difference.new.items() for fact in facts)
    return {
        "counts": dict(result.counts),
        "new": {kind: len(facts) for kind, facts in difference.new.items()},
        "changed": _counted(difference.changed),
        "same": dict(difference.same),
        "errors": len(errors_of(problems)),
        "warnings": len(warnings_of(problems)),
        "new_rows": [_new_row(kind, fact, names) for kind, fact in islice(new, SHOWN_MAX)],
        "changes": [_change(change, names) for change in difference.changed[:SHOWN_MAX]],
        "problems": described_problems(problems, result.quoted),
        "asks": result.asks,
    }


def described_problems(problems: Iterable[Problem], quoted: Mapping[tuple[str, int, str], str]) -> list[dict[str, Any]]:
    """Return the first problems as a preview keeps them, errors first, with what stands in their cells."""
    ordered = sorted(problems, key=lambda each: each.severity is Severity.WARNING)
    return [_problem(problem, quoted) for problem in ordered[:SHOWN_MAX]]


def _names(result: ReadResult) -> dict[str, str]:
    """Return the names of what flows and accesses refer to, by code; those of the file when it has errors."""
    kinds = ("vendors", "systems", "datasets")
    if result.register is not None:
        found = (fact for kind in kinds for fact in result.register.facts(kind))
    else:
        found = (fact for kind in kinds for fact in result.facts.get(kind, ()))
    return {getattr(fact, "code"): getattr(fact, "name") for fact in found}  # noqa: B009, these kinds have both


def _counted(changes: tuple[Change, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.kind] = counts.get(change.kind, 0) + 1
    return counts


def _new_row(kind: str, fact: Fact, names: Mapping[str, str]) -> dict[str, Any]:
    return {"sheet": fact.SHEET, "row": fact.row, "what": _label(kind, fact, names)}


def _change(change: Change, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "sheet": change.after.SHEET,
        "row": change.after.row,
        "what": _label(change.kind, change.before, names),
        "fields": [[field.field, shown_value(field.before), shown_value(field.after)] for field in change.fields],
    }


def _label(kind: str, fact: Fact, names: Mapping[str, str]) -> str:
    """Name a fact by its code and name, else by what tells it apart."""
    code, name = getattr(fact, "code", None), getattr(fact, "name", None) or getattr(fact, "reference", None)
    if code and name:
        return f"{code} {name}"
    parts = (getattr(fact, field) for field in natural_fields(kind))
    told = ", ".join(names.get(part, str(part)) for part in parts if part is not None)
    return " ".join(filter(None, (code, told))) or str(name or fact.SHEET)


def _problem(problem: Problem, quoted: Mapping[tuple[str, int, str], str]) -> dict[str, Any]:
    place = (problem.sheet or "", problem.row or 0, problem.column or "")
    return {
        "is_error": problem.severity is Severity.ERROR,
        "code": problem.code,
        "message": problem.message,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": quoted.get(place),
    }


def shown_value(value: Any) -> str:
    """Return a value as a change is shown; empty when there is none."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:,g}" if isinstance(value, float) else str(value)
