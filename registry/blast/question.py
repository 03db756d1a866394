"""The question of a blast radius as it stands in the address of its page: everything needed to ask it again.

`/blast?start=V-0001&start=V-0007&kind=data_theft&as_of=2026-06-15&what_if=cut:F-014&set=cost.sigma=1.2&seed=1`
(`address` reads it).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode

from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.scenario import Scenario
from registry.domain.scenario.whatif import WhatIf, parse_what_if

__all__ = ["FIRST_WORLDS", "MORE_WORLDS", "MOST_WORLDS", "TABS", "Question", "kind_choices"]

FIRST_WORLDS = 2048  # of the first answer: at once on any register, and a count at which a longer run looks too
MORE_WORLDS = (8192, 32_768, 100_000)  # how the first answer is refined, step by step, until the target error
MOST_WORLDS = 200_000  # in one request; more is work for a saved scenario
TABS = ("reached", "people", "routes", "duties", "money", "facts", "assumptions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, what of the answer is looked at, and what could not be understood.

    `users_of` are products: everyone who uses one of them is a start, named in `users` once the register is known.
    `look` is the fact, vendor, system or dataset whose what-ifs are offered.
    """

    start: tuple[str, ...] = ()
    users_of: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    kind: ScenarioKind = ScenarioKind.DATA_THEFT
    as_of: date | None = None
    what_ifs: tuple[str, ...] = ()
    overrides: tuple[tuple[str, str], ...] = ()
    seed: int = 1
    iterations: int | None = None
    tab: str = "reached"
    opened: tuple[str, ...] = ()
    selected: str = ""
    look: str = ""
    problems: tuple[str, ...] = ()

    @property
    def starts(self) -> tuple[str, ...]:
        """Where the breach begins: the starts that are named, then the users of the products, each once."""
        return tuple(dict.fromkeys((*self.start, *self.users)))

    @property
    def is_asked(self) -> bool:
        """Whether anything to start from is named."""
        return bool(self.start or self.users_of)

    def scenario(self, today: date, *, worlds: int | None = None) -> Scenario:
        """Return the question as the model takes it; `worlds` stands in when the address names none.

        Raises
        ------
        InvalidScenario
            A what-if that cannot be read.
        """
        return Scenario(
            start=self.starts,
            kind=self.kind,
            as_of=self.as_of or today,
            what_ifs=tuple(parse_what_if(text) for text in self.what_ifs),
            iterations=self.iterations or worlds,
            seed=self.seed,
            overrides=self.overrides,
        )

    def parsed_what_ifs(self) -> tuple[WhatIf, ...]:
        """Return the what-ifs that can be read."""
        return tuple(parse_what_if(text) for text in self.what_ifs)

    def pairs(self) -> list[tuple[str, str]]:
        """Return what stands in the address, in one order, without what is as usual."""
        found = self.asking_pairs()
        if self.tab != TABS[0]:
            found.append(("tab", self.tab))
        found += [("open", key) for key in self.opened]
        if self.selected:
            found.append(("select", self.selected))
        if self.look:
            found.append(("look", self.look))
        return found

    def asking_pairs(self) -> list[tuple[str, str]]:
        """Return the part of the address that decides the figures."""
        found = [("start", code) for code in self.start]
        found += [("users_of", code) for code in self.users_of]
        if self.kind is not ScenarioKind.DATA_THEFT:
            found.append(("kind", self.kind.value))
        if self.as_of is not None:
            found.append(("as_of", self.as_of.isoformat()))
        found += [("what_if", text) for text in self.what_ifs]
        found += [("set", f"{key}={value}") for key, value in self.overrides]
        if self.seed != 1:
            found.append(("seed", str(self.seed)))
        if self.iterations is not None:
            found.append(("iterations", str(self.iterations)))
        return found

    def query(self) -> str:
        """Return the query part of the address.

        >>> Question(start=("V-0001",), what_ifs=("cut:F-014",)).query()
        'start=V-0001&what_if=cut:F-014'
        """
        return urlencode(self.pairs(), safe=":", quote_via=quote)

    def asking_query(self) -> str:
        """Return the query part without what is merely looked at."""
        return urlencode(self.asking_pairs(), safe=":", quote_via=quote)

    def without_what_ifs(self) -> "Question":
        """Return the question about the facts as they stand."""
        return replace(self, what_ifs=())

    def with_what_if(self, text: str) -> "Question":
        """Return the question with one more what-if."""
        return self if text in self.what_ifs else replace(self, what_ifs=(*self.what_ifs, text))

    def without_what_if(self, text: str) -> "Question":
        """Return the question without one of its what-ifs."""
        return replace(self, what_ifs=tuple(each for each in self.what_ifs if each != text))


_KIND_WORDS: Mapping[ScenarioKind, str] = {
    ScenarioKind.DATA_THEFT: "Data theft",
    ScenarioKind.RANSOMWARE_THEFT: "Ransomware with theft",
    ScenarioKind.OUTAGE: "Outage",
    ScenarioKind.STOLEN_CREDENTIALS: "Stolen credentials",
    ScenarioKind.MALICIOUS_UPDATE: "Malicious update",
    ScenarioKind.INSIDER: "Insider",
}


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of scenario with their words, for a menu."""
    return [(kind.value, words) for kind, words in _KIND_WORDS.items()]
