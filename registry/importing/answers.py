"""What a person said about a file they import."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Answers"]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said about a file: the order of day and month, and cells they wrote anew."""

    day_order: str | None = None
    mended: Mapping[str, Mapping[tuple[int, str], str]] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return it as it is kept."""
        cells = [
            [sheet, row, column, text] for sheet, found in self.mended.items() for (row, column), text in found.items()
        ]
        return json.dumps({"day_order": self.day_order, "mended": cells}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Answers":
        """Read it back."""
        kept = json.loads(text)
        mended: dict[str, dict[tuple[int, str], str]] = {}
        for sheet, row, column, value in kept["mended"]:
            mended.setdefault(sheet, {})[row, column] = value
        return cls(kept["day_order"], mended)
