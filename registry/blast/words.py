"""The sentences of the blast radius page."""

import hashlib
from collections.abc import Callable, Sequence

from babel.numbers import get_currency_symbol

from registry.blast.question import Question
from registry.blast.reached import ReachedThing
from registry.core.formats import MINUS, percent, short
from registry.core.formats import words as plain
from registry.domain.impact.people import PeopleFigures
from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.answer import BlastRadius
from registry.domain.scenario.explain import ChokePoint
from registry.domain.scenario.scenario import Scenario
from registry.domain.scenario.whatif import WhatIf, WhatIfKind

__all__ = [
    "RANGES_SENTENCE",
    "TAB_WORDS",
    "change_words",
    "choke_sentence",
    "command_line",
    "currency_symbol",
    "fact_word",
    "hours_words",
    "input_hash",
    "kind_words",
    "method_sentence",
    "method_words",
    "people_figures",
    "question_names",
    "reach_words",
    "saving",
    "say_what",
    "start_names",
    "what_if_words",
]

TAB_WORDS = {
    "reached": "Reached",
    "people": "People",
    "routes": "Routes",
    "duties": "Duties",
    "money": "Money",
    "facts": "Facts",
    "assumptions": "Assumed",
}
RANGES_SENTENCE = (
    "A range holds nine in ten of the breaches imagined, from the 5th to the 95th in a hundred. The interval beside a "
    "chance is its sampling error; it says nothing about doubts in the parameters."
)
_SAYS = {
    ScenarioKind.DATA_THEFT: "A breach at",
    ScenarioKind.RANSOMWARE_THEFT: "Ransomware with theft at",
    ScenarioKind.OUTAGE: "An outage at",
    ScenarioKind.STOLEN_CREDENTIALS: "Stolen credentials at",
    ScenarioKind.MALICIOUS_UPDATE: "A malicious update from",
    ScenarioKind.INSIDER: "An insider at",
}
_PEOPLE_FIGURES: tuple[tuple[str, Callable[[PeopleFigures], float], str], ...] = (
    (
        "On average",
        lambda figures: figures.headline.mean,
        "different people, overlaps between datasets by chance",
    ),
    ("At least", lambda figures: figures.nested_mean, "if smaller exposures lie within larger ones"),
    ("At most", lambda figures: figures.disjoint_mean, "if exposures overlap as little as they can"),
    ("Records", lambda figures: figures.records_mean, "rows taken, one person counted once per copy"),
    (
        "Protected",
        lambda figures: figures.protected_mean,
        "of the average: only in copies the attacker cannot read",
    ),
)
_FACT_WORDS = {"F": "flow", "A": "access", "L": "link", "P": "platform use", "B": "dependency", "S": "hosting of"}


def kind_words(kind: ScenarioKind) -> str:
    """Return a kind of scenario as the menu names it."""
    return plain(kind).replace("ransomware theft", "ransomware with theft").capitalize()


def start_names(register: Register, start: Sequence[str]) -> str:
    """Return the names of the start codes in a row."""
    names = []
    for code in start:
        row = register.vendor_by_code.get(code) or register.system_by_code.get(code)
        names.append(row.name if row else code)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def question_names(register: Register, question: Question) -> str:
    """Return where the breach of a question begins, in words; empty when it names nothing.

    Products stand for their users: a flaw in a product opens everyone who runs it.
    """
    named = [start_names(register, question.start)] if question.start else []
    if question.users_of:
        named.append(f"everyone who uses {start_names(register, question.users_of)}")
    return " and ".join(named)


def say_what(kind: ScenarioKind) -> str:
    """Return the beginning of the headline, up to the names of the start."""
    return _SAYS[kind]


def reach_words(reached: Sequence[ReachedThing], jurisdictions: int) -> tuple[tuple[str, int], ...]:
    """Return what is reached in counts, each with its word; what is not reached is left out."""
    datasets = len({thing.code for thing in reached if thing.kind == "dataset"})
    systems = sum(thing.kind == "system" for thing in reached)
    vendors = sum(thing.kind == "vendor" for thing in reached)
    processes = sum(thing.kind == "process" for thing in reached)
    counted = (
        ("dataset" if datasets == 1 else "datasets", datasets),
        ("system" if systems == 1 else "systems", systems),
        ("further vendor" if vendors == 1 else "further vendors", vendors),
        ("process stops" if processes == 1 else "processes stop", processes),
        ("jurisdiction" if jurisdictions == 1 else "jurisdictions", jurisdictions),
    )
    return tuple((word, count) for word, count in counted if count)


def fact_word(code: str) -> str:
    """Return the word for a fact by its code: `F-014` is a flow."""
    return _FACT_WORDS.get(code[:1], "fact")


def what_if_words(what_if: WhatIf) -> str:
    """Return a what-if as a clause.

    >>> what_if_words(WhatIf(kind=WhatIfKind.CUT, subject="F-014"))
    'flow F-014 is cut'
    """
    subject, argument = f"{fact_word(what_if.subject)} {what_if.subject}", plain(what_if.argument)
    clauses = {
        WhatIfKind.CUT: f"{subject} is cut",
        WhatIfKind.PLACE: f"{what_if.argument} is put on {subject}",
        WhatIfKind.REMOVE: f"{what_if.argument} is taken off {subject}",
        WhatIfKind.UPGRADE: f"{what_if.argument} is in full effect on {subject}",
        WhatIfKind.DROP: f"{what_if.subject} no longer passes {what_if.argument}",
        WhatIfKind.STORAGE: f"{subject} is kept {argument}",
        WhatIfKind.PROTECT: f"{subject} is {argument}",
        WhatIfKind.REPLACE: f"{what_if.argument} replaces {what_if.subject}",
        WhatIfKind.END: f"the relation with {what_if.subject} ends",
    }
    return clauses[what_if.kind]


def change_words(after: float, before: float) -> str:
    """Return the change of a figure as a share of what it was."""
    if before <= 0:
        return "same" if after <= 0 else "more"
    share = after / before - 1
    if abs(share) < 0.0005:
        return "no change in"
    return f"{MINUS if share < 0 else '+'}{percent(abs(share))}"


def saving(share: float) -> str:
    """Return a share of the expected loss that would be saved."""
    return percent(share) if share < 0.01 else f"{MINUS}{percent(share)}"


def choke_sentence(points: Sequence[ChokePoint]) -> str:
    """Say through what most data must pass; empty when nothing is such a point."""
    if not points:
        return ""
    first = points[0]
    count = len(first.datasets)
    return (
        f"Every way to {count} dataset{'s' if count != 1 else ''} passes {first.name} ({first.code}); "
        f"{short(first.people)} people stand behind it."
    )


def people_figures(
    radius: BlastRadius, before: BlastRadius | None = None
) -> tuple[tuple[str, str, str | None, str], ...]:
    """Return further figures about people: label, figure, figure without the what-ifs, what it supposes."""
    return tuple(
        (label, short(round(read(radius.people))), short(round(read(before.people))) if before else None, supposes)
        for label, read, supposes in _PEOPLE_FIGURES
    )


def method_words(radius: BlastRadius) -> str:
    """Return the method in a few words."""
    if radius.method == "exact":
        return f"Exact chances; {radius.iterations:,} worlds for the ranges"
    return f"Monte Carlo, {radius.iterations:,} worlds"


def method_sentence(radius: BlastRadius) -> str:
    """Return the method in a sentence."""
    if radius.method == "exact":
        return (
            f"Few enough doubtful steps to go through all {radius.enumerated or 0:,} combinations: the chances are "
            f"exact. Ranges and money come from {radius.iterations:,} imagined breaches."
        )
    return (
        f"{radius.iterations:,} imagined breaches: in each, every step carries or not by its own chance, and what is "
        "then within reach is counted. Chances are the share of breaches that get there."
    )


def input_hash(revision: int, parameters: str, question: str) -> str:
    """Return one hash over everything the digits depend on."""
    return hashlib.sha256(f"{revision}|{parameters}|{question}".encode()).hexdigest()


def command_line(scenario: Scenario, iterations: int) -> str:
    """Return the options of `./run blast` that ask the same question."""
    parts = [f"--start {code}" for code in scenario.start]
    parts += [f"--kind {scenario.kind}", f"--as-of {scenario.as_of}", f"--iterations {iterations}"]
    parts += [f"--seed {scenario.seed}"]
    parts += [f"--set {key}={value}" for key, value in scenario.overrides]
    return " ".join(parts)


def currency_symbol(currency: str) -> str:
    """Return the sign of a currency.

    >>> currency_symbol("USD")
    '$'
    """
    return str(get_currency_symbol(currency, locale="en"))


def hours_words(hours: float) -> str:
    r"""Write hours; days from four days on.

    >>> hours_words(72) == "72\u202fh" and hours_words(720) == "30\u202fdays"
    True
    """
    sign, size = (MINUS if hours < 0 else ""), abs(hours)
    if size < 96:
        return f"{sign}{size:g}\u202fh"
    return f"{sign}{size / 24:.0f}\u202fdays"
