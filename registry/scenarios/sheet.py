"""A run as the page a board member reads: figures in words, picture, curve, routes, duties, assumptions."""

import math

from registry.blast.curve import Points, curve_data, curve_rows
from registry.core.formats import money, percent, short
from registry.scenarios.queries import RunView, ScenarioView
from registry.scenarios.show import layout_of, sentence
from reports.board_page import BoardPage
from reports.picture import Caption, draw_picture

__all__ = ["board_page"]

_ROWS, _DUTIES, _POINTS = 8, 5, 60


def board_page(view: ScenarioView, run: RunView) -> BoardPage:
    """Return everything the printed page says."""
    result = run.result
    cost, people = result["cost"], result["people"]
    currency = cost["currency"]
    before = result["before"]
    rows = curve_rows(result["exceedance"], before["exceedance"] if before else None, result["appetite"])
    things = sorted(result["things"], key=lambda thing: -thing["chance"] * thing["people"])[:_ROWS]
    duties = sorted((duty for duty in result["duties"] if not duty["may"]), key=_first)[:_DUTIES]
    return BoardPage(
        title=view.name,
        purpose=view.purpose or "",
        narrative=view.narrative or "",
        sentence=sentence(result),
        facts=tuple(f"{count} {word}" for word, count in result["counts"]),
        figures=(
            ("People, 1 in 20 more than", short(round(people["p95"]))),
            ("of them protected, on average", short(round(people["protected_mean"]))),
            ("Cost, on average", money(cost["mean"], currency)),
            ("Cost, worst 1 in 20 on average", money(cost["tail_mean_95"], currency)),
            *((f"{name.capitalize()} share of the cost", percent(share)) for name, _, share, _ in result["areas"]),
        ),
        what_if=_what_if(run),
        picture=draw_picture(layout_of(result), Caption(title="")),
        points=_points(result["exceedance"]),
        points_before=_points(before["exceedance"], result["exceedance"]) if before else (),
        curve=tuple(
            (money(row.loss, currency) + (" (appetite)" if row.is_appetite else ""), row.chance, row.before)
            for row in rows
        ),
        reached=tuple(
            (_named(each), percent(each["chance"]), short(round(each["people"])), " → ".join(each["steps"]))
            for each in things
        ),
        duties=tuple((duty["within"], duty["law"], short(round(duty["people"]))) for duty in duties),
        helps=tuple((f"{each['words']}: {each['gloss']}", f"−{percent(each['share'])}") for each in result["helps"][:3]),
        assumptions=_assumptions(run),
        source=(
            f"{result['method']}, seed {run.seed}, register revision {run.line.revision}, run {run.line.id} of "
            f"{run.line.made_at:%d %b %Y %H:%M} UTC, inputs {run.input_hash[:16]}, result {run.line.result_hash[:16]}"
        ),
    )  # fmt: skip


def _named(thing: dict[str, str]) -> str:
    return f"{thing['name']} {thing['place']}".strip() if thing["kind"] == "dataset" else thing["name"]


def _points(curve: Points, scale: Points | None = None) -> tuple[tuple[float, float], ...]:
    """Return a curve as shares of the width, in orders of magnitude, and of the height."""
    low, high = curve_data(scale or curve, None, appetite=None, symbol="")["range"]
    wide = math.log10(high / low)
    seen = [(loss, chance) for loss, chance in curve if low <= loss <= high]
    step = max(1, len(seen) // _POINTS)
    return tuple((round(math.log10(loss / low) / wide, 4), round(chance, 4)) for loss, chance in seen[::step])


def _first(duty: dict[str, float | None]) -> tuple[bool, float]:
    return duty["hours"] is None, duty["hours"] or 0.0


def _what_if(run: RunView) -> str:
    result = run.result
    before = result["before"]
    if not before:
        return ""
    tried, currency = "; ".join(result["what_ifs"]), result["cost"]["currency"]
    was = f"{short(round(before['people']['p50']))} people and {money(before['cost']['p50'], currency)}"
    return f"With these changes: {tried}. Without them it would be {was}, on the same draws."


def _assumptions(run: RunView) -> tuple[str, ...]:
    result = run.result
    found = [result["method_sentence"]]
    if result["overrides"]:
        own = ", ".join(f"{key} = {value}" for key, value in result["overrides"])
        found.append(f"Own assumptions of this scenario: {own}.")
    else:
        found.append("All parameters as in force in this registry; each has its source in Settings, Parameters.")
    if result["is_assumed"]:
        found.append("Some datasets have no count of people; they are counted at their worst.")
    found.append("A range holds nine in ten of the breaches imagined. Prepared for decisions; no legal advice.")
    return tuple(found)
