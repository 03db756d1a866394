"""A register compiled for one kind of scenario at one date, and what a scenario changes about it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from registry.domain.exposure import exposure
from registry.domain.exposure.arrays import Arrays, compile_arrays
from registry.domain.exposure.population import compile_population
from registry.domain.register.collector import collector_paused
from registry.domain.register.facts import Flow, Placement, Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import Lifecycle, ScenarioKind
from registry.domain.scenario.scenario import Scenario, with_changed_parameters
from registry.domain.scenario.scenario import prepare as apply_scenario

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Prepared", "outsiders", "prepare", "prepared_for"]

_Fact = TypeVar("_Fact")
_Key = TypeVar("_Key", bound=Hashable)

# Overrides that change how worlds are read, not which facts lead where: graph and arrays can be kept.
_READING_ONLY: Final = ("cost.", "impact.", "multiplier.", "customer_service.", "exposed_fraction")


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A register compiled for one kind of scenario at one date.

    `given` are the parameters handed to `prepare`, `parameters` those in force (with the register's own changes).
    `start` are the codes that count only because a scenario starts there. `graph` is for explaining, `arrays` for
    counting.
    """

    register: Register
    given: Parameters
    parameters: Parameters
    kind: ScenarioKind
    as_of: date
    start: frozenset[str]
    graph: "nx.DiGraph[str]"
    arrays: Arrays

    @cached_property
    def flow_by_code(self) -> Mapping[str, Flow]:
        """Flows by code."""
        return {flow.code: flow for flow in self.register.flows}

    @cached_property
    def flows_of_copy(self) -> Mapping[tuple[str, str], tuple[Flow, ...]]:
        """Flows by (dataset, recipient)."""
        return _grouped(self.register.flows, lambda flow: (flow.dataset, flow.recipient))

    @cached_property
    def flows_of_pair(self) -> Mapping[tuple[str, str], tuple[Flow, ...]]:
        """Flows by (sender, recipient)."""
        return _grouped(self.register.flows, lambda flow: (flow.sender, flow.recipient))

    @cached_property
    def placements_of_fact(self) -> Mapping[str, tuple[Placement, ...]]:
        """Placed controls by the fact they stand on."""
        return _grouped(self.register.placements, lambda placement: placement.fact)

    @cached_property
    def terminated(self) -> frozenset[str]:
        """Codes of the vendors that are terminated."""
        return frozenset(row.code for row in self.register.vendors if row.lifecycle is Lifecycle.TERMINATED)

    @cached_property
    def people(self) -> Mapping[str, int]:
        """People of every dataset, unknown counts at their worst."""
        return exposure.people_by_dataset(self.register, self.parameters)

    def with_register(self, register: Register) -> "Prepared":
        """Compile another register under the same conditions."""
        return _compiled(replace(self, register=register))


def _grouped(facts: Iterable[_Fact], key: Callable[[_Fact], _Key]) -> dict[_Key, tuple[_Fact, ...]]:
    found: dict[_Key, list[_Fact]] = {}
    for fact in facts:
        found.setdefault(key(fact), []).append(fact)
    return {name: tuple(group) for name, group in found.items()}


def prepare(
    register: Register,
    parameters: Parameters,
    *,
    kind: ScenarioKind,
    as_of: date,
    start: Collection[str] = (),
) -> Prepared:
    """Compile a register for one kind of scenario at one date.

    Parameters
    ----------
    register
        The facts, without errors. Its sheet of changed parameters is applied.
    parameters
        Those of the installation, or `shipped_parameters()`.
    kind, as_of
        What every question asked of the result shares, unless it is worth compiling again for.
    start
        Codes whose facts count although they are prospects or terminated; others may be asked all the same, at the
        price of compiling again.

    Returns
    -------
    Prepared
        Immutable; several threads may ask it at once.

    Raises
    ------
    InvalidParameter, InvalidRegister, UnknownCode
        As `exposure.build`.
    """
    in_force = with_changed_parameters(register, parameters)
    return _compile(register, (parameters, in_force), kind=kind, as_of=as_of, start=frozenset(start))


def prepared_for(prepared: Prepared, scenario: Scenario) -> Prepared:
    """Return a prepared register for a scenario: the same one unless the scenario changes which facts count."""
    register, in_force = apply_scenario(prepared.register, prepared.given, scenario)
    start = outsiders(register, scenario)
    keeps_facts = (
        not scenario.what_ifs
        and (scenario.kind, scenario.as_of, start) == (prepared.kind, prepared.as_of, prepared.start)
        and all(key.startswith(_READING_ONLY) for key, _ in scenario.overrides)
    )
    if keeps_facts:
        return replace(prepared, parameters=in_force)
    return _compile(register, (prepared.given, in_force), kind=scenario.kind, as_of=scenario.as_of, start=start)


def outsiders(register: Register, scenario: Scenario) -> frozenset[str]:
    """Return the start codes whose facts count only because the scenario starts there."""
    vendors = register.vendor_by_code
    outside = {Lifecycle.PROSPECT, Lifecycle.TERMINATED}
    return frozenset(code for code in scenario.start if code in vendors and vendors[code].lifecycle in outside)


def _compile(
    register: Register,
    parameters: tuple[Parameters, Parameters],
    *,
    kind: ScenarioKind,
    as_of: date,
    start: frozenset[str],
) -> Prepared:
    given, in_force = parameters
    with collector_paused():
        return _built(register, given, in_force, kind=kind, as_of=as_of, start=start)


def _built(
    register: Register,
    given: Parameters,
    in_force: Parameters,
    *,
    kind: ScenarioKind,
    as_of: date,
    start: frozenset[str],
) -> Prepared:
    graph = exposure.build(register, in_force, kind=kind, as_of=as_of, start=start)
    population = compile_population(register, exposure.people_by_dataset(register, in_force))
    return Prepared(
        register=register,
        given=given,
        parameters=in_force,
        kind=kind,
        as_of=as_of,
        start=start,
        graph=graph,
        arrays=compile_arrays(graph, population),
    )


def _compiled(prepared: Prepared) -> Prepared:
    return _compile(
        prepared.register,
        (prepared.given, prepared.parameters),
        kind=prepared.kind,
        as_of=prepared.as_of,
        start=prepared.start,
    )
