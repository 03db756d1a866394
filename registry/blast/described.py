"""The registered facts behind an answer, in words: what each says, how likely it carries, and where that figure comes from."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from registry.core.formats import words
from registry.domain.exposure import exposure
from registry.domain.register.facts import Access, Dataset, Dependency, Flow, Link, PlatformUse, Register, System
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ControlState, Protection, Storage
from registry.domain.scenario.whatif import is_cuttable

__all__ = ["DescribedFact", "PlacedControl", "describe_facts"]

_CodedFact = Flow | Access | Link | PlatformUse | Dependency | Dataset | System
_STATES = {
    ControlState.IN_PLACE: "in place",
    ControlState.PLANNED_FUNDED: "planned, funded",
    ControlState.PLANNED_UNFUNDED: "planned, unfunded",
}


@dataclass(frozen=True, slots=True)
class PlacedControl:
    """A control on a fact: its code, name and state in words."""

    code: str
    name: str
    state: str
    is_in_place: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedFact:
    """One fact that an edge of the picture comes from.

    `source` says where the chance comes from: a typed value with its reason, or the parameter with its source.
    """

    code: str
    kind: str
    sentence: str
    chance: float
    source: str
    is_cuttable: bool
    is_typed: bool
    controls: tuple[PlacedControl, ...]


def describe_facts(
    register: Register, parameters: Parameters, parts: Mapping[str, exposure.EdgePart]
) -> list[DescribedFact]:
    """Describe ranked facts, in their order."""
    facts = _facts_by_code(register, parts.keys())
    controls = _controls_by_fact(register, parameters, parts.keys())
    return [
        _describe((register, parameters), facts[code], part, controls.get(code, ()))
        for code, part in parts.items()
        if code in facts
    ]


def _facts_by_code(register: Register, wanted: Collection[str]) -> dict[str, _CodedFact]:
    found: dict[str, _CodedFact] = {}
    for rows in (
        register.flows,
        register.access,
        register.links,
        register.platform_uses,
        register.dependencies,
        register.datasets,
        register.systems,
    ):
        found.update({row.code: row for row in rows if row.code in wanted})
    return found


def _controls_by_fact(
    register: Register, parameters: Parameters, wanted: Collection[str]
) -> dict[str, tuple[PlacedControl, ...]]:
    found: dict[str, tuple[PlacedControl, ...]] = {}
    for row in register.placements:
        if row.fact not in wanted:
            continue
        own, shipped = register.control_by_code.get(row.control), parameters.controls.get(row.control)
        name = own.name if own else shipped.name if shipped else row.control
        placed = PlacedControl(row.control, name, _STATES[row.state], row.state is ControlState.IN_PLACE)
        found[row.fact] = (*found.get(row.fact, ()), placed)
    return found


def _describe(
    known: tuple[Register, Parameters], fact: _CodedFact, part: exposure.EdgePart, controls: tuple[PlacedControl, ...]
) -> DescribedFact:
    register, parameters = known
    typed = getattr(fact, "probability", None)
    reason = getattr(fact, "probability_reason", None)
    source = f"typed: {reason or 'no reason given'}" if typed is not None else _parameter_source(parameters, part)
    return DescribedFact(
        code=fact.code,
        kind=words(part.kind),
        sentence=_sentence(register, fact),
        chance=part.probability,
        source=source,
        is_cuttable=is_cuttable(fact.code) and not (isinstance(fact, System) and fact.hosted_by is None),
        is_typed=typed is not None,
        controls=controls,
    )


def _parameter_source(parameters: Parameters, part: exposure.EdgePart) -> str:
    key = f"exposure.{part.kind}.{part.variant or 'default'}"
    canonical = parameters.canonical_key(key)
    if canonical is None:
        return ""
    row = parameters.get(canonical)
    return f"{row.key} = {row.text}, {row.source}, {row.year}, {row.certainty}"


def _sentence(register: Register, fact: _CodedFact) -> str:
    """Say what a fact says; one clause per kind of fact."""

    def name(code: str) -> str:
        row = register.vendor_by_code.get(code) or register.system_by_code.get(code)
        return row.name if row else code

    match fact:
        case Flow():
            said = _flow_sentence(register, fact, name)
        case Access():
            said = f"{name(fact.vendor)} into {name(fact.system)}, {words(fact.kind)}"
        case Link():
            said = f"{name(fact.from_system)} opens {name(fact.to_system)}, {words(fact.kind)}"
        case PlatformUse():
            said = f"{name(fact.user)} uses {name(fact.platform)}, {words(fact.kind)}"
        case Dependency():
            process = register.process_by_code.get(fact.process)
            said = f"{process.name if process else fact.process} needs {name(fact.depends_on)}"
        case Dataset():
            said = f"{fact.name} lives in {name(fact.system)}"
        case System():
            said = f"{fact.name} is hosted by {name(fact.hosted_by or '')}"
    return said


def _flow_sentence(register: Register, flow: Flow, name: Callable[[str], str]) -> str:
    dataset = register.dataset_by_code.get(flow.dataset)
    data = dataset.name if dataset else flow.dataset
    kept = f"kept {words(flow.storage)}" if flow.storage is not Storage.NONE else "not kept"
    protected = "" if flow.protection is Protection.NONE else f", {words(flow.protection)}"
    return f"{data} from {name(flow.sender)} to {name(flow.recipient)}, {kept}{protected}"
