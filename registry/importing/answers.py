"""What a person said about a file they import."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Answers"]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said about a file: the order of day and month, cells they wrote anew, and what its kind asks.

    `choices` belongs to the kind of import: plain values under names of its own.
    """

    day_order: str | None = None
    mended: Mapping[str, Mapping[tuple[int, str], str]] = field(default_factory=dict)
    choices: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return it as it is kept."""
        cells = [
            [sheet, row, column, text] for sheet, found in self.mended.items() for (row, column), text in found.items()
        ]
        kept = {"day_order": self.day_order, "mended": cells, "choices": dict(self.choices)}
        return json.dumps(kept, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Answers":
        """Read it back."""
        kept = json.loads(text)
        mended: dict[str, dict[tuple[int, str], str]] = {}
        for sheet, row, column, value in kept["mended"]:
            mended.setdefault(sheet, {})[row, column] = value
        return cls(kept["day_order"], mended, kept.get("choices", {}))
