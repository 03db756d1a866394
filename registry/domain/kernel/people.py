"""What the nodes reached in one world mean: people in three readings of overlap, places, areas, stopped services."""

import math
from typing import NamedTuple

import numpy as np

from registry.domain.kernel.draws import Array, Word, compiled, fraction, normal_quantile, uniform
from registry.domain.kernel.search import Scratch

__all__ = ["Bodies", "Chances", "World", "tally_world"]


class Bodies(NamedTuple):
    """What a reached node means for people: copies, datasets, segments, jurisdictions and processes."""

    copy_of_node: Array
    process_of_node: Array
    copy_dataset: Array
    copy_share: Array
    copy_storage: Array
    copy_sealed: Array
    copy_home: Array
    copy_weight: Array
    copy_key: Array
    dataset_people: Array
    dataset_residual: Array
    dataset_found: Array
    coverage_offsets: Array
    coverage_segments: Array
    coverage_shares: Array
    segment_people: Array
    jurisdiction_offsets: Array
    jurisdiction_columns: Array
    jurisdiction_shares: Array
    rto_days: Array
    margin_per_day: Array


class Chances(NamedTuple):
    """How the draws besides the cascade fall.

    `fractions` holds one quantile table per storage, shape (storages, 1024); `area_limits` the normal quantiles
    of the four areas' chances, `area_factor` the lower Cholesky factor of their correlation, `keys` the draw keys
    of stopped days and of the four areas.
    """

    fractions: Array
    area_limits: Array
    area_factor: Array
    days_mu: float
    days_sigma: float
    keys: Array


class World(NamedTuple):
    """Per-world output: `columns` (7, worlds), `areas` bit sets (worlds), people per segment and jurisdiction."""

    columns: Array
    areas: Array
    segments: Array
    jurisdictions: Array


@compiled
def tally_world(
    world_stream: Word, stamp: int, tail: int, column: int, row: int, bodies: Bodies, chances: Chances, scratch: Scratch,
    world: World,
) -> int:  # fmt: skip
    """Write what the reached nodes expose into one column of the output; return the number of touched datasets.

    People per segment and jurisdiction go to `row` of their tables, which holds zeros before.

    `scratch.dataset_values[:, d]` keeps, per touched dataset: survival over all copies (independent), largest
    share (nested), sum of shares (disjoint), survival over unprotected copies.
    """
    queue, node_stamps = scratch.queue, scratch.node_stamps
    values = scratch.dataset_values
    touched = 0
    records = 0.0
    weighted_records = 0.0
    found = 0.0
    weighted_found = 0.0
    stopped_loss = 0.0
    days = -1.0
    is_sealed = False
    for position in range(tail):
        node = queue[position]
        copy = bodies.copy_of_node[node]
        if copy < 0:
            process = bodies.process_of_node[node]
            if process >= 0:
                if days < 0.0:
                    z = normal_quantile(uniform(chances.keys[0], world_stream))
                    days = math.exp(chances.days_mu + chances.days_sigma * z)
                stopped_loss += max(0.0, days - bodies.rto_days[process]) * bodies.margin_per_day[process]
            continue
        taken = bodies.copy_share[copy] * fraction(
            chances.fractions[bodies.copy_storage[copy]], bodies.copy_key[copy], world_stream
        )
        dataset = bodies.copy_dataset[copy]
        if scratch.dataset_stamps[dataset] != stamp:
            scratch.dataset_stamps[dataset] = stamp
            scratch.datasets[touched] = dataset
            touched += 1
            values[0, dataset] = 1.0
            values[1, dataset] = 0.0
            values[2, dataset] = 0.0
            values[3, dataset] = 1.0
        values[0, dataset] *= 1.0 - taken
        values[1, dataset] = max(values[1, dataset], taken)
        values[2, dataset] += taken
        home = bodies.copy_home[copy]
        if bodies.copy_sealed[copy] and not (home >= 0 and node_stamps[home] == stamp):
            is_sealed = True
        else:
            values[3, dataset] *= 1.0 - taken
        weight = bodies.copy_weight[copy]
        records += taken * bodies.dataset_people[dataset]
        weighted_records += taken * bodies.dataset_people[dataset] * weight
        found += taken * bodies.dataset_found[dataset]
        weighted_found += taken * bodies.dataset_found[dataset] * weight
    people = _unite(stamp, touched, column, row, bodies, scratch, world, is_sealed)
    columns = world.columns
    columns[4, column] = records
    columns[5, column] = (
        weighted_records / records if records > 0.0 else (weighted_found / found if found > 0.0 else 1.0)
    )
    columns[6, column] = stopped_loss
    if people > 0.0 or days >= 0.0:
        world.areas[column] = _areas(world_stream, chances)
    return touched


@compiled
def _unite(
    stamp: int, touched: int, column: int, row: int, bodies: Bodies, scratch: Scratch, world: World, is_sealed: bool  # noqa: FBT001  compiled code takes no keywords
) -> float:  # fmt: skip
    """Union of people over the touched datasets: three readings of overlap, and the protected rest."""
    values = scratch.dataset_values
    kept = scratch.segment_values
    people = 0.0
    nested = 0.0
    disjoint = 0.0
    unprotected = 0.0
    unknown = world.jurisdictions.shape[1] - 1
    segments = 0
    for position in range(touched):
        dataset = scratch.datasets[position]
        share = 1.0 - values[0, dataset]
        summed = min(1.0, values[2, dataset])
        opened = 1.0 - values[3, dataset]
        residual = bodies.dataset_residual[dataset]
        if residual > 0.0:
            people += residual * share
            nested += residual * values[1, dataset]
            disjoint += residual * summed
            unprotected += residual * opened
            world.jurisdictions[row, unknown] += residual * share
        for cell in range(bodies.coverage_offsets[dataset], bodies.coverage_offsets[dataset + 1]):
            segment = bodies.coverage_segments[cell]
            cover = bodies.coverage_shares[cell]
            if scratch.segment_stamps[segment] != stamp:
                scratch.segment_stamps[segment] = stamp
                scratch.segments[segments] = segment
                segments += 1
                kept[0, segment] = 1.0
                kept[1, segment] = 0.0
                kept[2, segment] = 0.0
                kept[3, segment] = 1.0
            kept[0, segment] *= 1.0 - share * cover
            kept[1, segment] = max(kept[1, segment], values[1, dataset] * cover)
            kept[2, segment] += summed * cover
            kept[3, segment] *= 1.0 - opened * cover
    for position in range(segments):
        segment = scratch.segments[position]
        size = bodies.segment_people[segment]
        here = size * (1.0 - kept[0, segment])
        people += here
        nested += size * kept[1, segment]
        disjoint += size * min(1.0, kept[2, segment])
        unprotected += size * (1.0 - kept[3, segment])
        world.segments[row, segment] = here
        for cell in range(bodies.jurisdiction_offsets[segment], bodies.jurisdiction_offsets[segment + 1]):
            world.jurisdictions[row, bodies.jurisdiction_columns[cell]] += here * bodies.jurisdiction_shares[cell]
    columns = world.columns
    columns[0, column] = people
    columns[1, column] = min(nested, people)  # equal up to rounding when one copy is exposed
    columns[2, column] = max(disjoint, people)
    columns[3, column] = max(0.0, people - unprotected) if is_sealed else 0.0
    return people


@compiled
def _areas(world_stream: Word, chances: Chances) -> int:
    """Draw which of the four areas are materially hit: a Gaussian copula, returned as a bit set."""
    hit = 0
    z = np.empty(4)
    for area in range(4):
        z[area] = normal_quantile(uniform(chances.keys[1 + area], world_stream))
        correlated = 0.0
        for other in range(area + 1):
            correlated += chances.area_factor[area, other] * z[other]
        if correlated <= chances.area_limits[area]:
            hit |= 1 << area
    return hit
