"""How many people a breach reaches: the share taken of a copy, and figures over many worlds."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import STORAGES
from registry.domain.register.parameters import Parameters

__all__ = [
    "PeopleFigures",
    "Spread",
    "fraction_table",
    "fraction_tables",
    "people_figures",
    "spread_of",
    "standard_error",
]

Floats = NDArray[np.float64]

_POINTS: Final = 1024  # of a quantile table; part of the digits of every drawn result
_GRID: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Mean of a simulated figure with its standard error (0 when exact), and percentiles of its distribution."""

    mean: float
    stderr: float
    p05: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFigures:
    """People affected: the headline (everyone), two bounds for unknown overlaps, and the protected among them.

    `nested_mean` supposes that smaller exposures lie inside larger ones, `disjoint_mean` that they overlap as
    little as possible; `headline` supposes independence and lies between. `is_assumed`: rests on unknown counts.
    """

    headline: Spread
    nested_mean: float
    disjoint_mean: float
    records_mean: float
    protected_mean: float
    protected_stderr: float
    is_assumed: bool


def fraction_tables(parameters: Parameters) -> Floats:
    """Return the quantile tables of the share taken of an exposed copy; shape (storages, 1024).

    Rows stand in the order of `STORAGES`. Tables of fixed fractions hold one value.
    """
    setting = parameters.exposed_fraction
    tables = np.empty((len(STORAGES), _POINTS))
    for row, storage in enumerate(STORAGES):
        mean, concentration = parameters.fraction_of(storage)
        if setting == "drawn":
            tables[row] = fraction_table(mean, concentration)
        else:
            tables[row] = mean if setting == "mean" else float(setting)
    return tables


@lru_cache(maxsize=64)
def fraction_table(mean: float, concentration: float) -> Floats:
    """Return 1,024 quantiles of a Beta distribution, to be read by linear interpolation.

    Parameters
    ----------
    mean
        From 0 to 1; 0 and 1 give a constant table.
    concentration
        Sum of the two parameters of the Beta distribution, above 0.

    Returns
    -------
    ndarray
        Quantiles at 0, 1/1023, ..., 1, read-only. The first and last value are set so that a draw from the
        outermost cells has the mean of the distribution there: the table as a whole has the given mean.

    Notes
    -----
    With `x = 1 / (1 + exp(-y))` the density in y is proportional to `x**a (1 - x)**b`, smooth and falling off
    exponentially on both sides, so the trapezoid rule on a fine grid is exact for all purposes here.

    Examples
    --------
    >>> table = fraction_table(0.8, 10.0)
    >>> round(float((table[1:] + table[:-1]).mean() / 2), 6)
    0.8
    """
    if mean <= 0.0 or mean >= 1.0:
        return _read_only(np.full(_POINTS, float(mean)))
    a, b = mean * concentration, (1.0 - mean) * concentration
    y = np.linspace(-50.0 / a - 5.0, 50.0 / b + 5.0, _GRID)
    log_x, log_rest = -np.logaddexp(0.0, -y), -np.logaddexp(0.0, y)
    log_density = a * log_x + b * log_rest
    density = np.exp(log_density - log_density.max())
    x = np.exp(log_x)
    cumulative = _cumulative(density)
    partial_mean = _cumulative(density * x) / cumulative[-1]
    cumulative /= cumulative[-1]
    levels = np.arange(_POINTS) / (_POINTS - 1)
    table = np.interp(levels, cumulative, x)
    means = np.interp(levels, cumulative, partial_mean) * (mean / partial_mean[-1])
    cells = _POINTS - 1
    table[0] = np.clip(2.0 * (means[1] - means[0]) * cells - table[1], 0.0, table[1])
    table[-1] = np.clip(2.0 * (means[-1] - means[-2]) * cells - table[-2], table[-2], 1.0)
    # straight lines between quantiles miss a few millionths of the mean: spread them over the side with more room
    actual = float((table[1:] + table[:-1]).mean() / 2.0)
    if mean <= 0.5:
        table *= mean / actual
    else:
        table = 1.0 - (1.0 - table) * ((1.0 - mean) / (1.0 - actual))
    return _read_only(np.clip(table, 0.0, 1.0))


def people_figures(
    columns: Floats, *, is_assumed: bool, weights: Floats | None = None, exact: Floats | None = None
) -> PeopleFigures:
    """Sum up the people of many worlds.

    Parameters
    ----------
    columns
        Per-world output of the kernel, shape (7, worlds).
    is_assumed
        Whether any count of people behind it is unknown and stands at its worst.
    weights, exact
        Chances and columns of all enumerated worlds where the means are exact, else None.
    """
    if exact is None or weights is None:
        means = columns.mean(axis=1)
        protected_stderr = standard_error(columns[3])
        headline = spread_of(columns[0])
    else:
        means = exact @ weights
        protected_stderr = 0.0
        headline = spread_of(columns[0], exact_mean=float(means[0]))
    return PeopleFigures(
        headline=headline,
        nested_mean=float(means[1]),
        disjoint_mean=float(means[2]),
        protected_mean=float(means[3]),
        records_mean=float(means[4]),
        protected_stderr=protected_stderr,
        is_assumed=is_assumed,
    )


def spread_of(values: Floats, *, exact_mean: float | None = None) -> Spread:
    """Return mean, standard error and percentiles of one figure over worlds.

    >>> spread_of(np.array([0.0, 10.0, 20.0]))
    Spread(mean=10.0, stderr=5.773502691896258, p05=1.0, p50=10.0, p95=19.0)
    """
    low, middle, high = (float(value) for value in np.quantile(values, (0.05, 0.5, 0.95)))
    if exact_mean is not None:
        return Spread(mean=exact_mean, stderr=0.0, p05=low, p50=middle, p95=high)
    return Spread(mean=float(values.mean()), stderr=standard_error(values), p05=low, p50=middle, p95=high)


def standard_error(values: Floats) -> float:
    """Return the standard error of the mean; 0 for a single world, which says nothing about it."""
    if len(values) < 2:
        return 0.0
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def _cumulative(density: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2.0)))


def _read_only(table: Floats) -> Floats:
    table.setflags(write=False)
    return table
