"""What cutting one fact would save: candidates by dominators and by routes, then each of them on the same draws.

The dominator tree of a live world gives what every single row would save, but a fact may own several rows, and cost
does not add up. So the tree *ranks*; the figures shown are those of the scenario run again without the fact.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from registry.domain import exposure
from registry.domain.answer import BestCut
from registry.domain.arrays import STORAGES, Arrays, Floats, is_sealed, key_of, with_rows, without_rows
from registry.domain.exposure import EdgePart
from registry.domain.facts import Flow, Register
from registry.domain.kernel_inputs import kernel_scratch, packed_edges
from registry.domain.prepared import Prepared
from registry.domain.run import Run
from registry.domain.trials import Trials
from registry.domain.vocabulary import Lifecycle
from registry.domain.whatif import WhatIf, WhatIfKind, apply_what_if, is_cuttable

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
    money travel. Each saving is the scenario minus the scenario with that fact cut, people and cost in full, over the
    worlds of the run (at most 16,384 of them; `BestCut.worlds` says how many).
    """
    trials = Trials(run, threads=threads, cancelled=cancelled)
    cost_before = float(trials.cost.mean())
    if cost_before == 0.0:
        return ()
    people_before = float(trials.people.mean())
    facts = _candidates(run, trials)
    found = []
    for fact, (cost, people) in zip(
        facts, trials.with_each([arrays_without(run.prepared, fact) for fact in facts]), strict=True
    ):
        saving = cost_before - float(cost.mean())
        found.append(
            BestCut(
                fact=fact,
                saving=saving,
                saving_share=saving / cost_before,
                people_saved=people_before - float(people.mean()),
                worlds=trials.worlds,
            )
        )
    helpful = [cut for cut in found if cut.saving > 0]
    return tuple(sorted(helpful, key=lambda cut: (-cut.saving, cut.fact))[:count])


def _candidates(run: Run, trials: Trials) -> list[str]:
    """Return the facts worth trying: those that rank first by dominators, then those on the likeliest routes."""
    arrays, worth = run.prepared.arrays, _worth(run, trials)
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


def _worth(run: Run, trials: Trials) -> Floats:
    """Return what reaching each node is worth, roughly, in money; shape (nodes,)."""
    arrays = run.prepared.arrays
    copies, stoppable = arrays.copies, arrays.stoppable
    people = float(trials.people.mean())
    per_person = float(trials.cost.mean()) / people if people > 0.0 else 1.0
    worth = np.zeros(len(arrays.nodes))
    worth[copies.node] = copies.share * arrays.population.dataset_people[copies.dataset] * per_person
    lost_days = np.maximum(0.0, np.exp(run.luck.days_mu) - stoppable.rto_days)
    worth[stoppable.node] = stoppable.margin_per_day * lost_days
    return worth


def _expected(run: Run, worth: Floats) -> Floats:
    expected: Floats = worth * run.sample.hits
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
    from registry.domain import kernel_cuts

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
    arrays, register = prepared.arrays, prepared.register
    rows = arrays.rows_of_fact.get(fact, ())
    flow = next((row for row in register.flows if row.code == fact), None)
    may_end_a_vendor = flow is None or _is_terminated(register, flow.sender) or _is_terminated(register, flow.recipient)
    is_shared = any(arrays.facts[row] != (fact,) for row in rows)
    if flow is not None and not may_end_a_vendor:
        return _without_flow(prepared, flow) if is_shared else without_rows(arrays, rows)
    has_terminated = any(vendor.lifecycle is Lifecycle.TERMINATED for vendor in register.vendors)
    if not is_shared and not has_terminated:
        return without_rows(arrays, rows)
    cut = WhatIf(kind=WhatIfKind.CUT, subject=fact)
    return prepared.with_register(apply_what_if(register, prepared.parameters, cut)).arrays


def _is_terminated(register: Register, code: str) -> bool:
    vendor = register.vendor_by_code.get(code)
    return vendor is not None and vendor.lifecycle is Lifecycle.TERMINATED


def _without_flow(prepared: Prepared, flow: Flow) -> Arrays:
    """Merge again what a flow shares with others, from the small register of just those others."""
    graph = exposure.build(
        _neighbours(prepared, flow),
        prepared.parameters,
        kind=prepared.kind,
        as_of=prepared.as_of,
        start=prepared.start & {flow.sender, flow.recipient},
    )
    parts = {key_of(part.identity): part for _, _, edge in graph.edges(data=True) for part in edge[exposure.PARTS]}
    arrays = _with_parts(prepared.arrays, flow.code, parts)
    return _with_copy(arrays, graph, exposure.copy_node(flow.dataset, flow.recipient))


def _neighbours(prepared: Prepared, flow: Flow) -> Register:
    """Return the part of a register that decides what is left of a flow's copy and relationship."""
    register = prepared.register
    same_data = prepared.flows_of_dataset[flow.dataset]
    same_way = prepared.flows_of_pair[flow.sender, flow.recipient]
    flows = tuple({row.code: row for row in (*same_data, *same_way) if row.code != flow.code}.values())
    ends = {flow.sender, flow.recipient} | {code for row in flows for code in (row.sender, row.recipient)}
    datasets = tuple(row for row in register.datasets if row.code in {flow.dataset, *(each.dataset for each in flows)})
    systems = ends | {dataset.system for dataset in datasets}
    codes = {row.code for row in flows}
    return Register(
        organisation=register.organisation,
        vendors=tuple(row for row in register.vendors if row.code in ends),
        systems=tuple(replace(row, hosted_by=None) for row in register.systems if row.code in systems),
        datasets=datasets,
        flows=flows,
        controls=register.controls,
        placements=tuple(row for row in register.placements if row.fact in codes),
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
