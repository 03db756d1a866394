"""From facts to the exposure graph: who and what is compromised when something else is (model section 2).

Edges run the way compromise travels, often against the way data was sent. Every edge keeps the codes of the facts
it comes from and the separate *parts* it is combined of: the cascade draws each part on its own identity, so that
cutting one fact leaves the luck of all others untouched. Facts are taken in the order of their codes, so the graph
does not depend on the order of rows.
"""

from collections.abc import Collection
from datetime import date

import networkx as nx

from registry.domain.exposure.builder import ExposureBuilder
from registry.domain.exposure.names import (
    CATEGORIES,
    CODE,
    COPY,
    DATASET,
    FACTS,
    HOLDER,
    HOME,
    HOME_SYSTEM,
    KIND,
    MARGIN_PER_DAY,
    NAME,
    PARTS,
    PEOPLE,
    PEOPLE_ASSUMED,
    PROBABILITY,
    PROCESS,
    PROTECTION,
    RANK,
    RTO_HOURS,
    SHARE,
    STORAGE,
    SYSTEM,
    VENDOR,
    WARNINGS,
    WEIGHT,
    EdgePart,
    code_of,
    copy_node,
    process_node,
    system_node,
    vendor_node,
)
from registry.domain.register.collector import collector_paused
from registry.domain.register.errors import InvalidRegister, UnknownCode
from registry.domain.register.facts import Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.presence import presence_at
from registry.domain.register.problems import errors_of
from registry.domain.register.quality import people_by_dataset
from registry.domain.register.rules import check
from registry.domain.register.vocabulary import ScenarioKind

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
    "build",
    "code_of",
    "copy_node",
    "node_of",
    "people_by_dataset",
    "process_node",
    "system_node",
    "vendor_node",
]


def node_of(register: Register, code: str) -> str:
    """Return the node key of a vendor or system; raises UnknownCode."""
    if code in register.vendor_by_code:
        return vendor_node(code)
    if code in register.system_by_code:
        return system_node(code)
    raise UnknownCode(code, "vendor or system")


def build(
    register: Register,
    parameters: Parameters,
    *,
    kind: ScenarioKind,
    as_of: date,
    start: Collection[str] = (),
) -> "nx.DiGraph[str]":
    """Build the exposure graph of a register at a date, for one kind of scenario.

    Parameters
    ----------
    register
        The facts. Its sheet of changed parameters is *not* applied here: see `registry.domain.scenario.scenario.prepare`.
    parameters
        Those in force.
    kind
        Its multipliers scale the edges; edges it cannot travel (probability 0) are left out.
    as_of
        The day asked about: flows not yet started, or ended and certified deleted by then, do not count.
    start
        Codes of vendors and systems the scenario starts from; facts of a prospect count only when it is one of them.

    Returns
    -------
    nx.DiGraph
        Nodes `vendor:CODE`, `system:CODE`, `copy:DATASET@HOLDER`, `process:CODE` with the attributes named by the
        constants of this module; edges with `probability`, `facts` and `parts`; `graph.graph["warnings"]` holds the
        problems of model section 2.

    Raises
    ------
    UnknownCode
        A start code that is neither a vendor nor a system.
    InvalidRegister
        A reference to a fact that does not exist; carries every error of the register.

    Notes
    -----
    Linear in facts; pauses the garbage collector, which otherwise doubles the time on 100,000 flows.
    """
    for code in start:
        node_of(register, code)
    with collector_paused():
        try:
            return ExposureBuilder(register, parameters, kind, presence_at(register, as_of, start)).graph()
        except KeyError:
            problems = errors_of(check(register))
            if problems:
                raise InvalidRegister(problems) from None
            raise
