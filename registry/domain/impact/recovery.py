"""What others pay back of a loss: the vendor up to what its contracts allow, and the organisation's own insurer.

The vendor comes first, up to the liability caps of its contracts in force; what is not agreed is not counted on. The
insurer pays what is left above the retention, up to its limit per event and, all events together, per year.
"""

from dataclasses import dataclass
from datetime import date
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import Floats
from registry.domain.impact.cost import worth_of
from registry.domain.register.facts import Contract, Register
from registry.domain.register.parameters import Parameters

__all__ = ["Insurance", "Recovered", "insurance_in_force", "liability_caps", "net_losses", "recoveries"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Insurance:
    """The organisation's own cyber insurance, in its currency; a limit of 0 is no insurance."""

    retention: float = 0.0
    limit: float = 0.0
    limit_per_year: float = inf


class Recovered(NamedTuple):
    """What vendors and the insurer pay back, per event."""

    by_vendors: Floats
    by_insurer: Floats


def insurance_in_force(parameters: Parameters) -> Insurance:
    """Return the organisation's insurance as set in the parameters `insurance.*`."""
    yearly = parameters.get("insurance.limit_per_year").value
    return Insurance(
        retention=parameters.number("insurance.retention"),
        limit=parameters.number("insurance.limit"),
        limit_per_year=inf if isinstance(yearly, str) else yearly,
    )


def liability_caps(register: Register, as_of: date) -> dict[str, float]:
    """Return the most that may be claimed from each vendor per event, by code, in the organisation's currency.

    The caps of a vendor's contracts in force add up. A contract without a cap adds nothing: what is not known is not
    counted on.

    Raises
    ------
    InvalidScenario
        When the worth of a contract's currency is not registered.
    """
    caps: dict[str, float] = {}
    for contract in register.contracts:
        if contract.liability_cap is not None and _is_in_force(contract, as_of):
            own, other = register.organisation.currency, contract.currency
            rate = 1.0 if other in {None, own} else worth_of(register, other or own) / worth_of(register, own)
            caps[contract.vendor] = caps.get(contract.vendor, 0.0) + contract.liability_cap * rate
    return caps


def recoveries(losses: Floats, caps: Floats, insurance: Insurance, years: NDArray[np.int64]) -> Recovered:
    """Return what is paid back of each event.

    Parameters
    ----------
    losses
        Cost of each event, shape (events,).
    caps
        The most that may be claimed from the vendor that started it, shape (events,); 0 where nothing is agreed.
    insurance
        The organisation's own.
    years
        Number of the year of each event, ascending: the yearly limit is used up in this order.

    Examples
    --------
    >>> insurance = Insurance(retention=100.0, limit=500.0, limit_per_year=600.0)
    >>> paid = recoveries(np.array([1000.0, 400.0, 50.0]), np.array([200.0, 0.0, 10.0]), insurance, np.array([0, 0, 1]))
    >>> paid.by_vendors.tolist(), paid.by_insurer.tolist()
    ([200.0, 0.0, 10.0], [500.0, 100.0, 0.0])
    """
    by_vendors = np.minimum(losses, caps)
    claimed = np.clip(losses - by_vendors - insurance.retention, 0.0, insurance.limit)
    if not len(losses) or insurance.limit_per_year == inf:
        return Recovered(by_vendors, claimed)
    running = np.cumsum(claimed)
    first = np.flatnonzero(np.concatenate(([True], years[1:] != years[:-1])))
    before = np.repeat(running[first] - claimed[first], np.diff(np.append(first, len(years))))
    used = np.minimum(running - before, insurance.limit_per_year)
    earlier = np.minimum(running - before - claimed, insurance.limit_per_year)
    return Recovered(by_vendors, np.maximum(0.0, used - earlier))


def net_losses(losses: Floats, caps: Floats, insurance: Insurance, years: NDArray[np.int64]) -> Floats:
    """Return what the organisation bears of each event itself: the loss minus `recoveries`, never below 0."""
    paid = recoveries(losses, caps, insurance, years)
    net: Floats = np.maximum(0.0, losses - paid.by_vendors - paid.by_insurer)
    return net


def _is_in_force(contract: Contract, as_of: date) -> bool:
    has_begun = contract.starts is None or contract.starts <= as_of
    return has_begun and (contract.ends is None or contract.ends >= as_of)
