"""Keeping a large picture readable: leaves of one parent fold into "+ 14 datasets", far larger graphs into groups.

The table beside the picture always lists everything; what is folded opens on demand.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.ring import RingEdge, RingNode

__all__ = ["EDGES_DRAWN", "NODES_DRAWN", "FoldedGraph", "drawn_edges", "fold", "folded_nodes"]

NODES_DRAWN = 42  # beyond it labels begin to miss
EDGES_DRAWN = 150  # beyond it lines cover each other
_GROUPED_BEYOND = 2000  # nodes; above, only groups and the most important nodes are drawn
_ALONE_WHEN_GROUPED = 20
_FEWEST_FOLDED = 3
_PLURALS = {"process": "processes", "dataset": "datasets", "vendor": "vendors", "system": "systems"}


@dataclass(frozen=True, slots=True)
class FoldedGraph:
    """What to draw, and which folded node stands for each one that is not drawn itself."""

    nodes: tuple[RingNode, ...]
    edges: tuple[RingEdge, ...]
    folded_into: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Spared:
    """Nodes that must be drawn themselves, and folds that were opened."""

    nodes: frozenset[str]
    folds: frozenset[str]


def fold(
    nodes: Iterable[RingNode],
    edges: Iterable[RingEdge],
    *,
    limit: int = NODES_DRAWN,
    opened: Collection[str] = (),
    keep: Collection[str] = (),
) -> FoldedGraph:
    """Fold a graph until at most about `limit` nodes are drawn.

    Parameters
    ----------
    nodes, edges : iterables
        The whole graph.
    limit : int
        How many nodes may be drawn.
    opened : collection of str
        Keys of folded nodes that were opened: their members are drawn.
    keep : collection of str
        Keys that must be drawn themselves, such as the selected node and its route.

    Returns
    -------
    FoldedGraph
        Starts are never folded. Least important leaves go first, then whole rings by kind. Deterministic; O(n log n + e).
    """
    listed = sorted(nodes, key=lambda node: (node.hop, node.key))
    wires = sorted(edges, key=lambda edge: (edge.source, edge.target))
    if len(listed) <= limit:
        return FoldedGraph(tuple(listed), drawn_edges(wires, {node.key: node.key for node in listed}, listed), {})
    spared = _Spared(frozenset(keep) | {node.key for node in listed if node.is_start}, frozenset(opened))
    target: dict[str, str] = {}
    if len(listed) <= _GROUPED_BEYOND:
        _fold_leaves(listed, wires, spared, target, limit=limit)
    remaining = [node for node in listed if node.key not in target]
    if len(remaining) + len(set(target.values())) > limit:
        alone = _ALONE_WHEN_GROUPED if len(listed) > _GROUPED_BEYOND else limit // 2
        _fold_rings(remaining, spared, target, alone=alone)
    return _apply(listed, wires, target)


def _fold_leaves(
    nodes: Sequence[RingNode], edges: Sequence[RingEdge], spared: _Spared, target: dict[str, str], *, limit: int
) -> None:
    """Fold leaves of one parent and kind, least important families first, until few enough are left."""
    parents: dict[str, tuple[float, str]] = {}
    hop = {node.key: node.hop for node in nodes}
    chance = {node.key: node.chance for node in nodes}
    has_children = set()
    for edge in edges:
        if edge.source in hop and edge.target in hop and hop[edge.source] < hop[edge.target]:
            has_children.add(edge.source)
            strength = (edge.chance * chance[edge.source], edge.source)
            parents[edge.target] = max(parents.get(edge.target, strength), strength)
    families: dict[tuple[str, str], list[RingNode]] = defaultdict(list)
    for node in nodes:
        if node.key not in spared.nodes and node.key not in has_children and node.key in parents:
            families[parents[node.key][1], node.kind].append(node)
    drawn = len(nodes)
    by_weight = sorted(families.items(), key=lambda item: (max(n.weight for n in item[1]), item[0]))
    for (parent, kind), members in by_weight:
        key = f"fold:{parent}:{kind}"
        if drawn <= limit or len(members) < _FEWEST_FOLDED or key in spared.folds:
            continue
        target.update({member.key: key for member in members})
        drawn -= len(members) - 1


def _fold_rings(nodes: Sequence[RingNode], spared: _Spared, target: dict[str, str], *, alone: int) -> None:
    """Fold what is left by ring and kind, except the most important."""
    ranked = sorted(nodes, key=lambda node: (-node.weight, node.key))
    drawn = spared.nodes | {node.key for node in ranked[:alone]}
    for node in nodes:
        key = f"ring:{node.hop}:{node.kind}"
        if node.key not in drawn and key not in spared.folds:
            target[node.key] = key


def _apply(nodes: Sequence[RingNode], edges: Sequence[RingEdge], target: dict[str, str]) -> FoldedGraph:
    members: dict[str, list[RingNode]] = defaultdict(list)
    for node in nodes:
        if node.key in target:
            members[target[node.key]].append(node)
    for key, folded in list(members.items()):
        if len(folded) == 1:
            del target[folded[0].key]
            del members[key]
    folds = [_folded_node(key, folded) for key, folded in sorted(members.items())]
    drawn = [node for node in nodes if node.key not in target] + folds
    shown = {node.key: target.get(node.key, node.key) for node in nodes}
    return FoldedGraph(tuple(drawn), drawn_edges(edges, shown, drawn), target)


def folded_nodes(folded_into: Mapping[str, str], nodes: Mapping[str, RingNode]) -> dict[str, RingNode]:
    """Return the folded nodes of a folding again, for members that say something else by now."""
    members: dict[str, list[RingNode]] = defaultdict(list)
    for key, group in folded_into.items():
        members[group].append(nodes[key])
    return {key: _folded_node(key, folded) for key, folded in members.items()}


def _folded_node(key: str, members: Sequence[RingNode]) -> RingNode:
    kinds = Counter(member.kind for member in members)
    kind = kinds.most_common(1)[0][0]
    word = _PLURALS.get(kind, f"{kind}s") if len(kinds) == 1 else "things"
    return replace(
        members[0],
        key=key,
        kind="group",
        label=f"+ {len(members):,} {word}",
        hop=min(member.hop for member in members),
        chance=max(member.chance for member in members),
        people=max(member.people for member in members),
        figures="",
        below=False,
        protected=all(member.protected for member in members),
        struck=all(member.struck for member in members),
        members=len(members),
    )


def drawn_edges(edges: Sequence[RingEdge], shown: dict[str, str], nodes: Sequence[RingNode]) -> tuple[RingEdge, ...]:
    """One edge per drawn pair; when there are too many, the likeliest way into each node first, then the likeliest."""
    bundles: dict[tuple[str, str], list[RingEdge]] = {}
    for edge in edges:
        source, target = shown.get(edge.source), shown.get(edge.target)
        if source is not None and target is not None and source != target:
            bundles.setdefault((source, target), []).append(edge)
    merged = {pair: _merged(pair, bundle) for pair, bundle in bundles.items()}
    if len(merged) <= EDGES_DRAWN:
        return tuple(merged.values())
    hop = {node.key: node.hop for node in nodes}
    chance_of = {node.key: node.chance for node in nodes}
    strongest: dict[str, tuple[float, str]] = {}
    for (source, target), edge in merged.items():
        if hop[source] < hop[target]:
            strength = (edge.chance * chance_of[source], source)
            strongest[target] = max(strongest.get(target, strength), strength)
    tree = {(source, target) for target, (_, source) in strongest.items()}
    others = sorted(
        (pair for pair in merged if pair not in tree),
        key=lambda pair: (-merged[pair].chance * chance_of[pair[0]], pair),
    )
    wanted = tree | set(others[: max(0, EDGES_DRAWN - len(tree))])
    return tuple(edge for pair, edge in merged.items() if pair in wanted)


def _merged(pair: tuple[str, str], bundle: Sequence[RingEdge]) -> RingEdge:
    """Put edges between the same drawn nodes together; cut only when all of them are."""
    return RingEdge(
        source=pair[0],
        target=pair[1],
        chance=max(edge.chance for edge in bundle),
        facts=tuple(dict.fromkeys(fact for edge in bundle for fact in edge.facts)),
        cut=all(edge.cut for edge in bundle),
    )
