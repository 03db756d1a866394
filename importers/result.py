"""What reading a file of facts gives; apart from the readers, so that whoever waits for it need not load them."""

from dataclasses import dataclass, field
from typing import Any

from importers.base import Table
from registry.domain.register.facts import Fact, Register
from registry.domain.register.problems import Problem

__all__ = ["ReadResult"]


@dataclass(slots=True)
class ReadResult:
    """What a source holds.

    Attributes
    ----------
    register
        The whole register; None when any error was found. With a base: the base as it would be after the import.
    problems
        Every error and warning, by sheet and row.
    counts
        Rows by kind of fact (`{"vendors": 12, ...}`), for the kinds the source has a sheet of.
    sha256
        Hash of the source; empty when it could not be read.
    facts
        The usable facts of the source by kind, also when there are errors elsewhere.
    columns
        The columns each of its sheets has, by kind.
    tables
        The sheets as they stood, by kind, to show and mark them.
    quoted
        What stands in each cell that has a problem, by sheet, row and column.
    positions
        Place of each known column, from 0, by sheet.
    asks
        What the reader would like to be told, and what it assumed meanwhile, as plain values.
    """

    register: Register | None
    problems: list[Problem]
    counts: dict[str, int]
    sha256: str
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    quoted: dict[tuple[str, int, str], str] = field(default_factory=dict)
    positions: dict[str, dict[str, int]] = field(default_factory=dict)
    asks: dict[str, Any] = field(default_factory=dict)
