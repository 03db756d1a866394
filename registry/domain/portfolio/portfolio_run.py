"""One portfolio being worked out: the worlds of the league, the years, and the years of every set of parameters."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Floats
from registry.domain.portfolio.band import SetFigures, set_figures
from registry.domain.portfolio.crew import Cells, Crew
from registry.domain.portfolio.landscape import Landscape, kinds_of_worlds
from registry.domain.portfolio.league import LeagueAccount
from registry.domain.portfolio.year import Events, draw_events, year_figures, year_losses
from registry.domain.register.errors import Cancelled

__all__ = ["PortfolioRun"]

_WORLDS_MIN = 64

Progress = Callable[[int, int], None]
Numbers = NDArray[np.int64]


class PortfolioRun:
    """One portfolio being worked out: who runs it, and how far it is."""

    def __init__(
        self,
        landscape: Landscape,
        *,
        seed: int,
        crew: Crew,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.landscape = landscape
        self.worlds_per_set = max(_WORLDS_MIN, int(landscape.parameters.constant("worlds_per_parameter_set")))
        self.seed = seed
        self._crew = crew
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0
        self._total = 0

    def plan(self, worlds: int) -> None:
        """Say how many worlds there are to do."""
        self._total = worlds

    def league(self, worlds: int) -> LeagueAccount:
        """Run all vendors over all worlds, kind by kind."""
        landscape = self.landscape
        kinds = kinds_of_worlds(self.seed, worlds, landscape.shares)
        accounts = []
        for number, kind in enumerate(landscape.arrays):
            some = np.flatnonzero(kinds == number)
            if len(some):
                accounts.append(
                    self._crew.league(
                        landscape.field(kind), some, seed=self.seed, progress=self._shown, cancelled=self._cancelled
                    )
                )
                self._done += len(some)
        account = accounts[0]
        for later in accounts[1:]:
            account += later
        return account

    def years(self, landscape: Landscape, years: int, worlds: int) -> tuple[Events, Floats]:
        """Draw the events of some years and work out what each costs."""
        events = draw_events(
            landscape.vendors, landscape.rates, seed=self.seed, years=years, worlds=worlds,
            variance=landscape.year_variance,
        )  # fmt: skip
        kinds = kinds_of_worlds(self.seed, worlds, landscape.shares)
        costs = np.zeros(len(events.world))
        for number, kind in enumerate(landscape.arrays):
            mine = np.flatnonzero(kinds[events.world] == number)
            if self._cancelled is not None and self._cancelled():
                raise Cancelled
            if len(mine):
                cells, back = _cells(events, mine, len(landscape.vendors))
                found = self._crew.cells(landscape.field(kind), cells, seed=self.seed, cancelled=self._cancelled)
                costs[mine] = found[back]
            self._done += int(np.count_nonzero(kinds == number))
            self._shown(0, 0)
        return events, costs

    def set_figures(self, landscape: Landscape, grid: Floats) -> SetFigures:
        """Live through the years of one set of parameters."""
        years = self.worlds_per_set
        events, costs = self.years(landscape, years, years)
        losses = year_losses(events, costs, years)
        appetite = landscape.register.organisation.risk_appetite
        return set_figures(year_figures(losses, events, appetite=appetite), losses, grid)

    def _shown(self, done: int, _total: int) -> None:
        if self._progress is not None:
            self._progress(min(self._done + done, self._total), self._total)


def _cells(events: Events, mine: Numbers, vendors: int) -> tuple[Cells, Numbers]:
    """Gather events that share world and vendor; return the cells, and for each event the cell it is."""
    keys, back = np.unique(events.world[mine] * vendors + events.vendor[mine], return_inverse=True)
    worlds, first = np.unique(keys // vendors, return_index=True)
    return Cells(worlds, np.append(first, len(keys)).astype(np.int64), keys % vendors), back
