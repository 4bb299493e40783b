"""The browse tree as a feed's rows imply it: who lies under whom, and how many products under each."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ecs.embedded.product import NodeRef, Product


class Node(NamedTuple):
    """A browse node. ``parent`` is None at a root; ``search_index`` is that of the first product under it."""

    id: str
    name: str
    parent: str | None
    search_index: str


class NodeTree:
    """Browse nodes collected from products. Where rows disagree about a name or a parent, the first one stands."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def add(self, product: Product) -> None:
        """Take in the nodes of a product."""
        touched = set()
        for node in product.browse_nodes:
            path: tuple[NodeRef, ...] = (node, *node.ancestors)
            parents = [ref.id for ref in path[1:]]
            for ref, parent in zip(path, [*parents, None], strict=True):
                if ref.id not in self._nodes and parent != ref.id:
                    self._nodes[ref.id] = Node(ref.id, ref.name, parent, product.search_index)
                touched.add(ref.id)
        self._counts.update(touched)

    def count(self, node_id: str) -> int:
        """How many products lie in the node or below it."""
        return self._counts[node_id]
