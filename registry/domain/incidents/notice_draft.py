"""First drafts of notices: the facts filled in, and every gap named, so that nobody begins with a blank page.

A draft is never sent by itself; a person reads it, completes it and sends it the way the recipient wants it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.domain.duties.obligations import DutyRule

__all__ = ["NoticeFacts", "draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What a notice says; None is a gap that a person fills."""

    organisation: str
    vendors: str
    kind: str
    moments: Mapping[str, datetime]
    people: str | None
    places: str | None
    categories: str | None
    is_protected: bool
    contact: str | None


_SALUTATION = {
    "people": "Dear customer,",
    "customers": "Dear customer,",
    "media": "To the editors,",
    "insurer": "To the claims department,",
}
_PUBLIC = frozenset({"people", "customers", "media"})


def draft(rule: DutyRule, facts: NoticeFacts) -> str:
    """Return the draft of the notice a rule asks for.

    Examples
    --------
    >>> GAP.format("how many people")
    '[to be filled in: how many people]'
    """
    lines = [_SALUTATION.get(rule.notify, f"To the {rule.notify.replace('_', ' ')},"), ""]
    lines += _public(facts) if rule.notify in _PUBLIC else _formal(rule, facts)
    lines += ["", f"Contact: {facts.contact or GAP.format('name, address and telephone')}", facts.organisation]
    if rule.note:
        lines += ["", f"For whoever completes this: {rule.note}"]
    return "\n".join(lines)


GAP = "[to be filled in: {}]"


def _formal(rule: DutyRule, facts: NoticeFacts) -> list[str]:
    return [
        f"{facts.organisation} notifies you under {rule.law} of a breach at {facts.vendors}, which processes data for us.",
        "",
        f"What happened: {facts.kind} at {facts.vendors}. {GAP.format('what is known of the cause')}",
        *_when(facts),
        f"People concerned: {facts.people or GAP.format('how many people')}, in {facts.places or GAP.format('where')}.",
        f"Data concerned: {facts.categories or GAP.format('kinds of data')}."
        + (" It was encrypted or tokenised, and the key is not known to be lost." if facts.is_protected else ""),
        f"Likely consequences: {GAP.format('what may come of it for these people')}.",
        f"Measures: {GAP.format('what was done and is planned, also for the people concerned')}.",
        "This notice will be supplemented as more becomes known.",
    ]


def _public(facts: NoticeFacts) -> list[str]:
    return [
        f"we write to tell you of a breach at {facts.vendors}, a company that processes data for {facts.organisation}.",
        "",
        *_when(facts),
        f"What it concerns: {facts.categories or GAP.format('kinds of data')}.",
        f"What we did: {GAP.format('measures')}.",
        f"What you can do: {GAP.format('advice in plain words')}.",
        f"We are sorry. {GAP.format('where to ask, and when somebody answers')}.",
    ]


def _when(facts: NoticeFacts) -> list[str]:
    words = {"suspicion": "First suspicion", "confirmation": "Confirmed", "awareness": "We became aware"}
    said = [
        f"{label}: {facts.moments[key]:%Y-%m-%d %H:%M} UTC." for key, label in words.items() if key in facts.moments
    ]
    return said or [f"When: {GAP.format('when it happened and when it was found')}."]
