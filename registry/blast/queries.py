"""Asks the model and keeps what it answered: one answer per register revision and question, for as long as both last."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from threading import Lock
from typing import Generic, TypeVar

import networkx as nx

from registry.blast.question import Question
from registry.core import clock
from registry.core.register import Snapshot, current, current_revision
from registry.domain.exposure import exposure
from registry.domain.portfolio.plan import ControlEffect, control_effects
from registry.domain.register.facts import Register, System, Vendor
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ControlState, Lifecycle
from registry.domain.scenario import blast as model
from registry.domain.scenario.answer import BlastRadius
from registry.domain.scenario.cascade import Progress
from registry.domain.scenario.prepared import prepared_for
from registry.domain.scenario.run import run_worlds
from registry.domain.scenario.scenario import Scenario, start_nodes, with_changed_parameters
from registry.domain.scenario.scenario import prepare as apply_scenario
from registry.domain.scenario.whatif import WhatIfKind, parse_what_if
from registry.reference.load import shipped_parameters

__all__ = [
    "Answered",
    "Cuts",
    "answer",
    "answer_apart",
    "current_revision",
    "find_starts",
    "graph_of",
    "named",
    "parameters_in_force",
    "snapshot",
    "today",
]

_ANSWERS_KEPT, _PREPARED_KEPT = 48, 4  # per process; a compiled register of 10,000 vendors takes some 50 MB
_CUTS_SHOWN = 10
_WORK_AT_ONCE = 60_000  # planned controls times edges
_EDGES_AT_ONCE = 3000  # of a register; on a larger one the first answer does not wait for the single cuts
_USUAL = frozenset({Lifecycle.ONBOARDING, Lifecycle.ACTIVE, Lifecycle.OFFBOARDING})

T = TypeVar("T")


class Cuts(Enum):
    """Whether an answer also says what each single cut would save: the dearest part of it on a large register."""

    ALWAYS = "always"
    AND_CONTROLS = "and planned controls"
    UNLESS_SLOW = "unless slow"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """One scenario answered on one revision of the register.

    `register`, `parameters` and `graph` are those with the scenario's own changes. `has_cuts`: single cuts were tried.
    `controls` are the planned controls tried one by one, None when that was not asked for or would take too long.
    """

    revision: int
    scenario: Scenario
    register: Register
    parameters: Parameters
    graph: "nx.DiGraph[str]"
    start: tuple[str, ...]
    radius: BlastRadius
    has_cuts: bool = True
    controls: tuple[ControlEffect, ...] | None = None


class _Shelf(Generic[T]):
    """The things made last, shared by the threads of a process."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def peek(self, key: Hashable) -> T | None:
        """Return what was made under a key, if it is still kept."""
        with self._lock:
            return self._things.get(key)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key, or make it; two threads may make the same thing at once."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        with self._lock:
            self._things[key] = made
            while len(self._things) > self._size:
                self._things.popitem(last=False)
        return made


_ANSWERS: _Shelf[Answered] = _Shelf(_ANSWERS_KEPT)
_PREPARED: _Shelf[model.Prepared] = _Shelf(_PREPARED_KEPT)


def snapshot() -> Snapshot:
    """Return the register as last committed; one short query when nothing changed."""
    return current()


def today() -> date:
    """Return the day a question is about when it names none."""
    return clock.now().date()


def parameters_in_force(register: Register) -> Parameters:
    """Return the parameters of this installation, before a question's own assumptions."""
    return with_changed_parameters(register, shipped_parameters())


def answer(facts: Snapshot, question: Question, *, worlds: int | None, cuts: Cuts = Cuts.ALWAYS) -> Answered:
    """Ask the model a question about the facts of a snapshot.

    `worlds` are computed when the question names no number; None lets the target error decide.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister
        A question that cannot be asked; the message says why, one line per reason.
    """
    scenario = question.scenario(today(), worlds=worlds)
    key = id(facts), facts.revision, scenario.content_hash()
    complete = _ANSWERS.peek((*key, Cuts.AND_CONTROLS))
    if complete is None and cuts is not Cuts.AND_CONTROLS:
        complete = _ANSWERS.peek((*key, Cuts.ALWAYS))
    return complete or _ANSWERS.get((*key, cuts), lambda: _ask(facts, scenario, cuts))


def _ask(facts: Snapshot, scenario: Scenario, cuts: Cuts) -> Answered:
    register, parameters = apply_scenario(facts.register, shipped_parameters(), scenario)
    prepared = _PREPARED.get(
        (id(facts), facts.revision, scenario.kind, scenario.as_of),
        lambda: model.prepare(facts.register, shipped_parameters(), kind=scenario.kind, as_of=scenario.as_of),
    )
    is_slow = len(prepared.arrays.targets) > _EDGES_AT_ONCE
    tries_cuts = cuts in {Cuts.ALWAYS, Cuts.AND_CONTROLS} or (cuts is Cuts.UNLESS_SLOW and not is_slow)
    radius = model.ask(prepared, scenario, cuts=_CUTS_SHOWN if tries_cuts else 0)
    return Answered(
        has_cuts=tries_cuts,
        controls=_controls(prepared, scenario) if cuts is Cuts.AND_CONTROLS else None,
        revision=facts.revision,
        scenario=scenario,
        register=register,
        parameters=parameters,
        graph=_graph(prepared, register, parameters, scenario),
        start=start_nodes(register, scenario),
        radius=radius,
    )


def can_try_controls(register: Register, edges: int) -> bool:
    """Whether trying every planned control fits into a request: each of them compiles the register anew."""
    planned = sum(1 for row in register.placements if row.state is not ControlState.IN_PLACE)
    return planned > 0 and planned * edges <= _WORK_AT_ONCE


def _controls(prepared: model.Prepared, scenario: Scenario) -> tuple[ControlEffect, ...] | None:
    if not can_try_controls(prepared.register, len(prepared.arrays.targets)):
        return None
    return control_effects(run_worlds(prepared_for(prepared, scenario), scenario))


def answer_apart(
    register: Register, given: Parameters, scenario: Scenario, *, revision: int, progress: Progress | None = None
) -> Answered:
    """Answer a scenario on inputs of its own, past what is kept: for runs that may be long or of another day.

    Raises
    ------
    InvalidScenario, InvalidParameter, InvalidRegister
        A question that cannot be asked.
    """
    changed, parameters = apply_scenario(register, given, scenario)
    prepared = model.prepare(
        register, given, kind=scenario.kind, as_of=scenario.as_of, start=model.outsiders(register, scenario)
    )
    radius = model.ask(prepared, scenario, cuts=_CUTS_SHOWN, progress=progress)
    return Answered(
        revision=revision,
        scenario=scenario,
        register=changed,
        parameters=parameters,
        graph=_graph(prepared, changed, parameters, scenario),
        start=start_nodes(changed, scenario),
        radius=radius,
    )


def _graph(
    prepared: model.Prepared, register: Register, parameters: Parameters, scenario: Scenario
) -> "nx.DiGraph[str]":
    """Return the exposure graph the answer was computed on; the compiled one when the question changes no fact."""
    vendors = register.vendor_by_code
    is_usual = all(code not in vendors or vendors[code].lifecycle in _USUAL for code in scenario.start)
    if is_usual and not scenario.what_ifs and not scenario.overrides:
        return prepared.graph
    start = frozenset(scenario.start)
    return exposure.build(register, parameters, kind=scenario.kind, as_of=scenario.as_of, start=start)


def graph_of(
    register: Register, given: Parameters, scenario: Scenario
) -> tuple["nx.DiGraph[str]", Parameters, Register]:
    """Return the exposure graph a scenario was asked on, with the parameters and facts its what-ifs left."""
    changed, parameters = apply_scenario(register, given, scenario)
    start = frozenset(scenario.start)
    graph = exposure.build(changed, parameters, kind=scenario.kind, as_of=scenario.as_of, start=start)
    return graph, parameters, changed


def named(register: Register, question: Question) -> tuple[Question, list[str]]:
    """Turn names among the codes of a question into codes, and products into their users.

    What is neither name nor code comes back as a list of texts.
    """
    unknown: list[str] = []

    def codes(texts: tuple[str, ...]) -> tuple[str, ...]:
        found = {text: _code_of(register, text) for text in texts}
        unknown.extend(text for text, code in found.items() if code is None)
        return tuple(dict.fromkeys(code for code in found.values() if code))

    start, products = codes(question.start), codes(question.users_of)
    users = tuple(sorted({use.user for use in register.platform_uses if use.platform in products}))
    what_ifs = tuple(_with_code(register, text) for text in question.what_ifs)
    return replace(question, start=start, users_of=products, users=users, what_ifs=what_ifs), unknown


def _with_code(register: Register, text: str) -> str:
    """Let a vendor that replaces another be given by its name."""
    what_if = parse_what_if(text)
    code = _code_of(register, what_if.argument) if what_if.kind is WhatIfKind.REPLACE else None
    return str(replace(what_if, argument=code)) if code else text


def _code_of(register: Register, text: str) -> str | None:
    upper, lower = text.upper(), text.casefold()
    if upper in register.vendor_by_code or upper in register.system_by_code:
        return upper
    matches = [row.code for row in _startable(register) if row.name.casefold() == lower]
    return matches[0] if len(matches) == 1 else None


def _startable(register: Register) -> list[Vendor | System]:
    return [*register.vendors, *register.systems]


def find_starts(register: Register, text: str, *, count: int) -> list[tuple[str, str]]:
    """Return code and name of vendors and systems whose name or code holds a text, those that begin with it first."""
    wanted = text.casefold().strip()
    if not wanted:
        return []
    hits = [
        (not row.name.casefold().startswith(wanted), row.name, row.code)
        for row in _startable(register)
        if wanted in row.name.casefold() or wanted in row.code.casefold()
    ]
    return [(code, name) for _, name, code in sorted(hits)[:count]]
