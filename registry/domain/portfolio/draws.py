"""Draws of many worlds or years at once, outside the compiled kernel: the same numbers as the kernel's own `uniform`.

A draw depends on the seed, the number of the world (or year) and a 64-bit key of what is drawn, on nothing else. So a
vendor that is left out, or breached more often, moves nobody else's luck.
"""

from collections.abc import Callable
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Floats, key_of

__all__ = ["Streams", "gammas", "poissons"]

_GOLDEN: Final = 0x9E3779B97F4A7C15
_WORD: Final = 0xFFFFFFFFFFFFFFFF
_FURTHEST: Final = 60  # counts beyond mean + 12 deviations + this have no chance a double could hold

Numbers = NDArray[np.int64]


class Streams:
    """The draws of worlds (or years) 0 to `past - 1` under one seed.

    Examples
    --------
    >>> draws = Streams(1, 10_000).uniforms("frequency|anything")
    >>> bool(0.0 < draws.min() and draws.max() < 1.0 and abs(draws.mean() - 0.5) < 0.01)
    True
    """

    def __init__(self, seed: int, past: int) -> None:
        """Work out the stream of each world; O(past)."""
        first = np.full(1, ((seed & _WORD) + _GOLDEN) & _WORD, dtype=np.uint64)
        steps = np.arange(1, past + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
        self._streams = _mix(_mix(first) + steps)

    def uniforms(self, identity: str, of: Numbers | None = None) -> Floats:
        """Return one draw per world, strictly between 0 and 1; of some worlds only where `of` numbers them."""
        streams = self._streams if of is None else self._streams[of]
        words = _mix(streams + np.uint64(key_of(identity)))
        uniforms: Floats = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
        return uniforms


def poissons(uniforms: Floats, means: Floats) -> Numbers:
    """Turn uniforms into Poisson counts by inversion: a larger mean never gives a smaller count.

    Parameters
    ----------
    uniforms, means
        Of one shape (n,); means of 0 give 0.

    Examples
    --------
    >>> poissons(np.array([0.1, 0.5, 0.99]), np.full(3, 0.5)).tolist()
    [0, 0, 3]
    """
    counts = np.zeros(len(uniforms), dtype=np.int64)
    chance = np.exp(-means)
    below = chance.copy()
    over = np.flatnonzero(uniforms > below)
    furthest = means + 12.0 * np.sqrt(means) + _FURTHEST
    while len(over):
        counts[over] += 1
        chance[over] *= means[over] / counts[over]
        below[over] += chance[over]
        over = over[(uniforms[over] > below[over]) & (counts[over] < furthest[over])]
    return counts


def gammas(streams: Streams, past: int, *, shape: float, identity: str) -> Floats:
    """Return a Gamma draw with this shape and scale 1 per world; exact, no table cuts its tail.

    Notes
    -----
    Marsaglia and Tsang (2000): propose from a cubed normal, accept or propose again. A shape below 1 is drawn one
    higher and multiplied by a power of a uniform. Each try has draws of its own, so nothing depends on the others.
    """
    boost = np.ones(past)
    if shape < 1.0:
        boost = streams.uniforms(f"{identity}|boost") ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)
    draws = np.zeros(past)
    waiting = np.arange(past, dtype=np.int64)
    attempt = 0
    while len(waiting):
        normal = _normals(streams.uniforms(f"{identity}|normal|{attempt}", waiting))
        u = streams.uniforms(f"{identity}|accept|{attempt}", waiting)
        cubes = np.maximum(0.0, 1.0 + c * normal) ** 3
        with np.errstate(divide="ignore"):
            accepted = (cubes > 0.0) & (np.log(u) < 0.5 * normal**2 + d - d * cubes + d * np.log(cubes))
        draws[waiting[accepted]] = d * cubes[accepted]
        waiting = waiting[~accepted]
        attempt += 1
    return draws * boost


def _normals(uniforms: Floats) -> Floats:
    quantile: Callable[[float], float] = NormalDist().inv_cdf
    inside = np.minimum(uniforms, 1.0 - 2.0**-53)  # adding a half to the largest word rounds to 1
    return np.array([quantile(u) for u in inside.tolist()], dtype=np.float64)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser on an array; products wrap around as they must."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
