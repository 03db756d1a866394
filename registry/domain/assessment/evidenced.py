"""Where the controls that answers are evidence of would stand: the vendor's own flows, accesses and platform uses they act on."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import AccessOutcome

__all__ = ["Evidenced", "proposed_placements"]

_ON_HELD = frozenset({"holds", "reads_back", "exposure"})
_ON_USES = frozenset({"common_cause", "hosting"})


@dataclass(frozen=True, slots=True, order=True)
class Evidenced:
    """A control that an answer is evidence of, and a fact of the vendor it would stand on."""

    control: str
    fact: str
    question: str


def proposed_placements(
    register: Register, vendor: str, controls: Iterable[tuple[str, str]], acts_on: Mapping[str, Collection[str]]
) -> tuple[Evidenced, ...]:
    """Return the placements that answers of a vendor suggest, without those that are there already.

    Parameters
    ----------
    controls
        Pairs of (question, code of the control).
    acts_on
        What each known control acts on; a control that is not in it is left out.

    Notes
    -----
    A control on what is kept (or on its share, or protecting it) stands on the flows to the vendor; one on ways in, on
    its accesses; one on shared causes, on the platforms it uses; one on further vendors, on the flows it passes on.
    Linear in the facts times the controls.
    """
    there = {(row.control, row.fact) for row in register.placements}
    found = {
        Evidenced(code, fact, question)
        for question, code in controls
        if code in acts_on
        for fact in _facts(register, vendor, acts_on[code])
        if (code, fact) not in there
    }
    first: dict[tuple[str, str], Evidenced] = {}
    for each in sorted(found):  # two questions may be evidence of one control: it stands once, for the first
        first.setdefault((each.control, each.fact), each)
    return tuple(first.values())


def _facts(register: Register, vendor: str, targets: Collection[str]) -> Iterator[str]:
    everything = "probability" in targets
    if everything or not _ON_HELD.isdisjoint(targets) or any(each.startswith("protection:") for each in targets):
        yield from (row.code for row in register.flows if row.recipient == vendor)
    if everything or "pivot" in targets:
        yield from (
            row.code for row in register.access if row.vendor == vendor and row.outcome is not AccessOutcome.REVOKED
        )
    if everything or not _ON_USES.isdisjoint(targets):
        yield from (row.code for row in register.platform_uses if row.user == vendor)
    if everything or "upstream" in targets:
        yield from (row.code for row in register.flows if row.sender == vendor)
