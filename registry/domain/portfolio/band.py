"""How far the figures of a year move when the parameters are drawn anew: the uncertainty band.

Every base chance of an edge kind and variant is drawn from a Beta distribution around its value, and so are the base
chance of a breach, the platforms' rate and the chances typed on vendors. All sets live through the same draws as the
set of the values themselves, the *central* one, so what differs is the parameters alone. Figures of the main run are
then stretched as the sets stand to the central one.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from registry.domain.exposure.arrays import Floats
from registry.domain.impact.people import fraction_table
from registry.domain.portfolio.draws import Streams
from registry.domain.portfolio.landscape import Landscape, scaled
from registry.domain.portfolio.year import Figure, YearFigures, YearLosses, exceedance_at
from registry.domain.register.parameters import Parameters

__all__ = ["NAMES", "SetFigures", "band_of_curve", "band_of_figure", "parameter_sets", "set_figures"]

NAMES: Final = ("expected", "median", "var_90", "var_95", "var_99", "tail_mean_95", "appetite_exceeded", "quiet")
_RATES: Final = ("frequency.base_probability.default", "frequency.platform_rate.default")
_LOW, _HIGH = 0.05, 0.95
_SEEN_ENOUGH: Final = 10  # years above a loss, below which a ratio is all noise


class SetFigures(NamedTuple):
    """What one set of parameters gives: the figures of `NAMES` (nan where there is none), and years above losses."""

    figures: Floats
    annual: Floats
    largest: Floats


def parameter_sets(landscape: Landscape, seed: int, count: int) -> Iterator[Landscape]:
    """Give the landscape under `count` drawn sets of parameters.

    Notes
    -----
    A value of 0 or 1 stays. The draw of a parameter hangs on its key: a parameter more moves no other.
    """
    parameters = landscape.parameters
    concentration = parameters.constant("probability_concentration")
    streams = Streams(seed, count)

    def drawn(value: float, identity: str) -> Floats:
        table = fraction_table(value, concentration)
        return np.interp(streams.uniforms(f"band|{identity}") * (len(table) - 1), np.arange(len(table)), table)

    changes = {key: drawn(parameters.number(key), key) for key in _drawn_keys(landscape)}
    typed = {
        vendor.code: drawn(vendor.annual_breach_probability, f"vendor|{vendor.code}")
        for vendor in landscape.register.vendors
        if vendor.annual_breach_probability
    }
    for number in range(count):
        others = parameters.with_changes({key: float(values[number]) for key, values in changes.items()})
        yield scaled(
            landscape,
            others,
            typed={code: min(float(values[number]), 1.0 - 2.0**-53) for code, values in typed.items()},
        )


def set_figures(figures: YearFigures, losses: YearLosses, grid: Floats) -> SetFigures:
    """Keep of a set what the band needs."""
    values = [getattr(figures, name) for name in NAMES]
    return SetFigures(
        np.array([np.nan if figure is None else figure.value for figure in values]),
        exceedance_at(losses.annual, grid),
        exceedance_at(losses.largest, grid),
    )


def band_of_figure(figure: Figure, name: str, central: SetFigures, sets: list[SetFigures]) -> Figure:
    """Return a figure with its bounds: stretched as 90 % of the sets stretch the central set's."""
    place = NAMES.index(name)
    values = np.array([each.figures[place] for each in sets])
    middle = float(central.figures[place])
    moved = figure.value * values / middle if middle > 0.0 else figure.value + values - middle
    if name in {"appetite_exceeded", "quiet"}:
        moved = np.minimum(1.0, moved)
    low, high = (float(value) for value in np.quantile(moved, (_LOW, _HIGH)))
    return Figure(value=figure.value, stderr=figure.stderr, low=min(low, figure.value), high=max(high, figure.value))


def band_of_curve(probabilities: Floats, central: Floats, sets: list[Floats], years: int) -> tuple[Floats, Floats]:
    """Return the lower and the upper chance at each loss.

    Where the central set's years above a loss are too few to compare, the last ratio goes on.
    """
    enough = np.flatnonzero(central * years >= _SEEN_ENOUGH)
    if not len(enough):
        return probabilities, probabilities
    last = np.minimum(np.arange(len(central)), enough[-1])
    ratios = np.array([values[last] / central[last] for values in sets])
    low, high = np.quantile(ratios, (_LOW, _HIGH), axis=0)
    lower = np.minimum.accumulate(np.minimum(probabilities, probabilities * low))
    upper = np.minimum(1.0, np.maximum(probabilities, probabilities * high))
    return lower, np.maximum.accumulate(upper[::-1])[::-1]


def _drawn_keys(landscape: Landscape) -> list[str]:
    """Return the keys of the parameters that a set draws, each once."""
    parameters = landscape.parameters
    canonical = {parameters.canonical_key(key) for key in (*landscape.family_keys, *_RATES)}
    return sorted(key for key in canonical if key is not None and 0.0 < _value(parameters, key) < 1.0)


def _value(parameters: Parameters, key: str) -> float:
    value = parameters.get(key).value
    return value if isinstance(value, float) else float("nan")
