"""The assumptions of one question: what the answer rests on, the value in force, and the one for this question only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.blast.behind import kinds_between
from registry.blast.queries import Answered
from registry.blast.reached import ReachedThing
from registry.core.formats import words as plain
from registry.domain.register.constants import Parameter
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ScenarioKind

__all__ = ["Assumption", "AssumptionGroup", "assumption_groups", "parameters_used"]

_MODEL = ("cost.model", "cost.place", "cost.sigma", "cost.cap", "exposed_fraction", "impact.preset", "probability")
_GROUPS = (
    ("The model", ("cost", "exposed_fraction", "impact", "probability", "multiplier")),
    ("Chances of the steps reached", ("exposure",)),
    ("Factors of this kind of scenario", ("scenario",)),
    ("Controls", ("control",)),
    ("Further", ("",)),
)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A parameter as this question may set it; `own` is empty while the value in force counts."""

    key: str
    label: str
    in_force: str
    own: str
    choices: tuple[str, ...]
    allowed: str
    source: str


@dataclass(frozen=True, slots=True)
class AssumptionGroup:
    """Assumptions under one heading."""

    title: str
    rows: tuple[Assumption, ...]


def parameters_used(answered: Answered, things: Sequence[ReachedThing]) -> list[Parameter]:
    """Return the parameters an answer rests on: those of the edges reached, of the cost, and every changed one."""
    parameters = answered.parameters
    keys = dict.fromkeys(key for key, row in parameters.rows.items() if row.is_changed)
    keys.update(dict.fromkeys(f"exposure.{kind}.{variant}" for kind, variant in _edges(answered, things)))
    model = parameters.cost_model
    keys.update(dict.fromkeys(("cost.model", "cost.place", "cost.cap", "exposed_fraction", "constant.control_floor")))
    keys.update(dict.fromkeys(f"cost.{model}.{name}" for name in ("intercept", "slope", "sigma")))
    canonical = dict.fromkeys(parameters.canonical_key(key) or key for key in keys)
    return [parameters.rows[key] for key in canonical if key in parameters.rows]


def _edges(answered: Answered, things: Sequence[ReachedThing]) -> set[tuple[str, str]]:
    return kinds_between(answered.graph, {thing.node for thing in things})


def assumption_groups(
    answered: Answered, things: Sequence[ReachedThing], in_force: Parameters, overrides: dict[str, str]
) -> tuple[AssumptionGroup, ...]:
    """Return what can be assumed otherwise for one question, the model's switches first.

    Parameters
    ----------
    answered
        The answer with this question's own assumptions.
    things
        What it reaches: chances of other steps change nothing.
    in_force
        The parameters without them.
    overrides
        Key as typed -> value, of this question.
    """
    keys = [*_MODEL, *(row.key for row in parameters_used(answered, things))]
    kind: ScenarioKind = answered.scenario.kind
    keys += [f"scenario.{kind}.{edge}" for edge in sorted({edge for edge, _ in _edges(answered, things)})]
    rows = {row.key: row for row in (_assumption(in_force, key, overrides) for key in keys) if row}
    rows |= {row.key: row for row in (_assumption(in_force, key, overrides) for key in overrides) if row}
    return tuple(_grouped(rows.values()))


def _assumption(in_force: Parameters, key: str, overrides: dict[str, str]) -> Assumption | None:
    canonical = in_force.canonical_key(key)
    if canonical is None or canonical.startswith("control.C-"):
        own = overrides.get(key)  # a group of parameters, or the efficacy of a control of our own
        return Assumption(key, key, "each its own", own, (), "as its parameters allow", "") if own else None
    row = in_force.get(canonical)
    own = next((value for name, value in overrides.items() if in_force.canonical_key(name) == canonical), "")
    label = row.note.partition(".")[0] or plain(canonical.rpartition(".")[2]).capitalize()
    choices = () if row.allowed.is_number else row.allowed.words
    source = f"{row.source}, {row.year}, {row.certainty}"
    return Assumption(canonical, label, row.text, own, choices, str(row.allowed), source)


def _grouped(rows: Iterable[Assumption]) -> Iterable[AssumptionGroup]:
    left = list(rows)
    for title, heads in _GROUPS:
        taken = [row for row in left if row.key.partition(".")[0] in heads or "" in heads]
        left = [row for row in left if row not in taken]
        if taken:
            yield AssumptionGroup(title, tuple(taken))
