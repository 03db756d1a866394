"""The question of a blast radius as it stands in the address of its page: everything needed to ask it again.

`/blast?start=V-0001&start=V-0007&kind=data_theft&as_of=2026-06-15&what_if=cut:F-014&set=cost.sigma=1.2&seed=1`
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from registry.domain.errors import InvalidScenario
from registry.domain.scenario import Scenario
from registry.domain.vocabulary import ScenarioKind
from registry.domain.whatif import WhatIf, parse_what_if

__all__ = ["FIRST_WORLDS", "MOST_WORLDS", "TABS", "Question", "read_question"]

FIRST_WORLDS = 2048  # of the first answer: at once on any register, and a count at which a longer run looks too
MOST_WORLDS = 200_000  # in one request; more is work for a saved scenario
TABS = ("reached", "people", "routes", "duties", "money", "facts")
_LONGEST = 200  # characters of one value; a code, a what-if or a parameter is far shorter
Arguments = MultiDict[str, str]

_MOST_VALUES = 60  # starts, what-ifs or assumptions in one address


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, what of the answer is looked at, and what could not be understood."""

    start: tuple[str, ...] = ()
    kind: ScenarioKind = ScenarioKind.DATA_THEFT
    as_of: date | None = None
    what_ifs: tuple[str, ...] = ()
    overrides: tuple[tuple[str, str], ...] = ()
    seed: int = 1
    iterations: int | None = None
    tab: str = "reached"
    opened: tuple[str, ...] = ()
    selected: str = ""
    problems: tuple[str, ...] = ()

    def scenario(self, today: date, *, worlds: int | None = None) -> Scenario:
        """Return the question as the model takes it; `worlds` stands in when the address names none.

        Raises
        ------
        InvalidScenario
            A what-if that cannot be read.
        """
        return Scenario(
            start=self.start,
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
        found = [("start", code) for code in self.start]
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
        if self.tab != TABS[0]:
            found.append(("tab", self.tab))
        found += [("open", key) for key in self.opened]
        if self.selected:
            found.append(("select", self.selected))
        return found

    def query(self) -> str:
        """Return the query part of the address.

        >>> Question(start=("V-0001",), what_ifs=("cut:F-014",)).query()
        'start=V-0001&what_if=cut:F-014'
        """
        return urlencode(self.pairs(), safe=":", quote_via=quote)

    def without_what_ifs(self) -> "Question":
        """Return the question about the facts as they stand."""
        return replace(self, what_ifs=())

    def with_what_if(self, text: str) -> "Question":
        """Return the question with one more what-if."""
        return self if text in self.what_ifs else replace(self, what_ifs=(*self.what_ifs, text))

    def without_what_if(self, text: str) -> "Question":
        """Return the question without one of its what-ifs."""
        return replace(self, what_ifs=tuple(each for each in self.what_ifs if each != text))


def read_question(arguments: Arguments) -> Question:
    """Read a question from the arguments of an address; what cannot be read is named in `problems`."""
    problems: list[str] = []
    return Question(
        start=tuple(dict.fromkeys(_values(arguments, "start", problems))),
        kind=_kind(arguments, problems),
        as_of=_day(arguments, problems),
        what_ifs=_what_ifs(arguments, problems),
        overrides=_overrides(arguments, problems),
        seed=_whole(arguments, "seed", problems, lowest=0, highest=2**63 - 1) or 0 if arguments.get("seed") else 1,
        iterations=_whole(arguments, "iterations", problems, lowest=1, highest=MOST_WORLDS),
        tab=arguments.get("tab", "") if arguments.get("tab", "") in TABS else TABS[0],
        opened=_values(arguments, "open", problems),
        selected=arguments.get("select", "")[:_LONGEST],
        problems=tuple(problems),
    )


def _values(arguments: Arguments, name: str, problems: list[str]) -> tuple[str, ...]:
    given = [value.strip() for value in arguments.getlist(name) if value.strip()]
    if len(given) > _MOST_VALUES or any(len(value) > _LONGEST for value in given):
        problems.append(f"{name}: at most {_MOST_VALUES} values of {_LONGEST} characters each can stand in an address.")
    return tuple(value for value in given[:_MOST_VALUES] if len(value) <= _LONGEST)


def _kind(arguments: Arguments, problems: list[str]) -> ScenarioKind:
    text = arguments.get("kind", "") or ScenarioKind.DATA_THEFT.value
    if text in set(ScenarioKind):
        return ScenarioKind(text)
    problems.append(f"kind: {text[:40]!r} is none of {', '.join(ScenarioKind)}.")
    return ScenarioKind.DATA_THEFT


def _day(arguments: Arguments, problems: list[str]) -> date | None:
    text = arguments.get("as_of", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f"as of: {text[:40]!r} is no date; write it as 2026-06-15.")
        return None


def _what_ifs(arguments: Arguments, problems: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for text in _values(arguments, "what_if", problems):
        try:
            kept.append(str(parse_what_if(text)))
        except InvalidScenario as error:
            problems.append(str(error))
    return tuple(dict.fromkeys(kept))


def _overrides(arguments: Arguments, problems: list[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for text in _values(arguments, "set", problems):
        for line in text.split():
            key, sign, value = line.partition("=")
            if sign and key and value:
                found[key] = value
            else:
                problems.append(f"assumption: {line[:60]!r} cannot be read; write it as cost.sigma=1.2.")
    return tuple(found.items())


def _whole(arguments: Arguments, name: str, problems: list[str], *, lowest: int, highest: int) -> int | None:
    text = arguments.get(name, "").replace(",", "").strip()
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if lowest <= number <= highest:
        return number
    problems.append(f"{name}: {text[:40]!r} is not possible; give a whole number from {lowest:,} to {highest:,}.")
    return None


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
