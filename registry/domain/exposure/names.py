"""How the exposure graph is written: keys of nodes, names of attributes, and the parts of an edge."""

from typing import Final, NamedTuple

from registry.domain.register.vocabulary import EdgeKind

__all__ = [
    "CATEGORIES",
    "CODE",
    "COPY",
    "DATASET",
    "FACTS",
    "HOLDER",
    "HOME",
    "HOME_SYSTEM",
    "KIND",
    "MARGIN_PER_DAY",
    "NAME",
    "PARTS",
    "PEOPLE",
    "PEOPLE_ASSUMED",
    "PROBABILITY",
    "PROCESS",
    "PROTECTION",
    "RANK",
    "RTO_HOURS",
    "SHARE",
    "STORAGE",
    "SYSTEM",
    "VENDOR",
    "WARNINGS",
    "WEIGHT",
    "EdgePart",
    "code_of",
    "copy_node",
    "process_node",
    "system_node",
    "vendor_node",
]

# values of the node attribute `kind`
VENDOR: Final = "vendor"
SYSTEM: Final = "system"
COPY: Final = "copy"
PROCESS: Final = "process"

# attributes of nodes
KIND: Final = "kind"
CODE: Final = "code"
NAME: Final = "name"
RANK: Final = "rank"  # vendors: fewest flow or access steps from our systems; None when there are none
DATASET: Final = "dataset"
HOLDER: Final = "holder"
SHARE: Final = "share"  # of the dataset's people, after exposure controls
STORAGE: Final = "storage"  # a Storage, or HOME_SYSTEM
PROTECTION: Final = "protection"
CATEGORIES: Final = "categories"
WEIGHT: Final = "weight"
HOME: Final = "home"  # key of the node of the dataset's home system
PEOPLE: Final = "people"  # of the whole dataset
PEOPLE_ASSUMED: Final = "people_assumed"  # nobody counted them
RTO_HOURS: Final = "rto_hours"
MARGIN_PER_DAY: Final = "margin_per_day"

# attributes of edges (`facts` also of copies) and of the graph
PROBABILITY: Final = "probability"
FACTS: Final = "facts"
PARTS: Final = "parts"
WARNINGS: Final = "warnings"

HOME_SYSTEM: Final = "home_system"


class EdgePart(NamedTuple):
    """One independent way along an edge: what is drawn, and by which identity.

    `identity` is `kind|fact code`; where several facts make one thing it names the thing: `holds|D-001@V-0001`,
    `upstream|V-0002>V-0001`, `hosting|V-0001>S-001`.
    """

    kind: EdgeKind
    variant: str | None
    identity: str
    facts: tuple[str, ...]
    probability: float


def vendor_node(code: str) -> str:
    """Return the node key of a vendor."""
    return f"{VENDOR}:{code}"


def system_node(code: str) -> str:
    """Return the node key of a system."""
    return f"{SYSTEM}:{code}"


def process_node(code: str) -> str:
    """Return the node key of a business process."""
    return f"{PROCESS}:{code}"


def copy_node(dataset: str, holder: str) -> str:
    """Return the node key of a dataset's copy at a holder (a vendor or a system, by code)."""
    return f"{COPY}:{dataset}@{holder}"


def code_of(node: str) -> str:
    """Return what a node is called in routes and messages.

    >>> code_of("copy:D-001@V-0001")
    'D-001@V-0001'
    """
    return node.partition(":")[2]
