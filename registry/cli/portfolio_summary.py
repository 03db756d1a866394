"""The readable summary of a portfolio for the command line; figures come from the same answer as the JSON."""

from collections.abc import Iterator
from typing import Any

from registry.cli.blast_summary import percent, plan_lines, warning_lines

__all__ = ["summary_lines"]

ROWS_MAX = 15
Answer = dict[str, Any]

_MONEY = (
    ("expected", "expected loss"),
    ("median", "median year"),
    ("var_90", "1 year in 10"),
    ("var_95", "1 year in 20"),
    ("var_99", "1 year in 100"),
    ("tail_mean_95", "mean of worst 5 %"),
)
_CURVE_CHANCES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005)


def summary_lines(answer: Answer) -> list[str]:
    """Return the lines to print."""
    return [
        *_head(answer),
        *_year(answer),
        *_net(answer),
        *_curve(answer),
        *_league(answer),
        *plan_lines(answer, "the expected loss of a year"),
        *warning_lines(answer["warnings"]),
    ]


def _head(answer: Answer) -> Iterator[str]:
    question, counted = answer["question"], [row for row in answer["vendors"] if row["counts"]]
    yield f"Portfolio of {len(counted)} vendors, as of {question['as_of']}"
    yield f"{question['years']:,} simulated years; {answer['events_per_year']:,.2f} events a year"
    yield f"Years without an event: {percent(answer['figures']['quiet']['value'])}"
    yield ""


def _year(answer: Answer) -> Iterator[str]:
    band = "      90 % of parameter sets" if answer["question"]["has_band"] else ""
    yield f"A year ({answer['currency']})                         error{band}"
    for key, label in _MONEY:
        figure = answer["figures"][key]
        yield f"  {label:<18}{figure['value']:>16,.0f}  ± {figure['stderr']:<12,.0f}{_range(figure)}"
    exceeded = answer["figures"]["appetite_exceeded"]
    if exceeded is not None:
        yield f"  above the risk appetite of {answer['appetite']:,.0f}: {percent(exceeded['value'])} of years"
    yield ""


def _range(figure: dict[str, float]) -> str:
    return "" if figure["low"] is None else f"  {figure['low']:,.0f} to {figure['high']:,.0f}"


def _net(answer: Answer) -> Iterator[str]:
    net = answer["net"]
    if net is None:
        return
    yield f"After what insurer and vendors pay back ({net['vendors_with_cap']} vendor(s) with a liability cap)"
    for key, label in _MONEY:
        yield f"  {label:<18}{net['figures'][key]['value']:>16,.0f}"
    yield ""


def _curve(answer: Answer) -> Iterator[str]:
    yield "Chance a year   all events cost more than   the dearest event more than"
    for chance in _CURVE_CHANCES:
        annual, largest = (_loss_at(answer[key], chance) for key in ("annual", "occurrence"))
        yield f"  {percent(chance):>8}      {annual:>22,.0f}      {largest:>22,.0f}"
    yield ""


def _loss_at(curve: list[list[float]], chance: float) -> float:
    """Return the loss that is exceeded with a chance, by straight lines between the points of a curve.

    >>> _loss_at([[0.0, 0.75], [100.0, 0.25], [200.0, 0.0]], 0.5)
    50.0
    """
    below = next((place for place, point in enumerate(curve) if point[1] <= chance), len(curve) - 1)
    if below == 0:
        return curve[0][0]
    (low, often), (high, seldom) = curve[below - 1][:2], curve[below][:2]
    return low + (high - low) * (often - chance) / (often - seldom) if often > seldom else high


def _league(answer: Answer) -> Iterator[str]:
    rows = [row for row in answer["vendors"] if row["counts"]]
    yield "Vendor                                    chance   people      cost of     expected    share   adds to"
    yield "                                          a year   (mean)   an event    in a year            the tail"
    for row in rows[:ROWS_MAX]:
        yield (
            f"  {row['code']:<8} {row['name']:<30.30} {percent(row['probability']):>7} {_short(row['people']['mean']):>8}"
            f" {_short(row['cost']['mean']):>10} {_short(row['expected_loss']):>12} {percent(row['expected_share']):>8}"
            f" {_short(row['tail_contribution']):>9}"
        )
    if len(rows) > ROWS_MAX:
        yield f"  and {len(rows) - ROWS_MAX} more (all of them with --json)"
    prospects = [row["code"] for row in answer["vendors"] if not row["counts"]]
    if prospects:
        yield f"  listed, not counted: {', '.join(prospects[:ROWS_MAX])}"
    yield (
        f"  single contributions to the tail add up to {answer['tail_contributions_sum']:,.0f}, "
        f"the tail is {answer['figures']['tail_mean_95']['value']:,.0f}"
    )
    yield ""


def _short(amount: float) -> str:
    """Write an amount with three digits that count.

    >>> _short(12_345_678), _short(950), _short(1_200)
    ('12.3 M', '950', '1.20 K')
    """
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")):
        if amount >= size:
            value = amount / size
            return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {letter}"
    return f"{amount:.0f}"
