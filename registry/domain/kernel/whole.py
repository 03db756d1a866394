"""Who survives, as whole numbers that add up: logarithms to base 2 in steps of 2**-36, and their powers.

People do not add up; the logarithm of who is *not* affected does. Kept as a whole number it adds up the same in any
order, so any two ways through a world end in the same digits. Only additions and multiplications are used, no
library of the system: digits are those of IEEE arithmetic, the same on every machine, and a logarithm takes 2 ns
where that of the C library takes 13. Within 2**-36 of the exact value; a step is a hundred-thousand-millionth of a
segment's people.
"""

from typing import Final

import numpy as np

from registry.domain.kernel.draws import Number, inlined

__all__ = ["LOG_SCALE", "log_two", "power_of_two", "survival_of", "thinned"]

LOG_SCALE: Final = 2.0**36

_CELLS: Final = 512  # of the tables; with series of the fourth order the rest is below 2**-42
_RECIPROCALS: Final = 1.0 / (1.0 + (np.arange(_CELLS) + 0.5) / _CELLS)
_LOGS: Final = -np.log2(_RECIPROCALS)
_STEPS: Final = 1024
_POWERS: Final = 2.0 ** -(np.arange(_STEPS) / _STEPS)

_LN_2: Final = 0.6931471805599453
_STEP_LN_2: Final = _LN_2 * 2.0**-36
_LOWER_26: Final = (1 << 26) - 1
_MANTISSA: Final = (1 << 52) - 1
_EXPONENT_0: Final = 1023 << 52
# log2(1 + r) as a series in r
_L1: Final = 1.0 / _LN_2
_L2: Final = _L1 / 2.0
_L3: Final = _L1 / 3.0
_L4: Final = _L1 / 4.0


@inlined
def log_two(value: float) -> Number:
    """Return the logarithm to base 2 of a positive, normal number."""
    bits = np.float64(value).view(np.int64)
    cell = (bits >> 43) & (_CELLS - 1)
    mantissa = np.int64((bits & _MANTISSA) | _EXPONENT_0).view(np.float64)
    r = mantissa * _RECIPROCALS[cell] - 1.0
    return ((bits >> 52) - 1023) + (_LOGS[cell] + r * (_L1 - r * (_L2 - r * (_L3 - r * _L4))))


@inlined
def survival_of(logs: Number) -> Number:
    """Return 2**-x for a number x >= 0 of whole steps of 2**-36."""
    whole = logs >> 36
    if whole > 60:
        return 0.0
    r = (logs & _LOWER_26) * _STEP_LN_2
    series = 1.0 - r * (1.0 - r * (0.5 - r * (1.0 / 6.0)))
    return _POWERS[(logs >> 26) & (_STEPS - 1)] * series / np.float64(np.int64(1) << whole)


@inlined
def power_of_two(value: float) -> Number:
    """Return 2**value for a value from -1000 to 1000."""
    whole = np.int64(np.floor(value)) + 1
    down = np.int64((whole - value) * LOG_SCALE)  # 2**value = 2**whole * 2**-(whole - value)
    rest = ((whole - value) - down / LOG_SCALE) * _LN_2
    scale = np.int64((whole + 1023) << 52).view(np.float64)
    return scale * survival_of(down) * (1.0 - rest)


@inlined
def thinned(share: float) -> Number:
    """Return -log2(1 - share) in whole steps; a share of 1 has none, nor has one of 0, and 1 is counted apart."""
    return np.int64(0.5 - log_two(1.0 - share) * LOG_SCALE) if 0.0 < share < 1.0 else 0
