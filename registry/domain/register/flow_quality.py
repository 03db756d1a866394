"""Warnings that depend on the date: how the flows that count then fit together."""

from collections.abc import Iterator, Mapping

import networkx as nx

from registry.domain.register.facts import Flow, Register
from registry.domain.register.presence import Presence
from registry.domain.register.problems import Problem
from registry.domain.register.quality import warning_at
from registry.domain.register.vocabulary import Relationship

__all__ = ["flow_warnings"]

_TOLERANCE = 1e-9  # of shares that were computed from counts of people


def flow_warnings(register: Register, presence: Presence, people: Mapping[str, int]) -> Iterator[Problem]:
    """Yield the warnings on the flows that count: cycles, senders without the data, shares and ranks that disagree."""
    yield from _cycles(register, presence)
    yield from _senders(register, presence, people)
    yield from _ranks(register, presence)


def _cycles(register: Register, presence: Presence) -> Iterator[Problem]:
    """Warn once per group of vendors that give data to each other in a circle."""
    vendors = register.vendor_by_code
    between = [flow for flow in presence.flows if flow.sender in vendors]
    waiting: dict[str, int] = {}
    onward: dict[str, list[str]] = {}
    for flow in between:
        onward.setdefault(flow.sender, []).append(flow.recipient)
        waiting[flow.recipient] = waiting.get(flow.recipient, 0) + 1
    # vendors nobody gives data to cannot be on a circle; taking them away one after the other leaves little or nothing
    free = [code for code in onward if code not in waiting]
    while free:
        for recipient in onward.pop(free.pop(), ()):
            waiting[recipient] -= 1
            if waiting[recipient] == 0 and recipient in onward:
                free.append(recipient)
    rest: nx.DiGraph[str] = nx.DiGraph((one, other) for one, others in onward.items() for other in others)
    for group in nx.strongly_connected_components(rest):
        if len(group) > 1:
            inside = sorted(
                (flow for flow in between if flow.sender in group and flow.recipient in group),
                key=lambda flow: flow.code,
            )
            names = ", ".join(sorted(group))
            codes = ", ".join(flow.code for flow in inside)
            message = f"The flows {codes} go round in a circle ({names}); it is simulated as it stands."
            yield warning_at(inside[0], "cycle_of_flows", "sender", message)


def _senders(register: Register, presence: Presence, people: Mapping[str, int]) -> Iterator[Problem]:
    homes = {dataset.code: dataset.system for dataset in register.datasets}
    received: dict[tuple[str, str], float] = {}
    for flow in presence.flows:
        key = (flow.dataset, flow.recipient)
        received[key] = max(received.get(key, 0.0), _share(flow, people))
    for flow in presence.flows:
        if homes[flow.dataset] == flow.sender:
            continue
        held = received.get((flow.dataset, flow.sender))
        if held is None:
            message = f"{flow.sender} does not hold {flow.dataset}; register how it gets there, or correct the sender."
            yield warning_at(flow, "sender_without_dataset", "sender", message)
        elif _share(flow, people) > held + _TOLERANCE:
            column = "people" if flow.people is not None else "people_share"
            message = (
                f"The share {_share(flow, people):.4g} is above the {held:.4g} that {flow.sender} itself receives."
            )
            yield warning_at(flow, "share_above_sender", column, message)


def _share(flow: Flow, people: Mapping[str, int]) -> float:
    if flow.people_share is not None:
        return flow.people_share
    if flow.people is not None:
        total = people[flow.dataset]
        return flow.people / total if total else 0.0
    return 1.0


def _ranks(register: Register, presence: Presence) -> Iterator[Problem]:
    for vendor in register.vendors:
        rank = presence.ranks.get(vendor.code)
        if rank is None:
            continue
        if vendor.relationship is Relationship.DIRECT and rank > 1:
            message = (
                f"Registered as direct, but it is {rank} steps from our systems; make it an nth party or add its flow."
            )
            yield warning_at(vendor, "relationship_disagrees", "relationship", message)
        if vendor.relationship is Relationship.NTH_PARTY and rank == 1:
            message = "Registered as nth party, but it takes data from, or enters, our own systems; make it direct."
            yield warning_at(vendor, "relationship_disagrees", "relationship", message)
