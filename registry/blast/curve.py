"""The exceedance curve: chance of losing more than an amount, drawn and in figures."""

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["CurveRow", "Points", "chance_above", "curve_data", "curve_rows"]

Points = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class CurveRow:
    """The chance of losing more than an amount, and the same without the what-ifs; None when none are asked."""

    loss: float
    chance: float
    before: float | None
    is_appetite: bool

    @property
    def change(self) -> float | None:
        """Difference the what-ifs make."""
        return None if self.before is None else self.chance - self.before


def chance_above(points: Points, loss: float) -> float:
    """Return the chance of losing more than an amount, between the points of a curve on the scale of orders of magnitude.

    >>> chance_above([[1e6, 0.5], [1e8, 0.1]], 1e7)
    0.3
    """
    if not points:
        return 0.0
    losses = [point[0] for point in points]
    place = bisect.bisect_right(losses, loss)
    if place == 0:
        return points[0][1]
    if place == len(points):
        return points[-1][1] if loss <= losses[-1] else 0.0
    (low, high_chance), (high, low_chance) = points[place - 1], points[place]
    if low <= 0 or high <= low:
        return high_chance
    share = math.log(loss / low) / math.log(high / low)
    return round(high_chance + (low_chance - high_chance) * share, 12)


def curve_rows(points: Points, before: Points | None, appetite: float | None, *, count: int = 4) -> list[CurveRow]:
    """Return the curve at a few round amounts and at the appetite, smallest first."""
    reference = before if before is not None else points
    amounts = _round_amounts(reference, count - (1 if appetite else 0))
    if appetite:
        # a round amount close to the appetite says the same twice
        amounts = [amount for amount in amounts if not 0.4 < amount / appetite < 2.5] + [appetite]
    return [
        CurveRow(
            loss=amount,
            chance=chance_above(points, amount),
            before=chance_above(reference, amount) if before is not None else None,
            is_appetite=amount == appetite,
        )
        for amount in sorted(amounts)
    ]


def _round_amounts(points: Points, count: int) -> list[float]:
    """Amounts of 1, 2 or 5 times a power of ten, at chances spread from likely to rare."""
    positive = [point for point in points if point[0] > 0 and point[1] > 0]
    if not positive:
        return []
    top = max(point[1] for point in positive)
    found: list[float] = []
    for i in range(count):
        wanted = top * (0.9, 0.5, 0.15, 0.02, 0.005)[min(i, 4)]
        loss = next((point[0] for point in positive if point[1] <= wanted), positive[-1][0])
        power = 10.0 ** math.floor(math.log10(loss))
        amount = min((step * power for step in (1, 2, 5, 10)), key=lambda each: abs(math.log(each / loss)))
        if amount not in found:
            found.append(amount)
    return found


def curve_data(points: Points, before: Points | None, *, appetite: float | None, symbol: str) -> dict[str, Any]:
    """Return the curve as data for the page's script."""
    return {
        "symbol": symbol,
        "range": _decades([*points, *(before or [])]),
        "appetite": appetite,
        "after": [[loss, chance] for loss, chance in points if loss > 0],
        "before": None if before is None else [[loss, chance] for loss, chance in before if loss > 0],
    }


def _decades(points: Points) -> list[float]:
    """Return the powers of ten between which the chances change enough to be seen."""
    top = max((chance for _, chance in points), default=0.0)
    seen = [loss for loss, chance in points if loss > 0 and 0.001 * top <= chance <= 0.995 * top]
    if not seen:
        return [1.0, 10.0]
    low, high = math.floor(math.log10(min(seen))), math.ceil(math.log10(max(seen)))
    return [10.0**low, 10.0 ** max(high, low + 1)]
