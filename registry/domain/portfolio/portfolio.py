"""All vendors together: the league table, and what a year of their events costs.

One landscape (a graph per kind of event), one set of worlds shared by all vendors, years that take their events from
those worlds, and the same again under other parameters for the band. Everything that is simulated runs through a
`Crew`, so the digits do not depend on threads or machines.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np

from registry.domain.exposure.arrays import Floats
from registry.domain.impact.cost import cost_terms
from registry.domain.impact.people import standard_error
from registry.domain.impact.recovery import Insurance, insurance_in_force, liability_caps, net_losses
from registry.domain.portfolio.band import NAMES, band_of_curve, band_of_figure, parameter_sets
from registry.domain.portfolio.crew import Crew, Threads
from registry.domain.portfolio.landscape import Landscape, prepare_landscape
from registry.domain.portfolio.league_inputs import BLOCK
from registry.domain.portfolio.league_rows import LeagueRow, league_rows
from registry.domain.portfolio.portfolio_run import PortfolioRun
from registry.domain.portfolio.year import (
    CurvePoint,
    Events,
    Figure,
    YearFigures,
    YearLosses,
    exceedance_at,
    loss_grid,
    quiet_chance,
    tail_contributions,
    year_figures,
    year_losses,
)
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.problems import Problem
from registry.domain.scenario.scenario import SEED_MAX

__all__ = ["YEARS", "YEARS_MAX", "Net", "Portfolio", "Question", "portfolio", "portfolio_of"]

YEARS: Final = 10_000
YEARS_MAX: Final = 1_000_000
_YEARS_MIN: Final = 64
_TAIL: Final = 0.95

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a portfolio.

    `years` are simulated, and (rounded up to a multiple of 64) as many worlds of the league. `has_band`: draw other
    parameters too, `constant.parameter_sets` times `constant.worlds_per_parameter_set` worlds. `overrides` are
    parameters changed for this question; they beat the register's own changes.
    """

    as_of: date
    years: int = YEARS
    seed: int = 1
    has_band: bool = True
    overrides: tuple[tuple[str, str], ...] = ()

    def wrong(self) -> list[str]:
        """Return what cannot be asked, one line each."""
        lines = []
        if not _YEARS_MIN <= self.years <= YEARS_MAX:
            lines.append(
                f"years: {self.years} is not possible; give a whole number from {_YEARS_MIN} to {YEARS_MAX:,}."
            )
        if not 0 <= self.seed <= SEED_MAX:
            lines.append(f"seed: {self.seed} is not possible; give a whole number from 0 to {SEED_MAX}.")
        return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """A year after what vendors and the own insurer pay back; curves have no band."""

    insurance: Insurance
    vendors_with_cap: int
    figures: YearFigures
    annual: tuple[CurvePoint, ...]
    occurrence: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """All vendors of a register at a date.

    `annual` is the chance that the events of a year cost more than a loss together, `occurrence` that the dearest of
    them does. `tail_contributions_sum` stands beside `figures.tail_mean_95` and is not forced to it. `quiet_chance` is
    the closed form of `figures.quiet`. `net` is None when nothing would be paid back. Money is in `currency`.
    """

    as_of: date
    seed: int
    years: int
    worlds: int
    currency: str
    appetite: float | None
    events_per_year: float
    quiet_chance: float
    figures: YearFigures
    annual: tuple[CurvePoint, ...]
    occurrence: tuple[CurvePoint, ...]
    tail_contributions_sum: float
    net: Net | None
    vendors: tuple[LeagueRow, ...]
    warnings: tuple[Problem, ...]
    has_band: bool


def portfolio(
    register: Register,
    parameters: Parameters,
    question: Question,
    *,
    crew: Crew | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Portfolio:
    """Work out the portfolio of a register.

    Parameters
    ----------
    register
        The facts, without errors. Its sheet of changed parameters is applied.
    parameters
        Those of the installation, or `shipped_parameters()`.
    crew
        Who runs the worlds; by default the threads of this process. The digits do not depend on it.
    progress
        Called with (worlds done, worlds to do).
    cancelled
        Asked between blocks of worlds.

    Returns
    -------
    Portfolio
        `portfolio_json` turns it into the layout of `./run portfolio --json`.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister, UnknownCode
        A question that cannot be asked of this register; the message says why.
    Cancelled
        When `cancelled` said so.

    Notes
    -----
    Sources: Gamma-Poisson years as in Klugman, Panjer and Willmot, *Loss Models*; tail mean as in Acerbi and Tasche
    (2002); the parameters carry their own.

    Examples
    --------
    >>> from registry.domain.register.facts import Dataset, Flow, Organisation, System, Vendor
    >>> from registry.reference.load import shipped_parameters
    >>> register = Register(
    ...     organisation=Organisation(name="Us", sector="retail"),
    ...     vendors=(Vendor(code="V-0001", name="Mail"), Vendor(code="V-0002", name="Cloud")),
    ...     systems=(System(code="S-001", name="Shop"),),
    ...     datasets=(Dataset(code="D-001", name="Orders", system="S-001", categories=("user",), people=1000),),
    ...     flows=(Flow(code="F-001", sender="S-001", recipient="V-0001", dataset="D-001"),),
    ... )
    >>> question = Question(as_of=date(2026, 1, 1), years=640, has_band=False)
    >>> answer = portfolio(register, shipped_parameters(), question)
    >>> [row.code for row in answer.vendors], answer.vendors[1].expected_loss
    (['V-0001', 'V-0002'], 0.0)
    """
    wrong = question.wrong()
    if wrong:
        raise InvalidScenario("\n".join(wrong))
    landscape = prepare_landscape(register, parameters, as_of=question.as_of, overrides=dict(question.overrides))
    return portfolio_of(landscape, question, crew=crew, progress=progress, cancelled=cancelled)


def portfolio_of(
    landscape: Landscape,
    question: Question,
    *,
    crew: Crew | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Portfolio:
    """Work out the portfolio of a landscape prepared for the question's date and overrides; see `portfolio`."""
    if not landscape.vendors:
        raise InvalidScenario(f"No vendor counts on {landscape.as_of}, so there is nothing to rank.")
    run = PortfolioRun(landscape, seed=question.seed, crew=crew or Threads(), progress=progress, cancelled=cancelled)
    years, worlds = question.years, -(-question.years // BLOCK) * BLOCK
    sets = int(landscape.parameters.constant("parameter_sets")) if question.has_band else 0
    run.plan(2 * worlds + (sets + 1 if sets else 0) * run.worlds_per_set)
    account = run.league(worlds)
    events, costs = run.years(landscape, years, worlds)
    losses = year_losses(events, costs, years)
    appetite = landscape.register.organisation.risk_appetite
    expected = Figure(
        value=float((landscape.rates * account.sums[:, 4]).sum() / worlds), stderr=standard_error(account.losses)
    )
    curves = _Curves.of(losses)
    tail = tail_contributions(losses, events, costs, len(landscape.vendors), level=_TAIL)
    answer = Portfolio(
        as_of=landscape.as_of,
        seed=question.seed,
        years=years,
        worlds=worlds,
        currency=cost_terms(landscape.register, landscape.parameters).currency,
        appetite=appetite,
        events_per_year=landscape.rate,
        quiet_chance=quiet_chance(landscape.rate, landscape.year_variance),
        figures=year_figures(losses, events, expected=expected, appetite=appetite),
        annual=_points(curves.grid, curves.annual),
        occurrence=_points(curves.grid, curves.largest),
        tail_contributions_sum=float(tail.sum()),
        net=_net(landscape, events, costs, years),
        vendors=league_rows(landscape, account, tail),
        warnings=landscape.warnings,
        has_band=bool(sets),
    )
    return _with_band(answer, run, sets, curves) if sets else answer


class _Curves(NamedTuple):
    """Chances above each loss of a grid."""

    grid: Floats
    annual: Floats
    largest: Floats

    @classmethod
    def of(cls, losses: YearLosses) -> "_Curves":
        grid = loss_grid(losses)
        return cls(grid, exceedance_at(losses.annual, grid), exceedance_at(losses.largest, grid))


def _net(landscape: Landscape, events: Events, costs: Floats, years: int) -> Net | None:
    insurance = insurance_in_force(landscape.parameters)
    caps = liability_caps(landscape.register, landscape.as_of)
    counted = [code for code in landscape.vendors if caps.get(code)]
    if not counted and not insurance.limit:
        return None
    by_place = np.array([caps.get(code, 0.0) for code in landscape.vendors])
    borne = net_losses(costs, by_place[events.vendor], insurance, events.year)
    losses = year_losses(events, borne, years)
    curves = _Curves.of(losses)
    return Net(
        insurance=insurance,
        vendors_with_cap=len(counted),
        figures=year_figures(losses, events, appetite=landscape.register.organisation.risk_appetite),
        annual=_points(curves.grid, curves.annual),
        occurrence=_points(curves.grid, curves.largest),
    )


def _with_band(answer: Portfolio, run: PortfolioRun, count: int, curves: _Curves) -> Portfolio:
    central = run.set_figures(run.landscape, curves.grid)
    sets = [run.set_figures(each, curves.grid) for each in parameter_sets(run.landscape, run.seed, count)]
    years = run.worlds_per_set
    annual = band_of_curve(curves.annual, central.annual, [each.annual for each in sets], years)
    largest = band_of_curve(curves.largest, central.largest, [each.largest for each in sets], years)
    figures: dict[str, Any] = {
        name: band_of_figure(figure, name, central, sets)
        for name in NAMES
        if (figure := getattr(answer.figures, name)) is not None
    }
    return replace(
        answer,
        figures=replace(answer.figures, **figures),
        annual=_points(curves.grid, curves.annual, annual),
        occurrence=_points(curves.grid, curves.largest, largest),
    )


def _points(grid: Floats, chances: Floats, band: tuple[Floats, Floats] | None = None) -> tuple[CurvePoint, ...]:
    rows = zip(grid.tolist(), chances.tolist(), strict=True)
    if band is None:
        return tuple(CurvePoint(loss=loss, probability=chance) for loss, chance in rows)
    bounds = zip(band[0].tolist(), band[1].tolist(), strict=True)
    return tuple(
        CurvePoint(loss=loss, probability=chance, low=low, high=high)
        for (loss, chance), (low, high) in zip(rows, bounds, strict=True)
    )
