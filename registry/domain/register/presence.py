"""Which facts count at a date: lifetimes of flows, revoked accesses, prospects, vendors that are really gone; and ranks."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from registry.domain.register.facts import Access, Dependency, Flow, PlatformUse, Register
from registry.domain.register.vocabulary import AccessOutcome, Lifecycle, Storage

__all__ = ["Presence", "counts_at", "holders_at", "presence_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The facts that count at a date. Facts that have no lifetime (links, datasets) are not repeated here.

    `vendors` have a node; the facts of those in `gone` do not count, even when a scenario starts at one of them.
    """

    vendors: frozenset[str]
    gone: frozenset[str]
    flows: tuple[Flow, ...]
    access: tuple[Access, ...]
    platform_uses: tuple[PlatformUse, ...]
    dependencies: tuple[Dependency, ...]
    ranks: Mapping[str, int]


def counts_at(flow: Flow, as_of: date, *, is_over: bool = False) -> bool:
    """Return whether a flow counts at a date: started, and not both ended and certified deleted by then.

    `is_over` says that it has ended whatever its own date says, because one of the two vendors was terminated.

    >>> from datetime import date
    >>> flow = Flow(code="F-1", sender="S-1", recipient="V-1", dataset="D-1", ends=date(2026, 1, 31))
    >>> counts_at(flow, date(2026, 6, 1))
    True
    """
    if flow.starts is not None and flow.starts > as_of:
        return False
    has_ended = is_over or (flow.ends is not None and flow.ends <= as_of)
    is_deleted = flow.deletion_certified is not None and flow.deletion_certified <= as_of
    return not (has_ended and is_deleted)


def presence_at(register: Register, as_of: date, start: Collection[str] = ()) -> Presence:
    """Return the facts that count at a date in a scenario with this start; linear in the number of facts.

    Prospects and their facts are left out unless the scenario starts there. A terminated vendor stays until the
    deletion of each of its flows is certified and each of its accesses is revoked.
    """
    lifecycles = {vendor.code: vendor.lifecycle for vendor in register.vendors}
    prospects = {code for code, stage in lifecycles.items() if stage is Lifecycle.PROSPECT and code not in start}
    terminated = {code for code, stage in lifecycles.items() if stage is Lifecycle.TERMINATED}
    flows = [
        flow
        for flow in register.flows
        if flow.sender not in prospects
        and flow.recipient not in prospects
        and counts_at(flow, as_of, is_over=flow.sender in terminated or flow.recipient in terminated)
    ]
    access = [
        row for row in register.access if row.outcome is not AccessOutcome.REVOKED and row.vendor not in prospects
    ]
    left = {flow.recipient for flow in flows} | {flow.sender for flow in flows} | {row.vendor for row in access}
    gone = prospects | {code for code in terminated if code not in left}
    return Presence(
        vendors=frozenset(code for code in lifecycles if code not in gone or code in start),
        gone=frozenset(gone),
        flows=tuple(flows),
        access=tuple(access),
        platform_uses=tuple(use for use in register.platform_uses if use.platform not in gone and use.user not in gone),
        dependencies=tuple(row for row in register.dependencies if row.depends_on not in gone),
        ranks=_ranks(flows, access, lifecycles),
    )


def holders_at(register: Register, as_of: date) -> frozenset[str]:
    """Return the codes of the vendors that hold a copy or have a way into a system at a date, prospects too.

    A flow that stores nothing leaves no copy; one that is over and certified deleted, and a revoked access, are gone.
    """
    terminated = {vendor.code for vendor in register.vendors if vendor.lifecycle is Lifecycle.TERMINATED}
    copies = {
        flow.recipient
        for flow in register.flows
        if flow.storage is not Storage.NONE
        and counts_at(flow, as_of, is_over=flow.sender in terminated or flow.recipient in terminated)
    }
    return frozenset(copies | {row.vendor for row in register.access if row.outcome is not AccessOutcome.REVOKED})


def _ranks(flows: Iterable[Flow], access: Iterable[Access], vendors: Collection[str]) -> dict[str, int]:
    """Return the fewest flow or access steps from our systems, by vendor."""
    onward: dict[str, list[str]] = {}
    ranks: dict[str, int] = {row.vendor: 1 for row in access}
    for flow in flows:
        if flow.sender in vendors:
            onward.setdefault(flow.sender, []).append(flow.recipient)
        else:
            ranks[flow.recipient] = 1
    queue = deque(ranks)
    while queue:
        sender = queue.popleft()
        for recipient in onward.get(sender, ()):
            if recipient not in ranks:
                ranks[recipient] = ranks[sender] + 1
                queue.append(recipient)
    return ranks
