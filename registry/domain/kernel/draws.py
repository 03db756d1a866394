"""How the compiled part draws and how it is compiled: counter-based luck, and the ways of handing code to numba.

A draw is `mix(key + stream(seed, world))`: a counter, not a state, so a world comes out the same whatever thread,
block or machine works on it, and two scenarios that share a fact share its luck (SplitMix64: Steele, Lea, Flood 2014).

Only modules named `kernel*` import numba; import them late. Compiled code is kept where `NUMBA_CACHE_DIR` says, in a
folder of its own for every state of these modules: numba notices a change in the file of a function, but not one in
another file whose code was compiled into it.
"""

import math
import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba.core.config
import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = [
    "Array",
    "Number",
    "Word",
    "compiled",
    "fraction",
    "inlined",
    "lean",
    "mix",
    "normal_quantile",
    "stream",
    "uniform",
]

P = ParamSpec("P")
T = TypeVar("T")
Array = NDArray[Any]
Word = Any  # 64 bits without sign; a numpy scalar outside compiled code
Number = Any  # a compiled number

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_S30: Final = np.uint64(30)
_S27: Final = np.uint64(27)
_S31: Final = np.uint64(31)
_S11: Final = np.uint64(11)
_ONE: Final = np.uint64(1)
_UNIT: Final = 2.0**-53
_njit: Any = njit  # numba's types do not know the option `_nrt`


def _folder_of_compiled_code(root: str) -> str:
    """Return the folder, below the one numba was given, for the present state of all compiled modules."""
    digest = blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return os.path.join(root, digest.hexdigest())  # noqa: PTH118  numba wants a text


_config: Any = numba.core.config  # its types do not know its settings
if _config.CACHE_DIR:
    _config.CACHE_DIR = _folder_of_compiled_code(_config.CACHE_DIR)


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile on first use, cached on disk, without the GIL; division follows IEEE like numpy's."""
    return cast("Callable[P, T]", njit(cache=True, nogil=True, error_model="numpy")(function))


def lean(function: Callable[P, T]) -> Callable[P, T]:
    """Compile as `compiled` does, but without counting references, for code that allocates nothing.

    Handing a tuple of arrays to a function, or taking one out of another, counts a reference to every array in it,
    atomically and on lines that all threads share; per start of a league that cost three times the work itself.
    """
    return cast("Callable[P, T]", _njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function))


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a part of `lean` code into its caller, as it is called once per start or more often."""
    return cast("Callable[P, T]", _njit(inline="always", nogil=True, error_model="numpy", _nrt=False)(function))


@compiled
def mix(value: Word) -> Word:
    """Return the SplitMix64 finaliser of a 64-bit word (Steele, Lea, Flood 2014)."""
    value = (value ^ (value >> _S30)) * _MIX_1
    value = (value ^ (value >> _S27)) * _MIX_2
    return value ^ (value >> _S31)


@compiled
def stream(seed: Word, world: int) -> Word:
    """Return the 64-bit word that a world adds to every key."""
    return mix(mix(np.uint64(seed) + _GOLDEN) + (np.uint64(world) + _ONE) * _GOLDEN)


@compiled
def uniform(key: Word, world_stream: Word) -> float:
    """Return the draw of a key in a world, strictly between 0 and 1, with 53 bits."""
    return (np.float64(mix(np.uint64(key) + np.uint64(world_stream)) >> _S11) + 0.5) * _UNIT


@compiled
def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile to 1e-15 (Wichura 1988, algorithm AS 241, PPND16)."""
    q = probability - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
                + 133.14166789178437745) * r + 3.387132872796366608
        )  # fmt: skip
        bottom = (
            ((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
                + 42.313330701600911252) * r + 1.0
        )  # fmt: skip
        return q * top / bottom
    r = probability if q < 0.0 else 1.0 - probability
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        top = (
            ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
                + 4.6303378461565452959) * r + 1.42343711074968357734
        )  # fmt: skip
        bottom = (
            ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
                + 2.05319162663775882187) * r + 1.0
        )  # fmt: skip
    else:
        r -= 5.0
        top = (
            ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
                + 5.4637849111641143699) * r + 6.6579046435011037772
        )  # fmt: skip
        bottom = (
            ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
                + 0.59983220655588793769) * r + 1.0
        )  # fmt: skip
    return -top / bottom if q < 0.0 else top / bottom


@compiled
def fraction(table: Array, key: Word, world_stream: Word) -> float:
    """Return the share taken of a copy in a world: its uniform draw read through a quantile table."""
    place = uniform(key, world_stream) * (table.shape[0] - 1)
    cell = np.int64(place)
    low: float = table[cell]
    high: float = table[cell + 1]
    return float(low + (high - low) * (place - cell))
