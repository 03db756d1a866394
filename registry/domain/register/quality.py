"""Warnings on a register: what it leaves unknown or says twice, without being wrong."""

from collections.abc import Iterator

from registry.domain.register.facts import Fact, Flow, Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.problems import Problem, Severity
from registry.domain.register.vocabulary import ControlState, EdgeKind, Posture, Relationship, Storage

__all__ = ["assumed_people", "people_by_dataset", "warning_at", "warnings_on"]


def warning_at(fact: Fact, code: str, column: str | None, message: str) -> Problem:
    """Return a warning that points at one column of a fact."""
    return Problem(
        severity=Severity.WARNING,
        code=code,
        message=message,
        sheet=fact.SHEET,
        row=fact.row,
        column=column,
        subject=getattr(fact, "code", None),
        fact=fact,
    )


def assumed_people(register: Register, parameters: Parameters) -> int:
    """Return the number of people a dataset counts for when nobody has counted them (model section 1).

    The organisation's customers, else the 95th percentile of public reports.
    """
    customers = register.organisation.customers
    return customers if customers is not None else int(parameters.constant("unknown_people_assumed"))


def people_by_dataset(register: Register, parameters: Parameters) -> dict[str, int]:
    """Return how many people each dataset counts for; unknown ones at their worst (model section 1).

    A flow that passes more people than are assumed raises the assumption: at least those are there.
    """
    assumed = assumed_people(register, parameters)
    people = {dataset.code: assumed if dataset.people is None else dataset.people for dataset in register.datasets}
    unknown = {dataset.code for dataset in register.datasets if dataset.people is None}
    if unknown:
        for flow in register.flows:
            if flow.people is not None and flow.dataset in unknown:
                people[flow.dataset] = max(people[flow.dataset], flow.people)
    return people


def warnings_on(register: Register, parameters: Parameters) -> Iterator[Problem]:
    """Yield the warnings that hold whatever the date; the exposure graph adds those of a date."""
    yield from _unknown_figures(register, parameters)
    yield from _coverage_above_people(register)
    yield from _platforms_not_registered(register)
    yield from _flows_with_foreign_categories(register, parameters)
    yield from _placements_without_effect(register, parameters)
    yield from _placements_twice(register)


def _unknown_figures(register: Register, parameters: Parameters) -> Iterator[Problem]:
    if register.organisation.sector is None:
        message = "The sector is not known: the cost is not adjusted for it."
        yield warning_at(register.organisation, "unknown_sector", "sector", message)
    assumed = assumed_people(register, parameters)
    for dataset in register.datasets:
        if dataset.people is None:
            message = f"The number of people is not known: {assumed:,} are assumed. Enter a count, or 0 for nobody."
            yield warning_at(dataset, "unknown_people", "people", message)
    for vendor in register.vendors:
        if vendor.sector is None:
            yield warning_at(vendor, "unknown_sector", "sector", "The sector is not known: it counts as average.")
        if vendor.revenue_band is None:
            message = "The revenue band is not known: it counts as average."
            yield warning_at(vendor, "unknown_revenue_band", "revenue_band", message)
        if vendor.posture is Posture.UNKNOWN:
            yield warning_at(vendor, "unknown_posture", "posture", "The posture is not known: it counts as weak.")


def _coverage_above_people(register: Register) -> Iterator[Problem]:
    segments = {segment.code: segment.people for segment in register.segments}
    found: dict[str, float] = {}
    for row in register.coverage:
        found[row.dataset] = found.get(row.dataset, 0.0) + row.share * segments.get(row.segment, 0)
    for dataset in register.datasets:
        in_segments = found.get(dataset.code, 0.0)
        if dataset.people is not None and in_segments > dataset.people * (1 + 1e-9) + 0.5:
            message = (
                f"The coverage finds {in_segments:,.0f} people in a dataset of {dataset.people:,}; "
                "it counts as typed. Correct the coverage or the count."
            )
            yield warning_at(dataset, "coverage_above_people", "people", message)


def _platforms_not_registered(register: Register) -> Iterator[Problem]:
    vendors = register.vendor_by_code
    for use in register.platform_uses:
        platform = vendors.get(use.platform)
        if platform is not None and platform.relationship is not Relationship.PLATFORM:
            message = f"{platform.name} is not registered as a platform; set its relationship to platform."
            yield warning_at(use, "not_a_platform", "platform", message)


def _flows_with_foreign_categories(register: Register, parameters: Parameters) -> Iterator[Problem]:
    datasets = register.dataset_by_code
    for flow in register.flows:
        if not flow.categories or flow.dataset not in datasets:
            continue
        own = datasets[flow.dataset].categories
        for key in flow.categories:
            if not any(parameters.covers(mine, key) or parameters.covers(key, mine) for mine in own):
                message = f"{flow.dataset} does not list {key}; add it to the dataset or take it from the flow."
                yield warning_at(flow, "category_not_in_dataset", "categories", message)


def _placements_without_effect(register: Register, parameters: Parameters) -> Iterator[Problem]:
    edges = _EdgesOfFacts(register)
    for placement in register.placements:
        own = register.control_by_code.get(placement.control)
        shipped = parameters.controls.get(placement.control)
        acts_on = own.acts_on if own is not None else shipped.acts_on if shipped is not None else ()
        kinds = edges.of(placement.fact)
        if not acts_on or kinds is None:
            continue  # an unknown reference, which is an error of its own
        is_on_data = acts_on[0] == "exposure" or acts_on[0].startswith("protection:")
        if is_on_data:
            has_effect = EdgeKind.HOLDS in kinds
        else:
            has_effect = bool(kinds) if acts_on[0] == "probability" else not kinds.isdisjoint(acts_on)
        if not has_effect:
            message = (
                f"{placement.control} acts on nothing that {placement.fact} brings; place it elsewhere or remove it."
            )
            yield warning_at(placement, "control_without_effect", "fact", message)


class _EdgesOfFacts:
    """Which edge kinds a fact can bring to the exposure graph."""

    def __init__(self, register: Register) -> None:
        self._vendors = register.vendor_by_code
        self._systems = register.system_by_code
        self._flows = {flow.code: flow for flow in register.flows}
        self._homes = {dataset.system for dataset in register.datasets}
        self._single: dict[str, frozenset[EdgeKind]] = {}
        for facts, kind in (
            (register.access, EdgeKind.PIVOT),
            (register.links, EdgeKind.LATERAL),
            (register.platform_uses, EdgeKind.COMMON_CAUSE),
            (register.dependencies, EdgeKind.AVAILABILITY),
        ):
            self._single.update((fact.code, frozenset({kind})) for fact in facts)

    def of(self, code: str) -> frozenset[EdgeKind] | None:
        """Return the kinds, None when there is no such fact."""
        if code in self._flows:
            return self._of_flow(self._flows[code])
        if code in self._systems:
            hosting = {EdgeKind.HOSTING} if self._systems[code].hosted_by is not None else set()
            return frozenset(hosting | ({EdgeKind.HOLDS} if code in self._homes else set()))
        return self._single.get(code)

    def _of_flow(self, flow: Flow) -> frozenset[EdgeKind]:
        kinds = set()
        if flow.storage is not Storage.NONE:
            kinds.add(EdgeKind.HOLDS)
            if flow.sender_reads_back:
                kinds.add(EdgeKind.READS_BACK)
        if flow.sender in self._vendors:
            kinds.add(EdgeKind.UPSTREAM)
        return frozenset(kinds)


def _placements_twice(register: Register) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for placement in register.placements:
        if placement.state is not ControlState.IN_PLACE:
            continue
        key = (placement.control, placement.fact)
        if key in seen:
            message = f"{placement.control} stands on {placement.fact} twice and counts twice; remove one unless both are real."
            yield warning_at(placement, "placement_twice", "fact", message)
        seen.add(key)
