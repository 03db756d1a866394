"""How the map says what it shows: lines as sentences, counts as a list."""

from collections.abc import Mapping, Sequence

from registry.core.formats import exact, percent, words
from registry.domain.datamap.datamap import DataMap, Line, LineKind, Thing
from registry.domain.datamap.datamap_walks import Arrow, Way
from registry.domain.register.facts import Access, Coverage, Flow, Link, PlatformUse

__all__ = ["arrow_words", "counted", "headline", "joined", "line_detail", "line_kind", "list_words"]

_KIND_WORDS = {
    "segments": ("segment", "segments"),
    "datasets": ("dataset", "datasets"),
    "systems": ("system", "systems"),
    "vendors": ("vendor", "vendors"),
}


def arrow_words(arrow: Arrow, on: DataMap, way: Way) -> str:
    """Return an arrow as a sentence.

    Examples: `CRM sends Profiles to Corvid Mail`, `Corvid Mail keeps Profiles`.
    """
    line = arrow.line
    source, target = _name(on, arrow.source), _name(on, arrow.target)
    if isinstance(line.fact, Flow):
        return _flow_words(arrow, line.fact, on, way)
    if isinstance(line.fact, Coverage):
        return f"{_name(on, line.target)} holds {percent(line.fact.share)} of {_name(on, line.source)}"
    if line.kind is LineKind.LIVES_IN:
        return f"{_name(on, line.source)} lives in {_name(on, line.target)}"
    if line.kind is LineKind.HOSTING:
        return f"{source} hosts {target}"
    sentence = {LineKind.ACCESS: f"{source} gets into {target}", LineKind.LINK: f"{source} opens {target}"}
    return f"{sentence.get(line.kind, f'{target} uses {source}')}: {line_detail(line)}"


def _flow_words(arrow: Arrow, flow: Flow, on: DataMap, way: Way) -> str:
    source, target, dataset = _name(on, arrow.source), _name(on, arrow.target), _name(on, flow.dataset)
    if not way.is_breach:
        return f"{source} sends {dataset} to {target}"
    if arrow.target != flow.dataset:
        return f"{target} passes {dataset} to {source} and can be reached through it"
    if arrow.source == flow.recipient:
        return f"{source} keeps {dataset}"
    return f"{source} can read {dataset} back at {_name(on, flow.recipient)}"


def _name(on: DataMap, code: str) -> str:
    thing = on.things.get(code)
    return thing.name if thing else code


def line_kind(line: Line, on: DataMap) -> str:
    """Return what joins two things, for the table: `flow of Profiles`."""
    if isinstance(line.fact, Flow):
        return f"flow of {_name(on, line.fact.dataset)}"
    return {
        LineKind.COVERS: "is found in",
        LineKind.LIVES_IN: "lives in",
        LineKind.ACCESS: "access",
        LineKind.LINK: "link",
        LineKind.HOSTING: "hosts",
        LineKind.PLATFORM: "platform of",
    }[line.kind]


def line_detail(line: Line) -> str:
    """Return what else the table says of a line."""
    if isinstance(line.fact, Flow):
        there = ", ".join(dict.fromkeys((*line.fact.countries_at_rest, *line.fact.countries_processing)))
        parts = [f"storage {words(line.fact.storage)}", f"protection {words(line.fact.protection)}", there]
        return "; ".join(part for part in parts if part)
    if isinstance(line.fact, Coverage):
        return f"{percent(line.fact.share)} of its people"
    return words(line.fact.kind) if isinstance(line.fact, Access | Link | PlatformUse) else ""


def counted(things: Sequence[Thing]) -> list[str]:
    """Return how many things of each kind there are: `2 systems`."""
    found = []
    for kind, (one, many) in _KIND_WORDS.items():
        count = sum(thing.kind == kind for thing in things)
        if count:
            found.append(f"{exact(count)} {one if count == 1 else many}")
    return found


def list_words(parts: Sequence[str]) -> str:
    """Return a list as one says it.

    >>> list_words(["2 systems", "a vendor", "a dataset"])
    '2 systems, a vendor and a dataset'
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def joined(count: int) -> str:
    """Return how many facts join them."""
    return f"{exact(count)} {'fact joins' if count == 1 else 'facts join'} them"


_LEADS: Mapping[Way, tuple[str, str]] = {
    Way.AROUND: ("Around", "there is nothing else: no fact joins it to anything."),
    Way.GOES: ("Data goes on from", "to nobody else."),
    Way.COMES: ("Data comes to", "from nowhere that is registered."),
    Way.REACHES: ("A breach at", "could reach nothing else that is registered."),
    Way.REACHED: ("A breach could reach", "from nowhere else that is registered."),
}


def headline(way: Way, others: Sequence[Thing]) -> tuple[str, str, list[str]]:
    """Return what stands before the name of the thing looked from, between name and counts, and the counts."""
    lead, nothing = _LEADS[way]
    if not others:
        return lead, nothing, []
    middle = {
        Way.AROUND: "there are",
        Way.GOES: "to",
        Way.COMES: "from",
        Way.REACHES: "could reach",
        Way.REACHED: "from",
    }[way]
    return lead, middle, counted(others)
