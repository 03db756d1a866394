"""What cutting one fact would save: the scenario again without it, on the same draws."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from registry.domain import cascade, exposure
from registry.domain.answer import BestCut
from registry.domain.arrays import STORAGES, Arrays, is_sealed, key_of, with_rows, without_rows
from registry.domain.cascade import Sampling
from registry.domain.cost import price
from registry.domain.exposure import EdgePart
from registry.domain.facts import Flow, Register
from registry.domain.prepared import Prepared
from registry.domain.run import Run
from registry.domain.vocabulary import Lifecycle
from registry.domain.whatif import WhatIf, WhatIfKind, apply_what_if, is_cuttable

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["arrays_without", "try_cuts"]

_TRIED: Final = 12
_WORLDS: Final = 2048  # enough to compare cuts on common draws


def try_cuts(
    run: Run, *, count: int, cancelled: Callable[[], bool] | None = None, threads: int | None = None
) -> tuple[BestCut, ...]:
    """Return the single cuts that save most among the facts on the likeliest routes, best first.

    Each saving is the scenario minus the scenario with that fact cut, people and cost in full, over the same worlds
    (at most 2,048 of them).
    """
    worlds, seed = min(run.sample.worlds, _WORLDS), run.scenario.seed
    columns = run.sample.columns[:, :worlds]
    cost_before = float(price(columns, run.curve, run.terms, seed=seed).total.mean())
    people_before = float(columns[0].mean())
    if cost_before == 0.0:
        return ()
    sampling = Sampling(seed=seed, iterations=worlds, threads=threads)
    found = []
    for fact in _candidates(run)[:_TRIED]:
        arrays = arrays_without(run.prepared, fact)
        sample = cascade.simulate(arrays, arrays.numbers(run.start), run.luck, sampling, cancelled=cancelled)
        saving = cost_before - float(price(sample.columns, run.curve, run.terms, seed=seed).total.mean())
        people_saved = people_before - float(sample.columns[0].mean())
        found.append(BestCut(fact=fact, saving=saving, saving_share=saving / cost_before, people_saved=people_saved))
    helpful = [cut for cut in found if cut.saving > 0]
    return tuple(sorted(helpful, key=lambda cut: (-cut.saving, cut.fact))[:count])


def _candidates(run: Run) -> list[str]:
    """Return the facts on the likeliest routes to copies and processes, by the people and money behind them."""
    arrays, hits = run.prepared.arrays, run.sample.hits
    copies, stoppable = arrays.copies, arrays.stoppable
    worth = np.zeros(len(arrays.nodes))
    worth[copies.node] = hits[copies.node] * copies.share * arrays.population.dataset_people[copies.dataset]
    worth[stoppable.node] = hits[stoppable.node] * stoppable.margin_per_day
    return [fact for fact in run.ways.facts_by_worth(worth) if is_cuttable(fact)]


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
