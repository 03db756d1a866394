"""Mean cost and people of a scenario before and after changes: exact where they can be, else on the same worlds."""

from collections.abc import Sequence
from typing import NamedTuple

from registry.domain.exposure.arrays import Arrays
from registry.domain.scenario.enumeration import Enumeration
from registry.domain.scenario.run import Run
from registry.domain.scenario.trials import Trials

__all__ = ["Means", "means_of", "means_with"]


class Means(NamedTuple):
    """Mean cost, in the organisation's currency, and mean people."""

    cost: float
    people: float


def means_of(run: Run, trials: Trials) -> Means:
    """Return the means of a run: of its enumeration where the mean cost is exact, else of the worlds of its trials."""
    if run.is_cost_exact and run.enumeration is not None:
        return _exact(run, run.enumeration)
    return Means(float(trials.cost.mean()), float(trials.people.mean()))


def means_with(run: Run, trials: Trials, changed: Sequence[Arrays]) -> list[Means]:
    """Return the means with each of some changed graphs, exact where those of the run are.

    Raises
    ------
    Cancelled
        When whoever made the trials said so.
    """
    exact = [run.enumerate_with(arrays) if run.is_cost_exact else None for arrays in changed]
    others = [arrays for arrays, enumeration in zip(changed, exact, strict=True) if enumeration is None]
    simulated = iter(trials.with_each(others) if others else ())
    before = means_of(run, trials)
    found = []
    for enumeration in exact:
        if enumeration is not None:
            found.append(_exact(run, enumeration))
            continue
        cost, people = next(simulated)
        # a change may make certain edges uncertain and their worlds too many: then the difference is simulated
        cheaper, fewer = float((trials.cost - cost).mean()), float((trials.people - people).mean())
        found.append(Means(before.cost - cheaper, before.people - fewer))
    return found


def _exact(run: Run, enumeration: Enumeration) -> Means:
    return Means(sum(run.exact_costs(enumeration)), float(enumeration.columns[0] @ enumeration.weights))
