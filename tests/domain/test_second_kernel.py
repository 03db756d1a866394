"""A second kernel, written differently, against the compiled one over a million worlds: no bias hides in the draws.

Whole columns of worlds at once in numpy, draws from numpy's own generator, reach by repeated relaxation: nothing is
shared with the engine but the graph.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from graphs import arrays_of, graph_of, luck_of, register_of

from registry.domain.scenario.cascade import Sampling, simulate

NODES = 24
WORLDS = 1_000_000


def random_edges(seed):
    rng = np.random.default_rng(seed)
    edges = []
    for tail in range(NODES):
        for head in rng.choice(NODES, size=4, replace=False):
            if head != tail:
                # tiny chances and near-certainties too: where 32-bit thresholds would show
                probability = float(rng.choice([0.001, 0.02, 0.1, 0.3, 0.6, 0.97, 0.999]))
                edges.append((f"vendor:{tail:02d}", f"vendor:{head:02d}", probability))
    edges += [(f"vendor:{n:02d}", f"copy:D-{n % 4:03d}@V-{n:02d}", 0.5) for n in range(NODES)]
    return edges


def relax(edges, nodes, worlds, rng):
    """Reached or not, per node and world: keep passing compromise along live edges until nothing changes."""
    number = {key: position for position, key in enumerate(nodes)}
    live = [(number[tail], number[head], rng.random(worlds) < p) for tail, head, p in edges]
    reached = np.zeros((len(nodes), worlds), dtype=bool)
    reached[number["vendor:00"]] = True
    while True:
        before = reached.sum()
        for tail, head, is_live in live:
            reached[head] |= reached[tail] & is_live
        if reached.sum() == before:
            return reached


@pytest.mark.storm
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_million_worlds_agree_with_the_second_kernel(seed):
    compare(seed, WORLDS, 50_000)


@pytest.mark.slow
def test_a_hundred_thousand_worlds_agree_with_the_second_kernel():
    compare(4, 100_000, 50_000)


def compare(seed, worlds, batch):
    edges = random_edges(seed)
    arrays = arrays_of(graph_of(edges), register_of({f"D-{n:03d}": 1000 for n in range(4)}))
    sample = simulate(arrays, arrays.numbers(["vendor:00"]), luck_of(), Sampling(seed=seed, iterations=worlds))
    rng = np.random.default_rng(1000 + seed)
    counts = np.zeros(len(arrays.nodes))
    datasets, squares = 0.0, 0.0
    for _ in range(worlds // batch):
        reached = relax(edges, arrays.nodes, batch, rng)
        counts += reached.sum(axis=1)
        exposed = count_datasets(reached, arrays.nodes)
        datasets += exposed.sum()
        squares += (exposed.astype(float) ** 2).sum()
    chance = counts / worlds
    error = np.sqrt(2 * chance * (1 - chance) / worlds)
    assert np.all(np.abs(sample.hits / worlds - chance) <= 4.5 * error + 1e-12)
    mean = datasets / worlds
    spread = np.sqrt(2 * (squares / worlds - mean**2) / worlds)
    assert abs(sample.columns[0].mean() / 1000 - mean) <= 4.5 * spread


def count_datasets(reached, nodes):
    """Datasets with at least one exposed copy, per world."""
    found = [
        np.any([reached[n] for n, key in enumerate(nodes) if key.startswith(f"copy:D-{number:03d}@")], axis=0)
        for number in range(4)
    ]
    return np.sum(found, axis=0)
