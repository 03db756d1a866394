"""How often a vendor is breached: a yearly chance from size, sector and posture, and the rate behind it.

Model section 6. The base chance is an upper-bound figure for any firm (its source stands with the parameter
`frequency.base_probability.default`); public breach lists have no denominator and calibrate nothing here.
What is not known about a vendor counts 1 and is named; an unknown posture counts worse than a fair one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import expm1, log1p

from registry.domain.register.facts import Register, Vendor
from registry.domain.register.parameters import Parameters
from registry.domain.register.presence import holders_at
from registry.domain.register.vocabulary import Lifecycle, Relationship

__all__ = ["BreachRate", "breach_rate", "breach_rates", "rate_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRate:
    """How often a vendor starts an event, and what the figure is made of.

    `probability` is the chance of at least one event in a year, `per_year` the rate (lambda) including the
    platform's own; `factors` lists what was multiplied, in order; `unknown` the fields that are not known.
    `counts` is False for prospects: listed, but no part of any sum.
    """

    vendor: str
    probability: float
    per_year: float
    factors: Mapping[str, float]
    unknown: tuple[str, ...]
    is_typed: bool
    counts: bool


def rate_of(probability: float) -> float:
    """Return the yearly rate of a Poisson process with this chance of at least one event.

    Parameters
    ----------
    probability
        From 0 to below 1.

    Returns
    -------
    float
        ``-ln(1 - p)``, events per year.

    Examples
    --------
    >>> round(rate_of(0.6), 4)
    0.9163
    """
    if not 0.0 <= probability < 1.0:
        raise ValueError(f"A yearly chance lies between 0 and below 1, not at {probability}.")
    return -log1p(-probability)


def breach_rate(vendor: Vendor, parameters: Parameters, *, is_holder: bool = True) -> BreachRate:
    """Return how often a vendor starts an event.

    Parameters
    ----------
    is_holder
        Whether it holds copies or accesses. A platform that does has its own rate and the platform's; one that
        does not has the platform's alone.
    """
    factors, unknown = _factors(vendor, parameters)
    typed = vendor.annual_breach_probability
    own = typed if typed is not None else _capped(factors, parameters)
    rate = 0.0
    if vendor.relationship is Relationship.PLATFORM:
        rate += parameters.frequency("platform_rate")
        if typed is None and not is_holder:
            own, factors, unknown = 0.0, {}, ()
        factors = {**factors, "platform_rate": parameters.frequency("platform_rate")}
    rate += rate_of(own)
    return BreachRate(
        vendor=vendor.code,
        probability=_chance_of(rate),
        per_year=rate,
        factors=factors if typed is None else {"typed": typed},
        unknown=() if typed is not None else unknown,
        is_typed=typed is not None,
        counts=vendor.lifecycle is not Lifecycle.PROSPECT,
    )


def breach_rates(register: Register, parameters: Parameters, *, as_of: date) -> dict[str, BreachRate]:
    """Return the rate of every vendor of a register at a date, by code. O(vendors + flows + accesses)."""
    holders = holders_at(register, as_of)
    return {
        vendor.code: breach_rate(vendor, parameters, is_holder=vendor.code in holders) for vendor in register.vendors
    }


def _factors(vendor: Vendor, parameters: Parameters) -> tuple[dict[str, float], tuple[str, ...]]:
    band = vendor.revenue_band
    factors = {
        "base_probability": parameters.frequency("base_probability"),
        "revenue_band": parameters.frequency("revenue_band_multiplier", band.value) if band else 1.0,
        "sector": parameters.frequency("sector_multiplier", vendor.sector, 1.0) if vendor.sector else 1.0,
        "posture": _posture(vendor, parameters),
    }
    missing = {"revenue band": band, "sector": vendor.sector}
    unknown = [name for name, value in missing.items() if value is None]
    if vendor.posture.value == "unknown":
        unknown.append("posture")
    return factors, tuple(unknown)


def _posture(vendor: Vendor, parameters: Parameters) -> float:
    factor = parameters.multiplier("posture", vendor.posture.value)
    return min(max(factor, parameters.frequency("posture_min")), parameters.frequency("posture_max"))


def _capped(factors: Mapping[str, float], parameters: Parameters) -> float:
    product = 1.0
    for factor in factors.values():
        product *= factor
    return min(product, parameters.frequency("probability_cap"))


def _chance_of(rate: float) -> float:
    return -expm1(-rate)
