"""The portfolio in the layout of `./run portfolio --json`: plain numbers, texts, lists and dictionaries."""

from collections.abc import Sequence
from math import inf
from typing import Any

from registry.domain.portfolio.league_rows import EventFigures, LeagueRow
from registry.domain.portfolio.portfolio import Net, Portfolio
from registry.domain.portfolio.year import CurvePoint, Figure, YearFigures
from registry.domain.register.problems import problem_json

__all__ = ["LAYOUT", "portfolio_json"]

LAYOUT = """\
JSON keys (money in `currency`; chances, shares and intervals from 0 to 1):
  register {sha256, counts}, warnings [{sheet, row, column, code, message}]
  question {as_of, years, seed, has_band, overrides}, worlds, currency, appetite
  events_per_year, quiet_chance: share of years without an event, in closed form
  figures {expected, median, var_90, var_95, var_99, tail_mean_95, appetite_exceeded, quiet}:
      each {value, stderr, low, high}; low and high: 90 % of the parameter sets
  annual, occurrence [[loss, chance, low, high]]: all events of a year; its dearest one
  tail_contributions_sum: to be held against tail_mean_95, not forced to it
  net: null, or {insurance {retention, limit, limit_per_year}, vendors_with_cap, figures, annual, occurrence}
  vendors [{code, name, counts, probability, events_per_year, factors, unknown, is_typed, reached_chance,
      people {mean, stderr, p50, p95, protected_mean}, cost {mean, stderr, p50, p95, p99, tail_mean_95},
      expected_loss, expected_share, tail_contribution}]: largest expected loss first; people and cost
      are those of one event, null for prospects"""


def portfolio_json(answer: Portfolio, *, overrides: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Return a portfolio as JSON; `LAYOUT` says what the keys mean.

    Parameters
    ----------
    overrides
        Parameters that were changed for the question, to stand beside the answer.
    """
    return {
        "warnings": [problem_json(problem) for problem in answer.warnings],
        "question": {
            "as_of": answer.as_of.isoformat(),
            "years": answer.years,
            "seed": answer.seed,
            "has_band": answer.has_band,
            "overrides": dict(overrides),
        },
        "worlds": answer.worlds,
        "currency": answer.currency,
        "appetite": answer.appetite,
        "events_per_year": answer.events_per_year,
        "quiet_chance": answer.quiet_chance,
        "figures": _figures(answer.figures),
        "annual": _curve(answer.annual),
        "occurrence": _curve(answer.occurrence),
        "tail_contributions_sum": answer.tail_contributions_sum,
        "net": None if answer.net is None else _net(answer.net),
        "vendors": [_row(row) for row in answer.vendors],
    }


def _figures(figures: YearFigures) -> dict[str, Any]:
    return {
        "expected": _figure(figures.expected),
        "median": _figure(figures.median),
        "var_90": _figure(figures.var_90),
        "var_95": _figure(figures.var_95),
        "var_99": _figure(figures.var_99),
        "tail_mean_95": _figure(figures.tail_mean_95),
        "appetite_exceeded": None if figures.appetite_exceeded is None else _figure(figures.appetite_exceeded),
        "quiet": _figure(figures.quiet),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "stderr": figure.stderr, "low": figure.low, "high": figure.high}


def _curve(points: Sequence[CurvePoint]) -> list[list[float | None]]:
    return [[point.loss, point.probability, point.low, point.high] for point in points]


def _net(net: Net) -> dict[str, Any]:
    yearly = net.insurance.limit_per_year
    return {
        "insurance": {
            "retention": net.insurance.retention,
            "limit": net.insurance.limit,
            "limit_per_year": None if yearly == inf else yearly,
        },
        "vendors_with_cap": net.vendors_with_cap,
        "figures": _figures(net.figures),
        "annual": _curve(net.annual),
        "occurrence": _curve(net.occurrence),
    }


def _row(row: LeagueRow) -> dict[str, Any]:
    rate, event = row.rate, row.event
    return {
        "code": row.code,
        "name": row.name,
        "counts": event is not None,
        "probability": rate.probability,
        "events_per_year": rate.per_year,
        "factors": dict(rate.factors),
        "unknown": list(rate.unknown),
        "is_typed": rate.is_typed,
        "reached_chance": None if event is None else event.reached_chance,
        "people": None if event is None else _people(event),
        "cost": None if event is None else _cost(event),
        "expected_loss": row.expected_loss,
        "expected_share": row.expected_share,
        "tail_contribution": row.tail_contribution,
    }


def _people(event: EventFigures) -> dict[str, float]:
    return {
        "mean": event.people_mean,
        "stderr": event.people_stderr,
        "p50": event.people_p50,
        "p95": event.people_p95,
        "protected_mean": event.protected_mean,
    }


def _cost(event: EventFigures) -> dict[str, float]:
    return {
        "mean": event.cost_mean,
        "stderr": event.cost_stderr,
        "p50": event.cost_p50,
        "p95": event.cost_p95,
        "p99": event.cost_p99,
        "tail_mean_95": event.cost_tail_mean_95,
    }
