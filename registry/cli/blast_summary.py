"""The readable summary of a blast radius for the command line; figures come from the same answer as the JSON."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

__all__ = ["percent", "plan_lines", "summary_lines", "warning_lines"]

ROWS_MAX = 10
Answer = dict[str, Any]


def summary_lines(answer: Answer, assumed: Collection[str] = ()) -> list[str]:
    """Return the lines to print; `assumed` are the datasets reached whose people nobody counted."""
    return [
        *_head(answer),
        *_people_and_cost(answer, assumed),
        *_reached(answer, assumed),
        *_places(answer),
        *_what_helps(answer),
        *plan_lines(answer, "the mean cost"),
        *warning_lines(answer["warnings"]),
    ]


def _head(answer: Answer) -> Iterator[str]:
    scenario = answer["scenario"]
    start = ", ".join(scenario["start"])
    kind = scenario["kind"].replace("_", " ")
    yield f"Blast radius of {start}: {kind}, as of {scenario['as_of']}"
    if answer["method"] == "exact":
        yield f"Chances exact; amounts from {answer['iterations']:,} simulated worlds"
    else:
        yield f"{answer['iterations']:,} simulated worlds"
    yield ""


def _people_and_cost(answer: Answer, assumed: Collection[str]) -> Iterator[str]:
    people, cost = answer["people"], answer["cost"]
    yield f"People      {people['mean']:>16,.0f}  mean   (5 % to 95 %: {people['p05']:,.0f} to {people['p95']:,.0f})"
    yield f"  protected {people['protected_mean']:>16,.0f}  mean"
    yield f"  between   {people['nested_mean']:>16,.0f}  and {people['disjoint_mean']:,.0f}, by how datasets overlap"
    if assumed:
        yield f"  assumed: rests on people that nobody counted, in {', '.join(sorted(assumed)[:ROWS_MAX])}"
    yield f"Records     {people['records_mean']:>16,.0f}  mean"
    yield f"Cost ({cost['currency']})  {cost['mean']:>15,.0f}  mean   (median {cost['p50']:,.0f}, 95 %: {cost['p95']:,.0f})"
    for area, figures in answer["impact_areas"].items():
        chance = percent(figures["probability"])
        yield f"  {area:<11}{figures['cost_mean']:>14,.0f}  mean   (materially hit: {chance})"
    yield ""


def _reached(answer: Answer, assumed: Collection[str]) -> Iterator[str]:
    for heading, key in (
        ("Vendors", "vendors"),
        ("Systems", "systems"),
        ("Datasets", "datasets"),
        ("Processes", "processes"),
    ):
        rows = sorted(answer[key], key=lambda row: (-row["probability"], row["code"]))
        if not rows:
            continue
        yield f"{heading} reached: {len(rows)}"
        for row in rows[:ROWS_MAX]:
            route = " > ".join(row["route"] or ())
            # within reach, but in none of the simulated worlds: rare, not impossible
            chance = percent(row["probability"] or 1e-9)
            mark = "  (people assumed)" if row["code"] in assumed else ""
            yield f"  {chance:>7}  {row['code']:<8} {row['name']:<32.32} {route}{mark}"
        if len(rows) > ROWS_MAX:
            yield f"  and {len(rows) - ROWS_MAX} more (all of them with --json)"
        yield ""


def _places(answer: Answer) -> Iterator[str]:
    rows = sorted(answer["jurisdictions"], key=lambda row: (-row["mean"], row["code"] or ""))
    shown = [f"{row['code'] or 'not known'} {row['mean']:,.0f}" for row in rows[:ROWS_MAX] if row["mean"] > 0]
    if shown:
        yield f"People by place: {', '.join(shown)}"


def _what_helps(answer: Answer) -> Iterator[str]:
    rows = [row for row in answer["best_cuts"] if row["saving"] > 0][:3]
    for row in rows:
        yield f"Cutting {row['fact']} saves {row['saving']:,.0f} of the mean cost ({percent(row['saving_share'])})"
    if rows:
        yield ""


def plan_lines(answer: Answer, loss: str) -> Iterator[str]:
    """Say what to place for the money, where a budget was given; `loss` names what it lowers."""
    plan = answer.get("plan")
    if plan is None:
        return
    currency = plan["currency"]
    if not plan["candidates"]:
        yield "No planned control has a registered cost: there is nothing to choose from."
    elif not plan["chosen"]:
        yield f"For {plan['budget']:,.0f} {currency} no planned control lowers {loss}."
    else:
        names = ", ".join(f"{row['control']} on {row['fact']}" for row in plan["chosen"])
        yield f"Best use of {plan['budget']:,.0f} {currency}: {names} ({plan['cost']:,.0f})"
        yield f"  lowers {loss} from {plan['loss_before']:,.0f} to {plan['loss_after']:,.0f}; {_proof(plan)}"
    if plan["unpriced"]:
        yield f"  left out, without a registered cost: {', '.join(row['control'] + ' on ' + row['fact'] for row in plan['unpriced'])}"
    yield ""


def _proof(plan: dict[str, Any]) -> str:
    if plan["is_proven"]:
        return "no other choice leaves less"
    return f"another choice might save up to {plan['gap']:,.0f} more"


def warning_lines(warnings: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Name each kind of warning once, with its first place: a register may have thousands."""
    if not warnings:
        return
    yield f"{len(warnings)} warning(s):"
    counts = Counter(row["code"] for row in warnings)
    first: dict[str, dict[str, Any]] = {}
    for row in warnings:
        first.setdefault(row["code"], row)
    for code, row in first.items():
        place = ", ".join(
            str(part) for part in (row["sheet"], row["row"] and f"row {row['row']}", row["column"]) if part
        )
        more = f" (and {counts[code] - 1} more like it)" if counts[code] > 1 else ""
        yield f"  {place}: {row['message']}{more}" if place else f"  {row['message']}{more}"


def percent(share: float) -> str:
    """Write a share as a percentage that never rounds something to nothing or to certainty.

    >>> percent(0.9999), percent(0.0001), percent(1.0), percent(0.0)
    ('> 99.9 %', '< 0.1 %', '100 %', '0 %')
    """
    if share in {0, 1}:
        return f"{100 * share:.0f} %"
    if share < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if share > 0.999 else f"{100 * share:.1f} %"
