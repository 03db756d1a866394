"""From facts to the exposure graph, and the graph as flat arrays."""
