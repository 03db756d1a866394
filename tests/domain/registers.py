"""Small registers for tests: a builder with short words, and Hypothesis strategies for random ones."""

import dataclasses
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from registry.domain.register.facts import (
    Access,
    Coverage,
    Dataset,
    Dependency,
    Fact,
    Flow,
    Jurisdiction,
    Link,
    Organisation,
    Placement,
    PlatformUse,
    Process,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import (
    AccessKind,
    AccessOutcome,
    ControlState,
    Lifecycle,
    LinkKind,
    PlatformUseKind,
    Protection,
    Relationship,
    Storage,
)

TODAY = date(2026, 6, 1)

# the prefix of a code tells where a fact goes
_FIELDS = {
    Vendor: "vendors",
    System: "systems",
    Segment: "segments",
    Jurisdiction: "jurisdictions",
    Dataset: "datasets",
    Coverage: "coverage",
    Flow: "flows",
    Access: "access",
    Link: "links",
    PlatformUse: "platform_uses",
    Process: "processes",
    Dependency: "dependencies",
    Placement: "placements",
}


def register_of(*facts: Fact, **others: Any) -> Register:
    """Put facts into a register; what they refer to and nobody gave is made up, with the plainest values."""
    gathered = list(facts)
    have = {fact.code for fact in facts if hasattr(fact, "code")}
    while missing := sorted(code for code in _mentioned(gathered) - have if _plain(code) is not None):
        gathered.extend(_plain(code) for code in missing)
        have.update(missing)
    sheets: dict[str, list[Fact]] = {}
    for fact in gathered:
        sheets.setdefault(_FIELDS[type(fact)], []).append(fact)
    organisation = others.pop("organisation", Organisation(name="Example", sector="retail", customers=1000))
    return Register(organisation=organisation, **{name: tuple(values) for name, values in sheets.items()}, **others)


def _mentioned(facts):
    fields = (
        "sender", "recipient", "dataset", "vendor", "system", "from_system", "to_system", "platform", "user",
        "process", "depends_on", "hosted_by", "segment",
    )  # fmt: skip
    return {value for fact in facts for name in fields if (value := getattr(fact, name, None))}


def _plain(code):
    match code[0]:
        case "V":
            return Vendor(code=code, name=f"Vendor {code}")
        case "S":
            return System(code=code, name=f"System {code}")
        case "D":
            return Dataset(code=code, name=f"Dataset {code}", system="S-1", categories=("user.contact",), people=100)
        case "Q":
            return Process(code=code, name=f"Process {code}", rto_hours=24.0, margin_per_day=1000.0)
        case "G":
            return Segment(code=code, name=f"Segment {code}", people=100)
    return None


def flow(code: str, sender: str, recipient: str, dataset: str = "D-1", **others: Any) -> Flow:
    if "probability" in others:
        others.setdefault("probability_reason", "test")
    return Flow(code=code, sender=sender, recipient=recipient, dataset=dataset, **others)


def shuffled(register: Register, random: Any) -> Register:
    """Return the same register with the rows of every sheet in another order."""
    changes = {}
    for item in dataclasses.fields(register):
        rows = getattr(register, item.name)
        if isinstance(rows, tuple):
            changes[item.name] = tuple(random.sample(rows, len(rows)))
    return dataclasses.replace(register, **changes)


_CATEGORIES = ("user.contact", "user.financial", "user.health", "user.name")
_CONTROLS = {
    "flows": (
        "EDR",
        "PATCHING",
        "EXPORT_LIMIT",
        "TOKENISATION",
        "ENC_OUR_KEY",
        "PSEUDONYMISATION",
        "WRITE_ONLY",
        "SUBPROCESSOR_CONTROL",
    ),
    "access": ("MFA", "TOKEN_BINDING", "SEGMENTATION"),
    "links": ("SEGMENTATION", "EDR"),
    "platform_uses": ("MFA", "UPDATE_STAGING"),
    "dependencies": ("ALT_SUPPLIER",),
    "systems": ("PATCHING", "DLP"),
}
_CHANCES = st.none() | st.sampled_from((0.0, 0.25, 0.5, 1.0))


@st.composite
def registers(
    draw: st.DrawFn, *, vendors_max: int = 4, flows_max: int = 5, has_certain_chances: bool = False
) -> Register:
    """Draw a small valid register with every kind of fact.

    `has_certain_chances`: every chance that can be typed is typed as 0 or 1.
    """
    chances = st.sampled_from((0.0, 1.0)) if has_certain_chances else _CHANCES
    vendors = [f"V-{n}" for n in range(1, draw(st.integers(2, vendors_max)) + 1)]
    systems = [f"S-{n}" for n in range(1, draw(st.integers(1, 3)) + 1)]
    datasets = [f"D-{n}" for n in range(1, draw(st.integers(1, 3)) + 1)]
    facts: list[Fact] = [
        *(draw(_vendors(code)) for code in vendors),
        *(System(code=code, name=code, hosted_by=draw(st.none() | st.sampled_from(vendors))) for code in systems),
        *(draw(_datasets(code, systems)) for code in datasets),
        *draw(_segments(datasets)),
        Process(code="Q-1", name="Orders", rto_hours=draw(st.sampled_from((None, 0.0, 24.0))), margin_per_day=1000.0),
    ]
    holders = [*vendors, *systems]
    facts.extend(draw(_several("F", flows_max, _flows(vendors, systems, datasets, chances=chances))))
    facts.extend(draw(_several("A", 2, _access(vendors, systems, chances))))
    facts.extend(draw(_several("L", 2, _links(systems, chances))) if len(systems) > 1 else ())
    facts.extend(draw(_several("P", 2, _platform_uses(vendors, holders, chances))))
    facts.extend(draw(_several("B", 2, _dependencies(holders, chances))))
    register = register_of(*facts)
    return dataclasses.replace(register, placements=tuple(draw(_placements(register))))


@st.composite
def _several(draw, prefix, most, strategy):
    return [
        dataclasses.replace(draw(strategy), code=f"{prefix}-{number}")
        for number in range(1, draw(st.integers(0, most)) + 1)
    ]


def _vendors(code):
    return st.builds(
        Vendor,
        code=st.just(code),
        name=st.just(f"Vendor {code}"),
        relationship=st.sampled_from(Relationship),
        lifecycle=st.sampled_from((Lifecycle.ACTIVE, Lifecycle.ACTIVE, Lifecycle.PROSPECT, Lifecycle.TERMINATED)),
    )


def _datasets(code, systems):
    return st.builds(
        Dataset,
        code=st.just(code),
        name=st.just(f"Dataset {code}"),
        system=st.sampled_from(systems),
        categories=st.lists(st.sampled_from(_CATEGORIES), min_size=1, max_size=2, unique=True).map(tuple),
        people=st.sampled_from((None, 0, 100, 1000)),
    )


@st.composite
def _segments(draw, datasets):
    facts: list[Fact] = []
    for number in range(1, draw(st.integers(0, 2)) + 1):
        code = f"G-{number}"
        facts.append(Segment(code=code, name=code, people=draw(st.sampled_from((0, 50, 200)))))
        facts.append(Jurisdiction(segment=code, jurisdiction="DE", share=draw(st.sampled_from((0.25, 1.0)))))
        facts.extend(
            Coverage(dataset=dataset, segment=code, share=draw(st.sampled_from((0.0, 0.5, 1.0))))
            for dataset in datasets
            if draw(st.booleans())
        )
    return facts


@st.composite
def _flows(draw, vendors, systems, datasets, *, chances):
    recipient = draw(st.sampled_from(vendors))
    sender = draw(st.sampled_from([code for code in (*systems, *vendors) if code != recipient]))
    chance = draw(chances)
    some_date = st.none() | st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))
    starts = draw(some_date)
    ends = draw(some_date)
    return Flow(
        code="F-0",
        sender=sender,
        recipient=recipient,
        dataset=draw(st.sampled_from(datasets)),
        people_share=draw(st.none() | st.sampled_from((0.0, 0.25, 1.0))),
        categories=draw(st.just(()) | st.lists(st.sampled_from(_CATEGORIES), max_size=2, unique=True).map(tuple)),
        storage=draw(st.sampled_from(Storage)),
        protection=draw(st.sampled_from(Protection)),
        sender_reads_back=draw(st.booleans()),
        starts=starts,
        ends=None if starts and ends and ends < starts else ends,
        deletion_certified=draw(some_date),
        probability=chance,
        probability_reason=None if chance is None else "test",
    )


@st.composite
def _access(draw, vendors, systems, chances):
    chance = draw(chances)
    return Access(
        code="A-0",
        vendor=draw(st.sampled_from(vendors)),
        system=draw(st.sampled_from(systems)),
        kind=draw(st.sampled_from(AccessKind)),
        outcome=draw(st.none() | st.sampled_from(AccessOutcome)),
        probability=chance,
        probability_reason=None if chance is None else "test",
    )


@st.composite
def _links(draw, systems, chances):
    chance = draw(chances)
    one, other = draw(st.permutations(systems))[:2]
    kind = draw(st.sampled_from(LinkKind))
    reason = None if chance is None else "test"
    return Link(code="L-0", from_system=one, to_system=other, kind=kind, probability=chance, probability_reason=reason)


@st.composite
def _platform_uses(draw, vendors, holders, chances):
    chance = draw(chances)
    platform = draw(st.sampled_from(vendors))
    user = draw(st.sampled_from([code for code in holders if code != platform]))
    kind = draw(st.sampled_from(PlatformUseKind))
    reason = None if chance is None else "test"
    return PlatformUse(
        code="P-0", platform=platform, user=user, kind=kind, probability=chance, probability_reason=reason
    )


@st.composite
def _dependencies(draw, holders, chances):
    chance = draw(chances)
    reason = None if chance is None else "test"
    needed = draw(st.sampled_from(holders))
    return Dependency(code="B-0", process="Q-1", depends_on=needed, probability=chance, probability_reason=reason)


@st.composite
def _placements(draw, register):
    return [
        Placement(
            control=draw(st.sampled_from(controls)),
            fact=fact.code,
            coverage=draw(st.sampled_from((0.5, 1.0))),
            state=draw(st.sampled_from(ControlState)),
        )
        for field, controls in _CONTROLS.items()
        for fact in getattr(register, field)
        if draw(st.integers(0, 3)) == 0
    ]
