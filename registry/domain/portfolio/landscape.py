"""A register compiled for every kind of event, and which kind each world has: the ground of years and portfolios.

An event is data theft, an outage, a malicious update and so on by `frequency.scenario_kind_share`. Every world has one
kind, drawn from the seed and the world's number like everything else in it, so a world means the same for all vendors.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from registry.domain.exposure import exposure
from registry.domain.exposure.arrays import Arrays, Floats, Ints, compile_arrays, with_probabilities
from registry.domain.exposure.population import compile_population
from registry.domain.kernel.inputs import Luck
from registry.domain.portfolio.crew import Field
from registry.domain.portfolio.draws import Streams
from registry.domain.portfolio.frequency import BreachRate, breach_rates
from registry.domain.portfolio.league import price_in_force
from registry.domain.register.collector import collector_paused
from registry.domain.register.errors import InvalidParameter
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.problems import Problem
from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.run import draw_luck
from registry.domain.scenario.scenario import with_changed_parameters

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Landscape", "kind_shares", "kinds_of_worlds", "prepare_landscape", "scaled"]

_KIND_IDENTITY: Final = "event|kind"


@dataclass(frozen=True, kw_only=True, eq=False)
class Landscape:
    """A register compiled for every kind of event that can happen, at one date.

    `arrays` has one entry per kind with a share above 0, in the order of `ScenarioKind`; the nodes are the same in
    all. `families` numbers, per row of those arrays, the parameter behind its chance: a place in `family_keys`.
    `vendors` are the codes that count and have a node, sorted; `starts` their node numbers; `rates` their events per
    year. `rate_of` has every vendor, prospects too. `warnings` are those of any kind's graph, each once.
    """

    register: Register
    parameters: Parameters
    as_of: date
    shares: Mapping[ScenarioKind, float]
    arrays: Mapping[ScenarioKind, Arrays]
    families: Mapping[ScenarioKind, Ints]
    family_keys: tuple[str, ...]
    luck: Luck
    rate_of: Mapping[str, BreachRate]
    vendors: tuple[str, ...]
    starts: Ints
    rates: Floats
    warnings: tuple[Problem, ...]

    @property
    def rate(self) -> float:
        """Events per year, over all vendors that count."""
        return float(self.rates.sum())

    @property
    def year_variance(self) -> float:
        """Variance of the factor that all rates of a year share."""
        return self.parameters.frequency("year_factor_variance")

    @property
    def rows(self) -> int:
        """Rows of the largest graph: what a world costs at least."""
        return max(len(arrays.targets) for arrays in self.arrays.values())

    def arrays_of(self, kind: ScenarioKind, register: Register) -> Arrays:
        """Compile another register of the same people for one kind of event, under the same conditions."""
        with collector_paused():
            graph = exposure.build(register, self.parameters, kind=kind, as_of=self.as_of)
            return compile_arrays(graph, self.arrays[kind].population)

    def field(self, kind: ScenarioKind) -> Field:
        """Return what running worlds of one kind needs."""
        return Field(
            arrays=self.arrays[kind],
            starts=self.starts,
            rates=self.rates,
            luck=self.luck,
            price=price_in_force(self.register, self.parameters),
        )


def prepare_landscape(
    register: Register, parameters: Parameters, *, as_of: date, overrides: Mapping[str, str] = MappingProxyType({})
) -> Landscape:
    """Compile a register for every kind of event.

    Parameters
    ----------
    register
        The facts, without errors. Its sheet of changed parameters is applied.
    parameters
        Those of the installation, or `shipped_parameters()`.
    overrides
        Parameters changed for this question; they beat the register's own changes.

    Raises
    ------
    InvalidParameter
        When no kind of event has a share, or a parameter of the register cannot be.
    InvalidRegister, UnknownCode
        As `exposure.build`.

    Notes
    -----
    One graph per kind: O(kinds x facts), about a second per kind on 100,000 flows.
    """
    in_force = with_changed_parameters(register, parameters).with_changes(dict(overrides))
    shares = kind_shares(in_force)
    population = compile_population(register, exposure.people_by_dataset(register, in_force))
    arrays: dict[ScenarioKind, Arrays] = {}
    families: dict[ScenarioKind, Ints] = {}
    keys: dict[str, int] = {}
    warnings: dict[Problem, None] = {}
    for kind in shares:
        with collector_paused():
            graph = exposure.build(register, in_force, kind=kind, as_of=as_of)
            arrays[kind] = compile_arrays(graph, population)
            families[kind] = _families(graph, arrays[kind], keys)
            warnings.update(dict.fromkeys(graph.graph[exposure.WARNINGS]))
            del graph  # the largest part of the memory, and needed no more
    rates = breach_rates(register, in_force, as_of=as_of)
    number = next(iter(arrays.values())).number
    vendors = tuple(code for code in sorted(rates) if rates[code].counts and exposure.vendor_node(code) in number)
    return Landscape(
        register=register,
        parameters=in_force,
        as_of=as_of,
        shares=shares,
        arrays=arrays,
        families=families,
        family_keys=tuple(keys),
        luck=draw_luck(in_force),
        rate_of=rates,
        vendors=vendors,
        starts=np.array([number[exposure.vendor_node(code)] for code in vendors], dtype=np.int32),
        rates=np.array([rates[code].per_year for code in vendors], dtype=np.float64),
        warnings=tuple(warnings),
    )


def kind_shares(parameters: Parameters) -> dict[ScenarioKind, float]:
    """Return the share of each kind among events, in the order of `ScenarioKind`; they add up to 1.

    Raises
    ------
    InvalidParameter
        When all shares are 0.
    """
    given = {kind: parameters.frequency("scenario_kind_share", kind.value) for kind in ScenarioKind}
    whole = sum(given.values())
    if whole <= 0.0:
        raise InvalidParameter("frequency.scenario_kind_share: at least one kind of event needs a share above 0.")
    return {kind: share / whole for kind, share in given.items() if share > 0.0}


def kinds_of_worlds(seed: int, past: int, shares: Mapping[ScenarioKind, float]) -> NDArray[np.int64]:
    """Return the kind of each world below `past`, as a place in `shares`.

    Examples
    --------
    >>> kinds = kinds_of_worlds(1, 10_000, {ScenarioKind.DATA_THEFT: 0.75, ScenarioKind.OUTAGE: 0.25})
    >>> bool(abs(kinds.mean() - 0.25) < 0.02)
    True
    """
    steps = np.cumsum(list(shares.values()))[:-1]
    return np.searchsorted(steps, Streams(seed, past).uniforms(_KIND_IDENTITY), side="right").astype(np.int64)


def scaled(landscape: Landscape, parameters: Parameters, *, typed: Mapping[str, float] | None = None) -> Landscape:
    """Return a landscape under other base chances of edges and other rates, without building a graph again.

    Parameters
    ----------
    parameters
        May differ in `exposure.*` and in `frequency.*` other than the shares of kinds. A row's chance is scaled as
        its base chance is, unless it is certain; where several facts make one row the likeliest stays the one that
        counted.
    typed
        Yearly chances instead of those typed on vendors, by code.
    """
    ratios = np.array([_ratio(key, landscape.parameters, parameters) for key in landscape.family_keys])
    register = landscape.register
    if typed:
        register = replace(
            register,
            vendors=tuple(
                replace(vendor, annual_breach_probability=typed[vendor.code]) if vendor.code in typed else vendor
                for vendor in register.vendors
            ),
        )
    rates = breach_rates(register, parameters, as_of=landscape.as_of)
    return replace(
        landscape,
        register=register,
        parameters=parameters,
        arrays={
            kind: with_probabilities(arrays, _scaled_chances(arrays.probabilities, ratios[landscape.families[kind]]))
            for kind, arrays in landscape.arrays.items()
        },
        rate_of=rates,
        rates=np.array([rates[code].per_year for code in landscape.vendors], dtype=np.float64),
    )


def _scaled_chances(chances: Floats, ratios: Floats) -> Floats:
    """Scale chances; what is certain stays so, and what is possible stays possible."""
    scaled_up = np.clip(chances * ratios, np.finfo(np.float64).tiny, 1.0)
    certain: Floats = np.where(chances >= 1.0, 1.0, scaled_up)
    return certain


def _families(graph: "nx.DiGraph[str]", arrays: Arrays, keys: dict[str, int]) -> Ints:
    """Give the number of the parameter behind each row; rows stand in the order of `compile_arrays`."""
    rows = sorted(
        (arrays.number[tail], arrays.number[head], part.identity, part.kind.value, part.variant or "")
        for tail, head, data in graph.edges(data=True)
        for part in data[exposure.PARTS]
        if part.probability > 0
    )
    names = (f"exposure.{row[3]}.{row[4]}" if row[4] else f"exposure.{row[3]}" for row in rows)
    return np.array([keys.setdefault(name, len(keys)) for name in names], dtype=np.int32)


def _ratio(key: str, before: Parameters, after: Parameters) -> float:
    if before.forced_probability is not None:
        return 1.0  # every edge has the one chance that was asked for
    old, new = before.get(key).value, after.get(key).value
    assert isinstance(old, float)
    assert isinstance(new, float)
    return new / old if old > 0.0 else 1.0
