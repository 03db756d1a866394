"""The compiled part: worlds of the cascade and what each of them exposes.

A draw is `mix(key + stream(seed, world))`: a counter, not a state, so a world comes out the same whatever
thread, block or machine works on it, and two scenarios that share a fact share its luck. In every world the
out-rows of a node are hashed in sequence and without a branch; only live ones touch the stamps (random access).
Stamps carry the number of the world, so nothing is cleared between worlds and a world costs what it reaches.

This is the only module that imports numba; import it late. Compiled code is cached where `NUMBA_CACHE_DIR` says.
All functions release the GIL. Measured designs, and those that lost, stand in the tests under `benchmarks`.
"""

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = [
    "COLUMNS",
    "PEOPLE_SCALE",
    "Bodies",
    "Chances",
    "Edges",
    "PackedEdges",
    "Scratch",
    "World",
    "compiled",
    "count_reached",
    "curve_costs",
    "enumerate_worlds",
    "fraction",
    "mix",
    "normal_quantile",
    "simulate_worlds",
    "spread",
    "stream",
    "uniform",
]

P = ParamSpec("P")
T = TypeVar("T")
Array = NDArray[Any]
Word = Any  # 64 bits without sign; a numpy scalar outside compiled code
Number = Any  # a compiled signed integer

# Rows of the per-world output, in this order.
COLUMNS: Final = ("people", "nested", "disjoint", "protected", "records", "weight", "stopped_loss")
# Sums over worlds are kept as whole numbers of 1/256 person: adding in any order gives the same.
PEOPLE_SCALE: Final = 256.0

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_S30: Final = np.uint64(30)
_S27: Final = np.uint64(27)
_S31: Final = np.uint64(31)
_S32: Final = np.uint64(32)
_S11: Final = np.uint64(11)
_LOWER_HALF: Final = np.uint64(0xFFFFFFFF)
_ONE: Final = np.uint64(1)
_UNIT: Final = 2.0**-53


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile on first use, cached on disk, without the GIL; division follows IEEE like numpy's."""
    return cast("Callable[P, T]", njit(cache=True, nogil=True, error_model="numpy")(function))


def _prefetch_code(typing_context: Any, array: Any, position: Any) -> Any:  # noqa: ARG001  numba's protocol
    """Ask for one element of an array to be brought into the cache; it need not exist."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        instruction = get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, ir.FunctionType(ir.VoidType(), [byte, number, number, number]), "llvm.prefetch.p0i8"
        )
        address = builder.bitcast(builder.gep(held.data, [arguments[1]]), byte)
        builder.call(instruction, [address, number(0), number(3), number(1)])  # to read, keep close, data
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


_prefetch: Any = intrinsic(_prefetch_code)


class Edges(NamedTuple):
    """Compressed rows: `offsets` (nodes + 1), then per row `targets`, `thresholds` (uint32), `keys` (uint64)."""

    offsets: Array
    targets: Array
    thresholds: Array
    keys: Array


class PackedEdges(NamedTuple):
    """The same rows in pairs of words: key, then threshold (upper half) and target (lower half).

    A row touches one cache line instead of three: 5-12 % faster at 10,000 nodes, 10-20 % at 100,000.
    """

    offsets: Array
    words: Array


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


class Scratch(NamedTuple):
    """Working memory of one thread; stamps hold the number of the last world + 1 that touched a slot."""

    node_stamps: Array
    queue: Array
    live: Array
    dataset_stamps: Array
    datasets: Array
    dataset_values: Array
    segment_stamps: Array
    segments: Array
    segment_values: Array


class World(NamedTuple):
    """Per-world output: `columns` (7, worlds), `areas` bit sets (worlds), people per segment and jurisdiction."""

    columns: Array
    areas: Array
    segments: Array
    jurisdictions: Array


@compiled
def mix(value: Word) -> Word:
    """Return the SplitMix64 finaliser of a 64-bit word (Steele, Lea, Flood 2014)."""
    value = (value ^ (value >> _S30)) * _MIX_1
    value = (value ^ (value >> _S27)) * _MIX_2
    return value ^ (value >> _S31)


@compiled
def stream(seed: Word, world: int) -> Word:
    """Return the 64-bit word that a world adds to every key."""
    return mix(mix(np.uint64(seed) + _GOLDEN) + (np.uint64(world) + _ONE) * _GOLDEN)


@compiled
def uniform(key: Word, world_stream: Word) -> float:
    """Return the draw of a key in a world, strictly between 0 and 1, with 53 bits."""
    return (np.float64(mix(np.uint64(key) + np.uint64(world_stream)) >> _S11) + 0.5) * _UNIT


@compiled
def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile to 1e-15 (Wichura 1988, algorithm AS 241, PPND16)."""
    q = probability - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
                + 133.14166789178437745) * r + 3.387132872796366608
        )  # fmt: skip
        bottom = (
            ((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
                + 42.313330701600911252) * r + 1.0
        )  # fmt: skip
        return q * top / bottom
    r = probability if q < 0.0 else 1.0 - probability
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        top = (
            ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
                + 4.6303378461565452959) * r + 1.42343711074968357734
        )  # fmt: skip
        bottom = (
            ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
                + 2.05319162663775882187) * r + 1.0
        )  # fmt: skip
    else:
        r -= 5.0
        top = (
            ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
                + 5.4637849111641143699) * r + 6.6579046435011037772
        )  # fmt: skip
        bottom = (
            ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
                + 0.59983220655588793769) * r + 1.0
        )  # fmt: skip
    return -top / bottom if q < 0.0 else top / bottom


@compiled
def spread(world_stream: Word, stamp: int, start: Array, edges: PackedEdges, scratch: Scratch) -> Number:
    """Search one world from its start; the reached nodes stand in `scratch.queue[:returned]`.

    O(out-rows of reached nodes). `stamp` differs from every stamp used before on this scratch.
    """
    offsets, words = edges
    stamps, queue, live = scratch.node_stamps, scratch.queue, scratch.live
    tail: Number = 0
    for node in start:
        stamps[node] = stamp
        queue[tail] = node
        tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        found: Number = 0
        for row in range(offsets[node], offsets[node + 1]):
            word = words[2 * row + 1]
            live[found] = np.int32(word & _LOWER_HALF)
            found += np.int64((mix(words[2 * row] + np.uint64(world_stream)) >> _S32) <= (word >> _S32))
        for position in range(found):
            target = live[position]
            queue[tail] = target  # the queue has one slot to spare, so a target met before is overwritten
            # its rows are read some nodes later: asked for now, they are there by then (1.5-2 x at 100,000 nodes)
            _prefetch(words, 2 * offsets[target])
            tail += np.int64(stamps[target] != stamp)
            stamps[target] = stamp
    return tail


@compiled
def _spread_listed(
    world: int, stamp: int, start: Array, offsets: Array, targets: Array, bits: Array, scratch: Scratch
) -> Number:
    """Search as `spread`, with the bits of the world number for draws; bit -1 is an edge that always holds."""
    stamps, queue = scratch.node_stamps, scratch.queue
    tail: Number = 0
    for node in start:
        stamps[node] = stamp
        queue[tail] = node
        tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for row in range(offsets[node], offsets[node + 1]):
            if bits[row] >= 0 and not (world >> bits[row]) & 1:
                continue
            target = targets[row]
            queue[tail] = target
            tail += np.int64(stamps[target] != stamp)
            stamps[target] = stamp
    return tail


@compiled
def count_reached(
    worlds: Array,
    seed: Word,
    start: Array,
    edges: PackedEdges,
    scratch: Scratch,
    weights: Array,
    hits: Array,
    sums: Array,
) -> None:
    """Count how often each node is reached, and the weight reached in each world: the cascade and nothing else.

    `worlds` = (first, past the last); `hits` (nodes, int64) is added to; `sums` (worlds, float64) is filled.
    """
    for world in range(worlds[0], worlds[1]):
        tail = spread(stream(seed, world), world + 1, start, edges, scratch)
        total = 0.0
        for position in range(tail):
            node = scratch.queue[position]
            hits[node] += 1
            total += weights[node]
        sums[world - worlds[0]] = total


@compiled
def fraction(table: Array, key: Word, world_stream: Word) -> float:
    """Return the share taken of a copy in a world: its uniform draw read through a quantile table."""
    place = uniform(key, world_stream) * (table.shape[0] - 1)
    cell = np.int64(place)
    low: float = table[cell]
    high: float = table[cell + 1]
    return float(low + (high - low) * (place - cell))


@compiled
def _tally(
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
        touched = _tally(world_stream, stamp, tail, column, column, bodies, chances, scratch, world_out)
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
        tail = _spread_listed(world, stamp, start, offsets, targets, bits, scratch)
        for position in range(tail):
            node_chances[scratch.queue[position]] += weight
        world_out.segments[0, :] = 0.0
        world_out.jurisdictions[0, :] = 0.0
        touched = _tally(np.uint64(0), stamp, tail, world, 0, bodies, chances, scratch, world_out)
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
