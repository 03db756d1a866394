"""The compiled part: worlds of the cascade and what each of them exposes.

A world is drawn by counters (`kernel_draws`), searched from its start (`kernel_search`) and turned into people, places
and areas (`kernel_people`); here are the loops over worlds, simulated or enumerated, and the price of their people.

Modules named `kernel*` alone import numba; import them late. All functions release the GIL.
"""

import math
from typing import Final

import numpy as np

from registry.domain.kernel.draws import Array, Word, compiled, fraction, normal_quantile, stream, uniform
from registry.domain.kernel.people import Bodies, Chances, World, tally_world
from registry.domain.kernel.search import PackedEdges, Scratch, count_reached, spread, spread_listed

__all__ = [
    "COLUMNS",
    "PEOPLE_SCALE",
    "Bodies",
    "Chances",
    "PackedEdges",
    "Scratch",
    "World",
    "count_reached",
    "curve_costs",
    "enumerate_worlds",
    "fraction",
    "normal_quantile",
    "simulate_worlds",
    "stream",
    "uniform",
]

# Rows of the per-world output, in this order.
COLUMNS: Final = ("people", "nested", "disjoint", "protected", "records", "weight", "stopped_loss")
# Sums over worlds are kept as whole numbers of 1/256 person: adding in any order gives the same.
PEOPLE_SCALE: Final = 256.0


@compiled
def simulate_worlds(
    worlds: Array, base: int, seed: Word, start: Array, edges: PackedEdges, bodies: Bodies, chances: Chances, scratch: Scratch,
    world_out: World, hits: Array, dataset_hits: Array, dataset_people: Array,
) -> None:  # fmt: skip
    """Simulate worlds `worlds[0] <= w < worlds[1]` into columns `w - base` of the output.

    `hits` (nodes), `dataset_hits` and `dataset_people` (datasets; in 1/256 person) are int64 and added to, so the
    sums of several threads may be added in any order.
    """
    for world in range(worlds[0], worlds[1]):
        world_stream = stream(seed, world)
        stamp = world + 1
        tail = spread(world_stream, stamp, start, edges, scratch)
        for position in range(tail):
            hits[scratch.queue[position]] += 1
        column = world - base
        touched = tally_world(world_stream, stamp, tail, column, column, bodies, chances, scratch, world_out)
        for position in range(touched):
            dataset = scratch.datasets[position]
            exposed = (1.0 - scratch.dataset_values[0, dataset]) * bodies.dataset_people[dataset]
            dataset_hits[dataset] += 1
            dataset_people[dataset] += np.int64(exposed * PEOPLE_SCALE + 0.5)


@compiled
def enumerate_worlds(
    probabilities: Array, start: Array, offsets: Array, targets: Array, bits: Array, bodies: Bodies, chances: Chances,
    scratch: Scratch, world_out: World, weights: Array, node_chances: Array, dataset_chances: Array, dataset_people: Array,
    segment_people: Array, jurisdiction_people: Array,
) -> None:  # fmt: skip
    """Go through all `2 ** len(probabilities)` worlds of the uncertain edges, each with its exact chance.

    Fills `weights` and the columns of `world_out` (its two tables have one row, used again) and adds to the chances
    of nodes and datasets and to the mean people per dataset, segment and jurisdiction. The people mean something
    only where `chances` draws nothing: fixed fractions.
    """
    for world in range(weights.shape[0]):
        weight = 1.0
        for bit in range(probabilities.shape[0]):
            weight *= probabilities[bit] if (world >> bit) & 1 else 1.0 - probabilities[bit]
        weights[world] = weight
        stamp = world + 1
        tail = spread_listed(world, stamp, start, offsets, targets, bits, scratch)
        for position in range(tail):
            node_chances[scratch.queue[position]] += weight
        world_out.segments[0, :] = 0.0
        world_out.jurisdictions[0, :] = 0.0
        touched = tally_world(np.uint64(0), stamp, tail, world, 0, bodies, chances, scratch, world_out)
        for segment in range(segment_people.shape[0]):
            segment_people[segment] += weight * world_out.segments[0, segment]
        for place in range(jurisdiction_people.shape[0]):
            jurisdiction_people[place] += weight * world_out.jurisdictions[0, place]
        for position in range(touched):
            dataset = scratch.datasets[position]
            dataset_chances[dataset] += weight
            dataset_people[dataset] += (
                weight * (1.0 - scratch.dataset_values[0, dataset]) * bodies.dataset_people[dataset]
            )


@compiled
def curve_costs(first: int, seed: Word, key: Word, curve: Array, amounts: Array, factors: Array, out: Array) -> None:
    """Price worlds by a curve `exp(intercept + slope ln(amount) + sigma z) * factor`, 0 where the amount is 0.

    `curve` = (intercept, slope, sigma); `amounts`, `factors` and `out` have one element per world from `first` on;
    z is drawn once per world from `key`.
    """
    for position in range(amounts.shape[0]):
        amount = amounts[position]
        out[position] = 0.0
        if amount > 0.0:
            z = normal_quantile(uniform(key, stream(seed, first + position)))
            log_cost = curve[0] + curve[1] * math.log(amount) + curve[2] * z
            out[position] = math.exp(log_cost) * factors[position]
