"""Who may accept how much risk: approvers by the residual band and the expected loss, each rank holding the lower ones' right."""

import math
from collections.abc import Collection, Mapping
from types import MappingProxyType

from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import Tier

__all__ = ["RANKS", "highest_rank", "is_stale", "least_approver"]

RANKS = ("vendor_manager", "ciso", "executive")
"""Approvers, the least first."""
_BANDS: Mapping[str, int] = MappingProxyType({tier.value: place for place, tier in enumerate(reversed(Tier))})
_NOISE = 0.05  # of 100: less than a page shows


def least_approver(band: Tier | None, expected_loss: float | None, parameters: Parameters) -> str:
    """Return who must approve at least; what is not known counts at its worst.

    Parameters
    ----------
    band
        Band of the residual risk, None when it is not known.
    expected_loss
        Of a year, in the organisation's currency; None when it is not known.
    """
    height = _BANDS[band.value if band else Tier.CRITICAL.value]
    loss = math.inf if expected_loss is None else expected_loss
    for rank in RANKS[:-1]:
        most = str(parameters.get(f"approval.{rank}.band_at_most").value)
        if height <= _BANDS[most] and loss <= parameters.number(f"approval.{rank}.expected_loss_at_most"):
            return rank
    return RANKS[-1]


def highest_rank(ranks: Collection[str]) -> str | None:
    """Return the highest of some ranks.

    >>> highest_rank({"vendor_manager", "ciso"})
    'ciso'
    """
    return next((rank for rank in reversed(RANKS) if rank in ranks), None)


def is_stale(frozen: float | None, now: float | None, people: float | None, people_now: float | None) -> bool:
    """Tell whether more is at stake than was accepted: a higher residual risk, or more people.

    A figure that was known and is not any more has changed for the worse; one that was unknown and is known is a reason
    to look again, too.

    >>> is_stale(40.0, 40.01, 100.0, 100.0), is_stale(40.0, 41.0, 100.0, 100.0), is_stale(40.0, None, 1.0, 1.0)
    (False, True, True)
    """
    if (frozen is None) != (now is None):
        return True
    if frozen is None or now is None:
        return False
    return now > frozen + _NOISE or (people_now or 0.0) > (people or 0.0) + 0.5
