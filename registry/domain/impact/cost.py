"""What a breach costs: curves from people or records to money, stopped services, and the cap on their sum.

Curves give USD; they become the organisation's currency once, after all multipliers. The published models are
taken as published: place, data and third-party factors belong to the calibrated curve alone.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure.arrays import key_of
from registry.domain.impact.people import standard_error
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import RevenueBand

__all__ = [
    "Basis",
    "CostCurve",
    "CostFigures",
    "CostTerms",
    "ModelFigures",
    "Priced",
    "cost_curve",
    "cost_figures",
    "cost_models",
    "cost_terms",
    "exceedance",
    "model_figures",
    "price",
    "tail_mean",
    "worth_of",
]

Floats = NDArray[np.float64]

Z_IDENTITY: Final = "cost|z"  # of the one draw of luck per event that all models share
_FLAT_KEY: Final = "per_record_type.customer_pii.2026"
_FLAT_RANGE: Final = (2_600, 115_000)  # records between which the flat figure was measured, rounded inwards
_BANDS: Final = ((1e7, RevenueBand.UNDER_10M), (1e8, RevenueBand.FROM_10M), (1e9, RevenueBand.FROM_100M),
                 (1e10, RevenueBand.FROM_1B), (1e11, RevenueBand.FROM_10B))  # fmt: skip


class Basis(StrEnum):
    """What a curve starts from."""

    PEOPLE = "people"  # unprotected ones, and protected ones at a lower weight
    RECORDS = "records"
    EVENT = "event"  # the number exposed does not matter


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCurve:
    """`cost in USD = exp(intercept + slope ln(amount) + sigma z) * factor`, z standard normal, once per event.

    `is_weighted`: also times the records-weighted weight of the data; `protected_weight` counts a protected person
    where the basis is people.
    """

    model: str
    basis: Basis
    intercept: float
    slope: float
    sigma: float
    factor: float = 1.0
    is_weighted: bool = False
    protected_weight: float = 1.0

    def median(self, amount: float) -> float:
        """Return the median cost of an amount in USD, without the weight of the data.

        >>> curve = CostCurve(model="calibrated", basis=Basis.PEOPLE, intercept=8.185, slope=0.573, sigma=1.57)
        >>> round(curve.median(1_000_000), -5)
        9800000.0
        """
        return float(np.exp(self.intercept + self.slope * np.log(amount)) * self.factor) if amount > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerms:
    """What turns a curve's USD into what the organisation pays; `cap` is in its own currency, None for no cap."""

    currency: str
    usd_per_unit: float
    cap: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """Cost of each world in the organisation's currency: from exposed people, from stopped services, and both.

    All have shape (worlds,) and stand after the cap, which shrinks both parts alike.
    """

    total: Floats
    exposed: Floats
    stopped: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFigures:
    """The cost of an event over all worlds; `tail_mean_95` is the mean of the worst 5 %."""

    currency: str
    mean: float
    stderr: float
    p05: float
    p50: float
    p90: float
    p95: float
    p99: float
    tail_mean_95: float
    exposed_mean: float
    stopped_mean: float
    cap: float | None
    capped_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFigures:
    """The same worlds priced by one cost model, for comparison; `warning` says when not to believe it."""

    model: str
    mean: float
    p50: float
    p95: float
    is_in_force: bool
    warning: str | None


def cost_models(parameters: Parameters) -> tuple[str, ...]:
    """Return the names of the selectable cost models."""
    return parameters.get("cost.model").allowed.words


def cost_terms(register: Register, parameters: Parameters) -> CostTerms:
    """Return currency and cap of an organisation.

    Raises
    ------
    InvalidScenario
        When the register does not say what the organisation's currency is worth in USD.
    """
    organisation = register.organisation
    worth = worth_of(register, organisation.currency)
    cap = parameters.cost_cap
    if cap == "revenue":
        share = parameters.cost("calibrated", "cap_share_of_revenue")
        limit = None if organisation.annual_revenue is None else organisation.annual_revenue * share
    else:
        limit = None if cap == "none" else float(cap)
    return CostTerms(currency=organisation.currency, usd_per_unit=worth, cap=limit)


def worth_of(register: Register, currency: str) -> float:
    """Return what one unit of a currency is worth in USD.

    Raises
    ------
    InvalidScenario
        When the register does not say.
    """
    worth = {"USD": 1.0} | {row.currency: row.usd_per_unit for row in register.currencies}
    if currency not in worth:
        raise InvalidScenario(
            f"Costs are in {currency}, but nothing says what one is worth in USD: add it to the sheet Currencies."
        )
    return worth[currency]


def cost_curve(model: str, register: Register, parameters: Parameters, *, is_third_party: bool) -> CostCurve:
    """Return the curve of a cost model for an organisation.

    Parameters
    ----------
    model
        One of `cost_models`: `calibrated` (own fit through IBM 2020 to 2024 with the dispersion of DBIR 2015),
        `dbir_2015` (Verizon, figure 23), `jacobs_2014`, `iris_2025` (Cyentia, by revenue, sector or overall),
        `flat_per_record` (IBM 2026; a comparison, not an engine).
    is_third_party
        Whether a vendor starts the event.

    Notes
    -----
    Sources, years and certainty stand with the parameters `cost.*` and `multiplier.*`.
    """
    if model == "flat_per_record":
        per_record = parameters.cost(model, _FLAT_KEY)
        log_cost = float(np.log(per_record)) if per_record > 0 else -np.inf
        return CostCurve(model=model, basis=Basis.RECORDS, intercept=log_cost, slope=1.0, sigma=0.0)
    if model == "iris_2025":
        row = _iris_row(register, parameters)
        mu, sigma = parameters.cost(model, f"mu.{row}"), parameters.cost(model, f"sigma.{row}")
        return CostCurve(model=model, basis=Basis.EVENT, intercept=mu, slope=0.0, sigma=_sigma(parameters, sigma))
    intercept, slope, sigma = (parameters.cost(model, name) for name in ("intercept", "slope", "sigma"))
    sigma = _sigma(parameters, sigma)
    if model != "calibrated":
        return CostCurve(model=model, basis=Basis.RECORDS, intercept=intercept, slope=slope, sigma=sigma)
    third_party = parameters.multiplier("third_party", "default") if is_third_party else 1.0
    return CostCurve(
        model=model,
        basis=Basis.PEOPLE,
        intercept=intercept,
        slope=slope,
        sigma=sigma,
        factor=_place(register, parameters) * third_party,
        is_weighted=True,
        protected_weight=parameters.cost(model, "protected_weight"),
    )


def price(columns: Floats, curve: CostCurve, terms: CostTerms, *, seed: int, first_world: int = 0) -> Priced:
    """Price worlds by a curve.

    Parameters
    ----------
    columns
        Per-world output of the kernel, shape (7, worlds), from world `first_world` on.
    seed
        That of the worlds: z is drawn from it, the same for every curve.

    Returns
    -------
    Priced
        0 where nobody is exposed and nothing stops. O(worlds).
    """
    from registry.domain.kernel.kernel import curve_costs

    exposed = np.empty(columns.shape[1])
    factors = columns[5] * curve.factor if curve.is_weighted else np.full(columns.shape[1], curve.factor)
    curve_costs(
        first_world,
        np.uint64(seed & 0xFFFFFFFFFFFFFFFF),
        np.uint64(key_of(Z_IDENTITY)),
        np.array([curve.intercept, curve.slope, curve.sigma]),
        _amounts(columns, curve),
        factors,
        exposed,
    )
    exposed /= terms.usd_per_unit
    stopped = columns[6]
    total = exposed + stopped
    if terms.cap is None:
        return Priced(total=total, exposed=exposed, stopped=stopped)
    over = total > terms.cap
    scale = np.divide(terms.cap, total, out=np.ones_like(total), where=over)
    return Priced(total=np.minimum(total, terms.cap), exposed=exposed * scale, stopped=stopped * scale)


def cost_figures(priced: Priced, terms: CostTerms, *, exact_means: tuple[float, float] | None = None) -> CostFigures:
    """Sum up the cost of many worlds; `exact_means` are those from exposed people and from stopped services."""
    p05, p50, p90, p95, p99 = (float(value) for value in np.quantile(priced.total, (0.05, 0.5, 0.9, 0.95, 0.99)))
    exposed, stopped = exact_means or (float(priced.exposed.mean()), float(priced.stopped.mean()))
    return CostFigures(
        currency=terms.currency,
        mean=exposed + stopped if exact_means else float(priced.total.mean()),
        stderr=0.0 if exact_means else standard_error(priced.total),
        p05=p05,
        p50=p50,
        p90=p90,
        p95=p95,
        p99=p99,
        tail_mean_95=tail_mean(priced.total, 0.95),
        exposed_mean=exposed,
        stopped_mean=stopped,
        cap=terms.cap,
        capped_share=0.0 if terms.cap is None else float(np.mean(priced.total >= terms.cap)),
    )


def model_figures(
    columns: Floats, register: Register, parameters: Parameters, *, is_third_party: bool, seed: int
) -> tuple[ModelFigures, ...]:
    """Price the same worlds by every model, side by side."""
    terms = cost_terms(register, parameters)
    rows = []
    for model in cost_models(parameters):
        curve = cost_curve(model, register, parameters, is_third_party=is_third_party)
        total = price(columns, curve, terms, seed=seed).total
        p50, p95 = (float(value) for value in np.quantile(total, (0.5, 0.95)))
        rows.append(
            ModelFigures(
                model=model,
                mean=float(total.mean()),
                p50=p50,
                p95=p95,
                is_in_force=model == parameters.cost_model,
                warning=_flat_warning(columns) if model == "flat_per_record" else None,
            )
        )
    return tuple(rows)


def exceedance(total: Floats, *, points: int = 60) -> tuple[tuple[float, float], ...]:
    """Return the chance that an event costs more than each of some losses, evenly spaced in the logarithm.

    >>> exceedance(np.array([0.0, 10.0, 100.0, 1000.0]), points=3)
    ((0.0, 0.75), (10.0, 0.5), (100.0, 0.25), (1000.0, 0.0))
    """
    ordered = np.sort(total)
    some = ordered[ordered > 0.0]
    if not len(some):
        return ((0.0, 0.0),)
    spaced = np.geomspace(some[0], some[-1], points)
    spaced[0], spaced[-1] = some[0], some[-1]  # geomspace may miss its ends by a digit
    losses = np.unique(np.concatenate(([0.0], spaced)))
    above = 1.0 - np.searchsorted(ordered, losses, side="right") / len(ordered)
    return tuple((float(loss), float(chance)) for loss, chance in zip(losses, above, strict=True))


def tail_mean(values: Floats, level: float) -> float:
    """Return the mean of the worst `1 - level` of some values (expected shortfall; Acerbi and Tasche 2002).

    >>> tail_mean(np.arange(1.0, 101.0), 0.95)
    98.0
    """
    count = round((1.0 - level) * len(values), 9)  # 0.05 x 100 is not 5 to the last bit
    whole = int(count)
    ordered = np.sort(values)[::-1]
    part = float(ordered[whole]) * (count - whole) if count > whole else 0.0
    return (float(ordered[:whole].sum()) + part) / count


def _amounts(columns: Floats, curve: CostCurve) -> Floats:
    people, protected, records = columns[0], columns[3], columns[4]
    if curve.basis is Basis.PEOPLE:
        effective: Floats = (people - protected) + curve.protected_weight * protected
        return effective
    if curve.basis is Basis.RECORDS:
        # a dataset of unknown size may be empty by its own count while its coverage names people: one record each
        counted: Floats = np.where(records > 0.0, records, people)
        return counted
    events: Floats = (people > 0.0).astype(np.float64)
    return events


def _sigma(parameters: Parameters, own: float) -> float:
    return own if parameters.cost_sigma is None else parameters.cost_sigma


def _place(register: Register, parameters: Parameters) -> float:
    place = parameters.cost_place
    if place == "none":
        return 1.0
    organisation = register.organisation
    return parameters.multiplier(place, organisation.sector if place == "sector" else organisation.country)


def _iris_row(register: Register, parameters: Parameters) -> str:
    choice = parameters.get("cost.iris_by").value
    organisation = register.organisation
    if choice == "sector" and organisation.sector is not None:
        row = f"sector.{organisation.sector}"
    elif choice == "revenue_band" and organisation.annual_revenue is not None:
        revenue = organisation.annual_revenue * cost_terms(register, parameters).usd_per_unit
        row = f"revenue_band.{next((band for limit, band in _BANDS if revenue < limit), RevenueBand.OVER_100B)}"
    else:
        row = "overall"
    return row if f"cost.iris_2025.mu.{row}" in parameters.rows else "overall"


def _flat_warning(columns: Floats) -> str | None:
    records = columns[4][columns[4] > 0.0]
    if not len(records):
        return None
    outside = float(np.mean((records < _FLAT_RANGE[0]) | (records > _FLAT_RANGE[1])))
    if outside == 0.0:
        return None
    return (
        f"A flat cost per record was measured between {_FLAT_RANGE[0]:,} and {_FLAT_RANGE[1]:,} records and means "
        f"nothing outside: {outside:.0%} of the simulated events lie outside."
    )
