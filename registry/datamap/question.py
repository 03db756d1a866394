"""What is asked of the data map, as it stands in the address of its page: everything needed to see the same map again.

`/datamap?at=V-0001&way=reaches&steps=2&category=user.financial&country=US&layer=systems&layer=rank_1&most=1000`
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from registry.domain.datamap.datamap import Layer
from registry.domain.datamap.datamap_walks import Way

__all__ = ["LAYER_WORDS", "MOST", "STEPS", "TABS", "WAY_WORDS", "Question", "read_question"]

WAY_WORDS: dict[Way, str] = {
    Way.AROUND: "Around it",
    Way.GOES: "Where its data goes",
    Way.COMES: "Where its data comes from",
    Way.REACHES: "What a breach there could reach",
    Way.REACHED: "From where a breach could reach it",
}
LAYER_WORDS: dict[Layer, str] = {
    Layer.SEGMENTS: "Segments",
    Layer.DATASETS: "Datasets",
    Layer.SYSTEMS: "Our systems",
    Layer.RANK_1: "Vendors of ours",
    Layer.RANK_2: "Their vendors",
    Layer.RANK_3: "Third rank",
    Layer.RANK_4: "Fourth rank",
    Layer.FURTHER: "Further ranks",
    Layer.UNRANKED: "Without flow or access",
}
MOST = (250, 1000)  # things drawn; the first is usual
STEPS = (1, 2, 3, 4, 5, 6)
TABS = ("things", "lines")
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Where to look from, which way, what to leave out; `problems` name what could not be understood."""

    at: str = ""
    way: Way = Way.AROUND
    steps: int | None = None
    category: str | None = None
    country: str | None = None
    layers: tuple[Layer, ...] = ()
    most: int = MOST[0]
    tab: str = TABS[0]
    problems: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether things are left out for what they are."""
        return bool(self.category or self.country or self.layers)

    def pairs(self) -> list[tuple[str, str]]:
        """Return what stands in the address, in one order, without what is as usual."""
        found = [("at", self.at)] if self.at else []
        if self.way is not Way.AROUND:
            found.append(("way", self.way.value))
        if self.steps is not None:
            found.append(("steps", str(self.steps)))
        found += [(name, value) for name, value in (("category", self.category), ("country", self.country)) if value]
        found += [("layer", layer.value) for layer in self.layers]
        if self.most != MOST[0]:
            found.append(("most", str(self.most)))
        if self.tab != TABS[0]:
            found.append(("tab", self.tab))
        return found

    def query(self) -> str:
        """Return the query part of the address.

        >>> Question(at="V-0001", way=Way.REACHES, country="US").query()
        'at=V-0001&way=reaches&country=US'
        """
        return urlencode(self.pairs())

    def looking_from(self, code: str, way: Way = Way.AROUND) -> "Question":
        """Return the question about another thing, with the same filters."""
        return replace(self, at=code, way=way, steps=None, problems=())


def read_question(arguments: "MultiDict[str, str]") -> Question:
    """Read a question from the arguments of an address; what cannot be read is left out and named in `problems`."""
    problems: list[str] = []
    way = _one_of(arguments, "way", [each.value for each in Way], problems)
    steps = _one_of(arguments, "steps", [str(each) for each in STEPS], problems)
    most = _one_of(arguments, "most", [str(each) for each in MOST], problems)
    layers = [value[:_LONGEST] for value in arguments.getlist("layer") if value]
    unknown = [value for value in layers if value not in set(Layer)]
    if unknown:
        problems.append(f"There is no layer {unknown[0]!r}; there are {', '.join(Layer)}.")
    return Question(
        at=_text(arguments, "at"),
        way=Way(way) if way else Way.AROUND,
        steps=int(steps) if steps else None,
        category=_text(arguments, "category").casefold() or None,
        country=_text(arguments, "country").upper() or None,
        layers=tuple(layer for layer in Layer if layer.value in layers),
        most=int(most) if most else MOST[0],
        tab=arguments.get("tab", "") if arguments.get("tab", "") in TABS else TABS[0],
        problems=tuple(problems),
    )


def _text(arguments: "MultiDict[str, str]", name: str) -> str:
    return arguments.get(name, "").strip()[:_LONGEST]


def _one_of(arguments: "MultiDict[str, str]", name: str, allowed: Sequence[str], problems: list[str]) -> str:
    value = _text(arguments, name)
    if not value or value in allowed:
        return value
    problems.append(f"{name} is none of {', '.join(allowed)}: {value[:80]!r}.")
    return ""
