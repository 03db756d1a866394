"""Reads the shipped tables: as rows of text, and as the parameters of the model."""

import csv
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from registry.domain.register.constants import Allowed, Category, Parameter, Sector, ShippedControl, Value
from registry.domain.register.parameters import Parameters
from registry.domain.register.words import KnownWords

__all__ = ["COST_MODELS", "known_words", "read_rows", "shipped_parameters"]

Row = Mapping[str, str]

COST_MODELS = ("calibrated", "dbir_2015", "jacobs_2014", "iris_2025", "flat_per_record")

_SHARE = Allowed(lowest=0, highest=1)
_POSITIVE = Allowed(lowest=0)
_ANY = Allowed()
_FLAGS = ("special_category", "pci", "phi", "state_breach_law_trigger")
# Bounds that keep a run within the memory and time of one machine, and the mathematics defined.
_CONSTANT_RANGES = {
    "control_floor": _SHARE,
    "probability_concentration": Allowed(lowest=0.01),
    "exact_uncertain_edges_max": Allowed(lowest=0, highest=24, is_whole=True),
    "iterations_default": Allowed(lowest=1, highest=100_000_000, is_whole=True),
    "target_relative_standard_error": Allowed(lowest=0, highest=1),
    "interval_level": Allowed(lowest=0.01, highest=0.9999),
    "parameter_sets": Allowed(lowest=1, highest=1024, is_whole=True),
    "worlds_per_parameter_set": Allowed(lowest=1, highest=1_000_000, is_whole=True),
    "pseudonymised_weight": _SHARE,
}
_FREQUENCY_MULTIPLIERS = frozenset({"revenue_band_multiplier", "sector_multiplier", "platform_rate"})
_FREQUENCY_OPEN_ENDED = _FREQUENCY_MULTIPLIERS | {"year_factor_variance", "posture_min", "posture_max"}


@cache
def read_rows(table: str) -> tuple[Row, ...]:
    """Return the rows of a shipped table, such as `read_rows("certificates")`, as read-only mappings of text.

    >>> read_rows("sectors")[0]["sector"]
    'agriculture'
    """
    text = files("registry.reference").joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return tuple(MappingProxyType(row) for row in csv.DictReader(text.splitlines()))


@cache
def shipped_parameters() -> Parameters:
    """Return the parameters as shipped.

    >>> shipped_parameters().get("exposure.pivot.admin").value
    0.25
    """
    rows: dict[str, Parameter] = {}
    for read in _READERS:
        rows.update((parameter.key, parameter) for parameter in read())
    return Parameters(
        rows=MappingProxyType(rows),
        controls=MappingProxyType({control.code: control for control in _controls()}),
        categories=MappingProxyType({category.key: category for category in _categories()}),
        sectors=MappingProxyType({sector.key: sector for sector in _sectors()}),
        second_names=MappingProxyType(_second_names()),
    )


def _parameter(row: Row, key: str, value: str, *, unit: str, allowed: Allowed) -> Parameter:
    number: Value = float(value) if allowed.is_number else value
    return Parameter(
        key=key,
        value=number,
        unit=unit,
        source=row["source"],
        year=int(row["year"]),
        certainty=row["certainty"],
        note=row.get("note", ""),
        allowed=allowed,
        shipped=number,
    )


def _choice(key: str, value: str, note: str, allowed: Allowed) -> Parameter:
    return Parameter(
        key=key,
        value=value,
        unit="choice",
        source="product default",
        year=2026,
        certainty="judgement",
        note=note,
        allowed=allowed,
        shipped=value,
    )


def _choices() -> Iterator[Parameter]:
    """Give the switches of the model, which have no table: they choose among what the tables hold."""
    yield _choice(
        "probability",
        "model",
        "A number makes every edge that can be travelled at all equally likely; 1 makes it certain.",
        Allowed(lowest=0, highest=1, words=("model",)),
    )
    yield _choice(
        "exposed_fraction",
        "drawn",
        "Share taken of an exposed copy: drawn per event, fixed at the mean of its storage, or one number for all.",
        Allowed(lowest=0, highest=1, words=("drawn", "mean")),
    )
    yield _choice("cost.model", "calibrated", "Curve from people to cost.", _one_of(*COST_MODELS))
    yield _choice(
        "cost.place", "sector", "Factor for the organisation's sector or country, never both.",
        _one_of("sector", "country", "none"),
    )  # fmt: skip
    yield _choice(
        "cost.sigma", "model", "Spread of ln cost; model: that of the cost model.", Allowed(lowest=0, words=("model",))
    )
    yield _choice(
        "cost.cap", "revenue", "Most that one event can cost, in the organisation's currency; revenue: a year's.",
        Allowed(lowest=0, words=("revenue", "none")),
    )  # fmt: skip
    yield _choice(
        "cost.iris_by", "revenue_band", "Which rows the IRIS 2025 cost model takes.",
        _one_of("overall", "revenue_band", "sector"),
    )  # fmt: skip
    yield _money("insurance.retention", 0.0, "What we bear of an event before our own cyber insurance pays.")
    yield _money("insurance.limit", 0.0, "Most that our own cyber insurance pays for one event; 0: not insured.")
    yield _money(
        "insurance.limit_per_year", "none", "Most that our own cyber insurance pays for all events of a year.", "none"
    )
    presets = tuple(dict.fromkeys(row["preset"] for row in read_rows("impact_areas")))
    yield _choice("impact.preset", presets[0], "Reading of the impact areas.", _one_of(*presets))


def _money(key: str, value: Value, note: str, *words: str) -> Parameter:
    allowed = Allowed(lowest=0, words=words)
    return Parameter(
        key=key, value=value, unit="currency", source="the organisation's own policy", year=2026, certainty="judgement",
        note=f"{note} In the organisation's currency.", allowed=allowed, shipped=value,
    )  # fmt: skip


def _one_of(*words: str) -> Allowed:
    return Allowed(words=words, is_number=False)


def _exposures() -> Iterator[Parameter]:
    for row in read_rows("exposure_defaults"):
        key = f"exposure.{row['edge_kind']}.{row['variant']}".removesuffix(".default")
        if key == "exposure.common_cause.hosting":
            continue  # a second name of exposure.hosting
        yield _parameter(row, key, row["p0"], unit="probability", allowed=_SHARE)


def _fractions() -> Iterator[Parameter]:
    for row in read_rows("exposed_fraction"):
        key = f"exposed_fraction.{row['storage']}"
        yield _parameter(row, f"{key}.mean", row["mean"], unit="share", allowed=_SHARE)
        concentration = Allowed(lowest=0.01)
        yield _parameter(
            row, f"{key}.concentration", row["concentration"], unit="beta_concentration", allowed=concentration
        )


def _efficacies() -> Iterator[Parameter]:
    for row in read_rows("control_efficacy"):
        if row["efficacy"]:
            yield _parameter(row, f"control.{row['code']}", row["efficacy"], unit="share", allowed=_SHARE)


def _scenario_multipliers() -> Iterator[Parameter]:
    for row in read_rows("scenario_kinds"):
        key = f"scenario.{row['kind']}.{row['edge_kind'].replace(':', '.')}"
        yield _parameter(row, key, row["multiplier"], unit="factor", allowed=_POSITIVE)


def _cost_models() -> Iterator[Parameter]:
    for row in read_rows("cost_models"):
        is_logarithm = row["unit"].startswith("ln_") and "sigma" not in row["parameter"]
        allowed = _ANY if is_logarithm else _SHARE if row["unit"] == "share" else _POSITIVE
        yield _parameter(
            row, f"cost.{row['model']}.{row['parameter']}", row["value"], unit=row["unit"], allowed=allowed
        )


def _multipliers() -> Iterator[Parameter]:
    second = _second_names()
    for row in read_rows("multipliers"):
        key = f"multiplier.{row['kind']}.{row['key']}"
        if key not in second:
            yield _parameter(row, key, row["value"], unit=f"factor_on_{row['applies_to']}", allowed=_POSITIVE)


def _second_names() -> dict[str, str]:
    """Return the names in the table of multipliers of figures whose own table is another."""
    names = {}
    for row in read_rows("multipliers"):
        if row["kind"] == "revenue_band":
            names[f"multiplier.revenue_band.{row['key']}"] = f"frequency.revenue_band_multiplier.{row['key']}"
        if row["kind"] == "data_category":
            names[f"multiplier.data_category.{row['key']}"] = f"category.{row['key']}.weight"
    return names


def _frequencies() -> Iterator[Parameter]:
    for row in read_rows("frequency"):
        name = row["parameter"]
        allowed = _POSITIVE if name in _FREQUENCY_OPEN_ENDED else _SHARE
        unit = "factor" if name in _FREQUENCY_MULTIPLIERS else "number" if allowed is _POSITIVE else "probability"
        unit = "events_per_year" if name == "platform_rate" else unit
        yield _parameter(row, f"frequency.{name}.{row['key']}", row["value"], unit=unit, allowed=allowed)


def _constants() -> Iterator[Parameter]:
    for row in read_rows("model_constants"):
        allowed = _CONSTANT_RANGES.get(row["parameter"], _POSITIVE)
        yield _parameter(row, f"constant.{row['parameter']}", row["value"], unit=row["unit"], allowed=allowed)


def _impacts() -> Iterator[Parameter]:
    for row in read_rows("impact_areas"):
        key = f"impact.{row['preset']}.{row['area']}.{row['parameter']}"
        unit = "correlation" if row["parameter"] == "correlation" else "probability"
        yield _parameter(row, key, row["probability"], unit=unit, allowed=_SHARE)


def _category_figures() -> Iterator[Parameter]:
    for row in read_rows("data_categories"):
        key = f"category.{row['key']}"
        if row["cost_weight"]:
            yield _parameter(row, f"{key}.weight", row["cost_weight"], unit="factor_on_cost", allowed=_POSITIVE)
        sensitivity = Allowed(lowest=0, highest=4, is_whole=True)
        yield _parameter(row, f"{key}.sensitivity", row["sensitivity"], unit="rank", allowed=sensitivity)
        for flag in _FLAGS:
            yield _parameter(
                row, f"{key}.{flag}", row[flag], unit="0_or_1", allowed=Allowed(lowest=0, highest=1, is_whole=True)
            )


def _customer_service() -> Iterator[Parameter]:
    for row in read_rows("customer_service"):
        for level in ("low", "mid", "high"):
            key = f"customer_service.{row['parameter']}.{level}"
            yield _parameter(
                row, key, row[level], unit=row["unit"], allowed=_SHARE if "share" in row["unit"] else _POSITIVE
            )


def _tier_rules() -> Iterator[Parameter]:
    ranges = {"sensitivity": Allowed(lowest=0, highest=4, is_whole=True), "expected_loss_share": _SHARE}
    units = {"people": "people", "sensitivity": "rank", "expected_loss_share": "share", "dependency_rto_hours": "hours"}
    for row in read_rows("tier_rules"):
        key, name = f"tier.{row['tier']}.{row['field']}", row["field"]
        yield _parameter(row, key, row["at_least"], unit=units[name], allowed=ranges.get(name, _POSITIVE))
        if row["with_people"]:
            yield _parameter(row, f"{key}_people", row["with_people"], unit="people", allowed=_POSITIVE)


def _review_rules() -> Iterator[Parameter]:
    for row in read_rows("effectiveness"):
        yield _parameter(row, f"effectiveness.{row['parameter']}", row["value"], unit=row["unit"], allowed=_SHARE)
    for row in read_rows("cadence"):
        whole = Allowed(lowest=1, highest=120, is_whole=True)
        key = f"cadence.{row['tier']}.reassess_months"
        yield _parameter(row, key, row["reassess_months"], unit="months", allowed=whole)
    for row in read_rows("finding_due"):
        whole = Allowed(lowest=1, highest=3650, is_whole=True)
        yield _parameter(row, f"finding_due.{row['severity']}", row["days"], unit="days", allowed=whole)


def _approvals() -> Iterator[Parameter]:
    bands = Allowed(words=("critical", "high", "medium", "low"), is_number=False)
    for row in read_rows("approval_limits"):
        key = f"approval.{row['role']}"
        yield _parameter(row, f"{key}.band_at_most", row["residual_band_at_most"], unit="band", allowed=bands)
        if row["expected_loss_at_most"]:
            amount = row["expected_loss_at_most"]
            yield _parameter(row, f"{key}.expected_loss_at_most", amount, unit="currency", allowed=_POSITIVE)


def _controls() -> Iterator[ShippedControl]:
    for row in read_rows("control_efficacy"):
        yield ShippedControl(
            code=row["code"],
            name=row["name"],
            acts_on=tuple(row["acts_on"].split(";")),
            efficacy=float(row["efficacy"]) if row["efficacy"] else None,
            note=row["note"],
        )


def _categories() -> Iterator[Category]:
    for row in read_rows("data_categories"):
        yield Category(key=row["key"], parent=row["parent"] or None, label=row["label"])


def _sectors() -> Iterator[Sector]:
    for row in read_rows("sectors"):
        yield Sector(key=row["sector"], label=row["label"], naics=tuple(row["naics2"].split(";")))


_READERS: tuple[Callable[[], Iterator[Parameter]], ...] = (
    _choices,
    _exposures,
    _fractions,
    _efficacies,
    _scenario_multipliers,
    _cost_models,
    _multipliers,
    _frequencies,
    _constants,
    _impacts,
    _category_figures,
    _customer_service,
    _tier_rules,
    _review_rules,
    _approvals,
)


@cache
def known_words() -> KnownWords:
    """Return the closed lists that facts may use.

    >>> "US-CA" in known_words().jurisdictions, "EUR" in known_words().currencies
    (True, True)
    """
    places = read_rows("iso_3166")
    roles = {role for row in read_rows("notification_rules") for role in row["applies_to"].split(";") if role}
    return KnownWords(
        parameters=shipped_parameters(),
        countries=frozenset(row["code"] for row in places if not row["country"]),
        jurisdictions=frozenset(row["code"] for row in places),
        currencies=frozenset(row["code"] for row in read_rows("iso_4217")),
        roles=frozenset(role.strip() for role in roles),
        certificates=frozenset(row["code"] for row in read_rows("certificates")),
    )
