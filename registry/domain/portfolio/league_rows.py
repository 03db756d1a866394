"""One line of the league table per vendor: how often it starts an event, whom an event reaches, what it costs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Floats
from registry.domain.portfolio.frequency import BreachRate
from registry.domain.portfolio.landscape import Landscape
from registry.domain.portfolio.league import LeagueAccount

__all__ = ["EventFigures", "LeagueRow", "league_rows"]

_PEOPLE_SCALE: Final = 256.0

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFigures:
    """An event that a vendor starts, over the kinds of events as they share: people, and cost in our currency.

    Percentiles are read from bins 5 % wide. `reached_chance` is that anybody is exposed at all.
    """

    reached_chance: float
    people_mean: float
    people_stderr: float
    people_p50: float
    people_p95: float
    protected_mean: float
    cost_mean: float
    cost_stderr: float
    cost_p50: float
    cost_p95: float
    cost_p99: float
    cost_tail_mean_95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueRow:
    """A vendor in the league table.

    `event` is None for prospects: listed, but nothing of theirs counts. `expected_loss` is what its events cost in a
    year; `expected_share` its part of all vendors'; `tail_contribution` what the tail mean of the year loses without
    the events it starts.
    """

    code: str
    name: str
    rate: BreachRate
    event: EventFigures | None
    expected_loss: float
    expected_share: float
    tail_contribution: float


def league_rows(landscape: Landscape, account: LeagueAccount, tail: Floats) -> tuple[LeagueRow, ...]:
    """Return all vendors, the largest expected loss first; those that do not count last.

    Parameters
    ----------
    account
        All worlds of all kinds, one row per vendor of the landscape.
    tail
        Tail contributions, shape (vendors,).
    """
    events = _events(account)
    expected = {
        code: float(rate) * event.cost_mean
        for code, rate, event in zip(landscape.vendors, landscape.rates, events, strict=True)
    }
    total = sum(expected.values())
    figures = dict(zip(landscape.vendors, zip(events, tail.tolist(), strict=True), strict=True))
    rows = []
    for vendor in landscape.register.vendors:
        event, in_tail = figures.get(vendor.code, (None, 0.0))
        loss = expected.get(vendor.code, 0.0)
        rows.append(
            LeagueRow(
                code=vendor.code,
                name=vendor.name,
                rate=landscape.rate_of[vendor.code],
                event=event,
                expected_loss=loss,
                expected_share=loss / total if total else 0.0,
                tail_contribution=in_tail,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.event is None, -row.expected_loss, row.code)))


def _events(account: LeagueAccount) -> list[EventFigures]:
    worlds = account.worlds
    means = account.sums / worlds
    people, protected = means[:, 2] / _PEOPLE_SCALE, means[:, 3] / _PEOPLE_SCALE
    spreads = np.sqrt(
        np.maximum(0.0, account.squares / worlds - np.stack([people, means[:, 4]], axis=1) ** 2) / max(1, worlds - 1)
    )
    people_levels = _levels(account.people_counts, (0.5, 0.95))
    cost_counts = account.costs[:, :, 0]
    cost_levels = _levels(cost_counts, (0.5, 0.95, 0.99))
    tails = _tail_means(account, 0.05)
    return [
        EventFigures(
            reached_chance=float(means[place, 5]),
            people_mean=float(people[place]),
            people_stderr=float(spreads[place, 0]),
            people_p50=float(people_levels[place, 0]),
            people_p95=float(people_levels[place, 1]),
            protected_mean=float(protected[place]),
            cost_mean=float(means[place, 4]),
            cost_stderr=float(spreads[place, 1]),
            cost_p50=float(cost_levels[place, 0]),
            cost_p95=float(cost_levels[place, 1]),
            cost_p99=float(cost_levels[place, 2]),
            cost_tail_mean_95=float(tails[place]),
        )
        for place in range(len(means))
    ]


def _levels(counts: NDArray[np.int64] | NDArray[np.uint32], levels: tuple[float, ...]) -> Floats:
    """Read percentiles from logarithmic bins, straight lines in the logarithm within one; shape (starts, levels)."""
    from registry.domain.kernel.league import BIN_WIDTH

    below = np.cumsum(counts, axis=1, dtype=np.int64)
    found = np.zeros((len(counts), len(levels)))
    for column, level in enumerate(levels):
        wanted = level * below[:, -1]
        bins = np.argmax(below >= wanted[:, None], axis=1)
        rows = np.arange(len(counts))
        inside = counts[rows, bins].astype(np.float64)
        before = below[rows, bins] - inside
        part = np.divide(wanted - before, inside, out=np.zeros(len(counts)), where=inside > 0)
        found[:, column] = np.where(bins == 0, 0.0, np.exp((bins - 1 + part) * BIN_WIDTH))
    return found


def _tail_means(account: LeagueAccount, share: float) -> Floats:
    """Return the mean cost of the worst share of worlds: whole bins by their exact sums, the last one in part."""
    counts = account.costs[:, ::-1, 0].astype(np.float64)
    sums = account.costs[:, ::-1, 1].astype(np.float64)
    wanted = share * account.worlds
    earlier = np.cumsum(counts, axis=1) - counts
    taken = np.clip(wanted - earlier, 0.0, counts)
    parts = np.divide(sums * taken, counts, out=np.zeros_like(sums), where=counts > 0)
    means: Floats = parts.sum(axis=1) / wanted
    return means
