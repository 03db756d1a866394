"""What cutting one fact would save: candidates by dominators and by routes, then each of them on the same draws.

The dominator tree of a live world gives what every single row would save, but a fact may own several rows, and cost
does not add up. So the tree *ranks*; the figures shown are those of the scenario run again without the fact.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from registry.domain.exposure import exposure
from registry.domain.exposure.arrays import STORAGES, Arrays, Floats, is_sealed, key_of, with_rows, without_rows
from registry.domain.exposure.exposure import EdgePart
from registry.domain.kernel.inputs import kernel_scratch, packed_edges
from registry.domain.register.facts import Flow, Register
from registry.domain.scenario.answer import BestCut
from registry.domain.scenario.comparing import Means, means_of, means_with
from registry.domain.scenario.prepared import Prepared
from registry.domain.scenario.run import Run
from registry.domain.scenario.trials import Trials
from registry.domain.scenario.whatif import WhatIf, WhatIfKind, apply_what_if, is_cuttable

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["arrays_without", "savings_of_rows", "try_cuts"]

_BY_DOMINATORS: Final = 20
_BY_ROUTES: Final = 12
_WORLDS_RANKED: Final = 512  # a rank needs fewer worlds than a figure


def try_cuts(
    run: Run, *, count: int, cancelled: Callable[[], bool] | None = None, threads: int | None = None
) -> tuple[BestCut, ...]:
    """Return the single cuts that save most, best first.

    Tried are the 20 facts whose rows save most as single ways, and the 12 over whose likeliest routes most people and
    money travel. Each saving is the scenario minus the scenario with that fact cut, people and cost in full: exactly
    where the mean cost is exact, else over the worlds of the run (at most 16,384; `BestCut.worlds` says how many).
    """
    trials = Trials(run, threads=threads, cancelled=cancelled)
    before = means_of(run, trials)
    if before.cost == 0.0:
        return ()
    facts = _candidates(run, trials, before)
    changed = [arrays_without(run.prepared, fact) for fact in facts]
    found = [
        BestCut(
            fact=fact,
            saving=before.cost - after.cost,
            saving_share=(before.cost - after.cost) / before.cost,
            people_saved=before.people - after.people,
            worlds=trials.worlds,
        )
        for fact, after in zip(facts, means_with(run, trials, changed), strict=True)
    ]
    helpful = [cut for cut in found if cut.saving > 1e-12 * before.cost]
    return tuple(sorted(helpful, key=lambda cut: (-cut.saving, cut.fact))[:count])


def _candidates(run: Run, trials: Trials, before: Means) -> list[str]:
    """Return the facts worth trying: those that rank first by dominators, then those on the likeliest routes."""
    arrays, worth = run.prepared.arrays, _worth(run, before)
    savings = savings_of_rows(run, worth, worlds=min(trials.worlds, _WORLDS_RANKED))
    totals: dict[str, float] = {}
    for row in np.flatnonzero(savings > 0.0).tolist():
        codes = arrays.facts[row]
        for code in codes:
            # one fact of several behind a row does not cut it, but may weaken it
            totals[code] = totals.get(code, 0.0) + float(savings[row]) / len(codes)
    ranked = sorted((code for code in totals if is_cuttable(code)), key=lambda code: (-totals[code], code))
    on_routes = [fact for fact in run.ways.facts_by_worth(_expected(run, worth)) if is_cuttable(fact)]
    return list(dict.fromkeys((*ranked[:_BY_DOMINATORS], *on_routes[:_BY_ROUTES])))


def _worth(run: Run, before: Means) -> Floats:
    """Return what reaching each node is worth, roughly, in money; shape (nodes,)."""
    arrays = run.prepared.arrays
    copies, stoppable = arrays.copies, arrays.stoppable
    per_person = before.cost / before.people if before.people > 0.0 else 1.0
    worth = np.zeros(len(arrays.nodes))
    worth[copies.node] = copies.share * arrays.population.dataset_people[copies.dataset] * per_person
    lost_days = np.maximum(0.0, np.exp(run.luck.days_mu) - stoppable.rto_days)
    worth[stoppable.node] = stoppable.margin_per_day * lost_days
    return worth


def _expected(run: Run, worth: Floats) -> Floats:
    known = run.enumeration
    expected: Floats = worth * (run.sample.hits if known is None else known.node_chances)
    return expected


def savings_of_rows(run: Run, weights: Floats, *, worlds: int) -> Floats:
    """Return the mean weight that would not be reached without each row of the graph.

    Parameters
    ----------
    weights
        What reaching a node weighs, shape (nodes,); weights add up.
    worlds
        The first so many worlds are looked at.

    Returns
    -------
    ndarray
        Shape (rows,); exact for the cut of one row on these worlds.

    Notes
    -----
    Dominators by Cooper, Harvey, Kennedy (2001); about three to six times the cost of simulating the worlds.
    """
    from registry.domain.kernel import cuts as kernel_cuts

    arrays = run.prepared.arrays
    nodes, rows = len(arrays.nodes), len(arrays.targets)

    def small(size: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.zeros(size, dtype=np.int32)

    live = kernel_cuts.LiveGraph(
        place_of=small(nodes), offsets=small(nodes + 2), targets=small(rows), rows=small(rows),
        back_offsets=small(nodes + 2), back_sources=small(rows), back_rows=small(rows), rank=small(nodes + 1),
        by_rank=small(nodes + 1), stack=small(nodes + 1), cursors=small(nodes + 1), idom=small(nodes + 1),
        worth=np.zeros(nodes + 1),
    )  # fmt: skip
    savings = np.zeros(rows)
    kernel_cuts.add_savings(
        np.array([0, worlds]), np.uint64(run.scenario.seed & 0xFFFFFFFFFFFFFFFF), run.numbers, packed_edges(arrays),
        kernel_scratch(arrays), live, weights, savings,
    )  # fmt: skip
    mean: Floats = savings / worlds
    return mean


def arrays_without(prepared: Prepared, fact: str) -> Arrays:
    """Return the arrays of a prepared register with one fact cut; all other draws keep their luck.

    Rows of that fact alone are left out. A row it shares with others (a merged copy or relationship) is merged again
    from what is left; where that is not enough, the whole graph is built again.
    """
    rows = prepared.arrays.rows_of_fact.get(fact, ())
    flow = prepared.flow_by_code.get(fact)
    is_shared = any(prepared.arrays.facts[row] != (fact,) for row in rows)
    if flow is None:
        is_enough = not is_shared and not prepared.terminated
    else:
        is_shared |= len(prepared.flows_of_copy[flow.dataset, flow.recipient]) > 1
        is_enough = prepared.terminated.isdisjoint((flow.sender, flow.recipient)) and not _is_count(prepared, flow)
    if not is_enough:
        cut = WhatIf(kind=WhatIfKind.CUT, subject=fact)
        return prepared.with_register(apply_what_if(prepared.register, prepared.parameters, cut)).arrays
    return _without_flow(prepared, flow) if flow is not None and is_shared else without_rows(prepared.arrays, rows)


def _is_count(prepared: Prepared, flow: Flow) -> bool:
    """Whether the people of a dataset that nobody counted rest on this flow."""
    return (
        flow.people == prepared.people[flow.dataset] and prepared.register.dataset_by_code[flow.dataset].people is None
    )


def _without_flow(prepared: Prepared, flow: Flow) -> Arrays:
    """Merge again what a flow shares with others, from the small register of just those others."""
    others = _neighbours(prepared, flow)
    start = prepared.start.intersection(others.vendor_by_code)
    graph = exposure.build(others, prepared.parameters, kind=prepared.kind, as_of=prepared.as_of, start=start)
    parts = {key_of(part.identity): part for _, _, edge in graph.edges(data=True) for part in edge[exposure.PARTS]}
    arrays = _with_parts(prepared.arrays, flow.code, parts)
    return _with_copy(arrays, graph, exposure.copy_node(flow.dataset, flow.recipient))


def _neighbours(prepared: Prepared, flow: Flow) -> Register:
    """Return the part of a register that decides what is left of a flow's copy and relationship."""
    register = prepared.register
    same_copy = prepared.flows_of_copy[flow.dataset, flow.recipient]
    same_way = prepared.flows_of_pair[flow.sender, flow.recipient]
    flows = tuple({row.code: row for row in (*same_copy, *same_way) if row.code != flow.code}.values())
    ends = {flow.sender, flow.recipient} | {row.sender for row in flows}
    datasets = [register.dataset_by_code[code] for code in {flow.dataset, *(row.dataset for row in flows)}]
    systems = {code for code in ends if code in register.system_by_code} | {dataset.system for dataset in datasets}
    return Register(
        organisation=register.organisation,
        vendors=tuple(register.vendor_by_code[code] for code in ends if code in register.vendor_by_code),
        systems=tuple(replace(register.system_by_code[code], hosted_by=None) for code in systems),
        # counts as in the whole register, where other flows may tell how many people there are at least
        datasets=tuple(replace(dataset, people=prepared.people[dataset.code]) for dataset in datasets),
        flows=flows,
        controls=register.controls,
        placements=tuple(row for each in flows for row in prepared.placements_of_fact.get(each.code, ())),
    )


def _with_parts(arrays: Arrays, fact: str, parts: Mapping[int, EdgePart]) -> Arrays:
    gone: list[int] = []
    changed: dict[int, tuple[float, tuple[str, ...]]] = {}
    for row in arrays.rows_of_fact.get(fact, ()):
        part = parts.get(int(arrays.keys[row])) if arrays.facts[row] != (fact,) else None
        if part is None:
            gone.append(row)
        else:
            changed[row] = (part.probability, part.facts)
    return without_rows(with_rows(arrays, changed), gone)


def _with_copy(arrays: Arrays, graph: "nx.DiGraph[str]", node: str) -> Arrays:
    """Give a copy what is left of its share, storage, protection and weight."""
    if node not in graph or node not in arrays.number:
        return arrays
    data = graph.nodes[node]
    number = int(arrays.copy_of_node[arrays.number[node]])
    copies = arrays.copies
    share, storage, sealed, weight = (
        copies.share.copy(), copies.storage.copy(), copies.sealed.copy(), copies.weight.copy()
    )  # fmt: skip
    share[number] = data[exposure.SHARE]
    storage[number] = STORAGES.index(str(data[exposure.STORAGE]))
    sealed[number] = is_sealed(data[exposure.PROTECTION])
    weight[number] = data[exposure.WEIGHT]
    return replace(arrays, copies=replace(copies, share=share, storage=storage, sealed=sealed, weight=weight))
