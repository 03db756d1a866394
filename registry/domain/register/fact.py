"""What all registered facts have in common."""

from dataclasses import dataclass, field
from typing import ClassVar

__all__ = ["Fact"]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Common to all facts: the row of the file it was read from, for messages only."""

    SHEET: ClassVar[str]
    PREFIX: ClassVar[str | None] = None  # of its code; None for facts without a code of their own

    row: int | None = field(default=None, compare=False, repr=False)
