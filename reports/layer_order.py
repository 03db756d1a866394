"""In which order things stand within their layers, so that lines cross little: sweeps by barycentre, the best one kept.

The barycentre heuristic: K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system
structures, IEEE Transactions on Systems, Man, and Cybernetics 11 (1981). Lines over several layers are not cut into
pieces: each counts as one between its two layers.
"""

from collections.abc import Iterable, Sequence

__all__ = ["count_crossings", "order_layers"]

_SWEEPS = 10
_Ends = Sequence[tuple[int, int]]


def order_layers(layers: Sequence[Sequence[int]], ends: _Ends) -> tuple[list[list[int]], int]:
    """Order the things of every layer.

    Parameters
    ----------
    layers : sequence of sequences of int
        Things by layer, in the order that is kept where nothing speaks for another.
    ends : sequence of pairs of int
        Lines between things.

    Returns
    -------
    list of lists of int, int
        The things of each layer from top to bottom, and how many pairs of lines between layers cross.

    Notes
    -----
    O(sweeps x lines x log lines); the result depends on nothing but the arguments.
    """
    layer_of = {thing: place for place, layer in enumerate(layers) for thing in layer}
    neighbours: dict[int, list[int]] = {thing: [] for thing in layer_of}
    for source, target in ends:
        if source != target:
            neighbours[source].append(target)
            neighbours[target].append(source)
    now = [list(layer) for layer in layers]
    best, fewest = now, count_crossings(now, ends)
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        rightward = sweep % 2 == 0
        now = _swept(now, neighbours, layer_of, rightward=rightward)
        crossings = count_crossings(now, ends)
        if crossings < fewest:
            best, fewest = now, crossings
    return best, fewest


def _swept(
    layers: list[list[int]], neighbours: dict[int, list[int]], layer_of: dict[int, int], *, rightward: bool
) -> list[list[int]]:
    """Order layer after layer by the mean place of the neighbours on the side the sweep comes from."""
    places = {thing: place for layer in layers for thing, place in _places(layer)}
    ordered = [list(layer) for layer in layers]
    for number in range(len(layers)) if rightward else range(len(layers) - 1, -1, -1):
        layer = ordered[number]

        def pull(thing: int, number: int = number) -> float:
            near = [
                places[other]
                for other in neighbours[thing]
                if (layer_of[other] < number if rightward else layer_of[other] > number)
            ]
            return sum(near) / len(near) if near else places[thing]

        layer.sort(key=lambda thing: (round(pull(thing), 9), places[thing]))
        places.update(_places(layer))
    return ordered


def _places(layer: Sequence[int]) -> Iterable[tuple[int, float]]:
    return ((thing, (place + 0.5) / len(layer)) for place, thing in enumerate(layer))


def count_crossings(layers: Sequence[Sequence[int]], ends: _Ends) -> int:
    """Count the pairs of straight lines between the same two layers that cross.

    Examples
    --------
    >>> count_crossings([[0, 1], [2, 3]], [(0, 3), (1, 2)])
    1
    """
    where = {thing: (number, place) for number, layer in enumerate(layers) for place, thing in enumerate(layer)}
    between: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for source, target in ends:
        (left, high), (right, low) = sorted((where[source], where[target]))
        if left != right:
            between.setdefault((left, right), []).append((high, low))
    return sum(_inversions(pairs, len(layers[right])) for (_, right), pairs in between.items())


def _inversions(pairs: list[tuple[int, int]], size: int) -> int:
    """Count pairs in the wrong order at their second place, by a tree of sums (Fenwick)."""
    tree = [0] * (size + 1)
    total = 0
    for seen, (_, place) in enumerate(sorted(pairs)):
        at, below = place + 1, 0
        while at:
            below += tree[at]
            at &= at - 1
        total += seen - below
        at = place + 1
        while at <= size:
            tree[at] += 1
            at += at & -at
    return total
