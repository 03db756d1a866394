"""The four impact areas: how a cost falls on them, how likely each is hit, and which customers leave."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.impact.cost import CostFigures
from registry.domain.register.errors import InvalidParameter
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters

__all__ = ["AREAS", "AreaFigures", "ChurnFigures", "Impact", "area_chances", "area_factor", "area_limits", "impact"]

Floats = NDArray[np.float64]

AREAS: Final = ("operations", "finance", "brand", "retention")  # bit 0 to 3 of the kernel's flags


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFigures:
    """One area: its part of the mean cost, and the chance over all worlds that it is materially hit."""

    cost_mean: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnFigures:
    """Customers likely to leave and the revenue per year they carry, at a low, middle and high rate.

    `revenue` is None where the revenue per customer is not known.
    """

    rates: tuple[float, float, float]
    customers: tuple[float, float, float]
    revenue: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a breach does to the business; `severities` are published shares shown beside, not multiplied in."""

    areas: dict[str, AreaFigures]
    brand_and_retention: float
    any_area: float
    churn: ChurnFigures
    preset: str
    severities: dict[str, float]


def area_chances(parameters: Parameters) -> tuple[float, ...]:
    """Return the chance that each area is hit by an event, in the order of `AREAS`."""
    return tuple(parameters.impact(area, "area_probability") for area in AREAS)


def area_limits(parameters: Parameters) -> Floats:
    """Return the normal quantiles of those chances, shape (4,)."""
    return np.array([_quantile(chance) for chance in area_chances(parameters)])


def area_factor(parameters: Parameters) -> Floats:
    """Return the lower Cholesky factor of the correlation between the areas, shape (4, 4).

    Raises
    ------
    InvalidParameter
        When the correlations contradict each other: no four numbers can be related like that.
    """
    every = parameters.impact("all", "correlation")
    pair = parameters.impact("brand_and_retention", "correlation", every)
    wanted = np.full((4, 4), every)
    np.fill_diagonal(wanted, 1.0)
    wanted[2, 3] = wanted[3, 2] = pair
    factor = np.zeros((4, 4))
    for row in range(4):
        for column in range(row + 1):
            rest = wanted[row, column] - float(factor[row, :column] @ factor[column, :column])
            if row == column:
                if rest < -1e-9:
                    raise InvalidParameter(_contradiction(parameters))
                factor[row, row] = math.sqrt(max(0.0, rest))
            elif factor[column, column] > 1e-9:
                factor[row, column] = rest / factor[column, column]
            elif abs(rest) > 1e-9:
                raise InvalidParameter(_contradiction(parameters))
    return factor


def impact(
    cost: CostFigures,
    flags: NDArray[np.uint8],
    columns: Floats,
    *,
    register: Register,
    parameters: Parameters,
    event_chance: float | None = None,
) -> Impact:
    """Sum up what many worlds do to the four areas.

    Parameters
    ----------
    cost
        Means of the same worlds.
    flags, columns
        Area flags (bit sets) and kernel output, one element or column per world.
    event_chance
        Chance that people are exposed or a process stops, where it is known exactly: so are the chances of the areas.

    Notes
    -----
    Cost is split by the published parts of a breach's cost (IBM 2026, own mapping to areas); lost business is
    split between brand and retention by their chances; stopped services are operations.
    """
    shares = _cost_shares(parameters)
    exact = None if event_chance is None else [event_chance * chance for chance in area_chances(parameters)]
    hit = {area: (flags >> bit & 1).astype(np.bool_) for bit, area in enumerate(AREAS)}
    return Impact(
        areas={
            area: AreaFigures(
                cost_mean=cost.exposed_mean * shares[area] + (cost.stopped_mean if area == "operations" else 0.0),
                probability=float(hit[area].mean()) if exact is None else exact[bit],
            )
            for bit, area in enumerate(AREAS)
        },
        brand_and_retention=float((hit["brand"] & hit["retention"]).mean()),
        any_area=float((flags > 0).mean()),
        churn=_churn(columns, register, parameters),
        preset=parameters.impact_preset,
        severities=_severities(parameters),
    )


def _quantile(chance: float) -> float:
    if chance <= 0.0:
        return -math.inf
    return math.inf if chance >= 1.0 else NormalDist().inv_cdf(chance)


def _contradiction(parameters: Parameters) -> str:
    key = f"impact.{parameters.impact_preset}"
    return f"{key}.all.correlation and {key}.brand_and_retention.correlation contradict each other; bring them closer."


def _cost_shares(parameters: Parameters) -> dict[str, float]:
    parts = {
        name: parameters.cost("ibm_parts", f"area_share.{name}")
        for name in ("operations", "finance", "brand_and_retention")
    }
    brand, retention = (parameters.impact(area, "area_probability") for area in ("brand", "retention"))
    to_brand = brand / (brand + retention) if brand + retention > 0 else 0.5
    whole = sum(parts.values())  # edited shares need not add up to 1; the areas must
    lost_business = parts["brand_and_retention"] / whole
    return {
        "operations": parts["operations"] / whole,
        "finance": parts["finance"] / whole,
        "brand": lost_business * to_brand,
        "retention": lost_business * (1.0 - to_brand),
    }


def _churn(columns: Floats, register: Register, parameters: Parameters) -> ChurnFigures:
    low, middle, high = (parameters.customer_service("churn", level) for level in ("low", "mid", "high"))
    organisation = register.organisation
    told = columns[0] - columns[3]
    most = np.inf if organisation.customers is None else float(organisation.customers)
    leaving = tuple(float(np.minimum(rate * told, most).mean()) for rate in (low, middle, high))
    each = organisation.revenue_per_customer
    return ChurnFigures(
        rates=(low, middle, high),
        customers=(leaving[0], leaving[1], leaving[2]),
        revenue=None if each is None else (leaving[0] * each, leaving[1] * each, leaving[2] * each),
    )


def _severities(parameters: Parameters) -> dict[str, float]:
    prefix = f"impact.{parameters.impact_preset}."
    return {
        key.removeprefix(prefix): parameters.number(key)
        for key in parameters.rows
        if key.startswith(prefix) and ".severity_" in key
    }
