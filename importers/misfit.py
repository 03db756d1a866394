"""The one way a converter says that a cell does not fit its column."""

from typing import Any

__all__ = ["Misfit"]


class Misfit(Exception):
    """A cell that does not fit; its text names the value and how to mend it.

    With `is_usable` the cell was understood all the same: `value` is taken, and the text becomes a warning.
    """

    def __init__(self, code: str, message: str, *, value: Any = None, is_usable: bool = False) -> None:
        """Keep what was understood beside what is said."""
        super().__init__(message)
        self.code = code
        self.value = value
        self.is_usable = is_usable
