"""The steps of the tour as data: what is said, on which page, and who may open it."""

from collections.abc import Collection
from dataclasses import dataclass

from registry.core.permissions import Permission

__all__ = ["STEPS", "Step", "steps_for"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `shows` names what the page needs to know: the vendor the tour takes as its example."""

    name: str
    title: str
    sentence: str
    endpoint: str
    permission: Permission
    shows: str | None = None


STEPS: tuple[Step, ...] = (
    Step(
        "home",
        "Welcome",
        "This registry answers one question: if a vendor is breached, whose data is affected, by which way, and at what "
        "cost? Home shows what the answer rests on, and what is missing. The company is invented; try whatever you like.",
        "home.index",
        Permission.HOME_READ,
    ),
    Step(
        "vendors",
        "Vendors",
        "Every third party, with search, filters in the address, views you can save, and an export of exactly what you see. "
        "Arrow keys move between rows, Enter opens one, / goes to the search.",
        "vendors.index",
        Permission.FACTS_READ,
    ),
    Step(
        "vendor",
        "One vendor",
        "A vendor's page gathers what it holds, which of our systems it can get into, whom it passes data on to, what was "
        "agreed, and its history.",
        "vendors.show",
        Permission.FACTS_READ,
        shows="code",
    ),
    Step(
        "map",
        "The data map",
        "All that holds our customers' data, by layer. Look from one thing: where its data goes, or what a breach there "
        "could reach. The same data stands in the table below the picture.",
        "datamap.index",
        Permission.FACTS_READ,
        shows="at",
    ),
    Step(
        "blast",
        "Blast radius",
        "Suppose this vendor is breached: how many people, how likely, at what cost, whom to tell by when. Every line is "
        "a registered fact; press Try beside one to see what cutting it would save.",
        "blast.index",
        Permission.BLAST_READ,
        shows="start",
    ),
    Step(
        "quality",
        "What is missing",
        "An answer is as good as its facts. This page lists what is missing, doubtful or old, each with the way to mend it.",
        "quality.index",
        Permission.FACTS_READ,
    ),
    Step(
        "help",
        "That was it",
        "Help explains every page, and every page links to its own. You can take this tour again from here.",
        "help.index",
        Permission.HELP_READ,
    ),
)


def steps_for(held: Collection[Permission], endpoints: Collection[str]) -> tuple[Step, ...]:
    """Return the steps that a person with these permissions can take here."""
    return tuple(step for step in STEPS if step.permission in held and step.endpoint in endpoints)
