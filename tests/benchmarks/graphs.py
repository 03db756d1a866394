"""Graphs and registers of the sizes that figures are given for."""

import random

import networkx as nx
import numpy as np

from registry.domain.exposure.arrays import Arrays, Copies, Stoppable
from registry.domain.exposure.population import Population
from registry.domain.kernel import kernel
from registry.domain.register.facts import (
    Access,
    Coverage,
    Dataset,
    Flow,
    Jurisdiction,
    Link,
    Organisation,
    Register,
    Segment,
    System,
    Vendor,
)
from registry.domain.register.vocabulary import AccessKind, LinkKind, Protection, Storage


def power_law(nodes, edges, rng):
    weights = (np.arange(nodes) + 1.0) ** -0.6
    weights /= weights.sum()
    names = rng.permutation(nodes)
    return names[rng.choice(nodes, edges, p=weights)], rng.permutation(nodes)[rng.choice(nodes, edges, p=weights)]


def erdos_renyi(nodes, edges, rng):
    return rng.integers(0, nodes, edges), rng.integers(0, nodes, edges)


def tiers(nodes, edges, rng):
    """Twelve layers, edges from each to the next: a supply chain."""
    size = nodes // 12
    layer = rng.integers(0, 11, edges)
    return layer * size + rng.integers(0, size, edges), (layer + 1) * size + rng.integers(0, size, edges)


def chances(count, *, is_dense, rng):
    if is_dense:
        return rng.uniform(0.01, 0.5, count)
    return np.exp(rng.uniform(np.log(0.01), np.log(0.5), count))


class Graph:
    def __init__(self, shape, nodes, edges, *, is_dense, seed):
        rng = np.random.default_rng(seed)
        sources, targets = shape(nodes, edges, rng)
        pairs = np.unique(np.stack([sources, targets])[:, sources != targets], axis=1)
        self.nodes, self.sources, self.targets = nodes, pairs[0], pairs[1]
        self.chances = chances(len(self.sources), is_dense=is_dense, rng=rng).astype(np.float32).astype(np.float64)
        self.weights = rng.random(nodes).astype(np.float32).astype(np.float64)
        self.offsets = np.searchsorted(self.sources, np.arange(nodes + 1)).astype(np.int64)
        self.start = int(np.argmax(np.diff(self.offsets)))
        words = np.empty((len(self.sources), 2), dtype=np.uint64)
        words[:, 0] = rng.integers(0, 2**64, len(self.sources), dtype=np.uint64)
        limits = (np.rint(self.chances * 2**32) - 1).astype(np.uint64)
        words[:, 1] = (limits << np.uint64(32)) | self.targets.astype(np.uint64)
        self.packed = kernel.PackedEdges(self.offsets, words.reshape(-1))

    def scratch(self):
        none = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros((4, 0))
        widest = int(np.diff(self.offsets).max())
        return kernel.Scratch(
            np.zeros(self.nodes, dtype=np.int64), np.zeros(self.nodes + 1, dtype=np.int32),
            np.zeros(widest + 1, dtype=np.int32), *none, *none,
        )  # fmt: skip

    def networkx(self):
        graph = nx.DiGraph()
        graph.add_nodes_from((n, {"payoff": float(w)}) for n, w in enumerate(self.weights))
        graph.add_edges_from(
            (int(s), int(t), {"activation_prob": float(p)})
            for s, t, p in zip(self.sources, self.targets, self.chances, strict=True)
        )
        return graph


def arrays_with_people(graph, leaves, *, datasets=400, segments=60):
    """The graph with a copy at every leaf, each of a random dataset, and people who overlap at random."""
    rng = np.random.default_rng(2)
    count, cells = len(leaves), 3 * datasets
    return Arrays(
        nodes=tuple(f"vendor:{n:05d}" for n in range(graph.nodes)), number={}, offsets=graph.offsets,
        sources=graph.sources.astype(np.int32), targets=graph.targets.astype(np.int32),
        thresholds=(np.rint(graph.chances * 2**32) - 1).astype(np.uint32), keys=graph.packed.words[::2].copy(),
        probabilities=graph.chances, facts=(),
        copies=Copies(
            node=leaves, dataset=rng.integers(0, datasets, count).astype(np.int32), holder=("",) * count,
            share=rng.random(count), storage=rng.integers(0, 4, count).astype(np.int8),
            sealed=(rng.random(count) < 0.3).astype(np.uint8), home=rng.integers(0, graph.nodes, count).astype(np.int32),
            weight=rng.uniform(0.5, 2.0, count), key=rng.integers(0, 2**64, count, dtype=np.uint64),
        ),
        stoppable=Stoppable(np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0)),
        population=Population(
            datasets=tuple(map(str, range(datasets))), dataset_people=rng.uniform(1e3, 1e6, datasets),
            found=np.full(datasets, 500.0), residual=rng.uniform(0, 1e5, datasets), assumed=frozenset(),
            segments=tuple(map(str, range(segments))), segment_people=rng.uniform(1e3, 1e6, segments),
            coverage_offsets=(np.arange(datasets + 1) * 3).astype(np.int64),
            coverage_segments=rng.integers(0, segments, cells).astype(np.int32), coverage_shares=rng.random(cells),
            jurisdictions=tuple(map(str, range(segments))), jurisdiction_offsets=(np.arange(segments + 1) * 6).astype(np.int64),
            jurisdiction_columns=rng.integers(0, segments, 6 * segments).astype(np.int32),
            jurisdiction_shares=np.full(6 * segments, 1 / 6),
        ),
    )  # fmt: skip


def large_register(vendors, flows, seed=1):
    rng = random.Random(seed)
    systems = [f"S-{n:04d}" for n in range(max(10, vendors // 20))]
    datasets = [f"D-{n:04d}" for n in range(max(10, vendors // 25))]
    segments = [f"G-{n:02d}" for n in range(60)]
    codes = [f"V-{n:05d}" for n in range(vendors)]
    home = {code: rng.choice(systems) for code in datasets}
    popularity = [1 / (n + 1) ** 0.5 for n in range(vendors)]
    places = [f"US-{a}{b}" for a in "ACMN" for b in "ACDEHIJKLMNORTY"]
    return Register(
        organisation=Organisation(name="Us", sector="retail", annual_revenue=1e9, customers=5_000_000),
        vendors=tuple(Vendor(code=code, name=code) for code in codes),
        systems=tuple(System(code=code, name=code, hosted_by=rng.choice(codes)) for code in systems),
        segments=tuple(Segment(code=code, name=code, people=rng.randint(1000, 300_000)) for code in segments),
        jurisdictions=tuple(Jurisdiction(segment=s, jurisdiction=p, share=1 / 8) for s in segments for p in rng.sample(places, 6)),
        datasets=tuple(
            Dataset(code=code, name=code, system=home[code], categories=("user.contact",), people=rng.randint(100, 1_000_000))
            for code in datasets
        ),
        coverage=tuple(Coverage(dataset=d, segment=s, share=rng.random()) for d in datasets for s in rng.sample(segments, 3)),
        flows=tuple(
            flow for n in range(flows) if (flow := _flow(n, rng, codes, popularity, home)).sender != flow.recipient
        ),
        access=tuple(
            Access(code=f"A-{n:05d}", vendor=rng.choice(codes), system=rng.choice(systems), kind=rng.choice(list(AccessKind)))
            for n in range(vendors)
        ),
        links=tuple(
            Link(code=f"L-{n:05d}", from_system=pair[0], to_system=pair[1], kind=rng.choice(list(LinkKind)))
            for n in range(3 * len(systems))
            for pair in [rng.sample(systems, 2)]
        ),
    )  # fmt: skip


def _flow(number, rng, codes, popularity, home):
    dataset = rng.choice(list(home))
    return Flow(
        code=f"F-{number:06d}",
        sender=home[dataset] if rng.random() < 0.6 else rng.choices(codes, popularity)[0],
        recipient=rng.choices(codes, popularity)[0],
        dataset=dataset,
        people_share=rng.random(),
        storage=rng.choice([Storage.BULK, Storage.CACHED, Storage.IN_MEMORY]),
        protection=rng.choice(list(Protection)),
        sender_reads_back=rng.random() < 0.2,
    )
