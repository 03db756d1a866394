"""A year: how often events happen, what a year of them costs, and how sure the figures are.

In year y every vendor starts a Poisson number of events with mean `rate x G[y]`; G is a Gamma factor with mean 1 that
all vendors share, for years are not alike. Every event takes one world of the league, and with it its kind and all its
luck. Years and worlds are cut into sections that share nothing: a figure's standard error is what its sections differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log1p, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Floats
from registry.domain.impact.cost import tail_mean
from registry.domain.portfolio.draws import Streams, gammas, poissons

__all__ = [
    "SECTIONS",
    "CurvePoint",
    "Events",
    "Figure",
    "YearFigures",
    "YearLosses",
    "draw_events",
    "exceedance_at",
    "loss_grid",
    "quiet_chance",
    "tail_contributions",
    "year_factors",
    "year_figures",
    "year_losses",
]

Numbers = NDArray[np.int64]

SECTIONS: Final = 16
_GRID_POINTS: Final = 60


class Events(NamedTuple):
    """Simulated events, by year and then vendor; `vendor` is a place among the vendors, `world` the world it takes."""

    year: Numbers
    vendor: Numbers
    world: Numbers


class YearLosses(NamedTuple):
    """Per simulated year: what its events cost together, and what the dearest of them cost; shape (years,)."""

    annual: Floats
    largest: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of the year with its two kinds of doubt.

    `stderr` is that of the simulation, None where there is none; `low` and `high` bound it when the parameters are
    drawn anew (90 % of the sets), None when that was not asked for.
    """

    value: float
    stderr: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Chance that a year (or its dearest event) costs more than a loss; `low` and `high` as in `Figure`."""

    loss: float
    probability: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """What a year costs, in the organisation's currency.

    `tail_mean_95` is the mean of the worst 5 % of years; `appetite_exceeded` the chance of a loss above the risk
    appetite, None when none is registered; `quiet` the share of years without an event, to be held against
    `quiet_chance`.
    """

    expected: Figure
    median: Figure
    var_90: Figure
    var_95: Figure
    var_99: Figure
    tail_mean_95: Figure
    appetite_exceeded: Figure | None
    quiet: Figure


def year_factors(seed: int, years: int, variance: float) -> Floats:
    """Return the factor on all rates in each year, Gamma with mean 1; shape (years,).

    Parameters
    ----------
    variance
        0 makes all years alike.

    Examples
    --------
    >>> factors = year_factors(1, 100_000, 0.25)
    >>> round(float(factors.mean()), 2), round(float(factors.var()), 2)
    (1.0, 0.25)
    """
    if variance <= 0.0:
        return np.ones(years)
    return gammas(Streams(seed, years), years, shape=1.0 / variance, identity="year|factor") * variance


def draw_events(
    vendors: Sequence[str], rates: Floats, *, seed: int, years: int, worlds: int, variance: float
) -> Events:
    """Draw the events of some years.

    Parameters
    ----------
    vendors
        Codes, one per rate; the luck of a vendor hangs on its code, so another list moves nobody else's.
    rates
        Events per year.
    worlds
        Worlds to take from; `SECTIONS` at least.

    Returns
    -------
    Events
        Years of section s (`year % SECTIONS`) take worlds of section s only.

    Notes
    -----
    O(vendors x years), about a quarter of a millisecond per vendor and 10,000 years.
    """
    streams = Streams(seed, years)
    factors = year_factors(seed, years, variance)
    pools = (worlds - np.arange(SECTIONS) + SECTIONS - 1) // SECTIONS
    found: list[tuple[Numbers, Numbers, Numbers]] = []
    for place, (code, rate) in enumerate(zip(vendors, rates.tolist(), strict=True)):
        counts = poissons(streams.uniforms(f"events|{code}"), factors * rate)
        for number in range(int(counts.max(initial=0))):
            year = np.flatnonzero(counts > number)
            section = year % SECTIONS
            luck = streams.uniforms(f"event|{code}|{number}", year)
            taken = np.minimum((luck * pools[section]).astype(np.int64), pools[section] - 1)
            found.append((year, np.full(len(year), place, dtype=np.int64), section + SECTIONS * taken))
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return Events(none, none, none)
    year, vendor, world = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(year, kind="stable")
    return Events(year[order], vendor[order], world[order])


def quiet_chance(rate: float, variance: float) -> float:
    """Return the chance of a year without any event: a Poisson process under a Gamma year factor.

    Parameters
    ----------
    rate
        Events per year over all vendors.
    variance
        Of the year factor; with 0 the process is Poisson alone.

    Examples
    --------
    >>> round(quiet_chance(2.0, 0.25), 4), round(quiet_chance(2.0, 0.0), 4)
    (0.1975, 0.1353)
    """
    if variance <= 0.0:
        return exp(-rate)
    return exp(-log1p(variance * rate) / variance)


def year_losses(events: Events, costs: Floats, years: int) -> YearLosses:
    """Add up what events cost per year, and find the dearest of each; O(events)."""
    annual = np.bincount(events.year, weights=costs, minlength=years).astype(np.float64)
    largest = np.zeros(years)
    np.maximum.at(largest, events.year, costs)
    return YearLosses(annual, largest)


def year_figures(
    losses: YearLosses, events: Events, *, expected: Figure | None = None, appetite: float | None = None
) -> YearFigures:
    """Sum up simulated years.

    Parameters
    ----------
    expected
        The expected loss where it is known better than from the years; else their mean.
    appetite
        Loss in one year that the board accepts.
    """
    annual = losses.annual
    quiet = np.bincount(events.year, minlength=len(annual)) == 0
    exceeded = None
    if appetite is not None:
        exceeded = _sectioned(annual > appetite, _mean)
    return YearFigures(
        expected=expected or _sectioned(annual, _mean),
        median=_sectioned(annual, _quantile(0.5)),
        var_90=_sectioned(annual, _quantile(0.9)),
        var_95=_sectioned(annual, _quantile(0.95)),
        var_99=_sectioned(annual, _quantile(0.99)),
        tail_mean_95=_sectioned(annual, lambda values: tail_mean(values, 0.95)),
        appetite_exceeded=exceeded,
        quiet=_sectioned(quiet, _mean),
    )


def loss_grid(losses: YearLosses) -> Floats:
    """Return the losses at which curves are drawn: 0, then evenly spaced in the logarithm up to the dearest year."""
    some = losses.annual[losses.annual > 0.0]
    if not len(some):
        return np.zeros(1)
    low, high = float(np.quantile(some, 0.01)), float(some.max())
    return np.unique(np.concatenate(([0.0], np.geomspace(low, high, _GRID_POINTS)[:-1], [high])))


def exceedance_at(values: Floats, losses: Floats) -> Floats:
    """Return the share of values above each loss.

    >>> exceedance_at(np.array([0.0, 5.0, 10.0, 20.0]), np.array([0.0, 10.0])).tolist()
    [0.75, 0.25]
    """
    above: Floats = (len(values) - np.searchsorted(np.sort(values), losses, side="right")) / len(values)
    return above


def tail_contributions(losses: YearLosses, events: Events, costs: Floats, vendors: int, *, level: float) -> Floats:
    """Return what each vendor adds to the tail mean: with minus without the events it starts, on the same draws.

    Returns
    -------
    ndarray
        Shape (vendors,), never below 0. They do not add up to the tail mean: without one vendor other years are the
        worst ones.

    Notes
    -----
    Taking events out only lowers years, so the worst ones are among the `tail + years touched` worst of before:
    O(years log years + vendors x tail).
    """
    annual = losses.annual
    order = np.argsort(-annual, kind="stable")
    rank = np.empty(len(annual), dtype=np.int64)
    rank[order] = np.arange(len(annual))
    worst = annual[order]
    share = round((1.0 - level) * len(annual), 9)
    whole = _mean_of_worst(worst, share)
    by_vendor = np.argsort(events.vendor, kind="stable")
    edges = np.searchsorted(events.vendor[by_vendor], np.arange(vendors + 1))
    added = np.zeros(vendors)
    for vendor in range(vendors):
        mine = by_vendor[edges[vendor] : edges[vendor + 1]]
        ranks = rank[events.year[mine]]
        past = min(len(worst), int(np.ceil(share)) + len(mine))
        inside = ranks < past
        if not (ranks < share).any():
            continue
        changed = worst[:past].copy()
        np.subtract.at(changed, ranks[inside], costs[mine][inside])
        added[vendor] = whole - _mean_of_worst(np.sort(changed)[::-1], share)
    return np.maximum(0.0, added)


def _mean_of_worst(descending: Floats, share: float) -> float:
    """Return the mean of the first `share` values, the last of them in part."""
    whole = int(share)
    part = float(descending[whole]) * (share - whole) if share > whole else 0.0
    return (float(descending[:whole].sum()) + part) / share


def _mean(values: Floats) -> float:
    return float(values.mean())


def _quantile(level: float) -> Callable[[Floats], float]:
    return lambda values: float(np.quantile(values, level))


def _sectioned(values: NDArray[np.float64] | NDArray[np.bool_], summary: Callable[[Floats], float]) -> Figure:
    """Return a summary of all years, with the error that its sections show."""
    floats = values.astype(np.float64)
    parts = [summary(floats[section::SECTIONS]) for section in range(SECTIONS)]
    return Figure(value=summary(floats), stderr=float(np.std(parts, ddof=1)) / sqrt(SECTIONS))
