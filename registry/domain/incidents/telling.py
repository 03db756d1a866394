"""Who is told of an incident at which moment, what each of them is told, and when silence goes a step up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from registry.domain.incidents.incident import IncidentState

__all__ = ["ROLE_LABELS", "SILENCE", "TOLD_BY_ITSELF", "BriefingFacts", "Wave", "briefing", "silent", "wave_of"]

SILENCE = timedelta(minutes=15)
"""How long an acknowledgement may take before the next person up is told."""


class Wave(StrEnum):
    """The two moments at which people are told."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"


ROLE_LABELS: Mapping[str, str] = MappingProxyType({
    "lead": "Leads the response",
    "ciso": "CISO",
    "legal": "Legal",
    "privacy": "Privacy",
    "operations": "Operations",
    "customer_service": "Customer service",
    "communications": "Communications",
    "executive": "Executives",
    "vendor_manager": "Vendor manager",
    "insurer": "Insurer",
    "counsel": "Outside counsel",
    "partner": "Partner",
    "escalated": "Told because somebody was silent",
})  # fmt: skip
TOLD_BY_ITSELF = (
    "lead", "ciso", "legal", "privacy", "operations", "customer_service", "communications", "executive",
    "vendor_manager", "insurer", "counsel",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingFacts:
    """What is known when somebody is told; texts are ready to be read."""

    wave: Wave
    is_drill: bool
    vendors: str
    kind: str
    learned: str | None
    people: str
    places: Sequence[str]
    data: Sequence[str]
    systems: Sequence[str]
    processes: Sequence[str]
    cost: str | None
    duties: Sequence[str]
    contract: Sequence[str]
    is_assumed: bool


def wave_of(state: IncidentState) -> Wave | None:
    """Return which wave a state calls for; None when nobody is told any more."""
    if state is IncidentState.SUSPECTED:
        return Wave.SUSPECTED
    return Wave.CONFIRMED if state in {IncidentState.CONFIRMED, IncidentState.CONTAINED} else None


def briefing(role: str, facts: BriefingFacts) -> str:
    """Return what one role is told: the same first lines for all, then what concerns it.

    Outsiders are told what happened and what is asked of them, and no figure of ours.
    """
    lines = [_first(facts)]
    if role in {"insurer", "counsel", "partner"}:
        lines += [_FOR_OUTSIDERS[role]]
    else:
        lines += ["", f"Expected reach: {facts.people}." + (" Some counts are assumed." if facts.is_assumed else "")]
        for title, texts in _parts(role, facts):
            lines += ["", f"{title}:", *[f"- {text}" for text in texts or ("nothing that is known",)]]
    if facts.learned and role not in _FOR_OUTSIDERS:
        lines += ["", f"How it was learned: {facts.learned}"]
    return "\n".join(lines)


def _first(facts: BriefingFacts) -> str:
    mark = "THIS IS A DRILL. " if facts.is_drill else ""
    certain = "is suspected" if facts.wave is Wave.SUSPECTED else "is confirmed"
    return f"{mark}A breach at {facts.vendors} {certain}: {facts.kind}."


_FOR_OUTSIDERS = {
    "insurer": "Please take this as first notice under our policy and tell us what you need.",
    "counsel": "Please be ready to advise; the facts follow by the way agreed for privileged matters.",
    "partner": "We tell you early because it may concern you. More follows as it becomes known.",
}


def _parts(role: str, facts: BriefingFacts) -> list[tuple[str, Sequence[str]]]:
    parts: dict[str, tuple[str, Sequence[str]]] = {
        "duties": ("Duties whose clocks run or may run, next first", facts.duties),
        "places": ("People by jurisdiction", facts.places),
        "data": ("Kinds of data", facts.data),
        "systems": ("Systems it may reach", facts.systems),
        "processes": ("Processes that may stop", facts.processes),
        "cost": ("What it may cost", [facts.cost] if facts.cost else []),
        "contract": ("What the contract says", facts.contract),
    }
    wanted = {
        "legal": ("duties", "places", "data", "contract"),
        "privacy": ("duties", "places", "data"),
        "operations": ("systems", "processes"),
        "customer_service": ("places", "data"),
        "communications": ("places", "duties"),
        "executive": ("cost", "duties"),
        "vendor_manager": ("contract", "data"),
    }.get(role, ("duties", "systems", "cost"))
    return [parts[name] for name in wanted]


def silent(
    told: Sequence[tuple[int, datetime]], answered: Collection[int], escalated: Collection[int], now: datetime
) -> list[int]:
    """Return who was told at least `SILENCE` ago, has not answered, and whose silence went nowhere yet.

    Examples
    --------
    >>> noon = datetime(2026, 11, 24, 12)
    >>> silent([(1, noon), (2, noon)], {2}, (), noon + SILENCE)
    [1]
    """
    return [number for number, at in told if number not in answered and number not in escalated and at + SILENCE <= now]
