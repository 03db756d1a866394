"""The constants of the model as values with a source, a range and a dotted key; changed ones make a new set.

A key reads from the general to the particular: `exposure.pivot.admin`, `scenario.outage.hosting`,
`constant.control_floor`. The same keys are used by the `--set` option, by the sheet "Parameters" of a register
file and by the settings of a running registry, where a change is stored as a pair of texts (key, value).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType

from registry.domain.register.constants import Allowed, Category, Parameter, Sector, ShippedControl, Value
from registry.domain.register.errors import InvalidParameter, UnknownCode
from registry.domain.register.vocabulary import EdgeKind, Protection, ScenarioKind, Storage

__all__ = ["Allowed", "Category", "Parameter", "Parameters", "Sector", "ShippedControl"]

# Two names of one figure: a system hosted by a vendor and a platform used for hosting are the same thing seen from
# two sheets, and some factors are printed in two tables. One value answers to both names, so they cannot drift apart.
_SECOND_NAMES = {"exposure.common_cause.hosting": "exposure.hosting"}
_OWN_CONTROL_PREFIX = "control.C-"


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """An immutable set of parameters; `with_changes` makes another.

    `rows` holds every parameter by its key, in the order of the shipped tables.
    """

    rows: Mapping[str, Parameter]
    controls: Mapping[str, ShippedControl]
    categories: Mapping[str, Category]
    sectors: Mapping[str, Sector]
    second_names: Mapping[str, str] = field(default_factory=dict)

    # -- looking up ------------------------------------------------------------------------------------------

    def get(self, key: str) -> Parameter:
        """Return the parameter with this key.

        Raises
        ------
        InvalidParameter
            No parameter answers to the key; the message names the nearest ones.
        """
        canonical = self.canonical_key(key)
        if canonical is None:
            raise InvalidParameter(self._unknown(key))
        row = self.rows.get(canonical)
        return row if row is not None else self._inherited(canonical)

    def number(self, key: str) -> float:
        """Return the value of a parameter that is always a number."""
        value = self.rows[key].value
        if isinstance(value, str):
            raise InvalidParameter(f"{key} is {value!r}; a number is needed here.")
        return value

    def canonical_key(self, key: str) -> str | None:
        """Return the one spelling of a key, None when it names no single parameter."""
        key = key.strip()
        if key.startswith("scenario."):
            key = key.replace(":", ".")
        second = {**_SECOND_NAMES, **self.second_names}
        for candidate in (key, f"{key}.default", key.removesuffix(".default")):
            name = second.get(candidate, candidate)
            if name in self.rows or self._is_open(name):
                return name
        return None

    def _is_open(self, key: str) -> bool:
        """Whether a key without a shipped row may be set all the same."""
        parts = key.split(".")
        if parts[0] == "scenario" and len(parts) == 4:
            is_edge = ".".join(parts[:3]) in self.rows
            return is_edge and (f"exposure.{parts[2]}.{parts[3]}" in {**self.rows, **_SECOND_NAMES})
        if parts[0] == "category" and parts[-1] == "weight":
            return ".".join(parts[1:-1]) in self.categories
        return key.startswith(_OWN_CONTROL_PREFIX) and key.removeprefix(_OWN_CONTROL_PREFIX).isdigit()

    def _inherited(self, key: str) -> Parameter:
        """Return an open key as a parameter, with the value it takes over as long as nobody sets it."""
        if key.startswith("scenario."):
            base = self.rows[key.rpartition(".")[0]]
            return replace(base, key=key, note=f"As {base.key} until set.", shipped=base.value)
        if key.startswith("category."):
            category = key.removeprefix("category.").removesuffix(".weight")
            weight = self.category_weight(category)
            parent = self.rows[f"category.{category.split('.')[0]}.weight"]
            return replace(parent, key=key, value=weight, shipped=weight, note="As its parent until set.")
        raise InvalidParameter(f"{key}: the efficacy of your own control stands on its row in the register.")

    def _group(self, key: str) -> list[str]:
        """Return the keys that a key without its variant stands for, such as all of `exposure.pivot`."""
        if key.count(".") != 1 or not key.startswith("exposure."):
            return []
        names = [name for name in (*self.rows, *_SECOND_NAMES) if name.startswith(f"{key}.")]
        return [_SECOND_NAMES.get(name, name) for name in names]

    # -- changing --------------------------------------------------------------------------------------------

    def with_changes(self, changes: Mapping[str, Value]) -> "Parameters":
        """Return these parameters with some values changed.

        Parameters
        ----------
        changes
            Key to value, as text or number. A key without its variant (`exposure.pivot`) changes all variants; a
            longer key beats a shorter one, whatever their order.

        Raises
        ------
        InvalidParameter
            With one line per key that does not exist and per value that is not allowed.
        """
        wrong = [message for key, value in changes.items() if (message := self.why_not(key, value))]
        if wrong:
            raise InvalidParameter("\n".join(wrong))
        values: dict[str, Value] = {}
        for key, given in sorted(changes.items(), key=lambda change: change[0].count(".")):
            for name in self._names(key):
                value = self._allowed(name).read(given)
                assert value is not None  # why_not has just accepted it
                values[name] = value
        rows = dict(self.rows)
        for name, value in values.items():
            rows[name] = replace(self._row_or_new(name), value=value)
        return replace(self, rows=MappingProxyType(rows))

    def why_not(self, key: str, value: Value) -> str | None:
        """Say why a change is not possible, in a sentence that names key, range and mend; None when it is."""
        names = self._names(key)
        if not names:
            return self._unknown(key)
        for name in names:
            if self._allowed(name).read(value) is None:
                return f"{key}: {value!r} is not allowed; give {self._allowed(name)}."
        return None

    def changes(self) -> dict[str, str]:
        """Return key and value, as text, of every parameter that differs from the shipped one."""
        return {key: row.text for key, row in self.rows.items() if row.is_changed}

    def content_hash(self) -> str:
        """Return a hash of all keys and values, the same on every machine."""
        content = json.dumps(sorted((key, row.text) for key, row in self.rows.items()))
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    def _names(self, key: str) -> list[str]:
        canonical = self.canonical_key(key)
        return [canonical] if canonical is not None else self._group(key.strip())

    def _allowed(self, name: str) -> Allowed:
        return self._row_or_new(name).allowed

    def _row_or_new(self, name: str) -> Parameter:
        row = self.rows.get(name)
        if row is not None:
            return row
        if name.startswith(_OWN_CONTROL_PREFIX):
            return Parameter(
                key=name, value="register", unit="share", source="register", year=0, certainty="judgement",
                note="Efficacy of a control of your own.", allowed=Allowed(lowest=0, highest=1), shipped="register",
            )  # fmt: skip
        return self._inherited(name)

    def _unknown(self, key: str) -> str:
        control = self.controls.get(key.strip().removeprefix("control."))
        if control is not None:
            return f"{key}: {control.name} sets a protection and has no efficacy to change."
        near = get_close_matches(key.strip(), [*self.rows, *_SECOND_NAMES], n=3, cutoff=0.5)
        return f"There is no parameter {key!r}." + (f" Nearest: {', '.join(near)}." if near else "")

    # -- typed readings --------------------------------------------------------------------------------------

    def exposure_probability(self, kind: EdgeKind | str, variant: str | None = None) -> float:
        """Return the base probability p0 of an edge of the exposure graph (model section 2)."""
        key = f"exposure.{kind}.{variant}" if variant else f"exposure.{kind}"
        return self.number(_SECOND_NAMES.get(key, key))

    @property
    def forced_probability(self) -> float | None:
        """The one probability of every edge that can be travelled at all; None: each its own."""
        value = self.rows["probability"].value
        return None if isinstance(value, str) else value

    def scenario_multiplier(self, kind: ScenarioKind | str, edge: EdgeKind | str, variant: str | None = None) -> float:
        """Return the factor k of a scenario kind; a row for the variant beats the row for the edge."""
        key = f"scenario.{kind}.{edge}"
        if variant is not None and f"{key}.{variant}" in self.rows:
            key = f"{key}.{variant}"
        return self.number(key)

    @property
    def exposed_fraction(self) -> Value:
        """How the share taken of a copy is found: `drawn`, `mean`, or one number for all."""
        return self.rows["exposed_fraction"].value

    def fraction_of(self, storage: Storage | str) -> tuple[float, float]:
        """Return mean and concentration of the share taken of a copy with this storage (or `home_system`)."""
        key = f"exposed_fraction.{storage}"
        return self.number(f"{key}.mean"), self.number(f"{key}.concentration")

    def control(self, code: str) -> ShippedControl:
        """Return a shipped control with the efficacy in force; raises UnknownCode."""
        control = self.controls.get(code)
        if control is None:
            raise UnknownCode(code, "shipped control")
        if control.efficacy is None:
            return control
        return replace(control, efficacy=self.number(f"control.{code}"))

    def own_efficacy(self, code: str) -> float | None:
        """Return the efficacy set here for a control of the register, None when its own row decides."""
        row = self.rows.get(f"control.{code}")
        return None if row is None or isinstance(row.value, str) else row.value

    @cached_property
    def category_weights(self) -> Mapping[str, float]:
        """Cost weight of every category; one without its own takes its parent's."""
        weights: dict[str, float] = {}
        for key in sorted(self.categories, key=lambda name: name.count(".")):
            row = self.rows.get(f"category.{key}.weight")
            parent = self.categories[key].parent
            own = row.value if row is not None else None
            weights[key] = float(own) if own is not None else weights.get(parent or "", 1.0)
        return MappingProxyType(weights)

    def category_weight(self, key: str) -> float:
        """Return the cost weight of a category; raises UnknownCode."""
        try:
            return self.category_weights[key]
        except KeyError:
            raise UnknownCode(key, "data category") from None

    def nearest_categories(self, key: str) -> list[str]:
        """Return the categories whose keys look most like a misspelt one."""
        return get_close_matches(key, self.categories, n=3, cutoff=0.5)

    def sensitivity(self, keys: Iterable[str]) -> int:
        """Return the highest sensitivity (1 to 4) of some categories, 0 for none."""
        return max((int(self.number(f"category.{key}.sensitivity")) for key in keys), default=0)

    @staticmethod
    def covers(rule: str, category: str) -> bool:
        """Return whether a rule on one category reaches another: itself and its children.

        >>> Parameters.covers("user.financial", "user.financial.card")
        True
        >>> Parameters.covers("user.fin", "user.financial")
        False
        """
        return category == rule or category.startswith(f"{rule}.")

    def copy_weight(self, categories: Iterable[str], protection: Protection | str = Protection.NONE) -> float:
        """Return the cost weight of a copy: its heaviest category, less when pseudonymised (model section 5)."""
        weights = self.category_weights
        heaviest = max((weights[key] for key in categories), default=1.0)
        if protection == Protection.PSEUDONYMISED:
            return heaviest * self.constant("pseudonymised_weight")
        return heaviest

    @property
    def cost_model(self) -> str:
        """Name of the cost model in force."""
        return str(self.rows["cost.model"].value)

    @property
    def cost_place(self) -> str:
        """Which factor stands for the place: `sector`, `country` or `none`."""
        return str(self.rows["cost.place"].value)

    @property
    def cost_sigma(self) -> float | None:
        """Spread of ln cost where one is set; None: that of the cost model."""
        value = self.rows["cost.sigma"].value
        return None if isinstance(value, str) else value

    @property
    def cost_cap(self) -> Value:
        """Cap of one event in the organisation's currency, or `revenue`, or `none`."""
        return self.rows["cost.cap"].value

    def cost(self, model: str, parameter: str) -> float:
        """Return a parameter of a cost model, such as `cost("calibrated", "slope")`."""
        return self.number(f"cost.{model}.{parameter}")

    def multiplier(self, kind: str, key: str | None, otherwise: float = 1.0) -> float:
        """Return a factor such as `multiplier("country", "DE")`; unknown keys take the default row, else `otherwise`."""
        for name in (f"multiplier.{kind}.{key}", f"multiplier.{kind}.default"):
            canonical = self.second_names.get(name, name)
            if canonical in self.rows:
                return self.number(canonical)
        return otherwise

    def frequency(self, parameter: str, key: str = "default", otherwise: float | None = None) -> float:
        """Return a figure of the frequency table, such as `frequency("sector_multiplier", "retail")`."""
        name = f"frequency.{parameter}.{key}"
        if name not in self.rows and otherwise is not None:
            return otherwise
        return self.number(name)

    def constant(self, name: str) -> float:
        """Return one of the few constants that fit no other table."""
        return self.number(f"constant.{name}")

    @property
    def impact_preset(self) -> str:
        """Name of the reading of the impact areas in force."""
        return str(self.rows["impact.preset"].value)

    def impact(self, area: str, parameter: str, otherwise: float | None = None) -> float:
        """Return a figure of the impact areas in the preset in force, such as `impact("brand", "area_probability")`."""
        name = f"impact.{self.impact_preset}.{area}.{parameter}"
        if name not in self.rows and otherwise is not None:
            return otherwise
        return self.number(name)

    def customer_service(self, parameter: str, level: str = "mid") -> float:
        """Return a planning figure, such as `customer_service("churn", "high")`."""
        return self.number(f"customer_service.{parameter}.{level}")
