"""Large graphs fold so that the picture stays readable, and unfold on demand."""

from reports.ring import RingEdge, RingNode
from reports.ring_folding import EDGES_DRAWN, fold


def star(leaves: int, kind: str = "dataset") -> tuple[list[RingNode], list[RingEdge]]:
    nodes = [RingNode(key="V-0001", kind="vendor", label="Start", hop=0, chance=1.0, people=5.0)]
    nodes.append(RingNode(key="S-001", kind="system", label="CRM", hop=1, chance=0.5, people=5.0))
    edges = [RingEdge(source="V-0001", target="S-001", chance=0.5)]
    for i in range(leaves):
        nodes.append(RingNode(key=f"D-{i:04}", kind=kind, label=f"Data {i}", hop=2, chance=0.3, people=float(i)))
        edges.append(RingEdge(source="S-001", target=f"D-{i:04}", chance=0.6, facts=(f"F-{i:04}",)))
    return nodes, edges


def test_a_small_graph_is_drawn_whole() -> None:
    nodes, edges = star(20)
    assert len(fold(nodes, edges).nodes) == 22
    assert fold(nodes, edges).folded_into == {}


def test_leaves_of_one_parent_fold_into_one_node_that_counts_them() -> None:
    nodes, edges = star(70)
    folded = fold(nodes, edges)
    group = next(node for node in folded.nodes if node.kind == "group")
    assert group.label == "+ 70 datasets"
    assert group.members == 70
    assert {edge.target for edge in folded.edges} == {"S-001", group.key}


def test_an_opened_fold_shows_its_members_most_important_first() -> None:
    nodes, edges = star(70)
    folded = fold(nodes, edges, opened={"fold:S-001:dataset"})
    assert "D-0069" in {node.key for node in folded.nodes}
    assert "D-0000" not in {node.key for node in folded.nodes}


def test_what_must_stay_visible_stays() -> None:
    nodes, edges = star(70)
    assert "D-0000" in {node.key for node in fold(nodes, edges, keep={"D-0000"}).nodes}


def test_thousands_of_nodes_become_groups_by_ring_and_kind() -> None:
    nodes, edges = star(3000)
    folded = fold(nodes, edges)
    assert len(folded.nodes) < 40
    assert sum(node.members for node in folded.nodes) == len(nodes)


def test_too_many_edges_keep_the_likeliest_way_into_each_node() -> None:
    nodes, edges = star(36)
    edges += [
        RingEdge(source=f"D-{i:04}", target=f"D-{j:04}", chance=0.9) for i in range(36) for j in range(36) if i != j
    ]
    drawn = fold(nodes, edges).edges
    assert len(drawn) <= EDGES_DRAWN
    assert {edge.target for edge in drawn} >= {node.key for node in nodes[1:]}
