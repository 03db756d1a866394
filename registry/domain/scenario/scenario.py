"""A question to the model: where it starts, of what kind, at which date, with which changes to the facts."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.domain.exposure.exposure import node_of
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.whatif import WhatIf, apply_what_if

__all__ = ["ITERATIONS_MAX", "Scenario", "prepare", "start_nodes", "with_changed_parameters"]

ITERATIONS_MAX = 100_000_000
SEED_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that decides an answer besides the register and the parameters in force.

    `start` are codes of vendors and systems, all compromised at hop 0. `iterations` None: as many worlds as the target
    error (None: the parameter `constant.target_relative_standard_error`) asks for. `overrides` are pairs of a parameter
    key and a value, as given with `--set`.
    """

    start: tuple[str, ...]
    as_of: date
    kind: ScenarioKind = ScenarioKind.DATA_THEFT
    what_ifs: tuple[WhatIf, ...] = ()
    iterations: int | None = None
    target_error: float | None = None
    seed: int = 1
    overrides: tuple[tuple[str, str], ...] = ()

    def content_hash(self) -> str:
        """Return a hash that is equal for equal questions; the order of the start codes does not matter.

        >>> one = Scenario(start=("V-1", "V-2"), as_of=date(2026, 1, 1))
        >>> other = Scenario(start=("V-2", "V-1"), as_of=date(2026, 1, 1))
        >>> one.content_hash() == other.content_hash()
        True
        """
        content = {
            "start": sorted(set(self.start)),
            "kind": self.kind.value,
            "as_of": self.as_of.isoformat(),
            "what_ifs": [str(what_if) for what_if in self.what_ifs],
            "iterations": self.iterations,
            "target_error": self.target_error,
            "seed": self.seed,
            "overrides": sorted((key, str(value)) for key, value in self.overrides),
        }
        return hashlib.blake2b(json.dumps(content).encode(), digest_size=16).hexdigest()


def prepare(register: Register, parameters: Parameters, scenario: Scenario) -> tuple[Register, Parameters]:
    """Return the register and the parameters that a scenario is really asked of.

    Applies, in this order: the register's own sheet of changed parameters, the overrides of the scenario, its what-ifs.

    Raises
    ------
    InvalidParameter
        Overrides or rows of the sheet that cannot be; one line each.
    InvalidScenario
        Unknown start codes, impossible what-ifs or numbers out of range; one line each.
    """
    in_force = with_changed_parameters(register, parameters).with_changes(dict(scenario.overrides))
    wrong = [*_wrong_numbers(scenario), *_unknown_start(register, scenario.start)]
    wrong.extend(_unknown_controls(register, in_force))
    changed = register
    for what_if in scenario.what_ifs:
        try:
            changed = apply_what_if(changed, in_force, what_if)
        except InvalidScenario as error:
            wrong.append(str(error))
    if wrong:
        raise InvalidScenario("\n".join(wrong))
    return changed, in_force


def with_changed_parameters(register: Register, parameters: Parameters) -> Parameters:
    """Return the parameters with the changes that a register brings on its own sheet."""
    return parameters.with_changes({row.key: row.value for row in register.parameters})


def _wrong_numbers(scenario: Scenario) -> Iterable[str]:
    if scenario.iterations is not None and not 1 <= scenario.iterations <= ITERATIONS_MAX:
        yield f"iterations: {scenario.iterations} is not possible; give a whole number from 1 to {ITERATIONS_MAX:,}."
    if scenario.target_error is not None and not 0 < scenario.target_error < 1:
        yield f"target error: {scenario.target_error:g} is not possible; give a share of the mean, such as 0.01."
    if not 0 <= scenario.seed <= SEED_MAX:
        yield f"seed: {scenario.seed} is not possible; give a whole number from 0 to {SEED_MAX}."


def _unknown_start(register: Register, start: tuple[str, ...]) -> Iterable[str]:
    if not start:
        yield "start: name at least one vendor or system, such as V-0001."
    for code in start:
        if code not in register.vendor_by_code and code not in register.system_by_code:
            yield f"start: there is no vendor or system with the code {code!r} in this register."


def _unknown_controls(register: Register, parameters: Parameters) -> Iterable[str]:
    for key in parameters.rows:
        code = key.removeprefix("control.")
        if key.startswith("control.C-") and code not in register.control_by_code:
            yield f"{key}: there is no control {code!r} in this register."


def start_nodes(register: Register, scenario: Scenario) -> tuple[str, ...]:
    """Return the node keys of the start, sorted, each once."""
    return tuple(sorted({node_of(register, code) for code in scenario.start}))
