"""The readers that the child process knows by name: what is called, and whose types its answer may hold.

A further reader is one row here; it takes keyword arguments of plain values and facts, and returns a frozen or slotted
dataclass of plain values, facts and problems. It never raises because of what is in a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = ["READERS", "Reader", "run"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A function to call in the child process, and the modules whose types it answers with."""

    module: str
    function: str = "read"
    answers_with: tuple[str, ...] = ()


READERS: Mapping[str, Reader] = {
    "breaches": Reader(
        "importers.sector", answers_with=("importers.sector", "registry.domain.breaches.public_breaches")
    ),
    "ciso_assistant": Reader("importers.ciso_assistant"),
    "completed": Reader(
        "importers.completed", answers_with=("importers.completed", "registry.domain.assessment.completed")
    ),
    "fides": Reader("importers.fides"),
    "offline_form": Reader("importers.offline_form", answers_with=("importers.offline_form",)),
    "register": Reader("importers.register"),
    "questionnaire": Reader("importers.questionnaire", answers_with=("importers.questionnaire",)),
    "recognise": Reader("importers.recognise", "recognise"),
    "subprocessor_list": Reader("importers.subprocessor_list"),
    "vendor_list": Reader("importers.vendor_list"),
}


def run(name: str, arguments: Mapping[str, Any]) -> Any:
    """Call a reader; imported late, so that a child loads what it needs and no more."""
    reader = READERS[name]
    return getattr(import_module(reader.module), reader.function)(**arguments)
