"""Two to four scenarios side by side: every figure in a row, and the differences named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.blast.curve import chance_above
from registry.core.formats import money, percent, short, spread
from registry.scenarios.queries import ScenarioView
from registry.scenarios.service import stored_question

__all__ = ["COMPARED_MAX", "Comparison", "compare_runs"]

COMPARED_MAX = 4
_THINGS_NAMED = 12
Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One figure of every scenario, in words; `is_equal`: all say the same."""

    label: str
    cells: tuple[str, ...]
    is_equal: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The scenarios, their figures, how their questions differ, and what only some of them reach."""

    views: tuple[ScenarioView, ...]
    figures: tuple[CompareRow, ...]
    differences: tuple[CompareRow, ...]
    only: tuple[tuple[str, tuple[str, ...], int], ...]
    curve: tuple[CompareRow, ...]


def compare_runs(views: Sequence[ScenarioView]) -> Comparison:
    """Compare the newest runs of scenarios, which all have one."""
    results = [view.run.result for view in views if view.run]
    asked = [_asked(view) for view in views]
    return Comparison(
        tuple(views),
        tuple(_row(label, [read(result) for result in results]) for label, read in _FIGURES),
        tuple(row for label in asked[0] if not (row := _row(label, [each[label] for each in asked])).is_equal),
        tuple(_only(views, results)),
        tuple(_curve(results)),
    )


def _row(label: str, cells: Sequence[str]) -> CompareRow:
    return CompareRow(label, tuple(cells), is_equal=len(set(cells)) == 1)


def _people(result: Result) -> str:
    people = result["people"]
    return f"{short(round(people['p50'] or people['mean']))} ({spread(round(people['p05']), round(people['p95']))})"


def _cost(name: str) -> Callable[[Result], str]:
    return lambda result: money(result["cost"][name], result["cost"]["currency"])


def _cost_range(result: Result) -> str:
    cost = result["cost"]
    return f"{money(cost['p05'], cost['currency'])} to {money(cost['p95'], cost['currency'])}"


def _duty(result: Result) -> str:
    first = result["first_duty"]
    return f"{first['within']}, {first['law']}" if first else "none"


def _count(word: str) -> Callable[[Result], str]:
    return lambda result: next((str(count) for name, count in result["counts"] if name.startswith(word)), "0")


def _protected(result: Result) -> str:
    return short(round(result["people"]["protected_mean"]))


_FIGURES: tuple[tuple[str, Callable[[Result], str]], ...] = (
    ("People, median (90 %)", _people),
    ("of them protected, on average", _protected),
    ("Cost, median", _cost("p50")),
    ("Cost, 90 %", _cost_range),
    ("Cost, on average", _cost("mean")),
    ("Cost, average of the worst 1 in 20", _cost("tail_mean_95")),
    ("Datasets", _count("dataset")),
    ("Systems", _count("system")),
    ("Further vendors", _count("further")),
    ("Processes stopped", _count("process")),
    ("Jurisdictions", _count("jurisdiction")),
    ("First duty", _duty),
    ("Method", lambda result: str(result["method"])),
)


def _asked(view: ScenarioView) -> dict[str, str]:
    assert view.run is not None  # only such are compared
    question, run = stored_question(view.run.question), view.run
    return {
        "Starts at": run.result["names"],
        "Kind": run.result["kind"],
        "As of": str(question.as_of),
        "What if": "; ".join(run.result["what_ifs"]) or "nothing",
        "Own assumptions": ", ".join(f"{key}={value}" for key, value in question.overrides) or "none",
        "Seed": run.seed,
        "Worlds": f"{run.line.iterations:,}",
        "Register revision": str(run.line.revision),
        "Parameters": run.result["parameters_hash"][:12],
    }


def _only(views: Sequence[ScenarioView], results: Sequence[Result]) -> list[tuple[str, tuple[str, ...], int]]:
    """Return for each scenario the things that no other reaches, those with most people first."""
    reached = [{thing["key"]: thing for thing in result["things"] if thing["chance"] > 0} for result in results]
    found = []
    for place, view in enumerate(views):
        others = set().union(*(set(each) for number, each in enumerate(reached) if number != place))
        own = [thing for key, thing in reached[place].items() if key not in others]
        named = tuple(f"{thing['name']} {thing['place']}".strip() for thing in own[:_THINGS_NAMED])
        found.append((view.name, named, len(own)))
    return found


def _curve(results: Sequence[Result]) -> list[CompareRow]:
    """Return the chance of losing more than a few amounts; scenarios of one register share their currency."""
    currencies = {result["cost"]["currency"] for result in results}
    if len(currencies) > 1:
        return []
    (currency,) = currencies
    wide = max(results, key=lambda result: float(result["cost"]["p95"]))
    amounts = {round(float(f"{wide['cost'][name]:.1g}"), 2) for name in ("p05", "p50", "p90", "p99")}
    amounts |= {result["appetite"] for result in results if result["appetite"]}
    return [
        _row(
            f"More than {money(amount, currency)}",
            [percent(chance_above(result["exceedance"], amount), 1) for result in results],
        )
        for amount in sorted(amounts)
        if amount > 0
    ]
